"""Validation measured: rate over a day of 7,000 meters, and detection, false alarms and errors against known truth.

The readings are simulated and say so; faults that the simulator has none of (gaps, spikes, frozen, zero and falling
values) are put in here by seed. `python bench/vee.py`
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np

from yinghuo.demo.meters.fleet import Plan, build
from yinghuo.demo.meters.truth import readings
from yinghuo.desks.metering.validation_rules import ESTIMATION, STANDARD
from yinghuo.engines.meters.simulation.moments import seconds_of
from yinghuo.engines.meters.vee import Columns, How, References, Rule, check, estimate

METERS, DAY_POINTS = 700, 96
START = datetime(2022, 5, 12, 0, 30, tzinfo=timezone(timedelta(hours=8)))  # the day judged is Tuesday, 10 May
REMEMBERED = 9
JUDGED = 7  # days after the first that is remembered
FAULTS = {"stopped": 20, "runaway": 20, "reversed-ct": 20, "open-ct": 20, "lost-voltage": 20, "miswired": 20}
PUT_IN = ("gap", "long_gap", "spike", "zero_run", "frozen_run", "falling")
EACH = 25
ANSWER = {"long_gap": "gap", "stopped": "energy_against_load", "runaway": "energy_against_load"}
NAMES = ("import_kwh", "power_kw", "voltage_a_v", "voltage_b_v", "voltage_c_v")


def rate() -> None:
    """All rules over 7,000 meters, 96 points, three quantities, and the estimates of one missing point in a hundred."""
    rng = np.random.default_rng(1)
    shape = 7_000, DAY_POINTS + 1
    power = np.round(1 + rng.random(shape), 4)
    register = np.floor(100 * (1000 + np.cumsum(power / 4, axis=1))) / 100
    power[rng.random(shape) < 0.01] = np.nan
    values = {"import_kwh": register, "power_kw": power, "voltage_a_v": 215 + np.round(10 * rng.random(shape), 1)}
    columns = Columns(
        meters=np.arange(7_000), values=values, ends=DAY_POINTS, ratio=np.ones(7_000), contract_kw=np.full(7_000, 50.0)
    )
    best = 1e9
    for _turn in range(3):
        begun = time.perf_counter()
        found = sum(len(check(columns, Rule(one.name, one.parameters))) for one in everybody())
        middle = time.perf_counter()
        made = estimate(columns, quantity="power_kw", missing=np.isnan(power))
        if (whole := time.perf_counter() - begun) < best:
            best, shares = whole, (middle - begun, time.perf_counter() - middle)
    points = 3 * 7_000 * DAY_POINTS
    print(f"rate: {points:,} points in {best:.2f} s, {points / best:,.0f}/s")
    print(f"  {len(everybody())} rules {shares[0]:.2f} s, {found:,} findings; {len(made):,} gaps {shares[1]:.2f} s")


def everybody() -> list:
    """The rules for all classes."""
    return [one for one in STANDARD if not one.customer_class and one.name != ESTIMATION]


def simulated() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], list[str], list[str]]:
    """What the meters show, what right ones would, their classes, the fault of each ("" for none)."""
    fleet = build(Plan(METERS, 70, start=START, days=REMEMBERED, faults=FAULTS, speed=0, truth=NAMES))
    shape = METERS, DAY_POINTS * (REMEMBERED + 1)
    shown, right = ({name: np.full(shape, np.nan) for name in NAMES} for _ in range(2))
    meters = list(fleet.meters.values())
    for row, meter in enumerate(meters):
        for part in readings(meter, NAMES, fleet.first_s, seconds_of(START)):
            if len(part.times_s) > DAY_POINTS:  # the curves, not the freezes
                for grid, steps in ((shown, part.shown), (right, part.right)):
                    values = np.where(steps.there, steps.numbers / 10.0**steps.places, np.nan)[: shape[1]]
                    grid[part.quantity][row, : len(values)] = values
    faults = [meter.faults[0].kind if meter.faults else "" for meter in meters]
    return shown, right, [meter.customer.customer_class for meter in meters], faults


def put_in(shown: dict[str, np.ndarray], faults: list[str], rng: np.random.Generator) -> None:
    """Faults of data on meters without any, within the judged day; the power of a sound meter is not below 0.05 kW."""
    begin = DAY_POINTS * JUDGED
    power, register = shown["power_kw"], shown["import_kwh"]
    strong = np.nanmax(power[:, begin : begin + DAY_POINTS], axis=1) > 0.05
    free = iter(rng.permutation([n for n, fault in enumerate(faults) if not fault and strong[n]]).tolist())
    for kind in PUT_IN:
        for _one in range(EACH):
            row = next(free)
            at = begin + int(rng.integers(8, 60))
            faults[row] = kind
            if kind in ("gap", "long_gap"):
                length = int(rng.integers(1, 9)) if kind == "gap" else int(rng.integers(9, 32))
                power[row, at : at + length] = register[row, at : at + length] = np.nan
            elif kind == "spike":
                power[row, at] = np.nanmax(power[row, begin : begin + DAY_POINTS]) * rng.uniform(2, 10)
            elif kind == "zero_run":
                power[row, begin : begin + DAY_POINTS] = 0
            elif kind == "frozen_run":
                power[row, at : at + int(rng.integers(8, 32))] = max(power[row, at], 0.01)
            else:
                register[row, at] -= rng.uniform(0.5, 50)


def around(grids: dict[str, np.ndarray], day: int) -> dict[str, np.ndarray]:
    """The day before, the day, the day after."""
    begin = DAY_POINTS * (day - 1)
    return {name: grid[:, begin : begin + 3 * DAY_POINTS] for name, grid in grids.items()}


def columns_of(meters: np.ndarray, shown: dict[str, np.ndarray], day: int) -> Columns:
    """The columns that judge one of the days."""
    values = around(shown, day)
    register = values["import_kwh"]
    previous = {"import_kwh": register[:, DAY_POINTS] - register[:, 0]}
    return Columns(meters=meters, values=values, begins=DAY_POINTS, ends=2 * DAY_POINTS, previous=previous)


def judged(columns: Columns, classes: list[str]) -> Iterator[tuple[str, int]]:
    """Rule and meter of each finding, each class by its own rules."""
    own = {(one.name, one.customer_class) for one in STANDARD}
    for one in STANDARD:
        rows = [n for n, kind in enumerate(classes) if kind == one.customer_class or not one.customer_class]
        if not one.customer_class:
            rows = [n for n in rows if (one.name, classes[n]) not in own]
        if one.name != ESTIMATION and rows:
            for finding in check(columns.of(np.array(rows)), Rule(one.name, one.parameters)):
                yield one.name, finding.meter


def score(columns: Columns, classes: list[str], faults: list[str]) -> None:
    """Detection by kind of fault, and false alarms by rule over meters without a fault."""
    by_meter = defaultdict(set)
    for rule, meter in judged(columns, classes):
        by_meter[meter].add(rule)
    print("kind of fault: meters, found by its own rule, found by any rule")
    for kind in (*PUT_IN, *FAULTS):
        rows = [n for n, fault in enumerate(faults) if fault == kind]
        own = sum(ANSWER.get(kind, kind) in by_meter[n] for n in rows) if kind in (*PUT_IN, *ANSWER) else "-"
        print(f"  {kind}: {len(rows)}, {own}, {sum(bool(by_meter[n]) for n in rows)}")
    sound = [n for n, fault in enumerate(faults) if not fault]
    alarms = Counter(rule for n in sound for rule in by_meter[n])
    print(f"false alarms among {len(sound)} sound meters: {dict(alarms) or 'none'}")


def other_days(meters: np.ndarray, shown: dict[str, np.ndarray], classes: list[str], faults: list[str]) -> None:
    """False alarms on the days before, from Thursday over the week-end to Monday."""
    sound = {n for n, fault in enumerate(faults) if not fault}
    alarms = Counter(
        rule
        for day in range(2, JUDGED)
        for rule, meter in set(judged(columns_of(meters, shown, day), classes))
        if meter in sound
    )
    days = len(sound) * (JUDGED - 2)
    print(f"false alarms on the {JUDGED - 2} days before, {days:,} sound meter days: {dict(alarms) or 'none'}")


def errors(meters: np.ndarray, shown: dict[str, np.ndarray], right: dict[str, np.ndarray], faults: list[str]) -> None:
    """How far estimates are from the truth, with the register on both sides and without."""
    days = [JUDGED - 1, JUDGED - 4, JUDGED - 5, JUDGED - 6]  # Monday, and Friday to Wednesday before
    past = References(
        np.stack([around(shown, day)["power_kw"] for day in days]), np.ones((len(days), len(meters)), bool)
    )
    true = around(right, JUDGED)["power_kw"]
    fitted = columns_of(meters, shown, JUDGED)
    bare = replace(fitted, values={"power_kw": fitted.values["power_kw"]})
    for kind in ("gap", "long_gap"):
        rows = np.array([n for n, fault in enumerate(faults) if fault == kind])
        for word, columns in (("fitted to the register", fitted), ("without it", bare)):
            some = columns.of(rows)
            missing = np.isnan(some.values["power_kw"])
            memory = References(past.values[:, rows], past.clean[:, rows])
            made = estimate(some, quantity="power_kw", missing=missing, how=How(), references=memory)
            pairs = [
                (np.array(one.values), true[one.meter, one.first : one.last + 1])
                for one in made
                if one.last < 2 * DAY_POINTS
            ]
            energy = sum(abs(value.sum() - truth.sum()) for value, truth in pairs) / sum(
                truth.sum() for _, truth in pairs
            )
            point = sum(abs(value - truth).sum() for value, truth in pairs) / sum(truth.sum() for _, truth in pairs)
            print(
                f"  {kind}, {word}: {len(made)} of {len(rows)} gaps, energy off by {energy:.1%}, points by {point:.1%}"
            )


def main() -> None:
    """Prints everything."""
    rate()
    meters = np.arange(METERS)
    shown, right, classes, faults = simulated()
    print(f"simulated: {len(meters)} meters, classes {dict(Counter(classes))}")
    put_in(shown, faults, np.random.default_rng(7))
    score(columns_of(meters, shown, JUDGED), classes, faults)
    other_days(meters, shown, classes, [fault if fault in FAULTS else "" for fault in faults])
    print("estimates of power against the truth")
    errors(meters, shown, right, faults)


if __name__ == "__main__":
    main()
