"""Files of results, row by row until they are released; results typed twice by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinghuo.desks.sampling.models.facts import Outcome
from yinghuo.desks.sampling.models.laboratory.plates import Instrument


class FileState(models.TextChoices):
    """How far the reading of a file is."""

    WAITING = "waiting", _("waiting to be read")
    READING = "reading", _("being read")
    STOPPED = "stopped", _("stopped")
    REFUSED = "refused", _("refused")
    READ = "read", _("read, to be released")
    RELEASING = "releasing", _("being released")
    RELEASED = "released", _("released")


class TypingState(models.TextChoices):
    """How far a result typed by hand is."""

    ONCE = "once", _("typed once")
    DIFFERS = "differs", _("two entries differ")
    AGREED = "agreed", _("two entries agree")
    DECIDED = "decided", _("decided by a third person")


class ResultFile(models.Model):
    """A file of results as it came: its digest, how far it was read, what was kept and what not, why it was refused."""

    id = models.UUIDField(primary_key=True)
    party_id = models.UUIDField()
    area_code = models.CharField(max_length=12, db_index=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT)
    kit = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    full_sheet_confirmed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.WAITING)
    why = models.JSONField(default=dict)
    rows_total = models.BigIntegerField(default=0)
    rows_read = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    sent_by = models.TextField()
    sent_at = models.DateTimeField()
    assayed_at = models.DateTimeField()
    technician = models.CharField(max_length=100)
    ended_by = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "-sent_at"], name="file_of_laboratory")]
        constraints = [
            models.UniqueConstraint(fields=["party_id", "sha256"], name="one_file_a_digest"),
            models.CheckConstraint(condition=models.Q(state__in=FileState.values), name="file_state_known"),
            models.CheckConstraint(
                condition=models.Q(ended_by="") | ~models.Q(ended_by=models.F("sent_by")),
                name="file_released_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ResultFilePart(models.Model):
    """A piece of a file's bytes, in order; deleted when the file was released or refused."""

    file = models.ForeignKey(ResultFile, on_delete=models.CASCADE, related_name="parts")
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_part_a_number")]


class StagedResult(models.Model):
    """A tube's result read from a file, before a second person released it; `row` is its line in the file."""

    pk = models.CompositePrimaryKey("file_id", "tube")
    file = models.ForeignKey(
        ResultFile, on_delete=models.CASCADE, related_name="staged", db_constraint=False, db_index=False
    )
    tube = models.CharField(max_length=40)
    row = models.BigIntegerField()
    ct = models.JSONField()
    result = models.TextField(choices=Outcome.choices)
    because = models.TextField(default="")


class RejectedRow(models.Model):
    """A row of a file that could not be used: its number in the file, why, and what stood there."""

    pk = models.CompositePrimaryKey("file_id", "row")
    file = models.ForeignKey(
        ResultFile, on_delete=models.CASCADE, related_name="rejects", db_constraint=False, db_index=False
    )
    row = models.BigIntegerField()
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    text = models.TextField()


class Typing(models.Model):
    """A tube's result typed by hand, by two people who do not see each other's entry."""

    id = models.UUIDField(primary_key=True)
    tube = models.CharField(max_length=40)
    party_id = models.UUIDField()
    area_code = models.CharField(max_length=12, db_index=True)
    kit = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=TypingState.choices, default=TypingState.ONCE)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "-begun_at"], name="typing_of_laboratory")]
        constraints = [
            models.UniqueConstraint(
                fields=["tube", "party_id"], condition=models.Q(state__in=["once", "differs"]), name="one_open_typing"
            ),
        ]


class Keyed(models.Model):
    """What one person typed of a tube; a person types once."""

    typing = models.ForeignKey(Typing, on_delete=models.PROTECT, related_name="entries")
    by = models.TextField()
    ct = models.JSONField()
    result = models.TextField(choices=Outcome.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["typing", "by"], name="one_entry_a_person")]
