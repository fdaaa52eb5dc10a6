"""Words for what the ledger holds: kinds of entries, and who did it."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import Words
from yinghuo.core.people.models import Device, User
from yinghuo.core.work.rules import KINDS as ORDER_KINDS

KINDS: dict[str, Words] = {
    "boxes.handed_over": lazy("Boxes handed over"),
    "bulletins.loaded": lazy("Bulletins loaded"),
    "carriage.accepted": lazy("Carriage plan accepted"),
    "carriage.planned": lazy("Carriage planned"),
    "laboratory.placed": lazy("Laboratory added"),
    "vehicle.added": lazy("Vehicle added"),
    "codes.given": lazy("Codes given to a site"),
    "labels.printed": lazy("Labels printed"),
    "labels.reprinted": lazy("Labels printed again"),
    "custody.clock_set": lazy("Clock set"),
    "campaign.opened": lazy("Campaign opened"),
    "cell.added": lazy("Grid cell added"),
    "demo.begun": lazy("Scenario begun"),
    "demo.run": lazy("Scenario played"),
    "device.enrolled": lazy("Device enrolled"),
    "device.revoked": lazy("Device revoked"),
    "enrolment.code_made": lazy("Enrolment code made"),
    "enrolment.code_used": lazy("Enrolment code used"),
    "manifest.given": lazy("Names given to a phone"),
    "phone.signed_in": lazy("Phone signed in"),
    "phone_file.forgotten": lazy("Items of phone files forgotten"),
    "phone_file.item_discarded": lazy("Item of a phone’s file discarded"),
    "phone_file.item_kept": lazy("Item of a phone’s file corrected and kept"),
    "phone_file.loaded": lazy("Phone’s file loaded"),
    "swabs.corrected": lazy("Swabs undone or moved"),
    "tubes.voided": lazy("Tubes voided"),
    "duplicate.decided": lazy("Likely duplicate decided"),
    "figure.published": lazy("Figure published"),
    "identities.erased": lazy("Identities erased"),
    "identity.revealed": lazy("Identity revealed"),
    "issue.settled": lazy("Issue settled"),
    "issue.raised": lazy("Issue raised"),
    "issues.raised": lazy("Issues raised"),
    "item.added": lazy("Item added"),
    "ledger.verified": lazy("Ledger verified"),
    "message.received": lazy("Message received"),
    "message.replayed": lazy("Message taken again"),
    "objection.raised": lazy("Objection raised"),
    "objection.settled": lazy("Objection answered"),
    "order.arrived": lazy("Arrived"),
    "order.cancelled": lazy("Cancelled"),
    "order.finished": lazy("Reported done"),
    "order.opened": lazy("Opened"),
    "order.reopened": lazy("Reopened"),
    "order.returned": lazy("Sent back"),
    "order.taken": lazy("Taken"),
    "order.verified": lazy("Checked and closed"),
    "orders.cancelled": lazy("Orders cancelled"),
    "orders.escalated": lazy("Orders escalated"),
    "orders.finished": lazy("Orders reported done"),
    "orders.opened": lazy("Orders opened"),
    "orders.verified": lazy("Orders checked and closed"),
    "party.registered": lazy("Party registered"),
    "people.registered": lazy("People registered"),
    "people.likely_duplicates": lazy("Likely duplicates proposed"),
    "person.merged": lazy("One pseudonym stands for another"),
    "person.unmerged": lazy("Merge taken back"),
    "place.added": lazy("Place added"),
    "records.erased": lazy("Records erased"),
    "region.loaded": lazy("Areas loaded"),
    "results.kept": lazy("Results reported"),
    "sender.admitted": lazy("Sender admitted"),
    "sender.code_mapped": lazy("Code mapped"),
    "sender.ended": lazy("Sender no longer believed"),
    "roster.begun": lazy("Roster sent"),
    "roster.names_exported": lazy("List with names exported"),
    "roster.taken_in": lazy("Roster taken in"),
    "roster.withdrawn": lazy("Roster withdrawn"),
    "site.added": lazy("Site added"),
    "stock.counted": lazy("Stock counted"),
    "stock.moved": lazy("Stock moved"),
    "swabs.kept": lazy("Swabs recorded"),
    "tubes.boxed": lazy("Tubes boxed"),
    "tubes.issued": lazy("Tubes issued"),
    "tubes.received": lazy("Tubes taken in by the laboratory"),
    "tubes.sealed": lazy("Tubes sealed"),
    "user.added": lazy("User added"),
    "user.deactivated": lazy("User deactivated"),
    "user.password_set": lazy("Password set"),
}


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
    return _("system (%(name)s)") % {"name": name} if what == "system" else label


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
