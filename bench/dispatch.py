"""Rounds and assignments beside the best known, in one run: `python bench/dispatch.py [--seconds 7.5] [--times 3]`.

Rounds: five instances of Solomon (1987) with 100 customers and 25 vehicles, reckoned as the DIMACS challenge of 2021-22
has it (distances and times cut to one decimal). Beside ours: cheapest insertion (a peer that answers at once), PyVRP
called without our engine, and the best known length (the limit). Assignments: 370 teams and 500 tasks, beside scipy's
solver on the finished matrix (the limit) and the greedy rule. `--seconds` bounds each search, medians of `--times`.
On a machine that others load, `--iterations` says how good the routes are, whatever the clock says; a free core of the
machine that this was written on does 11,000 in about 7 s.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pyvrp import Model
from pyvrp.stop import MaxIterations, MaxRuntime
from scipy.optimize import linear_sum_assignment

from yinghuo.engines.dispatch import Plan, Plane, Stop, Task, Team, Vehicle, assign, insert, route
from yinghuo.engines.dispatch.rounds import Problem, problem_of, run_of

DATA = Path(__file__).parent / "data" / "solomon"
BEST_KNOWN = {"C101": 827.3, "R101": 1637.7, "R112": 948.6, "RC101": 1619.8, "RC104": 1132.3}  # docs/sources.md
GAP_SHARE, LIMIT_S, ASSIGN_MS = 0.002, 8.0, 100.0
TEAMS, TASKS = 370, 500
SKILLS = ("tracing", "police", "communications", "transfer", "isolation", "disinfection", "sampling")
NOW = datetime(2022, 5, 10, 8, tzinfo=UTC)


def main() -> None:
    """One line for each instance, one for each way to assign."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=7.5, help="of each search")
    asked.add_argument("--iterations", type=int, help="of each search, instead of seconds")
    asked.add_argument("--times", type=int, default=3, help="how often each is run; medians are shown")
    asked.add_argument("--only", default="", help="this instance alone")
    options = asked.parse_args()
    bound = f"{options.iterations:,} iterations" if options.iterations else f"{options.seconds} s"
    print(f"rounds: {bound} of search, {options.times} times with other seeds, medians (and worst)")
    for name in BEST_KNOWN:
        if options.only in ("", name):
            rounds(name, Bound(options.seconds, options.iterations), options.times)
    assignments(max(options.times, 5))


class Bound(NamedTuple):
    """How long is searched: iterations where they are given, else seconds."""

    seconds: float
    iterations: int | None


def rounds(name: str, bound: Bound, times: int) -> None:
    """An instance by ours, by insertion, by PyVRP alone."""
    vehicles, stops = instance(name)
    took, plans = zip(
        *(timed(lambda seed=seed: searched(vehicles, stops, bound, seed)) for seed in range(times)), strict=True
    )
    gaps = [gap(name, plan.distance_km) for plan in plans]
    assert all(not plan.unserved and proper(plan, vehicles, stops) for plan in plans)
    quick_s, quick = timed(lambda: inserted(vehicles, stops))
    alone_s, alone = timed(lambda: pyvrp_alone(vehicles[0], stops, bound))
    middle = sorted(plans, key=lambda plan: plan.distance_km)[len(plans) // 2]
    print(
        f"{name:6} ours {middle.distance_km:7.1f} in {statistics.median(took):4.1f} s, {len(middle.runs)} vehicles, "
        f"gap {statistics.median(gaps):.2%} ({max(gaps):.2%}), asked: {GAP_SHARE:.1%} in {LIMIT_S:.0f} s | "
        f"insertion {quick:7.1f} in {quick_s:.2f} s, gap {gap(name, quick):.1%} | "
        f"PyVRP alone {alone:7.1f} in {alone_s:.1f} s, gap {gap(name, alone):.2%} | best known {BEST_KNOWN[name]}"
    )


def searched(vehicles: list[Vehicle], stops: list[Stop], bound: Bound, seed: int) -> Plan:
    """Ours."""
    seconds = 3_600.0 if bound.iterations else bound.seconds
    return route(vehicles, stops, ways=Plane(), iterations=bound.iterations, seconds=seconds, seed=seed + 1)


def instance(name: str) -> tuple[list[Vehicle], list[Stop]]:
    """Vehicles and stops of a file in Solomon's layout."""
    lines = [line.split() for line in (DATA / f"{name}.txt").read_text().splitlines()]
    numbers = [[int(word) for word in line] for line in lines if line and line[0].isdigit()]
    (count, capacity), (_, x, y, _, _, close, _), *rows = numbers
    vehicle = Vehicle("v", lat=y, lon=x, capacity=capacity, until_min=close, count=count)
    stops = [Stop(i, lat=y, lon=x, demand=q, from_min=a, until_min=b, service_min=s) for i, x, y, q, a, b, s in rows]
    return [vehicle], stops


def problem(vehicles: list[Vehicle], stops: list[Stop]) -> Problem:
    """The problem in whole tenths."""
    return problem_of(vehicles, stops, Plane(), depot=None, horizon_min=24 * 60)


def inserted(vehicles: list[Vehicle], stops: list[Stop]) -> float:
    """Length by cheapest insertion."""
    asked = problem(vehicles, stops)
    runs = [run_of(asked, vehicle, order) for vehicle, order in enumerate(insert(asked)) if order]
    return round(sum(run.distance_km for run in runs if run), 1)


def pyvrp_alone(vehicle: Vehicle, stops: list[Stop], bound: Bound) -> float:
    """Length by PyVRP as its own guide calls it."""
    asked, model = problem([vehicle], stops), Model()
    places = [model.add_location(vehicle.lon, vehicle.lat), *(model.add_location(one.lon, one.lat) for one in stops)]
    depot = model.add_depot(places[0])
    late = round(10 * vehicle.until_min)
    model.add_vehicle_type(vehicle.count, capacity=vehicle.capacity, start_depot=depot, end_depot=depot, tw_late=late)
    for one, place in zip(stops, places[1:], strict=True):
        model.add_client(place, one.demand, 0, 10 * one.service_min, 10 * one.from_min, 10 * one.until_min)
    for a, start in enumerate(places):
        for b, end in enumerate(places):
            if a != b:
                model.add_edge(start, end, int(asked.distance[a, b]), int(asked.duration[a, b]))
    limit = MaxIterations(bound.iterations) if bound.iterations else MaxRuntime(bound.seconds)
    return model.solve(limit, display=False).best.distance() / 10


def proper(plan: Plan, vehicles: list[Vehicle], stops: list[Stop]) -> bool:
    """Whether each stop is made once, in its window, in no more vehicles and on no more board than there are."""
    visits = [visit for run in plan.runs for visit in run.visits]
    asked = {one.id: one for one in stops}
    in_time = all(asked[one.stop].from_min <= one.begin_min <= asked[one.stop].until_min for one in visits)
    loads = all(sum(asked[stop].demand for stop in run.stops) <= vehicles[0].capacity for run in plan.runs)
    return (
        in_time
        and loads
        and sorted(one.stop for one in visits) == sorted(asked)
        and len(plan.runs) <= vehicles[0].count
    )


def gap(name: str, length: float) -> float:
    """How much longer than the best known."""
    return length / BEST_KNOWN[name] - 1


def assignments(times: int) -> None:
    """370 teams and 500 tasks: ours with every because, scipy alone, greedy."""
    teams, tasks = world(np.random.default_rng(1))
    ours = [timed(lambda: assign(teams, tasks, NOW)) for _ in range(times)]
    greedy = [timed(lambda: assign(teams, tasks, NOW, method="greedy")) for _ in range(times)]
    cost = np.random.default_rng(2).random((TEAMS, TASKS))
    limit = [timed(lambda: linear_sum_assignment(cost)) for _ in range(times)]
    told = (("ours, with each because", ours), ("greedy, with each because", greedy))
    print(f"assignment of {TASKS} tasks to {TEAMS} teams, medians of {times}; asked: under {ASSIGN_MS:.0f} ms")
    for word, runs in told:
        done = runs[0][1]
        minutes = sum(one.wait_min + one.way_min for one in done.choices)
        print(f"  {word}: {middle_ms(runs):.0f} ms, {len(done.choices)} served, {minutes:,.0f} minutes of way")
    print(f"  scipy's solver alone, its matrix given: {middle_ms(limit):.0f} ms (the limit)")


def world(rng: np.random.Generator) -> tuple[list[Team], list[Task]]:
    """Teams with three skills each, tasks with one or two, over two degrees of latitude and three of longitude."""
    teams = [
        Team(f"team {i}", *place(rng), skills=some(rng, 3), load_h=float(rng.uniform(0, 40))) for i in range(TEAMS)
    ]
    tasks = [
        Task(f"task {i}", *place(rng), skills=some(rng, int(rng.integers(1, 3))), arrive_by=NOW + clock(rng))
        for i in range(TASKS)
    ]
    return teams, tasks


def place(rng: np.random.Generator) -> tuple[float, float]:
    """A point in the middle of the province."""
    return 43 + 2 * float(rng.random()), 125 + 3 * float(rng.random())


def some(rng: np.random.Generator, count: int) -> frozenset[str]:
    """Some skills."""
    return frozenset(rng.choice(SKILLS, count, replace=False).tolist())


def clock(rng: np.random.Generator) -> timedelta:
    """Between half an hour and four hours."""
    return timedelta(minutes=int(rng.integers(30, 240)))


def middle_ms(runs: list[tuple[float, Any]]) -> float:
    """Median of the times, milliseconds."""
    return 1000 * statistics.median(took for took, _ in runs)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


if __name__ == "__main__":
    main()
