"""Stays: restrictions on people, each with its basis, its ceiling and its end; rooms hold nobody unrelated together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.response.models.cases import Event
from yinghuo.desks.response.models.contacts import Contact, Grade
from yinghuo.desks.response.models.tracks.facilities import Room


class Stage(models.TextChoices):
    """Where somebody is isolated."""

    FACILITY = "facility", _("isolation site")
    HOME = "home", _("at home")


class End(models.TextChoices):
    """Why a stay ended."""

    COMPLETED = "completed", _("time served")
    EARLY = "early", _("released early")
    CASE = "case", _("became a case")
    MOVED = "moved", _("moved elsewhere")
    CANCELLED = "cancelled", _("never begun")


class TermSort(models.TextChoices):
    """What set or moved the planned end of a stay."""

    RULE = "rule", _("by the rule at the beginning")
    SHORTER = "shorter", _("shortened by a change of the rule")
    LONGER = "longer", _("beyond the ceiling")
    PROPOSED = "proposed", _("proposed by a change of the rule")
    RELEASE = "release", _("early release")


class Occupancy(models.Model):
    """A room in the hands of people who belong together; one such hand at a time, which PostgreSQL holds.

    together: the household, or the person alone
    """

    id = models.UUIDField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="occupancies")
    together = models.UUIDField()
    begins_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "occupancies"
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(ended_at__isnull=True), name="nobody_unrelated_in_one_room"
            ),
        ]


class Stay(models.Model):
    """Somebody is isolated by order: where, why, since when, until when, and the latest day that the rule allows.

    rule, basis:  name of the version of the rules; key of `rules.stays.BASES`, the legal basis
    counted_from: day 0, the date of last contact; until: last day planned; ceiling_on: last day that the rule allows
    beyond:       the reason for an end beyond the ceiling, "" for none; such a stay is a doubt for oversight
    place_lat, place_lon: where somebody is fetched from or stays at home, degrees WGS 84
    slip:         keyed hash of the code on the person's slip
    """

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="stays")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="stays")
    person = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    occupancy = models.ForeignKey(Occupancy, on_delete=models.PROTECT, null=True, related_name="stays")
    bed = models.PositiveSmallIntegerField(null=True)
    grade = models.CharField(max_length=10, choices=Grade.choices)
    rule = models.CharField(max_length=40)
    basis = models.CharField(max_length=20)
    counted_from = models.DateField()
    until = models.DateField()
    ceiling_on = models.DateField()
    beyond = models.TextField(default="", blank=True)
    reserved_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=End.choices, default="", blank=True)
    slip = models.UUIDField(null=True, unique=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "until"], condition=Q(ended_at__isnull=True), name="stay_running"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["occupancy", "bed"], condition=Q(ended_at__isnull=True), name="one_stay_a_bed"
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at__isnull=True), name="one_stay_a_person"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="stay_stage_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="stay_area_code_form"),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(rule=""), name="stay_has_a_basis"),
            models.CheckConstraint(
                condition=Q(stage="facility", occupancy__isnull=False, bed__isnull=False)
                | Q(stage="home", occupancy__isnull=True, bed__isnull=True),
                name="stay_has_a_place",
            ),
            models.CheckConstraint(condition=Q(until__lte=F("ceiling_on")) | ~Q(beyond=""), name="stay_under_ceiling"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False, end__in=End.values),
                name="stay_ends_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"stay:{self.pk}"


class StayTerm(models.Model):
    """A decision about the end of a stay; never changed, a later one stands beside it.

    confirmed_at: None while it is only proposed
    """

    id = models.UUIDField(primary_key=True)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="terms")
    sort = models.CharField(max_length=10, choices=TermSort.choices)
    until = models.DateField()
    ceiling_on = models.DateField()
    rule = models.CharField(max_length=40)
    reason = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    by = models.TextField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.TextField(default="", blank=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["stay", "at"], name="stay_terms")]
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=TermSort.values), name="term_sort_known"),
            models.CheckConstraint(condition=~Q(sort="longer", reason=""), name="longer_term_says_why"),
        ]
