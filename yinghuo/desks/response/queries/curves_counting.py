"""Counting a curve: reproduction numbers over possible histories, forecasts, and how earlier forecasts did."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from yinghuo.desks.response.queries.curves_figures import Published
from yinghuo.desks.response.rules.curves import HORIZON_DAYS, WINDOW_DAYS
from yinghuo.engines import transmission
from yinghuo.engines.transmission import Forecast, interval_of, weighted_interval_score
from yinghuo.engines.transmission.forecasting import of_samples

HISTORIES, SAMPLES_EACH = 60, 10
AHEAD_HISTORIES, AHEAD_DRAWS = 8, 125
LOOKED_BACK_HISTORIES, LOOKED_BACK_DRAWS = 4, 100
FIRST_ORIGIN = 21  # days before the first forecast that is scored
SHOWN = {"q025": 0.025, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q975": 0.975}
Floats = NDArray[np.float64]
Said = dict[str, Any]


def counted(found: Published, weights: Floats, *, seed: int) -> dict[str, Said]:
    """What can be said of each area, by its code (see `models.curves.CurveArea`); the same seed says the same."""
    rng = np.random.default_rng(seed)
    drawn = transmission.histories(found.low, found.high, found.donors, draws=HISTORIES, rng=rng)
    speeds = _speeds(drawn, weights, rng)
    ahead = _ahead(drawn[:, :AHEAD_HISTORIES], weights, AHEAD_DRAWS, rng)
    scored = _scored(found, weights, seed)
    with np.errstate(all="ignore"):
        likely = np.median(drawn, axis=1)
    return {
        code: speeds[at]
        | {
            "low": _plain(found.low[at], 0),
            "high": _plain(found.high[at], 0),
            "likely": _plain(likely[at], 1),
            "ahead": {key: _plain(ahead.quantiles[at, :, ahead.levels.index(q)], 1) for key, q in SHOWN.items()},
            "scored": scored[at],
        }
        for at, code in enumerate(found.codes)
    }


def _speeds(drawn: Floats, weights: Floats, rng: np.random.Generator) -> list[Said]:
    """Reproduction numbers of each area over its possible histories, drawn (areas, histories, days)."""
    areas, histories, days = drawn.shape
    each = transmission.reproduction_number(drawn.reshape(-1, days), weights, WINDOW_DAYS)
    informative = each.informative.reshape(areas, histories, days).mean(axis=1) > 0.5
    shape, scale = (np.where(np.isnan(one), 1.0, one) for one in (each.shape, each.scale))
    drawn_r = rng.gamma(shape, scale, (SAMPLES_EACH, *shape.shape)).reshape(SAMPLES_EACH, areas, histories, days)
    samples = np.moveaxis(drawn_r, 0, 2).reshape(areas, -1, days)
    known = each.known_share.reshape(areas, histories, days).mean(axis=1)
    seen = each.days_seen.reshape(areas, histories, days)[:, 0]
    return [_speed(samples[at], informative[at], known[at], seen[at]) for at in range(areas)]


def _speed(samples: Floats, informative: NDArray[np.bool_], known: Floats, seen: NDArray[np.int64]) -> Said:
    def where(values: Floats) -> list[float | None]:
        return _plain(np.where(informative, values, np.nan), 4)

    quantiles = {key: where(np.quantile(samples, level, axis=0)) for key, level in SHOWN.items()}
    return {
        "r": {"mean": where(samples.mean(axis=0)), "sd": where(samples.std(axis=0)), **quantiles},
        "falling": where((samples < 1).mean(axis=0)),
        "known": where(known),
        "seen": [int(days) for days in seen],
    }


def _ahead(drawn: Floats, weights: Floats, draws: int, rng: np.random.Generator) -> Forecast:
    """Forecast of each area over its possible histories, (areas, histories, days)."""
    told = transmission.forecast(drawn.reshape(-1, drawn.shape[2]), weights, HORIZON_DAYS, rng=rng, draws=draws)
    return of_samples(told.samples.reshape(len(drawn), -1, HORIZON_DAYS))


def _flat(drawn: Floats, draws: int, rng: np.random.Generator) -> Forecast:
    told = transmission.flat_forecast(drawn.reshape(-1, drawn.shape[2]), HORIZON_DAYS, rng=rng, draws=draws)
    return of_samples(told.samples.reshape(len(drawn), -1, HORIZON_DAYS))


def _scored(found: Published, weights: Floats, seed: int) -> list[list[list[float]]]:
    """Every forecast that could have been made, beside the flat one, where what came is known exactly.

    Each looks only at what its day knew: bulletins up to then, and conversions stated up to then; with dice of its own.
    """
    exact = np.where(found.low == found.high, found.low, np.nan)
    rows: list[list[list[float]]] = [[] for _code in found.codes]
    for origin in range(FIRST_ORIGIN, len(found.days) - 1):
        past, rng = slice(0, origin + 1), np.random.default_rng([seed, origin])
        known = found.donors.until(origin)
        drawn = transmission.histories(
            found.low[:, past], found.high[:, past], known, draws=LOOKED_BACK_HISTORIES, rng=rng
        )
        ours, flat = _ahead(drawn, weights, LOOKED_BACK_DRAWS, rng), _flat(drawn, LOOKED_BACK_DRAWS, rng)
        came = exact[:, origin + 1 : origin + 1 + HORIZON_DAYS]
        for at, marks in enumerate(_marks(came, ours, flat)):
            rows[at] += [[origin, *mark] for mark in marks]
    return rows


def _marks(came: Floats, ours: Forecast, flat: Forecast) -> list[list[list[float]]]:
    """By area, for each day whose count is known: days ahead, what came, and the marks of both forecasts."""
    columns = [_graded(came, told.quantiles[:, : came.shape[1]]) for told in (ours, flat)]
    table = np.stack([mark for pair in zip(*columns, strict=True) for mark in pair], axis=-1)
    usable = ~np.isnan(table).any(axis=-1) & ~np.isnan(came)
    return [
        [
            [int(day) + 1, float(came[at, day]), *(round(float(mark), 4) for mark in table[at, day])]
            for day in np.flatnonzero(usable[at])
        ]
        for at in range(len(came))
    ]


def _graded(came: Floats, quantiles: Floats) -> list[Floats]:
    """WIS, log WIS, whether it fell into 50 % and into 95 %; NaN where nothing was forecast."""
    marks = [weighted_interval_score(came, quantiles), weighted_interval_score(came, quantiles, scale="log")]
    for share in (0.5, 0.95):
        low, high = interval_of(quantiles, share)
        marks.append(np.where(np.isnan(low), np.nan, (came >= low) & (came <= high)))
    return marks


def _plain(values: Floats, decimals: int) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), decimals) for value in values]
