"""Vehicles, stops and rounds: what `route` is given and gives back, and when a vehicle would be where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from yinghuo.engines.dispatch.reasons import Unserved
from yinghuo.engines.dispatch.teams import given
from yinghuo.engines.dispatch.ways import TENTHS, Ways, Whole

UNBOUNDED = 1_000_000_000  # boxes, people or litres that no vehicle fills


@dataclass(frozen=True)
class Vehicle:
    """A vehicle that starts at its place and comes back to it.

    lat, lon:  degrees; None: at the depot of the call
    capacity:  in the unit of the stops' demand; None: unbounded
    from_min, until_min: minutes after the plan begins when it can leave, and must be back; None: the horizon
    count:     so many of the same kind; always the true number
    """

    id: Any
    lat: float | None = None
    lon: float | None = None
    capacity: int | None = None
    skills: frozenset[str] = frozenset()
    from_min: float = 0.0
    until_min: float | None = None
    count: int = 1


@dataclass(frozen=True)
class Stop:
    """A place to visit once.

    demand:   what is loaded there, a whole number; skills: all of them must be with the vehicle
    from_min, until_min: between which the work there may begin; a vehicle that is early waits
    service_min: how long it takes; weight: what it counts for, above 0, when not all can be visited
    """

    id: Any
    lat: float
    lon: float
    demand: int = 0
    skills: frozenset[str] = frozenset()
    from_min: float = 0.0
    until_min: float | None = None
    service_min: float = 0.0
    weight: float = 1.0


@dataclass(frozen=True)
class Visit:
    """A stop of a round: minutes after the plan begins; `load` is on board when it leaves, `km` the way to get here."""

    stop: Any
    arrive_min: float
    begin_min: float
    leave_min: float
    load: int
    km: float


@dataclass(frozen=True)
class Run:
    """What one vehicle does. `number` counts vehicles of one kind from 0; `spare_min` is left until it must be back."""

    vehicle: Any
    number: int
    visits: tuple[Visit, ...]
    start_min: float
    end_min: float
    distance_km: float
    spare_min: float

    @property
    def stops(self) -> list[Any]:
        """The stops' ids in order."""
        return [one.stop for one in self.visits]


@dataclass(frozen=True)
class Plan:
    """Rounds, what is left out and why, and how it was found ("pyvrp" or "greedy")."""

    runs: tuple[Run, ...]
    unserved: tuple[Unserved, ...]
    distance_km: float
    method: str


Orders = list[list[int]]  # for each vehicle, the places in `stops` that it visits


@dataclass(frozen=True)
class Problem:
    """Vehicles one by one, stops, and whole tenths of kilometres and minutes between all their places.

    at:      for each vehicle, the row of its place; the stops' rows follow the vehicles' places
    latest:  the horizon in tenths of a minute
    allowed: for each vehicle, the stops whose skills it has
    """

    vehicles: list[Vehicle]
    numbers: list[int]
    stops: list[Stop]
    distance: Whole
    duration: Whole
    places: list[tuple[float, float]]
    at: list[int]
    latest: int
    allowed: list[frozenset[int]] = field(default_factory=list)

    def row(self, stop: int) -> int:
        """The row of a stop."""
        return len(self.places) + stop

    def window(self, one: Vehicle | Stop) -> tuple[int, int]:
        """From and until in whole tenths, the second not after the horizon."""
        until = self.latest if one.until_min is None else min(whole(one.until_min), self.latest)
        return whole(one.from_min), until


def whole(minutes: float) -> int:
    """Minutes as whole tenths."""
    return round(minutes * TENTHS)


def problem_of(
    vehicles: Sequence[Vehicle | Mapping[str, Any]],
    stops: Sequence[Stop | Mapping[str, Any]],
    ways: Ways,
    *,
    depot: tuple[float, float] | None,
    horizon_min: float,
) -> Problem:
    """The problem in whole numbers; ValueError for a vehicle without a place, or a demand or time below 0."""
    kinds, asked = given(Vehicle, vehicles), given(Stop, stops)
    _check(kinds, asked)
    placed = [_placed(one, depot) for one in kinds]
    places = sorted({(one.lat, one.lon) for one in placed if one.lat is not None and one.lon is not None})
    each = [(one, number) for one in placed for number in range(one.count)]
    lat, lon = [one[0] for one in places], [one[1] for one in places]
    distance, duration = ways.tenths([*lat, *(one.lat for one in asked)], [*lon, *(one.lon for one in asked)])
    return Problem(
        vehicles=[one for one, _ in each],
        numbers=[number for _, number in each],
        stops=asked,
        distance=distance,
        duration=duration,
        places=places,
        at=[places.index((one.lat or 0.0, one.lon or 0.0)) for one, _ in each],
        latest=whole(horizon_min),
        allowed=[
            frozenset(place for place, stop in enumerate(asked) if set(stop.skills) <= set(one.skills))
            for one, _ in each
        ],
    )


def _placed(one: Vehicle, depot: tuple[float, float] | None) -> Vehicle:
    if one.lat is not None and one.lon is not None:
        return one
    if depot is None:
        raise ValueError(f"vehicle {one.id} has no place, and there is no depot")
    return replace(one, lat=depot[0], lon=depot[1])


def _check(vehicles: Sequence[Vehicle], stops: Sequence[Stop]) -> None:
    if any(one.count < 0 or one.from_min < 0 for one in vehicles):
        raise ValueError("a vehicle's count or time is below 0")
    if any(one.demand < 0 or one.from_min < 0 or one.service_min < 0 or one.weight <= 0 for one in stops):
        raise ValueError("a stop's demand or time is below 0, or its weight not above 0")


def run_of(problem: Problem, vehicle: int, order: Sequence[int]) -> Run | None:
    """When the vehicle would be where; None when it may not, cannot carry it, or comes too late."""
    if not set(order) <= problem.allowed[vehicle]:
        return None
    timed = _timed(problem, vehicle, order)
    if timed is None:
        return None
    visits, start, end, back = timed
    one = problem.vehicles[vehicle]
    if visits and visits[-1].load > (UNBOUNDED if one.capacity is None else one.capacity):
        return None
    km = round(sum(visit.km for visit in visits) + back, 1)
    spare = (problem.window(one)[1] - end) / TENTHS
    return Run(one.id, problem.numbers[vehicle], tuple(visits), start / TENTHS, end / TENTHS, km, spare)


def _timed(problem: Problem, vehicle: int, order: Sequence[int]) -> tuple[list[Visit], int, int, float] | None:
    """Visits, start and end in tenths of a minute, kilometres back; None when too late."""
    home = problem.at[vehicle]
    start, latest = problem.window(problem.vehicles[vehicle])
    now, row, load, visits = start, home, 0, list[Visit]()
    for place in order:
        stop, there = problem.stops[place], problem.row(place)
        opens, closes = problem.window(stop)
        way = int(problem.duration[row, there])
        arrive = now + way
        if not visits:
            start = max(start, opens - way)
            arrive = start + way
        begin = max(arrive, opens)
        if begin > closes:
            return None
        now, load = begin + whole(stop.service_min), load + stop.demand
        km = int(problem.distance[row, there]) / TENTHS
        visits.append(Visit(stop.id, arrive / TENTHS, begin / TENTHS, now / TENTHS, load, km))
        row = there
    end = now + int(problem.duration[row, home])
    return None if end > latest else (visits, start, end, int(problem.distance[row, home]) / TENTHS)
