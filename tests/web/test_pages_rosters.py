"""The pages of rosters: a file is tried out and taken in; duplicates are decided; lists leave with reasons."""

import io
import re
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from openpyxl import load_workbook

from tests.core.roster_world import as_csv, begun, number, people, person, region, taken_in, tried
from tests.web.pages_world import (
    CITY,
    NEXT_CITY,
    NOON,
    at_noon,
    csv_rows,
    entered,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Person, Role, User
from yinghuo.core.rosters import actions, jobs
from yinghuo.core.rosters.models import Intake, Likely, Problem, Standing
from yinghuo.core.rosters.reading import staging
from yinghuo.core.rosters.rules import Stage

__all__ = ["at_noon", "region"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]


@pytest.fixture
def boss() -> User:
    """A manager of the city."""
    return user_of(Role.MANAGER)


def send(user: User, content: bytes, name: str = "名册.csv", **given: str) -> Any:
    """Sends a roster file."""
    fields = {"policy": "skip", "area_code": CITY, **given}
    return signed_in(user).post(page("new_roster"), {"file": SimpleUploadedFile(name, content), **fields})


def twins() -> Likely:
    taken_in(as_csv([person(1, 姓名="王小明", 手机号="13900000001"), person(2, 姓名="王晓明", 手机号="13900000001")]))
    actions.propose(area_code=CITY, since=NOON, by="system:rosters", at=NOON)
    return Likely.objects.get()


def test_a_roster_goes_from_the_file_to_people_in_four_steps(boss: User) -> None:
    client = signed_in(boss)
    answer = send(boss, as_csv([*people(30), person(31, 姓名="")]))
    intake = Intake.objects.get()
    assert answer["Location"] == page("roster", intake.id)
    shown = client.get(page("roster", intake.id)).content.decode()
    assert re.search(r'<option value="1" selected>身份证号</option>', shown)
    mapping = {field: str(column) for field, column in intake.mapping.items()}
    assert client.post(page("roster_step", intake.id, "columns"), mapping).status_code == 302
    jobs.go_on(intake.id, at=NOON)
    assert "30 of 31 rows would be new people" in text(client.get(page("roster", intake.id)))
    assert Person.objects.count() == 0
    assert client.post(page("roster_step", intake.id, "apply")).status_code == 302
    jobs.go_on(intake.id, at=NOON)
    assert "30 of 31 rows were new people" in read(client, page("roster", intake.id))
    assert Person.objects.count() == 30
    assert entered("roster.taken_in", f"roster:{intake.id}")


def test_pages_of_rosters_speak_both_languages(boss: User) -> None:
    pair, intake = twins(), tried(as_csv([person(5, 姓名=""), person(6)]))
    waiting = begun(as_csv([person(6)]))
    for address in (
        page("rosters"),
        page("new_roster"),
        page("roster", intake.id),
        page("roster", waiting.id),
        page("roster_problems", intake.id),
        page("roster_people"),
        page("roster_groups"),
        page("roster_names"),
        page("duplicates"),
        page("duplicate", pair.id),
    ):
        read_in_both(boss, address)


def test_the_error_file_names_row_column_cause_and_a_masked_value(boss: User) -> None:
    intake = tried(as_csv([person(1), person(2, 身份证号="110105194912310021"), person(1)]))
    _head, *rows = csv_rows(signed_in(boss), page("roster_problems", intake.id))
    assert rows == [
        ["3", "身份证号", "The last character does not fit the others: something is mistyped.", "11**************21"],
        ["4", "身份证号", "The same person as in row 2; that row counts.", ""],
    ]


def test_all_problems_are_in_the_error_file_not_only_those_shown(boss: User) -> None:
    intake = tried(as_csv([person(place, 姓名="") for place in range(230)]))
    client = signed_in(boss)
    assert "The first 100 are shown." in text(client.get(page("roster", intake.id)))
    assert len(csv_rows(client, page("roster_problems", intake.id))) == 231


def test_a_file_that_is_no_roster_is_refused_at_its_field_and_the_rest_stays(boss: User) -> None:
    answer = send(boss, b"\xd0\xcf\x11\xe0" + bytes(100), policy="merge")
    assert answer.status_code == 422
    assert "neither CSV in UTF-8 or GB18030 nor an XLSX workbook" in text(answer)
    assert re.search(r'value="merge"[^>]*checked', answer.content.decode())
    assert Intake.objects.count() == 0


def test_columns_that_tell_nobody_apart_are_refused_beside_the_form(boss: User) -> None:
    intake = begun(as_csv([person(1)]))
    answer = signed_in(boss).post(page("roster_step", intake.id, "columns"), {"name": "0"})
    assert answer.status_code == 422
    assert "Say which column holds the name" in text(answer)
    assert Intake.objects.get().stage == Stage.WAITING


def test_a_roster_can_be_withdrawn_and_then_no_longer_be_taken_in(boss: User) -> None:
    intake = tried(as_csv(people(3)))
    client = signed_in(boss)
    client.post(page("roster_step", intake.id, "withdraw"))
    assert Intake.objects.get().stage == Stage.WITHDRAWN
    assert client.post(page("roster_step", intake.id, "apply")).status_code == 409
    assert client.post(page("roster_step", intake.id, "nonsense")).status_code == 404


def test_rosters_are_for_who_may_and_only_in_their_area(boss: User) -> None:
    intake, pair = tried(as_csv([person(9)])), twins()
    assert statuses(page("rosters"), Role.LABORATORY, Role.STATISTICIAN, Role.DUTY) == [403, 403, 200]
    assert statuses(page("new_roster"), Role.AUDITOR, Role.ADMIN) == [403, 200]
    stranger = signed_in(user_of(Role.MANAGER, NEXT_CITY))
    for address in (page("roster", intake.id), page("roster_problems", intake.id), page("duplicate", pair.id)):
        assert stranger.get(address).status_code == 404
    assert stranger.post(page("roster_step", intake.id, "withdraw")).status_code == 404
    assert "0 people on rosters" in text(stranger.get(page("roster_people")))
    answer = send(user_of(Role.MANAGER, NEXT_CITY, name="other"), as_csv([person(1)]))
    assert answer.status_code == 422


def test_a_pair_is_decided_and_taken_back_on_its_page(boss: User) -> None:
    pair, client = twins(), signed_in(boss)
    assert "1 pair may be one person" in read(client, page("duplicates"))
    answer = client.post(page("duplicate", pair.id), {"verdict": "one", "reason": ""})
    assert answer.status_code == 422
    client.post(page("duplicate", pair.id), {"verdict": "one", "reason": "asked the household"})
    assert "Take the merge back" in text(client.get(page("duplicate", pair.id)))
    client.post(page("undo_merge", Standing.objects.get().id))
    assert Standing.objects.get().undone_by == boss.label


def test_everything_a_manager_sees_is_exported_in_three_forms(boss: User) -> None:
    taken_in(as_csv(people(130)))
    client = signed_in(boss)
    rows = csv_rows(client, page("roster_people"))
    assert len(rows) == 131
    book = load_workbook(io.BytesIO(client.get(page("roster_people"), {"as": "xlsx"}).getvalue()))
    assert book.active.max_row == 131
    frame = pl.read_parquet(io.BytesIO(client.get(page("roster_people"), {"as": "parquet"}).getvalue()))
    assert frame.columns == ["id", "area", "party", "group", "keep_until"]
    assert frame["id"].to_list() == [row[0] for row in rows[1:]]
    assert not any(private in str(rows) for private in ("王", "13900000", number(1)))


def test_names_leave_only_for_a_reason_that_the_ledger_knows(boss: User) -> None:
    taken_in(as_csv([person(1, 姓名="赵小萤")]))
    client = signed_in(boss)
    assert client.post(page("roster_names"), {"form": "csv", "reason": ""}).status_code == 422
    answer = client.post(page("roster_names"), {"form": "csv", "reason": "入户核酸采样"})
    content = answer.getvalue().decode("utf-8-sig")
    assert content.splitlines()[1] == f"{pseudonym(number(1))},赵小萤,{number(1)},13900000001"
    (entry,) = entered("roster.names_exported", boss.label)
    assert "入户" not in entry.body
    assert '"people":1' in entry.body
    assert statuses(page("roster_names"), Role.ADMIN, Role.AUDITOR) == [403, 403]


def test_groups_are_listed_with_their_people(boss: User) -> None:
    taken_in(as_csv(people(200)))
    _head, *rows = csv_rows(signed_in(boss), page("roster_groups"))
    assert [(row[0], row[3]) for row in rows] == [("总装1线", "140"), ("总装2线", "60")]


def test_a_running_roster_shows_how_far_it_is(boss: User) -> None:
    intake = begun(as_csv(people(50)))
    actions.start_reading(intake.id, mapping=intake.mapping)
    shown = signed_in(boss).get(page("roster", intake.id)).content.decode()
    assert 'hx-trigger="every 1s' in shown
    assert "<progress" in shown
    assert Problem.objects.count() == 0


def test_a_roster_whose_rows_a_crash_took_offers_to_read_the_file_again(boss: User) -> None:
    intake = tried(as_csv(people(5)))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {staging.table_of(intake.id)}")
    client = signed_in(boss)
    assert "Read the file again" in text(client.get(page("roster", intake.id)))
    client.post(page("roster_step", intake.id, "again"))
    jobs.go_on(intake.id, at=NOON)
    assert "5 of 5 rows would be new people" in text(client.get(page("roster", intake.id)))
