"""Rounds of several stops: a vehicle routing problem with time windows, capacities and skills, searched by PyVRP."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from yinghuo.engines.dispatch.insertion import in_time, insert
from yinghuo.engines.dispatch.reasons import Unserved
from yinghuo.engines.dispatch.rounds import UNBOUNDED, Orders, Plan, Problem, Stop, Vehicle, problem_of, run_of, whole
from yinghuo.engines.dispatch.solving import Search, solved
from yinghuo.engines.dispatch.ways import TENTHS, Roads, Ways

PROBE_SHARE = 0.2  # of the search, to find out whether every stop can be made
FLEET_SHARE = 0.12  # of the search, for each size of the fleet that is tried
MOST_FLEETS = 3
RESTARTS = 2
PRIZES = (20, 3)  # what a stop counts for, in longest ways; the second when the first finds nothing that is allowed


def route(
    vehicles: Sequence[Vehicle | Mapping[str, Any]],
    stops: Sequence[Stop | Mapping[str, Any]],
    *,
    ways: Ways | None = None,
    depot: tuple[float, float] | None = None,
    horizon_min: float = 24 * 60.0,
    search: Search | None = None,
    **given_search: Any,
) -> Plan:
    """Which vehicle visits which stops in which order: as many as can be made, on the least way.

    Skills are kept by giving vehicles with other skills other roads; PyVRP knows vehicles by their true number. What
    comes out is checked against the windows, capacities and skills again; it is never worse than cheapest insertion.

    depot:        (lat, lon) of vehicles that have no place of their own
    given_search: single settings of `Search` by name: route(vehicles, stops, seconds=2, seed=7)

    >>> plan = route([Vehicle("car", 43.88, 125.32)], [Stop("a", 43.9, 125.3), Stop("b", 43.95, 125.2)])
    >>> sorted(plan.runs[0].stops), plan.unserved, plan.distance_km
    (['a', 'b'], (), 35.0)
    """
    how = replace(search or Search(), **given_search)
    problem = problem_of(vehicles, stops, ways or Roads(), depot=depot, horizon_min=horizon_min)
    never = {place: why for place in range(len(problem.stops)) if (why := _never(problem, place)) is not None}
    possible = [place for place in range(len(problem.stops)) if place not in never]
    part = _without(problem, possible)
    found, method = _best(part, how)
    runs = [run for vehicle, order in enumerate(found) if order and (run := run_of(part, vehicle, order))]
    made = {stop for run in runs for stop in run.stops}
    left = [
        never.get(place) or Unserved(one.id, "no_room") for place, one in enumerate(problem.stops) if one.id not in made
    ]
    return Plan(tuple(runs), tuple(left), round(sum(run.distance_km for run in runs), 1), method)


def _best(problem: Problem, how: Search) -> tuple[Orders, str]:
    """The better of insertion and search: more weight first, then less way."""
    greedy = insert(problem)
    if not problem.stops or not problem.vehicles:
        return greedy, "greedy"
    found = _searched(problem, how, all_made=sum(map(len, greedy)) == len(problem.stops))
    if found is None or _worth(problem, found) < _worth(problem, greedy):
        return greedy, "greedy"
    return found, "pyvrp"


def _worth(problem: Problem, orders: Orders) -> tuple[float, float]:
    """Weight made, and the way saved; an order that is not allowed makes it worth nothing."""
    runs = [run_of(problem, vehicle, order) for vehicle, order in enumerate(orders) if order]
    if any(run is None for run in runs):
        return -1.0, 0.0
    weight = sum(problem.stops[place].weight for order in orders for place in order)
    return weight, -sum(run.distance_km for run in runs if run)


def _searched(problem: Problem, how: Search, *, all_made: bool) -> Orders | None:
    """Orders by PyVRP, None when it finds none that are allowed; `all_made`: every stop is known to be possible."""
    if all_made:
        return _with_fewer(problem, how)
    probe = solved(problem, how.share(PROBE_SHARE), first_will_do=True)
    rest = how.share(1 - PROBE_SHARE)
    return _with_prizes(problem, rest) if probe is None else _with_fewer(problem, rest)


def _with_fewer(problem: Problem, how: Search) -> Orders | None:
    """Searches with all vehicles, then with ever fewer, then long with as many as gave the least way.

    Vehicles that stand idle keep the search from the best routes: with 10 too many it stays 1 % above (measured).
    """
    part = how.share(FLEET_SHARE)
    best, sizes = solved(problem, part), 1
    while best is not None and sizes < MOST_FLEETS and (fewer := _one_fewer(best)):
        found, sizes = solved(problem, part, vehicles=fewer), sizes + 1
        if found is None or not _shorter(problem, found, best):
            break
        best = found
    used = None if best is None else [vehicle for vehicle, order in enumerate(best) if order]
    rest = how.share((1 - sizes * FLEET_SHARE) / RESTARTS)
    lasts = [solved(problem, replace(rest, seed=how.seed + count), vehicles=used) for count in range(RESTARTS)]
    known = [one for one in (best, *lasts) if one is not None]
    return max(known, key=lambda one: _worth(problem, one), default=None)


def _one_fewer(orders: Orders) -> list[int]:
    """The vehicles in use without the one that has the fewest stops."""
    used = sorted((vehicle for vehicle, order in enumerate(orders) if order), key=lambda vehicle: len(orders[vehicle]))
    return sorted(used[1:])


def _shorter(problem: Problem, one: Orders, other: Orders) -> bool:
    return _worth(problem, one) > _worth(problem, other)


def _with_prizes(problem: Problem, how: Search) -> Orders | None:
    """Orders that leave out what cannot be made beside the rest."""
    longest = int(problem.distance.max(initial=1))
    for prize in PRIZES:
        best = solved(problem, how.share(1 / len(PRIZES)), prize=max(prize * longest, 1))
        if best is not None:
            return best
    return None


def _without(problem: Problem, possible: list[int]) -> Problem:
    """The problem with the possible stops alone."""
    if len(possible) == len(problem.stops):
        return problem
    rows = [*range(len(problem.places)), *(problem.row(place) for place in possible)]
    number = {place: count for count, place in enumerate(possible)}
    return replace(
        problem,
        stops=[problem.stops[place] for place in possible],
        distance=problem.distance[np.ix_(rows, rows)],
        duration=problem.duration[np.ix_(rows, rows)],
        allowed=[frozenset(number[place] for place in one if place in number) for one in problem.allowed],
    )


def _never(problem: Problem, place: int) -> Unserved | None:
    """Why no vehicle could make the stop even if it did nothing else; None when one could."""
    stop = problem.stops[place]
    skilled = [vehicle for vehicle, allowed in enumerate(problem.allowed) if place in allowed]
    if not skilled:
        return Unserved(stop.id, "no_skill", {"skills": sorted(stop.skills)})
    most = max(UNBOUNDED if (own := problem.vehicles[one].capacity) is None else own for one in skilled)
    if most < stop.demand:
        return Unserved(stop.id, "too_large", {"demand": stop.demand, "most": most})
    large = [one for one in skilled if stop.demand <= _capacity(problem.vehicles[one])]
    if not any(in_time(problem, vehicle, [place]) for vehicle in large):
        return Unserved(stop.id, "too_late", {"late_min": _late_min(problem, large, place)})
    return None


def _capacity(one: Vehicle) -> int:
    return UNBOUNDED if one.capacity is None else one.capacity


def _late_min(problem: Problem, vehicles: list[int], place: int) -> float:
    """Minutes by which the best of the vehicles misses the stop's end, or its own."""
    stop = problem.stops[place]
    opens, closes = problem.window(stop)
    late = []
    for vehicle in vehicles:
        leaves, back = problem.window(problem.vehicles[vehicle])
        way = int(problem.duration[problem.at[vehicle], problem.row(place)])
        begin = max(leaves + way, opens)
        late.append(max(begin - closes, begin + whole(stop.service_min) + way - back))
    return min(late) / TENTHS
