"""Reading reports: what came of one's own, and the positives of the sampling desk that wait to be taken up."""

from uuid import UUID

from django.db.models import QuerySet

from yinghuo.core.people.access import BOUND_TO_THEIR_PARTY, scope
from yinghuo.core.people.models import User
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.response.models import Report, ReportDoor
from yinghuo.desks.response.rules.cases import DRAFT_ORDER

WAITING = (State.OPEN, State.TAKEN, State.ARRIVED, State.RETURNED)
MOST_SHOWN = 20


def report_of(user: User, report_id: UUID) -> Report | None:
    """A report of the reader's area; an enterprise's own officer finds what the enterprise itself reported."""
    return _seen(user).filter(id=report_id).first()


def own_reports(user: User) -> list[Report]:
    """The reader's latest reports, the newest first."""
    return list(_seen(user).order_by("-kept_at")[:MOST_SHOWN])


def drafts(user: User) -> list[Order]:
    """Case drafts of the sampling desk that nobody has taken up, the one due first at the top."""
    waiting = scope(user, Order.objects.filter(kind=DRAFT_ORDER, state__in=WAITING))
    return list(waiting.order_by("due_at", "id")[:MOST_SHOWN])


def draft_of(user: User, order_id: UUID) -> Order | None:
    """One of them; None outside the reader's area."""
    return scope(user, Order.objects.filter(id=order_id, kind=DRAFT_ORDER)).first()


def _seen(user: User) -> QuerySet[Report]:
    """What others found of the enterprise's people is not for its own officer to read here."""
    rows = scope(user, Report.objects.select_related("event", "case"))
    return rows.filter(door=ReportDoor.ENTERPRISE) if user.role in BOUND_TO_THEIR_PARTY else rows
