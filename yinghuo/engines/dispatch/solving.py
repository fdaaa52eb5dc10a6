"""One search by PyVRP: the problem as it takes it, when it is over, what it found."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, Solution, VehicleType
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import IteratedLocalSearchParams
from pyvrp.solve import SolveParams, solve
from pyvrp.stop import MaxIterations, MaxRuntime, StoppingCriterion

from yinghuo.engines.dispatch.rounds import UNBOUNDED, Orders, Problem, whole
from yinghuo.engines.dispatch.ways import TENTHS

PARAMS = SolveParams(ils=IteratedLocalSearchParams(history_length=50))  # for seconds, not for hours

Step = Callable[[int, float | None], bool]


@dataclass(frozen=True)
class Search:
    """How long is searched.

    iterations: the same number gives the same routes on every machine, as long as `seconds` does not end it before;
                None: `seconds` alone
    seconds:    at most, of the search itself
    seed:       of its dice
    on_step:    called with the iterations so far and the best length in kilometres (None before there is one);
                answers whether to stop now
    """

    iterations: int | None = 2000
    seconds: float = 5.0
    seed: int = 1
    on_step: Step | None = None

    def share(self, share: float) -> "Search":
        """A part of it."""
        iterations = None if self.iterations is None else max(int(self.iterations * share), 1)
        return replace(self, iterations=iterations, seconds=self.seconds * share)


def solved(
    problem: Problem, how: Search, *, prize: int = 0, vehicles: list[int] | None = None, first_will_do: bool = False
) -> Orders | None:
    """The best that PyVRP finds, None when that is not allowed.

    prize: 0 when every stop must be made; vehicles: those that may be used, None for all
    """
    kinds = _kinds(problem, vehicles)
    over = _Over(how, first_will_do=first_will_do)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)  # fewer vehicles than it takes: an answer, not a fault
        found = solve(_data(problem, kinds, prize), over, seed=how.seed, collect_stats=False, params=PARAMS).best
    return _orders(problem, kinds, found) if found.is_feasible() else None


class _Over:
    """Whether the search is over."""

    def __init__(self, how: Search, *, first_will_do: bool) -> None:
        self._limits: list[StoppingCriterion] = [MaxRuntime(how.seconds)]
        if how.iterations is not None:
            self._limits.append(MaxIterations(how.iterations))
        self._first_will_do, self._on_step, self._steps = first_will_do, how.on_step, 0

    def __call__(self, best_cost: int) -> bool:
        possible = best_cost < np.iinfo(np.int64).max
        asked = self._on_step is not None and self._on_step(self._steps, best_cost / TENTHS if possible else None)
        self._steps += 1
        reached = [limit(best_cost) for limit in self._limits]
        return asked or any(reached) or (self._first_will_do and possible)


def _data(problem: Problem, kinds: list[list[int]], prize: int) -> ProblemData:
    """The problem as PyVRP takes it: one kind of vehicle for each place, size, hours and set of skills."""
    roads = list(dict.fromkeys(problem.allowed[each[0]] for each in kinds))
    points = [*problem.places, *((one.lat, one.lon) for one in problem.stops)]
    return ProblemData(
        locations=[Location(x=lon, y=lat) for lat, lon in points],
        clients=[_client(problem, place, prize) for place in range(len(problem.stops))],
        depots=[Depot(place) for place in range(len(problem.places))],
        vehicle_types=[_vehicle_type(problem, each, roads) for each in kinds],
        distance_matrices=[np.asarray(problem.distance) for _ in roads],  # type: ignore[misc]
        duration_matrices=[_closed(problem, allowed) for allowed in roads],
    )


def _kinds(problem: Problem, vehicles: list[int] | None) -> list[list[int]]:
    """Vehicles that are alike, together."""
    kinds: dict[tuple[object, ...], list[int]] = {}
    for vehicle in range(len(problem.vehicles)) if vehicles is None else vehicles:
        one = problem.vehicles[vehicle]
        key = (problem.at[vehicle], one.capacity, problem.window(one), problem.allowed[vehicle])
        kinds.setdefault(key, []).append(vehicle)
    return list(kinds.values())


def _vehicle_type(problem: Problem, each: list[int], roads: list[frozenset[int]]) -> VehicleType:
    one = problem.vehicles[each[0]]
    early, late = problem.window(one)
    home = problem.at[each[0]]
    return VehicleType(
        num_available=len(each),
        capacity=[UNBOUNDED if one.capacity is None else one.capacity],
        start_depot=home,
        end_depot=home,
        tw_early=early,
        tw_late=max(late, early),
        profile=roads.index(problem.allowed[each[0]]),
    )


def _client(problem: Problem, place: int, prize: int) -> Client:
    stop = problem.stops[place]
    early, late = problem.window(stop)
    return Client(
        problem.row(place),
        pickup=[stop.demand],
        service_duration=whole(stop.service_min),
        tw_early=early,
        tw_late=late,
        required=not prize,
        prize=round(prize * stop.weight),
    )


def _closed(problem: Problem, allowed: frozenset[int]) -> Any:
    """Durations where the way to a stop that is not allowed takes longer than the whole plan."""
    duration = problem.duration.copy()
    for place in range(len(problem.stops)):
        if place not in allowed:
            duration[:, problem.row(place)] = problem.latest + 1
            duration[problem.row(place), problem.row(place)] = 0
    return duration


def _orders(problem: Problem, kinds: list[list[int]], best: Solution) -> Orders:
    """PyVRP's routes, dealt to the vehicles of their kind in order."""
    left = [list(each) for each in kinds]
    orders: Orders = [[] for _ in problem.vehicles]
    for one in best.routes():
        orders[left[one.vehicle_type()].pop(0)] = [visit.idx for visit in one.schedule() if visit.is_client()]
    return orders
