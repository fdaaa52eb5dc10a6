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
    "person": ("person", UUID),
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


def entries_about(subject: str) -> str:
    """The address of the ledger entries about a subject."""
    return f"{reverse('ledger')}?{urlencode({'subject': subject})}"
