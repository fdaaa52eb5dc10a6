"""What an outsider takes away: proofs of single entries, and the whole log as static files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from yinghuo.core.ledger.actions import leaf_data
from yinghuo.core.ledger.sequencer import public_key, tile_reader
from yinghuo.core.refusal import Refused
from yinghuo.engines import merkle

TILE_WIDTH = 256
ENTRY = """
    SELECT l.index, e.id, e.at, e.kind, e.subject, e.by, e.body
    FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id WHERE e.id = %s
"""
SPAN = """
    SELECT e.id, e.at, e.kind, e.subject, e.by, e.body
    FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""
NEWEST = "SELECT size, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"


@dataclass(frozen=True)
class Proof:
    """That an entry stands in the signed tree: check with RFC 6962 inclusion against the checkpoint's root."""

    index: int
    size: int
    leaf: bytes
    hashes: list[bytes]
    checkpoint: str
    public_key: str

    def as_json(self) -> dict[str, object]:
        """Hashes in hexadecimal, the leaf as text."""
        return {
            "checkpoint": self.checkpoint,
            "hashes": [one.hex() for one in self.hashes],
            "index": self.index,
            "leaf": self.leaf.decode(),
            "public_key": self.public_key,
            "size": self.size,
        }


def prove(entry_id: UUID) -> Proof:
    """The proof that an entry is under the newest checkpoint.

    Refused("entry.unknown") if there is no such entry in the tree,
    Refused("entry.unsigned") if the newest checkpoint is older than the entry.
    """
    with connection.cursor() as cursor:
        cursor.execute(ENTRY, [entry_id])
        row = cursor.fetchone()
        if row is None:
            raise Refused("entry.unknown", entry=str(entry_id))
        cursor.execute(NEWEST)
        size, note = cursor.fetchone() or (0, "")
        index, *entry = row
        if index >= size:
            raise Refused("entry.unsigned", entry=str(entry_id))
        hashes = merkle.inclusion_from_tiles(index, size, tile_reader(cursor))
    return Proof(index, size, leaf_data(tuple(entry)), hashes, note, public_key())


def prove_growth(old_size: int) -> tuple[int, list[bytes]]:
    """That the newest checkpoint's tree only added to the one of `old_size` entries: its size, the hashes.

    Refused("ledger.size") unless 0 < old_size <= newest size.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        size, _ = cursor.fetchone() or (0, "")
        if not 0 < old_size <= size:
            raise Refused("ledger.size", size=old_size, newest=size)
        return size, merkle.consistency_from_tiles(old_size, size, tile_reader(cursor))


@transaction.atomic
def export(folder: Path, *, progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Writes checkpoint, tiles and entry bundles as C2SP tlog-tiles files; returns the size of the tree.

    progress: called with entries written, entries in all
    """
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        size, note = cursor.fetchone() or (0, "")
        _write(folder / "public-key", f"{public_key()}\n".encode())
        if not size:
            return 0
        read = tile_reader(cursor)
        for level, n, width in _tiles_of(size):
            _write(folder / merkle.tile_path(level, n, width), read(level, n)[: width * 32])
        for n in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
            last = min(size, (n + 1) * TILE_WIDTH)
            cursor.execute(SPAN, [n * TILE_WIDTH, last])
            entries = [leaf_data(row) for row in cursor.fetchall()]
            _write(folder / merkle.bundle_path(n, len(entries)), merkle.entry_bundle(entries))
            progress(last, size)
    _write(folder / "checkpoint", note.encode())
    return int(size)


def _tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    level = 0
    while width := size >> (8 * level):
        for n in range(width // TILE_WIDTH):
            yield level, n, TILE_WIDTH
        if width % TILE_WIDTH:
            yield level, width // TILE_WIDTH, width % TILE_WIDTH
        level += 1


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
