"""The desks down the left side: who sees which, where it leads, and how much open work waits there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import Words
from yinghuo.core.people.access import may
from yinghuo.core.people.models import User
from yinghuo.core.work.queries import issues_of, orders_of
from yinghuo.core.work.rules import ACTIVE

MOST_COUNTED = 1_000  # beyond it the page says "999+" and the database stops counting


@dataclass(frozen=True)
class Desk:
    """A line of the navigation: `page` is the name of its address, `verb` what its user must be allowed ("" = all)."""

    page: str
    label: Words
    verb: str = ""
    count: Callable[[User], int] | None = None


@dataclass(frozen=True)
class Line:
    """A desk as shown to one user on one page."""

    label: Words
    href: str
    here: bool
    count: str


def open_orders(user: User) -> int:
    """Orders in this user's inbox that are not ended, at most MOST_COUNTED."""
    return orders_of(user).filter(role=user.role, state__in=ACTIVE)[:MOST_COUNTED].count()


def open_issues(user: User) -> int:
    """Issues in this user's area that nobody has settled, at most MOST_COUNTED."""
    return issues_of(user).filter(settled_at__isnull=True)[:MOST_COUNTED].count()


DESKS = (
    Desk("home", _("Overview")),
    Desk("orders", _("Work orders"), "order.see", open_orders),
    Desk("issues", _("Issues"), "issue.see", open_issues),
    Desk("events", _("Response"), "event.see"),
    Desk("report", _("Report a case"), "case.report"),
    Desk("campaigns", _("Sampling"), "campaign.see"),
    Desk("laboratory", _("Laboratory"), "laboratory.see"),
    Desk("rosters", _("Rosters"), "roster.see"),
    Desk("messages", _("Messages"), "message.see"),
    Desk("reception", _("Reception"), "tube.receive"),
    Desk("meters", _("Metering"), "meter.see"),
    Desk("figures", _("Figures"), "figure.see"),
    Desk("ledger", _("Ledger"), "ledger.see"),
    Desk("people", _("Users and devices"), "device.manage"),
    Desk("privacy", _("Personal data"), "objection.see"),
)


def lines(user: User, path: str) -> list[Line]:
    """The navigation of this user on the page at `path`; a desk that is not built in has no line."""
    reachable = list(_reachable(user))
    here = max((href for _desk, href in reachable if _within(path, href)), key=len, default="")
    return [Line(desk.label, href, href == here, _counted(desk, user)) for desk, href in reachable]


def _within(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href.rstrip('/')}/"))


def _reachable(user: User) -> Iterator[tuple[Desk, str]]:
    for desk in DESKS:
        if desk.verb and not may(user, desk.verb):
            continue
        try:
            yield desk, reverse(desk.page)
        except NoReverseMatch:  # this installation has no such desk
            continue


def _counted(desk: Desk, user: User) -> str:
    if desk.count is None:
        return ""
    number = desk.count(user)
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number or "")
