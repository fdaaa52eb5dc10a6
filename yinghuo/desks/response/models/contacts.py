"""Contacts of cases, with the exposures that made them contacts and the rule that says so."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.response.models.cases import Case, Event

__all__ = ["Contact", "ContactState", "Contest", "ContestOutcome", "Exposure", "Grade", "Ground", "Trace"]


class Grade(models.TextChoices):
    """How near: close contact, contact of a close contact, below the rule for either."""

    CLOSE = "close", _("close contact")
    SECOND = "second", _("contact of a close contact")
    GENERAL = "general", _("general contact")


class ContactState(models.TextChoices):
    """Where a contact stands."""

    FOUND = "found", _("found")
    MANAGED = "managed", _("under management")
    RELEASED = "released", _("released from management")
    CASE = "case", _("became a case")
    DROPPED = "dropped", _("no contact after all")


class Contact(models.Model):
    """One person as a contact in one event; the grade is the highest of all exposures.

    last_on:   date of last contact, day 0 of follow-up
    rule:      name of the version of the rules by which the grade was given (`rules.versions`)
    because:   what the grade rests on: kind of place, minutes, day, protection; never who the case is
    until:     last day of management by that rule; None for general contacts
    decided_by: who decided grade or state; tracing anew leaves that decision alone; "" while only the rule spoke
    """

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="contacts")
    person = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True, db_index=True)
    grade = models.CharField(max_length=10, choices=Grade.choices)
    state = models.CharField(max_length=10, choices=ContactState.choices, default=ContactState.FOUND)
    last_on = models.DateField()
    rule = models.CharField(max_length=40)
    because = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    until = models.DateField(null=True)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["event", "grade", "state"], name="contact_by_event")]
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="one_contact_a_person_and_event"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="contact_grade_known"),
            models.CheckConstraint(condition=Q(state__in=ContactState.values), name="contact_state_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="contact_area_code_form"),
        ]


class Exposure(models.Model):
    """A contact and a case at one venue on one day: how many minutes, first and last moment.

    via: for the contact of a close contact, that close contact; else None
    """

    id = models.UUIDField(primary_key=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="exposures")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exposures")
    via = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="passed_on")
    venue = models.UUIDField(null=True)
    day = models.DateField()
    minutes = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()


class Trace(models.Model):
    """One run of tracing for an event: what was read, what came of it; the latest stands on the event's page.

    counts: visits, cases, close, general, new, raised, second (contacts of contacts, counted), kept (decisions of
            people that were left alone), no_end, before_start
    ranked: [[person, reaches, alone]] of close contacts, the most far-reaching first (pseudonyms)
    capped: [[venue, found, listed]] of places with more meetings than are listed
    """

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="traces")
    at = models.DateTimeField()
    by = models.TextField()
    rule = models.CharField(max_length=40)
    counts = models.JSONField(default=dict)
    ranked = models.JSONField(default=list)
    capped = models.JSONField(default=list)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["event", "-at"], name="trace_by_event")]


class Ground(models.TextChoices):
    """What a contact says against being one."""

    ELSEWHERE = "elsewhere", _("was somewhere else")
    SHORTER = "shorter", _("was there for less time")
    PROTECTED = "protected", _("wore protection throughout")
    NOT_ME = "not_me", _("somebody else checked in")
    OTHER = "other", _("another ground")


class ContestOutcome(models.TextChoices):
    """What another person decided of a contest."""

    DROPPED = "dropped", _("no contact after all")
    LOWERED = "lowered", _("a lower grade")
    STANDS = "stands", _("the grade stands")


class Contest(models.Model):
    """A contact contests being one: an order (`response.contest`), decided by somebody other than who took it down.

    words: what the contact said, in the desk's table only, never in the ledger; reason: why it was so decided
    """

    id = models.UUIDField(primary_key=True)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="contests")
    order = models.UUIDField(unique=True)
    area_code = models.CharField(max_length=12, db_index=True)
    ground = models.CharField(max_length=10, choices=Ground.choices)
    words = models.TextField(default="", blank=True)
    raised_at = models.DateTimeField()
    raised_by = models.TextField()
    outcome = models.CharField(max_length=10, choices=ContestOutcome.choices, default="", blank=True)
    reason = models.CharField(max_length=10, choices=Ground.choices, default="", blank=True)
    note = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["contact", "raised_at"], name="contest_by_contact")]
        constraints = [
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="contest_ground_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *ContestOutcome.values]), name="contest_outcome_known"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="", decided_by="")
                | Q(decided_at__isnull=False) & ~Q(outcome="") & ~Q(decided_by=""),
                name="contest_decided_whole",
            ),
        ]
