"""The first page: the map follows the day slider, the curve stops where no bulletin was found."""

import json

from tests.browser import STORY
from tests.browser.visitor import Visitor, Visitors

pytestmark = STORY

PIXELS = "document.querySelector('.chart-map canvas').toDataURL()"


def test_the_slider_moves_the_day_of_the_map(visitors: Visitors) -> None:
    visitor = visitors.of("duty")
    visitor.visit("/")
    slider, day = visitor.page.locator(".slider input"), visitor.page.locator(".slider output")
    slider.wait_for()
    last = day.inner_text()
    before = visitor.page.evaluate(PIXELS)
    slider.focus()
    for _ in range(30):
        visitor.page.keyboard.press("ArrowLeft")
    assert (last, day.inner_text()) == ("2022-05-11", "2022-04-11")
    assert slider.get_attribute("aria-valuetext") == "2022-04-11"
    visitor.page.wait_for_function(f"before => {PIXELS} !== before", arg=before)
    assert not visitor.troubles


def test_the_curve_has_gaps_where_no_bulletin_was_found(visitors: Visitors) -> None:
    visitor = visitors.of("duty")
    visitor.visit("/")
    curve = visitor.page.locator(".chart-curve")
    curve.locator("canvas").wait_for()
    spec = json.loads(curve.locator("script").text_content() or "")
    (line,) = spec["lines"]
    missing = [i for i, bounds in enumerate(zip(line["low"], line["high"], strict=True)) if None in bounds]
    said = visitor.page.locator("main .hint").last.inner_text()
    assert f"for {len(missing)} none was found, or none that bounds the figure" in said
    curve.locator("summary").click()
    cells = curve.locator("tbody tr")
    cells.first.wait_for()
    assert cells.count() == len(spec["days"]) == 72
    assert cells.nth(missing[0]).locator("td").all_inner_texts() == [spec["days"][missing[0]], spec["words"]["gap"]]


def test_the_curve_shows_the_chosen_area(visitors: Visitors) -> None:
    visitor = visitors.of("duty")
    visitor.visit("/")
    whole = _values(visitor)
    visitor.page.select_option("[name=area]", "2202")
    visitor.click("Show")
    visitor.page.wait_for_url("**area=2202")
    assert visitor.page.locator("h3").inner_text() == "Jilin City"
    assert _values(visitor) != whole


def _values(visitor: Visitor) -> list[int | None]:
    text = visitor.page.locator(".chart-curve script").text_content() or ""
    values: list[int | None] = json.loads(text)["lines"][0]["values"]
    return values
