"""Editing by a person: a value in the place of another, with the reason; the other one stays in the lake."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yinghuo.core.ledger import facts
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.correcting import correct
from yinghuo.desks.metering.actions.validation import OF_A_METER
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Meter
from yinghuo.desks.metering.queries.course import point
from yinghuo.engines.meters.quantities import BY_NUMBER

EDITED = facts.register(
    facts.FactTable(
        "reading.edited",
        "metering_edited",
        ("meter_id", "id"),
        OF_A_METER
        | {"at": "timestamptz", "value": "numeric(18,4)", "was": "numeric(18,4)"}
        | {"was_quality": "text", "by": "text", "reason": "text"},
    )
)
NOTHING = ""  # the quality of what was not there


@dataclass(frozen=True)
class Edit:
    """What a person writes: the value in the quantity's unit on the meter's side, up to four decimals, and why."""

    meter: Meter
    quantity: int
    at: datetime
    value: Decimal
    reason: str


@transaction.atomic
def edit(lake: Lake, wanted: Edit, *, by: str, now: datetime) -> bool:
    """Puts a value in the place of what stands; False when exactly this was done before.

    Refused("reading.quantity_unknown"), Refused("reading.later_than_now"), Refused("reading.no_reason").
    """
    if wanted.quantity not in BY_NUMBER:
        raise Refused("reading.quantity_unknown", quantity=wanted.quantity)
    if wanted.at > now:
        raise Refused("reading.later_than_now", at=wanted.at.isoformat())
    if not wanted.reason.strip():
        raise Refused("reading.no_reason")
    meter = Meter.objects.select_for_update().get(id=wanted.meter.id)
    was = point(lake, meter.id, wanted.quantity, wanted.at)
    reason = wanted.reason.strip()
    told = Correction(meter.id, wanted.quantity, wanted.at, wanted.value, "edited", reason, f"{by}: {reason}")
    if not correct(lake, [told], by=by, now=now):
        return False
    row = {"id": new_id(), "meter_id": meter.id, "area_code": meter.area_code, "customer_class": meter.customer_class}
    row |= {"quantity": wanted.quantity, "at": wanted.at, "value": wanted.value, "was": was.value}
    row |= {"was_quality": was.quality if was.value is not None else NOTHING, "by": by, "reason": reason}
    facts.keep(EDITED, json.dumps([row], default=str), {}, by=by, at=now, sent_at=now)
    return True
