"""Taking rosters in: the policy stands before the file is read, every row is accounted for, twice is once."""

import json
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tests.core.roster_world import (
    NOON,
    STREET,
    as_csv,
    as_xlsx,
    begun,
    counted,
    manager,
    number,
    people,
    person,
    region,
    taken_in,
    tried,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people.actions import NewPerson, register_people, reveal_identity
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters import actions, jobs, queries
from yinghuo.core.rosters.models import BlockingKey, Problem
from yinghuo.core.rosters.reading import files, staging
from yinghuo.core.rosters.rules import Stage

__all__ = ["region"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]


def causes(intake: Any) -> list[tuple[int, str, str]]:
    return list(Problem.objects.filter(intake=intake).order_by("row", "id").values_list("row", "field", "cause"))


def everybody() -> list[Any]:
    return list(Person.objects.order_by("id").values_list("id", "area_code", "group", "keep_until", "created_at"))


def test_230_contacts_are_imported_in_a_second_not_half_an_hour() -> None:
    spent_s = []
    for turn in range(3):  # a machine may be busy; one quiet turn shows it
        content = as_csv(people(230, first=1_000 * turn))
        began = time.perf_counter()
        assert counted(taken_in(content)) == (230, 230, 0, 0, 0)
        spent_s.append(time.perf_counter() - began)
    assert min(spent_s) < 1
    assert Person.objects.filter(area_code=STREET).count() == 3 * 230


def test_a_person_of_the_roster_is_who_the_phone_would_scan_and_is_sealed() -> None:
    taken_in(as_csv([person(7, 姓名="赵小萤", 手机号="0431-88888888")]))
    one = Person.objects.get()
    assert one.id == pseudonym(number(7))
    assert "赵小萤".encode() not in bytes(one.identity or b"")
    shown = reveal_identity(one.id, user=manager(), reason="复采", at=NOON)
    assert shown == {"number": number(7), "name": "赵小萤", "phone": "043188888888"}


def test_groups_of_140_come_from_the_roster() -> None:
    taken_in(as_csv(people(280)))
    found = queries.groups(area_code="2201")
    assert [(group.group, group.people, group.area_code) for group in found] == [
        ("总装1线", 140, STREET),
        ("总装2线", 140, STREET),
    ]
    assert len(queries.members(found[0])) == 140
    assert queries.groups(area_code="2202") == []
    assert queries.groups(area_code="-") == []


def test_groups_are_read_a_page_at_a_time() -> None:
    plants = [uuid4() if n % 2 else None for n in range(6)]
    rows = [
        NewPerson(f"P{n:09d}", "张三丰", area_code=STREET, group=f"{n // 9}栋", party_id=plants[n % 6])
        for n in range(60)
    ]
    register_people(rows, by="user:1", at=NOON)
    everything, paged = queries.groups(area_code="22"), []
    assert sum(group.people for group in everything) == 60
    while page := queries.groups(area_code="22", after=(paged and after(paged[-1])) or None, limit=4):
        paged += page
    assert paged == everything
    assert queries.groups(area_code="22", party_id=plants[1]) == [
        one for one in everything if one.party_id == plants[1]
    ]


def after(group: queries.Group) -> tuple[str, str, str]:
    return group.area_code, group.group, str(group.party_id or "")


@pytest.mark.parametrize("policy", ["skip", "merge"])
def test_import_of_the_same_file_twice_changes_nothing(policy: str) -> None:
    content = as_csv([*people(50), person(3)])
    assert counted(taken_in(content, policy=policy)) == (51, 50, 0, 1, 0)
    before, keys = everybody(), list(BlockingKey.objects.order_by("person").values_list())
    assert counted(taken_in(content, policy=policy)) == (51, 0, 0, 51, 0)
    assert everybody() == before
    assert list(BlockingKey.objects.order_by("person").values_list()) == keys


def test_the_policy_is_given_up_front_and_no_row_stops_the_import() -> None:
    with pytest.raises(Refused, match=r"roster\.policy"):
        begun(as_csv(people(1)), policy="ask")
    taken_in(as_csv(people(2)))
    rows = [*people(4), person(4, 身份证号="11010519491231002"), person(5, 姓名=""), person(6, 街道="没有街道")]
    assert counted(taken_in(as_csv(rows), policy="skip")) == (7, 2, 0, 2, 3)


def test_each_policy_says_what_becomes_of_who_is_known() -> None:
    taken_in(as_csv(people(3)))
    moved = as_csv([person(0), person(1, 街道="普阳街道", 班组="涂装"), person(9)])
    assert counted(tried(moved, policy="skip")) == (3, 1, 0, 2, 0)
    assert counted(tried(moved, policy="merge")) == (3, 1, 1, 1, 0)
    assert counted(tried(moved, policy="new")) == (3, 1, 0, 0, 2)
    intake = taken_in(moved, policy="new")
    assert counted(intake) == (3, 1, 0, 0, 2)
    assert causes(intake) == [(2, "number", "known"), (3, "number", "known")]
    assert Person.objects.get(id=pseudonym(number(1))).group == "总装1线"


def test_a_merge_brings_up_to_date_and_an_empty_cell_takes_nothing_away() -> None:
    taken_in(as_csv([person(1)]))
    later = NOON + timedelta(days=5)
    taken_in(as_csv([person(1, 姓名="王新", 手机号="", 街道="", 班组="涂装")]), policy="merge", at=later)
    one = Person.objects.get()
    assert (one.area_code, one.group) == (STREET, "涂装")
    shown = reveal_identity(one.id, user=manager(), reason="复采", at=later)
    assert (shown["name"], shown["phone"]) == ("王新", "13900000001")
    assert counted(
        taken_in(as_csv([person(1, 姓名="王新", 手机号="", 街道="", 班组="")]), policy="merge", at=later)
    ) == (
        1,
        0,
        0,
        1,
        0,
    )


def test_no_import_reports_success_while_skipping() -> None:
    rows = [
        *people(5),
        person(2),
        person(6, 身份证号=number(6)[:-1] + ("0" if number(6)[-1] != "0" else "1")),
        person(7, 手机号="13x"),
    ]
    intake = taken_in(as_csv(rows))
    assert counted(intake) == (8, 5, 0, 1, 2)
    assert causes(intake) == [(7, "number", "twice"), (8, "number", "check"), (9, "phone", "form")]
    assert Problem.objects.get(cause="twice").other_row == 4
    entry = Entry.objects.get(kind="roster.taken_in")
    body = json.loads(entry.body)
    assert {name: body[name] for name in ("read", "new", "merged", "skipped", "rejected")} == {
        "read": 8,
        "new": 5,
        "merged": 0,
        "skipped": 1,
        "rejected": 2,
    }
    assert body["sha256"] == intake.sha256


def test_the_ledger_holds_no_personal_data_and_problems_hide_values() -> None:
    intake = taken_in(as_csv([person(1, 姓名="赵小萤"), person(2, 身份证号="110105194912310021")]))
    written = "".join(f"{one.subject}{one.body}" for one in Entry.objects.all())
    assert "赵小萤" not in written
    assert number(1) not in written
    assert Problem.objects.get(intake=intake).value == "11**************21"


def test_a_dry_run_changes_nothing_and_says_what_would_happen() -> None:
    intake = tried(as_csv([*people(10), person(4)]))
    assert intake.stage == Stage.READY
    assert counted(intake) == (11, 10, 0, 1, 0)
    assert Person.objects.count() == 0
    assert staging.height(intake.id) == 11


def test_nothing_of_the_rows_is_left_after_the_intake() -> None:
    intake = taken_in(as_csv(people(3)))
    assert staging.height(intake.id) is None
    assert not files.path_of(intake.id).exists()
    assert intake.file_nonce is None


def test_a_withdrawn_intake_leaves_neither_file_nor_rows_nor_problems(
    django_capture_on_commit_callbacks: Any,
) -> None:
    intake = tried(as_csv([*people(3), person(4, 姓名="")]))
    assert "王".encode() not in files.path_of(intake.id).read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(intake.id, by="user:1", at=NOON)
    assert staging.height(intake.id) is None
    assert not files.path_of(intake.id).exists()
    assert Problem.objects.count() == 0
    with pytest.raises(Refused, match=r"roster\.stage"):
        actions.start_applying(intake.id, by="user:1")


def test_somebody_known_elsewhere_is_left_alone() -> None:
    taken_in(as_csv([person(1, 街道="")]), area_code="2202")
    assert counted(taken_in(as_csv(people(3)), policy="merge")) == (3, 2, 0, 1, 0)
    assert Person.objects.get(id=pseudonym(number(1))).area_code == "2202"


def test_people_without_a_number_are_recognised_by_name_birth_date_and_phone() -> None:
    heads = ("姓名", "出生日期", "电话", "身份证号")
    taken_in(as_csv([("赵一", "", "13900000001", number(1))], heads))
    born = "1980年1月1日"
    rows = [("赵一", born, "139 0000 0001", ""), ("钱二", born, "13900000002", "")]
    assert counted(taken_in(as_csv(rows, heads), policy="skip")) == (2, 1, 0, 1, 0)
    assert counted(taken_in(as_csv(rows, heads), policy="skip")) == (2, 0, 0, 2, 0)
    assert counted(taken_in(as_csv(rows, heads), policy="new")) == (2, 1, 0, 0, 1)


def test_units_are_found_by_credit_code_and_by_name() -> None:
    party = register_party(
        kind="enterprise",
        name_zh="虚构汽车厂",
        credit_code="91220101MA0000001T"[:0],
        area_code=STREET,
        by="user:1",
        at=NOON,
    )
    heads = ("姓名", "身份证号", "单位")
    rows = [("甲", number(1), "虚构汽车厂"), ("乙", number(2), "没有的厂"), ("丙", number(3), "")]
    intake = taken_in(as_csv(rows, heads))
    assert counted(intake) == (3, 2, 0, 0, 1)
    assert causes(intake) == [(3, "party", "unknown")]
    assert list(Person.objects.exclude(party_id=None).values_list("party_id", flat=True)) == [party.id]


def test_excel_numbers_that_lost_their_digits_are_said_to_have_lost_them() -> None:
    rows = [person(1), (person(2)[0], 2.20199198001010e17, *person(2)[2:])]
    intake = taken_in(as_xlsx(rows, title="总装车间名册"))
    assert counted(intake) == (2, 1, 0, 0, 1)
    assert causes(intake) == [(4, "number", "lost_digits")]


def test_a_stopped_intake_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinghuo.core.rosters.reading.blocks.BLOCK_BYTES", 4_000)
    monkeypatch.setattr("yinghuo.core.rosters.reading.files.PIECE_BYTES", 4_096)
    intake = begun(as_csv(people(500)))
    actions.start_reading(intake.id, mapping=intake.mapping)
    seen: list[int] = []

    def stop(row: int) -> None:
        seen.append(row)
        actions.stop(intake.id) if len(seen) == 2 else None

    stopped = actions.read(intake.id, at=NOON, progress=stop)
    assert (stopped.stage, stopped.last_row) == (Stage.STOPPED, seen[-1])
    assert 0 < stopped.staged < 500
    actions.start_reading(intake.id, mapping=stopped.mapping)
    again: list[int] = []
    done = actions.read(intake.id, at=NOON, progress=again.append)
    assert again[0] > seen[-1]
    assert counted(done) == (500, 500, 0, 0, 0)


def test_taking_in_that_is_stopped_undoes_itself_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinghuo.core.rosters.actions.applying.SLICE_ROWS", 100)
    intake = tried(as_csv(people(500)))
    actions.start_applying(intake.id, by="user:1")
    back = actions.apply(intake.id, at=NOON, progress=lambda rows: actions.stop(intake.id) and None)
    assert back.stage == Stage.READY
    assert Person.objects.count() == 0
    actions.start_applying(intake.id, by="user:1")
    assert counted(actions.apply(intake.id, at=NOON)) == (500, 500, 0, 0, 0)


def test_rows_that_a_crash_of_the_database_took_are_read_again() -> None:
    intake = tried(as_csv(people(30)))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {staging.table_of(intake.id)}")
    with pytest.raises(Refused, match=r"roster\.lost"):
        actions.start_applying(intake.id, by="user:1")
    actions.read_again(intake.id)
    assert actions.read(intake.id, at=NOON).stage == Stage.READY
    actions.start_applying(intake.id, by="user:1")
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {staging.table_of(intake.id)}")
    assert jobs.go_on(intake.id, at=NOON) is None
    actions.read_again(intake.id)
    assert counted(actions.read(intake.id, at=NOON)) == (30, 30, 0, 0, 0)
