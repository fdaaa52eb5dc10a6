"""Files of what a table shows: CSV and XLSX, asked for with `?as=csv` and `?as=xlsx` on the page's own address."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Font

from yinghuo.console.pieces import Due
from yinghuo.console.tables import Cell, Table

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run text that starts so (OWASP, CSV injection)


def asked(request: HttpRequest, table: Table) -> HttpResponse | None:
    """The file that the address asks for; None when it asks for the page."""
    form = request.GET.get("as")
    return {"csv": as_csv, "xlsx": as_xlsx}[form](table) if form in {"csv", "xlsx"} else None


def as_csv(table: Table) -> HttpResponse:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; text that looks like a formula is disarmed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_heads(table))
    writer.writerows([_disarmed(_plain(cell)) for cell in row.cells] for row in table.body)
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{table.name}.csv")


def as_xlsx(table: Table) -> HttpResponse:
    """One sheet, bold head kept in view; numbers, dates and times stay numbers, dates and times."""
    book = Workbook()
    sheet = book.active
    sheet.append(_heads(table))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in table.body:
        sheet.append([_naive(_plain(cell)) for cell in row.cells])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return _file(out.getvalue(), XLSX_TYPE, f"{table.name}.xlsx")


def _heads(table: Table) -> list[str]:
    return [f"{c.label} ({c.unit})" if c.unit else str(c.label) for c in table.columns]


def _plain(cell: Cell) -> Any:
    match cell.value:
        case None:
            return ""
        case Due():
            return timezone.localtime(cell.value.due_at)
        case datetime():
            return timezone.localtime(cell.value)
        case bool() | int() | float() | Decimal() | date():
            return cell.value
        case _:
            return str(cell.value)


def _disarmed(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
