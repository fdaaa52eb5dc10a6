"""One running installation and one Chromium for all stories; without a Chromium they are skipped, but not in CI."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import installation as installations
from tests.browser.installation import Installation
from tests.browser.visitor import Visitors
from yinghuo.web import catalogue

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    program = shutil.which("chromium")
    if program is None and os.environ.get("CI"):
        pytest.fail("the browser stories must run in CI and there is no chromium on the path", pytrace=False)
    if program is None:
        pytest.skip("there is no chromium on the path: the browser stories are skipped")
    return program


@pytest.fixture(scope="session")
def installation(chromium: str) -> Iterator[Installation]:
    """The demonstration, running."""
    catalogue.compile_all()
    with installations.running() as running:
        yield running


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser; it ends with the last story, since Django refuses its database where playwright's loop runs."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def _windows(browser: Browser, installation: Installation) -> Visitors:
    return Visitors(browser, installation)


@pytest.fixture
def visitors(_windows: Visitors) -> Iterator[Visitors]:
    """Opens windows for one story."""
    yield _windows
    _windows.close()
