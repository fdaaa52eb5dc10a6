"""Waves: rounds of several stops for teams, planned over what is open of one kind; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.core.work.models import Order, due
from yinghuo.core.work.queries import orders_of
from yinghuo.core.work.rules import State
from yinghuo.desks.response.models import Team, TeamState, Wave
from yinghuo.desks.response.queries.dispatch import ROADS, UNPLACED
from yinghuo.desks.response.queries.dispatch_places import Place, places_of
from yinghuo.desks.response.queries.teams import teams_of
from yinghuo.desks.response.rules.dispatching import WAVES, WaveRule
from yinghuo.engines.dispatch import Plan, Run, Stop, Vehicle, Visit, route
from yinghuo.engines.dispatch.ways import km_between

MOST_STOPS = 200
ITERATIONS, SECONDS = 1_500, 2.5  # of the search, within a request; iterations end it first on all but the largest


@dataclass(frozen=True)
class Asked:
    """What a wave is asked for: the kind of order, how many teams at most, all back within so many hours."""

    kind: str
    teams: int = 4
    hours: int = 6


def open_of(user: User, kind: str) -> list[Order]:
    """Open orders of a kind in the user's area, what is due first."""
    found = orders_of(user).filter(kind=kind, state=State.OPEN)
    return list(found.order_by(due(), "id")[:MOST_STOPS])


def counts(user: User) -> dict[str, int]:
    """How many orders are open, by each kind that goes in waves."""
    kinds = orders_of(user).filter(kind__in=WAVES, state=State.OPEN).values_list("kind", flat=True)
    found = dict.fromkeys(WAVES, 0)
    for kind in kinds[: 10 * MOST_STOPS]:
        found[kind] += 1
    return found


def waves_of(user: User, *, limit: int = 30) -> list[Wave]:
    """Waves that were planned in the user's area, the latest first."""
    return list(scope(user, Wave.objects.all()).order_by("-made_at")[:limit])


def planned(user: User, asked: Asked, *, now: datetime) -> dict[str, Any]:
    """The plan as it is kept: rounds with their stops and times, and what is left out with why."""
    rule, orders = WAVES[asked.kind], open_of(user, asked.kind)
    places = places_of(orders)
    placed = [order for order in orders if order.id in places]
    teams = _nearest(_ready(user, rule, now), [places[order.id] for order in placed], asked.teams)
    plan = route(
        [_vehicle(one, rule) for one in teams],
        [_stop(order, places[order.id], rule, now) for order in placed],
        ways=ROADS,
        horizon_min=asked.hours * 60.0,
        iterations=ITERATIONS,
        seconds=SECONDS,
    )
    left = [{"order": str(order.id), "why": UNPLACED, "facts": {}} for order in orders if order.id not in places]
    return _kept(plan, {one.id: one for one in teams}, now) | {"left": [*_left(plan), *left], "hours": asked.hours}


def orders_in(plan: Mapping[str, Any]) -> dict[str, Order]:
    """The orders of a plan, by id as text."""
    ids = [stop["order"] for run in plan["runs"] for stop in run["stops"]] + [one["order"] for one in plan["left"]]
    return {str(order.id): order for order in Order.objects.filter(id__in=ids)}


def _ready(user: User, rule: WaveRule, now: datetime) -> list[Team]:
    found = teams_of(user).filter(state=TeamState.READY, vehicles__gt=0, skills__has_key=rule.skill)
    hour = timezone.localtime(now).time()
    return [one for one in found if _on_shift(one, hour)]


def _on_shift(one: Team, hour: Any) -> bool:
    begins, ends = one.shift_from, one.shift_to
    if begins == ends:
        return True
    return begins <= hour < ends if begins < ends else hour >= begins or hour < ends


def _nearest(teams: Sequence[Team], places: Sequence[Place], most: int) -> list[Team]:
    """Those with the least mean distance from the stops; the reserve last."""
    if not teams or not places:
        return []
    columns = [np.array(each) for each in zip(*((one.lat, one.lon) for one in teams), strict=True)]
    stops = [np.array(each) for each in zip(*((one.lat, one.lon) for one in places), strict=True)]
    mean = km_between(columns[0], columns[1], stops[0], stops[1]).mean(axis=1)
    order = sorted(range(len(teams)), key=lambda place: (teams[place].mobile, float(mean[place])))
    return [teams[place] for place in order[:most]]


def _vehicle(one: Team, rule: WaveRule) -> Vehicle:
    return Vehicle(one.id, one.lat, one.lon, capacity=rule.carries)


def _stop(order: Order, place: Place, rule: WaveRule, now: datetime) -> Stop:
    """A stop may be made until its clock runs out; one whose clock has run out, at any time."""
    clock = order.finish_by or order.due_at
    until = (clock - now).total_seconds() / 60 if clock else None
    return Stop(
        order.id,
        place.lat,
        place.lon,
        demand=rule.demand,
        until_min=until if until is not None and until > 0 else None,
        service_min=rule.service_min,
    )


def _kept(plan: Plan, teams: Mapping[UUID, Team], now: datetime) -> dict[str, Any]:
    runs = [_run(run, teams[run.vehicle], now) for run in plan.runs]
    return {"runs": runs, "km": plan.distance_km, "method": plan.method, "from": now.isoformat()}


def _run(run: Run, one: Team, now: datetime) -> dict[str, Any]:
    return {
        "team": one.code,
        "start_at": _at(now, run.start_min),
        "end_at": _at(now, run.end_min),
        "km": run.distance_km,
        "stops": [_visit(visit, now) for visit in run.visits],
    }


def _visit(visit: Visit, now: datetime) -> dict[str, Any]:
    told = {"arrive_at": _at(now, visit.arrive_min), "leave_at": _at(now, visit.leave_min)}
    return {"order": str(visit.stop), "km": visit.km, "load": visit.load} | told


def _left(plan: Plan) -> list[dict[str, Any]]:
    return [{"order": str(one.id), "why": one.why, "facts": one.facts} for one in plan.unserved]


def _at(now: datetime, minutes: float) -> str:
    return (now + timedelta(minutes=minutes)).isoformat(timespec="seconds")
