"""Checks of validation: answers reckoned by hand, directions, and slow twins."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.vee_world import NONE, columns, slow_falls, slow_frozen, slow_runs, slow_spikes
from yinghuo.engines.meters.vee import CHECKS, Columns, Rule, check, to_grid

POWER = {"quantities": ["power_kw"]}
ENERGY = {"quantities": ["import_kwh"]}
CLOCK = {"set_s": 60, "field_s": 900, "faulty_s": 300, "sets": 2}
values = st.one_of(st.just(NONE), st.sampled_from([0.0, 1.0, 1.5, 2.0, 7.0]))
rows = st.lists(values, min_size=1, max_size=40)


def seen(found: list) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in found]


def test_two_missing_stretches_are_two_gaps() -> None:
    found = check(columns(power_kw=[[NONE, 1, NONE, NONE]]), Rule("gap", POWER))
    assert [(one.first, one.last, one.observed, one.limit) for one in found] == [(0, 0, 1, 4), (2, 3, 2, 4)]


def test_only_judged_points_are_missed() -> None:
    given = replace(columns(power_kw=[[NONE, NONE, 1, NONE]]), begins=1, ends=3)
    assert seen(check(given, Rule("gap", POWER))) == [(1, 1)]


@settings(deadline=None)
@given(rows)
def test_gaps_are_those_that_a_slow_twin_finds(row: list[float]) -> None:
    found = check(columns(power_kw=[row, row]), Rule("gap", POWER))
    slow = slow_runs([value != value for value in row], 1)
    assert seen(found) == slow * 2


def test_a_point_that_two_readings_claim_is_a_duplicate() -> None:
    at = np.array([0, 1, 1, 2])
    grid, copies = to_grid(np.zeros(4, dtype=np.int64), at, np.array([1.0, 2.0, 2.0, 3.0]), (1, 3))
    given = Columns(meters=np.array([9]), values={"power_kw": grid}, copies={"power_kw": copies}, ends=3)
    (found,) = check(given, Rule("duplicate", POWER))
    assert (found.meter, found.first, found.last, found.observed, found.limit) == (9, 1, 1, 2, 1)


def test_a_spike_stands_above_180_percent_of_the_third_highest() -> None:
    rule = Rule("spike", POWER | {"factor": 1.8, "at_least": 0.05})
    exactly = columns(power_kw=[[10, 18, 10, 10]])  # 1.8 x 10 = 18: not above
    (found,) = check(columns(power_kw=[[10, 18.0001, 10, 10]]), rule)
    assert (check(exactly, rule), found.first, found.observed, found.limit) == ([], 1, 18.0001, 18.0)


def test_a_ramp_that_three_points_climb_is_no_spike() -> None:
    rule = Rule("spike", POWER | {"factor": 1.8, "at_least": 0.05})
    assert check(columns(power_kw=[[1, 1, 9, 9, 9, 1]]), rule) == []


@settings(deadline=None)
@given(rows, st.sampled_from([1.2, 1.8, 3.0]))
def test_spikes_are_those_that_a_slow_twin_finds(row: list[float], factor: float) -> None:
    found = check(columns(power_kw=[row]), Rule("spike", POWER | {"factor": factor, "at_least": 0.05}))
    points = [point for one in found for point in range(one.first, one.last + 1)]
    assert points == slow_spikes(row, factor, 0.05)


def test_zero_power_counts_from_so_many_points_and_not_while_there_is_no_supply() -> None:
    rule, given = Rule("zero_run", POWER | {"points": 3}), columns(power_kw=[[1, 0, 0, 0, 2, 0, 0]])
    dark = replace(given, outage=np.array([[False, False, True, False, False, False, False]]))
    assert (seen(check(given, rule)), check(dark, rule)) == ([(1, 3)], [])


def test_a_frozen_run_that_began_yesterday_is_counted_whole_and_reported_within_today() -> None:
    given = replace(columns(power_kw=[[2, 2, 2, 2, 3]]), begins=2)
    (found,) = check(given, Rule("frozen_run", POWER | {"points": 4}))
    assert (found.first, found.last, found.observed) == (2, 3, 4)


@settings(deadline=None)
@given(rows, st.integers(2, 5))
def test_frozen_runs_are_those_that_a_slow_twin_finds(row: list[float], least: int) -> None:
    found = check(columns(power_kw=[row]), Rule("frozen_run", POWER | {"points": least}))
    assert seen(found) == slow_frozen(row, least)


def test_negative_power_is_found_with_its_lowest_value() -> None:
    (found,) = check(columns(power_kw=[[1, -0.2, -0.5, 1]]), Rule("negative", POWER | {"below": 0}))
    assert (found.first, found.last, found.observed, found.limit) == (1, 2, -0.5, 0)


def test_a_register_falls_below_its_latest_reading_also_across_a_gap() -> None:
    rule = Rule("falling", ENERGY | {"rollover": 1_000_000})
    (found,) = check(columns(import_kwh=[[10.5, NONE, 10.4, 10.6]]), rule)
    assert (found.first, found.last, found.observed) == (2, 2, 0.1)


def test_a_single_reading_far_above_the_others_is_the_wrong_one() -> None:
    rule = Rule("falling", ENERGY | {"rollover": 1_000_000})
    high = check(columns(import_kwh=[[10, 11, 900, 12, 13]]), rule)
    low = check(columns(import_kwh=[[10, 11, 2, 12, 13]]), rule)
    assert (seen(high), seen(low)) == ([(2, 2)], [(2, 2)])


def test_a_register_that_went_over_its_last_digit_did_not_fall() -> None:
    rule = Rule("falling", ENERGY | {"rollover": 1_000_000})
    assert check(columns(import_kwh=[[999_999.98, 0.03]]), rule) == []


@settings(deadline=None)
@given(rows)
def test_falls_are_those_that_a_slow_twin_finds(row: list[float]) -> None:
    found = check(columns(import_kwh=[row]), Rule("falling", ENERGY | {"rollover": 1_000_000}))
    assert [one.first for one in found] == slow_falls(row)


def test_four_tariffs_may_differ_from_the_total_by_four_hundredths() -> None:
    parts = {"import_sharp_kwh": [[1.0]], "import_peak_kwh": [[2.0]], "import_flat_kwh": [[3.0]]}
    rule = Rule("sum_of_tariffs", ENERGY | {"per_tariff": 0.01})
    within = columns(import_kwh=[[10.04]], import_valley_kwh=[[4.0]], **parts)
    (found,) = check(columns(import_kwh=[[10.05]], import_valley_kwh=[[4.0]], **parts), rule)
    assert (check(within, rule), found.observed, found.limit) == ([], 0.05, 0.04)


def test_the_tolerance_falls_with_the_tariffs_that_a_meter_has() -> None:
    rule = Rule("sum_of_tariffs", ENERGY | {"per_tariff": 0.01})
    given = columns(
        import_kwh=[[5.03, 5.03]],
        import_peak_kwh=[[2, NONE]],
        import_valley_kwh=[[3, NONE]],
        import_flat_kwh=[[NONE] * 2],
    )
    (found,) = check(given, rule)  # at the second point not all tariffs were read: nothing is said
    assert (found.first, found.limit, found.observed) == (0, 0.02, 0.03)


def test_energy_is_held_against_the_trapezoid_of_the_load() -> None:
    rule = Rule("energy_against_load", {"share": 0.05, "least_kwh": 0.1})
    load = [4.0, 4, 4, 4, 4]  # 4 kW for an hour: 4 kWh
    assert check(columns(import_kwh=[[0, 1, 2, 3, 4.2]], power_kw=[load]), rule) == []
    (fast,) = check(columns(import_kwh=[[0, 1, 2, 3, 5]], power_kw=[load]), rule)
    (slow,) = check(columns(import_kwh=[[0, 1, 2, 2, 2]], power_kw=[load]), rule)
    assert ((fast.observed, fast.verdict), (slow.observed, slow.verdict)) == ((1.0, "fast"), (-2.0, "slow"))


def test_energy_is_held_against_load_only_where_both_are_known() -> None:
    rule = Rule("energy_against_load", {"share": 0.05, "least_kwh": 0.1})
    assert check(columns(import_kwh=[[0, 1, 9, 10]], power_kw=[[4, 4, NONE, 4]]), rule) == []


@pytest.mark.parametrize(
    ("off_s", "sets", "verdict"),
    [
        (60, 0, None),
        (61, 0, "set"),
        (-61, 0, "set"),
        (899, 1, "set"),
        (900, 0, "field"),
        (301, 2, "faulty"),
        (299, 9, "set"),
    ],
)
def test_a_clock_is_set_remotely_seen_on_the_spot_or_faulty(off_s: float, sets: int, verdict: str | None) -> None:
    given = replace(columns(clock_drift_s=[[NONE, off_s, NONE]]), sets=np.array([sets]))
    assert [one.verdict for one in check(given, Rule("clock", CLOCK))] == ([verdict] if verdict else [])


def test_power_times_ratio_is_held_against_the_contract_and_none_is_held_against_nothing() -> None:
    given = columns(power_kw=[[1.0, 1.21, 1.3], [9, 9, 9]])
    given = replace(given, ratio=np.array([100.0, 100]), contract_kw=np.array([100.0, np.nan]))
    (found,) = check(given, Rule("contract", {"factor": 1.2}))
    assert (found.meter, found.first, found.last, found.observed, found.limit) == (1, 1, 2, 130.0, 120.0)


def test_a_day_is_held_against_the_day_before() -> None:
    rule = Rule("high_low", ENERGY | {"high": 2, "low": 0.3, "least_kwh": 1})
    register = [[0.0, 5, 21], [0, 1, 2], [0, 5, 10], [0, 0, 0]]
    given = replace(columns(import_kwh=register), ends=2, previous={"import_kwh": np.array([10.0, 10, 10, 0.5])})
    found = check(given, rule)
    assert [(one.meter, one.verdict, one.observed, one.limit) for one in found] == [
        (1, "high", 21.0, 20.0),
        (2, "low", 2.0, 3.0),
    ]


@settings(deadline=None)
@given(rows, st.floats(1, 3), st.floats(0.01, 2))
def test_a_stricter_factor_never_finds_fewer_spikes(row: list[float], factor: float, more: float) -> None:
    def spikes(factor: float) -> int:
        return sum(
            one.last - one.first + 1
            for one in check(columns(power_kw=[row]), Rule("spike", POWER | {"factor": factor, "at_least": 0.05}))
        )

    assert spikes(factor) >= spikes(factor + more)


def test_a_rule_that_nobody_knows_is_a_bug() -> None:
    with pytest.raises(KeyError):
        check(columns(power_kw=[[1.0]]), Rule("no such rule"))


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_no_check_says_anything_of_a_meter_that_gave_nothing(name: str) -> None:
    everything = ["power_kw", "import_kwh", "import_peak_kwh", "clock_drift_s"]
    grids = {one: np.full((1, 5), np.nan) for one in everything}
    given = Columns(meters=np.array([1]), values=grids, ends=4, ratio=np.ones(1), contract_kw=np.array([10.0]))
    numbers = CLOCK | {"factor": 1.8, "at_least": 0, "points": 2, "below": 0, "rollover": 10**6, "per_tariff": 0.01}
    numbers |= {"share": 0.05, "least_kwh": 0.1, "high": 2, "low": 0.3, "quantities": everything}
    assert name == "gap" or check(given, Rule(name, numbers)) == []


def test_columns_of_some_meters_say_what_they_say_among_all() -> None:
    given = replace(columns(power_kw=[[1, 0, 0], [0, 0, 0], [5, 0, 0]]), ratio=np.array([1.0, 2, 3]))
    rule = Rule("zero_run", POWER | {"points": 2})
    some = check(given.of(np.array([0, 2])), rule)
    assert some == [one for one in check(given, rule) if one.meter != 2]
