"""What the server cannot read goes to the tray with its reason, and out of the phone as a sealed file."""

import json
from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import expect

from tests.browser import STORY
from tests.browser.field.conftest import MakePhone
from tests.browser.field.phone import Field, Phone
from tests.browser.field.test_tabs import SKEWED
from tests.browser.field.world import number

pytestmark = STORY
THOUSAND_YEARS_MS = 1000 * 366 * 86_400_000


def test_a_malformed_item_goes_to_the_tray_and_out_as_a_file(make_phone: MakePhone, field: Field) -> None:
    one = make_phone()
    one.context.add_init_script(SKEWED)
    one.enrol()
    who = one.fill("JL0000004001", 2)
    one.unsent(0)
    one.set_network("dead")
    one.page.evaluate(f"() => {{ localStorage.skew = {THOUSAND_YEARS_MS}; }}")
    one.open()
    one.scan("5b3f1a10-0000-4000-8000-000000000401")
    one.shows(3)
    one.set_network("well")
    expect(one.page.locator(".sent")).to_have_attribute("data-help", "1", timeout=15_000)
    one.unsent(0)
    assert field.count("swab", "tube = 'JL0000004001' AND person = ANY(%s::uuid[])", who) == 2
    one.scan("5b3f1a10-0000-4000-8000-000000000402")
    one.shows(4)
    one.unsent(0)
    assert field.count("swab", "tube = 'JL0000004001'") == 3
    one.page.locator(".menu").click()
    one.choose("Needs help · 1")
    expect(one.page.locator(".item")).to_contain_text("JL0000004001")
    expect(one.page.locator(".item small")).to_contain_text("item.time")
    with one.page.expect_download() as download:
        one.choose("Export a file")
    file = json.loads(Path(download.value.path()).read_text())
    assert download.value.suggested_filename.startswith(f"yinghuo-{one.device}-")
    assert (file["device"], file["schema"]) == (one.device, 2)
    opened = AESGCM(b64decode(one.key)).decrypt(b64decode(file["nonce"]), b64decode(file["sealed"]), None)
    [item], unsent = json.loads(opened)["items"], json.loads(opened)["unsent"]
    assert (item["door"], item["item"]["tube"], unsent) == ("swabs", "JL0000004001", [])
    assert item["reason"].startswith("item.time ")
    one.choose("Clear the 1 exported")
    expect(one.page.locator(".item")).to_have_count(0)
    expect(one.page.locator(".sent")).to_have_attribute("data-help", "0")


def test_what_is_unsent_leaves_as_a_file_and_arrives_once_though_the_phone_sends_it_too(
    enrolled: Phone, field: Field
) -> None:
    enrolled.set_network("dead")
    enrolled.fill("JL0000004010", 2)
    enrolled.page.locator(".menu").click()
    enrolled.choose("Needs help · 0")
    with enrolled.page.expect_download() as download:
        enrolled.choose("Export a file")
    field.ask("load", str(download.value.path()))
    assert field.count("swab", "tube = 'JL0000004010'") == 2
    enrolled.unsent(2)
    enrolled.set_network("well")
    enrolled.unsent(0)
    assert field.count("swab", "tube = 'JL0000004010'") == 2


def test_nothing_of_a_person_lies_open_in_the_phones_database(enrolled: Phone) -> None:
    enrolled.set_network("dead")
    who = enrolled.fill("JL0000004002", 1)
    typed = number(41)
    enrolled.choose("Type ID")
    enrolled.page.keyboard.type(typed, delay=80)
    enrolled.press("big")
    enrolled.shows(2)
    enrolled.page.wait_for_timeout(300)
    kept = enrolled.kept()
    assert len(kept["outbox"]) == 2
    assert len(kept["seen"]) == 2
    assert {"device", "manifest"} <= {name for name, _ in kept["kept"]}
    assert all(key["extractable"] is False for _, pair in kept["keys"] for key in pair.values())
    as_text = json.dumps(kept, ensure_ascii=False)
    open_words = [who[0], typed, typed[-6:], "张*", enrolled.field.family[0], enrolled.token]
    assert [word for word in open_words if word in as_text] == []
