"""What all pages of the response desk share: the tabs, and reading what was typed beside a form."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yinghuo.console.tabs import Page, Tab, tabs
from yinghuo.core.people.models import User

PAGES: list[Page] = [
    ("events", "event.see", _("Events")),
    ("boards", "event.see", _("Board")),
    ("cases", "event.see", _("Cases")),
    ("contacts", "event.see", _("Contacts")),
    ("followups", "event.see", _("Follow-up")),
    ("teams", "team.see", _("Teams")),
    ("stays", "event.see", _("Isolation")),
    ("levels", "level.see", _("Area levels")),
    ("curves", "curve.see", _("Epidemic curve")),
    ("review", "review.see", _("After action")),
    ("exchange", "exchange.use", _("Exchange")),
]


def response_tabs(user: User, here: str) -> list[Tab]:
    """The pages of the desk; `here` is the name of this one's address."""
    return tabs(PAGES, user, here)


def typed_words(request: HttpRequest, name: str) -> str:
    """What was typed into a field that no form of Django's reads, without the NUL that PostgreSQL cannot hold."""
    return request.POST.get(name, "").replace("\0", "")
