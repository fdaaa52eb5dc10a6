"""The board: four tracks of an event side by side, what waits for what, who has it, who is late."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yinghuo.console.who import names_of
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import ACTIVE
from yinghuo.desks.response.models import Event, EventState, Stay, Step, Team
from yinghuo.desks.response.rules.track_kinds import ASSAY, NEED, PLACE, RIDE
from yinghuo.desks.response.rules.tracks import BY_KEY, KIND_OF, StepKey, Track, steps_of, waiting_for

UNDER_WAY = (EventState.OPEN, EventState.CONTAINED)
MOST_EVENTS = 50


class StepRow(NamedTuple):
    """A step as the board shows it; waits_for: names of the steps it waits for."""

    step: Step
    name: object
    waits_for: list[object]
    late: bool


class Beside(NamedTuple):
    """Orders beside a track's own: rides, places, needs, assays; how many are not done, how many of them late."""

    kind: str
    waiting: int
    late: int
    total: int


class TrackColumn(NamedTuple):
    """A track as the board shows it; who: the crew in words, "" for nobody."""

    track: Track
    order: Order
    steps: list[StepRow]
    who: str
    beside: list[Beside]

    @property
    def done(self) -> int:
        """Steps that are settled."""
        return sum(bool(row.step.outcome) for row in self.steps)

    @property
    def late(self) -> int:
        """Steps whose clock has run out."""
        return sum(row.late for row in self.steps)


BESIDE = {Track.TRACING: (), Track.TRANSFER: (RIDE,), Track.ISOLATION: (NEED, ASSAY), Track.DISINFECTION: (PLACE,)}


def event_of(user: User, number: str) -> Event | None:
    """The event with this number, if it exists for this user."""
    return scope(user, Event.objects.filter(number=number)).first()


def columns(event: Event, *, now: datetime) -> list[TrackColumn]:
    """The four tracks of one event; none before its tracks are opened."""
    return boards([event], now=now).get(event.id, [])


def boards(events: Sequence[Event], *, now: datetime) -> dict[UUID, list[TrackColumn]]:
    """The four tracks of each event, in a fixed number of queries."""
    ids = [event.id for event in events]
    steps: dict[UUID, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(event_id__in=ids).select_related("event"):
        steps[step.event_id].append(step)
    kinds = KIND_OF.values()
    subjects = {f"event:{event_id}": event_id for event_id in ids}
    orders = Order.objects.filter(subject__in=subjects, kind__in=kinds)
    found = {(subjects[order.subject], order.kind): order for order in orders}
    who, beside = _crews(order.crew for order in found.values()), _beside(ids, now)
    return {
        event_id: [
            TrackColumn(
                track,
                order,
                _rows(track, steps[event_id], now),
                who.get(order.crew, order.crew),
                [one for one in beside[event_id] if one.kind in BESIDE[track]],
            )
            for track in Track
            if (order := found.get((event_id, KIND_OF[track])))
        ]
        for event_id in ids
        if steps[event_id]
    }


def events_under_way(user: User) -> QuerySet[Event]:
    """The open events of the user's area, the newest first."""
    return scope(user, Event.objects.filter(state__in=UNDER_WAY)).order_by("-detected_at", "id")[:MOST_EVENTS]


def _crews(labels: Iterable[str]) -> dict[str, str]:
    """Who has an order, by ledger label; a team of this desk by its name."""
    known = set(filter(None, labels))
    teams = Team.objects.filter(code__in=[label[5:] for label in known if label.startswith("team:")])
    return names_of(known) | {team.label: team.name for team in teams}


def _rows(track: Track, steps: Iterable[Step], now: datetime) -> list[StepRow]:
    by_key = {step.key: step for step in steps}
    settled = {key for key, step in by_key.items() if step.outcome}
    return [
        StepRow(
            step,
            rule.name,
            [] if step.outcome else [BY_KEY[StepKey(key)].name for key in waiting_for(rule.key, settled)],
            late=not step.outcome and step.due_at is not None and step.due_at < now,
        )
        for rule in steps_of(track)
        if (step := by_key.get(str(rule.key)))
    ]


def _beside(ids: Sequence[UUID], now: datetime) -> dict[UUID, list[Beside]]:
    """Rides and places carry the event as subject, needs and assays a stay of it."""
    stays = dict(Stay.objects.filter(event_id__in=ids).values_list("id", "event_id"))
    subjects = {f"event:{event_id}": event_id for event_id in ids}
    subjects |= {f"stay:{stay_id}": event_id for stay_id, event_id in stays.items()}
    orders = Order.objects.filter(subject__in=subjects, kind__in=[RIDE, PLACE, NEED, ASSAY])
    not_done = Q(state__in=ACTIVE) & ~Q(state="done")
    counts: dict[tuple[UUID, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in orders.values("subject", "kind").annotate(
        waiting=Count("id", filter=not_done), late=Count("id", filter=not_done & Q(due_at__lt=now)), total=Count("id")
    ):
        sums = counts[subjects[row["subject"]], row["kind"]]
        for place, count in enumerate((row["waiting"], row["late"], row["total"])):
            sums[place] += count
    beside: dict[UUID, list[Beside]] = defaultdict(list)
    for (event_id, kind), sums in counts.items():
        beside[event_id].append(Beside(kind, *sums))
    return beside
