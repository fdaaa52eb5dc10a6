"""Loading the register from a folder of files: all of it or nothing, once however often, with one ledger entry."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.register.checking import check_set
from yinghuo.desks.metering.actions.register.columns import FILES
from yinghuo.desks.metering.actions.register.reading import Problem, Problems, Progress, Staged, stage

# Readers and the head-end go on; whoever else writes the register waits.
LOCK = "LOCK TABLE metering_transformer, metering_terminal, metering_meter IN SHARE ROW EXCLUSIVE MODE"
COUNT = """
    SELECT count(*) FILTER (WHERE k.{key} IS NULL), count(*) FILTER (WHERE k.{key} IS NOT NULL AND {differs})
    FROM {staged} s LEFT JOIN {table} k ON k.{key} = s.{key}
"""
# A meter that moves is out of the index of points until it is put back by CHANGE, so that two may swap.
LET_GO = """
    UPDATE metering_meter k SET retired_on = '9999-12-31' FROM {staged} s
    WHERE k.address = s.address AND k.retired_on IS NULL AND (k.terminal_id, k.point) <> (s.terminal_id, s.point)
"""
CHANGE = """
    UPDATE {table} k SET {assigned}, entry_id = %(entry)s FROM {staged} s WHERE k.{key} = s.{key} AND {differs}
"""
ADD = """
    INSERT INTO {table} ({columns}, entry_id) SELECT {wanted}, %(entry)s FROM {staged} s
    WHERE NOT EXISTS (SELECT 1 FROM {table} k WHERE k.{key} = s.{key}) ORDER BY s.row
"""
# What a known row becomes where that is not simply what the file says.
OF_KNOWN = {
    "admission": "CASE WHEN k.admission = 'held' THEN s.admission ELSE k.admission END",  # a person's decision stands
    "registered_at": "k.registered_at",
    "retired_on": "coalesce(s.retired_on, nullif(k.retired_on, '9999-12-31'))",  # retiring at the desk stands
}
OF_NEW = {"registered_at": "coalesce(s.registered_at, %(at)s)"}


class Counts(NamedTuple):
    """What a file came to: rows read, new ones, changed ones; the rest stood there already."""

    rows: int
    new: int
    changed: int


@dataclass
class Loaded:
    """What loading came to, or would: counts by file; problems, the first ones in full; the entry, if one was made."""

    counts: dict[str, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    faults: int = 0
    entry_id: UUID | None = None


@transaction.atomic
def load(folder: Path, *, by: str, at: datetime, progress: Progress = lambda _file, _rows: None) -> Loaded:
    """Loads `transformers.csv`, `terminals.csv` and `meters.csv` of a folder, as many of them as there are.

    With a single problem nothing is loaded. Rows that stand as they are are left alone; a load that changes nothing
    enters nothing. Whatever the files do not name stays. A column that a file lacks leaves known rows as they are.
    Of a terminal that somebody admitted or blocked, the admission stays; so does the day on which a meter was retired.
    Refused: "register.empty", "register.unreadable", "register.columns"
    """
    staged, loaded = _stage(folder, progress)
    if loaded.faults or not any(count.new or count.changed for count in loaded.counts.values()):
        return loaded
    body = {
        one.file.name: loaded.counts[one.file.name]._asdict() | {"sha256": one.sha256, "bytes": one.bytes}
        for one in staged
    }
    loaded.entry_id = ledger.enter("register.loaded", "register:meters", by=by, at=at, body=body)
    for one in staged:
        progress(f"{one.file.name}: writing", one.rows)
        _write(one, {"entry": loaded.entry_id, "at": at})
    return loaded


@transaction.atomic
def check(folder: Path, *, progress: Progress = lambda _file, _rows: None) -> Loaded:
    """What `load` would come to; nothing is written."""
    return _stage(folder, progress)[1]


def _stage(folder: Path, progress: Progress) -> tuple[list[Staged], Loaded]:
    problems = Problems()
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    found = [stage(folder, file, problems, progress=progress) for file in FILES]
    staged = [one for one in found if one]
    if not staged:
        raise Refused("register.empty", folder=folder.name)
    check_set(staged, problems)
    counts = {one.file.name: _count(one) for one in staged}
    return staged, Loaded(counts, problems.kept, problems.count)


def _count(one: Staged) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(_filled(COUNT, one))
        new, changed = cursor.fetchone()
    return Counts(one.rows, new, changed)


def _write(one: Staged, params: dict[str, UUID | datetime]) -> None:
    with connection.cursor() as cursor:
        if one.file.name == "meters":
            cursor.execute(_filled(LET_GO, one))
        cursor.execute(_filled(CHANGE, one), params)
        cursor.execute(_filled(ADD, one), params)


def _filled(statement: str, one: Staged) -> str:
    names = [column.column for column in one.file.columns if column in one.columns or column.name in OF_KNOWN]
    wanted = {name: OF_KNOWN.get(name, f"s.{name}") for name in names}
    all_names = [column.column for column in one.file.columns]
    return statement.format(
        table=one.file.table,
        staged=one.file.staged,
        key=one.file.key,
        differs=f"({', '.join(f'k.{name}' for name in names)}) IS DISTINCT FROM ({', '.join(wanted.values())})",
        assigned=", ".join(f"{name} = {value}" for name, value in wanted.items()),
        columns=", ".join(all_names),
        wanted=", ".join(OF_NEW.get(name, f"s.{name}") for name in all_names),
    )
