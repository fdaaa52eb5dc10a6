"""The sequencer: gives waiting entries their index, grows the tree, signs checkpoints."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import count

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from yinghuo.core.ledger.actions import leaf_data
from yinghuo.engines import merkle

BATCH_ENTRIES = 20_000
LOCK = "SELECT pg_advisory_xact_lock(hashtext('ledger sequencer'))"
SIZE = "SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf"
TAKE = """
    WITH taken AS (
        DELETE FROM ledger_waiting
        WHERE entry_id IN (SELECT entry_id FROM ledger_waiting ORDER BY entry_id LIMIT %s)
        RETURNING entry_id
    )
    SELECT e.id, e.at, e.kind, e.subject, e.by, e.body
    FROM taken JOIN ledger_entry e ON e.id = taken.entry_id
    ORDER BY e.id
"""
GIVE_INDEX = """
    INSERT INTO ledger_leaf (index, entry_id)
    SELECT %s + place - 1, id FROM unnest(%s::uuid[]) WITH ORDINALITY AS given (id, place)
"""
KEEP_TILE = """
    INSERT INTO ledger_tile (level, n, hashes) VALUES (%s, %s, %s)
    ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes
"""
READ_TILE = "SELECT hashes FROM ledger_tile WHERE level = %s AND n = %s"
LAST_CHECKPOINT = "SELECT coalesce(max(size), 0) FROM ledger_checkpoint"
KEEP_CHECKPOINT = (
    "INSERT INTO ledger_checkpoint (size, root, at, note) VALUES (%s, %s, %s, %s) ON CONFLICT (size) DO NOTHING"
)


@transaction.atomic
def sequence(*, limit: int = BATCH_ENTRIES) -> int:
    """Appends up to `limit` waiting entries to the tree; returns how many. One sequencer works at a time."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(TAKE, [limit])
        entries = cursor.fetchall()
        if not entries:
            return 0
        size = _size(cursor)
        cursor.execute(GIVE_INDEX, [size, [entry[0] for entry in entries]])
        hashes = [merkle.leaf_hash(leaf_data(entry)) for entry in entries]
        tiles = merkle.tiles_after(size, hashes, tile_reader(cursor))
        cursor.executemany(KEEP_TILE, [(tile.level, tile.n, tile.hashes) for tile in tiles])
    return len(entries)


def sequence_all() -> int:
    """Sequences until the line is empty; returns how many entries got an index."""
    total = 0
    for _ in count():
        done = sequence()
        total += done
        if done < BATCH_ENTRIES:
            break
    return total


@transaction.atomic
def checkpoint(*, at: datetime) -> str | None:
    """Signs the tree as it stands and keeps the note; None when nothing is new since the last one."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        size = _size(cursor)
        cursor.execute(LAST_CHECKPOINT)
        if size == cursor.fetchone()[0]:
            return None
        root = merkle.root_from_tiles(size, tile_reader(cursor))
        text = merkle.checkpoint_text(settings.LEDGER_ORIGIN, size, root)
        note = merkle.sign_note(text, settings.LEDGER_ORIGIN, settings.LEDGER_KEY)
        cursor.execute(KEEP_CHECKPOINT, [size, root.hex(), at, note])
    return note


def tile_reader(cursor: CursorWrapper) -> Callable[[int, int], bytes]:
    """`read(level, n)` over the stored tiles, each read once; an absent tile is empty."""

    @cache
    def read(level: int, n: int) -> bytes:
        cursor.execute(READ_TILE, [level, n])
        row = cursor.fetchone()
        return bytes(row[0]) if row else b""

    return read


def public_key() -> str:
    """The verifier key that an outsider needs, in C2SP form `name+hash+key`."""
    return merkle.vkey_of(settings.LEDGER_ORIGIN, settings.LEDGER_KEY)


def _size(cursor: CursorWrapper) -> int:
    cursor.execute(SIZE)
    return int(cursor.fetchone()[0])
