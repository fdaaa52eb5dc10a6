"""A line that breaks: errors, slowness and answers cut in the middle cost no fact and double none."""

import time

from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone
from tests.browser.field.phone import Field, Phone

pytestmark = STORY
HALTED_S = 1.0


def test_while_the_server_answers_500_everything_stays_and_later_arrives(enrolled: Phone, field: Field) -> None:
    enrolled.line.set("out_of_order")
    enrolled.fill("JL0000002001", 3)
    enrolled.stuck()
    enrolled.unsent(3)
    assert field.count("swab", "tube = 'JL0000002001'") == 0
    enrolled.line.set("well")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000002001'") == 3


def test_an_answer_cut_in_the_middle_is_no_answer_and_the_batch_sent_again_is_the_same(
    enrolled: Phone, field: Field
) -> None:
    enrolled.line.set("cut")
    enrolled.fill("JL0000002002", 3)
    enrolled.stuck()
    enrolled.unsent(3)
    sent = field.count("swab", "tube = 'JL0000002002'")
    assert sent > 0
    enrolled.line.set("well")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000002002'") == 3
    assert enrolled.line.posted.count("/api/v1/swabs") >= 2


def test_scanning_does_not_wait_for_a_slow_server(enrolled: Phone, field: Field) -> None:
    enrolled.line.delay_s = 6.0
    enrolled.line.set("slow")
    enrolled.fill("JL0000002003", 2)
    enrolled.page.wait_for_timeout(2000)
    begun = time.monotonic()
    enrolled.scan("5b3f1a10-0000-4000-8000-000000000101")
    enrolled.shows(3)
    assert time.monotonic() - begun < HALTED_S
    enrolled.unsent(3)
    enrolled.line.set("well")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000002003'") == 3


def test_a_shift_of_a_thousand_leaves_in_batches_of_two_hundred(enrolled: Phone, field: Field) -> None:
    enrolled.set_network("dead")
    enrolled.scan("JL0000002004")
    enrolled.page.evaluate("""async () => {
        const {addPeople} = await import("/field/shift.js");
        await addPeople(Array.from({length: 1000}, () => ({person: crypto.randomUUID()})));
    }""")
    enrolled.unsent(1000)
    enrolled.line.posted.clear()
    enrolled.set_network("well")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000002004'") == 1000
    assert enrolled.line.posted.count("/api/v1/swabs") == 5


def test_a_revoked_phone_forgets_everything(enrolled: Phone, field: Field) -> None:
    enrolled.fill("JL0000002005", 2)
    enrolled.unsent(0)
    field.ask("revoke", enrolled.device)
    enrolled.scan("5b3f1a10-0000-4000-8000-000000000102")
    enrolled.is_on("enrol")
    expect(enrolled.page.locator("h1")).to_have_text("This phone was revoked")
    assert [name for name, rows in enrolled.kept().items() if rows] == []


def test_an_unknown_token_keeps_everything_until_the_phone_is_enrolled_again(enrolled: Phone, field: Field) -> None:
    field.forget_token(enrolled.device)
    enrolled.fill("JL0000002006", 2)
    enrolled.stuck()
    enrolled.unsent(2)
    enrolled.enrol()
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000002006'") == 2


def test_a_batch_of_an_unknown_form_stays_on_the_phone(make_phone: MakePhone, field: Field) -> None:
    newer = "/field/doors.js"
    one = make_phone(service_workers="block")
    one.context.route(
        f"**{newer}", lambda route: route.fulfill(response=(got := route.fetch()), body=_newer(got.text()))
    )
    one.enrol()
    one.fill("JL0000002007", 1)
    one.page.locator(".menu").click()
    expect(one.page.locator(".above p.warn")).to_contain_text("This app is too old", timeout=10_000)
    one.unsent(1)
    assert field.count("swab", "tube = 'JL0000002007'") == 0


def _newer(source: str) -> str:
    """The app as a server sees it that was put back to an older version."""
    assert "SCHEMA = 2" in source
    return source.replace("SCHEMA = 2", "SCHEMA = 3")
