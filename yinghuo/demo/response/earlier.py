"""The scenario before the plant's event: positives of the campaigns, taken up, judged, handled and ended in their time.

Without this step they would all come up on the morning on which the console opens.
"""

from datetime import datetime, timedelta

from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.demo.response.scene import Scene
from yinghuo.demo.world import BY
from yinghuo.desks.response.actions import tracks
from yinghuo.desks.response.actions.cases import close_event, judge_case, open_event
from yinghuo.desks.response.actions.reports_laboratory import take_up
from yinghuo.desks.response.jobs.case_drafts import BY as DRAFTS
from yinghuo.desks.response.models import Event, EventState, Step
from yinghuo.desks.response.queries.reports import WAITING
from yinghuo.desks.response.rules.cases import CHECK, DRAFT_ORDER
from yinghuo.desks.response.rules.tracks import Track, in_order

BEFORE = timedelta(days=4)  # of the opening of the console: what came later is of the plant, or still to be looked at
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUIET = timedelta(days=14)  # after its last case an event of the scenario ends
CREW, CENTRE = "system:demo.team", "system:demo.centre"
REASON = "单采复核阳性，无症状，已集中隔离（虚构）"


def play(scene: Scene) -> None:
    """Takes up the drafts of earlier days and carries their events to the end; a second time changes nothing."""
    until = scene.now - BEFORE
    waiting = Order.objects.filter(kind=DRAFT_ORDER, state__in=WAITING, opened_at__lt=until)
    for order in waiting.order_by("opened_at", "id"):
        take_up(order.id, by=DRAFTS, at=order.opened_at + MINUTE)
    under_way = Event.objects.filter(state__in=[EventState.DRAFT, EventState.OPEN], merged_into=None)
    for event in under_way.filter(detected_at__lt=until):
        _judged(event)
        _handled(event)
        _ended(event, scene.now)


def _judged(event: Event) -> None:
    for case in event.cases.filter(merged_into=None, judgements=None):
        at = case.reported_at + 25 * MINUTE
        _checked(f"case:{case.id}", at)
        judge_case(case.id, held_as="asymptomatic", reason=REASON, by=BY, at=at, in_isolation=True)


def _checked(subject: str, at: datetime) -> None:
    """Somebody looked at what was reported, and somebody else at that."""
    for order in Order.objects.filter(subject=subject, kind=CHECK.key, state=State.OPEN):
        work.take(order.id, by=CREW, at=at - 15 * MINUTE)
        work.finish(order.id, by=CREW, at=at)
        work.verify(order.id, by=CENTRE, at=at + HOUR)


def _handled(event: Event) -> None:
    """Its four tracks, one step after the other; an event without a case is ended by closing it."""
    _checked(f"event:{event.id}", event.detected_at + 20 * MINUTE)
    if not event.cases.exists():
        return
    began = event.detected_at + 30 * MINUTE
    open_event(event.id, by=BY, at=began)
    for track in Track:
        work.take(tracks.order_id_of(event.id, track), by=CREW, at=began + 10 * MINUTE)
    steps = {step.key: step.id for step in Step.objects.filter(event=event)}
    for number, key in enumerate(in_order(steps), start=1):
        tracks.tick(steps[key], by=CREW, at=began + number * HOUR / 8)
    for track in Track:
        tracks.verify_track(event.id, track, by=CENTRE, at=began + 12 * HOUR)


def _ended(event: Event, now: datetime) -> None:
    last = max((case.reported_at for case in event.cases.all()), default=event.detected_at)
    if last + QUIET > now:
        return
    try:
        close_event(event.id, by=BY, at=last + QUIET)
    except Refused:  # something of it is not done yet, as it may be; the console shows what
        return
