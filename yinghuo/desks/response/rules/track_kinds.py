"""The kinds of order of the four tracks: the tracks themselves, a ride, a place, an assay, a need, objected stays."""

from datetime import timedelta
from typing import Any

from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import Kind

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TRACING, TRANSFER = "response.tracing", "response.transfer"
ISOLATION, DISINFECTION = "response.isolation", "response.disinfection"
RIDE, PLACE, ASSAY, NEED = "response.ride", "response.place", "response.assay", "response.need"
REJUDGED = "response.stay_rule"


def _kind(key: str, name_zh: str, name_en: str, **clocks: Any) -> Kind:
    return Kind(key, name_zh, name_en, Role.RESPONSE.value, **clocks)


TRACK_KINDS = (
    _kind(TRACING, "流调", "Tracing", accept=30 * MINUTE, finish=24 * HOUR, verify=48 * HOUR),
    _kind(TRANSFER, "转运", "Transfer", accept=30 * MINUTE, finish=8 * HOUR, verify=48 * HOUR),
    _kind(ISOLATION, "隔离", "Isolation", accept=30 * MINUTE, finish=8 * HOUR, verify=48 * HOUR),
    _kind(DISINFECTION, "消杀", "Disinfection", accept=HOUR, finish=48 * HOUR, verify=72 * HOUR),
    _kind(RIDE, "转运一人", "Ride of one person", accept=15 * MINUTE, arrive=HOUR, finish=2 * HOUR, verify=24 * HOUR),
    _kind(PLACE, "场所消杀", "Disinfection of a place", accept=HOUR, finish=24 * HOUR, verify=48 * HOUR),
    _kind(ASSAY, "隔离人员采样", "Assay due in isolation", finish=16 * HOUR, verify=48 * HOUR),
    _kind(NEED, "隔离人员诉求", "Need in isolation", accept=15 * MINUTE, finish=24 * HOUR, verify=48 * HOUR),
    _kind(REJUDGED, "隔离期限重新核定", "Stay to be judged anew", accept=2 * HOUR, finish=24 * HOUR, verify=48 * HOUR),
)
