"""Line lists, CSV or XLSX, with heads in Chinese or English: one table for each kind of record, without loss."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yinghuo.engines.exchange.columns import COLUMNS, SHEETS, Column, kind_of, mapping_of, record_of, write_cell
from yinghuo.engines.exchange.holding import Holds, everything
from yinghuo.engines.exchange.records import KINDS, Records, Rejected, Written
from yinghuo.engines.exchange.sheets import Sheet, UnreadableError, as_csv, as_workbook, sheets_of
from yinghuo.engines.exchange.values import Fault, Reader

HOLDS: Holds = everything()
LOOK_ROWS = 5  # a title may stand above the heads


def read(data: bytes, *, reader: Reader, mapping: Mapping[str, int] | None = None) -> Records:
    """The records of a file, all its sheets.

    mapping: field of a case or contact to column, counted from 0, instead of what the heads say; for single tables
    UnreadableError: "encoding", "workbook", "empty", "heads" (no sheet has heads that are known)
    """
    found = Records()
    known = [one for sheet in sheets_of(data) if (one := _headed(sheet)) is not None]
    if not known:
        raise UnreadableError("heads")
    for kind, heads, rows in known:
        columns = dict(mapping) if mapping else mapping_of(heads, kind)
        found.unread += [head for at, head in enumerate(heads) if head and at not in columns.values()]
        _read_rows(kind, rows, columns, reader, found)
    return found


def look(data: bytes) -> tuple[str, list[str], dict[str, int]]:
    """Kind, heads and guessed columns of the first table that is understood. UnreadableError as in `read`."""
    for sheet in sheets_of(data):
        if headed := _headed(sheet):
            kind, heads, _ = headed
            return kind, heads, mapping_of(heads, kind)
    raise UnreadableError("heads")


def write(records: Records, *, chinese: int, form: str) -> Written:
    """One CSV file for each kind that has records, or one workbook with a sheet for each.

    chinese: 1 for Chinese heads and words, 0 for English; form: "csv" or "xlsx"
    """
    kinds = [kind for kind in KINDS if records.of(kind)] or ["cases"]
    tables = [
        (SHEETS[kind][1 - chinese], heads(kind, chinese=chinese), rows(kind, records.of(kind), chinese=chinese))
        for kind in kinds
    ]
    if form == "xlsx":
        return Written({"line-list.xlsx": as_workbook(tables)}, [])
    files = {f"{kind}.csv": as_csv(head, body) for kind, (_, head, body) in zip(kinds, tables, strict=True)}
    return Written(files, [])


def heads(kind: str, *, chinese: int) -> list[str]:
    """The heads that are written for a kind."""
    return [(column.zh if chinese else column.en)[0] for column in COLUMNS[kind]]


def rows(kind: str, records: Iterable[Any], *, chinese: int) -> Iterator[list[str]]:
    """The cells of records, row by row."""
    return (
        [write_cell(column, _value(record, column), chinese=chinese) for column in COLUMNS[kind]] for record in records
    )


def _headed(sheet: Sheet) -> tuple[str, list[str], Iterator[tuple[int, list[str]]]] | None:
    """Kind and heads of a sheet and the rows below; None if no row at its top has heads that are known."""
    for tried, (number, cells) in enumerate(sheet.rows):
        if kind := kind_of(cells):
            return kind, cells, sheet.rows
        if tried == LOOK_ROWS or number > 100:
            return None
    return None


def _read_rows(
    kind: str, rows: Iterable[tuple[int, list[str]]], columns: Mapping[str, int], reader: Reader, found: Records
) -> None:
    keys: dict[str, int] = {}
    for number, cells in rows:
        text = {field: cells[at] for field, at in columns.items() if at < len(cells)}
        try:
            record = record_of(kind, text, reader=reader, row=number)
        except Fault as fault:
            found.rejected.append(fault.at(number, kind))
            continue
        if keys.setdefault(record.key, number) != number:
            found.rejected.append(Rejected(number, kind, "key", "twice", record.key))
            continue
        found.of(kind).append(record)


def _value(record: Any, column: Column) -> Any:
    for name in column.field.split("."):
        record = getattr(record, name)
    return record
