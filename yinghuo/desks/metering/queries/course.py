"""The course of one quantity of one meter: at each moment what was measured, and what stands now with its lineage."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import pyarrow.compute as pc
from django.conf import settings

from yinghuo.desks.metering.actions.correcting import day_of
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.queries.moments import begin_of
from yinghuo.engines.meters.quantities import BY_NUMBER

STEP = timedelta(minutes=15)
COLUMNS = [
    "quantity",
    "at",
    "value",
    "quality",
    "reason",
    "frame",
    "received_at",
    "revision",
    "replaces",
    "because",
    "entry",
]
MISSING = "missing"


@dataclass(frozen=True)
class Point:
    """A moment of the course.

    raw:     as measured, None where nothing was; value: what stands, None where nothing does
    quality: of what stands, MISSING where a quarter-hour has neither
    entry:   the ledger entry of the commit that brought the row that stands; raw_entry: of the raw one
    """

    at: datetime
    raw: Decimal | None = None
    value: Decimal | None = None
    quality: str = MISSING
    reason: str = ""
    because: str = ""
    frame: bytes = b""
    received_at: datetime | None = None
    entry: UUID | None = None
    raw_entry: UUID | None = None
    revision: int = 0


def the_lake() -> Lake:
    """The lake of this installation, opened once in a process."""
    return _opened(str(settings.METERING_LAKE))


def course(lake: Lake, meter_id: int, *, quantity: int, first: date, days: int, now: datetime) -> list[Point]:
    """The points of some days, in order; of a curve also the quarter-hours up to now that have none."""
    rows = _rows(lake, meter_id, first, days, pc.field("quantity") == quantity)
    by_moment: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_moment[row["at"]].append(row)
    moments = set(by_moment) | (_quarters(first, days, now) if _is_curve(by_moment) else set())
    return [_point(at, by_moment.get(at, [])) for at in sorted(moments)]


def quantities(lake: Lake, meter_id: int, *, first: date, days: int) -> list[int]:
    """Quantities that have any row in these days, by number."""
    table = lake.dataset(_span(first, days)).to_table(columns=["quantity"], filter=pc.field("meter") == meter_id)
    return sorted(number for number in pc.unique(table["quantity"]).to_pylist() if number in BY_NUMBER)


def point(lake: Lake, meter_id: int, quantity: int, at: datetime) -> Point:
    """One moment, with what stands there."""
    wanted = (pc.field("quantity") == quantity) & (pc.field("at") == at)
    return _point(at, _rows(lake, meter_id, day_of(at), 1, wanted))


@lru_cache(maxsize=4)
def _opened(uri: str) -> Lake:
    return Lake(uri)


def _rows(lake: Lake, meter_id: int, first: date, days: int, wanted: pc.Expression) -> Sequence[dict[str, Any]]:
    found = lake.dataset(_span(first, days)).to_table(columns=COLUMNS, filter=wanted & (pc.field("meter") == meter_id))
    rows: list[dict[str, Any]] = found.sort_by([("at", "ascending"), ("revision", "ascending")]).to_pylist()
    return rows


def _span(first: date, days: int) -> list[date]:
    return [first + timedelta(days=more) for more in range(days)]


def _point(at: datetime, rows: Sequence[dict[str, Any]]) -> Point:
    """What stands is the latest revision; an estimate that filled a gap gives way to what was measured later."""
    if not rows:
        return Point(at)
    raw = rows[0] if rows[0]["revision"] == 0 else None
    standing = rows[-1]
    if raw and standing["quality"] == "estimated" and standing["replaces"] is None:
        standing = raw
    return Point(
        at,
        raw=raw["value"] if raw else None,
        value=standing["value"],
        raw_entry=UUID(bytes=raw["entry"]) if raw else None,
        entry=UUID(bytes=standing["entry"]),
        **{name: standing[name] for name in ("quality", "reason", "because", "frame", "received_at", "revision")},
    )


def _is_curve(by_moment: dict[datetime, Any]) -> bool:
    """Whether anything but midnights was read."""
    return any(at != begin_of(day_of(at)) for at in by_moment)


def _quarters(first: date, days: int, now: datetime) -> set[datetime]:
    quarters = (begin_of(first) + STEP * number for number in range(96 * days))
    return {at for at in quarters if at <= now}
