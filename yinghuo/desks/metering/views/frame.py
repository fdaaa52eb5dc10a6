"""What all pages of the metering desk share: the tabs, the user, the filters in the address bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import Words
from yinghuo.console.tabs import Page, Tab, tabs
from yinghuo.core.people.models import User

PAGES: list[Page] = [
    ("meters", "meter.see", _("Meters")),
    ("terminals", "meter.see", _("Terminals")),
    ("transformers", "meter.see", _("Transformers")),
    ("head_end", "meter.see", _("Head-end")),
    ("validation", "meter.see", _("Validation")),
]


@dataclass(frozen=True)
class Typed:
    """A filter that is typed: its key, its label, what is typed now."""

    key: str
    label: Words
    value: str


def metering_tabs(user: User, here: str) -> list[Tab]:
    """The pages of the desk; `here` is the name of this one's address."""
    return tabs(PAGES, user, here)


def chosen(request: HttpRequest, options: Mapping[str, Sequence[tuple[str, Any]]]) -> dict[str, str]:
    """What the address bar chooses of each filter; "" for none, and for a value that is no option."""
    given = {key: request.GET.get(key, "") for key in options}
    return {key: value if value in dict(options[key]) else "" for key, value in given.items()}


def typed(request: HttpRequest, key: str) -> str:
    """What is typed into a filter, without what cannot be part of an address."""
    return "".join(letter for letter in request.GET.get(key, "") if letter.isprintable() and letter != " ")[:32]
