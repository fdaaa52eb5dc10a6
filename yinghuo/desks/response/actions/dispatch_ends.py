"""When a team is free again: its work is done, another went, it was called back, or its order ended without it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.response.models import Outcome, Sending, Team, TeamState

BY = "system:dispatch"


def end(one: Team, sending: Sending, outcome: Outcome, *, by: str, at: datetime) -> Sending:
    """Ends a sending of a locked team; the team is free where it is when that was the last."""
    sending.ended_at, sending.outcome = at, outcome.value
    sending.save(update_fields=["ended_at", "outcome"])
    body = {"order": str(sending.order_id), "outcome": outcome.value}
    one.entry_id = ledger.enter("team.freed", one.label, by=by, at=at, body=body)
    left = one.sendings.filter(ended_at__isnull=True).order_by("eta_at").first()
    one.order_id = left.order_id if left else None
    if left is None:
        one.state, one.free_at = TeamState.READY, None
    one.save(update_fields=["state", "free_at", "order_id", "entry_id"])
    return sending


def free(*, now: datetime) -> int:
    """Brings teams up to date with orders that moved without them; returns how many sendings changed.

    An order that was finished, checked or cancelled frees its team from then on; one whose crew is another now, too.
    """
    active = list(Sending.objects.filter(ended_at__isnull=True).values_list("id", "order_id", "team_id", "arrived_at"))
    orders = Order.objects.in_bulk([row[1] for row in active])
    moved = [row for row in active if _moved(orders.get(row[1]), arrived=row[3] is not None)]
    return sum(_follow(row[0], row[2], now) for row in moved)


def _moved(order: Order | None, *, arrived: bool) -> bool:
    under_way = order is not None and order.crew.startswith("team:")
    if order is None or not under_way or order.state not in (State.TAKEN, State.ARRIVED):
        return True
    return order.state == State.ARRIVED and not arrived


@transaction.atomic
def _follow(sending_id: UUID, team_id: UUID, now: datetime) -> int:
    one = Team.objects.select_for_update().get(id=team_id)
    sending = Sending.objects.select_for_update().get(id=sending_id)
    if sending.ended_at is not None:
        return 0
    order = Order.objects.filter(id=sending.order_id).first()
    if order is not None and order.crew == one.label and order.state == State.ARRIVED:
        sending.arrived_at = order.arrived_at
        sending.save(update_fields=["arrived_at"])
        one.state, one.lat, one.lon = TeamState.WORKING, sending.lat, sending.lon
        one.save(update_fields=["state", "lat", "lon"])
        return 1
    done = order is not None and order.state in (State.DONE, State.CLOSED)
    ended_at = order.done_at or order.closed_at if order is not None else None
    end(one, sending, Outcome.DONE if done else Outcome.WITHDRAWN, by=BY, at=max(ended_at or now, sending.sent_at))
    return 1
