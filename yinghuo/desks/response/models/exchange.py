"""What was taken in from and given out to other systems: files on their way in, their faults, foreign ids, exports."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

__all__ = ["ForeignId", "Form", "GivenOut", "Import", "ImportFault", "ImportPolicy", "ImportStage"]


class Form(models.TextChoices):
    """The forms of files that are understood."""

    LINE_LIST = "line_list", _("line list (CSV or XLSX)")
    GODATA = "godata", _("Go.Data (JSON, CSV or XLSX)")
    SORMAS = "sormas", _("SORMAS (CSV)")
    DHIS2 = "dhis2", _("DHIS2 tracker (JSON)")
    FHIR = "fhir", _("FHIR R4 (Bundle)")


class ImportPolicy(models.TextChoices):
    """What becomes of a record that is known already."""

    SKIP = "skip", _("leave known records as they are")
    MERGE = "merge", _("bring known records up to date")
    NEW = "new", _("take in new records only")


class ImportStage(models.TextChoices):
    """Where a file is."""

    READY = "ready", _("tried out, waiting for confirmation")
    APPLYING = "applying", _("records being taken in")
    DONE = "done", _("records taken in")
    WITHDRAWN = "withdrawn", _("withdrawn by a person")


class Import(models.Model):
    """One file of another system on its way in; nothing of it is written before somebody confirms the dry run.

    source:     which system or installation the ids are of: the same id of the same source is the same record
    sha256, bytes, file_nonce: of the file, kept sealed until it is taken in or withdrawn
    area_code:  records may only lie in it; those without an area are placed there
    event:      where records go that name no event; None: a new draft event
    mapping:    columns of a line list (field to column), or a DHIS2 installation's UIDs
    counts:     {kind: {new, merged, skipped, rejected}} of the dry run, and then of what was done
    unread:     columns or paths that hold something and that nobody here reads
    """

    id = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=60)
    form = models.CharField(max_length=10, choices=Form.choices)
    name = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.BigIntegerField()
    file_nonce = models.BinaryField(null=True)
    policy = models.CharField(max_length=10, choices=ImportPolicy.choices)
    area_code = models.CharField(max_length=12, db_index=True)
    event = models.UUIDField(null=True)
    mapping = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, choices=ImportStage.choices, default=ImportStage.READY)
    counts = models.JSONField(default=dict)
    unread = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    begun_by = models.TextField()
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(default="", blank=True)
    keep_until = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["-begun_at", "-id"], name="import_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=Form.values), name="import_form_known"),
            models.CheckConstraint(condition=Q(policy__in=ImportPolicy.values), name="import_policy_known"),
            models.CheckConstraint(condition=Q(stage__in=ImportStage.values), name="import_stage_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="import_area_code_form"),
        ]

    def __str__(self) -> str:
        return f"import:{self.pk}"


class ImportFault(models.Model):
    """A record of a file that is not taken: row, field, cause, value masked; goes with the import's `keep_until`."""

    one = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    field = models.CharField(max_length=60)
    cause = models.CharField(max_length=20)
    value = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["one", "row", "id"], name="import_fault_by_row")]


class ForeignId(models.Model):
    """How another system calls a record of ours; `foreign_id` spreads the table.

    kind: events, cases, contacts, exposures, followups, labs; imported: the file that brought it first
    """

    pk = models.CompositePrimaryKey("source", "kind", "foreign_id")
    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    foreign_id = models.CharField(max_length=120)
    our_id = models.UUIDField(db_index=True)
    imported = models.UUIDField()


class GivenOut(models.Model):
    """A file that was given out: of what, with how many records, with names or without. `id` is the ledger entry's.

    unsaid: [[kind, field, records]]: what the form could not hold
    """

    id = models.UUIDField(primary_key=True)
    form = models.CharField(max_length=10, choices=Form.choices)
    area_code = models.CharField(max_length=12, db_index=True)
    event = models.UUIDField(null=True)
    counts = models.JSONField(default=dict)
    names = models.BooleanField(default=False)
    unsaid = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="given_out_newest")]
        constraints = [models.CheckConstraint(condition=Q(form__in=Form.values), name="given_out_form_known")]
