"""Messages of other systems: who may send them, what their own codes mean, and one row for each that came in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

__all__ = ["Channel", "Message", "MessageCode", "MessageSender", "Taken"]


class Channel(models.TextChoices):
    """The way a message came."""

    MLLP = "mllp", _("HL7 connection")
    FILE = "file", _("HL7 file")
    FHIR = "fhir", _("FHIR")


class Taken(models.TextChoices):
    """What became of a message."""

    KEPT = "kept", _("results stored")
    NOTED = "noted", _("understood, no result in it")
    HELD = "held", _("held: sender not admitted")
    FAULTY = "faulty", _("not taken: faulty")
    CONFLICT = "conflict", _("not taken: number used before")
    FOREIGN = "foreign", _("not taken: not understood")


SETTLED = (Taken.KEPT, Taken.NOTED)  # nothing more can come of it


class MessageSender(models.Model):
    """A sending application that is believed (MSH-3, MSH-4), and the laboratory's device for which it speaks.

    networks: addresses it may connect from, e.g. "10.1.2.0/24, 10.1.9.7"; "" for any that reaches the port
    """

    id = models.UUIDField(primary_key=True)
    application = models.CharField(max_length=180)
    facility = models.CharField(max_length=180, default="", blank=True)
    device_id = models.UUIDField()
    area_code = models.CharField(max_length=12, db_index=True)
    networks = models.TextField(default="", blank=True)
    admitted_at = models.DateTimeField()
    admitted_by = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "facility"], condition=Q(ended_at__isnull=True), name="one_sender_a_name"
            ),
            models.CheckConstraint(condition=~Q(application=""), name="sender_is_named"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="") | Q(ended_at__isnull=False) & ~Q(ended_because=""),
                name="sender_ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.facility}".strip()


class MessageCode(models.Model):
    """What a sender's own code stands for: an observation is a gene, a value an outcome."""

    sender = models.ForeignKey(MessageSender, on_delete=models.PROTECT, related_name="codes")
    of = models.CharField(
        max_length=12, choices=[("observation", _("observation (OBX-3)")), ("value", _("value (OBX-5)"))]
    )
    code = models.CharField(max_length=180)
    means = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "of", "code"], name="one_meaning_a_code")]

    def __str__(self) -> str:
        return f"{self.code} = {self.means}"


class Message(models.Model):
    """One message: who sent it under which number, what became of it, what was answered.

    application, facility, control_id: MSH-3, MSH-4, MSH-10; by FHIR the device and the report's identifier
    sha256:     of the message without its time of sending and without what it says of persons, hexadecimal
    times:      how often it came; last_at: the last time
    answer:     the acknowledgement as it was sent
    faults:     list of {code, segment, sequence, field, detail, path}
    raw:        the message without personal segments; kept only while nothing was stored, until `keep_until`
    """

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    application = models.CharField(max_length=180, default="", blank=True)
    facility = models.CharField(max_length=180, default="", blank=True)
    control_id = models.CharField(max_length=200, default="", blank=True)
    sha256 = models.CharField(max_length=64)
    sender = models.ForeignKey(MessageSender, on_delete=models.PROTECT, null=True)
    area_code = models.CharField(max_length=12, default="", blank=True)
    device = models.UUIDField(null=True)
    by = models.TextField()
    received_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    taken = models.CharField(max_length=10, choices=Taken.choices)
    ack = models.CharField(max_length=3)
    answer = models.TextField(default="", blank=True)
    tubes = models.JSONField(default=list)
    results = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    raw = models.TextField(default="", blank=True)
    keep_until = models.DateField()
    replayed_at = models.DateTimeField(null=True)
    replayed_by = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="message_latest"),
            models.Index(fields=["taken", "-received_at", "-id"], name="message_latest_taken"),
            models.Index("keep_until", condition=~Q(raw=""), name="message_to_forget"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "facility", "control_id", "sha256"], name="one_row_a_message"
            ),
            models.UniqueConstraint(
                fields=["application", "facility", "control_id"],
                condition=Q(taken__in=SETTLED),
                name="one_number_stored_once",
            ),
            models.CheckConstraint(condition=Q(taken__in=Taken.values), name="message_taken_known"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="message_hashed"),
            models.CheckConstraint(condition=Q(raw="") | ~Q(taken__in=SETTLED), name="message_raw_only_while_needed"),
        ]

    def __str__(self) -> str:
        return f"message:{self.pk}"
