"""Levels of places and areas: proposed by rule, confirmed by another, published with basis, start, end; measures."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.response.models.cases import Event
from yinghuo.desks.response.rules.measures import MeasureKind

__all__ = ["AreaLevel", "Extent", "LevelState", "Measure", "PlaceResult", "Rank", "ResultOf"]


class Rank(models.TextChoices):
    """How high the risk of a place is held to be."""

    HIGH = "high", _("high risk")
    MEDIUM = "medium", _("medium risk")
    LOW = "low", _("low risk")


class Extent(models.TextChoices):
    """How far a level reaches, the narrowest first; the order is that of `rules.levels.EXTENTS`."""

    UNIT = "unit", _("unit of a building")
    VENUE = "venue", _("single place")
    BUILDING = "building", _("building")
    CELL = "cell", _("grid cell or compound")
    STREET = "street", _("whole street or township")
    COUNTY = "county", _("whole county or district")


class LevelState(models.TextChoices):
    """Where a level or a measure stands."""

    PROPOSED = "proposed", _("proposed, to be decided")
    CONFIRMED = "confirmed", _("agreed, not yet published")
    PUBLISHED = "published", _("in force now")
    REFUSED = "refused", _("turned down")
    ENDED = "ended", _("lifted")


class Decided(models.Model):
    """What one person proposes and another confirms, with its basis, its first and its last day.

    name_zh, name_en: as published: never narrower than a building where people live
    basis:   keys of `rules.levels_basis`; because: codes, numbers and the rule that it rests on, nothing personal
    planned_end: the last day if nothing new is found; ended_on: the day on which it was lifted
    excess:  in what it is above the rule, codes; because_above: why it was confirmed all the same
    """

    id = models.UUIDField(primary_key=True)
    area_code = models.CharField(max_length=12, db_index=True)
    extent = models.CharField(max_length=10, choices=Extent.choices)
    name_zh = models.TextField()
    name_en = models.TextField()
    state = models.CharField(max_length=10, choices=LevelState.choices, default=LevelState.PROPOSED)
    rule = models.CharField(max_length=40)
    basis = models.JSONField(default=list)
    because = models.JSONField(default=dict)
    excess = models.JSONField(default=list)
    because_above = models.TextField(default="", blank=True)
    starts_on = models.DateField()
    planned_end = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.TextField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.TextField(default="", blank=True)
    entry_id = models.UUIDField()
    decided_entry = models.UUIDField(null=True)
    published_entry = models.UUIDField(null=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The place's name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh


def _promises(what: str) -> list[models.BaseConstraint]:
    """What PostgreSQL holds of a level and of a measure alike."""
    undecided = Q(state=LevelState.PROPOSED)
    return [
        models.CheckConstraint(condition=Q(state__in=LevelState.values), name=f"{what}_state_known"),
        models.CheckConstraint(condition=Q(extent__in=Extent.values), name=f"{what}_extent_known"),
        models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name=f"{what}_area_code_form"),
        models.CheckConstraint(condition=~Q(name_zh="") & ~Q(name_en=""), name=f"{what}_is_named"),
        models.CheckConstraint(
            condition=undecided & Q(decided_by="", decided_at__isnull=True)
            | ~undecided & Q(decided_at__isnull=False) & ~Q(decided_by__in=["", F("proposed_by")]),
            name=f"{what}_decided_by_another",
        ),
        models.CheckConstraint(
            condition=~Q(state=LevelState.PUBLISHED) | Q(published_at__isnull=False), name=f"{what}_published_at"
        ),
        models.CheckConstraint(
            condition=Q(state=LevelState.ENDED, ended_on__isnull=False)
            | ~Q(state=LevelState.ENDED) & Q(ended_on__isnull=True),
            name=f"{what}_ended_on",
        ),
        models.CheckConstraint(condition=~Q(state=LevelState.REFUSED) | ~Q(reason=""), name=f"{what}_refused_why"),
    ]


class AreaLevel(Decided):
    """A level of a place or area; each step is a row of its own, `follows` the one before, all in one `chain`.

    chain:   the id of the first row of the place
    event:   None for a level that was taken over from before this system
    venue:   the place, where the extent is no more than a building; building: as its venue says
    came_from: the level that it came down from, "" for none
    last_found_on: the last infection found there when this was proposed; None when none was known
    """

    chain = models.UUIDField(db_index=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="levels")
    venue = models.UUIDField(null=True, db_index=True)
    building = models.TextField(default="", blank=True)
    rank = models.CharField(max_length=8, choices=Rank.choices)
    came_from = models.CharField(max_length=8, default="", blank=True)
    last_found_on = models.DateField(null=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

    class Meta:
        indexes = [
            models.Index(fields=["state", "area_code"], name="level_by_state"),
            models.Index(fields=["event", "state"], name="level_by_event"),
        ]
        constraints = [
            *_promises("level"),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="level_rank_known"),
            models.UniqueConstraint(
                fields=["chain"], condition=Q(state="published"), name="one_level_in_force_a_place"
            ),
            models.UniqueConstraint(
                fields=["chain"], condition=Q(state__in=["proposed", "confirmed"]), name="one_level_asked_for_a_place"
            ),
        ]

    def __str__(self) -> str:
        return f"level:{self.pk}"


class Measure(Decided):
    """A measure that restricts people, under a level; it ends on a day, and says how high its ceiling is.

    level: the level that it rests on; None where there is none, which is above every ceiling that asks for one
    """

    kind = models.CharField(max_length=20, choices=MeasureKind.choices)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="measures")
    level = models.ForeignKey(AreaLevel, on_delete=models.PROTECT, null=True, related_name="measures")
    party_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "area_code"], name="measure_by_state")]
        constraints = [
            *_promises("measure"),
            models.CheckConstraint(condition=Q(kind__in=MeasureKind.values), name="measure_kind_known"),
        ]

    def __str__(self) -> str:
        return f"measure:{self.pk}"


class ResultOf(models.TextChoices):
    """What was swabbed."""

    ROUND = "round", _("round of everybody there")
    PEOPLE = "people", _("some of the people there")
    SURFACES = "surfaces", _("surfaces and things")


class PlaceResult(models.Model):
    """A fact: assays at a place, stated by a person with the evidence; a round counts for stepping down.

    chain:    of the level that it was held for; None where the place has none; venue: the place, where it is one
    expected: how many people live or work there, or how many swabs were planned; swabbed, positive: of these
    evidence: where it can be looked up: a campaign's name and round, a laboratory's report
    """

    id = models.UUIDField(primary_key=True)
    of = models.CharField(max_length=10, choices=ResultOf.choices)
    area_code = models.CharField(max_length=12, db_index=True)
    chain = models.UUIDField(null=True, db_index=True)
    venue = models.UUIDField(null=True, db_index=True)
    on = models.DateField()
    expected = models.PositiveIntegerField()
    swabbed = models.PositiveIntegerField()
    positive = models.PositiveIntegerField()
    evidence = models.TextField()
    at = models.DateTimeField()
    by = models.TextField()
    entry_id = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(of__in=ResultOf.values), name="place_result_of_known"),
            models.CheckConstraint(condition=Q(positive__lte=F("swabbed")), name="place_result_counts_agree"),
            models.CheckConstraint(condition=~Q(evidence=""), name="place_result_has_evidence"),
            models.CheckConstraint(
                condition=Q(chain__isnull=False) | Q(venue__isnull=False), name="place_result_of_somewhere"
            ),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="place_result_area_code_form"),
        ]
