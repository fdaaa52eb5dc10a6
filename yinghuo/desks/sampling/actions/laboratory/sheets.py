"""The rows of a file as it came, text or spreadsheet: all of them, in order, or a refusal that says why."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, ZipError

from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.assay_rules import FULL_SHEETS
from yinghuo.engines.instrument_files import SAMPLE_LINES, Columns, Form, places, recognise

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SAMPLE_BYTES = 64 * 1024
Rows = Iterator[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class Sheet:
    """A file's rows: how it is written (a spreadsheet has no form, and is open), its sheets by name."""

    form: Form | None
    names: tuple[str, ...]
    stream: IO[bytes]
    book: CalamineWorkbook | None = None
    loaded: dict[str, CalamineSheet] = field(default_factory=dict)

    def rows(self, name: str) -> Rows:
        """The rows of one sheet, numbered from 1; Refused("file.unreadable") at the row that is none."""
        return _of_text(self.stream, self.form) if self.form else _of_sheet(self.sheet(name))

    def sheet(self, name: str) -> CalamineSheet:
        """A sheet of a spreadsheet, read once."""
        assert self.book
        if name not in self.loaded:
            self.loaded[name] = self.book.get_sheet_by_name(name)
        return self.loaded[name]

    @property
    def fullest(self) -> int:
        """The last row of the longest sheet, 1-based; 0 for a text file, whose end is known when it is read."""
        return max((self.sheet(name).end or (-1, 0))[0] + 1 for name in self.names) if self.book else 0


def opened(stream: IO[bytes]) -> Sheet:
    """Looks at the beginning of a file; Refused("file.empty"), Refused("file.unreadable")."""
    stream.seek(0)
    sample = stream.read(SAMPLE_BYTES)
    if not sample.strip():
        raise Refused("file.empty")
    if sample.startswith(SPREADSHEETS):
        book = _book(stream)
        return Sheet(None, tuple(book.sheet_names), stream, book)
    return Sheet(recognise(sample), ("",), stream)


def below_head(sheet: Sheet, columns: Columns) -> tuple[str, dict[str, int], Rows]:
    """The sheet that has the head line, where the columns stand in it, and the rows below.

    Refused("file.head") when no sheet has it, Refused("file.sheets") when several have: none is left out unseen.
    """
    found = [name for name in sheet.names if _head(sheet.rows(name), columns)]
    if not found:
        raise Refused("file.head", columns=", ".join(columns.needed))
    if len(found) > 1:
        raise Refused("file.sheets", sheets=", ".join(found))
    rows = sheet.rows(found[0])
    at = _head(rows, columns)
    assert at
    return found[0], at, rows


def refuse_full(rows: int) -> None:
    """Refused("file.full_sheet") for exactly as many rows as a spreadsheet can hold: what did not fit is missing."""
    if rows in FULL_SHEETS:
        raise Refused("file.full_sheet", rows=rows)


def _head(rows: Rows, columns: Columns) -> dict[str, int] | None:
    for number, cells in rows:
        if (at := places(columns, cells)) is not None:
            return at
        if number >= SAMPLE_LINES:
            return None
    return None


def _of_text(stream: IO[bytes], form: Form) -> Rows:
    stream.seek(0)
    text = io.TextIOWrapper(_Kept(stream), encoding=form.encoding, newline="")
    number = 0
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=form.separator, strict=True), start=1):
            yield number, cells
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused("file.unreadable", row=number + 1, detail=str(error)) from error


def _of_sheet(sheet: CalamineSheet) -> Rows:
    start = (sheet.start or (0, 0))[0]
    for number, cells in enumerate(sheet.iter_rows(), start=1 + start):
        yield number, [_plain(cell) for cell in cells]


def _book(stream: IO[bytes]) -> CalamineWorkbook:
    stream.seek(0)
    try:
        return CalamineWorkbook.from_filelike(stream)
    except (CalamineError, PasswordError, ZipError) as error:
        raise Refused("file.unreadable", row=1, detail=str(error)) from error


def _plain(cell: object) -> str:
    """A cell as text; a whole number without its point, so that a code typed as a number stays a code."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


class _Kept(io.BufferedReader):
    """A stream that stays open when the text around it is thrown away."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        super().__init__(stream)  # type: ignore[arg-type]

    def close(self) -> None:
        """Leaves the stream open: it is read again."""
