"""Where a ledger subject can be looked at: "order:<id>" leads to the order's page."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

from yinghuo.console.pieces import Words
from yinghuo.desks.response.views.words import who

PAGES: dict[str, tuple[str, Callable[[str], object]]] = {
    "order": ("order", UUID),
    "issue": ("issue", UUID),
    "figure": ("figure", str),
    "user": ("user", int),
    "device": ("device", UUID),
    "objection": ("objection", UUID),
    "campaign": ("campaign", UUID),
    "tube": ("tube", str),
    "box": ("box", str),
    "person": ("person", UUID),
    "event": ("event_by_id", UUID),
    "case": ("case_by_id", UUID),
    "message": ("message", UUID),
    "sender": ("message_sender", UUID),
    "level": ("level", UUID),
    "measure": ("measure", UUID),
    "meter": ("meter", str),
    "terminal": ("terminal", str),
}
WHATS: dict[str, Words] = {
    "event": pgettext_lazy("subject", "event"),
    "case": pgettext_lazy("subject", "case"),
    "contact": pgettext_lazy("subject", "contact"),
    "stay": pgettext_lazy("subject", "stay"),
    "person": pgettext_lazy("subject", "person"),
    "tube": pgettext_lazy("subject", "tube"),
    "box": pgettext_lazy("subject", "box"),
    "site": pgettext_lazy("subject", "site"),
    "visit": pgettext_lazy("subject", "visit"),
    "meter": pgettext_lazy("subject", "meter"),
    "terminal": pgettext_lazy("subject", "terminal"),
}


def about(subject: str) -> str:
    """The address of what a subject names; "" where there is no page for it.

    >>> about("moon:full")
    ''
    """
    what, _colon, name = subject.partition(":")
    page, kind = PAGES.get(what, ("", str))
    try:
        return reverse(page, args=[kind(name)]) if page and name else ""
    except (ValueError, NoReverseMatch):
        return ""


def told(subject: str, detail: Mapping[str, Any]) -> str:
    """A subject in words, as it is told from others in a list; its number where the detail says one.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     told("person:99df9790-b9ec-8410-93a4-97458727a78f", {}), told("event:99df", {"event": "2201-0001"})
    ('person 99DF9790', 'event 2201-0001')
    """
    what, _colon, name = subject.partition(":")
    number = detail.get(what)
    if isinstance(number, str) and number:
        name = number
    with suppress(ValueError):
        name = who(UUID(name))
    return f"{WHATS.get(what, what)} {name}"


def entries_about(subject: str) -> str:
    """The address of the ledger entries about a subject."""
    return f"{reverse('ledger')}?{urlencode({'subject': subject})}"
