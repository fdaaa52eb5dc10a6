"""On 360 pixels, in gloves and in sunlight: every screen in both languages, light and dark."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone
from tests.browser.field.phone import Phone
from tests.browser.field.world import number
from tests.browser.test_contrast import TOO_FAINT
from tests.browser.test_phone import TOO_WIDE

pytestmark = STORY
BARE_PX, GLOVE_PX = 48, 64
LEAST = 7  # WCAG 2.2 success criterion 1.4.6 (AAA), for sunlight
TOO_SMALL = """(least) => [...document.querySelectorAll("button, input")].filter((e) => e.checkVisibility())
    .filter((e) => e.getBoundingClientRect().height < least)
    .map((e) => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 120)}`)"""
CUT_OFF = """() => [...document.querySelectorAll("button, .below")].filter((e) => e.checkVisibility())
    .filter((e) => e.scrollWidth > e.clientWidth + 1
        || (e.closest(".below") && e.getBoundingClientRect().bottom > innerHeight + 1))
    .map((e) => e.outerHTML.slice(0, 120))"""
NOT_BIGGEST = """() => {
    const area = (e) => e.getBoundingClientRect().width * e.getBoundingClientRect().height;
    const [big, ...more] = document.querySelectorAll(".big");
    const larger = [...document.querySelectorAll("button")].filter((e) => e !== big && big && area(e) >= area(big));
    return [...more, ...larger].map((e) => e.outerHTML.slice(0, 120));
}"""


def screens(one: Phone) -> Iterator[str]:
    """Leads through the screens, by places and not by words, so that it works in both languages."""
    page, scan = one.page, one.scan
    small: Callable[[int], None] = lambda place: one.press("small", place)  # noqa: E731
    yield "tube to scan"
    scan("JL0000007001", number(50), number(51))
    one.shows(2)
    yield "tube filling"
    scan(number(51))
    yield "question"
    one.press("big")
    small(0)
    page.keyboard.type(number(52)[:17] + ("1" if number(52)[17] != "1" else "2"), delay=80)
    yield "wrong check digit"
    one.press("small")
    small(1)
    one.is_on("groups")
    yield "groups"
    page.locator(".line", has_text="总装").click()
    yield "group"
    one.press("big")
    one.shows(14)
    yield "over capacity"
    small(3)
    page.locator(".chip").first.click()
    yield "members"
    small(1)
    yield "void"
    small(0)
    page.locator(".chip").first.click()
    one.press("big")
    yield "move"
    scan("JL0000007002")
    one.press("big")
    page.locator("[data-count]").wait_for(state="detached")
    page.locator(".menu").click()
    yield "menu"
    page.locator(".tiles button").nth(4).click()
    yield "tray"
    page.locator(".menu").click()
    page.locator(".tiles button").nth(0).click()
    scan("BOX-7001", "JL0000007001")
    one.shows(1)
    yield "packing"
    page.locator(".below .second").click()
    page.fill("[name=count]", "2")
    yield "sealing a box"


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
@pytest.mark.parametrize("glove", [False, True])
def test_every_screen_fits_a_small_phone_and_is_read_in_sunlight(
    make_phone: MakePhone, language: str, theme: str, glove: bool
) -> None:
    one = make_phone(language=language, theme=theme)
    one.enrol()
    if glove:
        one.page.locator(".menu").click()
        one.page.locator(".toggle").nth(1).click()
        one.press("big")
    wrong: dict[str, list[str]] = {}
    for name in screens(one):
        faint = one.page.evaluate(TOO_FAINT, [LEAST, LEAST])[1]
        small = one.page.evaluate(TOO_SMALL, GLOVE_PX if glove else BARE_PX)
        wrong[name] = [*one.page.evaluate(TOO_WIDE), *small, *faint, *one.page.evaluate(CUT_OFF)]
        wrong[name] += one.page.evaluate(NOT_BIGGEST)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_the_language_is_the_phones_own_until_somebody_chooses(make_phone: MakePhone) -> None:
    one = make_phone(language="zh")
    one.enrol()
    expect(one.page.locator("h1")).to_have_text("扫样管")
    one.page.locator(".menu").click()
    one.choose("English")
    one.press("big")
    expect(one.page.locator("h1")).to_have_text("Scan the tube")
    one.open()
    expect(one.page.locator("h1")).to_have_text("Scan the tube")
    assert one.page.evaluate("() => document.documentElement.lang") == "en"


def test_the_left_hand_finds_the_buttons_on_its_side(enrolled: Phone) -> None:
    tools = enrolled.page.locator(".row button")
    enrolled.scan("JL0000007003")
    enrolled.shows(0)
    before = [box["x"] for box in (tools.first.bounding_box(), tools.last.bounding_box()) if box]
    enrolled.page.locator(".menu").click()
    enrolled.choose("Left hand")
    enrolled.press("big")
    after = [box["x"] for box in (tools.first.bounding_box(), tools.last.bounding_box()) if box]
    assert before[0] < before[1]
    assert after[0] > after[1]


def test_the_count_is_spoken_in_the_language_chosen_when_switched_on(make_phone: MakePhone) -> None:
    one = make_phone(language="zh")
    one.enrol()
    one.page.evaluate(
        "() => { window.heard = []; speechSynthesis.speak = (said) => heard.push([said.text, said.lang]); }"
    )
    one.scan("JL0000007004", number(60))
    one.shows(1)
    assert one.page.evaluate("() => heard") == []
    one.page.locator(".menu").click()
    one.choose("报数")
    one.press("big")
    one.scan(number(61))
    one.shows(2)
    assert one.page.evaluate("() => heard.at(-1)") == ["2", "zh-CN"]
