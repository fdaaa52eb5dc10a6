"""Dilution: what a pool does to the cycle threshold, and so to sensitivity."""

import math
from statistics import NormalDist

from yinghuo.engines.pooling.performance import by_stage, checked_size


def shift_ct(pool: int) -> float:
    """Cycles by which one positive among `pool` people appears later: log2 of the pool, a perfect doubling each cycle.

    >>> shift_ct(8), round(shift_ct(10), 2)
    (3.0, 3.32)
    """
    return math.log2(checked_size(pool, "a pool"))


def diluted_sensitivity(
    pool: int, *, mean_ct: float, sd_ct: float, cutoff_ct: float, sensitivity: float = 1.0
) -> float:
    """Sensitivity of a pool's assay when the single positive in it may fall behind the cut-off.

    Cts of positive people are taken as normal (mean_ct, sd_ct in cycles; sd above 0). Of those that a single assay
    finds (at or before cutoff_ct), the share still found `shift_ct(pool)` cycles later, times `sensitivity`. It is the
    first of the stages: `two_stage(share, pool, (diluted_sensitivity(pool, …), sensitivity))`. More than one positive
    in a pool dilutes less, so the figure is a lower bound.

    >>> round(diluted_sensitivity(10, mean_ct=28, sd_ct=5, cutoff_ct=40), 3)
    0.967
    """
    if sd_ct <= 0:
        raise ValueError("the spread of the cycle threshold is above 0")
    (sensitivity,) = by_stage(sensitivity, 1, "sensitivity")
    cts = NormalDist(mean_ct, sd_ct)
    return sensitivity * cts.cdf(cutoff_ct - shift_ct(pool)) / cts.cdf(cutoff_ct)
