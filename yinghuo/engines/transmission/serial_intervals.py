"""The serial interval as probabilities by lag: discretised as EpiEstim does, or as given."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc

SUM_OFF_BY = 0.01  # published tables are rounded; what is further from 1 is no distribution


def discretised_gamma(mean: float, sd: float, days: int) -> NDArray[np.float64]:
    """Probabilities of a serial interval by lag, from a Gamma distribution shifted by one day.

    The discretisation of Cori et al. 2013 (web appendix 11), which EpiEstim calls `discr_si`: the case falls anywhere
    in its day, so the shifted density is weighed with a triangle around each lag. Lag 0 has no weight by construction.

    mean, sd: days; mean above 1, sd above 0 (ValueError otherwise)
    days:     the longest lag, at least 1 (ValueError otherwise); what lies beyond it is shared out
    returns: shape (days + 1,), entry s for a lag of s days, entry 0 is 0, sum 1

    >>> discretised_gamma(2.6, 1.5, 11).round(3).tolist()
    [0.0, 0.233, 0.359, 0.198, 0.103, 0.053, 0.027, 0.014, 0.007, 0.003, 0.002, 0.001]
    """
    if not (mean > 1 and sd > 0):
        raise ValueError(f"a serial interval needs mean above 1 day and sd above 0, not {mean} and {sd}")
    if days < 1:
        raise ValueError(f"a serial interval needs at least one lag, not {days}")
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)
    lag = np.arange(days + 1, dtype=np.float64)

    def below(edge: NDArray[np.float64], power: int) -> NDArray[np.float64]:
        return np.asarray(gammainc(shape + power, np.maximum(edge, 0) / scale))

    first = lag * below(lag, 0) + (lag - 2) * below(lag - 2, 0) - 2 * (lag - 1) * below(lag - 1, 0)
    second = 2 * below(lag - 1, 1) - below(lag - 2, 1) - below(lag, 1)
    weights = np.maximum(first + shape * scale * second, 0)
    weights[0] = 0
    return np.asarray(weights / weights.sum())


def by_lag(serial_interval: ArrayLike) -> NDArray[np.float64]:
    """A serial interval as this package computes with it: entry s for a lag of s days, entry 0 is 0, sum 1.

    serial_interval: probabilities; when the first is 0 they are read as lags 0, 1, 2 …, otherwise as lags 1, 2, 3 …
                     (nobody is infected by who has their onset on the same day, in this model)
    ValueError: nothing, negative, or not adding up to 1 (within 0.01, for rounded tables)

    >>> by_lag([0.2, 0.5, 0.3]).tolist(), by_lag([0, 0.2, 0.5, 0.3]).tolist()
    ([0.0, 0.2, 0.5, 0.3], [0.0, 0.2, 0.5, 0.3])
    """
    weights = np.asarray(serial_interval, dtype=np.float64).ravel()
    if weights.size == 0 or not np.all(np.isfinite(weights)) or np.any(weights < 0):
        raise ValueError("a serial interval is a list of probabilities by lag")
    if abs(weights.sum() - 1) > SUM_OFF_BY:
        raise ValueError(f"a serial interval adds up to 1, not to {weights.sum():.4f}")
    return weights if weights[0] == 0 else np.concatenate([[0.0], weights])
