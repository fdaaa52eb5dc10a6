"""What custody decides by: the points where results go missing, the clocks of each stage, the cold chain; dated."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import Kind

SILENT = "sampling.silent_tube"
SILENT_TUBE = Kind(
    key=SILENT,
    name_zh="样管超时未流转",
    name_en="Silent tubes",
    role=Role.MANAGER.value,
    finish=timedelta(hours=1),
    verify=timedelta(hours=24),
)
CARRIAGE = "sampling.carriage"
CARRIAGE_RUN = Kind(
    key=CARRIAGE,
    name_zh="转运任务",
    name_en="Carriage",
    role=Role.DUTY.value,
    finish=timedelta(hours=4),
    verify=timedelta(hours=24),
)
LOW_SHARE = 0.2  # of a site's codes still unused: it is time to bring more
MOST_LABELS = 100_000


class Point(TextChoices):
    """Where the two counts of a tube differ; the number is that of the list of seven (docs/custody.md)."""

    BAD_SWAB = "bad_swab", _("Result invalid: swab to be taken again")
    UNBOUND = "unbound", _("Counted at sealing, not bound to the tube")
    OVERBOUND = "overbound", _("Bound to the tube, not counted at sealing")
    IDENTITY = "identity", _("Identity number in doubt")
    TWICE = "twice", _("Same person twice in a round")
    NOBODY = "nobody", _("No identity behind the swab")
    SILENT_SEALED = "silent_sealed", _("Sealed, not boxed in time")
    SILENT_BOXED = "silent_boxed", _("Boxed, not collected in time")
    SILENT_COLLECTED = "silent_collected", _("Collected, not received in time")
    SILENT_RECEIVED = "silent_received", _("Received, no result in time")
    UNSEALED = "unsealed", _("Boxed without having been sealed")
    UNCOLLECTED = "uncollected", _("Received without having been collected")
    UNRECEIVED = "unreceived", _("Result without having been received")
    TWO_BOXES = "two_boxes", _("Scanned into more than one box")
    KEYED_TWICE = "keyed_twice", _("More than one result message")
    DIFFER = "differ", _("Results differ")
    NO_TUBE = "no_tube", _("Result for a code that nobody filled")


class Clock(NamedTuple):
    """From `valid_from` on, a tube may stay at `stage` for `within_min` minutes; `because` says why."""

    stage: str
    valid_from: date
    within_min: int
    because_en: str
    because_zh: str


_OURS_EN = "This project's choice, so that a result is out within the day; set it per campaign."
_OURS_ZH = "本系统自定，以保证当日出结果；可按任务调整。"
_FROM = date(2020, 1, 1)
CLOCKS = (
    Clock("sealed", _FROM, 120, _OURS_EN, _OURS_ZH),
    Clock("boxed", _FROM, 120, _OURS_EN, _OURS_ZH),
    Clock("collected", _FROM, 180, _OURS_EN, _OURS_ZH),
    Clock("received", _FROM, 480, _OURS_EN, _OURS_ZH),
)
CLOCKED = tuple(clock.stage for clock in CLOCKS)


class ColdChain(NamedTuple):
    """From `valid_from` on, a box travels between `low_c` and `high_c` degrees Celsius."""

    valid_from: date
    low_c: Decimal
    high_c: Decimal
    because_en: str
    because_zh: str


COLD_CHAIN = (
    ColdChain(
        _FROM,
        Decimal(2),
        Decimal(8),
        "Usual for swabs that are assayed within a day; configurable here, to be compared with the order in force.",
        "24小时内检测的样本通常2～8℃保存转运；以现行规定为准，可在此调整。",
    ),
)


def clock_rows() -> list[dict[str, Any]]:
    """The clocks of the house as rows for SQL.

    >>> clock_rows()[0]
    {'stage': 'sealed', 'valid_from': '2020-01-01', 'within_min': 120}
    """
    return [
        {"stage": one.stage, "valid_from": one.valid_from.isoformat(), "within_min": one.within_min} for one in CLOCKS
    ]


def cold_chain_rows() -> list[dict[str, Any]]:
    """The cold chain as rows for SQL."""
    return [
        {"valid_from": one.valid_from.isoformat(), "low_c": str(one.low_c), "high_c": str(one.high_c)}
        for one in COLD_CHAIN
    ]
