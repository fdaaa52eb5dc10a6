"""A safety officer reports on a phone, the duty officer takes a call, the response officer opens the event."""

import re

from tests.browser import STORY
from tests.browser.installation import Installation
from tests.browser.visitor import Visitors

pytestmark = STORY

PHONE = {"width": 390, "height": 844}
EVENT = "SELECT state FROM response_event WHERE number = %s"
TRACKS = """
    SELECT count(*) FROM work_order w JOIN response_event e ON w.subject = 'event:' || e.id
    WHERE e.number = %s AND w.kind IN ('response.tracing', 'response.transfer', 'response.isolation',
                                       'response.disinfection')
"""
ANSWER = "SELECT value #>> '{}' FROM response_answer WHERE question = 'household' AND current ORDER BY kept_at DESC"


def test_from_a_report_and_a_call_to_an_open_event(visitors: Visitors, installation: Installation) -> None:
    officer = visitors.of("safety", size=PHONE)
    officer.visit("/")
    officer.click("Report a case")
    officer.page.fill("[name=name]", "试验甲")
    officer.page.get_by_label("fever").check()
    officer.click("Report now")
    officer.page.get_by_text("The duty officer has it").wait_for()
    assert officer.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    duty = visitors.of("duty")
    duty.visit("/response")
    duty.click("Take a call")
    duty.page.wait_for_function("document.activeElement.name === 'callback'")
    duty.page.keyboard.type("13900000077")
    duty.page.fill("[name=name]", "试验乙")
    duty.page.fill("[name=phone]", "13900000078")
    duty.page.select_option("[name=area]", "220102001")
    duty.page.keyboard.press("Alt+1")
    assert duty.page.locator("[name=symptoms]").first.is_checked()
    duty.page.fill("[name=words]", "邻居发烧三天")
    duty.page.keyboard.press("Control+Enter")
    duty.page.get_by_text("Kept. The clock runs.").wait_for()
    assert "邻居" not in duty.page.content()
    number = re.search(r"\d{4}-\d{4}", duty.page.locator("dl.facts").first.inner_text())
    assert number

    response = visitors.of("response")
    response.visit(f"/response/events/{number[0]}")
    assert "not opened yet" in response.title
    response.click("Open the event")
    response.page.get_by_text("Opened. The four tracks run.").wait_for()
    assert installation.row(EVENT, number[0]) == ("open",)
    assert installation.row(TRACKS, number[0]) == (4,)
    assert not [*officer.troubles, *duty.troubles, *response.troubles]


def test_an_answer_typed_without_a_network_goes_when_there_is_one(
    visitors: Visitors, installation: Installation
) -> None:
    visitor = visitors.of("response")
    (number,) = installation.row("SELECT number FROM response_case ORDER BY number LIMIT 1")
    visitor.visit(f"/response/cases/{number}/investigation")
    visitor.context.set_offline(offline=True)
    visitor.page.fill("[name=household]", "17")
    visitor.page.press("[name=household]", "Tab")
    visitor.page.locator("#unsent .figure", has_text="1").wait_for()
    visitor.context.set_offline(offline=False)
    visitor.page.locator("#unsent").wait_for(state="hidden")
    assert installation.row(ANSWER) == ("17",)
