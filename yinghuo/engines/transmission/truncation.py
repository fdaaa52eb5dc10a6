"""Right truncation: the last days are not all reported yet; what they will come to when they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import nbinom

from yinghuo.engines.transmission.missing import as_table

Floats = NDArray[np.float64]
LEAST_SHARE = 0.1  # a day of which less than this is reported can't be scaled up
FULL = 0.995


@dataclass(frozen=True)
class Truncated:
    """Counts by day of infection or onset as they will be, shapes as the counts'.

    expected:       people; NaN where too little is reported to say
    low, high:      95 % of what the final count may be, people
    reported_share: share of the day's people who are reported by now, 0..1
    provisional:    whether the day is still to grow by more than half a percent
    """

    expected: Floats
    low: Floats
    high: Floats
    reported_share: Floats
    provisional: NDArray[np.bool_]


def reported_share(reporting_delay: ArrayLike, days: int) -> Floats:
    """Share reported by the end of the last day, for each of `days` days; the last day comes last.

    reporting_delay: probability of a delay of 0, 1, 2 … days; ValueError when it does not add up to 1 (within 0.01)

    >>> reported_share([0.5, 0.3, 0.2], 4).round(2).tolist()
    [1.0, 1.0, 0.8, 0.5]
    """
    delay = np.asarray(reporting_delay, dtype=np.float64).ravel()
    if delay.size == 0 or np.any(delay < 0) or abs(delay.sum() - 1) > 0.01:
        raise ValueError("a reporting delay is a list of probabilities by days of delay that adds up to 1")
    by_now = np.minimum(np.cumsum(delay), 1.0)
    by_now[-1] = 1.0
    age = np.arange(days)[::-1]
    return np.asarray(by_now[np.minimum(age, delay.size - 1)])


def correct_truncation(incidence: ArrayLike, reporting_delay: ArrayLike) -> Truncated:
    """What the last days will come to once all of their people are reported.

    Of N people of a day, a share p is reported by now: the reported count n is binomial. Seen from n, the people still
    to come are negative binomial with n + 1 successes at p (a flat prior on N), so the expected final count is
    n + (n + 1)(1 - p) / p; n / p, the usual estimate, is a little less and knows no uncertainty.

    incidence: reported so far by day of onset, (days,) or (areas, days), the last day is today; NaN stays NaN

    >>> correct_truncation([100, 100, 80, 50], [0.5, 0.3, 0.2]).expected.round().tolist()
    [100.0, 100.0, 100.0, 101.0]
    """
    counts = as_table(incidence)
    share = np.broadcast_to(reported_share(reporting_delay, counts.shape[1]), counts.shape)
    enough = ~np.isnan(counts) & (share >= LEAST_SHARE)
    seen, part = np.where(enough, counts, 0.0), np.where(enough, share, 1.0)
    known = np.where(enough, counts, np.nan)
    found = [
        known + (seen + 1) * (1 - part) / part,
        known + nbinom.ppf(0.025, seen + 1, part),
        known + nbinom.ppf(0.975, seen + 1, part),
        share.copy(),
        share < FULL,
    ]
    return Truncated(*(found if np.ndim(incidence) > 1 else [one[0] for one in found]))
