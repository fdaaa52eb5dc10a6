"""Estimates: reckoned by hand, never across an outage, never at a measured point, and in sum what the register says."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.vee_world import NONE, columns
from yinghuo.engines.meters.vee import Columns, Estimate, How, References, Special, candidates, estimate, spread

HOUR = How(linear_min=60, days=2, least_days=1)


def filled(given: Columns, quantity: str = "power_kw", **more: object) -> list[Estimate]:
    return estimate(given, quantity=quantity, missing=np.isnan(given.values[quantity]), **more)


def references(*days: list[float], clean: list[bool] | None = None) -> References:
    return References(np.array(days)[:, None, :], np.array(clean or [True] * len(days))[:, None])


def test_a_short_gap_is_a_line_between_its_ends() -> None:
    (found,) = filled(columns(power_kw=[[1, NONE, NONE, NONE, 3]]))
    assert (found.first, found.last, found.values, found.method) == (1, 3, (1.5, 2.0, 2.5), "linear")


def test_two_hours_are_a_line_and_a_quarter_more_is_not() -> None:
    assert [one.method for one in filled(columns(power_kw=[[1, *[NONE] * 8, 1]]))] == ["linear"]
    assert filled(columns(power_kw=[[1, *[NONE] * 9, 1]])) == []


def test_a_long_gap_is_the_mean_of_the_latest_clean_days_that_hold_all_of_it() -> None:
    given = columns(power_kw=[[1, *[NONE] * 5, 1]])
    days = ([9.0] * 7, [2, 2, 2, 2, 2, NONE, 2], [3.0] * 7, [5.0] * 7, [100.0] * 7)
    (found,) = filled(given, how=HOUR, references=references(*days, clean=[False, True, True, True, True]))
    assert (found.values, found.method, found.days) == ((4.0,) * 5, "reference", (2, 3))


def test_too_few_reference_days_leave_the_gap_open() -> None:
    given = columns(power_kw=[[1, *[NONE] * 5, 1]])
    how = replace(HOUR, least_days=2)
    assert filled(given, how=how, references=references([3.0] * 7)) == []


def test_a_curve_is_fitted_to_the_advance_of_the_register() -> None:
    # 4 points missing at 15 min: trapezoid over 1.25 h = 0.25 x (4/2 + sum + 4/2); the register went on by 10 kWh
    given = columns(power_kw=[[4, NONE, NONE, NONE, NONE, 4]], import_kwh=[[100, NONE, NONE, NONE, NONE, 110]])
    (found,) = filled(given)
    assert (found.values, found.total_kwh) == ((9.0,) * 4, 10.0)
    assert 0.25 * (4 / 2 + sum(found.values) + 4 / 2) == 10.0


def test_a_register_that_went_on_too_little_does_not_bend_the_curve() -> None:
    given = columns(power_kw=[[4, NONE, 4]], import_kwh=[[100, NONE, 100.01]])
    (found,) = filled(given)
    assert (found.values, found.total_kwh) == ((4.0,), None)


def test_a_register_climbs_from_reading_to_reading_as_it_did_on_reference_days() -> None:
    given = columns(import_kwh=[[10, NONE, NONE, NONE, NONE, NONE, 22]])
    day = [0.0, 1, 2, 5, 6, 6, 6]  # steps 1 1 3 1 0 0
    (found,) = filled(given, "import_kwh", how=HOUR, references=references(day))
    assert found.values == (12.0, 14.0, 20.0, 22.0, 22.0)


def test_a_register_without_a_reading_after_the_gap_is_left_open() -> None:
    assert filled(columns(import_kwh=[[10, NONE, NONE]]), "import_kwh") == []


def test_a_register_that_fell_over_the_gap_is_left_open() -> None:
    assert filled(columns(import_kwh=[[10, NONE, 9]]), "import_kwh") == []


def test_a_gap_beside_an_outage_is_not_bridged_over_it() -> None:
    given = columns(power_kw=[[1, NONE, NONE, NONE, 1]])
    dark = replace(given, outage=np.array([[False, False, True, False, False]]))
    assert filled(dark) == []


def test_a_measured_value_that_is_not_believed_is_no_end_of_a_line() -> None:
    given = columns(power_kw=[[1, 99, NONE, 3]])
    (found,) = estimate(given, quantity="power_kw", missing=np.array([[False, True, True, False]]))
    assert (found.first, found.values) == (1, (1.6667, 2.3333))


def test_a_gap_over_midnight_is_estimated_whole_and_given_as_far_as_the_day_goes() -> None:
    given = replace(columns(power_kw=[[1, NONE, NONE, NONE, 5]]), begins=2)
    (found,) = filled(given)
    assert (found.first, found.last, found.values) == (2, 3, (3.0, 4.0))


def test_shut_down_days_are_no_reference_days() -> None:
    shut = Special("shutdown", date(2022, 3, 11), date(2022, 4, 28))
    found = candidates(date(2022, 5, 10), [shut], 70)
    assert found[0] == date(2022, 5, 9)
    assert not [day for day in found if shut.first <= day <= shut.last]
    assert date(2022, 3, 10) in found


@settings(deadline=None)
@given(st.dates(date(2021, 1, 1), date(2024, 1, 1)), st.integers(0, 60), st.integers(0, 30))
def test_reference_days_are_before_of_the_same_kind_and_latest_first(day: date, back: int, length: int) -> None:
    first = day - timedelta(days=back + length)
    found = candidates(day, [Special("shutdown", first, first + timedelta(days=length))], 60)
    assert found == sorted(found, reverse=True)
    assert all(one < day and (one.weekday() < 5) == (day.weekday() < 5) for one in found)


@settings(deadline=None)
@given(st.integers(0, 10**9), st.lists(st.floats(-1, 100), min_size=1, max_size=30))
def test_the_parts_of_a_total_are_the_total(units: int, weights: list[float]) -> None:
    parts = spread(units / 10**4, np.array(weights))
    assert sum(round(part * 10**4) for part in parts) == units
    assert (parts >= 0).all()


curves = st.lists(st.sampled_from([NONE, 0.0, 0.5, 1.0, 4.0]), min_size=12, max_size=12)
darkness = st.lists(st.booleans(), min_size=12, max_size=12)


@settings(deadline=None)
@given(curves, darkness)
def test_estimates_touch_no_measured_point_and_no_outage_and_cross_none(power: list[float], dark: list[bool]) -> None:
    given = replace(columns(power_kw=[power]), outage=np.array([dark]))
    for one in filled(given, how=replace(HOUR, linear_min=120), references=references([1.0] * 12)):
        points = range(one.first, one.last + 1)
        assert all(power[point] != power[point] and not dark[point] for point in points)
        if one.method == "linear":
            assert not dark[one.first - 1]
            assert not dark[one.last + 1]


steps = st.lists(st.integers(0, 300), min_size=13, max_size=13)


@pytest.mark.parametrize("long", [False, True])
@settings(deadline=None)
@given(steps=steps, first=st.integers(1, 9), length=st.integers(1, 3))
def test_a_register_s_estimates_climb_and_end_where_it_was_read(
    long: bool, steps: list[int], first: int, length: int
) -> None:
    register = [step / 100 for step in np.cumsum(steps).tolist()]
    holes = [NONE if first <= place < first + length else value for place, value in enumerate(register)]
    how = How(linear_min=0 if long else 120, least_days=1)
    (found,) = filled(columns(import_kwh=[holes]), "import_kwh", how=how, references=references(list(range(13))))
    climbed = [register[first - 1], *found.values, register[first + length]]
    assert climbed == sorted(climbed)
    assert round(sum(np.diff(climbed)), 4) == round(register[first + length] - register[first - 1], 4)


@settings(deadline=None)
@given(st.lists(st.floats(0.1, 9), min_size=4, max_size=4), st.integers(5_000, 90_000))
def test_the_trapezoid_over_a_gap_is_what_the_register_went_on(shape: list[float], units: int) -> None:
    total = units / 10**4
    given = columns(power_kw=[[0.2, *[NONE] * 4, 0.2]], import_kwh=[[50, *[NONE] * 4, 50 + total]])
    (found,) = filled(given, how=How(linear_min=0, least_days=1), references=references([0.2, *shape, 0.2]))
    assert abs(0.25 * (0.2 / 2 + sum(found.values) + 0.2 / 2) - total) <= 0.25 * 10**-4


def test_more_reference_days_than_asked_for_change_nothing() -> None:
    given = columns(power_kw=[[1, *[NONE] * 5, 1]])
    few = filled(given, how=HOUR, references=references([2.0] * 7, [4.0] * 7))
    many = filled(given, how=HOUR, references=references([2.0] * 7, [4.0] * 7, [90.0] * 7))
    assert few == many
