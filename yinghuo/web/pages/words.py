"""Words for what the ledger holds: kinds of entries, and who did it."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from yinghuo.console.pieces import Words
from yinghuo.core.people.models import Device, User
from yinghuo.core.work.rules import KINDS as ORDER_KINDS
from yinghuo.web.pages.entry_words import KINDS


def kind_in_words(kind: str) -> Words:
    """A kind of entry in words; the kind itself where there are none."""
    return KINDS.get(kind, kind)


def order_kind(key: str) -> str:
    """The name of a kind of order; the key itself where the kind is no longer registered."""
    return ORDER_KINDS[key].name if key in ORDER_KINDS else key


def people_of(labels: Iterable[str]) -> dict[str, str]:
    """Names by ledger label: users by name, devices by theirs, systems as what they do; two queries at most.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     people_of(["system:sampling.judge"])["system:sampling.judge"]
    'system (sampling.judge)'
    """
    labels = set(labels)
    users = {label[5:] for label in labels if label.startswith("user:") and label[5:].isdigit()}
    devices = {label[7:] for label in labels if label.startswith("device:")}
    names = {user.label: user.name for user in User.objects.filter(pk__in=users)} if users else {}
    if devices:
        names |= {device.label: device.name for device in Device.objects.filter(id__in=filter(_is_uuid, devices))}
    return {label: names.get(label) or _named(label) for label in labels}


def _named(label: str) -> str:
    what, _colon, name = label.partition(":")
    if what == "team":
        return _("team %(code)s") % {"code": name}
    return _("system (%(name)s)") % {"name": name} if what == "system" else label


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
