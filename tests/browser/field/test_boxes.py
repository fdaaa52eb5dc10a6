"""Packing with both counts side by side, and a courier who takes the box."""

from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone
from tests.browser.field.phone import Field, Phone

pytestmark = STORY


def pack(one: Phone, box: str, *tubes: str) -> None:
    """Leads to the packing screen and scans a box with its tubes."""
    one.page.locator(".menu").click()
    one.choose("Pack a box")
    one.is_on("packing")
    one.scan(box, *tubes)
    one.shows(len(tubes))


def test_a_box_is_sealed_with_the_packers_own_count_beside_the_scanned(enrolled: Phone, field: Field) -> None:
    for tube in ("JL0000006001", "JL0000006002"):
        enrolled.fill(tube, 1)
        enrolled.seal()
    pack(enrolled, "BOX-6001", "JL0000006001")
    enrolled.scan("JL0000006001")
    enrolled.says("in the box already")
    enrolled.shows(1)
    enrolled.open()
    enrolled.page.locator(".menu").click()
    enrolled.choose("Pack a box")
    enrolled.scan("JL0000006002")
    enrolled.shows(2)
    enrolled.choose("Seal the box")
    enrolled.page.fill("[name=count]", "3")
    expect(enrolled.page.locator(".verdict")).to_contain_text("You counted 3, scanned 2")
    enrolled.page.fill("[name=count]", "2")
    expect(enrolled.page.locator(".verdict")).to_be_empty()
    enrolled.page.fill("[name=seal]", "S-777")
    enrolled.press("big")
    enrolled.says("BOX-6001 sealed with 2 tubes")
    enrolled.unsent(0)
    assert field.count("boxed", "box = 'BOX-6001' AND count = 2 AND seal = 'S-777'") == 2


def test_without_a_network_the_phone_names_its_own_tubes_that_are_in_no_box(enrolled: Phone) -> None:
    enrolled.set_network("dead")
    for tube in ("JL0000006003", "JL0000006004"):
        enrolled.fill(tube, 1)
        enrolled.seal()
    pack(enrolled, "BOX-6002", "JL0000006003")
    beside = enrolled.page.locator(".beside")
    expect(beside).to_contain_text("This phone's own: 2 not in a box")
    expect(beside).to_contain_text("1 not scanned yet: JL0000006004")


def test_with_a_network_the_servers_count_stands_beside_the_packers(make_phone: MakePhone, field: Field) -> None:
    tubes = ["JL0000006005", "JL0000006006"]
    for tube in tubes:
        one = make_phone()
        one.enrol(site=1)
        one.fill(tube, 1)
        one.seal()
        one.unsent(0)
    field.wait_judged(*tubes)
    pack(one, "BOX-6003", "JL0000006006")
    beside = one.page.locator(".beside")
    expect(beside).to_contain_text("System: 2 not in a box")
    expect(beside).to_contain_text("1 not scanned yet: JL0000006005")


def test_a_courier_collects_a_box_with_seal_and_temperature(make_phone: MakePhone, field: Field) -> None:
    one = make_phone()
    one.enrol("courier")
    one.set_network("dead")
    one.open()
    one.scan("BOX-6010")
    one.page.fill("[name=count]", "12")
    expect(one.page.locator(".below .big")).to_be_disabled()
    one.page.fill("[name=vehicle]", "吉A·V0001（虚构）")
    one.page.fill("[name=temperature]", "4.5")
    one.page.fill("[name=seal]", "S-778")
    one.choose("Collect")
    one.says("BOX-6010 collected")
    one.scan("BOX-6011")
    expect(one.page.locator("[name=vehicle]")).to_have_value("吉A·V0001（虚构）")
    one.page.fill("[name=count]", "9")
    one.choose("Collect")
    one.unsent(2)
    one.set_network("well")
    one.unsent(0)
    first = "box = 'BOX-6010' AND stage = 'collected' AND count = 12 AND temperature_c = 4.5 AND seal = 'S-778'"
    assert field.count("handover", first) == 1
    assert field.count("handover", "box = 'BOX-6011' AND temperature_c IS NULL AND seal = ''") == 1
