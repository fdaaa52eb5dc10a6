"""Files of results: whole or not at all, twice is once, every rejected row comes back, a second person releases."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook

from tests.desks.sampling.laboratory_world import KIT, LaboratoryWorld
from tests.desks.sampling.world import NOW, code
from yinghuo.core.ledger.models import Entry
from yinghuo.core.ledger.verify import verify
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Issue
from yinghuo.desks.sampling.actions.laboratory.instruments import map_columns, save_instrument
from yinghuo.desks.sampling.actions.laboratory.result_files import (
    NewFile,
    confirm_full,
    release_file,
    resume_file,
    stop_file,
    take_file,
)
from yinghuo.desks.sampling.jobs.result_files import work_off
from yinghuo.desks.sampling.jobs.unknown_results import raise_unknown
from yinghuo.desks.sampling.models import RejectedRow, Result, ResultFile, StagedResult, Tube
from yinghuo.engines.instrument_files import Columns

pytestmark = pytest.mark.django_db

WIDE = Columns("tube", "样管", targets={"ORF1ab": "ORF1ab Ct", "N": "N Ct", "IC": "内标"})
LONG = Columns("tube", "Sample Name", target="Target Name", ct="CT", names={"FAM": "ORF1ab", "VIC": "N", "CY5": "IC"})
HEAD = "样管,ORF1ab Ct,N Ct,内标\n"
LINE = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>T{0}</t></is></c></row>'


class FileWorld(LaboratoryWorld):
    """The world with an instrument whose columns are known."""

    def __init__(self) -> None:
        super().__init__()
        self.instrument = self.with_columns("Cycler 7", WIDE)

    def with_columns(self, name: str, columns: Columns) -> Any:
        one = save_instrument(uuid4(), name, None, who=self.li)
        return map_columns(one.id, columns, who=self.li)

    def take(self, body: bytes, *, instrument: Any = None, name: str = "run.csv", who: Any = None) -> ResultFile:
        new = NewFile(uuid4(), name, (instrument or self.instrument).id, KIT.name, NOW)
        return take_file(new, io.BytesIO(body), who=who or self.li)

    def read(self, body: bytes, **more: Any) -> ResultFile:
        file = self.take(body, **more)
        work_off(NOW)
        file.refresh_from_db()
        return file


@pytest.fixture
def world() -> FileWorld:
    return FileWorld()


def staged(file: ResultFile) -> dict[str, str]:
    return dict(StagedResult.objects.filter(file=file).values_list("tube", "result"))


def rejected(file: ResultFile) -> dict[int, str]:
    return dict(RejectedRow.objects.filter(file=file).values_list("row", "code"))


def sheet(rows: int) -> bytes:
    """A spreadsheet of so many rows, of which the first is the head line."""
    cells = "".join(f'<c r="{"ABCD"[n]}1" t="inlineStr"><is><t>{w}</t></is></c>' for n, w in enumerate(WIDE.needed))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", _TYPES)
        book.writestr("_rels/.rels", _RELS.format(kind="officeDocument", target="xl/workbook.xml"))
        book.writestr("xl/_rels/workbook.xml.rels", _RELS.format(kind="worksheet", target="worksheets/sheet1.xml"))
        book.writestr("xl/workbook.xml", _BOOK)
        with book.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1">{cells}</row>'.encode())
            for start in range(2, rows + 1, 50_000):
                part.write("".join(LINE.format(n) for n in range(start, min(start + 50_000, rows + 1))).encode())
            part.write(b"</sheetData></worksheet>")
    return out.getvalue()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_RELS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/{{kind}}" Target="{{target}}"/></Relationships>'
)
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Results" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)


def negatives(count: int) -> Iterator[str]:
    return (f"JL{n:010d},Undetermined,-,27.{n % 100:02d}\n" for n in range(1, count + 1))


def test_a_row_limit_cuts_nothing(world: FileWorld) -> None:
    """England, September 2020: 15,841 positives beyond a sheet's last row were lost, and nothing said so."""
    rows = 1_100_000
    body = (HEAD + "".join(negatives(rows - 1)) + f"{code(7_000_000)},25.1,26.2,28.0\n").encode()
    began = monotonic()
    file = world.read(body)
    took_s = monotonic() - began
    print(f"{rows} rows in {took_s:.1f} s: {rows / took_s:.0f} rows/s")
    assert (file.state, file.kept, file.rejected, file.rows_total) == ("read", rows, 0, rows + 1)
    assert StagedResult.objects.filter(file=file).count() == rows
    assert StagedResult.objects.get(file=file, tube=code(7_000_000)).result == "positive"


def test_a_sheet_that_is_exactly_full_is_refused_until_somebody_has_looked(world: FileWorld) -> None:
    file = world.read(sheet(1_048_576), name="run.xlsx")
    assert (file.state, file.why["code"], file.kept) == ("refused", "file.full_sheet", 0)
    assert staged(file) == {}
    with pytest.raises(Refused, match=r"access.reason"):
        confirm_full(file.id, reason=" ", who=world.li)
    assert confirm_full(file.id, reason="counted at the instrument", who=world.li).state == "waiting"


def test_a_spreadsheet_is_read_like_a_text_file(world: FileWorld) -> None:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Cycler 7", 2022])
    book.active.append(WIDE.needed)
    book.active.append([code(1), "Undetermined", 38.5, 27])
    book.active.append([20220000001, None, None, 27.5])
    book.save(out)
    file = world.read(out.getvalue(), name="run.xlsx")
    assert staged(file) == {code(1): "grey", "20220000001": "negative"}


def test_a_laboratorys_file_sent_twice_is_one_file(world: FileWorld) -> None:
    body = (HEAD + "JL0000000001,-,-,27\n").encode()
    first, second = world.read(body), world.read(body, name="renamed.csv", who=world.wang)
    assert first == second
    release_file(first.id, who=world.wang)
    work_off(NOW)
    world.read(body)
    work_off(NOW)
    assert Result.objects.count() == 1


def test_every_rejected_row_comes_back_with_its_number_and_its_cause(world: FileWorld) -> None:
    lines = [
        "JL0000000001,-,-,27.0",
        "JL0000000002,abc,-,27.0",
        "no code,-,-,27.0",
        "JL0000000003,-",
        "JL0000000001,25,25,27.0",
        "",
        ",-,-,27.0",
    ]
    file = world.read((HEAD + "\n".join(lines)).encode())
    assert staged(file) == {"JL0000000001": "negative"}
    assert rejected(file) == {3: "row.ct", 4: "row.tube", 5: "row.cells", 6: "row.twice", 8: "row.key"}
    assert RejectedRow.objects.get(file=file, row=3).facts == {"value": "abc"}
    assert (file.kept, file.rejected) == (1, 5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encoding_separator_and_decimal_comma_are_recognised(world: FileWorld, encoding: str, separator: str) -> None:
    comma = "." if separator == "," else ","
    text = separator.join(WIDE.needed) + "\r\n"
    text += separator.join(["JL0000000001", "未检出", f"38{comma}5", f"27{comma}25"]) + "\r\n"
    file = world.read(text.encode(encoding))
    row = StagedResult.objects.get(file=file)
    assert (row.result, row.ct) == ("grey", {"ORF1ab": None, "N": 38.5, "IC": 27.25})


def test_rows_of_one_tube_are_one_result_below_a_preamble(world: FileWorld) -> None:
    text = "* Block Type = 96\n\nSample Name,Target Name,CT\n"
    text += "".join(f"JL0000000001,{t},{c}\n" for t, c in (("FAM", 25), ("VIC", 26), ("CY5", 28)))
    text += "JL0000000002,FAM,25\nJL0000000002,VIC,x\nJL0000000002,CY5,28\n"
    file = world.read(text.encode(), instrument=world.with_columns("Long", LONG))
    assert staged(file) == {"JL0000000001": "positive"}
    assert rejected(file) == {7: "row.beside_bad", 8: "row.ct", 9: "row.beside_bad"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"tube,ct\n1,2\n", "file.head"),
        ((HEAD + 'JL0000000001,-,-,27\n"JL0000000002,-,-,27\n').encode(), "file.unreadable"),
        (HEAD.encode() + b"JL0000000001,-,-,27\n" * 9000 + b"\xff\xff\n", "file.unreadable"),
        (b"PK\x03\x04 not a sheet", "file.unreadable"),
    ],
)
def test_what_cannot_be_read_to_its_end_is_refused_whole(world: FileWorld, body: bytes, why: str) -> None:
    file = world.read(body)
    assert (file.state, file.why["code"], file.kept) == ("refused", why, 0)
    assert staged(file) == rejected(file) == {}


def test_results_of_a_file_are_released_by_a_second_person(world: FileWorld) -> None:
    world.received(1, 2)
    file = world.read((HEAD + f"{code(1)},-,-,27\n{code(2)},25,26,27\n").encode())
    assert not Result.objects.exists()
    with pytest.raises(Refused, match=r"file.own"):
        release_file(file.id, who=world.li)
    release_file(file.id, who=world.wang)
    work_off(NOW)
    world.judge()
    file.refresh_from_db()
    assert (file.state, file.released, file.parts.count()) == ("released", 2, 0)
    assert dict(Tube.objects.values_list("tube", "result")) == {code(1): "negative", code(2): "positive"}
    assert Result.objects.get(tube=code(2)).laboratory == world.party
    assert verify().faults == []


def test_a_file_that_was_stopped_goes_on_where_it_stood(world: FileWorld) -> None:
    file = world.take((HEAD + "".join(negatives(3))).encode())
    stop_file(file.id, who=world.li)
    work_off(NOW)
    assert staged(file) == {}
    resume_file(file.id, who=world.li)
    work_off(NOW)
    assert len(staged(file)) == 3


def test_a_result_never_makes_a_second_tube(world: FileWorld) -> None:
    world.received(1, 1)
    file = world.read((HEAD + f"{code(1)},-,-,27\nXX9999999999,25,26,27\n").encode())
    release_file(file.id, who=world.wang)
    work_off(NOW)
    world.judge()
    assert raise_unknown(NOW + timedelta(hours=23)) == 0  # its phone may still be off-line
    assert raise_unknown(NOW + timedelta(hours=25)) == 1
    assert raise_unknown(NOW + timedelta(hours=26)) == 0
    assert Result.objects.filter(tube="XX9999999999").exists()
    assert list(Tube.objects.filter(area_code__startswith="22").values_list("tube", flat=True)) == [code(1)]
    issue = Issue.objects.get(code="result.unknown_tube")
    assert (issue.subject, issue.area_code, issue.detail["result"]) == ("tube:XX9999999999", "2201", "positive")


def test_another_laboratory_does_not_see_the_file(world: FileWorld) -> None:
    file = world.read((HEAD + "JL0000000001,-,-,27\n").encode())
    other = world.technician("zhao", world.laboratory_of("第二检验所（虚构）"))
    with pytest.raises(Refused, match=r"file.unknown"):
        release_file(file.id, who=other)


def test_what_was_done_with_a_file_stands_in_the_ledger(world: FileWorld) -> None:
    file = world.read((HEAD + "JL0000000001,-,-,27\n").encode())
    release_file(file.id, who=world.wang)
    work_off(NOW)
    kinds = list(Entry.objects.filter(subject=f"file:{file.id}").order_by("id").values_list("kind", flat=True))
    assert kinds == ["file.taken", "file.read", "file.release_begun", "file.released"]
