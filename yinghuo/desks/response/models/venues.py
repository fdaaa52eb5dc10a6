"""Venues (场所) where people meet, and who was there when; a visit is kept 21 days."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

__all__ = ["InterviewLine", "Source", "Ventilation", "Venue", "VenueKind", "Visit", "VisitFile"]


class VenueKind(models.TextChoices):
    """What sort of place it is; `rules` say how long somebody is held to stay who never checked out."""

    HOME = "home", _("home")
    WORKPLACE = "workplace", _("workshop or office")
    DORMITORY = "dormitory", _("dormitory")
    CANTEEN = "canteen", _("canteen")
    BUS = "bus", _("bus")
    SHOP = "shop", _("shop or market")
    LEISURE = "leisure", _("leisure")
    MEDICAL = "medical", _("hospital or clinic")
    OUTDOORS = "outdoors", _("outdoors")
    OTHER = "other", _("other")


class Ventilation(models.TextChoices):
    """How well a place is aired."""

    OPEN = "open", _("open air")
    GOOD = "good", _("well aired")
    POOR = "poor", _("poorly aired")
    NONE = "none", _("not aired")
    UNKNOWN = "unknown", _("not known")


class Source(models.TextChoices):
    """Where a visit is known from."""

    CHECK_IN = "check_in", _("check-in code")
    ACCESS = "access", _("access control")
    SEAT = "seat", _("seat in a bus or canteen")
    ROSTER = "roster", _("roster of a household or workplace")
    INTERVIEW = "interview", _("interview")


class Venue(models.Model):
    """Somewhere that people share the air of: a room, a workshop line, a bus on one run."""

    id = models.UUIDField(primary_key=True)
    name_zh = models.TextField()
    name_en = models.TextField(default="", blank=True)
    kind = models.CharField(max_length=12, choices=VenueKind.choices)
    ventilation = models.CharField(max_length=10, choices=Ventilation.choices, default=Ventilation.UNKNOWN)
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True, db_index=True)
    building = models.TextField(default="", blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=VenueKind.values), name="venue_kind_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="venue_area_code_form"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        return str((self.name_en if get_language() == "en" else "") or self.name_zh)


class Visit(models.Model):
    """Somebody was somewhere; erased after 21 days, which the ledger then says. `person` spreads the table.

    ends_at:   None where nobody checked out; before `begins_at` where a clock was wrong: a fact is kept as it came
    venue:     a Venue's id, known or not
    protected: whether effective protection was worn throughout; None where nobody said
    """

    pk = models.CompositePrimaryKey("person", "id")
    id = models.UUIDField()
    person = models.UUIDField()
    venue = models.UUIDField()
    area_code = models.CharField(max_length=12)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    protected = models.BooleanField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["venue", "begins_at"], name="visit_by_venue"),
            models.Index(fields=["person", "begins_at"], name="visit_by_person"),
            models.Index(fields=["begins_at"], name="visit_by_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="visit_source_known"),
        ]


class VisitFile(models.Model):
    """A file of visits between its dry run and its taking in; `sealed` is the file, gone once it was taken in.

    mapping: field to column, counted from 0; counts: what the dry run found, later what was kept
    faults:  [[row, field, cause]], rows as a spreadsheet counts them, never a value
    """

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    source = models.CharField(max_length=10, choices=Source.choices)
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True)
    sealed = models.BinaryField(null=True)
    heads = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    begun_by = models.TextField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="visit_file_source_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="visit_file_area_code_form"),
        ]


class InterviewLine(models.Model):
    """What a case's person tells of one stay, saved as it is typed; it becomes a visit once place and times are clear.

    day, begins, ends: as typed; place: as typed, until `venue` is chosen. Erased when the visit itself would be
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey("Case", on_delete=models.CASCADE, related_name="interview_lines")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, null=True)
    place = models.TextField(default="", blank=True)
    day = models.TextField(default="", blank=True)
    begins = models.TextField(default="", blank=True)
    ends = models.TextField(default="", blank=True)
    typed_at = models.DateTimeField()
    typed_by = models.TextField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "typed_at"], name="interview_by_case")]
