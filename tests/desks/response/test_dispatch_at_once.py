"""Two officers at the same moment, on two connections; and the one key in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, sync_playwright

from tests.at_once import together
from tests.desks.response.teams_world import AT, ME, OTHER, areas, fresh, now, order, team, user
from yinghuo.console import clock
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions import dispatch
from yinghuo.desks.response.models import Sending, TeamState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]


def test_two_officers_who_send_two_teams_to_one_order_send_one() -> None:
    areas()
    one, two, wanted = team("A"), team("B"), order()
    refused = together(
        lambda: dispatch.confirm(wanted.id, one.id, by=ME, at=AT),
        lambda: dispatch.confirm(wanted.id, two.id, by=OTHER, at=AT),
    )
    assert refused == ["order.taken_by_other"]
    assert Sending.objects.count() == 1
    assert sorted([fresh(one).state, fresh(two).state]) == [TeamState.MOVING, TeamState.READY]


def test_two_officers_who_send_one_team_to_two_orders_send_it_once() -> None:
    areas()
    one, first, second = team("A"), order(), order()
    refused = together(
        lambda: dispatch.confirm(first.id, one.id, by=ME, at=AT),
        lambda: dispatch.confirm(second.id, one.id, by=OTHER, at=AT),
    )
    assert refused == ["team.not_ready"]
    assert sorted([now(first.id).state, now(second.id).state]) == ["open", "taken"]


@pytest.fixture
def page(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """Dispatch with three orders and three teams, in Chromium."""
    areas()
    settings.SCENARIO_CLOCK = AT.isoformat()
    monkeypatch.setattr(clock, "_STARTED_S", clock.time.monotonic())
    for number in range(3):
        team(f"T{number}", km_north=number + 1)
        order(minutes=60 + 10 * number)
    key = _session_of(user())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        context = browser.new_context(locale="en")
        context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        shown = context.new_page()
        shown.goto(f"{live_server.url}/response/dispatch")
        yield shown
        browser.close()


def test_one_key_sends_one_team_and_the_next_order_has_the_focus(page: Page) -> None:
    rows = page.locator("[data-dispatch] tbody tr")
    assert rows.count() == 3
    page.keyboard.press("Enter")
    page.get_by_text("1 team is on its way.").wait_for()
    assert rows.count() == 2
    page.keyboard.press("ArrowDown")
    last = rows.nth(1).get_attribute("id")
    page.keyboard.press("c")
    page.wait_for_function("() => document.querySelectorAll('[data-dispatch] tbody tr').length === 1")
    assert rows.nth(0).get_attribute("id") != last


def _session_of(who: User) -> str:
    """The key of a session in which this user is signed in."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(who.pk), who.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return str(session.session_key)
