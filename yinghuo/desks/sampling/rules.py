"""What the sampling desk decides by: issue codes, limits with their source, and how a status follows from a tube."""

from datetime import timedelta
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import Kind

CLOCK_SKEW = timedelta(minutes=10)
RECOLLECT = "sampling.recollect"
RECOLLECTION = Kind(
    key=RECOLLECT,
    name_zh="复采",
    name_en="Re-collection",
    role=Role.MANAGER.value,
    finish=timedelta(hours=24),  # unless the campaign says otherwise
    verify=timedelta(hours=48),
)


class Doubt(TextChoices):
    """Codes of what may be odd about a fact; each opens an issue that a person settles."""

    PERSON_TWICE = "swab.person_twice", _("Same person twice in a round")
    OVER_CAPACITY = "tube.over_capacity", _("Tube over its capacity")
    UNKNOWN_TUBE = "tube.unknown", _("Tube code was never issued")
    AFTER_SEALING = "swab.after_sealing", _("Swab after its tube was sealed")
    IDENTITY = "swab.identity_check", _("Identity number fails its check")
    CLOCK_SKEW = "device.clock_skew", _("Device clock is more than 10 minutes off")
    OTHER_SITE = "device.other_site", _("Device belongs to another site")
    UNKNOWN_SITE = "swab.unknown_site", _("Site is not known")

    VOID_RESULT = "tube.void_result", _("Voided tube has a result")
    CORRECTED_AFTER_RESULT = "swab.corrected_after_result", _("Swab undone or moved after its tube's result")
    CORRECTED_ELSEWHERE = "swab.corrected_elsewhere", _("Swab undone or moved from another site")
    RESULT_UNKNOWN_TUBE = "result.unknown_tube", _("Result of a tube that nobody knows")
    BOX_COUNT = "box.count", _("Packer's count differs from the box's tubes")
    MESSAGE_AGAIN = "message.used_again", _("A message's number was used again with other content")
    NO_RESULT = "message.no_result", _("The laboratory says that a tube cannot have a result")
    HANDOVER_SEAL = "handover.seal", _("Seal is not the one the box was closed with")
    HANDOVER_TEMPERATURE = "handover.temperature", _("Box too warm or too cold at a hand-over")
    HANDOVER_COUNT = "handover.count", _("Hand-over counted other than was scanned into the box")
    TUBE_OTHER_SITE = "tube.other_site", _("Tube used at another site than it was given to")
    TWO_BOXES = "tube.two_boxes", _("Tube scanned into more than one box")
    RECEIVED_OTHER_BOX = "received.other_box", _("Tube found in another box at the laboratory")
    RECEIVED_NOT_SENT = "received.not_sent", _("Laboratory scanned a code that nobody filled")


class Status(StrEnum):
    """Where a person stands; derived, never stored."""

    AWAITING = "awaiting"
    NEGATIVE = "negative"
    UNDER_REVIEW = "under_review"
    POSITIVE = "positive"
    NOT_SAMPLED = "not_sampled"


def status_of(result: str, *, members: int) -> Status:
    """A person's status from their latest tube: its result ("" while none) and how many people are in it.

    A pooled tube that is not negative says nothing of one person: they are under review until swabbed singly.
    A single tube is final when negative or positive.

    >>> status_of("positive", members=10), status_of("positive", members=1), status_of("", members=5)
    (<Status.UNDER_REVIEW: 'under_review'>, <Status.POSITIVE: 'positive'>, <Status.AWAITING: 'awaiting'>)
    """
    if not result:
        return Status.AWAITING
    if result == "negative":
        return Status.NEGATIVE
    if result == "positive" and members == 1:
        return Status.POSITIVE
    return Status.UNDER_REVIEW
