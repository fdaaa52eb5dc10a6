"""Pages that belong together, as a line of links below the title."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from yinghuo.console.pieces import Words
from yinghuo.core.people.access import may
from yinghuo.core.people.models import User

Page = tuple[str, str, Words]  # name of its address, what its reader must be allowed, its label


@dataclass(frozen=True)
class Tab:
    """One of the pages: its label, its address, whether it is this one."""

    label: Words
    href: str
    here: bool


def tabs(pages: Sequence[Page], user: User, here: str, *args: object) -> list[Tab]:
    """The pages that this user may see; `args` complete their addresses, `here` names this one."""
    return [Tab(label, reverse(name, args=args), name == here) for name, verb, label in pages if may(user, verb)]
