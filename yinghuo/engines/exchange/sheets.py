"""CSV and workbooks to rows of text and back: encoding, separator and formula-like text looked after."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from python_calamine import CalamineError, CalamineWorkbook

FORMULA_STARTS = ("=", "+", "-", "@")  # a spreadsheet would run text that starts so (OWASP, CSV injection)
SEPARATORS = (",", ";", "\t")
WORKBOOK_MARKS = b"PK\x03\x04"
MOST_COLUMNS = 500
csv.field_size_limit(1 << 20)


class UnreadableError(Exception):
    """The file as a whole cannot be read; `cause` is a code: encoding, workbook, empty, json, form."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(cause)


class Sheet(NamedTuple):
    """A table of a file: its name ("" in CSV), its rows that hold anything with their number, from 1."""

    name: str
    rows: Iterator[tuple[int, list[str]]]


def sheets_of(data: bytes) -> list[Sheet]:
    """The tables of a CSV file (UTF-8 or GB18030; comma, semicolon or tab) or a workbook. UnreadableError."""
    if data.startswith(WORKBOOK_MARKS):
        return _workbook(data)
    text = decoded(data)
    first = text.lstrip("\r\n").partition("\n")[0]
    if not first.strip():
        raise UnreadableError("empty")
    separator = max(SEPARATORS, key=first.count)
    return [Sheet("", _numbered(_csv_rows(text, separator)))]


def decoded(data: bytes) -> str:
    """Text in UTF-8, with or without byte order mark, or GB18030. UnreadableError "encoding"."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableError("encoding")


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; text that looks like a formula is disarmed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([disarmed(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def as_workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """A workbook of text cells; each sheet is its name, heads, rows."""
    book = Workbook(write_only=True)
    for name, heads, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append(list(heads))
        for row in rows:
            sheet.append([_text_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def disarmed(cell: str) -> str:
    """Text that a spreadsheet would run gets an apostrophe before it, which `armed` takes off.

    >>> disarmed("=1+1"), disarmed("'=x"), disarmed("a")
    ("'=1+1", "''=x", 'a')
    """
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def armed(cell: str) -> str:
    """What `disarmed` was given.

    >>> armed(disarmed("-5")), armed("'tis")
    ('-5', "'tis")
    """
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def _csv_rows(text: str, separator: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [armed(cell.strip()) for cell in row[:MOST_COLUMNS]]
    except csv.Error as error:
        raise UnreadableError("form") from error


def _workbook(data: bytes) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [Sheet(name, _numbered(_sheet_rows(book.get_sheet_by_name(name)))) for name in book.sheet_names]
    except CalamineError as error:
        raise UnreadableError("workbook") from error


def _sheet_rows(sheet: Any) -> Iterator[list[str]]:
    for cells in sheet.iter_rows():
        yield [_plain(cell) for cell in cells[:MOST_COLUMNS]]


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    return ((number, row) for number, row in enumerate(rows, start=1) if any(row))


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.15g}"
        case datetime() | date():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case _:
            return str(value).strip()


def _text_cell(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell
