"""Carriage: the split against every possible one, routes that keep capacity, time and every box."""

from collections import Counter
from itertools import pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinghuo.engines.carriage import Laboratory, Load, Pickup, Place, Rules, Vehicle, km, routes, split

RULES = Rules(iterations=60)
TOWN = Place(43.88, 125.32)


def near(north_km: float, east_km: float) -> Place:
    """A point so far from the town."""
    return Place(TOWN.lat + north_km / 111.195, TOWN.lon + east_km / 80.15)


places = st.builds(near, st.integers(-30, 30), st.integers(-30, 30))


@settings(max_examples=60, deadline=None)
@given(st.lists(places, min_size=1, max_size=5), st.lists(st.tuples(places, st.integers(0, 4)), min_size=1, max_size=3))
def test_the_split_is_the_best_of_all(sites: list[Place], given_laboratories: list[tuple[Place, int]]) -> None:
    """Single boxes of ten tubes: every way to send them is tried."""
    pickups = [Pickup(str(n), place, 1, 10) for n, place in enumerate(sites)]
    labs = [Laboratory(str(n), place, 10 * boxes) for n, (place, boxes) in enumerate(given_laboratories)]
    loads = split(pickups, labs, RULES)

    def worth(chosen: tuple[int, ...]) -> tuple[int, int]:
        over = sum(max(10 * chosen.count(n) - lab.capacity_tubes, 0) for n, lab in enumerate(labs))
        way = sum(RULES.way_min(site, labs[n].place) for site, n in zip(sites, chosen, strict=True))
        return over, way

    found = tuple(int(load.laboratory) for load in sorted(loads, key=lambda load: int(load.pickup)))
    assert worth(found) == min(worth(one) for one in product(range(len(labs)), repeat=len(sites)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(places, st.integers(1, 9)), min_size=1, max_size=8), st.lists(places, min_size=1, max_size=3))
def test_no_box_and_no_tube_is_lost_between_sites_and_laboratories(
    sites: list[tuple[Place, int]], at: list[Place]
) -> None:
    pickups = [Pickup(str(n), place, boxes, 37 * boxes) for n, (place, boxes) in enumerate(sites)]
    labs = [Laboratory(str(n), place, 200) for n, place in enumerate(at)]
    loads = split(pickups, labs, RULES)
    for pickup in pickups:
        own = [load for load in loads if load.pickup == pickup.id]
        assert sum(load.boxes for load in own) == pickup.boxes
        assert sum(load.tubes for load in own) == pickup.tubes
    for lab in labs:
        taken = sum(load.tubes for load in loads if load.laboratory == lab.id)
        enough = sum(pickup.tubes for pickup in pickups) <= 200 * len(labs)
        assert taken <= 200 + 37 * len(pickups) or not enough


def test_a_laboratory_with_more_capacity_gets_more_even_if_it_is_further() -> None:
    pickups = [Pickup("a", near(1, 0), 4, 400)]
    labs = [Laboratory("near", near(0, 0), 100), Laboratory("far", near(20, 0), 1000)]
    loads = {load.laboratory: load.tubes for load in split(pickups, labs, RULES)}
    assert loads == {"near": 100, "far": 300}


def test_without_a_laboratory_there_is_no_split() -> None:
    with pytest.raises(ValueError, match="no laboratory"):
        split([Pickup("a", TOWN, 1, 1)], [], RULES)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(places, st.integers(1, 7), st.integers(0, 90)), min_size=1, max_size=6),
    st.lists(st.integers(2, 5), min_size=1, max_size=3),
)
def test_every_box_is_fetched_once_in_time_and_within_capacity(
    sites: list[tuple[Place, int, int]], sizes: list[int]
) -> None:
    pickups = {str(n): Pickup(str(n), place, boxes, boxes, ready) for n, (place, boxes, ready) in enumerate(sites)}
    labs = {"L": Laboratory("L", TOWN, 10_000)}
    vehicles = [Vehicle(str(n), "L", size) for n, size in enumerate(sizes)]
    loads = [Load(one.id, "L", one.boxes, one.tubes) for one in pickups.values()]
    runs, left = routes(loads, pickups=pickups, laboratories=labs, vehicles=vehicles, rules=RULES)
    fetched = Counter[str]()
    for one in runs:
        for stop in one.stops:
            fetched[stop.pickup] += stop.boxes
    for unfetched in left:
        fetched[unfetched.pickup] += unfetched.boxes
    assert {place: boxes for place, boxes in fetched.items() if place} == {
        one.id: one.boxes for one in pickups.values()
    }
    assert len({one.vehicle for one in runs}) == len(runs) <= len(vehicles)
    for one in runs:
        _require_possible(one.stops, pickups, next(v.boxes for v in vehicles if v.id == one.vehicle))


def _require_possible(stops, pickups, capacity) -> None:  # type: ignore[no-untyped-def]
    on_board, here, free_at = 0, TOWN, 0
    for stop in stops:
        place = pickups[stop.pickup].place if stop.pickup else TOWN
        assert stop.arrive_min >= free_at + RULES.way_min(here, place)
        assert stop.leave_min <= RULES.horizon_min
        if stop.pickup:
            on_board += stop.boxes
            assert stop.arrive_min >= pickups[stop.pickup].ready_min
            assert stop.leave_min - stop.arrive_min >= RULES.service_min
        else:
            on_board = 0
        assert on_board <= capacity
        here, free_at = place, stop.leave_min
    assert here == TOWN


def test_one_vehicle_takes_the_shortest_round() -> None:
    sites = {name: near(*at) for name, at in {"a": (0, 10), "b": (10, 10), "c": (10, 0), "d": (-8, 3)}.items()}
    pickups = {name: Pickup(name, place, 1, 1) for name, place in sites.items()}
    loads = [Load(name, "L", 1, 1) for name in sites]
    labs = {"L": Laboratory("L", TOWN, 10)}
    (run,), left = routes(
        loads, pickups=pickups, laboratories=labs, vehicles=[Vehicle("v", "L", 4)], rules=Rules(iterations=300)
    )

    def way(order: tuple[str, ...]) -> int:
        stations = [TOWN, *(sites[name] for name in order), TOWN]
        return sum(RULES.way_min(a, b) for a, b in pairwise(stations))

    order = tuple(stop.pickup for stop in run.stops if stop.pickup)
    assert way(order) == min(way(one) for one in permutations(sites))
    assert left == []


def test_what_is_out_of_reach_in_time_is_named() -> None:
    pickups = {"far": Pickup("far", near(400, 0), 1, 1), "near": Pickup("near", near(5, 0), 1, 1)}
    loads = [Load(name, "L", 1, 1) for name in pickups]
    labs = {"L": Laboratory("L", TOWN, 10)}
    runs, left = routes(loads, pickups=pickups, laboratories=labs, vehicles=[Vehicle("v", "L", 4)], rules=RULES)
    assert [load.pickup for load in left] == ["far"]
    assert [stop.pickup for run in runs for stop in run.stops if stop.pickup] == ["near"]


def test_a_laboratory_without_a_vehicle_fetches_nothing() -> None:
    loads = [Load("a", "L", 1, 1)]
    found = routes(
        loads,
        pickups={"a": Pickup("a", near(1, 1), 1, 1)},
        laboratories={"L": Laboratory("L", TOWN, 10)},
        vehicles=[],
        rules=RULES,
    )
    assert found == ([], loads)


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert km(Place(43, 125), Place(44, 125)) == pytest.approx(111.195, abs=0.001)
