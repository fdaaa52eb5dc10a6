"""A shift at a site: enrolled and signed in, hours without a network, and every fact on the server in the end."""

from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone
from tests.browser.field.phone import Field, Phone
from tests.browser.field.world import number

pytestmark = STORY


def test_a_full_shift_without_a_network_arrives_whole_when_it_is_back(enrolled: Phone, field: Field) -> None:
    enrolled.set_network("dead")
    enrolled.open()
    for tube in range(1, 4):
        enrolled.fill(f"JL00000001{tube:02d}", 4)
        enrolled.seal()
    enrolled.unsent(15)
    enrolled.open()
    enrolled.unsent(15)
    enrolled.set_network("well")
    enrolled.unsent(0)
    assert field.count("swab", "tube LIKE 'JL00000001__'") == 12
    assert field.count("sealed", "tube LIKE 'JL00000001__' AND count = 4") == 3


def test_a_code_enrols_once_and_leaves_the_address(make_phone: MakePhone, field: Field) -> None:
    one, code = make_phone(), field.code()
    one.page.goto(f"{one.line.address}/field/#enrol={code}")
    one.press("big")
    one.is_on("site")
    assert code not in one.page.url
    other = make_phone()
    other.page.goto(f"{other.line.address}/field/#enrol={code}")
    other.press("big")
    expect(other.page.locator("#said")).to_have_class("warn")
    other.is_on("enrol")


def test_a_typed_number_is_judged_at_its_last_digit(enrolled: Phone, field: Field) -> None:
    enrolled.scan("JL0000000201")
    enrolled.choose("Type ID")
    right, verdict, add = number(40), enrolled.page.locator(".verdict"), enrolled.page.locator(".below .big")
    for digit in right[:17]:
        enrolled.page.locator(".key", has_text=digit).click()
    expect(verdict).to_have_text("1 character to go")
    expect(add).to_be_disabled()
    wrong = "1" if right[17] != "1" else "2"
    enrolled.page.locator(".key", has_text=wrong).click()
    expect(verdict).to_contain_text("check digit does not fit")
    expect(add).to_have_text("It is as written: add anyway")
    enrolled.choose("Erase one")
    enrolled.page.locator(".key", has_text=right[17]).click()
    expect(verdict).to_have_text("The check digit fits")
    add.click()
    enrolled.shows(1)
    enrolled.choose("Type ID")
    enrolled.page.keyboard.type(right[:17] + wrong, delay=80)
    enrolled.page.keyboard.press("Enter")
    enrolled.is_on("type")
    add.click()
    enrolled.shows(2)
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000000201' AND doubt = ''") == 1
    assert field.count("swab", "tube = 'JL0000000201' AND doubt = 'identity'") == 1


def test_a_household_comes_with_one_tap_and_whoever_is_away_stays_out(enrolled: Phone, field: Field) -> None:
    enrolled.scan("JL0000000301")
    enrolled.choose("Group")
    enrolled.page.locator(".line", has_text="新竹路").click()
    expect(enrolled.page.locator(".chip[aria-pressed=true]")).to_have_count(4)
    expect(enrolled.page.locator(".chip").first).to_contain_text("张*")
    enrolled.page.locator(".chip").nth(2).click()
    enrolled.choose("Add 3 people")
    enrolled.shows(3)
    enrolled.unsent(0)
    members = "tube = 'JL0000000301' AND person = ANY(%s::uuid[])"
    assert field.count("swab", members, field.family) == 3
    enrolled.choose("Group")
    enrolled.page.locator(".line", has_text="新竹路").click()
    expect(enrolled.page.locator(".chip[aria-pressed=true]")).to_have_count(1)


def test_slow_keys_are_no_scanner(enrolled: Phone) -> None:
    enrolled.page.keyboard.type("JL0000000401", delay=90)
    enrolled.page.keyboard.press("Enter")
    enrolled.page.wait_for_timeout(300)
    expect(enrolled.page.locator(".code")).to_have_count(0)
    enrolled.scan("JL0000000401")
    enrolled.shows_open("JL0000000401")


def test_the_scanners_enter_never_presses_the_button_in_focus(enrolled: Phone) -> None:
    who = enrolled.fill("JL0000000402", 2)
    enrolled.page.locator(".below button", has_text="Seal").focus()
    enrolled.scan(number(77))
    enrolled.shows(3)
    enrolled.scan(who[0])
    expect(enrolled.page.locator(".question")).to_be_visible()
