"""Which pages of the core belong together."""

from django.utils.translation import gettext_lazy as _

from yinghuo.console.tabs import Tab, tabs
from yinghuo.core.people.models import User

PEOPLE = (("people", "people.manage", _("Users")), ("devices", "device.manage", _("Devices")))
PRIVACY = (("privacy", "objection.see", _("Objections")), ("reveals", "reveal.see", _("Identities revealed")))


def people_tabs(user: User, here: str) -> list[Tab]:
    """Users and devices, as far as this user may see them."""
    return tabs(PEOPLE, user, here)


def privacy_tabs(user: User, here: str) -> list[Tab]:
    """Objections and revealed identities, as far as this user may see them."""
    return tabs(PRIVACY, user, here)
