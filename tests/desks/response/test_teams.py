"""The register of teams: by form's action and by file, all or nothing; the list and one team; who sees what."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from tests.desks.response.teams_world import AREA, AT, ME, areas, fresh, order, signed_in, team, user
from tests.desks.response.tracks_world import refused
from yinghuo.core.ledger.models import Entry
from yinghuo.desks.response.actions import dispatch
from yinghuo.desks.response.actions import teams as actions
from yinghuo.desks.response.actions.teams_files import load_teams
from yinghuo.desks.response.models import Team, TeamState

pytestmark = pytest.mark.django_db
HEAD = "code,name_zh,area_code,skills,lat,lon,members,shift_from,shift_to\n"


@pytest.fixture(autouse=True)
def _areas() -> None:
    areas()


def load(text: str, **more: Any) -> Any:
    return load_teams(text.encode("utf-8"), area_code="22", by=ME, at=AT, **more)


def test_a_team_told_twice_is_one_team_and_one_entry() -> None:
    one = team()
    again = team()
    assert again == one and Entry.objects.filter(kind__startswith="team.").count() == 1
    moved = team(km_north=4)
    assert Entry.objects.get(kind="team.changed").body == '{"columns":["home_lat"]}'
    assert (moved.lat, moved.home_lat) == (moved.home_lat, moved.lat)


def test_a_team_needs_a_known_skill_and_enough_people() -> None:
    for skills in ({"flying": 1}, {"tracing": 9}, {"tracing": 0}):
        with refused("team.skills"):
            team(skills=skills)


def test_a_file_in_chinese_or_english_heads_loads_the_same_teams() -> None:
    done = load(HEAD + "A1,一队（虚构）,220106,tracing:2;disinfection:1,43.9,125.2,5,08:00,20:00\n")
    assert (done.new, done.changed, done.problems) == (1, 0, [])
    head = "编号,名称,区划代码,技能,纬度,经度,人数,班次开始,班次结束\n"
    chinese = head + "A1,一队（虚构）,220106,流调:2；消杀,43.9,125.2,5,8:00,20:00\n"
    again = load_teams(chinese.encode("gb18030"), area_code="22", by=ME, at=AT)
    assert (again.new, again.changed, again.entry_id) == (0, 0, None)
    assert Team.objects.get().skills == {"disinfection": 1, "tracing": 2}


def test_a_workbook_loads_as_well() -> None:
    book, raw = Workbook(), io.BytesIO()
    book.active.append(["code", "name_zh", "area_code", "skills", "lat", "lon"])  # type: ignore[union-attr]
    book.active.append(["X1", "二队（虚构）", 220106, "police", 43.9, 125.2])  # type: ignore[union-attr]
    book.save(raw)
    assert load_teams(raw.getvalue(), area_code="22", by=ME, at=AT).new == 1
    assert Team.objects.get().area_code == "220106"


def test_one_fault_loads_nothing_and_every_fault_is_told() -> None:
    text = (
        "A1,一队,220106,tracing:2,43.9,125.2,5,,\n"
        "A1,又一队,220106,tracing:2,43.9,125.2,5,,\n"
        "A2,二队,220999,tracing:2,143.9,125.2,5,,\n"
        "A3,,220106,flying,43.9,125.2,5,,\n"
        "A4,四队,220106,tracing:7,43.9,125.2,5,25:00,\n"
    )
    done = load(HEAD + text)
    told = {(one.row, one.column, one.cause) for one in done.problems}
    assert told == {
        (3, "code", "repeated"),
        (4, "lat", "form"),
        (4, "area_code", "unknown"),
        (5, "name_zh", "missing"),
        (5, "skills", "form"),
        (6, "shift_from", "form"),
    }
    assert not Team.objects.exists()


def test_nobody_loads_teams_of_another_area() -> None:
    text = HEAD + "A1,一队,2201,tracing:2,43.9,125.2,5,,\n"
    done = load_teams(text.encode(), area_code=AREA, by=ME, at=AT)
    assert [(one.column, one.cause) for one in done.problems] == [("area_code", "outside")]


def test_what_is_no_table_is_refused() -> None:
    with refused("teams.columns", needed="code, name_zh, area_code, skills, lat, lon"):
        load("")
    with refused("teams.unreadable"):
        load_teams(b"PK\x03\x04 no workbook", area_code="22", by=ME, at=AT)


def test_a_team_off_duty_is_not_proposed_until_it_stands_by_again() -> None:
    one, wanted = team(), order()
    actions.rest(one.id, by=ME, at=AT)
    assert dispatch.propose([wanted.id], now=AT).rows[0].team is None
    actions.stand_by(one.id, by=ME, at=AT)
    dispatch.confirm(wanted.id, one.id, by=ME, at=AT)
    with refused("team.under_way"):
        actions.rest(one.id, by=ME, at=AT)


def test_the_list_narrows_by_state_skill_and_area() -> None:
    team("A")
    team("B", skills={"police": 1})
    page = signed_in(user(area_code="22"))
    assert b"A</code>" in page.get("/response/teams").content
    narrowed = page.get("/response/teams?skill=police").content
    assert b"B</code>" in narrowed and b"A</code>" not in narrowed
    assert page.get("/response/teams?as=csv").content.decode("utf-8-sig").count("\n") == 3


def test_a_team_outside_the_area_does_not_exist() -> None:
    team("A")
    page = signed_in(user(area_code="220102"))
    assert page.get("/response/teams/A").status_code == 404
    assert page.post("/response/teams/A/rest").status_code == 404
    assert fresh(Team.objects.get()).state == TeamState.READY


def test_who_may_only_look_sends_and_changes_nothing() -> None:
    one, wanted = team(), order()
    page = signed_in(user("auditor"))
    assert page.get("/response/dispatch").status_code == 200
    assert page.post("/response/dispatch/confirm", {"pair": f"{wanted.id}:{one.id}"}).status_code == 403
    assert page.get("/response/teams/new").status_code == 403


def test_a_form_with_a_fault_keeps_what_was_typed() -> None:
    page = signed_in(user())
    typed = {"code": "N1", "name_zh": "新队（虚构）", "area_code": "220102", "members": 5, "vehicles": 1}
    typed |= {"lat": 43.9, "lon": 125.2, "shift_from": "00:00", "shift_to": "00:00", "skill_tracing": 2}
    failed = page.post("/response/teams/new", typed)
    assert failed.status_code == 422 and "新队（虚构）" in failed.content.decode()
    assert page.post("/response/teams/new", typed | {"area_code": AREA}).status_code == 302
    assert Team.objects.get(code="N1").skills == {"tracing": 2}
    changed = page.post("/response/teams/N1/change", typed | {"area_code": AREA, "members": 7})
    assert changed.status_code == 302 and Team.objects.get(code="N1").members == 7


def test_a_file_with_faults_shows_them_on_the_page() -> None:
    page = signed_in(user(area_code="22"))
    file = SimpleUploadedFile("teams.csv", (HEAD + "A1,一队,220106,flying,43.9,125.2,5,,\n").encode())
    answer = page.post("/response/teams/load", {"file": file})
    assert answer.status_code == 422 and "flying" in answer.content.decode()
    file = SimpleUploadedFile("teams.csv", (HEAD + "A1,一队,220106,tracing,43.9,125.2,5,,\n").encode())
    assert page.post("/response/teams/load", {"file": file}).status_code == 302
