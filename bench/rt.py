"""Reproduction numbers of 1,000 areas over a year beside epyestim and bare sums, in one run: `python bench/rt.py`.

epyestim takes one series at a time; it is timed on some areas and its time is multiplied, which is said. Its quantiles
are those of `estimate_r`'s own module; its smoothing and bootstrap are left out on both sides. The limit below is numpy
without quantiles: sums alone, nothing of scipy.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from yinghuo.engines.transmission import QUANTILES, by_lag, discretised_gamma, forecast, reproduction_number

AREAS, DAYS, WINDOW, REPEATS = 1_000, 365, 7, 5
MEAN, SD, LAGS = 3.4, 2.0, 20
PEERS = 20  # areas that epyestim is timed on


def main() -> None:
    """Prints one line for each claim."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--areas", type=int, default=AREAS)
    asked.add_argument("--days", type=int, default=DAYS)
    args = asked.parse_args()
    rng = np.random.default_rng(2022)
    counts = outbreaks(args.areas, args.days, rng)
    weights = discretised_gamma(MEAN, SD, LAGS)
    ours_s, ours = median_of(lambda: reproduction_number(counts, weights, WINDOW))
    limit_s, bare = median_of(lambda: bare_sums(counts, weights))
    print(
        f"{args.areas:,} areas x {args.days} days, window {WINDOW}, five quantiles: {ours_s:.3f} s (claim: under 1 s)"
    )
    print(f"  bare sums without quantiles: {limit_s:.3f} s, we take {ours_s / limit_s:.1f} times as long")
    print(f"  apart from the bare sums at most {np.nanmax(np.abs(ours.mean - bare)):.1e}")
    holes = np.where(rng.random(counts.shape) < 0.15, np.nan, counts)
    print(f"  with 15 % of the days missing: {median_of(lambda: reproduction_number(holes, weights))[0]:.3f} s")
    broken = counts + rng.random(counts.shape)
    print(f"  with no two counts alike: {median_of(lambda: reproduction_number(broken, weights))[0]:.3f} s")
    beside_epyestim(counts, ours, ours_s)
    ahead_s, _found = median_of(lambda: forecast(counts[:50], weights, rng=rng, draws=1_000))
    print(f"forecast of 7 days, 1,000 draws, 50 areas: {ahead_s:.2f} s")


def outbreaks(areas: int, days: int, rng: np.random.Generator) -> np.ndarray:
    """Counts that rise and fall in waves, whole people, mean about 60 a day."""
    phase, height = rng.uniform(0, 2 * np.pi, (areas, 1)), rng.lognormal(4, 1, (areas, 1))
    return rng.poisson(height * np.exp(np.sin(np.arange(days) / 25 + phase))).astype(np.float64)


def bare_sums(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The posterior mean alone, by the shortest way in numpy."""
    pressure = np.zeros_like(counts)
    for lag in range(1, len(weights)):
        pressure[:, lag:] += weights[lag] * counts[:, :-lag]
    sums = [np.lib.stride_tricks.sliding_window_view(one, WINDOW, axis=1).sum(axis=2) for one in (counts, pressure)]
    mean = np.full_like(counts, np.nan)
    mean[:, WINDOW - 1 :] = (1 + sums[0]) / (0.2 + sums[1])
    return mean


def beside_epyestim(counts: np.ndarray, ours: Any, ours_s: float) -> None:
    """epyestim on some areas, multiplied; the same series, serial interval, prior and window."""
    import pandas as pd
    from epyestim.estimate_r import estimate_r, gamma_quantiles

    weights = by_lag(discretised_gamma(MEAN, SD, LAGS))
    days = pd.date_range("2022-01-01", periods=counts.shape[1])
    some = counts[:PEERS]

    def peer() -> list[np.ndarray]:
        found = []
        for row in some:
            posterior = estimate_r(pd.Series(row, index=days), weights, a_prior=1, b_prior=5, window_size=WINDOW)
            a, b = posterior.a_posterior.to_numpy(), posterior.b_posterior.to_numpy()
            found.append(np.column_stack([a * b, *(gamma_quantiles(level, a, b) for level in QUANTILES)]))
        return found

    spent, found = median_of(peer)
    whole_s = spent * len(counts) / len(some)
    apart = max(
        float(np.nanmax(np.abs(np.column_stack([ours.mean[at], ours.quantiles[at]])[-len(theirs) :] - theirs)))
        for at, theirs in enumerate(found)
    )
    print(
        f"  epyestim on {len(some)} of the areas {spent:.3f} s, for all {len(counts):,} about {whole_s:.1f} s", end=""
    )
    print(f" (multiplied): {whole_s / ours_s:.0f} times ours; apart at most {apart:.1e}")


def median_of(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, Any]:
    """Median seconds of some runs, and what the last gave."""
    spent, found = [], None
    for _run in range(repeats):
        started = time.perf_counter()
        found = work()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent), found


if __name__ == "__main__":
    main()
