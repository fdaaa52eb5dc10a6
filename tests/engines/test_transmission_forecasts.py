"""Tests of the engine transmission: forecasts by renewal, the flat baseline, and the scores of both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.transmission import (
    LEVELS,
    coverage,
    discretised_gamma,
    flat_forecast,
    forecast,
    interval_of,
    weighted_interval_score,
)
from yinghuo.engines.transmission.forecasting import Wander

WEIGHTS = discretised_gamma(3.4, 2.0, 15)


def dice() -> np.random.Generator:
    return np.random.default_rng(20220510)


def played(days: int, r: float, rng: np.random.Generator, start: float = 40.0) -> np.ndarray:
    """An outbreak that obeys the renewal equation exactly, with Poisson counts."""
    counts = [start] * len(WEIGHTS)
    for _day in range(days):
        counts.append(float(rng.poisson(r * np.dot(WEIGHTS[1:], counts[: -len(WEIGHTS) : -1]))))
    return np.array(counts[len(WEIGHTS) :])


def test_the_score_is_the_one_computed_by_hand() -> None:
    quantiles, levels = [2.0, 4.0, 7.0, 9.0, 20.0], [0.025, 0.25, 0.5, 0.75, 0.975]
    width_50, width_95 = 0.25 * (9 - 4), 0.025 * (20 - 2)
    inside = (abs(8 - 7) / 2 + width_50 + width_95) / 2.5
    above = (abs(25 - 7) / 2 + width_50 + (25 - 9) + width_95 + (25 - 20)) / 2.5
    assert weighted_interval_score([8, 25], [quantiles] * 2, levels) == pytest.approx([inside, above])
    assert weighted_interval_score(8, dict(zip(levels, quantiles, strict=True))) == pytest.approx(inside)


@given(st.lists(st.floats(0, 500), min_size=5, max_size=5), st.floats(0, 500))
def test_the_score_is_twice_the_mean_pinball_loss(told: list[float], came: float) -> None:
    levels, quantiles = np.array([0.1, 0.25, 0.5, 0.75, 0.9]), np.sort(told)
    pinball = np.maximum(levels * (came - quantiles), (levels - 1) * (came - quantiles))
    assert weighted_interval_score(came, quantiles, levels.tolist()) == pytest.approx(2 * pinball.mean(), abs=1e-9)


def test_on_the_log_scale_a_factor_costs_the_same_at_any_height() -> None:
    low, high = (weighted_interval_score(2 * n, [n], [0.5], scale="log") for n in (1e5, 1e7))
    assert low == pytest.approx(high, rel=1e-4)
    assert weighted_interval_score(10, [10], [0.5], scale="log") == 0


def test_a_forecast_of_one_value_scores_its_absolute_error() -> None:
    assert weighted_interval_score([3, 9], [[5.0], [5.0]], [0.5]) == pytest.approx([2, 4])


def test_what_did_not_come_yet_has_no_score() -> None:
    assert np.isnan(weighted_interval_score([np.nan], [[1.0]], [0.5]))[0]


@pytest.mark.parametrize("levels", [[0.1, 0.5], [0.1, 0.9], [0.1, 0.5, 0.8]])
def test_levels_that_leave_no_intervals_are_refused(levels: list[float]) -> None:
    with pytest.raises(ValueError, match="levels are"):
        weighted_interval_score(1, [1.0] * len(levels), levels)


def test_the_same_dice_give_the_same_forecast_and_others_another() -> None:
    counts = played(40, 1.1, dice())
    first, again = (forecast(counts, WEIGHTS, rng=dice()) for _time in range(2))
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, forecast(counts, WEIGHTS, rng=np.random.default_rng(1)).samples)


def test_a_forecast_goes_where_the_outbreak_goes() -> None:
    rising, falling = (forecast(played(40, r, dice(), start=4000), WEIGHTS, rng=dice()) for r in (1.3, 0.8))
    assert rising.median[6] > rising.median[0]
    assert falling.median[6] < falling.median[0]
    assert rising.quantiles.shape == (7, len(LEVELS))


def test_the_further_ahead_the_wider() -> None:
    found = forecast(played(40, 1.0, dice()), WEIGHTS, rng=dice(), draws=4000)
    low, high = interval_of(found.quantiles, 0.95)
    assert (high - low)[6] > (high - low)[0]
    assert np.all(np.diff(found.quantiles, axis=1) >= 0)


def test_a_forecast_covers_what_comes_about_as_often_as_it_says() -> None:
    rng, steady = dice(), Wander(drift_sd=0.0, dispersion=np.inf)
    outbreaks = np.stack([played(47, 1.05, rng, start=100) for _n in range(120)])
    found = forecast(outbreaks[:, :40], WEIGHTS, rng=rng, draws=400, wander=steady)
    assert coverage(outbreaks[:, 40:], found.quantiles, 0.95) == pytest.approx(0.95, abs=0.05)
    assert coverage(outbreaks[:, 40:], found.quantiles, 0.5) == pytest.approx(0.5, abs=0.12)


def test_missing_days_at_the_end_widen_the_forecast_and_move_it_little() -> None:
    counts = played(40, 1.1, dice(), start=400)
    gap = counts.copy()
    gap[-4:] = np.nan
    whole, missing = (forecast(one, WEIGHTS, rng=dice(), draws=4000) for one in (counts, gap))
    assert missing.median == pytest.approx(whole.median, rel=0.25)
    widths = [np.subtract(*interval_of(one.quantiles, 0.95)[::-1]).mean() for one in (whole, missing)]
    assert widths[1] > widths[0]


def test_of_an_area_without_information_nothing_is_forecast() -> None:
    found = forecast([[0] * 30, [20] * 30], WEIGHTS, rng=dice())
    assert np.all(np.isnan(found.quantiles[0]))
    assert not np.any(np.isnan(found.quantiles[1]))


def test_the_baseline_stays_at_the_last_report_and_never_falls_below_nobody() -> None:
    found = flat_forecast([3, 90, 4, 60, np.nan, 10, np.nan], rng=dice(), draws=2000)
    assert found.median == pytest.approx([10] * 7)
    assert found.samples.min() == 0
    assert np.all(np.isnan(flat_forecast([np.nan, 4.0], rng=dice()).mean))
