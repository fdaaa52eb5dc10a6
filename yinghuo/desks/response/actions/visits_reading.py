"""Reading a file of visits: CSV or XLSX into text, heads into fields, rows into visits or faults; keeps nothing."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from yinghuo.core.people.identity import pseudonym
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.visits import NewVisit, visit_id

FIELDS = ("person", "name", "place", "begins", "ends", "protected", "id")
HEADS: dict[str, tuple[str, ...]] = {
    "person": ("person", "identity number", "id number", "证件号码", "身份证号", "人员"),
    "name": ("name", "姓名"),
    "place": ("place", "venue", "场所", "地点", "座位区"),
    "begins": ("begins", "from", "arrival", "check-in", "到达时间", "进入时间", "开始时间", "刷卡时间", "扫码时间"),
    "ends": ("ends", "to", "departure", "check-out", "离开时间", "结束时间"),
    "protected": ("protected", "mask", "防护", "全程防护"),
    "id": ("id", "record", "记录编号", "编号"),
}
WORN = {"1": True, "yes": True, "true": True, "是": True, "0": False, "no": False, "false": False, "否": False}
ZIP = b"PK\x03\x04"


class Fault(NamedTuple):
    """What is wrong with a row, as a spreadsheet counts rows; never the value."""

    row: int
    field: str
    cause: str


class Row(NamedTuple):
    """A row that can be kept; number and name where the file names a person by number."""

    visit: NewVisit
    number: str
    name: str


class Read(NamedTuple):
    """What a file came to."""

    rows: list[Row]
    faults: list[Fault]


def table_of(raw: bytes) -> list[list[str]]:
    """The cells of a CSV (UTF-8 or GB 18030) or of the first sheet of an XLSX, as text; Refused("visit.file")."""
    rows = _sheet(raw) if raw.startswith(ZIP) else _lines(raw)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise Refused("visit.file")
    return rows


def guess(heads: list[str]) -> dict[str, int]:
    """Which column is which field, by its head.

    >>> guess(["证件号码", "场所", "到达时间"])
    {'person': 0, 'place': 1, 'begins': 2}
    """
    plain = [head.strip().lower() for head in heads]
    found = {
        field: next((plain.index(name) for name in names if name in plain), None) for field, names in HEADS.items()
    }
    return {field: column for field, column in found.items() if column is not None}


def read_rows(table: list[list[str]], mapping: Mapping[str, int], *, places: Mapping[str, UUID], source: str) -> Read:
    """Rows as visits, or what is wrong with them; empty rows are passed over."""
    found = Read([], [])
    for number, cells in enumerate(table, start=2):
        if not any(cells):
            continue
        given = {field: cells[column].strip() if column < len(cells) else "" for field, column in mapping.items()}
        faults = [Fault(number, *one) for one in _faults(given, places)]
        if faults:
            found.faults.extend(faults)
        else:
            found.rows.append(_row(given, places, source))
    return found


def moment(text: str) -> datetime | None:
    """A time as people write it, local where nothing else is said; None for what is none.

    >>> moment("2022/5/6 7:05").isoformat(), moment("6 May")
    ('2022-05-06T07:05:00+08:00', None)
    """
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return timezone.make_aware(datetime.strptime(text.replace("/", "-").replace("T", " "), form))  # noqa: DTZ007
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else timezone.make_aware(found)


def _faults(given: Mapping[str, str], places: Mapping[str, UUID]) -> list[tuple[str, str]]:
    faults = [(field, "missing") for field in ("person", "place", "begins") if not given.get(field)]
    if given.get("place") and given["place"] not in places:
        faults.append(("place", "unknown"))
    faults += [(field, "time") for field in ("begins", "ends") if given.get(field) and moment(given[field]) is None]
    if given.get("protected") and given["protected"].lower() not in WORN:
        faults.append(("protected", "unknown"))
    return faults


def _row(given: Mapping[str, str], places: Mapping[str, UUID], source: str) -> Row:
    person, number = _person(given["person"])
    begins, ends = moment(given["begins"]), moment(given.get("ends", ""))
    assert begins is not None
    venue = places[given["place"]]
    record = given.get("id") or begins.isoformat()
    visit = NewVisit(
        visit_id(person, venue, source, record),
        person,
        venue,
        begins,
        ends,
        source,
        WORN.get(given.get("protected", "").lower()),
    )
    return Row(visit, number, given.get("name", ""))


def _person(text: str) -> tuple[UUID, str]:
    """The pseudonym, and the number where the file gives that."""
    try:
        return UUID(text), ""
    except ValueError:
        return pseudonym(text), text


def _lines(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    if "\0" in text:
        raise Refused("visit.file")
    return list(csv.reader(io.StringIO(text)))


def _sheet(raw: bytes) -> list[list[str]]:
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Refused("visit.file") from error
    return [[_plain(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else str(value)
