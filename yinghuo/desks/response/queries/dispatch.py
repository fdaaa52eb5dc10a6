"""Which team the desk proposes for each open order, and why; nothing is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from yinghuo.core.people.models import User
from yinghuo.core.work.models import Order, due
from yinghuo.core.work.queries import orders_of
from yinghuo.core.work.rules import State
from yinghuo.desks.response.models import Sending, Team, TeamState
from yinghuo.desks.response.queries.dispatch_places import Place, places_of
from yinghuo.desks.response.queries.teams import loads, teams_of
from yinghuo.desks.response.rules import dispatching as rules
from yinghuo.engines.dispatch import Assignment, Choice, Roads, Rules, Task, Unserved, assign
from yinghuo.engines.dispatch import Team as Sendable

UNPLACED = "unplaced"  # besides the engine's reasons: nobody knows where the order is
ROADS = Roads(rules.SPEED_KMH, rules.DETOUR)


@dataclass(frozen=True)
class Proposal:
    """A team for an order with its because; or none, with why.

    others:  the next best, the best first; delayed: the sending of the team that has the order and is late
    """

    order: Order
    place: Place | None
    team: Team | None = None
    choice: Choice | None = None
    others: tuple[tuple[Team, Choice], ...] = ()
    unserved: Unserved | None = None
    delayed: Sending | None = None


@dataclass(frozen=True)
class Proposals:
    """All proposals at a moment, in the order in which they are due."""

    at: datetime
    rows: list[Proposal]
    teams: int


def waiting(user: User) -> list[Order]:
    """Orders that a team could do and nobody has, and those whose team is delayed; what is due first."""
    late = Sending.objects.filter(ended_at__isnull=True, team__state=TeamState.DELAYED).values("order_id")
    found = orders_of(user).filter(kind__in=rules.NEEDED)
    found = found.filter(Q(state=State.OPEN) | Q(state=State.TAKEN, id__in=late))
    return list(found.order_by(due(), "id")[: rules.MOST_ORDERS])


def proposals_for(orders: Sequence[Order], teams: Iterable[Team], *, now: datetime) -> Proposals:
    """Teams for orders, all at once: the whole is weighed, not one after the other."""
    known = list(teams)
    by_id = {one.id: one for one in known}
    places = places_of(orders)
    late = _delayed(orders)
    tasks = [_task(order, places[order.id]) for order in orders if order.id in places]
    found = assign(_sendable(known, now), tasks, timezone.localtime(now), rules=_rules())
    return Proposals(now, [_proposal(order, places, found, by_id, late) for order in orders], len(known))


def proposals(user: User, *, now: datetime) -> Proposals:
    """For everything that waits in this user's area, with the teams of this user's area."""
    return proposals_for(waiting(user), teams_of(user), now=now)


def _rules() -> Rules:
    return Rules(
        roads=ROADS,
        reach_km=rules.REACH_KM,
        most_late_min=rules.LATE_STILL_MIN,
        fair_min_per_h=rules.FAIR_MIN_PER_H,
    )


def _delayed(orders: Sequence[Order]) -> dict[UUID, Sending]:
    """By order, the sending of a team that is delayed."""
    rows = Sending.objects.filter(order_id__in=[order.id for order in orders], ended_at__isnull=True)
    return {row.order_id: row for row in rows.filter(team__state=TeamState.DELAYED).select_related("team")}


def _sendable(teams: Sequence[Team], now: datetime) -> list[Sendable]:
    """Teams as the engine sees them. Those resting by order, and those delayed, are not proposed."""
    worked = loads([one.id for one in teams], now=now)
    return [
        Sendable(
            id=one.id,
            lat=one.lat,
            lon=one.lon,
            skills=frozenset(skill for skill, people in one.skills.items() if people),
            free_at=_free_at(one, now),
            shift_from=one.shift_from,
            shift_to=one.shift_to,
            load_h=worked[one.id].hours if one.id in worked else 0.0,
            members=one.members,
            reserve_min=rules.RESERVE_MIN if one.mobile else 0.0,
        )
        for one in teams
        if one.state not in (TeamState.RESTING, TeamState.DELAYED)
    ]


def _free_at(one: Team, now: datetime) -> datetime | None:
    if one.state == TeamState.READY:
        return None
    return max(one.free_at or now + rules.FREE_AFTER, now)


def _task(order: Order, place: Place) -> Task:
    return Task(
        id=order.id,
        lat=place.lat,
        lon=place.lon,
        skills=rules.NEEDED[order.kind],
        arrive_by=order.arrive_by or order.due_at,
        weight=rules.WEIGHTS.get(order.kind, 1.0),
    )


def _proposal(
    order: Order, places: dict[UUID, Place], found: Assignment, teams: dict[UUID, Team], late: dict[UUID, Sending]
) -> Proposal:
    place, delayed = places.get(order.id), late.get(order.id)
    if place is None:
        return Proposal(order, None, unserved=Unserved(order.id, UNPLACED), delayed=delayed)
    choice = found.by_task.get(order.id)
    if choice is None:
        why = next(one for one in found.unserved if one.task == order.id)
        return Proposal(order, place, unserved=why, delayed=delayed)
    others = tuple((teams[one.team], one) for one in choice.others)
    return Proposal(order, place, teams[choice.team], choice, others, delayed=delayed)
