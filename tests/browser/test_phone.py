"""On a phone nothing scrolls sideways and whatever is pressed is as large as a finger."""

import pytest

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.test_roles import deep_pages
from tests.browser.visitor import PHONE, Visitors

pytestmark = STORY

DESKS = ["/", "/orders", "/issues", "/sampling", "/figures", "/ledger"]
TABLES = ["/response", "/response/cases", "/response/teams", "/rosters", "/metering", "/brief", "/people"]
TARGET_PX = 44
TOO_WIDE = """() => {
    const {scrollWidth, clientWidth} = document.scrollingElement;
    if (scrollWidth <= clientWidth) return [];
    const right = (element) => element.getBoundingClientRect().right;
    const wide = [...document.body.querySelectorAll('*')].filter((element) => right(element) > clientWidth + 1);
    return [`${scrollWidth} > ${clientWidth}`, ...wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))];
}"""
TOO_SMALL = """(least) => {
    const targets = ".button, .plain, .desks a, .tabs a, summary, select, textarea, "
        + "input:not([type=hidden], [type=range], [type=radio], [type=checkbox])";
    const seen = [...document.querySelectorAll(targets)].filter((e) => e.checkVisibility());
    return seen.filter((e) => e.getBoundingClientRect().height < least)
        .map((e) => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 120)}`);
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_scrolls_sideways_and_targets_are_large(
    visitors: Visitors, installation: Installation, language: str
) -> None:
    visitor = visitors.of("admin", language=language, size=PHONE)
    wrong: dict[str, list[str]] = {}
    for path in [*DESKS, *(deep_pages(installation) if language == "en" else [])]:
        visitor.visit(path)
        wrong[path] = [*visitor.page.evaluate(TOO_WIDE), *visitor.page.evaluate(TOO_SMALL, TARGET_PX)]
    assert not {path: found for path, found in wrong.items() if found}


@pytest.mark.parametrize("width", [768, 1024])
def test_no_page_scrolls_sideways_on_a_tablet(visitors: Visitors, width: int) -> None:
    """A table that does not fit scrolls by itself."""
    visitor = visitors.of("admin", size={"width": width, "height": 1000})
    wrong: dict[str, list[str]] = {}
    for path in [*DESKS, *TABLES]:
        visitor.visit(path)
        wrong[path] = visitor.page.evaluate(TOO_WIDE)
    assert not {path: found for path, found in wrong.items() if found}


def test_the_login_fits_a_phone(visitors: Visitors) -> None:
    visitor = visitors.stranger(size=PHONE)
    visitor.visit("/login")
    assert not visitor.page.evaluate(TOO_WIDE)
    assert not visitor.page.evaluate(TOO_SMALL, TARGET_PX)
