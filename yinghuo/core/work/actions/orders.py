"""One order at a time: lock, decide, write, enter; the same doer doing it twice is the same as once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State, step

CLOCKS = ("accept_by", "arrive_by", "finish_by", "verify_by")


@transaction.atomic
def take(order_id: UUID, *, by: str, at: datetime) -> Order:
    """Makes `by` the order's crew; Refused("order.taken_by_other") when another was quicker."""
    order = _locked(order_id)
    _refuse_another_crew(order, by)
    if order.crew == by:
        return order
    order.state, order.crew, order.taken_at = step(order.state, State.TAKEN), by, at
    return _write(order, "order.taken", by=by, at=at)


@transaction.atomic
def arrive(order_id: UUID, *, by: str, at: datetime) -> Order:
    """Notes that the crew is there; only the crew itself can say so."""
    order = _locked(order_id)
    _refuse_another_crew(order, by)
    if order.arrived_at is not None:
        return order
    order.state, order.arrived_at = step(order.state, State.ARRIVED), at
    return _write(order, "order.arrived", by=by, at=at)


@transaction.atomic
def finish(order_id: UUID, *, by: str, at: datetime) -> Order:
    """Reports the work done; the order closes only when another verifies it."""
    order = _locked(order_id)
    if order.done_by == by:
        return order
    _refuse_another_crew(order, by)
    order.state, order.done_at, order.done_by = step(order.state, State.DONE), at, by
    return _write(order, "order.finished", by=by, at=at, stamp="done_entry")


@transaction.atomic
def verify(order_id: UUID, *, by: str, at: datetime) -> Order:
    """Closes a done order; Refused("order.self_verified") for the one who did the work."""
    order = _locked(order_id)
    if order.verified_by == by:
        return order
    to = step(order.state, State.CLOSED)
    if by in (order.done_by, order.crew):
        raise Refused("order.self_verified")
    order.state, order.closed_at, order.verified_by = to, at, by
    return _write(order, "order.verified", by=by, at=at, stamp="closed_entry")


@transaction.atomic
def send_back(order_id: UUID, *, reason: str, by: str, at: datetime) -> Order:
    """Takes an order from its crew, with the reason; it waits for somebody to reopen or to cancel it."""
    order, why = _locked(order_id), _needed(reason)
    if (order.state, order.reason) == (State.RETURNED, why):
        return order
    order.state, order.reason = step(order.state, State.RETURNED), why
    _free(order)
    return _write(order, "order.returned", by=by, at=at)


@transaction.atomic
def reopen(order_id: UUID, *, reason: str, by: str, at: datetime) -> Order:
    """Puts an order back into the inbox.

    One that was done or closed was not right: that is counted, and its clocks start anew.
    One that was sent back goes on with the clocks that it had.
    """
    order, why = _locked(order_id), _needed(reason)
    if (order.state, order.reason) == (State.OPEN, why):
        return order
    was_done = order.state in (State.DONE, State.CLOSED)
    order.state, order.reason = step(order.state, State.OPEN), why
    _free(order)
    if was_done:
        order.reopened += 1
        _start_clocks_anew(order, at)
    return _write(order, "order.reopened", by=by, at=at)


@transaction.atomic
def cancel(order_id: UUID, *, reason: str, by: str, at: datetime) -> Order:
    """Ends an order that need not be done, with the reason."""
    order, why = _locked(order_id), _needed(reason)
    if (order.state, order.reason) == (State.CANCELLED, why):
        return order
    order.state, order.reason, order.closed_at = step(order.state, State.CANCELLED), why, at
    return _write(order, "order.cancelled", by=by, at=at, stamp="closed_entry")


def _locked(order_id: UUID) -> Order:
    order = Order.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise Refused("order.unknown")
    return order


def _needed(reason: str) -> str:
    if not (why := reason.strip()):
        raise Refused("access.reason")
    return why


def _refuse_another_crew(order: Order, by: str) -> None:
    if order.crew not in ("", by):
        raise Refused("order.taken_by_other")


def _free(order: Order) -> None:
    """As it was before anybody took it."""
    order.crew = order.done_by = order.verified_by = ""
    order.taken_at = order.arrived_at = order.done_at = order.closed_at = None
    order.done_entry = order.closed_entry = None


def _start_clocks_anew(order: Order, at: datetime) -> None:
    later = at - order.clocks_from
    for name in CLOCKS:
        if (clock := getattr(order, name)) is not None:
            setattr(order, name, clock + later)
    order.clocks_from = at


def _write(order: Order, kind: str, *, by: str, at: datetime, stamp: str = "") -> Order:
    """Saves and enters; `stamp` is the column that keeps the entry's id."""
    entry_id = ledger.new_id()
    if stamp:
        setattr(order, stamp, entry_id)
    order.save()
    order.refresh_from_db(fields=["due_at"])
    ledger.enter(kind, f"order:{order.id}", by=by, at=at, body={"of": order.kind} | _why(order), entry_id=entry_id)
    return order


def _why(order: Order) -> dict[str, str]:
    said = order.state in (State.RETURNED, State.OPEN, State.CANCELLED)
    return {"reason": order.reason} if said else {}
