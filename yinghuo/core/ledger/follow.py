"""Followers: what has to happen because of entries happens in their order, once, and is never forgotten."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

JOIN = "INSERT INTO ledger_follower (name, next_index) VALUES (%s, 0) ON CONFLICT DO NOTHING"
PLACE = "SELECT next_index FROM ledger_follower WHERE name = %s FOR UPDATE"
READ = """
    SELECT l.index, e.id, e.at, e.kind, e.subject, e.by, e.body
    FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.index >= %s ORDER BY l.index LIMIT %s
"""
MOVE_ON = "UPDATE ledger_follower SET next_index = %s WHERE name = %s"


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as a follower reads it; `body` is parsed."""

    index: int
    id: UUID
    at: datetime
    kind: str
    subject: str
    by: str
    body: dict[str, Any]


@transaction.atomic
def follow(name: str, handle: Callable[[Sequence[Read]], None], *, limit: int = 500) -> int:
    """Hands the next entries, in index order, to `handle`, in one transaction with all that it writes.

    returns: how many entries were read; 0 when there is nothing new
    """
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [name])
        cursor.execute(PLACE, [name])
        (place,) = cursor.fetchone()
        cursor.execute(READ, [place, limit])
        entries = [_read(row) for row in cursor.fetchall()]
        if not entries:
            return 0
        handle(entries)
        cursor.execute(MOVE_ON, [entries[-1].index + 1, name])
    return len(entries)


def _read(row: tuple[Any, ...]) -> Read:
    index, entry_id, at, kind, subject, by, body = row
    return Read(index, entry_id, at, kind, subject, by, json.loads(body))
