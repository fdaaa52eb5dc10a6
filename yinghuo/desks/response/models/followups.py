"""The daily follow-up of contacts: who is due on which day, in which round, and what was found at the visit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

__all__ = ["CaseReveal", "DueVisit", "FollowUp", "FollowUpStatus", "RevealReason", "Round"]


class FollowUpStatus(models.TextChoices):
    """What a follow-up visit found."""

    WELL = "seen_well", _("seen, well")
    ILL = "seen_ill", _("seen, unwell")
    NOT_REACHED = "not_reached", _("not reached")
    REFUSED = "refused", _("refused to answer")
    MOVED = "moved", _("moved away")


class FollowUp(models.Model):
    """A fact: a contact was visited or rung up. `id` and `at` are the sender's; `contact` spreads the table.

    contact:       a Contact's id; not a key of the database, since a fact about somebody unknown is kept, too
    day:           the day that the visit was due for; day_number: days since last contact, as the sender's list said
    symptoms:      codes; temperature_c: None where nobody measured
    device:        what it came from; None: written down at the console
    """

    pk = models.CompositePrimaryKey("contact", "id")
    id = models.UUIDField()
    contact = models.UUIDField()
    at = models.DateTimeField()
    day = models.DateField()
    day_number = models.SmallIntegerField()
    status = models.CharField(max_length=12, choices=FollowUpStatus.choices)
    symptoms = models.JSONField(default=list)
    temperature_c = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    device = models.UUIDField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["contact", "day", "-at"], name="followup_by_day"),
            models.Index(fields=["entry_id"], name="followup_by_entry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FollowUpStatus.values), name="followup_status_known"),
        ]


class Round(models.Model):
    """Visits of one day that one team makes together: one street, party and building, at most as many as a day holds.

    device: the team's phone that took the round; None while nobody has
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True, db_index=True)
    building = models.TextField(default="", blank=True)
    part = models.PositiveSmallIntegerField(default=1)
    device = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["day", "area_code"], name="round_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="round_area_code_form"),
        ]


class DueVisit(models.Model):
    """One contact is to be visited on one day; written by the daily list, never changed by what is found.

    day_number:  days since last contact (day 0)
    missed_days: days in a row before this one on which the contact was due and not seen; overdue when above 0
    """

    pk = models.CompositePrimaryKey("contact", "day")
    contact = models.UUIDField()
    day = models.DateField()
    event = models.UUIDField()
    day_number = models.SmallIntegerField()
    missed_days = models.PositiveSmallIntegerField(default=0)
    area_code = models.CharField(max_length=12)
    party_id = models.UUIDField(null=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="due")
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["day", "area_code", "-missed_days", "contact"], name="due_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="due_area_code_form"),
        ]


class RevealReason(models.TextChoices):
    """What an identity is needed for; the words of the user stand beside it in the auditor's list."""

    REACH = "reach", _("to reach the person")
    CARE = "care", _("for treatment or transfer")
    TRACE = "trace", _("to ask the person about contacts")
    MATCH = "match", _("to tell whether two records are one person")


class CaseReveal(models.Model):
    """An identity was looked at for one case; `id` is the ledger entry's and that of `core.people`'s own row.

    subject: "case:<id>" or "contact:<id>", whose person it was
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey("Case", on_delete=models.PROTECT, related_name="reveals")
    subject = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12, db_index=True)
    reason = models.CharField(max_length=10, choices=RevealReason.choices)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="reveal_by_user")]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=RevealReason.values), name="reveal_reason_known"),
        ]
