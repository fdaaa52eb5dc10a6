"""Workbooks (XLSX) read row by row with calamine; numbers that Excel has rounded are written so that it shows."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.reading.blocks import Block, Shape
from yinghuo.engines.rosters.heads import mapping_of

MOST_ROWS = 1_048_576  # of a sheet, by Excel; a sheet that is full has probably lost rows
LOOK_ROWS = 10  # a title may stand above the heads
EXACT_BELOW = 1e15  # Excel keeps 15 digits of a number
BLOCK_ROWS = 20_000
MARKS = b"PK\x03\x04"  # what a workbook begins with


def look(file: BytesIO) -> Shape:
    """The shape of a workbook: the heads of its first sheet. Refused: "roster.workbook", "roster.empty"."""
    first = list(islice(_rows(file), LOOK_ROWS))
    if not any(any(cells) for cells in first):
        raise Refused("roster.empty")
    at = max(range(len(first)), key=lambda row: (len(mapping_of(first[row])), any(first[row]), -row))
    heads = [text.strip() for text in first[at]]
    return Shape("xlsx", heads, start=at + 1, head_row=at + 1, full=_height(file) >= MOST_ROWS)


def blocks(file: BytesIO, *, width: int, first_row: int) -> Iterator[Block]:
    """Blocks of BLOCK_ROWS rows from row `first_row` on, counted as Excel does."""
    held: list[list[str]] = []
    row = first_row
    for cells in _from(_rows(file), first_row):
        held.append(cells[:width] if not any(cells[width:]) else cells)
        if len(held) == BLOCK_ROWS:
            yield Block(held, row, len(held), row + len(held) - 1)
            row, held = row + len(held), []
    if held:
        yield Block(held, row, len(held), row + len(held) - 1)


def plain(value: Any) -> str:
    """A cell as text.

    >>> plain(220106.0), plain(2.20106199001011e17), plain(date(1990, 1, 2)), plain("王小明"), plain(None)
    ('220106', '2.20106199001011e+17', '1990-01-02', '王小明', '')
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value)
        case float() if abs(value) >= EXACT_BELOW:
            return f"{value:.15g}"
        case float() | int():
            return str(int(value)) if value == int(value) else str(value)
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _rows(file: BytesIO) -> Iterator[list[str]]:
    for cells in _sheet(file).iter_rows():
        yield [plain(cell) for cell in cells]


def _height(file: BytesIO) -> int:
    return int(_sheet(file).total_height)


def _sheet(file: BytesIO) -> Any:
    file.seek(0)
    try:
        return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    except CalamineError as error:
        raise Refused("roster.workbook") from error


def _from(rows: Iterable[list[str]], first_row: int) -> Iterator[list[str]]:
    for number, cells in enumerate(rows, start=1):
        if number >= first_row:
            yield cells
