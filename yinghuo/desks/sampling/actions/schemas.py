"""Older forms of a batch, each with the last day on which it is read and what turns it into today's form."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone

from yinghuo.core.doors.batches import SCHEMA, Convert
from yinghuo.core.refusal import Refused

# What the pilot's phones called a field, by the door of the batch.
PILOT_FIELDS: Mapping[str, Mapping[str, str]] = {
    "swabs": {"site_id": "site", "tube_code": "tube"},
    "tubes": {"site_id": "site", "tube_code": "tube"},
    "boxes": {"site_id": "site"},
}


def from_pilot(door: str, item: dict[str, Any]) -> dict[str, Any]:
    """An item of schema 1 in today's words; what the door has no older word for stays as it is.

    >>> from_pilot("swabs", {"tube_code": "JL01", "site_id": 7, "at": "…"})
    {'tube': 'JL01', 'site': 7, 'at': '…'}
    """
    names = PILOT_FIELDS.get(door, {})
    return {names.get(name, name): value for name, value in item.items()}


class Older(NamedTuple):
    """An older form: read until the end of `last_day` (Asia/Shanghai), because `why`."""

    schema: int
    last_day: date
    convert: Convert
    why: str


OLDER = (Older(1, date(2027, 6, 30), from_pilot, "the pilot's phones; half a year to update them after this version"),)


def converter(schema: int | None, now: datetime | None, *, older: tuple[Older, ...] = OLDER) -> Convert | None:
    """What turns items of this schema into today's; None where nothing has to be turned.

    schema: None for a sender that names none; it sends today's form
    Refused("batch.schema_over") after an older form's last day, Refused("batch.schema") for one that nobody knows
    """
    if schema is None or schema == SCHEMA:
        return None
    for one in older:
        if one.schema == schema and now:
            if timezone.localdate(now) > one.last_day:
                raise Refused("batch.schema_over", schema=schema, last_day=one.last_day, newest=SCHEMA)
            return one.convert
    raise Refused("batch.schema", schema=schema, newest=SCHEMA)
