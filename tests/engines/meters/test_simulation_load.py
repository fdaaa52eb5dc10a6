"""Load curves: energy is conserved, a day is the same whenever asked, an outbreak shuts plants."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.demo.meters.shapes import shapes
from yinghuo.engines.meters.simulation.load import Load, chances
from yinghuo.engines.meters.simulation.moments import number_of
from yinghuo.engines.meters.simulation.shapes import Outbreak, Shapes, quarters, whole_quarters

MONDAY = number_of(date(2022, 5, 9))
HOURS = st.lists(st.integers(0, 10**9), min_size=1, max_size=48)


@given(HOURS)
def test_quarters_keep_the_mean_of_every_hour_and_are_never_below_zero(hours: list[int]) -> None:
    parts = quarters(np.array(hours, dtype=float)).reshape(-1, 4)
    assert np.allclose(parts.mean(axis=1), hours, rtol=1e-12, atol=1e-6)
    assert parts.min() >= -1e-6


@given(HOURS)
def test_whole_quarters_sum_to_their_hour_exactly(hours: list[int]) -> None:
    parts = whole_quarters(np.array(hours)).reshape(-1, 4)
    assert parts.sum(axis=1).tolist() == hours
    assert parts.min() >= 0


def test_a_steady_load_has_equal_quarters() -> None:
    assert whole_quarters(np.full(24, 400)).tolist() == [100] * 96


def test_a_day_is_the_same_whenever_it_is_asked_for() -> None:
    load = Load("three_shifts", 1_500.0, seed=5)
    first = load.active_mwh(Shapes(), MONDAY)
    load.active_mwh(Shapes(), MONDAY + 1)
    assert (load.active_mwh(Shapes(), MONDAY) == first).all()
    assert (load.active_mwh(Shapes(), MONDAY + 1) != first).any()


def test_a_working_day_draws_about_its_mean_power() -> None:
    day = Load("two_shifts", 1_000.0, seed=1).active_mwh(Shapes(), MONDAY)
    assert day.sum() == pytest.approx(24_000_000, rel=0.01)


def test_a_two_shift_plant_rests_at_night_and_on_sunday() -> None:
    load = Load("two_shifts", 1_000.0, seed=1, noise=0)
    monday, sunday = (load.active_mwh(Shapes(), day) for day in (MONDAY, MONDAY + 6))
    assert monday[8:20].mean() < 0.4 * monday[36:44].mean()
    assert sunday.sum() < 0.5 * monday.sum()


def test_an_outbreak_leaves_a_plant_its_base_and_gives_a_hospital_more() -> None:
    shut = Outbreak(MONDAY, MONDAY)
    for shape, direction in (("two_shifts", -1), ("hospital", 1)):
        load = Load(shape, 1_000.0, seed=1)
        usual, then = load.active_mwh(Shapes(), MONDAY), load.active_mwh(Shapes(), MONDAY, outbreak=shut)
        assert np.sign(then.sum() - usual.sum()) == direction
    after = Load("two_shifts", 1_000.0, seed=1).active_mwh(Shapes(), MONDAY + 1, outbreak=shut)
    assert after.sum() > 20_000_000


def test_measured_households_keep_the_energy_of_their_year() -> None:
    known = shapes()
    assert [name for name in known.names if name.startswith("household")] == ["household_1", "household_2"]
    for name in ("household_1", "household_2"):
        year = [known.day(name, number_of(date(2021, 1, 1)) + day).mean() for day in range(365)]
        assert np.mean(year) == pytest.approx(1, abs=0.02)
        assert np.std(year) > 0.1


def test_a_household_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        shapes().day("household_9", MONDAY)


def test_chances_are_spread_evenly() -> None:
    drawn = np.concatenate([chances(3, day) for day in range(100)])
    assert 0 <= drawn.min() < 0.01 and 0.99 < drawn.max() < 1
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03
