"""What other pages of the desk there are of an event, in this installation."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import Words
from yinghuo.desks.response.models import Event


@dataclass(frozen=True)
class Link:
    """A page that stands beside."""

    label: Words
    href: str


PAGES: tuple[tuple[str, Words], ...] = (
    ("board", _("Four tracks")),
    ("event_contacts", _("Contacts")),
    ("event_review", _("After action")),
)


def links_of(event: Event) -> list[Link]:
    """Pages about this event, by its number."""
    found = []
    for name, label in PAGES:
        try:
            found.append(Link(label, reverse(name, args=[event.number])))
        except NoReverseMatch:  # this installation has no such page
            continue
    return found
