"""CSV, XLSX and Parquet of a list: CSV is sent while it is read, the other two are finished first."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, override
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from yinghuo.console.exports.parquet import Columnar
from yinghuo.console.pieces import Due
from yinghuo.console.tables import Cell, Table
from yinghuo.core.refusal import Refused

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET_TYPE = "application/vnd.apache.parquet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run text that starts so (OWASP, CSV injection)
MOST_XLSX_ROWS = 1_048_575  # of Excel, below the head row


def as_csv(table: Table, parts: Iterable[Table] = ()) -> HttpResponseBase:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; text that looks like a formula is disarmed."""
    pages = iter(parts or [table])
    first = next(pages)
    text = chain(["\ufeff", _written([_heads(table)]), _lines(first)], _later(pages))
    name = f"{table.name}.csv"
    if table.every is None and not (first.pager and first.pager.after):
        return _file("".join(text).encode(), "text/csv; charset=utf-8", name)
    answer = StreamingHttpResponse((piece.encode() for piece in text), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def as_xlsx(table: Table, parts: Iterable[Table] = ()) -> HttpResponseBase:
    """One sheet, bold head kept in view; numbers, dates and times stay numbers, dates and times.

    Refused("export.too_long") for more rows than a sheet of Excel holds
    """
    if (table.total or 0) > MOST_XLSX_ROWS:
        raise Refused("export.too_long", most=MOST_XLSX_ROWS)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, head) for head in _heads(table)])
    rows = 0
    for part in parts or [table]:
        rows += len(part.rows)
        if rows > MOST_XLSX_ROWS:
            raise Refused("export.too_long", most=MOST_XLSX_ROWS)
        for row in part.body:
            sheet.append([_in_sheet(sheet, _naive(plain(cell))) for cell in row.cells])
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(out)
    return _sent(out, XLSX_TYPE, f"{table.name}.xlsx")


def as_parquet(table: Table, parts: Iterable[Table] = ()) -> HttpResponseBase:
    """Columns by their keys, in row groups; times in UTC, shares as 0..1."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-export-") as folder:
        columnar = Columnar(Path(folder), table.columns)
        for part in parts or [table]:
            columnar.add([[plain(cell, empty=None) for cell in row.cells] for row in part.body])
        out = columnar.finished().open("rb")
    return _sent(out, PARQUET_TYPE, f"{table.name}.parquet")


def plain(cell: Cell, *, empty: str | None = "") -> Any:
    """The value of a cell as a file holds it."""
    match cell.value:
        case None:
            return empty
        case Due():
            return timezone.localtime(cell.value.due_at)
        case datetime():
            return timezone.localtime(cell.value)
        case bool() | int() | float() | Decimal() | date():
            return cell.value
        case _:
            return str(cell.value)


def _later(pages: Iterator[Table]) -> Iterator[str]:
    """The lines of what follows, in the language of the request, which is over when they are asked for."""
    language = get_language()
    while True:
        with override(language):
            part = next(pages, None)
            text = _lines(part) if part else ""
        if part is None:
            return
        yield text


def _lines(part: Table) -> str:
    return _written([_disarmed(plain(cell)) for cell in row.cells] for row in part.body)


def _written(rows: Iterable[list[Any]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _heads(table: Table) -> list[str]:
    return [f"{c.label} ({c.unit})" if c.unit else str(c.label) for c in table.columns]


def _bold(sheet: Any, head: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=head)
    cell.font = Font(bold=True)
    return cell


def _in_sheet(sheet: Any, value: Any) -> Any:
    """A value of a sheet; text that begins like a formula is text."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    return cell


def _disarmed(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _sent(out: BinaryIO, content_type: str, name: str) -> FileResponse:
    out.seek(0)
    return FileResponse(out, content_type=content_type, as_attachment=True, filename=name)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
