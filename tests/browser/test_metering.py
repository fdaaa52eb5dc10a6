"""An engineer finds a silent meter, asks it to be read, decides about an unknown terminal, and watches the head-end."""

import pytest

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.visitor import Visitors
from yinghuo.demo.metering import STRANGER

pytestmark = STORY

PHONE = {"width": 390, "height": 844}
PAGES = ("/metering", "/metering/terminals", f"/metering/terminals/{STRANGER}", "/metering/transformers")
SILENT = """
    SELECT m.address FROM metering_meter m JOIN metering_lastvalue v ON v.meter_id = m.id AND v.quantity = 1
    ORDER BY v.at, m.address LIMIT 1
"""
ASKED = "SELECT state FROM metering_ondemandread r JOIN metering_meter m ON m.id = r.meter_id WHERE m.address = %s"
ADMISSION = "SELECT admission FROM metering_terminal WHERE address = %s"


def test_a_silent_meter_is_found_and_read_now(visitors: Visitors, installation: Installation) -> None:
    (address,) = installation.row(SILENT)
    visitor = visitors.of("metering")
    visitor.visit("/metering")
    assert "silent for over a day" in visitor.title
    visitor.page.select_option("[name=standing]", "silent")
    visitor.page.fill("[name=digits]", address[-4:])
    visitor.page.press("[name=digits]", "Enter")
    visitor.page.wait_for_url("**standing=silent**")
    visitor.page.locator(f"#table-meters a[href='/metering/meters/{address}']").click()
    visitor.page.get_by_role("button", name="Read now").click()
    visitor.page.get_by_text("Asked. The values appear here").wait_for()
    assert installation.row(ASKED, address) == ("asked",)
    assert "Waiting for its turn" in visitor.page.locator("main").inner_text()
    assert not visitor.troubles


def test_an_unknown_terminal_is_admitted_for_a_reason_and_never_without(
    visitors: Visitors, installation: Installation
) -> None:
    visitor = visitors.of("metering")
    visitor.visit("/metering/terminals")
    assert "1 is held" in visitor.title
    visitor.page.locator(f"a[href='/metering/terminals/{STRANGER}']").click()
    visitor.page.get_by_role("link", name="Admit").click()
    visitor.page.fill("[name=reason]", "   ")
    visitor.page.get_by_role("button", name="Admit").click()
    visitor.page.locator("[role=alert]").wait_for()
    assert installation.row(ADMISSION, STRANGER) == ("held",)
    visitor.page.fill("[name=reason]", "Hung up this morning at the river plant.")
    visitor.page.get_by_role("button", name="Admit").click()
    visitor.page.get_by_text(f"{STRANGER} is admitted.").wait_for()
    assert installation.row(ADMISSION, STRANGER) == ("admitted",)
    assert "Hung up this morning" in visitor.page.locator("ol.timeline").inner_text()


def test_the_page_of_the_head_end_reads_itself_again(visitors: Visitors) -> None:
    visitor = visitors.of("metering")
    visitor.visit("/metering/head-end")
    with visitor.page.expect_response(lambda answer: answer.url.endswith("/metering/head-end")) as again:
        pass
    assert again.value.ok
    assert visitor.page.locator("#live").count() == 1
    assert not visitor.troubles


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_the_desk_scrolls_sideways_on_a_phone(visitors: Visitors, theme: str) -> None:
    visitor = visitors.of("metering", language="zh", size=PHONE, theme=theme)
    for path in (*PAGES, "/metering/head-end"):
        assert visitor.visit(path) == 200
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
