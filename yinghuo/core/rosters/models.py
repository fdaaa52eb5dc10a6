"""Intakes of rosters with their problems; blocking keys; people who may be one; people who stand for others."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.core.rosters.rules import Policy, Stage


class Intake(models.Model):
    """One roster file on its way in. The rows themselves wait, sealed, in a table of their own (`reading.staging`).

    name, sha256, bytes: of the file; file_nonce: opens the sealed file while it is kept
    area_code: rows may only place people in it; rows without an area are placed there
    shape:   how the file is written: kind, encoding, separator, heads
    mapping: field to column, counted from 0
    offset:  bytes of a CSV file, or rows of a sheet, that are staged
    rows:    rows read that hold anything; read = new + merged + skipped + rejected, once all are counted
    last_row: number of the last row read, as a spreadsheet counts
    counts:  what the dry run found, by kind; after the intake, what it did
    progress: rows taken in so far
    """

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    file_nonce = models.BinaryField(null=True)
    policy = models.CharField(max_length=10, choices=Policy.choices)
    area_code = models.CharField(max_length=12, db_index=True)
    shape = models.JSONField()
    mapping = models.JSONField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.WAITING)
    stop_asked = models.BooleanField(default=False)
    offset = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    last_row = models.PositiveIntegerField(default=1)
    staged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    begun_by = models.TextField()
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(default="", blank=True)
    keep_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(policy__in=Policy.values), name="intake_policy_known"),
            models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="intake_stage_known"),
            models.CheckConstraint(condition=models.Q(area_code__regex=AREA_CODE), name="intake_area_code_form"),
            models.CheckConstraint(
                condition=models.Q(rows=models.F("staged") + models.F("rejected")), name="intake_rows_add_up"
            ),
        ]
        indexes = [models.Index(fields=["-begun_at", "-id"], name="intake_newest")]

    def __str__(self) -> str:
        return f"intake:{self.pk}"


class Problem(models.Model):
    """A fault of a row, its value masked; it goes with its intake's `keep_until`."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=10)
    cause = models.CharField(max_length=20)
    value = models.TextField(default="", blank=True)
    other_row = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["intake", "row", "id"], name="problem_by_row")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.field} {self.cause}"


class BlockingKey(models.Model):
    """Keyed hashes by which likely duplicates find each other while identities stay sealed; erased with the identity.

    content: of the whole identity, tells whether it changed; name_born: name and birth date; phone: digits
    """

    person = models.UUIDField(primary_key=True)
    content = models.BigIntegerField()
    name_born = models.BigIntegerField(null=True)
    phone = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"person:{self.pk}"


class Verdict(models.TextChoices):
    """What a person decided of a likely duplicate."""

    OPEN = "open", _("to be decided")
    ONE = "one", _("one person")
    TWO = "two", _("two people")


class Likely(models.Model):
    """Two pseudonyms that may be one person; `one` < `other`; reasons are codes, never values."""

    id = models.UUIDField(primary_key=True)
    one = models.UUIDField(db_index=True)
    other = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=5, choices=Verdict.choices, default=Verdict.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="two_people_are_proposed_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="likely_in_order"),
            models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="likely_verdict_known"),
        ]
        indexes = [models.Index(fields=["verdict", "-score", "id"], name="likely_by_score")]

    def __str__(self) -> str:
        return f"likely:{self.pk}"


class Standing(models.Model):
    """From `at` on, the pseudonym `stands` stands for `person` as well, until `undone_at`. Facts are not rewritten.

    id: the ledger entry's id
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    stands = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.TextField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(undone_at__isnull=True), name="one_stands_for_a_person"
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("stands")), name="nobody_stands_for_themselves"),
        ]

    def __str__(self) -> str:
        return f"person:{self.person}"
