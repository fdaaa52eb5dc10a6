"""PostgreSQL brought up to what the lake holds: last values, a row for each commit and day, the ledger."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from django.db.models import Max

from yinghuo.core import ledger
from yinghuo.desks.metering.lake import batches
from yinghuo.desks.metering.lake.store import Commit, Lake
from yinghuo.desks.metering.models import Committed

WRITERS = 0x79687761  # one writer of the lake at a time, on every machine of one database
TAKE_TURNS = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"
LAST_VALUES = """
    INSERT INTO metering_lastvalue AS l (meter_id, quantity, at, value, quality, received_at)
    SELECT n.* FROM unnest(%s::int[], %s::smallint[], %s::timestamptz[], %s::numeric[], %s::text[], %s::timestamptz[])
        AS n (meter_id, quantity, at, value, quality, received_at)
    WHERE EXISTS (SELECT FROM metering_meter m WHERE m.id = n.meter_id)
    ORDER BY n.meter_id, n.quantity
    ON CONFLICT (meter_id, quantity) DO UPDATE
        SET at = excluded.at, value = excluded.value, quality = excluded.quality, received_at = excluded.received_at
        WHERE excluded.at > l.at OR (excluded.at = l.at AND %s)
"""


def take_turns(lake: Lake) -> None:
    """Waits until no other process writes to this lake; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, [WRITERS, str(lake.id)])


@transaction.atomic
def settle(lake: Lake, known: Mapping[UUID, pa.Table] | None = None) -> list[Commit]:
    """Enters every commit of the lake that PostgreSQL does not know yet; doing it twice changes nothing.

    known: rows of commits that the caller has in hand; those of others are read from the lake
    """
    take_turns(lake)
    last = Committed.objects.filter(lake=lake.id).aggregate(last=Max("version"))["last"] or 0
    fresh = lake.commits(after=last)
    for commit in fresh:
        rows = (known or {}).get(commit.entry)
        _enter(lake, commit, rows_of(lake, commit) if rows is None else rows)
    return fresh


def rows_of(lake: Lake, commit: Commit) -> pa.Table:
    """The rows of one commit, from the table as it is now."""
    return lake.rows([part.day for part in commit.parts], where=pc.field("entry") == commit.entry.bytes)


def _enter(lake: Lake, commit: Commit, rows: pa.Table) -> None:
    Committed.objects.bulk_create(
        Committed(
            entry=commit.entry,
            day=part.day,
            lake=lake.id,
            version=commit.version,
            kind=commit.kind,
            rows=part.rows,
            sha256=part.sha256,
            committed_at=commit.at,
        )
        for part in commit.parts
    )
    keep_last_values(rows, corrected=commit.kind == "corrections")
    body = {
        "kind": commit.kind,
        "version": commit.version,
        "lake": str(lake.id),
        "parts": [part.as_json() for part in commit.parts],
    }
    subject = f"readings:{commit.version}"
    ledger.enter("readings.committed", subject, by=commit.by, at=commit.at, body=body, entry_id=commit.entry)


def keep_last_values(rows: pa.Table, *, corrected: bool) -> None:
    """The newest row of each meter and quantity becomes its last value, unless a newer one is there.

    corrected: a row of the same moment takes the place of what is there
    """
    newest = _newest(rows)
    names = ("meter", "quantity", "at", "value", "quality", "received_at")
    with connection.cursor() as cursor:
        cursor.execute(LAST_VALUES, [*(newest[name].to_pylist() for name in names), corrected])


def _newest(rows: pa.Table) -> pa.Table:
    meter, quantity = rows["meter"].to_numpy(), rows["quantity"].to_numpy()
    at, revision = rows["at"].cast(pa.int64()).to_numpy(), rows["revision"].to_numpy()
    order = np.lexsort((revision, at, quantity, meter))
    pair = batches.packed(meter, quantity, np.zeros(1, np.int64))[order]
    ends = np.append(pair[1:] != pair[:-1], True) if len(pair) else np.empty(0, bool)
    return rows.take(pa.array(order[ends]))
