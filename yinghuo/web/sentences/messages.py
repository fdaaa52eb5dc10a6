"""Sentences for what is refused about messages of other systems (HL7, FHIR)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {
    "message.device": lazy(
        "A sender speaks for a laboratory’s device that is not shut out. Choose one, or enrol one first."
    ),
    "message.done": lazy("This message was dealt with before; nothing more can come of it. Nothing was stored twice."),
    "message.forgotten": lazy(
        "The text of this message is no longer kept, or was kept cut. Ask the sender to send it again."
    ),
    "message.meaning": lazy("“%(means)s” is nothing that such a code can stand for. Choose from the list."),
    "message.network": lazy("“%(network)s” is no address of a network. Write it as 10.1.2.0/24."),
    "message.sender_taken": lazy(
        "%(sender)s is admitted already, for another device or from other addresses. End it first, then admit it anew."
    ),
    "message.unknown": lazy("This message is not known. The list may have changed: open it again."),
    "sender.unknown": lazy("This sender is not known. The list may have changed: open it again."),
}
