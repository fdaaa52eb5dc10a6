"""Corrections of readings: further rows with lineage, in the lake and in the ledger; a raw value is never changed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.jobs.settling import settle, take_turns
from yinghuo.desks.metering.lake import batches
from yinghuo.desks.metering.lake.keys import DAY_S, packed
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.records import QUALITIES, scaled
from yinghuo.desks.metering.lake.store import Lake, Origin

NO_FRAME = bytes(16)  # of a value that no frame carried
HIGHEST_REVISION = 32_767
Key = tuple[int, int, datetime]


@transaction.atomic
def correct(lake: Lake, corrections: Sequence[Correction], *, by: str, now: datetime) -> int:
    """Adds a row for each correction that says something new; returns how many those were.

    A correction that equals the latest row in value, quality and reason is one already made. Two of one key in one
    call are refused ("correction.twice"), as is one without a ground ("correction.no_because").
    """
    _check(corrections)
    take_turns(lake)
    settle(lake)  # a killed writer's rows are entered before ours
    latest = _latest(lake, corrections)
    entry = ledger.new_id()
    rows = [row for one in corrections if (row := _row(one, latest.get(_key(one)), now))]
    if rows:
        table = _table(rows, entry)
        lake.commit(table, Origin(entry, by, now, kind="corrections"))
        settle(lake, {entry: table})
    return len(rows)


def day_of(at: datetime) -> date:
    """The day that a moment's reading is filed under: the date in Asia/Shanghai."""
    return (at.astimezone(UTC) + timedelta(seconds=batches.SHANGHAI_S)).date()


def _check(corrections: Sequence[Correction]) -> None:
    if len({_key(one) for one in corrections}) < len(corrections):
        raise Refused("correction.twice")
    if any(not one.because.strip() for one in corrections):
        raise Refused("correction.no_because")
    if any(one.at.tzinfo is None or one.quality not in QUALITIES for one in corrections):
        raise ValueError("a correction has an aware time and a known quality")


def _key(one: Correction) -> Key:
    return one.meter, one.quantity, one.at.replace(microsecond=0)


def _latest(lake: Lake, corrections: Sequence[Correction]) -> dict[Key, dict[str, Any]]:
    """The row of the highest revision of each key that is in the lake."""
    meters = pa.array({one.meter for one in corrections}, pa.int32())
    quantities = pa.array({one.quantity for one in corrections}, pa.int16())
    wanted = pc.field("meter").isin(meters) & pc.field("quantity").isin(quantities)
    keys = {_key(one) for one in corrections}
    found: dict[Key, dict[str, Any]] = {}
    days = sorted({day_of(one.at) for one in corrections})
    for batch in _alike(lake.rows(days, where=wanted), keys).sort_by("revision").to_batches():
        for row in batch.to_pylist():
            if (key := (row["meter"], row["quantity"], row["at"])) in keys:
                found[key] = row
    return found


def _alike(rows: pa.Table, keys: set[Key]) -> pa.Table:
    """The rows whose meter, quantity and time of day one of the keys has: few of many, before they become Python's."""
    seconds = [(int(at.timestamp()) + batches.SHANGHAI_S) % DAY_S for _meter, _quantity, at in keys]
    meters, quantities, _at = (np.array(column) for column in zip(*keys, strict=True))
    return rows.filter(pa.array(np.isin(batches.keys_of(rows), packed(meters, quantities, np.array(seconds)))))


def _row(one: Correction, latest: dict[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    told = {"value": one.value, "quality": one.quality, "reason": one.reason}
    if latest and all(latest[name] == value for name, value in told.items()):
        return None
    scaled(one.value)
    revision = latest["revision"] + 1 if latest else 1
    if revision > HIGHEST_REVISION:
        raise Refused("correction.too_many", revisions=HIGHEST_REVISION)
    meter, quantity, at = _key(one)
    lineage = {"revision": revision, "replaces": latest["revision"] if latest else None, "because": one.because}
    carried = {"frame": latest["frame"] if latest else NO_FRAME, "received_at": now}
    return {"day": day_of(at), "meter": meter, "quantity": quantity, "at": at} | told | lineage | carried


def _table(rows: list[dict[str, Any]], entry: UUID) -> pa.Table:
    fields = [field for field in batches.SCHEMA if field.name != "entry"]
    columns = {field.name: pa.array([row[field.name] for row in rows], field.type) for field in fields}
    return batches.with_lineage(columns, len(rows), entry=entry).sort_by(batches.ORDER)
