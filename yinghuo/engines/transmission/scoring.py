"""How good a forecast was: the weighted interval score (Bracher, Ray, Gneiting and Reich 2021), and coverage."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yinghuo.engines.transmission.forecasting import LEVELS

Floats = NDArray[np.float64]


def weighted_interval_score(
    observed: ArrayLike,
    quantiles: ArrayLike | Mapping[float, ArrayLike],
    levels: Sequence[float] = LEVELS,
    *,
    scale: Literal["natural", "log"] = "natural",
) -> Floats:
    """Distance between a forecast and what came, in the observation's unit; 0 is perfect, less is better.

    WIS = (|y - median| / 2 + sum over intervals of alpha / 2 * IS_alpha) / (K + 1/2), with the interval score
    IS_alpha = (upper - lower) + 2 / alpha * (lower - y if y is below) + 2 / alpha * (y - upper if y is above). With no
    interval it is the absolute error. On the log scale, all of it on log(x + 1) (Bosse et al. 2023).

    observed:  shape (…,); NaN gives NaN
    quantiles: shape (…, levels), or {level: values}; levels: 0.5 and pairs a, 1 - a; ValueError otherwise
    returns: shape (…,)

    >>> round(float(weighted_interval_score(12, [5, 10, 15], [0.1, 0.5, 0.9])), 4)  # (2/2 + 0.1 * 10) / 1.5
    1.3333
    """
    if isinstance(quantiles, Mapping):
        levels = tuple(quantiles)
        quantiles = np.stack([np.asarray(quantiles[level], dtype=np.float64) for level in levels], axis=-1)
    came, told = np.asarray(observed, dtype=np.float64), np.asarray(quantiles, dtype=np.float64)
    if told.shape[-1] != len(levels):
        raise ValueError(f"{told.shape[-1]} quantiles for {len(levels)} levels")
    if scale == "log":
        came, told = np.log1p(came), np.log1p(told)
    at = {round(level, 6): told[..., place] for place, level in enumerate(levels)}
    pairs = _pairs(at)
    total = np.abs(came - at[0.5]) / 2
    for low, high in pairs:
        below, above = np.maximum(at[low] - came, 0), np.maximum(came - at[high], 0)
        total = total + low * (at[high] - at[low]) + below + above  # alpha / 2 is the lower level
    return np.asarray(total / (len(pairs) + 0.5))


def interval_of(quantiles: ArrayLike, share: float, levels: Sequence[float] = LEVELS) -> tuple[Floats, Floats]:
    """Lower and upper end of the central interval that holds `share` (0.5, 0.95), each of shape (…,)."""
    told = np.asarray(quantiles, dtype=np.float64)
    places = {round(level, 6): place for place, level in enumerate(levels)}
    low, high = round((1 - share) / 2, 6), round((1 + share) / 2, 6)
    if low not in places or high not in places:
        raise ValueError(f"no quantiles at {low} and {high}")
    return told[..., places[low]], told[..., places[high]]


def coverage(observed: ArrayLike, quantiles: ArrayLike, share: float, levels: Sequence[float] = LEVELS) -> float:
    """Share of the observations that fell into the central interval, 0..1; NaN observations or forecasts don't count.

    >>> coverage([1, 12, 30], [[5, 10, 15]] * 3, 0.8, [0.1, 0.5, 0.9])
    0.3333333333333333
    """
    low, high = interval_of(quantiles, share, levels)
    came = np.asarray(observed, dtype=np.float64)
    known = ~np.isnan(came) & ~np.isnan(low)
    return float(np.mean(((came >= low) & (came <= high))[known])) if known.any() else float("nan")


def _pairs(at: Mapping[float, Floats]) -> list[tuple[float, float]]:
    """Levels below and above the median that belong together."""
    low = sorted(level for level in at if level < 0.5)
    pairs = [(level, round(1 - level, 6)) for level in low]
    if 0.5 not in at or any(high not in at for _low, high in pairs) or len(at) != 2 * len(pairs) + 1:
        raise ValueError("levels are 0.5 and pairs that leave as much above as below")
    return pairs
