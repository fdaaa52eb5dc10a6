"""Work orders and issues; PostgreSQL holds states, clocks and who did what together."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least, Left

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import ACTIVE, ENDED, Settlement, State

AREA_CODE_OR_UNKNOWN = rf"^$|{AREA_CODE}"
WAITING = (State.OPEN, State.RETURNED)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # when an order without a running clock is due, for sorting alone
UNDER_WAY = (State.TAKEN, State.ARRIVED)
INDEXED_DIGITS = (9, 6, 4)  # street, county, prefecture: each level has an inbox index of its own
IS_ACTIVE = Q(state__in=ACTIVE)
IS_MOVING = Q(state__in=[state for state in ACTIVE if state != State.OPEN])  # few at any time, beside the open ones
NOT_YET_ESCALATED = Q(escalated_due_at__isnull=True) | Q(escalated_due_at__lt=F("due_at"))
DUE = models.Case(
    models.When(state__in=WAITING, then=Least("accept_by", "arrive_by", "finish_by")),
    models.When(state=State.TAKEN, then=Least("arrive_by", "finish_by")),
    models.When(state=State.DONE, then=F("verify_by")),
    default=F("finish_by"),
)


def due() -> Coalesce:
    """What the inbox is sorted by: the running clock, orders without one last."""
    return Coalesce("due_at", models.Value(NEVER))


def _in_order(earlier: str, later: str) -> Q:
    return Q(**{f"{earlier}__isnull": True}) | Q(**{f"{later}__isnull": True}) | Q(**{f"{earlier}__lte": F(later)})


def _inbox_index(digits: int) -> models.Index:
    """The inbox of one level of areas, already in the order in which it is read."""
    area = Left("area_code", digits)
    return models.Index("role", area, due(), "id", condition=IS_ACTIVE, name=f"order_inbox_{digits}")


class Order(models.Model):
    """Something that somebody has to do, with clocks; `id` is the column by which the table can be spread.

    subject: what it is about, "person:<uuid>", "tube:<code>"; `detail` holds what else the crew must know, no
             personal data
    role:    whose inbox it is in; crew: who took it, "user:<id>" or "device:<id>"
    accept_by … verify_by: clocks, counted from `clocks_from` (the opening, or the latest reopening); NULL for none
    due_at:  the clock that is due now, kept by PostgreSQL; of an ended order, the one it had to be finished by
    escalation: missed clocks; escalated_due_at: the latest of them
    reason:  why it was sent back, reopened or cancelled, the latest
    *_entry: the ledger entry that speaks of the opening, of the work done, of the end
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    subject = models.TextField()
    area_code = models.CharField(max_length=12, default="", blank=True)
    party_id = models.UUIDField(null=True)
    campaign_id = models.UUIDField(null=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    crew = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    detail = models.JSONField(default=dict)
    reason = models.TextField(default="", blank=True)

    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    opened_entry = models.UUIDField()
    taken_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(default="", blank=True)
    done_entry = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    verified_by = models.TextField(default="", blank=True)
    closed_entry = models.UUIDField(null=True)

    clocks_from = models.DateTimeField()
    accept_by = models.DateTimeField(null=True)
    arrive_by = models.DateTimeField(null=True)
    finish_by = models.DateTimeField(null=True)
    verify_by = models.DateTimeField(null=True)
    due_at = models.GeneratedField(expression=DUE, output_field=models.DateTimeField(), db_persist=True)
    escalation = models.PositiveIntegerField(default=0)
    escalated_due_at = models.DateTimeField(null=True)
    reopened = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index("role", due(), "id", "area_code", condition=IS_ACTIVE, name="order_inbox"),
            *(_inbox_index(digits) for digits in INDEXED_DIGITS),
            models.Index("role", "kind", due(), "id", "area_code", condition=IS_ACTIVE, name="order_inbox_kind"),
            models.Index("role", "state", due(), "id", "area_code", condition=IS_MOVING, name="order_inbox_state"),
            models.Index("role", due(), "id", "area_code", condition=Q(state__in=ENDED), name="order_ended"),
            models.Index("due_at", condition=IS_ACTIVE & NOT_YET_ESCALATED, name="order_to_escalate"),
            models.Index(fields=["subject", "kind"], name="order_subject"),
            models.Index(fields=["campaign_id", "kind", "state"], name="order_campaign"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="order_state_known"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="order_role_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE_OR_UNKNOWN), name="order_area_code_form"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(subject="") & ~Q(opened_by=""), name="order_is_named"),
            models.CheckConstraint(
                condition=_in_order("accept_by", "arrive_by")
                & _in_order("accept_by", "finish_by")
                & _in_order("arrive_by", "finish_by")
                & _in_order("finish_by", "verify_by"),
                name="order_clocks_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=UNDER_WAY, taken_at__isnull=False) & ~Q(crew=""))
                | Q(state__in=WAITING, crew="", taken_at__isnull=True, arrived_at__isnull=True)
                | Q(state__in=[State.DONE, *ENDED]),
                name="order_crew_fits_state",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=[State.DONE, State.CLOSED], done_at__isnull=False) & ~Q(done_by=""))
                | (~Q(state__in=[State.DONE, State.CLOSED]) & Q(done_at__isnull=True, done_by="")),
                name="order_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.CLOSED, closed_at__isnull=False) & ~Q(verified_by__in=["", F("done_by")]))
                | Q(state=State.CANCELLED, closed_at__isnull=False, verified_by="")
                | (~Q(state__in=ENDED) & Q(closed_at__isnull=True, verified_by="")),
                name="order_verified_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.RETURNED, State.CANCELLED]) | ~Q(reason=""), name="order_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"order:{self.pk}"


class Issue(models.Model):
    """A doubt on a fact, for a person to settle; the fact stays as it is.

    subject: the fact or thing in doubt, "swab:<uuid>", "tube:<code>"
    *_entry: the ledger entry that speaks of the raising, of the settling
    """

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    subject = models.TextField()
    area_code = models.CharField(max_length=12, default="", blank=True)
    campaign_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    raised_by = models.TextField()
    raised_entry = models.UUIDField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(default="", blank=True)
    settlement = models.CharField(max_length=10, choices=Settlement.choices, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    settled_entry = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index("raised_at", "id", "area_code", condition=Q(settled_at__isnull=True), name="issue_open"),
            models.Index("code", "raised_at", "id", condition=Q(settled_at__isnull=True), name="issue_open_code"),
            models.Index("area_code", "raised_at", "id", condition=Q(settled_at__isnull=True), name="issue_open_area"),
            models.Index("raised_at", "id", "area_code", name="issue_raised"),
            models.Index("campaign_id", "raised_at", "id", name="issue_campaign"),
            models.Index("subject", name="issue_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE_OR_UNKNOWN), name="issue_area_code_form"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(subject="") & ~Q(raised_by=""), name="issue_is_named"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by="", settlement="", reason="")
                | (Q(settled_at__isnull=False, settlement__in=Settlement.values) & ~Q(settled_by="") & ~Q(reason="")),
                name="issue_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"
