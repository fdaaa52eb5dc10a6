"""Recomputes from the lake what the ledger holds of it, and names what does not fit."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinghuo.core.ledger.models import Body, Entry
from yinghuo.desks.metering.lake import batches, duck
from yinghuo.desks.metering.lake.batches import Part
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Committed

BATCH_ROWS = 262_144
OF_A_DAY = 'SELECT * FROM readings ORDER BY entry, meter, quantity, "at", revision'
TWICE = """
    SELECT count(*) FROM (
        SELECT meter FROM readings GROUP BY meter, quantity, "at", revision HAVING count(*) > 1)
"""
Progress = Callable[[date], None]


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was entered.

    code: "rows.changed", "rows.missing", "rows.unknown", "reading.twice", "entry.missing" or "entry.differs"
    """

    code: str
    day: date | None
    entry: UUID | None
    detail: str = ""


@dataclass
class Report:
    """What a verification came to; sound when nothing was found."""

    days: int = 0
    commits: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify(lake: Lake, *, progress: Progress = lambda _day: None) -> Report:
    """Every row of the lake against its commit's digest, every digest against the ledger; one day in memory at a time.

    progress: called with each day that is done
    """
    report = Report(commits=Committed.objects.filter(lake=lake.id).values("entry").distinct().count())
    _check_ledger(lake, report)
    known = Committed.objects.filter(lake=lake.id).values_list("day", flat=True)
    for day in sorted({*lake.days(), *known}):
        _check_day(lake, day, report)
        report.days += 1
        progress(day)
    return report


def _check_ledger(lake: Lake, report: Report) -> None:
    """What PostgreSQL has of each commit is what the ledger has."""
    parts: dict[UUID, list[Part]] = {}
    for row in Committed.objects.filter(lake=lake.id).order_by("entry", "day").iterator():
        parts.setdefault(row.entry, []).append(Part(row.day, row.rows, row.sha256))
    for entry in Entry.objects.filter(kind="readings.committed").order_by("id").iterator():
        body = _body(entry.body)
        if body["lake"] != str(lake.id):
            continue
        if [part.as_json() for part in parts.pop(entry.id, [])] != body["parts"]:
            report.faults.append(Fault("entry.differs", None, entry.id))
    report.faults += [Fault("entry.missing", None, entry) for entry in sorted(parts)]


def _body(text: str) -> dict[str, object]:
    body = json.loads(text)
    if "sha256" in body:  # too long for an entry: kept apart by its hash
        body = json.loads(Body.objects.get(sha256=body["sha256"]).body)
    return dict(body)


def _check_day(lake: Lake, day: date, report: Report) -> None:
    known = {row.entry: row for row in Committed.objects.filter(lake=lake.id, day=day)}
    connection = duck.connect(lake, [day])
    for entry, rows in _by_entry(connection.sql(OF_A_DAY).to_arrow_reader(BATCH_ROWS)):
        report.rows += len(rows)
        said = known.pop(entry, None)
        if said is None:
            report.faults.append(Fault("rows.unknown", day, entry, f"{len(rows)}"))
        elif said.rows != len(rows) or said.sha256 != batches.digest(rows):
            report.faults.append(Fault("rows.changed", day, entry, f"{said.rows} entered, {len(rows)} found"))
    report.faults += [Fault("rows.missing", day, entry, f"{row.rows} entered") for entry, row in sorted(known.items())]
    (twice,) = connection.execute(TWICE).fetchone() or (0,)
    if twice:
        report.faults.append(Fault("reading.twice", day, None, f"{twice}"))


def _by_entry(found: pa.RecordBatchReader) -> Iterator[tuple[UUID, pa.Table]]:
    """The rows of each commit, whole, however the reader cuts them."""
    held: list[pa.Table] = []
    for batch in found:
        for part in _runs(pa.Table.from_batches([batch]).cast(batches.SCHEMA)):
            if held and _entry(held[0]) != _entry(part):
                yield UUID(bytes=_entry(held[0])), pa.concat_tables(held)
                held = []
            held.append(part)
    if held:
        yield UUID(bytes=_entry(held[0])), pa.concat_tables(held)


def _runs(rows: pa.Table) -> Iterator[pa.Table]:
    entries = rows["entry"].combine_chunks()
    changes = pc.not_equal(entries[1:], entries[:-1]).to_numpy(zero_copy_only=False)
    starts = [0, *(np.flatnonzero(changes) + 1), len(rows)]
    for start, end in pairwise(starts):
        yield rows.slice(start, end - start)


def _entry(rows: pa.Table) -> bytes:
    return bytes(rows["entry"][0].as_py())
