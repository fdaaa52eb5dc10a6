"""A certificate is verified in the browser with no network at all, and a forged one is told."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import STORY
from tests.faults.installation import answers, free_port, until
from yinghuo.engines.certificates import Certificate, signed
from yinghuo.web import embedded

pytestmark = STORY
PROGRAM = Path(sys.executable).parent / "yinghuo"
KEY, OTHER = bytes(range(32)), bytes(32)
NOW = datetime.now(UTC)
GOOD = Certificate("张*", NOW, NOW, NOW + timedelta(hours=48), "220106")
OVER = GOOD._replace(valid_until=NOW - timedelta(minutes=1))


@pytest.fixture(scope="module")
def address(chromium: str) -> Iterator[str]:
    """`yinghuo look-ups` alone, on an empty database."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-verify-") as folder:
        Path(folder).chmod(0o755)
        server, port = embedded.start(Path(folder) / "pg"), free_port()
        environment = os.environ | {
            "DATABASE_URL": server.get_uri("postgres"),
            "YINGHUO_VAR": folder,
            "YINGHUO_CERTIFICATE_KEY": KEY.hex(),
        }
        process = subprocess.Popen([PROGRAM, "look-ups", f"--port={port}", "--workers=1"], env=environment)
        try:
            until(lambda: answers(port), "look-ups answer")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)
            server.cleanup()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 740})
    yield made
    made.close()


def verdict(page: Page, text: str) -> tuple[str, str]:
    """What the page says of a text."""
    page.fill("#text", "")
    page.fill("#text", text)
    shown = page.locator("#verdict")
    shown.wait_for(state="visible")
    page.wait_for_function("text => document.querySelector('#text').value === text", arg=text)
    page.wait_for_timeout(300)
    return shown.get_attribute("data-tone") or "", page.locator("main").inner_text()


def test_a_certificate_is_verified_without_any_network(context: BrowserContext, address: str) -> None:
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{address}/verify/en")
    page.locator("#kept").wait_for(state="visible")
    context.set_offline(True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/verify#{signed(GOOD, KEY)}")
    page.locator("#verdict").wait_for(state="visible")
    said = page.locator("main").inner_text()
    assert page.locator("#verdict").get_attribute("data-tone") == "good"
    for words in ("Genuine and valid", "张*", "220106"):
        assert words in said
    assert not [url for url in asked if signed(GOOD, KEY) in url.partition("#")[0]]
    assert not troubles


def test_what_is_over_forged_foreign_or_nonsense_is_told_apart(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/verify/en")
    good = signed(GOOD, KEY)
    forged = re.sub(r".{3}$", lambda end: "AAA" if end[0] != "AAA" else "BBB", good)
    cases = {good: "good", signed(OVER, KEY): "over", forged: "signature", signed(GOOD, OTHER): "key", "hello": "form"}
    assert {text: verdict(page, text)[0] for text in cases} == cases
    said = verdict(page, signed(GOOD, OTHER))[1]
    assert "张*" not in said, "nothing of a foreign certificate is shown"


def test_the_whole_link_of_the_code_may_be_pasted(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/verify/zh")
    tone, said = verdict(page, f"https://elsewhere.example/verify#{signed(GOOD, KEY)}")
    assert tone == "good"
    assert "真实，在有效期内" in said
