"""A phone of the stories: a window of 360 pixels in which the app is enrolled, with hands for scanning."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.field.line import Line
from tests.browser.installation import Installation
from tests.browser.visitor import LOCALES, PHONE, REPORT_VIOLATIONS

ROOT = Path(__file__).resolve().parents[3]
KEY_MS = 4  # between the keys of a hardware scanner
WAIT_MS = 15_000


class Field:
    """The installation of the phone stories with its world: codes to enrol with, sites, the family's pseudonyms."""

    def __init__(self, installation: Installation, environment: dict[str, str], made: dict[str, Any]) -> None:
        self.installation = installation
        self.environment = environment
        self.sites: list[int] = made["sites"]
        self.family: list[str] = made["family"]
        self._codes: dict[str, list[str]] = made["codes"]

    def code(self, kind: str = "phone") -> str:
        """A code that nobody used yet."""
        return self._codes[kind].pop()

    def ask(self, deed: str, what: str) -> None:
        """Does as a manager does: "revoke" a device, "load" a phone's file."""
        world = [sys.executable, "-m", "tests.browser.field.world", deed, what]
        subprocess.run(world, env=self.environment, cwd=ROOT, check=True)

    def forget_token(self, device: str) -> None:
        """As if the server had been put back to a day before this phone was enrolled."""
        self.installation.row(
            "UPDATE people_device SET token_hash = md5(id::text) || md5(name) WHERE id = %s RETURNING id", device
        )

    def wait_judged(self, *tubes: str) -> None:
        """Until the worker has seen that these tubes are sealed."""
        until = time.monotonic() + WAIT_MS / 1000
        sealed = "tube = ANY(%s) AND sealed_at IS NOT NULL"
        while self.count("tube", sealed, list(tubes)) < len(tubes):
            assert time.monotonic() < until, tubes
            time.sleep(0.2)

    def count(self, table: str, where: str, *values: object) -> int:
        """How many rows of facts the database holds."""
        return int(self.installation.row(f"SELECT count(*) FROM sampling_{table} WHERE {where}", *values)[0])


class Phone:
    """One phone; every story gets its own, with its own line to the server."""

    def __init__(self, context: BrowserContext, line: Line, field: Field) -> None:
        self.context, self.line, self.field = context, line, field
        context.add_init_script(REPORT_VIOLATIONS)
        context.set_default_timeout(WAIT_MS)
        self.troubles: list[str] = []
        self.device = self.token = self.key = ""
        self.page = self.tab()

    def tab(self) -> Page:
        """Opens a further tab of the app (not yet led anywhere)."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda message: self._note(message.text))
        return page

    def _note(self, words: str) -> None:
        if words.startswith("content policy"):
            self.troubles.append(words)

    def open(self, page: Page | None = None) -> None:
        """Opens the app where it was left."""
        (page or self.page).goto(f"{self.line.address}/field/")
        (page or self.page).wait_for_selector("[data-screen]")

    def enrol(self, kind: str = "phone", *, site: int = 0) -> None:
        """Enrols by the address in the QR code, then chooses a site: its own (0) or the other (1)."""
        self.page.goto(f"{self.line.address}/field/#enrol={self.field.code(kind)}")
        with self.page.expect_response("**/phone/enrol") as answer:
            self.press("big")
        given = answer.value.json()
        self.device, self.token, self.key = given["device"], given["token"], given["key"]
        if kind == "phone":
            self.page.locator("[data-screen=site] .line").nth(site).click()
        self.page.wait_for_selector(f"[data-screen={'tube' if kind == 'phone' else 'courier'}]")

    def scan(self, *codes: str) -> None:
        """A hardware scanner: fast keys, then Enter."""
        for code in codes:
            self.page.keyboard.type(code, delay=KEY_MS)
            self.page.keyboard.press("Enter")
            self.page.wait_for_timeout(100)

    def fill(self, tube: str, people: int) -> list[str]:
        """Scans a tube and so many people, one after another; returns who."""
        who = [str(uuid4()) for _ in range(people)]
        self.scan(tube)
        self.shows_open(tube)
        for place, person in enumerate(who, start=1):
            self.scan(person)
            self.shows(place)
        return who

    def press(self, kind: str, number: int = 0) -> None:
        """Presses a button of the thumb's zone: "big", "second", or the number-th "small" one."""
        self.page.locator(f".below .{kind}").nth(number).click()

    def choose(self, words: str) -> None:
        """Presses the button with exactly these words."""
        self.page.get_by_role("button", name=words, exact=True).click()

    def seal(self) -> None:
        """Presses the button that seals."""
        self.page.locator(".below button", has_text="Seal").click()
        self.page.wait_for_selector(".count", state="detached")

    def shows(self, people: int) -> None:
        """The big count says so many."""
        expect(self.page.locator(".count")).to_have_attribute("data-count", str(people))

    def shows_open(self, tube: str) -> None:
        """This tube is on the table."""
        expect(self.page.locator(".code")).to_have_text(tube)

    def says(self, words: str) -> None:
        """The line of speech holds these words."""
        expect(self.page.locator("#said")).to_contain_text(words)

    def is_on(self, name: str) -> None:
        """This screen is on the stage."""
        expect(self.page.locator("[data-screen]")).to_have_attribute("data-screen", name)

    def unsent(self, count: int) -> None:
        """The head counts so many unsent items."""
        expect(self.page.locator(".sent")).to_have_attribute("data-unsent", str(count), timeout=WAIT_MS)

    def stuck(self) -> None:
        """The head shows that nothing goes out."""
        expect(self.page.locator(".sent")).to_have_attribute("data-state", "trouble", timeout=WAIT_MS)

    def set_network(self, how: str) -> None:
        """Changes the line; with "dead" and "well" the phone notices, as a real one does."""
        self.line.set(how)
        self.context.set_offline(how == "dead")

    def kept(self) -> dict[str, list[Any]]:
        """Everything in the phone's database, as it lies there (bytes as text)."""
        return json.loads(self.page.evaluate(DUMP))


DUMP = """async () => {
    const request = indexedDB.open("yinghuo-field");
    const database = await new Promise((done) => { request.onsuccess = () => done(request.result); });
    const all = {};
    for (const name of database.objectStoreNames) {
        const store = database.transaction(name).objectStore(name);
        const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()].map(
            (one) => new Promise((done) => { one.onsuccess = () => done(one.result); })));
        all[name] = keys.map((key, place) => [key, values[place]]);
    }
    database.close();
    const text = (bytes) => String.fromCharCode(...new Uint8Array(bytes));
    return JSON.stringify(all, (_key, value) => value instanceof CryptoKey ? {extractable: value.extractable}
        : value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? text(value) : value);
}"""


@contextmanager
def phone(
    browser: Browser, field: Field, *, language: str = "en", theme: str = "light", **more: Any
) -> Iterator[Phone]:
    """A phone with its line, until the block is left."""
    line = Line(field.installation.address)
    context = browser.new_context(
        locale=LOCALES[language],
        viewport=PHONE,  # type: ignore[arg-type]
        color_scheme=theme,  # type: ignore[arg-type]
        has_touch=True,
        timezone_id="Asia/Shanghai",
        **more,
    )
    try:
        yield Phone(context, line, field)
    finally:
        context.close()
        line.close()
