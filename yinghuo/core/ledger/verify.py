"""Recomputing the whole ledger from its rows, and naming what does not fit."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from yinghuo.core.ledger import facts
from yinghuo.core.ledger.actions import leaf_data
from yinghuo.core.ledger.sequencer import public_key
from yinghuo.engines import merkle

CHUNK = 50_000
LEAVES = """
    SELECT l.index, l.entry_id, e.id, e.at, e.kind, e.subject, e.by, e.body
    FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""
STRAY = """
    SELECT e.id FROM ledger_entry e
    WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.id)
      AND NOT EXISTS (SELECT FROM ledger_waiting w WHERE w.entry_id = e.id)
    ORDER BY e.id
"""
TILES = "SELECT level, n, hashes FROM ledger_tile"
CHECKPOINTS = "SELECT size, note FROM ledger_checkpoint ORDER BY size"
BODIES = "SELECT sha256, body FROM ledger_body ORDER BY sha256"
Progress = Callable[[int], None]
HASH_BYTES = 32


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was: what, where, in words."""

    code: str
    where: str
    detail: str


@dataclass
class Report:
    """What a verification came to; `ok` when nothing was found."""

    entries: int = 0
    checkpoints: int = 0
    facts: dict[str, int] = field(default_factory=dict)
    root: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True when every row fits every signature."""
        return not self.faults


def verify(*, progress: Progress = lambda _: None) -> Report:
    """Checks entries, tree, checkpoints, bodies and every fact against each other, as of one moment.

    progress: called with the number of entries done so far
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _verify(progress)


def _verify(progress: Progress) -> Report:
    report = Report()
    stored = {(level, n): bytes(hashes) for level, n, hashes in _rows(TILES)}
    leaves = _check_entries(report, stored, progress)
    tiles = _check_tiles(report, stored, leaves)
    _check_checkpoints(report, tiles, len(leaves))
    for sha256, body in _rows(BODIES):
        if hashlib.sha256(body.encode()).hexdigest() != sha256:
            report.faults.append(Fault("body.changed", f"body {sha256}", "its text has another hash"))
    for (entry_id,) in _rows(STRAY):
        report.faults.append(Fault("entry.stray", f"entry {entry_id}", "neither in the tree nor waiting for it"))
    _check_facts(report)
    return report


def _check_entries(report: Report, stored: dict[tuple[int, int], bytes], progress: Progress) -> list[bytes]:
    """The leaf hashes as the rows give them now, each compared with the tile that has held it since."""
    hashes: list[bytes] = []
    for index, entry_id, *entry in _leaves():
        if index != len(hashes):
            report.faults.append(Fault("leaf.gap", f"index {len(hashes)}", f"the next leaf is {index}"))
        then = stored.get((0, index // 256), b"")[index % 256 * HASH_BYTES :][:HASH_BYTES]
        if entry[0] is None:
            report.faults.append(Fault("entry.missing", f"entry {entry_id}, index {index}", "the row is gone"))
        now = merkle.leaf_hash(leaf_data(tuple(entry))) if entry[0] else then
        if now != then:
            report.faults.append(Fault("entry.changed", f"entry {entry_id}, index {index}", "not what the tree holds"))
        hashes.append(now)
        if index % CHUNK == 0:
            progress(index)
    report.entries = len(hashes)
    return hashes


def _check_tiles(
    report: Report, stored: dict[tuple[int, int], bytes], leaves: list[bytes]
) -> dict[tuple[int, int], bytes]:
    tiles = {(tile.level, tile.n): tile.hashes for tile in merkle.tiles_after(0, leaves, lambda _level, _n: b"")}
    for level, n in sorted(tiles.keys() | stored.keys()):
        if tiles.get((level, n)) != stored.get((level, n)):
            report.faults.append(Fault("tile.changed", f"tile {level}/{n}", "not what the entries give"))
    return tiles


def _check_checkpoints(report: Report, tiles: dict[tuple[int, int], bytes], size: int) -> None:
    sound = 0
    for said, note in _rows(CHECKPOINTS):
        report.checkpoints += 1
        where = f"checkpoint {said}"
        try:
            signed = merkle.parse_checkpoint(merkle.verify_note(note, public_key()))
        except ValueError as error:
            report.faults.append(Fault("checkpoint.signature", where, str(error)))
            continue
        if signed.size != said or signed.size > size:
            report.faults.append(Fault("checkpoint.size", where, f"signed for {signed.size} entries, {size} are here"))
        elif merkle.root_from_tiles(said, lambda level, n: tiles.get((level, n), b"")) != signed.root:
            report.faults.append(
                Fault("checkpoint.root", where, f"an entry from {sound} to {said - 1} is not as signed")
            )
        else:
            sound = said
            report.root = signed.root.hex()


def _check_facts(report: Report) -> None:
    for table in facts.REGISTERED.values():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table.table}")  # noqa: S608 - a name from code
            report.facts[table.table] = cursor.fetchone()[0]
        for misfit in facts.misfits(table):
            said = f"{misfit.entered} rows entered, {misfit.found} found"
            report.faults.append(Fault("facts.changed", f"{table.table}, entry {misfit.entry_id}", said))


def _leaves() -> Iterator[tuple[Any, ...]]:
    start = 0
    while rows := list(_rows(LEAVES, [start, start + CHUNK])):
        yield from rows
        start = rows[-1][0] + 1


def _rows(statement: str, params: list[int] | None = None) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or [])
        yield from cursor.fetchall()
