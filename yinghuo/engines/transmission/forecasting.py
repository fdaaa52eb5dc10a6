"""Forecasts by renewal: the past infects the next days as fast as the last reproduction number says, with its doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yinghuo.engines.transmission.missing import as_table, bridged, pressure
from yinghuo.engines.transmission.reproduction import reproduction_number
from yinghuo.engines.transmission.serial_intervals import by_lag

LEVELS = (0.01, 0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975, 0.99)  # the 23 of the forecast hubs
RECENT_DAYS = 28
STALE_DAYS = 14  # a reproduction number older than this forecasts nothing
USUAL_K = 10.0  # of the counts' spread, where too few days tell
MOST_A_DAY = 1e7  # people; no draw runs off to infinity
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Wander:
    """What a forecast assumes beside the serial interval.

    window:     days that the last reproduction number is taken over
    prior_mean, prior_sd: of that number; beside a curve nobody expects 5, where the curve itself says little
    drift_sd:   how far its logarithm wanders a day (standard deviation); 0: it stays
    dispersion: k of the counts' negative binomial, variance = mean + mean squared / k; None: from the last four weeks
    """

    window: int = 7
    prior_mean: float = 1.0
    prior_sd: float = 1.0
    drift_sd: float = 0.05
    dispersion: float | None = None


@dataclass(frozen=True)
class Told:
    """What is known of the areas to forecast.

    counts: (areas, days); speed: shape and scale of the last reproduction number, (areas, 1) each; k: (areas, 1)
    """

    counts: Floats
    speed: tuple[Floats, Floats]
    k: Floats


@dataclass(frozen=True)
class Forecast:
    """New infections of the days after the last, people; the leading axis is the areas' where there are several.

    mean:      (…, days); quantiles: (…, days, levels); levels: those of `LEVELS`
    samples:   (…, draws, days)
    NaN throughout where nothing can be said of the area: no information on its last reproduction number
    """

    mean: Floats
    quantiles: Floats
    samples: Floats
    levels: tuple[float, ...] = LEVELS

    @property
    def median(self) -> Floats:
        """The quantile at 0.5."""
        return np.asarray(self.quantiles[..., self.levels.index(0.5)])


def forecast(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    days: int = 7,
    *,
    rng: np.random.Generator,
    draws: int = 1000,
    wander: Wander | None = None,
) -> Forecast:
    """New infections of the next days, by the renewal equation.

    Each draw takes one reproduction number from the posterior of the last window with information, lets it wander day
    by day, and draws each day's people (negative binomial) around what the past, drawn days included, brings forth.
    Missing days at the end are drawn likewise; the forecast is for the days after the last column, missing or not.

    incidence: (days,) or (areas, days), NaN where missing; serial_interval: see `by_lag`
    days, draws: at least 1, ValueError otherwise; wander: `Wander()` when None

    >>> found = forecast([10.0] * 30, [0, 0.5, 0.5], days=2, rng=np.random.default_rng(1), draws=4000)
    >>> bool((abs(found.median - 10) < 2).all())
    True
    """
    if days < 1 or draws < 1:
        raise ValueError("a forecast has at least one day and one draw")
    counts, weights = as_table(incidence), by_lag(serial_interval)
    wander = wander or Wander()
    speed = reproduction_number(counts, weights, wander.window, wander.prior_mean, wander.prior_sd)
    last = counts.shape[1] - 1 - np.argmax(speed.informative[:, ::-1], axis=1)
    rows = np.flatnonzero(speed.informative.any(axis=1) & (last >= counts.shape[1] - STALE_DAYS))
    samples = np.full((len(counts), draws, days), np.nan)
    if rows.size:
        told = Told(
            counts[rows],
            (speed.shape[rows, last[rows], None], speed.scale[rows, last[rows], None]),
            _dispersion(counts[rows], speed.mean[rows], weights, wander),
        )
        samples[rows] = _drawn(told, weights, samples[rows].shape, drift_sd=wander.drift_sd, rng=rng)
    return of_samples(samples if np.ndim(incidence) > 1 else samples[0])


def of_samples(samples: Floats) -> Forecast:
    """A forecast from its draws, shape (…, draws, days); an area of NaN stays NaN."""
    quantiles = np.moveaxis(np.quantile(samples, LEVELS, axis=-2), 0, -1)
    return Forecast(samples.mean(axis=-2), quantiles, samples)


def _drawn(told: Told, weights: Floats, size: tuple[int, ...], *, drift_sd: float, rng: np.random.Generator) -> Floats:
    """Draws of the days to come, shape `size`: areas, draws, days. Areas reported later wait on what was reported."""
    rows, draws, days = size
    known = ~np.isnan(told.counts)
    seen = known.shape[1] - np.argmax(known[:, ::-1], axis=1)
    first, lead = int(seen.min()), len(weights) - 1
    filled = np.nan_to_num(bridged(told.counts))
    past = filled[:, max(first - lead, 0) : first]
    path = np.zeros((rows, draws, lead + known.shape[1] - first + days))
    path[:, :, lead - past.shape[1] : lead] = past[:, None, :]
    log_r = np.log(np.maximum(rng.gamma(*told.speed, (rows, draws)), 1e-9))
    for step in range(path.shape[2] - lead):
        log_r += rng.normal(0.0, drift_sd, (rows, draws))
        felt = path[:, :, step : step + lead] @ weights[:0:-1]
        drawn = _people(np.minimum(np.exp(log_r) * felt, MOST_A_DAY), told.k, rng)
        reported = seen > first + step
        drawn[reported] = filled[reported, min(first + step, known.shape[1] - 1), None]
        path[:, :, lead + step] = drawn
    return path[:, :, -days:]


def _people(mean: Floats, k: Floats, rng: np.random.Generator) -> Floats:
    """Counts around a mean, negative binomial; Poisson where k is infinite. k: (areas, 1)"""
    finite = np.isfinite(k)
    shape = np.broadcast_to(np.where(finite, k, 1.0), mean.shape)
    noise = np.where(finite, rng.gamma(shape, 1 / shape), 1.0)
    return rng.poisson(mean * noise).astype(np.float64)


def _dispersion(counts: Floats, mean_r: Floats, weights: Floats, wander: Wander) -> Floats:
    """k by moments over four weeks, (areas, 1): how far days lay from what the day before led to expect."""
    if wander.dispersion is not None:
        return np.full((len(counts), 1), wander.dispersion)
    expected = mean_r[:, :-1] * pressure(counts, weights).pressure[:, 1:]
    seen, mean = counts[:, 1:][:, -RECENT_DAYS:], expected[:, -RECENT_DAYS:]
    usable = ~np.isnan(seen) & ~np.isnan(mean) & (mean > 0)
    seen, mean = np.where(usable, seen, 0.0), np.where(usable, mean, 0.0)
    excess = ((seen - mean) ** 2 - mean).sum(axis=1) / np.maximum((mean**2).sum(axis=1), 1e-12)
    k = np.where(excess > 1e-6, 1 / np.maximum(excess, 1e-6), np.inf)
    return np.where(usable.sum(axis=1) >= wander.window, k, USUAL_K)[:, None]
