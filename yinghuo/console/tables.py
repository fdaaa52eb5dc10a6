"""Tables of the console: columns and rows; one table feeds the page and its files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from yinghuo.console.paging import Pager
from yinghuo.console.pieces import STATES, Empty, Words

Kind = Literal["text", "code", "number", "share", "bar", "day", "time", "moment", "clock", "state", "evidence"]
NUMERIC: frozenset[str] = frozenset({"number", "share", "bar", "evidence"})


@dataclass(frozen=True)
class Column:
    """A column: the key of its value in a row, its label and unit, and how it is shown.

    kind: number (unit in the head), share (0..1), bar (number with a bar beside it), day, time, moment (both),
          clock (a `Due`), state (a `State` or a tone), evidence (number that links), code (a number plate), text
    link: key of the address in the row; the value becomes a link
    note: key of a second, smaller line
    sort: the head sorts, through `?sort=key` and `?sort=-key`
    """

    key: str
    label: Words
    kind: Kind = "text"
    unit: Words = ""
    link: str = ""
    note: str = ""
    sort: bool = False

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers, set right."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Head:
    """A column head as shown: how it is sorted now and what a click makes of it."""

    column: Column
    order: Literal["", "ascending", "descending"]
    click: str


@dataclass(frozen=True)
class Cell:
    """A cell as shown."""

    column: Column
    value: Any
    href: str
    note: Any
    width: int


@dataclass(frozen=True)
class Row:
    """A row as shown; `key` marks it in the page so that it keeps the focus when the table is read again."""

    key: str
    late: bool
    cells: list[Cell]


@dataclass(kw_only=True)
class Table:
    """A table.

    name:    short, Latin: part of the file name of an export and of the row marks
    caption: read aloud before the table
    rows:    mappings or objects, holding the columns' keys; `late` true puts a row in the late colour
    sort:    the column key the rows are ordered by, "-key" downwards
    files:   offers CSV, XLSX and Parquet of the whole list; its view begins with `exports.asked`
    every:   yields all rows of a long list for a file, instead of reading the view page after page
    total:   how many those are, where that is known
    wide:    keeps its columns on a phone and scrolls sideways, instead of one block a row
    """

    name: str
    caption: Words
    columns: Sequence[Column]
    rows: Sequence[Any]
    empty: Empty = field(default_factory=lambda: Empty(_("There is nothing here yet.")))
    pager: Pager | None = None
    sort: str = ""
    files: bool = False
    wide: bool = False
    row_key: str = "id"
    every: Callable[[], Iterable[Any]] | None = None
    total: int | None = None

    @cached_property
    def heads(self) -> list[Head]:
        """The column heads."""
        return [_head(column, self.sort) for column in self.columns]

    @cached_property
    def body(self) -> list[Row]:
        """The rows, cell by cell."""
        largest = {column.key: _largest(column, self.rows) for column in self.columns if column.kind == "bar"}
        return [self._row(row, number, largest) for number, row in enumerate(self.rows)]

    def _row(self, row: Any, number: int, largest: Mapping[str, float]) -> Row:
        cells = [_cell(column, row, largest.get(column.key, 0)) for column in self.columns]
        return Row(key=str(_of(row, self.row_key, number)), late=bool(_of(row, "late", False)), cells=cells)  # noqa: FBT003


def ordered(rows: Sequence[Any], sort: str, columns: Sequence[Column]) -> list[Any]:
    """Rows of a short list ordered by `sort` ("key" or "-key"), missing values last; unchanged for another word."""
    key = sort.removeprefix("-")
    if key not in {column.key for column in columns if column.sort}:
        return list(rows)
    known = [row for row in rows if _of(row, key) is not None]
    missing = [row for row in rows if _of(row, key) is None]
    return sorted(known, key=lambda row: _of(row, key), reverse=sort.startswith("-")) + missing


def _head(column: Column, sort: str) -> Head:
    if sort == column.key:
        return Head(column, "ascending", f"-{column.key}")
    return Head(column, "descending" if sort == f"-{column.key}" else "", column.key)


def _cell(column: Column, row: Any, largest: float) -> Cell:
    value = _of(row, column.key)
    if column.kind == "state" and isinstance(value, str):
        value = STATES[value]  # type: ignore[index]
    return Cell(
        column=column,
        value=value,
        href=_of(row, column.link, "") if column.link else "",
        note=_of(row, column.note, "") if column.note else "",
        width=round(100 * value / largest) if largest and value is not None else 0,
    )


def _largest(column: Column, rows: Sequence[Any]) -> float:
    return max((value for row in rows if (value := _of(row, column.key)) is not None), default=0)


_REQUIRED = object()


def _of(row: Any, key: str, instead: Any = _REQUIRED) -> Any:
    if isinstance(row, Mapping):
        return row[key] if instead is _REQUIRED else row.get(key, instead)
    return getattr(row, key) if instead is _REQUIRED else getattr(row, key, instead)
