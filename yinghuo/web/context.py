"""What every page knows: its desks, its area, the time, the language, light or dark."""

from datetime import date, datetime
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language

from yinghuo.core.areas.models import Area
from yinghuo.core.people.access import may
from yinghuo.core.people.models import User
from yinghuo.web import clock, navigation

THEMES = {"light", "dark"}


def page(request: HttpRequest) -> dict[str, object]:
    """The context processor: {{ page.area }}, {{ page.now }}, {{ page.desks }} …; nothing is read until it is used."""
    return {"page": Page(request)}


class Page:
    """The frame of one page."""

    name = "Yinghuo"
    scenario = bool(settings.SCENARIO_CLOCK)

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def layout(self) -> str:
        """`fragment.html` for a part that the page asked for, `base.html` for a whole page."""
        headers = self._request.headers
        whole = "HX-Boosted" in headers or "HX-History-Restore-Request" in headers
        return "fragment.html" if "HX-Request" in headers and not whole else "base.html"

    @cached_property
    def now(self) -> datetime:
        """The moment of this page, aware."""
        return clock.now()

    @cached_property
    def today(self) -> date:
        """The day of this page, local."""
        return timezone.localdate(self.now)

    @cached_property
    def desks(self) -> list[navigation.Line]:
        """The navigation; empty before login."""
        user = self._user
        return navigation.lines(user, self._request.path) if user else []

    @cached_property
    def area(self) -> str:
        """The name of the user's area; empty before login and for a user without one."""
        user = self._user
        if not user or not user.area_code:
            return ""
        area = Area.objects.filter(code=user.area_code).first()
        return area.name if area else user.area_code

    @cached_property
    def theme(self) -> str:
        """`light` or `dark` as chosen, empty to follow the system."""
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The other languages: code and name as it calls itself."""
        own_names = {"zh-hans": "中文", "en": "English"}
        return [(code, own_names[code]) for code, _name in settings.LANGUAGES if code != get_language()]

    @cached_property
    def search(self) -> str:
        """The address of the search page; empty where there is none, and for a role that may not search."""
        try:
            return reverse("search") if self._user and may(self._user, "campaign.see") else ""
        except NoReverseMatch:
            return ""

    @property
    def _user(self) -> User | None:
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None
