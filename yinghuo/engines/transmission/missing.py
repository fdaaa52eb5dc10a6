"""Days that nobody reported: what stands for them in the past of an infection, and how much of it is known.

A missing day is not zero. Where it lies between reported days, its count is taken to lie on the straight line between
them on the log scale (growth and decline are exponential); where it lies before the first reported day, nobody knows it
nor anything before it, and the weight of those lags is left out. It never counts as an observation itself.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

HALF = 0.5  # added before taking logs, so that a zero beside a gap has one


class Past(NamedTuple):
    """Infectiousness by day, shape (areas, days).

    pressure: sum over lags of earlier counts times the serial interval (Cori's capital lambda)
    known:    share of the pressure that rests on reported days, 0..1; 1 where nothing was missing
    """

    pressure: NDArray[np.float64]
    known: NDArray[np.float64]


def as_table(incidence: ArrayLike) -> NDArray[np.float64]:
    """Counts as floats, shape (areas, days); NaN stays.

    Lists, arrays, masked arrays and None are read. ValueError: no day, more than two dimensions, negative, infinite
    """
    counts = np.atleast_2d(np.ma.filled(np.ma.asarray(incidence, dtype=np.float64), np.nan))
    if counts.ndim != 2 or counts.shape[1] == 0:
        raise ValueError(f"counts are days, or areas by days, not of shape {counts.shape}")
    if np.any(counts < 0) or np.any(np.isinf(counts)):
        raise ValueError("counts are people: not negative, not infinite")
    return counts


def bridged(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The counts with gaps between reported days filled along the log scale; leading and trailing gaps stay NaN.

    >>> bridged(np.array([[np.nan, 3.5, np.nan, np.nan, 31.5]])).round(2).tolist()
    [[nan, 3.5, 7.5, 15.5, 31.5]]
    """
    filled = counts.copy()
    days = np.arange(counts.shape[1])
    for row in np.flatnonzero(np.isnan(counts).any(axis=1)):
        seen = np.flatnonzero(~np.isnan(counts[row]))
        if seen.size:
            inside = days[seen[0] : seen[-1] + 1]
            logs = np.interp(inside, seen, np.log(counts[row, seen] + HALF))
            gap = np.isnan(counts[row, inside])
            filled[row, inside[gap]] = np.maximum(np.exp(logs[gap]) - HALF, 0)
    return filled


def pressure(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> Past:
    """How infectious the past is on each day.

    counts: (areas, days), NaN for missing; weights: by lag, entry 0 is 0
    """
    filled = bridged(counts)
    gone = np.isnan(counts)
    if not gone.any():
        return Past(_felt(filled, weights), np.ones_like(filled))
    total = _felt(np.nan_to_num(filled), weights)
    seen = _felt(np.nan_to_num(counts), weights)
    lost = _weight_before_first(gone, weights)
    share = np.divide(seen, total, out=np.ones_like(total), where=total > 0) * (1 - lost)
    return Past(np.divide(total, 1 - lost, out=np.zeros_like(total), where=lost < 1), share)


def _felt(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.zeros_like(counts)
    for lag in range(1, min(len(weights), counts.shape[1])):
        if weights[lag] > 0:
            found[:, lag:] += weights[lag] * counts[:, :-lag]
    return found


def _weight_before_first(gone: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of the lags that reach before the first reported day of a row that begins with a gap, else 0."""
    beyond = 1 - np.cumsum(weights)
    days = np.arange(gone.shape[1])
    first = np.where(gone.all(axis=1), gone.shape[1], np.argmin(gone, axis=1))
    since = days[None, :] - first[:, None]
    lost = np.where(since < 0, 1.0, beyond[np.clip(since, 0, len(weights) - 1)])
    return np.where(first[:, None] > 0, np.clip(lost, 0, 1), 0.0)
