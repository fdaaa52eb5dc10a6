"""The follow-up teams' app in a browser: a round taken, visits recorded without a network, sent exactly once."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone
from tests.browser.field.followups_world import NAMES
from tests.browser.field.phone import DUMP, ROOT, WAIT_MS, Field, Phone

pytestmark = STORY
SEEN = "Seen, well"
Team = Callable[..., Phone]


@pytest.fixture(scope="session")
def made(field: Field) -> dict[str, list[str]]:
    """Today's contacts, and codes that nobody used yet."""
    world = [sys.executable, "-m", "tests.browser.field.followups_world"]
    done = subprocess.run(world, env=field.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture
def team(make_phone: MakePhone, made: dict[str, list[str]]) -> Team:
    """Makes a team's phone that has taken a round."""

    def one(words: str = "visits", **more: Any) -> Phone:
        phone = make_phone(**more)
        phone.page.goto(f"{phone.line.address}/rounds/#enrol={made['codes'].pop()}")
        with phone.page.expect_response("**/phone/enrol") as answer:
            phone.press("big")
        phone.device = answer.value.json()["device"]
        phone.page.locator("[data-screen=rounds] .line", has_text=words).first.click()
        phone.is_on("list")
        phone.page.wait_for_function("() => navigator.serviceWorker.controller")
        return phone

    return one


def _record(phone: Phone, name: str, *found: str, temperature: str = "") -> None:
    phone.page.locator(".visit", has_text=name[0]).click()
    for words in found:
        phone.choose(words)
    if temperature:
        phone.page.locator("input").fill(temperature)
    phone.press("big")


def _rows(phone: Phone) -> list[Any]:
    query = "SELECT coalesce(array_agg(status ORDER BY at), '{}') FROM response_followup WHERE device = %s"
    return list(phone.field.installation.row(query, phone.device)[0])


def test_visits_recorded_without_a_network_go_out_once_when_it_is_back(team: Team) -> None:
    phone = team()
    phone.set_network("dead")
    phone.page.reload()
    phone.is_on("list")  # the app itself needs no network
    _record(phone, NAMES[0], SEEN)
    _record(phone, NAMES[1], "Not reached")
    phone.unsent(2)
    assert _rows(phone) == []
    phone.page.reload()  # what was recorded outlives the tab
    phone.unsent(2)
    expect(phone.page.locator("h1")).to_have_text("2 of 3 recorded")
    phone.set_network("well")
    phone.unsent(0)
    assert _rows(phone) == ["seen_well", "not_reached"]


def test_a_server_that_answers_500_or_breaks_off_costs_nothing_and_doubles_nothing(team: Team) -> None:
    phone = team()
    phone.set_network("out_of_order")
    _record(phone, NAMES[0], SEEN)
    phone.stuck()
    phone.unsent(1)
    phone.line.set("cut")  # the facts arrive, the answer does not: they stay, and are sent again
    _send_now(phone)
    phone.page.wait_for_timeout(1_500)
    phone.unsent(1)
    phone.line.set("well")
    _send_now(phone)
    phone.unsent(0)
    assert _rows(phone) == ["seen_well"]


def _send_now(phone: Phone) -> None:
    phone.page.get_by_role("button", name="Send now").click()


def test_fever_is_said_aloud_and_a_report_when_it_arrives(team: Team) -> None:
    phone = team()
    _record(phone, NAMES[2], SEEN, temperature="99")
    phone.says("between 30 and 45")
    expect(phone.page.locator("input")).to_have_value("99")  # nothing typed is lost
    phone.page.locator("input").fill("38,5")
    phone.choose("Cough")
    expect(phone.page.locator("input")).to_have_value("38,5")
    phone.press("big")
    phone.says("it is reported when sent")
    phone.unsent(0)
    query = """
        SELECT r.symptoms::text FROM response_report r JOIN response_contact c ON c.person = r.person
        JOIN response_followup f ON f.contact = c.id WHERE f.device = %s
    """
    assert json.loads(phone.field.installation.row(query, phone.device)[0]) == ["fever", "cough"]


def test_what_lies_on_the_phone_is_sealed_and_gone_the_next_day(team: Team) -> None:
    phone = team()
    phone.set_network("dead")
    _record(phone, NAMES[0], SEEN)
    kept = json.loads(phone.page.evaluate(DUMP.replace("yinghuo-field", "yinghuo-rounds")))
    lying = json.dumps(kept, ensure_ascii=False)
    for secret in ("赵", "101室", "seen_well", "号楼"):
        assert secret not in lying
    assert all(key["extractable"] is False for _, pair in kept["keys"] for key in pair.values())
    phone.page.clock.install()
    phone.page.clock.fast_forward("26:00:00")
    phone.page.reload()
    phone.is_on("rounds")
    after = json.loads(phone.page.evaluate(DUMP.replace("yinghuo-field", "yinghuo-rounds")))
    assert [key for key, _ in after["kept"]] == ["device"]
    assert len(after["outbox"]) == 1  # what was recorded stays until it is sent


def test_the_screen_shows_a_masked_name_and_the_room_and_nothing_of_any_case(team: Team) -> None:
    phone = team()
    shown = phone.page.inner_text("main")
    assert "101室 · 赵*" in shown
    for secret in ("赵大", "2201-9001", "close", "密接", "病例", "contact"):
        assert secret not in shown


def test_a_round_that_one_phone_has_is_not_offered_to_another(team: Team, made: dict[str, list[str]]) -> None:
    first, second = team(), team()
    taken = first.page.locator(".place").inner_text()
    assert taken in made["buildings"]
    assert second.page.locator(".place").inner_text() != taken
    second.page.get_by_role("button", name="Another round").click()
    expect(second.page.locator("[data-screen=rounds] .line", has_text="this phone")).to_have_count(1)
    assert taken not in [
        one.split(" ")[0] for one in second.page.locator("[data-screen=rounds] .line b").all_inner_texts()
    ]


def test_a_revoked_phone_keeps_nothing(team: Team) -> None:
    phone = team()
    phone.field.ask("revoke", phone.device)
    _record(phone, NAMES[0], SEEN)
    expect(phone.page.locator("h1")).to_have_text("This phone was revoked", timeout=WAIT_MS)
    kept = json.loads(phone.page.evaluate(DUMP.replace("yinghuo-field", "yinghuo-rounds")))
    assert {name for name, rows in kept.items() if rows} <= {"plain"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_speaks_chinese_and_fits_a_narrow_phone(team: Team, theme: str) -> None:
    phone = team("人", language="zh", theme=theme)
    for screen in ("list", "visit"):
        if screen == "visit":
            phone.page.locator(".visit").first.click()
            phone.choose("见到，身体不适")
        width = phone.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]
        words = phone.page.inner_text("main")
        assert not [word for word in ("Seen", "Day", "Symptoms") if word in words]
    heights = phone.page.evaluate("() => [...document.querySelectorAll('button')].map((one) => one.offsetHeight)")
    assert min(heights) >= 48


def test_another_kind_of_code_is_told_so(make_phone: MakePhone, field: Field) -> None:
    phone = make_phone()
    phone.page.goto(f"{phone.line.address}/rounds/#enrol={field.code()}")
    phone.press("big")
    phone.says("not for a follow-up team")
