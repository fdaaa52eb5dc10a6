"""Pages that belong together, as a line of links below the title."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import Words
from yinghuo.core.people.access import may
from yinghuo.core.people.models import User

PEOPLE = (("people", "people.manage", _("Users")), ("devices", "device.manage", _("Devices")))
PRIVACY = (("privacy", "objection.see", _("Objections")), ("reveals", "reveal.see", _("Identities revealed")))


@dataclass(frozen=True)
class Tab:
    """One of the pages: its label, its address, whether it is this one."""

    label: Words
    href: str
    here: bool


def people_tabs(user: User, here: str) -> list[Tab]:
    """Users and devices, as far as this user may see them."""
    return _tabs(PEOPLE, user, here)


def privacy_tabs(user: User, here: str) -> list[Tab]:
    """Objections and revealed identities, as far as this user may see them."""
    return _tabs(PRIVACY, user, here)


def _tabs(pages: tuple[tuple[str, str, Words], ...], user: User, here: str) -> list[Tab]:
    return [Tab(label, reverse(name), name == here) for name, verb, label in pages if may(user, verb)]
