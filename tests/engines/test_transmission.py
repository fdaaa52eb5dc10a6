"""Tests of the engine transmission: reproduction numbers against published and hand-made answers, and missing days."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from yinghuo.engines.transmission import (
    QUANTILES,
    by_lag,
    correct_truncation,
    discretised_gamma,
    reported_share,
    reproduction_number,
)

# Flu2009 of EpiEstim: a school in Pennsylvania (Cauchemez et al. 2011), to the 13th day; and what EpiEstim's manual
# prints for windows of a week with a serial interval of mean 2.6, sd 1.5 days (Ferguson et al. 2005).
FLU = [1, 1, 0, 2, 5, 3, 3, 3, 6, 2, 5, 9, 13]
FLU_INTERVAL = [0.000, 0.233, 0.359, 0.198, 0.103, 0.053, 0.027, 0.014, 0.007, 0.003, 0.002, 0.001]
FLU_MEAN = [1.735798, 1.749168, 1.537058, 1.431839, 1.422725, 1.635373]
FLU_SD = [0.4091314, 0.3647267, 0.3074116, 0.2705921, 0.2515046, 0.2523436]
FLU_LOW = [1.0287437, 1.1088223, 0.9947030, 0.9514466, 0.9731426, 1.1786332]
FLU_MEDIAN = [1.703761, 1.723884, 1.516613, 1.414830, 1.407932, 1.622413]


def grown(days: int, rate: float, start: float = 1000.0) -> np.ndarray:
    return start * np.exp(rate * np.arange(days))


def test_the_school_of_2009_gives_the_published_numbers() -> None:
    found = reproduction_number(FLU, discretised_gamma(2.6, 1.5, 50))
    assert found.mean[7:] == pytest.approx(FLU_MEAN, abs=1e-5)
    assert found.sd[7:] == pytest.approx(FLU_SD, abs=1e-5)
    assert found.quantiles[7:, 0] == pytest.approx(FLU_LOW, abs=1e-5)
    assert found.median[7:] == pytest.approx(FLU_MEDIAN, abs=1e-5)


def test_the_published_serial_interval_is_the_discretised_gamma() -> None:
    assert discretised_gamma(2.6, 1.5, 11) == pytest.approx(FLU_INTERVAL, abs=6e-4)


@given(mean=st.floats(2, 12), sd=st.floats(0.5, 2))
def test_a_serial_interval_adds_up_and_keeps_its_mean(mean: float, sd: float) -> None:
    weights = discretised_gamma(mean, sd, 120)
    assert weights.sum() == pytest.approx(1)
    assert weights[0] == 0
    assert np.all(weights >= 0)
    assert weights @ np.arange(121) == pytest.approx(mean, abs=0.02)


def test_the_posterior_is_the_gamma_computed_by_hand() -> None:
    found = reproduction_number([2, 3, 4, 5], [0.75, 0.25], window=2)
    pressure = (3 * 0.75 + 2 * 0.25) + (4 * 0.75 + 3 * 0.25)
    by_hand = gamma(1 + 4 + 5, scale=1 / (1 / 5 + pressure))
    assert found.mean[3] == pytest.approx(by_hand.mean())
    assert found.sd[3] == pytest.approx(by_hand.std())
    assert found.quantiles[3] == pytest.approx(by_hand.ppf(QUANTILES))


def test_so_many_different_counts_that_quantiles_are_interpolated_are_as_exact() -> None:
    counts = np.random.default_rng(3).gamma(0.5, 200, (40, 300)) * (np.arange(40)[:, None] + 1) ** 2
    found = reproduction_number(counts, discretised_gamma(3.4, 2.0, 15))
    exact = gamma.ppf(np.array(QUANTILES), found.shape[:, 50:, None], scale=found.scale[:, 50:, None])
    assert found.informative[:, 50:].sum() > 4_000
    assert found.quantiles[:, 50:] == pytest.approx(exact, rel=1e-8, nan_ok=True)


def test_another_prior_has_the_shape_and_scale_of_its_mean_and_deviation() -> None:
    found = reproduction_number([10] * 9, [1.0], window=7, prior_mean=2.0, prior_sd=1.0)
    assert found.shape[8] == pytest.approx(4 + 70)
    assert found.scale[8] == pytest.approx(1 / (1 / 0.5 + 70))


def test_lags_from_zero_and_lags_from_one_are_the_same_interval() -> None:
    zero, one = reproduction_number(FLU, [0, 0.4, 0.6]), reproduction_number(FLU, [0.4, 0.6])
    assert zero.mean == pytest.approx(one.mean, nan_ok=True)


def test_where_nothing_is_known_the_prior_is_not_shown() -> None:
    found = reproduction_number([0] * 20 + [3] + [0] * 60, discretised_gamma(3.4, 2.0, 20))
    for day in (3, 15, 75):
        assert found.no_information[day]
        assert np.isnan(found.mean[day])
        assert np.all(np.isnan(found.quantiles[day]))
    assert not np.any(np.abs(found.mean - 5) < 0.5)
    assert found.informative[26]


def test_an_end_without_cases_is_information_that_it_falls() -> None:
    found = reproduction_number([50] * 20 + [0] * 7, discretised_gamma(3.4, 2.0, 20))
    assert found.informative[-1]
    assert found.quantiles[-1, -1] < 0.1


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 4), st.integers(8, 40), st.integers(0, 2**32 - 1))
def test_many_areas_at_once_are_each_area_alone(areas: int, days: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.poisson(20, (areas, days)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan
    together, weights = reproduction_number(table, discretised_gamma(3.4, 2.0, 15)), discretised_gamma(3.4, 2.0, 15)
    for area in range(areas):
        alone = reproduction_number(table[area], weights)
        assert alone.mean == pytest.approx(together.mean[area], nan_ok=True)
        assert alone.quantiles == pytest.approx(together.quantiles[area], nan_ok=True)


def test_a_missing_day_changes_little_and_a_zero_in_its_place_much() -> None:
    weights, whole = discretised_gamma(3.4, 2.0, 15), grown(40, 0.1)
    gap, zero = whole.copy(), whole.copy()
    gap[[25, 26, 30]], zero[[25, 26, 30]] = np.nan, 0
    true = reproduction_number(whole, weights)
    missing, wrong = reproduction_number(gap, weights), reproduction_number(zero, weights)
    assert missing.mean[24:] == pytest.approx(true.mean[24:], rel=0.002)
    assert np.abs(wrong.mean[24:34] / true.mean[24:34] - 1).max() > 0.1
    assert np.all(missing.sd[25:37] >= true.sd[25:37])
    assert missing.days_seen[31] == 4
    assert missing.known_share[31] < 0.9


def test_a_window_of_missing_days_says_nothing_and_neither_does_what_follows_a_long_gap() -> None:
    counts = grown(60, 0.05)
    counts[20:40] = np.nan
    found = reproduction_number(counts, discretised_gamma(3.4, 2.0, 15))
    assert found.no_information[30]
    assert found.no_information[39]
    assert found.informative[50]
    assert found.mean[58] == pytest.approx(
        reproduction_number(grown(60, 0.05), discretised_gamma(3.4, 2.0, 15)).mean[58]
    )


def test_a_series_that_begins_with_missing_days_does_not_begin_an_outbreak() -> None:
    counts, weights = grown(40, 0.0), discretised_gamma(3.4, 2.0, 15)
    counts[:10] = np.nan
    found = reproduction_number(counts, weights)
    assert np.nanmax(found.mean) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("hidden", [[None, 3, 4], np.ma.masked_invalid([np.nan, 3, 4])])
def test_missing_days_are_read_in_any_form(hidden: Any) -> None:
    found = reproduction_number(hidden, [1.0], window=1)
    assert found.shape.shape == (3,)
    assert found.mean[2] == pytest.approx((1 + 4) / (0.2 + 3))


@pytest.mark.parametrize("wrong", [[-1, 2], [[[1]]], [np.inf, 1], []])
def test_counts_that_are_none_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="counts are"):
        reproduction_number(wrong, [1.0])


@pytest.mark.parametrize("wrong", [[], [0.5, 0.2], [1.2, -0.2]])
def test_weights_that_are_no_serial_interval_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="serial interval"):
        by_lag(wrong)


def test_a_faster_spread_has_a_higher_number() -> None:
    weights = discretised_gamma(3.4, 2.0, 15)
    falling, steady, rising = (reproduction_number(grown(40, rate), weights).mean[-1] for rate in (-0.1, 0.0, 0.1))
    assert falling < 0.8 < steady < 1.05 < rising


def test_days_not_fully_reported_are_scaled_up_with_their_doubt() -> None:
    delay = [0.2, 0.3, 0.3, 0.2]
    assert reported_share(delay, 5) == pytest.approx([1, 1, 0.8, 0.5, 0.2])
    found = correct_truncation([500, 500, 400, 250, 100], delay)
    assert found.expected == pytest.approx([500, 500, 500, 501, 504], abs=1)
    assert found.provisional.tolist() == [False, False, True, True, True]
    assert np.all(np.diff(found.high - found.low) >= 0)
    assert np.isnan(correct_truncation([10, 10], [0.05] + [0.05] * 19).expected[-1])


def test_the_band_of_what_is_still_to_come_holds_it_as_often_as_it_says() -> None:
    rng, delay = np.random.default_rng(7), [0.3, 0.4, 0.3]
    final = rng.integers(20, 400, (4000, 3))
    found = correct_truncation(rng.binomial(final, reported_share(delay, 3)), delay)
    held = ((found.low <= final) & (final <= found.high))[:, 1:].mean()
    assert held == pytest.approx(0.95, abs=0.015)
