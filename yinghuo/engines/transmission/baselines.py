"""The flat baseline: tomorrow as today; whoever can't beat it should not forecast."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yinghuo.engines.transmission.forecasting import RECENT_DAYS, Forecast, of_samples
from yinghuo.engines.transmission.missing import as_table

Floats = NDArray[np.float64]


def flat_forecast(incidence: ArrayLike, days: int = 7, *, rng: np.random.Generator, draws: int = 1000) -> Forecast:
    """The last reported count carried on, as wide as the days of the last four weeks differed from one another.

    Each draw adds up differences between reported days (per square root of the days between them) with random signs, as
    the baseline of the forecast hubs does; never below 0. Missing days at the end widen it.

    incidence: (days,) or (areas, days), NaN where missing; an area with fewer than two reported days: NaN throughout

    >>> flat_forecast([5, 9, 7.0], days=3, rng=np.random.default_rng(1)).median.tolist()
    [7.0, 7.0, 7.0]
    """
    counts = as_table(incidence)
    samples = np.stack([_drawn(row, days, draws, rng) for row in counts])
    return of_samples(samples if np.ndim(incidence) > 1 else samples[0])


def _drawn(row: Floats, days: int, draws: int, rng: np.random.Generator) -> Floats:
    seen = np.flatnonzero(~np.isnan(row))
    if seen.size < 2:
        return np.full((draws, days), np.nan)
    recent = seen[seen >= seen[-1] - RECENT_DAYS]
    recent = recent if recent.size > 1 else seen[-2:]
    steps = np.diff(row[recent]) / np.sqrt(np.diff(recent))
    waited = len(row) - 1 - seen[-1]
    half = rng.choice(steps, (-(-draws // 2), waited + days)) * rng.choice((-1.0, 1.0), (-(-draws // 2), waited + days))
    moved = np.concatenate([half, -half])[:draws].cumsum(axis=1)  # mirrored, so that the median stays where it was
    return np.maximum(row[seen[-1]] + moved[:, waited:], 0)
