"""Choosing a design for a share: the cheapest pool, split and array, and what to do when the share is unknown."""

from collections.abc import Iterable

import numpy as np

from yinghuo.engines.pooling.arrays import square_array
from yinghuo.engines.pooling.clusters import checked_clustering
from yinghuo.engines.pooling.performance import Performance, Shares, Stages, by_stage, checked_shares, checked_size
from yinghuo.engines.pooling.stages import part_cost, three_stage, two_stage

LARGEST_SHARE = 1 - 3 ** (-1 / 3)  # 0.3066: above it no pool saves an assay (Ungar 1960; here for two stages)
MINIMAX_POOL = 8  # least worst regret for a share anywhere in 0..LARGEST_SHARE (Malinovsky and Albert 2015)


def best_two_stage(
    share: float, pools: Iterable[int], sensitivity: Stages = 1.0, specificity: Stages = 1.0, *, clustering: float = 0.0
) -> list[Performance]:
    """Pools of the given sizes, the fewest assays per person first; of equals the smaller pool.

    share: one positive share, 0..1; the rest as for `two_stage`; ValueError for several shares

    >>> [one.design for one in best_two_stage(0.01, range(2, 21))][:3]
    [11, 10, 12]
    """
    _one(share)
    tried = [two_stage(share, pool, sensitivity, specificity, clustering=clustering) for pool in sorted(set(pools))]
    return _cheapest_first(tried)


def best_three_stage(
    share: float, largest: int, sensitivity: Stages = 1.0, specificity: Stages = 1.0, *, clustering: float = 0.0
) -> list[Performance]:
    """For each master pool from 2 to `largest` its cheapest split, the fewest assays per person first.

    Given the master pool, assays are a sum over the sub-pools, so that the cheapest of all splits (equal or not) is
    found by dynamic programming over the people that remain.

    >>> best_three_stage(0.01, 40)[0].design
    (25, (5, 5, 5, 5, 5))
    """
    shares, largest = _one(share), checked_size(largest, "the largest master pool")
    clustering = checked_clustering(clustering)
    se, sp = by_stage(sensitivity, 3, "sensitivity"), by_stage(specificity, 3, "specificity")
    tried = []
    for master in range(2, largest + 1):
        costs = [float(part_cost(shares, master, part, (se, sp), clustering)) for part in range(1, master)]
        tried.append(three_stage(share, (master, _cheapest_split(costs)), se, sp, clustering=clustering))
    return _cheapest_first(tried)


def best_square_array(
    share: float,
    sides: Iterable[int],
    row_sensitivity: float = 1.0,
    assay_sensitivity: float = 1.0,
    specificity: float = 1.0,
    *,
    clustering: float = 0.0,
) -> list[Performance]:
    """Arrays of the given sides, the fewest assays per person first; of equals the smaller.

    >>> best_square_array(0.01, range(2, 41))[0].design
    25
    """
    _one(share)
    errors = {"row_sensitivity": row_sensitivity, "assay_sensitivity": assay_sensitivity, "specificity": specificity}
    return _cheapest_first([square_array(share, side, **errors, clustering=clustering) for side in sorted(set(sides))])


def worth_pooling(share: float) -> bool:
    """Whether any two-stage pool needs fewer assays than one for each person, with a perfect assay and p independent.

    >>> worth_pooling(0.30), worth_pooling(0.31)
    (True, False)
    """
    return float(_one(share)) < LARGEST_SHARE


def _cheapest_split(costs: list[float]) -> tuple[int, ...]:
    """Sub-pools of the least total cost, at least two, the larger first; `costs[part - 1]` is the cost of one."""
    master = len(costs) + 1
    cheapest = np.zeros(master + 1)
    first = np.zeros(master + 1, dtype=int)
    by_part = np.array(costs)
    for people in range(1, master + 1):
        largest = min(people, master - 1)
        totals = by_part[:largest] + cheapest[people - largest : people][::-1]
        first[people] = int(np.argmin(totals)) + 1
        cheapest[people] = totals[first[people] - 1]
    parts, left = [], master
    while left:
        parts.append(int(first[left]))
        left -= first[left]
    return tuple(sorted(parts, reverse=True))


def _cheapest_first(tried: list[Performance]) -> list[Performance]:
    return sorted(tried, key=lambda one: float(one.assays_per_person))


def _one(share: float) -> Shares:
    shares = checked_shares(share)
    if shares.ndim:
        raise ValueError("the best design is asked for one share at a time")
    return shares
