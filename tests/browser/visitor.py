"""Visitors: browser windows in which somebody is signed in, and what went wrong in them."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.installation import Installation
from yinghuo.demo.world import LOGINS, PASSWORD

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
REPORT_VIOLATIONS = """
    document.addEventListener("securitypolicyviolation",
        (event) => console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


class Visitor:
    """One window. `troubles` collects errors of the console, of scripts and of the content policy."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.set_default_timeout(10_000)
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, trouble: str) -> None:
        self.troubles.append(f"{self.page.url}: {trouble}")

    def visit(self, path: str) -> int:
        """Opens a page of the console; returns its status."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None, path
        return answer.status

    def log_in(self, username: str, password: str = PASSWORD) -> None:
        """Fills the login form in and sends it."""
        self.visit("/login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_load_state()

    def click(self, words: str) -> None:
        """Presses the button or follows the link with exactly these words."""
        named: dict[str, Any] = {"name": words, "exact": True}
        page = self.page
        page.get_by_role("button", **named).or_(page.get_by_role("link", **named)).first.click()

    @property
    def title(self) -> str:
        """The sentence at the head of the page."""
        return self.page.locator("h1").inner_text().strip()

    def desks(self) -> list[str]:
        """The labels of the navigation."""
        return self.page.locator("nav.desks li a > span").all_inner_texts()


class Visitors:
    """Opens windows; who has signed in once is remembered."""

    def __init__(self, browser: Browser, installation: Installation) -> None:
        self._browser = browser
        self._installation = installation
        self._sessions: dict[str, Any] = {}
        self._open: list[BrowserContext] = []

    def stranger(self, *, language: str = "en", size: dict[str, int] = DESKTOP, theme: str = "light") -> Visitor:
        """A window in which nobody is signed in."""
        return self._window(None, language=language, size=size, theme=theme)

    def of(self, role: str, *, language: str = "en", size: dict[str, int] = DESKTOP, theme: str = "light") -> Visitor:
        """A window of the demonstration's user of this role."""
        if role not in self._sessions:
            first = self.stranger()
            first.log_in(LOGINS[role][0])  # type: ignore[index]
            self._sessions[role] = first.context.storage_state()
        return self._window(self._sessions[role], language=language, size=size, theme=theme)

    def close(self) -> None:
        """Closes the windows of a story."""
        while self._open:
            self._open.pop().close()

    def _window(self, session: Any, *, language: str, size: dict[str, int], theme: str) -> Visitor:
        context = self._browser.new_context(
            locale=LOCALES[language],
            viewport=size,  # type: ignore[arg-type]
            color_scheme=theme,  # type: ignore[arg-type]
            storage_state=session,
            timezone_id="Asia/Shanghai",
        )
        self._open.append(context)
        return Visitor(context, self._installation.address)
