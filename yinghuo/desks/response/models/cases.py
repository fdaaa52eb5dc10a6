"""Events, reports and cases; nobody's name stands here, persons are pseudonyms of `core.people`."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

__all__ = ["AssayResult", "Case", "Class", "Event", "EventState", "LabResult", "Report", "ReportDoor"]


class EventState(models.TextChoices):
    """Where an event stands."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("under way")
    CONTAINED = "contained", _("contained")
    CLOSED = "closed", _("ended")


class Class(models.TextChoices):
    """What a case is held to be; a draft is what a report or a positive tube opened and nobody judged yet."""

    DRAFT = "draft", _("draft case")
    SUSPECTED = "suspected", _("suspected")
    CONFIRMED = "confirmed", _("confirmed")
    ASYMPTOMATIC = "asymptomatic", _("asymptomatic infection")
    DISCARDED = "discarded", _("ruled out")


class ReportDoor(models.TextChoices):
    """By which door a report came."""

    ENTERPRISE = "enterprise", _("enterprise's page")
    PHONE = "phone", _("call")
    LABORATORY = "laboratory", _("laboratory")
    API = "api", _("another system")


class Event(models.Model):
    """Something that the desk answers to: one place or chain of infection, with its moments for the clocks.

    number:       as people say it, "2201-0001", counted within a prefecture
    emerged_on:   the first onset or, without symptoms, the first positive sample (for 7-1-7); None while unknown
    detected_at:  when it was first suspected by anybody; notified_at: when the authority was told
    merged_into:  the event that this one was found to be a part of; `actions` undo it
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    name = models.TextField()
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True, db_index=True)
    venue_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=EventState.choices, default=EventState.DRAFT)
    emerged_on = models.DateField(null=True)
    detected_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    contained_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["area_code", "state", "-detected_at"], name="event_by_area")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="event_state_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="event_area_code_form"),
        ]

    def __str__(self) -> str:
        return self.number


class Report(models.Model):
    """A fact: somebody told of a suspected infection. `id` and `at` are the sender's.

    person:   pseudonym; None while nobody said who; caller: pseudonym of who is to be called back
    symptoms: codes of `rules.symptoms`; detail: what else was told, no personal data
    Free words stand apart, sealed (`casework.Said`).
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    kept_at = models.DateTimeField()
    door = models.CharField(max_length=12, choices=ReportDoor.choices)
    by = models.TextField()
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True, db_index=True)
    person = models.UUIDField(null=True, db_index=True)
    caller = models.UUIDField(null=True)
    onset_on = models.DateField(null=True)
    symptoms = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="reports")
    case = models.ForeignKey("Case", on_delete=models.PROTECT, null=True, related_name="reports")
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["area_code", "-at"], name="report_by_area")]
        constraints = [models.CheckConstraint(condition=Q(door__in=ReportDoor.values), name="report_door_known")]


class Case(models.Model):
    """An infection, or what may be one, of one person in one event.

    onset_on, sampled_at: onset of symptoms; the first positive sample
    in_isolation: whether the person was already isolated when found; None while nobody said
    index_of_event: the first case that is known of the event
    found_by:     report, sampling, tracing, import
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=24, unique=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="cases")
    person = models.UUIDField(null=True, db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True, db_index=True)
    held_as = models.CharField(max_length=12, choices=Class.choices, default=Class.DRAFT)
    onset_on = models.DateField(null=True)
    sampled_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    in_isolation = models.BooleanField(null=True)
    index_of_event = models.BooleanField(default=False)
    found_by = models.CharField(max_length=12, default="report")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    entry_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["event", "reported_at"], name="case_by_event"),
            models.Index(fields=["area_code", "-reported_at"], name="case_by_area"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(held_as__in=Class.values), name="case_class_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="case_area_code_form"),
        ]

    def __str__(self) -> str:
        return self.number


class AssayResult(models.TextChoices):
    """What a laboratory said of a sample of the case's person."""

    POSITIVE = "positive", _("positive")
    NEGATIVE = "negative", _("negative")
    INDETERMINATE = "indeterminate", _("indeterminate")
    PENDING = "pending", _("awaiting its result")


class LabResult(models.Model):
    """A laboratory's result on the person of a case, or of a pooled tube that opened the event.

    kind:    "pcr", "antigen", "sequence" …; laboratory: its name or code as it gave it
    ct:      cycle threshold by target, as exact text: {"orf1ab": "24.3"}
    message: the number under which the sender knows it (tube, sample, message); once a case
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lab_results")
    sampled_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    result = models.CharField(max_length=14, choices=AssayResult.choices)
    kind = models.CharField(max_length=20, default="pcr")
    laboratory = models.TextField(default="", blank=True)
    message = models.TextField(default="", blank=True)
    ct = models.JSONField(default=dict)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["case", "sampled_at"], name="lab_result_by_case")]
        constraints = [
            models.CheckConstraint(condition=Q(result__in=AssayResult.values), name="lab_result_known"),
            models.UniqueConstraint(fields=["case", "message"], condition=~Q(message=""), name="a_message_once_a_case"),
        ]
