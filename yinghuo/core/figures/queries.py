"""Counting a figure as of a size of the ledger, and reading the records behind it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from yinghuo.core.figures.registry import Figure, get
from yinghuo.core.refusal import Refused
from yinghuo.engines import merkle

TREE_SIZE = "SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf"
COUNT = "SELECT count(*), count(DISTINCT entry_id), {values} FROM ({evidence}) AS evidence"
LEAF_HASHES = """
    SELECT sha256('\\x00'::bytea || convert_to(line, 'UTF8')) FROM ({evidence}) AS evidence
    ORDER BY line COLLATE "C"
"""
RECORDS = """
    SELECT place.index, line, evidence.entry_id
    FROM ({evidence}) AS evidence JOIN ledger_leaf AS place ON place.entry_id = evidence.entry_id
    WHERE {reach} AND (place.index, line COLLATE "C") > (%(after_index)s, %(after_line)s)
    ORDER BY place.index, line COLLATE "C"
    LIMIT %(limit)s
"""
# Where the next records are looked for: in the next batches alone, which is quick where they are dense; then anywhere.
NEAR = """evidence.entry_id = ANY (ARRAY(
        SELECT entry_id FROM ledger_leaf WHERE index >= %(from_index)s AND index < %(to_index)s
    ))"""
ANYWHERE = "place.index >= %(from_index)s"
NEAR_LEAVES = (256, 4_096)
SUBTREE_LEAVES = 2**16  # hashes held at a time; a power of two, so that each full fetch is a whole subtree
LARGEST_HIDDEN_CELL = 10


@dataclass(frozen=True)
class Asked:
    """A question with one answer for ever: a figure of an area and a period, as the first `size` entries have it."""

    figure: Figure
    area: str
    first: datetime
    last: datetime
    size: int

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the figure's evidence."""
        return {"area": self.area, "first": self.first, "last": self.last, "size": self.size}


@dataclass(frozen=True)
class Value:
    """An answer: the value (None where there is nothing to average), its records, the batches they came in."""

    asked: Asked
    value: Decimal | None
    records: int
    entries: int

    @property
    def figure(self) -> Figure:
        """What was counted."""
        return self.asked.figure

    @property
    def area(self) -> str:
        """Code prefix; empty for everything."""
        return self.asked.area

    @property
    def first(self) -> datetime:
        """Beginning of the period."""
        return self.asked.first

    @property
    def last(self) -> datetime:
        """End of the period, not in it."""
        return self.asked.last

    @property
    def size(self) -> int:
        """How many ledger entries were there to count from."""
        return self.asked.size


class Record(NamedTuple):
    """One record behind a figure: its batch's place in the ledger, its canonical text, its batch's entry."""

    at_index: int
    line: str
    entry_id: UUID

    @property
    def place(self) -> tuple[int, str]:
        """What to give as `after` to read on behind this record."""
        return self.at_index, self.line


def ask(key: str, *, area: str, first: datetime, last: datetime, size: int | None = None) -> Asked:
    """The question in full; `size` None means the tree as it stands, without entries that wait for their index.

    Refused("figure.unknown") for a key that nobody registered, Refused("figure.period") unless first < last.
    """
    figure = get(key)
    if first >= last:
        raise Refused("figure.period", first=first, last=last)
    return Asked(figure, area, first, last, tree_size() if size is None else size)


def compute(key: str, *, area: str, first: datetime, last: datetime, size: int | None = None) -> Value:
    """Counts one figure in one statement; see `ask` for what may be refused."""
    (value,) = compute_many([ask(key, area=area, first=first, last=last, size=size)])
    return value


def compute_many(questions: Iterable[Asked]) -> list[Value]:
    """Counts several figures, in their order; those that stand on the same evidence share one statement."""
    questions = list(questions)
    alike: dict[tuple[object, ...], list[Asked]] = defaultdict(list)
    for asked in questions:
        alike[asked.figure.evidence_sql, asked.area, asked.first, asked.last, asked.size].append(asked)
    with _reading_much():
        answers = {value.asked: value for group in alike.values() for value in _count(list(dict.fromkeys(group)))}
    return [answers[asked] for asked in questions]


def evidence(asked: Asked, *, after: tuple[int, str] | None = None, limit: int = 100) -> list[Record]:
    """Up to `limit` records behind a figure, in the order in which their batches entered the ledger.

    after: `place` of the last record read; None begins at the beginning
    """
    after_index, after_line = after or (0, "")
    params: dict[str, Any] = {"from_index": after_index, "after_index": after_index, "after_line": after_line}
    records: list[Record] = []
    for leaves in (*NEAR_LEAVES, None):
        params |= {"to_index": params["from_index"] + (leaves or 0), "limit": limit - len(records)}
        rows = _rows(RECORDS, asked, params, reach=NEAR if leaves else ANYWHERE)
        records += [Record(*row) for row in rows]
        params["from_index"] = params["to_index"]
        if len(records) == limit or params["from_index"] >= asked.size:
            break
    return records


def all_evidence(asked: Asked) -> Iterator[Record]:
    """Every record behind a figure, page after page."""
    after = None
    while page := evidence(asked, after=after, limit=5_000):
        yield from page
        after = page[-1].place


def evidence_root(asked: Asked) -> bytes:
    """RFC 6962 root over the lines of all records, sorted bytewise; 32 bytes, SHA-256 of nothing when there is none.

    PostgreSQL hashes the leaves; they are read as a stream and folded one subtree at a time.
    """
    subtrees: list[bytes] = []
    with _reading_much(), connection.chunked_cursor() as cursor:
        cursor.execute(LEAF_HASHES.format(evidence=asked.figure.evidence_sql), asked.params)
        while rows := cursor.fetchmany(SUBTREE_LEAVES):
            subtrees.append(merkle.root_of_hashes(bytes(row[0]) for row in rows))
    return merkle.root_of_hashes(subtrees)


@contextmanager
def _reading_much() -> Iterator[None]:
    """A transaction whose statements read whole tables: joined by hash and sorted in memory.

    Statistics lag behind a flood, and with old ones the planner loops over the ledger once for every fact.
    """
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '256MB'")
        yield
        if not connection.needs_rollback:
            connection.cursor().execute("SET LOCAL enable_nestloop = DEFAULT; SET LOCAL work_mem = DEFAULT")


def tree_size() -> int:
    """How many entries have an index."""
    with connection.cursor() as cursor:
        cursor.execute(TREE_SIZE)
        return int(cursor.fetchone()[0])


def suppressed(value: Decimal | int | None) -> bool:
    """Whether a published table of people must hide this cell: 1 to 10 people could be recognised.

    >>> [suppressed(people) for people in (0, 1, 10, 11, None)]
    [False, True, True, False, False]
    """
    return value is not None and 1 <= value <= LARGEST_HIDDEN_CELL


def shown_cells(cells: list[int]) -> list[int | None]:
    """The cells of a table of people as they may be published beside their total: None where one is hidden.

    A single hidden cell could be found by subtraction, so the smallest of the others that holds anybody goes with it.

    >>> shown_cells([4, 90, 30, 0])
    [None, 90, None, 0]
    >>> shown_cells([4, 9, 30])
    [None, None, 30]
    """
    hidden = [place for place, people in enumerate(cells) if suppressed(people)]
    others = [place for place, people in enumerate(cells) if people > LARGEST_HIDDEN_CELL]
    if len(hidden) == 1 and others:
        hidden.append(min(others, key=lambda place: cells[place]))
    return [None if place in hidden else people for place, people in enumerate(cells)]


def _count(questions: list[Asked]) -> Iterator[Value]:
    """Questions on the same evidence, answered by one statement."""
    values = ", ".join(f"({asked.figure.value_sql})::numeric" for asked in questions)
    ((records, entries, *counted),) = _rows(COUNT, questions[0], {}, values=values)
    for asked, value in zip(questions, counted, strict=True):
        yield Value(asked, _rounded(value, asked.figure.decimals), records, entries)


def _rounded(value: Decimal | None, decimals: int) -> Decimal | None:
    """Half up, as people round: 6.065 with two decimals is 6.07."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _rows(statement: str, asked: Asked, params: dict[str, Any], **parts: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(evidence=asked.figure.evidence_sql, **parts), asked.params | params)
        return cursor.fetchall()
