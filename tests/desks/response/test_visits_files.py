"""Files of visits: columns are guessed or said, a dry run keeps nothing, faults come as a file, taking in is once."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from tests.desks.response.tracing_world import BY, NOW, STREET, TracingWorld, there
from tests.web.pages_world import CITY, NEXT_CITY, areas, at_noon, page, signed_in, text, user_of
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.visits_files import NewFile, begin_file, map_file, take_in
from yinghuo.desks.response.models import Visit, VisitFile

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
CSV = """证件号码,姓名,场所,到达时间,离开时间
invented-0,虚构甲,虚构canteen,2022-05-06 12:00,2022/5/6 12:40
invented-1,虚构乙,canteen,2022-05-06 12:00,
invented-2,虚构丙,月球,昨天,2022-05-06 12:40
,,,,
"""


@pytest.fixture
def world() -> TracingWorld:
    return TracingWorld()


def begin(raw: bytes) -> VisitFile:
    return begin_file(NewFile(uuid4(), "门禁.csv", raw, "access", STREET), by=BY, at=NOW)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_dry_run_counts_and_names_faults_and_keeps_nothing(world: TracingWorld, encoding: str) -> None:
    file = begin(CSV.encode(encoding))
    assert file.mapping == {"person": 0, "name": 1, "place": 2, "begins": 3, "ends": 4}
    assert (file.counts["good"], file.counts["bad"]) == (2, 1)
    assert file.faults == [[4, "place", "unknown"], [4, "begins", "time"]]
    assert Visit.objects.count() == 0


def test_taking_in_keeps_each_visit_once_and_forgets_the_file(world: TracingWorld) -> None:
    file = take_in(begin(CSV.encode()).id, by=BY, at=NOW)
    assert (file.counts["kept"], file.sealed) == (2, None)
    first = Visit.objects.get(person=pseudonym("invented-0"))
    assert (first.begins_at, first.ends_at, first.source) == (there(6, 12), there(6, 12 + 2 / 3), "access")
    again = take_in(begin(CSV.encode()).id, by=BY, at=NOW)
    assert (again.counts["kept"], again.counts["known"]) == (0, 2)
    assert take_in(file.id, by=BY, at=NOW).counts == file.counts


def test_the_file_lies_sealed_and_is_forgotten_after_a_day(world: TracingWorld) -> None:
    file = begin(CSV.encode())
    assert b"invented-0" not in bytes(file.sealed)
    begin_file(NewFile(uuid4(), "b.csv", CSV.encode(), "access", STREET), by=BY, at=NOW + timedelta(days=2))
    with pytest.raises(Refused, match=r"visit\.file_gone"):
        take_in(file.id, by=BY, at=NOW)


def test_columns_can_be_said(world: TracingWorld) -> None:
    raw = CSV.replace("证件号码,姓名,场所,到达时间,离开时间", "甲,乙,丙,丁,戊").encode()
    file = begin(raw)
    assert file.counts["good"] == 0
    with pytest.raises(Refused, match=r"visit\.columns"):
        map_file(file.id, {"person": 0})
    assert map_file(file.id, {"person": 0, "place": 2, "begins": 3}).counts["good"] == 2


def test_a_workbook_reads_alike(world: TracingWorld) -> None:
    book = Workbook()
    book.active.append(["person", "place", "arrival"])
    book.active.append([str(world.people[1]), "canteen", there(6, 12).replace(tzinfo=None)])
    out = io.BytesIO()
    book.save(out)
    file = take_in(begin(out.getvalue()).id, by=BY, at=NOW)
    assert file.counts["kept"] == 1
    assert Visit.objects.get().person == world.people[1]


@pytest.mark.parametrize("raw", [b"", b"one", b"PK\x03\x04 no book", b"a,b\n\0,1\n"])
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match=r"visit\.file"):
        begin(raw)


def test_a_file_goes_in_by_the_pages_and_not_from_another_area(world: TracingWorld) -> None:
    areas()
    client = signed_in(user_of(Role.RESPONSE, CITY, name="one"))
    upload = {"key": str(uuid4()), "source": "access", "file": SimpleUploadedFile("门禁.csv", CSV.encode())}
    answer = client.post(page("new_visit_file"), upload, follow=True)
    assert "2 of 3 rows can be kept" in text(answer).replace("of 4", "of 3")
    file = VisitFile.objects.get()
    faults = client.get(page("visit_file", file.id), {"as": "csv"}).getvalue().decode("utf-8-sig")
    assert "is not known here" in faults
    assert signed_in(user_of(Role.RESPONSE, NEXT_CITY, name="far")).get(page("visit_file", file.id)).status_code == 404
    assert "2 visits are kept" in text(client.post(page("take_in_visits", file.id), follow=True))
    assert Visit.objects.count() == 2
    bad = client.post(page("new_visit_file"), upload | {"key": str(uuid4()), "file": SimpleUploadedFile("x", b"one")})
    assert bad.status_code == 422
