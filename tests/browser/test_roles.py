"""Each role signs in, sees its desks and no others, and each of its pages is whole in both languages."""

import re

import pytest

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor, Visitors
from yinghuo.demo.world import LOGINS

pytestmark = STORY

DESKS = {
    "admin": "Overview, Work orders, Issues, Response, Report a case, Sampling, Laboratory, Rosters, "
    "Messages, Reception, Metering, Figures, Ledger, Users and devices",
    "manager": "Overview, Work orders, Issues, Sampling, Laboratory, Rosters, "
    "Messages, Figures, Ledger, Users and devices, Personal data",
    "laboratory": "Overview, Work orders, Issues, Report a case, Sampling, Laboratory, "
    "Messages, Reception, Figures, Ledger",
    "duty": "Overview, Work orders, Issues, Response, Report a case, Sampling, Rosters, Metering, Figures, Ledger",
    "response": "Overview, Work orders, Response, Report a case, Figures, Ledger",
    "metering": "Overview, Work orders, Metering, Figures, Ledger",
    "safety": "Overview, Work orders, Report a case, Figures, Ledger",
    "auditor": "Overview, Work orders, Issues, Response, Sampling, Laboratory, Rosters, "
    "Messages, Metering, Figures, Ledger, Personal data",
    "statistician": "Overview, Sampling, Metering, Figures, Ledger",
}
CLOSED = {
    "admin": "/privacy",
    "manager": "/people/users/new",
    "laboratory": "/people/devices",
    "duty": "/privacy",
    "response": "/sampling",
    "metering": "/sampling",
    "safety": "/sampling",
    "auditor": "/people",
    "statistician": "/orders",
}
ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
NAMES_IN_BOTH = {"Yinghuo", "SHA", "kWh", "kVA"}


def test_every_role_of_the_demonstration_has_its_story() -> None:
    assert set(DESKS) == set(CLOSED) == set(LOGINS)


@pytest.mark.parametrize("role", DESKS)
def test_a_role_signs_in_and_sees_its_desks_and_no_others(visitors: Visitors, role: str) -> None:
    visitor = visitors.stranger()
    visitor.log_in(LOGINS[role][0])  # type: ignore[index]
    assert visitor.desks() == DESKS[role].split(", ")
    assert visitor.page.locator(".who summary").inner_text() == LOGINS[role][3]  # type: ignore[index]
    assert not visitor.troubles
    assert visitor.visit(CLOSED[role]) == 403
    assert visitor.title == "This page is not part of your role"
    assert "ask the administrator of your area" in visitor.page.locator("main").inner_text()


def test_a_wrong_password_is_explained_and_the_name_is_kept(visitors: Visitors) -> None:
    visitor = visitors.stranger()
    visitor.log_in("manager", "not the password")
    assert "Please correct this" in visitor.page.locator("[role=alert]").inner_text()
    assert visitor.page.input_value("[name=username]") == "manager"
    assert visitor.page.evaluate("document.activeElement.className") == "errors"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_desk_is_whole_in_both_languages(visitors: Visitors, language: str) -> None:
    visitor = visitors.of("manager", language=language)  # the one role that has all desks
    visitor.visit("/")
    for path in visitor.page.locator("nav.desks a").evaluate_all("all => all.map((a) => a.getAttribute('href'))"):
        _is_whole(visitor, path, language)
    assert not visitor.troubles


def test_each_page_below_a_desk_is_whole_in_chinese(visitors: Visitors, installation: Installation) -> None:
    visitor = visitors.of("admin", language="zh")
    for path in deep_pages(installation):
        _is_whole(visitor, path, "zh")
    assert not visitor.troubles


def deep_pages(installation: Installation) -> list[str]:
    """One page of each kind that no desk leads to at once."""
    one = {
        "/sampling/": "SELECT id FROM sampling_campaign ORDER BY starts_at LIMIT 1",
        "/tubes/": "SELECT tube FROM sampling_tube WHERE result = 'positive' ORDER BY tube LIMIT 1",
        "/orders/": "SELECT id FROM work_order ORDER BY state DESC, id LIMIT 1",
        "/issues/": "SELECT id FROM work_issue ORDER BY id LIMIT 1",
        "/ledger/": "SELECT id FROM ledger_entry ORDER BY id LIMIT 1",
        "/metering/meters/": "SELECT address FROM metering_meter ORDER BY address LIMIT 1",
        "/metering/terminals/": "SELECT address FROM metering_terminal ORDER BY address LIMIT 1",
        "/people/users/": "SELECT id FROM people_user WHERE username = 'duty'",
        "/people/devices/": "SELECT id FROM people_device ORDER BY id LIMIT 1",
        "/figures/publications/": "SELECT id FROM figures_publication ORDER BY id LIMIT 1",
    }
    pages = [f"{start}{installation.row(query)[0]}" for start, query in one.items()]
    figure = "/figures/sampling.swabs?area=2201&first=2022-05-09&last=2022-05-09"
    more = ["/people", "/people/users/new", "/people/devices", "/search?q=JL", "/brief"]
    more += ["/metering", "/metering/terminals", "/metering/transformers", "/metering/head-end"]
    return [*pages, figure, figure.replace("?", "/publish?"), *more]


def _is_whole(visitor: Visitor, path: str, language: str) -> None:
    assert visitor.visit(path) == 200, path
    heads = [visitor.title, *visitor.desks(), *visitor.page.locator("main h2, main th, main dt").all_inner_texts()]
    assert visitor.title, path
    if language == "zh":
        left = {word for head in heads for word in ENGLISH_WORD.findall(head)} - NAMES_IN_BOTH
        assert not left, (path, left)
    else:
        assert not re.search("[\u4e00-\u9fff]", " ".join(visitor.desks())), path
