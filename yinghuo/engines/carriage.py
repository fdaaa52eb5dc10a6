"""Carriage: which boxes go to which laboratory, by its capacity and the way there, and which vehicle fetches them when.

The split is a minimum-cost flow of tubes, exact; the routes are a vehicle routing problem with several depots, several
trips and time windows, solved by PyVRP (hybrid search, good rather than proven best). Nothing here reads a clock.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from pyvrp import Model, Solution
from pyvrp.stop import MaxIterations

from yinghuo.engines.flow import transport

EARTH_KM = 6371.0088
PRIZES = (0, 1_000_000, 100_000, 10_000)  # what an unfetched stop counts for, in minutes; 0: every stop must be made
MOST_TRIPS = 12


@dataclass(frozen=True)
class Place:
    """A point on earth, degrees."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Pickup:
    """Boxes that wait at a site: `ready_min` minutes after the plan begins."""

    id: str
    place: Place
    boxes: int
    tubes: int
    ready_min: int = 0


@dataclass(frozen=True)
class Laboratory:
    """A laboratory: tubes that it can take in the hours of the plan."""

    id: str
    place: Place
    capacity_tubes: int


@dataclass(frozen=True)
class Vehicle:
    """A vehicle of a laboratory, and the boxes it carries at once."""

    id: str
    laboratory: str
    boxes: int


@dataclass(frozen=True)
class Load:
    """Boxes of a site for a laboratory."""

    pickup: str
    laboratory: str
    boxes: int
    tubes: int


@dataclass(frozen=True)
class Stop:
    """A stop: when the vehicle arrives and leaves, minutes after the plan begins; `pickup` is "" at the laboratory.

    trip: 0 for the first; boxes: taken in here
    """

    pickup: str
    arrive_min: int
    leave_min: int
    boxes: int
    trip: int


@dataclass(frozen=True)
class Run:
    """What one vehicle does: from its laboratory over its stops back to it, once or several times."""

    vehicle: str
    laboratory: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Rules:
    """What a plan reckons with.

    speed_kmh, detour: mean speed on roads; length of the road by that of the straight line
    service_min: at a site; horizon_min: when all vehicles are back; iterations: of the search, the more the better
    """

    speed_kmh: float = 40.0
    detour: float = 1.4
    service_min: int = 10
    horizon_min: int = 8 * 60
    iterations: int = 400

    def way_min(self, a: Place, b: Place) -> int:
        """Minutes on the road, rounded up."""
        return math.ceil(km(a, b) * self.detour / self.speed_kmh * 60)


def km(a: Place, b: Place) -> float:
    """Length of the great circle between two points (haversine formula).

    >>> round(km(Place(43.88, 125.32), Place(43.84, 126.55)), 1)
    98.7
    """
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    chord = math.sin(half[0]) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half[1]) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(chord))


def split(pickups: Sequence[Pickup], laboratories: Sequence[Laboratory], rules: Rules) -> list[Load]:
    """Whole boxes to laboratories: the least way for all tubes, none over its capacity where that is possible.

    The flow of tubes is exact; a site whose tubes flow to several laboratories is cut between its boxes, so that a
    laboratory may be over its share by less than one box a site that is cut. ValueError without a laboratory.
    """
    if not laboratories:
        raise ValueError("no laboratory")
    ways = [[rules.way_min(one.place, other.place) for other in laboratories] for one in pickups]
    flows = transport([one.tubes for one in pickups], [one.capacity_tubes for one in laboratories], ways)
    loads = []
    for pickup, row in zip(pickups, flows, strict=True):
        loads += [
            Load(pickup.id, laboratories[place].id, boxes, tubes) for place, boxes, tubes in _whole_boxes(pickup, row)
        ]
    return loads


def _whole_boxes(pickup: Pickup, row: Sequence[int]) -> list[tuple[int, int, int]]:
    """Laboratory, boxes and tubes: boxes dealt by largest remainder, tubes in proportion."""
    total = sum(row) or 1
    exact = [pickup.boxes * tubes / total for tubes in row]
    boxes = [int(share) for share in exact]
    by_rest = sorted(range(len(row)), key=lambda place: (boxes[place] - exact[place], place))
    for place in by_rest[: pickup.boxes - sum(boxes)]:
        boxes[place] += 1
    dealt, left_boxes, left_tubes = [], pickup.boxes, pickup.tubes
    for place, count in enumerate(boxes):
        if count:
            tubes = round(left_tubes * count / left_boxes)
            dealt.append((place, count, tubes))
            left_boxes, left_tubes = left_boxes - count, left_tubes - tubes
    return dealt


def routes(
    loads: Sequence[Load],
    *,
    pickups: Mapping[str, Pickup],
    laboratories: Mapping[str, Laboratory],
    vehicles: Sequence[Vehicle],
    rules: Rules,
) -> tuple[list[Run], list[Load]]:
    """What each vehicle does, and the loads that no vehicle can fetch within the horizon.

    A vehicle serves its own laboratory alone, in as many trips as it takes; loads larger than the smallest vehicle of a
    laboratory are fetched in parts. The same input gives the same routes.
    """
    runs: list[Run] = []
    left: list[Load] = []
    for laboratory in laboratories.values():
        own = [one for one in vehicles if one.laboratory == laboratory.id]
        mine = [load for load in loads if load.laboratory == laboratory.id]
        if not mine:
            continue
        if not own:
            left += mine
            continue
        made, unfetched = _of_one(_parts(mine, min(one.boxes for one in own)), laboratory, pickups, own, rules)
        runs, left = runs + made, left + unfetched
    return runs, left


def _parts(loads: Sequence[Load], most: int) -> list[Load]:
    parts = []
    for load in loads:
        boxes, tubes = load.boxes, load.tubes
        while boxes:
            taken = min(boxes, most)
            share = round(tubes * taken / boxes)
            parts.append(Load(load.pickup, load.laboratory, taken, share))
            boxes, tubes = boxes - taken, tubes - share
    return parts


def _of_one(
    parts: Sequence[Load],
    laboratory: Laboratory,
    pickups: Mapping[str, Pickup],
    vehicles: Sequence[Vehicle],
    rules: Rules,
) -> tuple[list[Run], list[Load]]:
    """The routes of one laboratory's vehicles."""
    tried = [_solved(parts, laboratory, pickups, vehicles, (rules, PRIZES[0]))]
    if not tried[0].is_feasible():
        tried = [_solved(parts, laboratory, pickups, vehicles, (rules, prize)) for prize in PRIZES[1:]]
    possible = [one for one in tried if one.is_feasible()]
    if not possible:
        return [], list(parts)
    best = min(possible, key=lambda one: len(one.unplanned()))
    runs = [_run(route, parts, laboratory.id, vehicles) for route in best.routes()]
    return runs, [parts[one.idx] for one in best.unplanned()]


def _solved(
    parts: Sequence[Load],
    laboratory: Laboratory,
    pickups: Mapping[str, Pickup],
    vehicles: Sequence[Vehicle],
    how: tuple[Rules, int],
) -> Solution:
    """The best routes found; `how` are the rules, and the prize of a stop, 0 for stops that must all be made."""
    rules, prize = how
    model = Model()
    places = [laboratory.place, *(pickups[part.pickup].place for part in parts)]
    located = [model.add_location(place.lon, place.lat) for place in places]
    depot = model.add_depot(located[0], tw_early=0, tw_late=rules.horizon_min)
    for part, location in zip(parts, located[1:], strict=True):
        ready = pickups[part.pickup].ready_min
        model.add_client(
            location,
            pickup=[part.boxes],
            service_duration=rules.service_min,
            tw_early=ready,
            tw_late=max(rules.horizon_min, ready),
            required=not prize,
            prize=prize,
        )
    for vehicle in vehicles:
        model.add_vehicle_type(
            1,
            capacity=[vehicle.boxes],
            start_depot=depot,
            end_depot=depot,
            tw_early=0,
            tw_late=rules.horizon_min,
            reload_depots=[depot],
            max_reloads=MOST_TRIPS - 1,
        )
    for (a, start), (b, end) in permutations(zip(places, located, strict=True), 2):
        way = rules.way_min(a, b)
        model.add_edge(start, end, distance=way, duration=way)
    return model.solve(MaxIterations(rules.iterations), seed=1, display=False, collect_stats=False).best


def _run(route, parts: Sequence[Load], laboratory: str, vehicles: Sequence[Vehicle]) -> Run:  # type: ignore[no-untyped-def]
    stops = []
    for visit in route.schedule():
        part = parts[visit.idx] if visit.is_client() else None
        arrive = visit.start_time
        stops.append(Stop(part.pickup if part else "", arrive, visit.end_time, part.boxes if part else 0, visit.trip))
    return Run(vehicles[route.vehicle_type()].id, laboratory, tuple(stops))
