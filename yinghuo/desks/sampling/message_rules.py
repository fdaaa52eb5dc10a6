"""What messages of other systems are judged by: limits with their reasons, retention, and faults in plain words."""

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

RAW_KEPT = timedelta(days=30)  # this project's choice: a sender is admitted or a code mapped within a month, or never
MOST_RAW_CHARACTERS = 1_000_000
MOST_HELD = 1_000  # messages of one sender that is not admitted; beyond, nothing more of it is stored
MOST_HELD_TOGETHER = 20_000  # of all senders that are not admitted, so that made-up names fill nothing either
MOST_FILE_BYTES = 50 * 1024 * 1024
MOST_IN_FILE = 2_000  # messages of a file sent from a page; the command takes any number
FAULTS_SHOWN = 100

FAULT_WORDS: dict[str, Promise] = {
    "segment.missing": _("A segment that is needed is missing."),
    "segment.unreadable": _("This line is no segment; perhaps a text field was broken over several lines."),
    "specimen.missing": _("The order names no specimen (SPM), so nobody can tell which tube is meant."),
    "specimen.second": _("The order names more than one specimen; send one order for each tube."),
    "batch.count": _("The batch says another number of messages than it holds; the file may have been cut."),
    "head.missing": _("This does not begin with a message head (MSH)."),
    "field.missing": _("A field that is needed is empty."),
    "value.missing": _("Neither a result nor Ct values with a kit that is known here are given."),
    "head.separators": _("The separators in the message head are not usable."),
    "charset.wrong": _("The text is not in the character set that the head names (MSH-18)."),
    "charset.unknown": _("The character set is not known here; use UNICODE UTF-8 or GB 18030-2000."),
    "time.form": _("This is no time; write it as YYYYMMDDHHMMSS+ZZZZ."),
    "time.unlikely": _("The result’s time lies before 1970 or after 2998."),
    "number.form": _("This is no number in its bounds."),
    "tube.form": _("This cannot be a tube code: 4 to 40 letters, digits and hyphens."),
    "type.value": _("A value of this type cannot be read; use CWE for a result and NM for a Ct."),
    "message.too_long": _("The message is longer than is taken at once."),
    "status.unknown": _("The result status is not known; use F, C, P or X."),
    "observation.unknown": _("None of the observation codes is known. Map the sender’s own code to a gene."),
    "value.unknown": _("The result code is not known. Map the sender’s own code to an outcome."),
    "type.unknown": _("Only results (ORU^R01) are taken."),
    "event.unknown": _("Only results (ORU^R01) are taken, no other event."),
    "processing.unknown": _("Only production messages (MSH-11 is P) are taken, so that no trial becomes a result."),
    "version.unknown": _("Only messages of HL7 version 2 are taken."),
    "sender.unknown": _("The sending application is not admitted. The message is held; admit the sender, then replay."),
    "sender.elsewhere": _("The sending application is admitted, but not from this address or for this user’s area."),
    "sender.full": _("The sending application is not admitted, and too many of its messages are held already."),
    "id.again": _("This message number was used before with other content. A correction needs a new number."),
    "fhir.form": _("The resource is not as FHIR R4 asks for."),
    "fhir.reference": _("What the reference names is not in the bundle."),
    "fhir.type": _("A resource of this type is not taken."),
}


def in_english(code: str) -> str:
    """A fault as it is told to another system."""
    with override("en"):
        return str(FAULT_WORDS[code])
