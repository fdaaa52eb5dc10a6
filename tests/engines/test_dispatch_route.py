"""Rounds: what comes out keeps windows, loads, skills and numbers, leaves out with why, and is near the best."""

import importlib.util
from itertools import permutations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from yinghuo.engines.dispatch import Plan, Plane, Stop, Vehicle, route

BENCH = Path(__file__).parents[2] / "bench" / "dispatch.py"


def checked(plan: Plan, vehicles: list[Vehicle], stops: list[Stop]) -> Plan:
    """Every promise of a plan, reckoned anew."""
    cars, asked = {one.id: one for one in vehicles}, {one.id: one for one in stops}
    made = [visit.stop for run in plan.runs for visit in run.visits]
    assert len(made) == len(set(made))
    assert sorted([*made, *(one.id for one in plan.unserved)]) == sorted(asked)
    assert len({(run.vehicle, run.number) for run in plan.runs}) == len(plan.runs)
    for run in plan.runs:
        car = cars[run.vehicle]
        assert run.number < car.count and run.start_min >= car.from_min
        assert car.until_min is None or run.end_min <= car.until_min
        for before, visit in zip([None, *run.visits], run.visits, strict=False):
            stop = asked[visit.stop]
            assert set(stop.skills) <= set(car.skills)
            assert stop.from_min <= visit.begin_min <= (stop.until_min or 1e9)
            assert visit.leave_min == pytest.approx(visit.begin_min + stop.service_min)
            assert before is None or visit.arrive_min > before.leave_min or visit.km == 0
        assert car.capacity is None or run.visits[-1].load <= car.capacity
    return plan


def world(seed: int, stops: int) -> tuple[list[Vehicle], list[Stop]]:
    rng = np.random.default_rng(seed)
    skills = [frozenset({"transfer"}), frozenset({"disinfection"}), frozenset()]
    cars = [
        Vehicle("a", 50, 50, capacity=8, skills=frozenset({"transfer"}), until_min=400, count=2),
        Vehicle("b", 20, 20, capacity=12, skills=frozenset({"transfer", "disinfection"}), from_min=20, until_min=300),
    ]
    made = []
    for number in range(stops):
        y, x, begins, wide, demand = rng.integers([0, 0, 0, 30, 1], [100, 100, 200, 150, 5]).tolist()
        window = {"from_min": begins, "until_min": begins + wide, "service_min": 5}
        made.append(Stop(number, y, x, demand=demand, skills=skills[number % 3], **window))
    return cars, made


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_keeps_every_promise_and_is_no_worse_than_insertion(seed: int) -> None:
    cars, stops = world(seed, 14)
    plan = checked(route(cars, stops, ways=Plane(), iterations=150), cars, stops)
    quick = checked(route(cars, stops, ways=Plane(), iterations=1), cars, stops)
    assert len(plan.unserved) <= len(quick.unserved)


def test_the_shortest_round_of_few_stops_is_found() -> None:
    rng = np.random.default_rng(3)
    stops = [Stop(n, *rng.integers(0, 100, 2).tolist()) for n in range(7)]
    plan = route([Vehicle("v", 50, 50)], stops, ways=Plane(), iterations=300)
    table = Plane().tenths([50, *(s.lat for s in stops)], [50, *(s.lon for s in stops)])[0]
    best = min(
        sum(int(table[a, b]) for a, b in zip((0, *order), (*order, 0), strict=True))
        for order in permutations(range(1, 8))
    )
    assert plan.distance_km == pytest.approx(best / 10)


def test_each_reason_for_leaving_a_stop_out() -> None:
    car = Vehicle("v", 0, 0, capacity=3, until_min=100)
    stops = [
        Stop("skill", 1, 0, skills=frozenset({"police"})),
        Stop("large", 1, 0, demand=4),
        Stop("late", 60, 0, until_min=50),
        Stop("far", 55, 0),
        Stop("full", 1, 1, demand=3, weight=1),
        Stop("made", 1, 0, demand=3, weight=5),
    ]
    plan = checked(route([car], stops, ways=Plane(), iterations=100), [car], stops)
    assert {one.id: one.why for one in plan.unserved} == {
        "skill": "no_skill",
        "large": "too_large",
        "late": "too_late",
        "far": "too_late",
        "full": "no_room",
    }
    assert {one.id: one.facts for one in plan.unserved}["late"] == {"late_min": 20.0}  # back at 120, not at 100
    assert [run.stops for run in plan.runs] == [["made"]]


def test_the_same_input_and_seed_give_the_same_rounds() -> None:
    cars, stops = world(1, 20)
    first, second = (route(cars, stops, ways=Plane(), iterations=100, seed=5) for _ in range(2))
    assert first == second


def test_it_can_be_watched_and_stopped() -> None:
    cars, stops = world(2, 20)
    seen: list[int] = []

    def step(count: int, _best: float | None) -> bool:
        seen.append(count)
        return count >= 5

    checked(route(cars, stops, ways=Plane(), iterations=None, seconds=30, on_step=step), cars, stops)
    assert seen and max(seen) == 5


def test_nothing_to_do_and_nobody_to_do_it() -> None:
    assert route([Vehicle("v", 0, 0)], []).runs == ()
    assert [one.why for one in route([], [Stop("s", 0, 0)]).unserved] == ["no_skill"]
    assert route([Vehicle("v")], [Stop("s", 1, 1)], depot=(0, 0), ways=Plane()).distance_km == 2.8
    with pytest.raises(ValueError, match="no depot"):
        route([Vehicle("v")], [Stop("s", 1, 1)])


def test_a_clustered_instance_of_solomon_is_solved_to_its_best_known_length() -> None:
    bench = _bench()
    vehicles, stops = bench.instance("C101")
    plan = checked(route(vehicles, stops, ways=Plane(), iterations=150, seconds=20), vehicles, stops)
    assert (plan.distance_km, len(plan.runs), plan.unserved) == (bench.BEST_KNOWN["C101"], 10, ())


@pytest.mark.parametrize(
    ("name", "demand"), [("C101", 1810), ("R101", 1458), ("R112", 1458), ("RC101", 1724), ("RC104", 1724)]
)
def test_the_instances_are_whole(name: str, demand: int) -> None:
    vehicles, stops = _bench().instance(name)
    assert (len(stops), sum(one.demand for one in stops)) == (100, demand)
    assert (vehicles[0].count, vehicles[0].capacity) == (25, 200)


def _bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_dispatch", BENCH)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
