"""Rounds of teams over places that must be reached by a time: a vehicle routing problem with time windows (PyVRP)."""

from collections.abc import Sequence
from math import asin, cos, hypot, radians, sin, sqrt
from typing import NamedTuple

from pyvrp import Model
from pyvrp.stop import MaxIterations

EARTH_M = 6_371_000
DETOUR = 1.3  # ways in a town are so much longer than the straight line; this project's assumption
SPEED_M_PER_S = 20 / 3.6  # door to door in a town, with parking; this project's assumption
ITERATIONS = 400


class Place(NamedTuple):
    """A place to visit: where it is (degrees), seconds of work there, seconds from now until it must be begun."""

    lat: float
    lon: float
    work_s: int
    due_s: int


class Stop(NamedTuple):
    """A stop of a round: which place, when it is reached (seconds from now), whether that is too late."""

    place: int
    reached_s: int
    late: bool


def rounds(places: Sequence[Place], *, start: tuple[float, float], teams: int, seed: int = 0) -> list[list[Stop]]:
    """The stops of each team, all from and to `start`: as little time as possible, what is due first not late.

    teams: how many there are, at least 1 (ValueError); who is not needed gets an empty round
    returns: one list a team; every place in exactly one of them, also where it cannot be reached in time

    >>> places = [Place(43.90, 125.30, 600, 7200), Place(43.91, 125.30, 600, 1500)]
    >>> [stop.place for stop in rounds(places, start=(43.89, 125.30), teams=1)[0]]
    [1, 0]
    """
    if teams < 1:
        raise ValueError("a round needs a team")
    if not places:
        return [[] for _ in range(teams)]
    where = [start, *((place.lat, place.lon) for place in places)]
    ways_s = [[travel_s(one, other) for other in where] for one in where]
    best = _model(places, ways_s, teams).solve(MaxIterations(ITERATIONS), seed=seed, display=False).best
    orders = [[visit.idx for visit in route.schedule() if visit.is_client()] for route in best.routes()]
    return [_walked(order, places, ways_s) for order in orders] + [[] for _ in range(teams - len(orders))]


def travel_s(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Seconds from one point to another, by the great circle, a detour and a speed.

    >>> travel_s((43.88, 125.32), (43.88, 125.32)), travel_s((43.88, 125.32), (43.89, 125.32))
    (0, 260)
    """
    (lat, lon), (lat2, lon2) = ([radians(degrees) for degrees in point] for point in (one, other))
    half = hypot(sin((lat2 - lat) / 2), sqrt(cos(lat) * cos(lat2)) * sin((lon2 - lon) / 2))
    return round(2 * EARTH_M * asin(min(1.0, half)) * DETOUR / SPEED_M_PER_S)


def _model(places: Sequence[Place], ways_s: list[list[int]], teams: int) -> Model:
    model = Model()
    points = [model.add_location(0, 0) for _ in ways_s]
    depot = model.add_depot(points[0])
    for number, place in enumerate(places, start=1):
        reachable_s = max(place.due_s, ways_s[0][number])  # what is late already is not made later
        model.add_client(points[number], service_duration=place.work_s, tw_late=reachable_s)
    model.add_vehicle_type(teams, start_depot=depot, end_depot=depot, unit_distance_cost=0, unit_duration_cost=1)
    for here, one in enumerate(points):
        for there, other in enumerate(points):
            model.add_edge(one, other, ways_s[here][there], ways_s[here][there])
    return model


def _walked(order: Sequence[int], places: Sequence[Place], ways_s: list[list[int]]) -> list[Stop]:
    """The stops of one round with the times at which they are reached when nobody waits."""
    stops, here, clock_s = [], 0, 0
    for index in order:
        clock_s += ways_s[here][index + 1]
        stops.append(Stop(index, clock_s, clock_s > places[index].due_s))
        here, clock_s = index + 1, clock_s + places[index].work_s
    return stops
