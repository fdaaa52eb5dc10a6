"""Two tabs, a tab that dies in mid-scan, a clock that jumps: nothing lost, nothing doubled, all in order."""

from datetime import UTC, datetime, timedelta

import psycopg
from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone
from tests.browser.field.phone import Field, Phone

pytestmark = STORY

HOLD = """() => new Promise((held) => navigator.locks.request("yinghuo-facts", () => new Promise((release) => {
    window.release = release;
    held();
})))"""
ADD = """async (count) => {
    const {addPeople} = await import("/field/shift.js");
    for (let n = 0; n < count; n += 1) await addPeople([{person: crypto.randomUUID()}]);
}"""
TELL = "async () => (await import('/field/session.js')).tell()"
SKEWED = "const real = Date.now.bind(Date); Date.now = () => real() + Number(localStorage.skew ?? 0);"
HOURS_MS = 3_600_000


def test_two_tabs_record_into_one_tube_and_each_person_once(enrolled: Phone, field: Field) -> None:
    enrolled.fill("JL0000003001", 1)
    other = enrolled.tab()
    enrolled.open(other)
    for page in (enrolled.page, other):
        page.evaluate(f"() => {{ window.adding = ({ADD})(20); }}")
    for page in (enrolled.page, other):
        page.evaluate("() => window.adding")
    for page in (enrolled.page, other):
        page.evaluate(TELL)  # who records past the screen has to say so: each tab draws what the other tells
    for page in (enrolled.page, other):
        expect(page.locator(".count")).to_have_attribute("data-count", "41")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000003001'") == 41
    assert field.installation.row("SELECT count(DISTINCT person) FROM sampling_swab WHERE tube = 'JL0000003001'") == (
        41,
    )


def test_what_one_tab_seals_is_not_sealed_again_by_the_other(enrolled: Phone, field: Field) -> None:
    enrolled.fill("JL0000003002", 2)
    other = enrolled.tab()
    enrolled.open(other)
    other.evaluate(HOLD)
    both = [enrolled.page, other]
    for page in both:
        page.locator(".below button", has_text="Seal").click()
    other.evaluate("() => window.release()")
    for page in both:
        expect(page.locator("h1")).to_have_text("Scan the tube")
    enrolled.unsent(0)
    assert field.count("sealed", "tube = 'JL0000003002'") == 1


def test_a_tab_killed_between_scan_and_store_leaves_no_half_a_swab(enrolled: Phone, field: Field) -> None:
    who = enrolled.fill("JL0000003003", 2)
    enrolled.set_network("dead")
    other = enrolled.tab()
    enrolled.open(other)
    other.evaluate(HOLD)
    lost = "5b3f1a10-0000-4000-8000-000000000201"
    enrolled.scan(lost)
    enrolled.page.wait_for_timeout(300)
    enrolled.shows(2)
    enrolled.page.close()
    other.evaluate("() => window.release()")
    other.close()
    enrolled.page = enrolled.tab()
    enrolled.open()
    enrolled.shows(2)
    enrolled.scan(lost)
    enrolled.shows(3)
    enrolled.set_network("well")
    enrolled.unsent(0)
    people = "tube = 'JL0000003003' AND person = ANY(%s::uuid[])"
    assert field.count("swab", people, [*who, lost]) == 3
    assert field.count("swab", "tube = 'JL0000003003'") == 3


def test_a_tab_killed_at_any_moment_has_stored_fact_and_count_together(enrolled: Phone, field: Field) -> None:
    enrolled.set_network("dead")
    enrolled.scan("JL0000003004")
    enrolled.shows_open("JL0000003004")
    for pause_ms in (0, 3, 9, 20, 45):
        enrolled.page.evaluate(f"() => {{ ({ADD})(50); }}")
        enrolled.page.wait_for_timeout(pause_ms)
        enrolled.page.close()
        enrolled.page = enrolled.tab()
        enrolled.open()
        shown = int(enrolled.page.locator(".count").get_attribute("data-count") or "")
        enrolled.unsent(shown)
    enrolled.set_network("well")
    enrolled.unsent(0)
    assert shown > 0
    assert field.count("swab", "tube = 'JL0000003004'") == shown


def test_facts_keep_their_order_and_the_servers_time_under_a_clock_that_jumps(
    make_phone: MakePhone, field: Field
) -> None:
    one = make_phone()
    one.context.add_init_script(SKEWED)
    one.open()
    one.page.evaluate(f"() => {{ localStorage.skew = {-3 * HOURS_MS}; }}")
    begun = datetime.now(UTC)
    one.enrol()
    who = one.fill("JL0000003005", 2)
    one.set_network("dead")
    one.page.evaluate(f"() => {{ localStorage.skew = {-8 * HOURS_MS}; }}")
    one.open()
    for place in range(3, 6):
        who.append(f"5b3f1a10-0000-4000-8000-00000000030{place}")
        one.scan(who[-1])
        one.shows(place)
    one.set_network("well")
    one.unsent(0)
    with psycopg.connect(field.installation.database) as connection:
        rows = connection.execute(
            "SELECT id, at, person::text FROM sampling_swab WHERE tube = 'JL0000003005' ORDER BY id"
        ).fetchall()
    assert [person for _, _, person in rows] == who
    times = [at for _, at, _ in rows]
    assert times == sorted(times)
    assert begun - timedelta(seconds=5) < times[0]
    assert times[-1] < datetime.now(UTC) + timedelta(seconds=5)
    assert all(str(identifier)[14] == "7" for identifier, _, _ in rows)
