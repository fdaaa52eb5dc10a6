"""The desks down the left side, and how much work waits there."""

from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import override

from yinghuo.core.people.models import Role, User
from yinghuo.core.work.actions import NewIssue, raise_many
from yinghuo.web import navigation

NOW = datetime(2022, 3, 13, 5, 5, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.test_navigation")]
urlpatterns = [
    path("" if desk.page == "home" else desk.page, HttpResponse, name=desk.page)
    for desk in navigation.DESKS
    if desk.page != "ledger"
]


def somebody(role: Role, area_code: str = "2202") -> User:
    """A user of a role, in Jilin City unless told otherwise."""
    return User.objects.create(username=f"{role}{area_code}", role=role, area_code=area_code)


def issues(count: int) -> None:
    """Doubts raised in Jilin City."""
    rows = [NewIssue(code="swab.twice", subject=f"swab:{number}", area_code="220202") for number in range(count)]
    raise_many(rows, by="system:judge", at=NOW)


def counts(user: User) -> dict[str, str]:
    """The navigation of a user, by label."""
    with override("en"):
        return {str(line.label): line.count for line in navigation.lines(user, "/")}


def test_a_role_sees_the_desks_it_may_use() -> None:
    assert "Issues" in counts(somebody(Role.MANAGER))
    assert "Issues" not in counts(somebody(Role.STATISTICIAN))


def test_a_desk_that_is_not_built_in_has_no_line() -> None:
    assert "Ledger" not in counts(somebody(Role.AUDITOR))


def test_open_issues_are_counted_beside_their_desk() -> None:
    issues(3)
    assert counts(somebody(Role.MANAGER))["Issues"] == "3"


def test_nothing_open_shows_no_number() -> None:
    assert counts(somebody(Role.MANAGER))["Issues"] == ""


def test_a_user_outside_the_area_has_nothing_to_do_there() -> None:
    issues(3)
    assert counts(somebody(Role.MANAGER, "2201"))["Issues"] == ""


def test_counting_stops_where_nobody_reads_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "MOST_COUNTED", 3)
    issues(4)
    assert counts(somebody(Role.MANAGER))["Issues"] == "2+"


def test_the_desk_of_a_page_deeper_down_is_marked_and_no_other() -> None:
    here = reverse("issues")
    assert [line for line in navigation.lines(somebody(Role.AUDITOR), "/problems") if line.here] == []
    marked = [line.href for line in navigation.lines(somebody(Role.MANAGER), f"{here}/7") if line.here]
    assert marked == [here]
