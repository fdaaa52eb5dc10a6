"""An event opened, contained, ended, opened again; what is left to do is said when it cannot be."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.tracks import open_tracks
from yinghuo.desks.response.models import Event, EventState
from yinghuo.desks.response.queries.events import Left, left
from yinghuo.desks.response.rules.cases import state_after


@transaction.atomic
def open_event(event_id: UUID, *, by: str, at: datetime) -> Event:
    """Opens a draft: the four tracks begin as orders with clocks. An event that is open already stays as it is.

    Refused: "event.unknown", "event.merged", "event.step"
    """
    event = _locked(event_id)
    if event.state == EventState.OPEN:
        return event
    if event.state != EventState.DRAFT:
        raise Refused("event.step", state=event.state, to=EventState.OPEN.value)
    event.state, event.opened_at = state_after(event.state, EventState.OPEN), at
    event.notified_at = event.notified_at or at
    event.save(update_fields=["state", "opened_at", "notified_at"])
    ledger.enter("event.opened", f"event:{event.id}", by=by, at=at, body={"number": event.number})
    open_tracks(event, by=by, at=at)
    return event


@transaction.atomic
def contain_event(event_id: UUID, *, by: str, at: datetime) -> Event:
    """Nothing spreads from it any more: every case is judged, every close contact managed.

    Refused: "event.not_contained" with what is left, "event.step", "event.unknown", "event.merged"
    """
    event = _locked(event_id)
    if event.state == EventState.CONTAINED:
        return event
    event.state = state_after(event.state, EventState.CONTAINED)
    rest = left(event)
    if rest.undecided or rest.unmanaged:
        raise Refused("event.not_contained", cases=rest.undecided, contacts=rest.unmanaged)
    event.contained_at = at
    event.save(update_fields=["state", "contained_at"])
    ledger.enter("event.contained", f"event:{event.id}", by=by, at=at)
    return event


@transaction.atomic
def close_event(event_id: UUID, *, by: str, at: datetime) -> Event:
    """Ends an event: every case judged, no order open, nobody under management, nobody in isolation.

    A draft whose cases were all ruled out ends so, too.
    Refused: "event.not_ended" with what is left, "event.step", "event.unknown", "event.merged"
    """
    event = _locked(event_id)
    if event.state == EventState.CLOSED:
        return event
    was, event.state = event.state, state_after(event.state, EventState.CLOSED)
    rest = left(event)
    _refuse_ending(rest)
    if was == EventState.DRAFT and rest.infected:
        raise Refused("event.step", state=was, to=EventState.CLOSED.value)
    event.closed_at = at
    event.save(update_fields=["state", "closed_at"])
    ledger.enter("event.closed", f"event:{event.id}", by=by, at=at, body={"was": was})
    return event


@transaction.atomic
def reopen_event(event_id: UUID, *, reason: str, by: str, at: datetime) -> Event:
    """An event that was contained or ended goes on, for a reason.

    Refused: "access.reason", "event.step", "event.unknown", "event.merged"
    """
    event, why = _locked(event_id), reason.strip()
    if event.state == EventState.OPEN:
        return event
    if not why:
        raise Refused("access.reason")
    if event.state == EventState.DRAFT:
        raise Refused("event.step", state=event.state, to=EventState.OPEN.value)
    event.state = state_after(event.state, EventState.OPEN)
    event.opened_at, event.contained_at, event.closed_at = event.opened_at or at, None, None
    event.save(update_fields=["state", "opened_at", "contained_at", "closed_at"])
    ledger.enter("event.reopened", f"event:{event.id}", by=by, at=at, body={"reason": why})
    return event


@transaction.atomic
def name_event(event_id: UUID, *, name: str, by: str, at: datetime) -> Event:
    """Gives an event the name that people use. Refused: "name.missing", "event.unknown", "event.merged"."""
    event, wanted = _locked(event_id), name.strip()
    if not wanted:
        raise Refused("name.missing")
    if event.name == wanted:
        return event
    event.name = wanted
    event.save(update_fields=["name"])
    ledger.enter("event.named", f"event:{event.id}", by=by, at=at, body={"name": wanted})
    return event


def _locked(event_id: UUID) -> Event:
    event = Event.objects.select_for_update().filter(id=event_id).first()
    if event is None:
        raise Refused("event.unknown")
    if event.merged_into_id:
        raise Refused("event.merged")
    return event


def _refuse_ending(rest: Left) -> None:
    if any((rest.undecided, rest.orders, rest.managed, rest.unmanaged, rest.stays)):
        raise Refused(
            "event.not_ended",
            cases=rest.undecided,
            orders=rest.orders,
            contacts=rest.managed + rest.unmanaged,
            stays=rest.stays,
        )
