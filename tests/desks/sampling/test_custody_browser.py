"""Reception in a real browser: five hundred scans one after the other, without a reload, also over a lost network."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, sync_playwright

from tests.desks.sampling.custody_world import MIN, CustodyWorld
from tests.desks.sampling.world import START, code
from tests.web.pages_world import areas, at_noon, user_of
from yinghuo.core.people.models import Role, User

__all__ = ["at_noon"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]


def session_of(user: User) -> str:
    """The key of a session in which this user is signed in."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return str(session.session_key)


@pytest.fixture
def page(live_server: Any) -> Iterator[Page]:
    """The reception with a box of five hundred tubes open, in Chromium."""
    areas()
    world = CustodyWorld()
    world.pack("BX0500", *range(1, 501))
    world.pack("BX0501", 600)
    world.hand("BX0500", "collected", 500, at=START + 20 * MIN)
    world.settle_down()
    key = session_of(user_of(Role.LABORATORY))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        context = browser.new_context(locale="en")
        context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        shown = context.new_page()
        shown.goto(f"{live_server.url}/reception?box=BX0500")
        yield shown
        browser.close()


def scan(page: Page, text: str) -> None:
    """What a hand scanner does: the code, then Enter, wherever the focus is."""
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def test_five_hundred_tubes_tick_off_without_a_reload(page: Page) -> None:
    page.evaluate("() => { window.neverReloaded = true; }")
    for tube in range(1, 501):
        scan(page, code(tube))
    page.get_by_text("500 / 500").wait_for(timeout=240_000)
    assert page.locator(".scan-tubes .scan-done").count() == 500
    scan(page, code(600))
    page.get_by_text("belongs to box BX0501").first.wait_for()
    assert page.evaluate("() => [window.neverReloaded, document.activeElement.id]") == [True, "code"]


def test_scans_that_could_not_be_sent_wait_and_are_sent_once(page: Page) -> None:
    page.context.set_offline(True)
    for tube in (1, 2, 3):
        scan(page, code(tube))
    page.get_by_text("3 · not sent yet").wait_for()
    page.context.set_offline(False)
    page.get_by_text("3 / 500").wait_for()
    page.locator("#unsent").wait_for(state="hidden")


def test_what_is_scanned_behind_a_box_belongs_to_that_box(page: Page) -> None:
    for text in (code(1), "BX0501", code(600)):
        scan(page, text)
    page.get_by_text("1 / 1").wait_for()
    assert page.locator("#tube-JL0000000600.scan-done").count() == 1
    assert page.url.endswith("box=BX0501")


def test_nothing_is_kept_of_an_empty_scan(page: Page) -> None:
    page.keyboard.press("Enter")
    scan(page, code(7))
    page.get_by_text("1 / 500").wait_for()
    assert page.locator("#strangers li").count() == 0
