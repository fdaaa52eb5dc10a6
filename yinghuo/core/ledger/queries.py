"""Reading the ledger: the newest signature, pages of entries, the history of one subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.core.ledger.actions import leaf_data

STANDING = """
    SELECT (SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf), (SELECT count(*) FROM ledger_waiting),
           c.size, c.root, c.at, c.note
    FROM (SELECT 1) AS always LEFT JOIN (SELECT * FROM ledger_checkpoint ORDER BY size DESC LIMIT 1) AS c ON true
"""
COLUMNS = "l.index, e.id, e.at, e.kind, e.subject, e.by, e.body"
PAGE = """
    SELECT {columns} FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
    WHERE {conditions} ORDER BY l.index DESC LIMIT %(limit)s
"""
ONE = f"SELECT {COLUMNS} FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry_id = e.id WHERE e.id = %s"  # noqa: S608
HISTORY = f"""
    SELECT {COLUMNS} FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE e.subject = %(subject)s OR e.id = ANY(%(also)s) ORDER BY e.at, e.id
"""  # noqa: S608
KINDS = """
    WITH RECURSIVE found AS (
        (SELECT kind FROM ledger_entry ORDER BY kind LIMIT 1)
        UNION ALL
        SELECT (SELECT e.kind FROM ledger_entry e WHERE e.kind > found.kind ORDER BY e.kind LIMIT 1)
        FROM found WHERE found.kind IS NOT NULL
    )
    SELECT kind FROM found WHERE kind IS NOT NULL
"""


class Standing(NamedTuple):
    """How the ledger stands: entries in the tree, entries that wait; size, root (hexadecimal) and note signed last.

    signed_size is 0, the rest of the signature None, while nothing has been signed.
    """

    size: int
    waiting: int
    signed_size: int
    root: str | None
    signed_at: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with its index; None while it waits for one. `body` is canonical JSON."""

    index: int | None
    id: UUID
    at: datetime
    kind: str
    subject: str
    by: str
    body: str

    @property
    def leaf(self) -> bytes:
        """The bytes that the tree commits to."""
        return leaf_data((self.id, self.at, self.kind, self.subject, self.by, self.body))


def standing() -> Standing:
    """How the ledger stands now."""
    ((size, waiting, signed_size, *signature),) = _rows(STANDING)
    return Standing(size, waiting, signed_size or 0, *signature)


def entries(*, kind: str = "", subject: str = "", before: int | None = None, limit: int = 50) -> list[EntryRow]:
    """Entries that have an index, the newest first: of one kind, of one subject, those below the index `before`."""
    wanted = {"e.kind = %(kind)s": kind, "e.subject = %(subject)s": subject, "l.index < %(before)s": before}
    conditions = " AND ".join([text for text, value in wanted.items() if value not in ("", None)] or ["true"])
    params = {"kind": kind, "subject": subject, "before": before, "limit": limit}
    return [EntryRow(*row) for row in _rows(PAGE.format(columns=COLUMNS, conditions=conditions), params)]


def entry(entry_id: UUID) -> EntryRow | None:
    """One entry, waiting or not; None if there is none."""
    return next((EntryRow(*row) for row in _rows(ONE, [entry_id])), None)


def history(subject: str, *, also: Sequence[UUID | None] = ()) -> list[EntryRow]:
    """Every entry about a subject in the order of time; `also`: ids of batch entries that speak of it among others."""
    return [EntryRow(*row) for row in _rows(HISTORY, {"subject": subject, "also": [one for one in also if one]})]


def kinds() -> list[str]:
    """Every kind of entry there is, sorted; one step along the index for each."""
    return [kind for (kind,) in _rows(KINDS)]


def _rows(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
