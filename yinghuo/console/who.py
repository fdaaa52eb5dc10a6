"""Who did it, in words: users and devices by their names, teams by their codes, systems by what they do."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.core.people.models import Device, User

SYSTEMS = {
    "assays": lazy("assays due"),
    "clock": lazy("clocks of work orders"),
    "console": lazy("command line"),
    "contests": lazy("decided contests"),
    "curves": lazy("epidemic curve"),
    "demo": lazy("demonstration"),
    "dispatch": lazy("dispatch of teams"),
    "erase": lazy("erasing when the time is up"),
    "erasing": lazy("erasing when the time is up"),
    "exchange": lazy("exchange of files"),
    "facts": lazy("facts that arrived"),
    "followups": lazy("follow-up list"),
    "head-end": lazy("head-end"),
    "laboratory.files": lazy("files of instruments"),
    "levels": lazy("area levels"),
    "messages": lazy("laboratory messages"),
    "publishing": lazy("publishing of tables"),
    "response.cases": lazy("judged cases"),
    "response.drafts": lazy("case drafts"),
    "rides": lazy("transfers"),
    "rosters": lazy("rosters"),
    "rules": lazy("change of rules"),
    "sampling.custody": lazy("custody checks"),
    "sampling.judge": lazy("judging of results"),
    "validation": lazy("validation of readings"),
}


def names_of(labels: Iterable[str]) -> dict[str, str]:
    """Names by ledger label; two queries at most. A label that nobody knows stays as it is.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     sorted(names_of(["system:sampling.judge", "system:demo.team", "team:JL-M01"]).values())
    ['system (demonstration)', 'system (judging of results)', 'team JL-M01']
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
    if what == "system":
        return _("system (%(name)s)") % {"name": SYSTEMS.get("demo" if name.startswith("demo.") else name, name)}
    return label


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
