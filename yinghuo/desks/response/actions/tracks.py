"""The four tracks of an event: opened at once, ticked step by step, finished when all is settled, then checked."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import ENDED, State
from yinghuo.desks.response.models import Event, Step
from yinghuo.desks.response.rules.clocks import clock_on, due
from yinghuo.desks.response.rules.tracks import KIND_OF, STEPS, Outcome, StepRule, Track, steps_of, waiting_for

TRACKS = UUID("6a0f7f3a-2a8e-5f0c-9b2e-31f4d1c2a7e5")  # the space in which event and track name an order or a step
NOTE_CHARACTERS = 400


def order_id_of(event_id: UUID, track: Track) -> UUID:
    """The id of the order of one track of an event."""
    return uuid5(TRACKS, f"{event_id} {track.value}")


@transaction.atomic
def open_tracks(event: Event, *, by: str, at: datetime) -> list[Order]:
    """Opens the four tracks of an event with their steps and clocks; doing it again changes nothing.

    Clocks counted from the notification run from it even if the event is opened later: then less is left.
    """
    since = {"notified": event.notified_at or event.detected_at, "opened": at}
    orders = [_open_track(event, track, by=by, at=at) for track in Track]
    if not Step.objects.filter(event=event).exists():
        entry_id = ledger.new_id()
        Step.objects.bulk_create([_step(event, rule, since, entry_id) for rule in STEPS], ignore_conflicts=True)
        body = {"steps": len(STEPS), "tracks": [track.value for track in Track]}
        ledger.enter("tracks.opened", f"event:{event.id}", by=by, at=at, body=body, entry_id=entry_id)
    return orders


@transaction.atomic
def tick(step_id: UUID, *, outcome: str = Outcome.DONE, note: str = "", by: str, at: datetime) -> Step:
    """Settles a step: done, or not needed with the reason; the last one of a track finishes its order.

    Refused: "step.unknown", "step.outcome", "step.waits" (waits_for: the keys it waits for), "step.settled" when it is
    settled otherwise, "access.reason", "note.too_long", "track.ended"
    """
    step, why = _locked(step_id), note.strip()
    if step.outcome:
        return _settled_before(step, outcome)
    _check(step, outcome, why)
    step.outcome, step.note, step.by, step.done_at, step.entry_id = outcome, why, by, at, ledger.new_id()
    step.save()
    body = {"step": step.key, "outcome": outcome}
    ledger.enter("track.step", f"event:{step.event_id}", by=by, at=at, body=body, entry_id=step.entry_id)
    if not Step.objects.filter(event_id=step.event_id, track=step.track, outcome="").exists():
        work.finish_many([step.order_id], by=by, at=at)
    return step


@transaction.atomic
def untick(step_id: UUID, *, reason: str, by: str, at: datetime) -> Step:
    """Takes a step back, with the reason; a track that was finished or checked is open again.

    Refused: "step.unknown", "access.reason", "step.needed" (by: the keys of steps that were done upon it)
    """
    step, why = _locked(step_id), reason.strip()
    if not step.outcome:
        return step
    if not why:
        raise Refused("access.reason")
    if upon := [key for key in _settled(step.event_id) if step.key in waiting_for(key, ())]:
        raise Refused("step.needed", by=upon)
    step.outcome, step.note, step.by, step.done_at, step.entry_id = "", "", "", None, ledger.new_id()
    step.save()
    body = {"step": step.key, "reason": why}
    ledger.enter("track.step_back", f"event:{step.event_id}", by=by, at=at, body=body, entry_id=step.entry_id)
    if Order.objects.filter(id=step.order_id, state__in=[State.DONE, State.CLOSED]).exists():
        work.reopen(step.order_id, reason=why, by=by, at=at)
    return step


def verify_track(event_id: UUID, track: str, *, by: str, at: datetime) -> Order:
    """Closes a finished track; Refused("order.self_verified") for whoever settled a step of it."""
    if Step.objects.filter(event_id=event_id, track=track, by=by).exists():
        raise Refused("order.self_verified")
    return work.verify(order_id_of(event_id, Track(track)), by=by, at=at)


def _open_track(event: Event, track: Track, *, by: str, at: datetime) -> Order:
    clocks = [rule.clock for rule in steps_of(track) if rule.clock]
    since = {"notified": event.notified_at or event.detected_at, "opened": at}
    order = work.NewOrder(
        id=order_id_of(event.id, track),
        subject=f"event:{event.id}",
        area_code=event.area_code,
        party_id=event.party_id,
        detail={"event": event.number},
        finish_by=max(due(key, since[clock_on(key, timezone.localdate(at)).counted_from]) for key in clocks),
    )
    return work.open_order(order, kind=KIND_OF[track], by=by, at=at)


def _step(event: Event, rule: StepRule, since: dict[str, datetime], entry_id: UUID) -> Step:
    runs_from = since[clock_on(rule.clock, timezone.localdate(since["opened"])).counted_from] if rule.clock else None
    return Step(
        id=uuid5(TRACKS, f"{event.id} {rule.key}"),
        event=event,
        order_id=order_id_of(event.id, rule.track),
        track=rule.track,
        key=rule.key,
        due_at=due(rule.clock, runs_from) if runs_from else None,
        entry_id=entry_id,
    )


def _locked(step_id: UUID) -> Step:
    """The step, with all steps of its event locked: two ticks of one event follow one another."""
    event_id = Step.objects.filter(id=step_id).values_list("event_id", flat=True).first()
    if event_id is None:
        raise Refused("step.unknown")
    steps = Step.objects.select_for_update().filter(event_id=event_id).order_by("id")
    return next(step for step in steps if step.id == step_id)


def _settled(event_id: UUID) -> list[str]:
    return list(Step.objects.filter(event_id=event_id).exclude(outcome="").values_list("key", flat=True))


def _check(step: Step, outcome: str, note: str) -> None:
    if outcome not in Outcome.values:
        raise Refused("step.outcome", outcome=outcome)
    if outcome == Outcome.NOT_NEEDED and not note:
        raise Refused("access.reason")
    if len(note) > NOTE_CHARACTERS:
        raise Refused("note.too_long", most=NOTE_CHARACTERS)
    if outcome == Outcome.DONE and (waits := waiting_for(step.key, _settled(step.event_id))):
        raise Refused("step.waits", waits_for=[str(key) for key in waits])
    if Order.objects.filter(id=step.order_id, state__in=ENDED).exists():
        raise Refused("track.ended")


def _settled_before(step: Step, outcome: str) -> Step:
    if step.outcome != outcome:
        raise Refused("step.settled", outcome=step.outcome)
    return step
