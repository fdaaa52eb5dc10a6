"""Where a ledger subject can be looked at: "order:<id>" leads to the order's page."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse

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


def short(subject: str) -> str:
    """A subject as it is told from others in a list: of a UUID the first group alone.

    >>> short("person:99df9790-b9ec-8410-93a4-97458727a78f"), short("tube:JL0001")
    ('person:99df9790…', 'tube:JL0001')
    """
    what, _colon, name = subject.partition(":")
    try:
        return f"{what}:{str(UUID(name))[:8]}…"
    except ValueError:
        return subject


def entries_about(subject: str) -> str:
    """The address of the ledger entries about a subject."""
    return f"{reverse('ledger')}?{urlencode({'subject': subject})}"
