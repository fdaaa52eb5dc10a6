"""The pages of issues: facts in doubt, their records, and how a person settles them."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.desks.sampling.world import NOW, World, code
from tests.web.pages_world import (
    NEXT_CITY,
    areas,
    at_noon,
    csv_rows,
    entered,
    first_cells,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.people.models import Role, User
from yinghuo.core.work.actions import NewIssue, raise_many
from yinghuo.core.work.models import Issue

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A tube of ten people into which eleven were swabbed."""
    areas()
    world = World()
    world.send("swabs", world.swabs(11))
    world.judge()
    return world


@pytest.fixture
def boss(world: World) -> User:
    """The campaign manager of the city."""
    return user_of(Role.MANAGER)


def issue(kind: str = "tube.over_capacity") -> Issue:
    """The one issue of a kind."""
    return Issue.objects.get(code=kind)


def settle(user: User, one: Issue, **data: Any) -> Any:
    """Sends the form of an issue's page."""
    return signed_in(user).post(page("issue", one.id), data)


def test_open_issues_are_listed_in_words_with_their_number(boss: User) -> None:
    english, chinese = read_in_both(boss, page("issues"))
    assert "1 fact is in doubt" in english
    assert "Tube over its capacity" in english
    assert "待核实疑点1项" in chinese


def test_without_issues_the_page_says_so() -> None:
    areas()
    assert "No fact is in doubt in your area." in read(signed_in(user_of(Role.MANAGER)), page("issues"))


def test_issues_are_for_roles_that_look_after_facts(boss: User) -> None:
    assert statuses(page("issues"), Role.SAFETY, Role.STATISTICIAN, Role.AUDITOR) == [403, 403, 200]


def test_an_issue_of_another_area_is_neither_listed_nor_found(boss: User) -> None:
    elsewhere = user_of(Role.MANAGER, NEXT_CITY)
    assert "No fact is in doubt" in read(signed_in(elsewhere), page("issues"))
    assert signed_in(elsewhere).get(page("issue", issue().id)).status_code == 404
    assert settle(elsewhere, issue(), settlement="confirmed", reason="x").status_code == 404
    assert issue().settled_at is None


def test_an_issue_without_area_is_seen_by_the_province_alone(boss: User) -> None:
    raise_many([NewIssue(code="device.clock_skew", subject=f"batch:{uuid4()}")], by="system:judge", at=NOW)
    unplaced = issue("device.clock_skew")
    assert signed_in(boss).get(page("issue", unplaced.id)).status_code == 404
    assert "area not known" in read(signed_in(user_of(Role.MANAGER, "22")), page("issue", unplaced.id))


@pytest.mark.parametrize(("asked", "count"), [("code=tube.over_capacity", 1), ("code=box.count", 0), ("settled=1", 1)])
def test_filters_in_the_address_narrow_the_list(boss: User, asked: str, count: int) -> None:
    assert len(first_cells(signed_in(boss).get(f"{page('issues')}?{asked}"), "issues")) == count


def test_issues_are_filtered_by_campaign(boss: User, world: World) -> None:
    raise_many([NewIssue(code="box.count", subject="box:B1", area_code="220106")], by="system:judge", at=NOW)
    answer = signed_in(boss).get(f"{page('issues')}?campaign={world.campaign.id}")
    assert first_cells(answer, "issues") == ["Tube over its capacity"]


def test_the_csv_file_equals_the_table(boss: User) -> None:
    raise_many(
        [NewIssue(code="box.count", subject=f"box:{n}", area_code="220106") for n in range(3)],
        by="system:judge",
        at=NOW,
    )
    client = signed_in(boss)
    _head, *rows = csv_rows(client, page("issues"))
    assert [row[0] for row in rows] == first_cells(client.get(page("issues")), "issues")
    assert len(rows) == 4


def test_an_issue_shows_every_record_of_its_tube_with_its_ledger_entry(boss: User) -> None:
    answer = signed_in(boss).get(page("issue", issue().id))
    assert len(first_cells(answer, "records")) == 11
    assert len(re.findall(r'<a href="/ledger/[\w-]+">Entry', answer.content.decode())) == 11
    assert code(1) in text(answer)
    read_in_both(boss, page("issue", issue().id))


def test_a_swab_in_doubt_shows_both_tubes_of_the_person(boss: User, world: World) -> None:
    one = world.swab(5)
    world.send("swabs", [one, world.swab(6, person=one["person"], at=NOW)])
    world.judge()
    assert {code(5), code(6)} <= set(text(signed_in(boss).get(page("issue", issue("swab.person_twice").id))).split())


def test_a_box_in_doubt_shows_its_tubes(boss: User, world: World) -> None:
    raise_many([NewIssue(code="box.count", subject="box:B1", area_code="220106")], by="system:judge", at=NOW)
    assert "No single record is named." in read(signed_in(boss), page("issue", issue("box.count").id))


def test_settling_needs_a_choice_and_a_reason_and_what_was_typed_stays(boss: User) -> None:
    answer = settle(boss, issue(), reason="looked at the list of the site")
    assert answer.status_code == 422
    assert "looked at the list of the site" in answer.content.decode()
    answer = settle(boss, issue(), settlement="corrected", reason=" ")
    assert answer.status_code == 422
    assert re.search(r'value="corrected"[^>]*checked', answer.content.decode())
    assert issue().settled_at is None


def test_an_issue_is_settled_once_with_its_reason_and_an_entry(boss: User) -> None:
    assert settle(boss, issue(), settlement="confirmed", reason="eleven on the list").status_code == 302
    assert (issue().settlement, issue().settled_by) == ("confirmed", boss.label)
    (entry,) = entered("issue.settled", f"issue:{issue().id}")
    assert "eleven on the list" in entry.body
    shown = read(signed_in(boss), page("issue", issue().id))
    assert "eleven on the list" in shown
    assert "Settle it" not in shown


def test_a_refusal_keeps_what_was_typed(boss: User) -> None:
    settle(boss, issue(), settlement="confirmed", reason="eleven on the list")
    answer = settle(boss, issue(), settlement="dismissed", reason="a slip of the finger")
    assert answer.status_code == 422
    assert "settled before" in text(answer)
    assert issue().settlement == "confirmed"


def test_who_only_looks_cannot_settle(boss: User) -> None:
    auditor = user_of(Role.AUDITOR)
    assert "Settle it" not in read(signed_in(auditor), page("issue", issue().id))
    assert settle(auditor, issue(), settlement="confirmed", reason="x").status_code == 403
    assert issue().settled_at is None
