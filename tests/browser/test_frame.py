"""Language, light and dark, keys: what is the same on every page."""

import pytest

from tests.browser import STORY
from tests.browser.visitor import Visitors

pytestmark = STORY

GROUND = "getComputedStyle(document.documentElement).backgroundColor"
OUTLINE_PX = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
FOCUSED_ROW = "[...document.querySelectorAll('tbody tr')].indexOf(document.activeElement)"


def test_switching_the_language_keeps_the_page_and_its_filter(visitors: Visitors) -> None:
    visitor = visitors.of("manager")
    visitor.visit("/orders?state=closed")
    visitor.click("中文")
    visitor.page.wait_for_selector("html[lang=zh-hans]")
    assert visitor.page.url.endswith("/orders?state=closed")
    assert visitor.desks()[1] == "工单"
    visitor.click("English")
    visitor.page.wait_for_selector("html[lang=en]")
    assert visitor.desks()[1] == "Work orders"


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_the_chosen_theme_holds_after_a_reload(visitors: Visitors, system: str, chosen: str) -> None:
    visitor = visitors.of("manager", theme=system)
    visitor.visit("/orders")
    first = visitor.page.evaluate(GROUND)
    visitor.click("Light or dark")
    switched = visitor.page.evaluate(GROUND)
    visitor.page.reload()
    assert visitor.page.get_attribute("html", "data-theme") == chosen
    assert first != switched == visitor.page.evaluate(GROUND)


def test_a_slash_goes_to_the_search_and_arrows_walk_the_table(visitors: Visitors) -> None:
    visitor = visitors.of("manager")
    visitor.visit("/orders?state=closed")
    page = visitor.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.input_value("#search") == "", "the slash itself must not be typed"
    page.locator("tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED_ROW) == 1
    assert page.evaluate(OUTLINE_PX) > 0
    where = page.locator("tbody tr").nth(1).locator("a").first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{where}")


@pytest.mark.parametrize("path", ["/", "/orders", "/issues"])
def test_whatever_the_tab_key_reaches_shows_its_focus(visitors: Visitors, path: str) -> None:
    visitor = visitors.of("manager")
    visitor.visit(path)
    reached = 0
    for _ in range(25):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement === document.body"):
            break
        reached += 1
        assert visitor.page.evaluate(OUTLINE_PX) > 0, visitor.page.evaluate("document.activeElement.outerHTML")
    assert reached > 15


def test_the_first_tab_leads_past_the_navigation(visitors: Visitors) -> None:
    visitor = visitors.of("manager")
    visitor.visit("/orders")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"
