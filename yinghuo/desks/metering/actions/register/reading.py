"""Reading register files: each row becomes a staged row or a problem with its row number, column and cause."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection
from psycopg import Copy

from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.register.columns import REQUIRED, Column, File

MOST_KEPT = 1_000  # problems that are told one by one; the others are counted
LONGEST_SHOWN = 60
ROWS_BETWEEN_REPORTS = 5_000

Values = list[str | None]
Progress = Callable[[str, int], None]  # which file, how many of its rows are read


class Problem(NamedTuple):
    """What keeps a row from being loaded.

    row:   as a spreadsheet counts, the head being row 1
    cause: missing, form, columns, repeated, unknown, taken, ratings, before, dialled, zero
    """

    file: str
    row: int
    column: str
    cause: str
    value: str


class Problems:
    """The problems found so far: the first ones in full, all counted."""

    def __init__(self) -> None:
        self.kept: list[Problem] = []
        self.count = 0

    def add(self, problem: Problem) -> None:
        """Keeps it if there is room, counts it."""
        self.count += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(problem._replace(value=problem.value[:LONGEST_SHOWN]))


class Staged(NamedTuple):
    """A file that stands in its staging table: the columns that it has, its rows, its bytes and their SHA-256."""

    file: File
    columns: tuple[Column, ...]
    rows: int
    bytes: int
    sha256: str


def stage(folder: Path, file: File, problems: Problems, *, progress: Progress) -> Staged | None:
    """Puts the well-formed rows of a file into its staging table; None where the folder has no such file.

    Refused: "register.unreadable" for what is no CSV in UTF-8 or GB18030, "register.columns" for a head without a
    column that must be there
    """
    path = folder / f"{file.name}.csv"
    if not path.exists():
        return None
    raw = path.read_bytes()
    records = _records(raw, file)
    columns, places = _columns(file, next(records, []))
    with connection.cursor() as cursor:
        cursor.execute(_table(file))
        names = ", ".join(["row", *(column.column for column in file.columns)])
        with cursor.copy(f"COPY {file.staged} ({names}) FROM STDIN") as copy:
            rows = _copy(copy, file, _values(file, records, places, problems), progress)
        cursor.execute(f"ANALYZE {file.staged}")
    progress(file.name, rows)
    return Staged(file, columns, rows, len(raw), hashlib.sha256(raw).hexdigest())


def _copy(copy: Copy, file: File, values: Iterator[Values | None], progress: Progress) -> int:
    rows = 0
    for rows, one in enumerate(values, start=1):
        if one:
            copy.write_row([rows + 1, *one])
        if rows % ROWS_BETWEEN_REPORTS == 0:
            progress(file.name, rows)
    return rows


def _values(
    file: File, records: Iterator[list[str]], places: list[int | None], problems: Problems
) -> Iterator[Values | None]:
    """The values of each row, which counts from 2 as in a spreadsheet; None for one that is empty or has a problem."""
    for row, record in enumerate(records, start=2):
        yield _checked(file, row, _cells(record, places), problems)


def _table(file: File) -> str:
    columns = ", ".join(f"{column.column} {column.sql}" for column in file.columns)
    return f"DROP TABLE IF EXISTS {file.staged}; CREATE TEMP TABLE {file.staged} (row int, {columns}) ON COMMIT DROP"


def _records(raw: bytes, file: File) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(_decoded(raw), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused("register.unreadable", file=f"{file.name}.csv", detail=str(error)) from error


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _columns(file: File, head: list[str]) -> tuple[tuple[Column, ...], list[int | None]]:
    """The columns that the head names, and for each column of the file its place in a record."""
    names = [name.strip() for name in head]
    lacking = [one.name for one in file.columns if one.instead == REQUIRED and one.name not in names]
    if lacking:
        raise Refused("register.columns", file=f"{file.name}.csv", needed=", ".join(lacking))
    places = [names.index(one.name) if one.name in names else None for one in file.columns]
    return tuple(one for one in file.columns if one.name in names), places


def _cells(record: list[str], places: list[int | None]) -> list[str]:
    return ["" if at is None or at >= len(record) else record[at].strip() for at in places]


def _checked(file: File, row: int, cells: list[str], problems: Problems) -> Values | None:
    """The values of a row; None for an empty row, and for one with a problem."""
    if not any(cells):
        return None
    before = problems.count
    for column, cell in zip(file.columns, cells, strict=True):
        cause = _cause(column, cell)
        if cause:
            problems.add(Problem(file.name, row, column.name, cause, cell))
    if problems.count > before:
        return None
    return [cell or column.instead for column, cell in zip(file.columns, cells, strict=True)]


def _cause(column: Column, cell: str) -> str:
    if not cell:
        return "missing" if column.instead == REQUIRED else ""
    return "" if column.fits(cell) else "form"
