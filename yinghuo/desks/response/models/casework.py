"""What the work on cases leaves behind: judgements, merges, likely duplicates, answers, sealed words, numbers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.people.models import HAS_A_LAST_DAY
from yinghuo.desks.response.models.cases import Case, Class, Report

__all__ = ["Alike", "Answer", "Judgement", "Merge", "Said", "Series", "Verdict"]


class Series(models.Model):
    """A series of numbers without gaps: `name` is what is counted and where ("event:2201"); locked while it grows."""

    name = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Said(models.Model):
    """The words of a report, sealed for it (`core.people.identity.seal`): they can name people. NULL once erased."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="said")
    words = models.BinaryField(null=True)
    keep_until = models.DateField(db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=HAS_A_LAST_DAY, name="said_kept_until_a_day")]


class Judgement(models.Model):
    """What a person held a case to be, and why; the latest stands on the case. `id` is the ledger entry's."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="judgements")
    was = models.CharField(max_length=12, choices=Class.choices)
    held_as = models.CharField(max_length=12, choices=Class.choices)
    reason = models.TextField()
    onset_on = models.DateField(null=True)
    sampled_at = models.DateTimeField(null=True)
    in_isolation = models.BooleanField(null=True)
    index_of_event = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="judgement_by_case")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="judgement_says_why")]


class Merge(models.Model):
    """From `at` on, an event or case is held to be part of another, until `undone_at`. `id` is the ledger entry's.

    what:  "event" or "case"; gone, into: their ids
    moved: {"cases", "contacts", "stays", "transfers"}: ids of what went from one event to the other; they come back
           when it is undone
    """

    id = models.UUIDField(primary_key=True)
    what = models.CharField(max_length=5, choices=[("event", "event"), ("case", "case")])
    gone = models.UUIDField(db_index=True)
    into = models.UUIDField(db_index=True)
    reason = models.TextField()
    moved = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.TextField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(default="", blank=True)
    undone_reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at=None), name="merged_into_one"),
            models.CheckConstraint(condition=~Q(gone=models.F("into")), name="nothing_merges_into_itself"),
            models.CheckConstraint(condition=~Q(reason=""), name="merge_says_why"),
        ]


class Verdict(models.TextChoices):
    """What a person decided of two cases that may be one."""

    OPEN = "open", _("to be decided")
    ONE = "one", _("one case")
    TWO = "two", _("two cases")


class Alike(models.Model):
    """Two cases that may be one; `case` is the later. Reasons are codes of `rules.duplicates`, never values.

    The other case may lie in another area, whose row its reader must not see.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="alike")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="alike_later")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=4, choices=Verdict.choices, default=Verdict.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="two_cases_are_proposed_once"),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="no_case_is_like_itself"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="alike_verdict_known"),
        ]


class Answer(models.Model):
    """One answer of an investigation as it was typed; nothing is overwritten, the latest that stands is `current`.

    id, said_at: made where it was typed, which may have been without a network
    question:    code of `rules.questionnaire`; value: text, number, list of codes; null: taken back
    over:        the answer that was on the screen; None where there was none
    clash:       it was typed over an answer that was no longer the current one: kept, and for a person to settle
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    over = models.UUIDField(null=True)
    said_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    by = models.TextField()
    current = models.BooleanField(default=True)
    clash = models.BooleanField(default=False)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["case", "question", "kept_at"], name="answer_by_case")]
        constraints = [
            models.UniqueConstraint(fields=["case", "question"], condition=Q(current=True), name="one_answer_stands")
        ]
