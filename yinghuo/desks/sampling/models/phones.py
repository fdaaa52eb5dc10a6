"""What the doors for phones keep: enrolment codes, corrected swabs, voided tubes, how each phone is doing, files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinghuo.core.people.models import HAS_A_LAST_DAY
from yinghuo.desks.sampling.models.facts import Fact

__all__ = ["Corrected", "EnrolmentCode", "FileItem", "Outfall", "Phone", "PhoneFile", "Tries", "VoidReason", "Voided"]


class Corrected(Fact):
    """A swab was undone, or belongs to another tube; `tube` is the one it was scanned into, the latest word counts."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    site = models.BigIntegerField()
    swab = models.UUIDField()
    what = models.TextField()
    to_tube = models.CharField(max_length=40, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["tube", "swab"], name="corrected_swab"),
            models.Index(fields=["to_tube"], condition=models.Q(what="moved"), name="corrected_to_tube"),
        ]


class VoidReason(models.TextChoices):
    """Why a tube does not count."""

    LEAKED = "leaked", _("leaked")
    BROKEN = "broken", _("broken")
    EMPTY = "empty", _("empty")
    MISLABELLED = "mislabelled", _("labelled wrongly")
    OTHER = "other", _("other reason")


class Voided(Fact):
    """A tube does not count: whose swabs are in it were not sampled."""

    pk = models.CompositePrimaryKey("tube", "id")
    tube = models.CharField(max_length=40)
    site = models.BigIntegerField()
    reason = models.TextField(choices=VoidReason.choices)
    note = models.TextField(default="", db_default="")


class EnrolmentCode(models.Model):
    """A code that enrols one phone, once, until `good_until`; known by its SHA-256 alone."""

    id = models.UUIDField(primary_key=True)
    code_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20)
    name = models.TextField()
    area_code = models.CharField(max_length=12)
    site_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    good_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    label = models.TextField(default="", db_default="")
    device = models.UUIDField(null=True)


class Tries(models.Model):
    """How often somebody tried a door in one span of time: `address` is a keyed hash, "" stands for all together."""

    pk = models.CompositePrimaryKey("door", "address", "begins_at")
    door = models.CharField(max_length=20)
    address = models.CharField(max_length=32)
    begins_at = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["begins_at"], name="tries_begin")]


class Phone(models.Model):
    """How a device is doing: derived by the judge from the ledger's entries.

    site_id:   where it signed in last, else the site it was enrolled for
    offset_ms: what its clock showed less the server's, when it sent its last batch
    """

    device = models.UUIDField(primary_key=True)
    site_id = models.BigIntegerField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    last_batch_at = models.DateTimeField(null=True)
    facts = models.BigIntegerField(default=0, db_default=0)
    offset_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site_id", "device"], name="phone_site")]


class PhoneFile(models.Model):
    """A file that a phone exported and somebody loaded at the console; the same file again is the same row."""

    id = models.UUIDField(primary_key=True)
    device = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    made_at = models.DateTimeField()
    loaded_at = models.DateTimeField()
    loaded_by = models.TextField()


class Outfall(models.TextChoices):
    """What became of an item of such a file."""

    OPEN = "", _("to be looked at")
    KEPT = "kept", _("kept")
    DISCARDED = "discarded", _("dropped")


class FileItem(models.Model):
    """One item of such a file, sealed as it may name somebody; its content is gone once it is kept or discarded."""

    pk = models.CompositePrimaryKey("file_id", "place")
    file_id = models.UUIDField()
    place = models.IntegerField()
    door = models.CharField(max_length=20)
    sealed = models.BinaryField(null=True)
    reason = models.TextField(default="", db_default="")
    outfall = models.CharField(max_length=10, choices=Outfall.choices, default="", db_default="", blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(default="", db_default="")
    because = models.TextField(default="", db_default="")
    keep_until = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=HAS_A_LAST_DAY, name="file_item_kept_until_a_day")]
        indexes = [
            models.Index(fields=["keep_until"], condition=models.Q(sealed__isnull=False), name="file_item_due"),
        ]
