"""Pools in stages: a pool, then its people; a master pool, then its sub-pools, then their people."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from yinghuo.engines.pooling.clusters import checked_clustering, none_among, none_besides
from yinghuo.engines.pooling.performance import (
    Performance,
    Shares,
    Stages,
    by_stage,
    checked_shares,
    checked_size,
    performance,
)

Sizes = tuple[int, Sequence[int]]


def two_stage(
    share: ArrayLike, pool: int, sensitivity: Stages = 1.0, specificity: Stages = 1.0, *, clustering: float = 0.0
) -> Performance:
    """A pool of `pool` people is assayed; when it is positive, each of them once more.

    Dorfman 1943, Ann. Math. Stat. 14:436; with imperfect assays Kim, Hudgens, Dreyfuss, Westreich, Pilcher 2007,
    Biometrics 63:1152 (design D2). With q = (1 - share)^pool and an assay whose error does not depend on the pool:
    assays = 1 + pool * (Se (1 - q) + (1 - Sp) q); sensitivity = Se^2;
    1 - specificity = (1 - Sp) (Se (1 - q') + (1 - Sp) q') with q' = (1 - share)^(pool - 1).

    share:       positive share, 0..1, a number or shape (areas,)
    pool:        people per pool, at least 2
    sensitivity, specificity: of the assay, 0..1; one value, or (pool, person)
    clustering:  correlation of people in one pool, 0 for independent people (beta-binomial)
    returns:     numbers, or arrays (areas,); ValueError for anything outside these bounds

    >>> round(two_stage(0.01, 11).assays_per_person, 3), round(two_stage(0.05, 5).assays_per_person, 3)
    (0.196, 0.426)
    """
    shares, pool = checked_shares(share), checked_size(pool, "a pool")
    clustering = checked_clustering(clustering)
    (se_pool, se), (sp_pool, sp) = by_stage(sensitivity, 2, "sensitivity"), by_stage(specificity, 2, "specificity")
    positive = _says_positive(none_among(shares, pool, clustering), se_pool, sp_pool)
    beside_a_negative = _says_positive(none_besides(shares, pool - 1, clustering), se_pool, sp_pool)
    found = np.full_like(shares, se_pool * se)
    alarms = (1 - sp) * beside_a_negative
    return performance(pool, pool, shares, assays=1 + pool * positive, found=found, alarms=alarms)


def three_stage(
    share: ArrayLike, sizes: Sizes, sensitivity: Stages = 1.0, specificity: Stages = 1.0, *, clustering: float = 0.0
) -> Performance:
    """A master pool is assayed; when positive, each of its sub-pools; when that is positive too, each person in it.

    Kim et al. 2007 (design D3), with sub-pools that may differ in size. A sub-pool of one is a person, assayed once.

    sizes:       (people in the master pool, people in each sub-pool): (30, (10, 10, 10)), (9, (5, 4))
    sensitivity, specificity: of the assay, 0..1; one value, or (master pool, sub-pool, person)
    share, clustering, returns: as for `two_stage`; sensitivity and specificity are means over the people

    >>> round(three_stage(0.01, (25, (5, 5, 5, 5, 5))).assays_per_person, 4)
    0.1334
    """
    shares, (master, parts) = checked_shares(share), checked_sizes(sizes)
    clustering = checked_clustering(clustering)
    se, sp = by_stage(sensitivity, 3, "sensitivity"), by_stage(specificity, 3, "specificity")
    costs = [part_cost(shares, master, part, (se, sp), clustering) for part in parts]
    found = np.full_like(shares, sum(part * se[0] * se[2] * (se[1] if part > 1 else 1) for part in parts) / master)
    alarms = [part * _alarm(shares, master, part, (se, sp), clustering) for part in parts]
    return performance(
        (master, parts),
        master,
        shares,
        assays=1 + np.sum(costs, axis=0),
        found=found,
        alarms=np.sum(alarms, axis=0) / master,
    )


def checked_sizes(sizes: Sizes) -> tuple[int, tuple[int, ...]]:
    """Sizes of three stages; ValueError unless the sub-pools, two at least, add up to the master pool."""
    try:
        whole, split = sizes
        parts = tuple(int(part) for part in split)
    except (TypeError, ValueError):
        raise ValueError(f"sizes are written as (30, (10, 10, 10)), not {sizes!r}") from None
    master = checked_size(whole, "a master pool")
    if len(parts) < 2 or min(parts) < 1:
        raise ValueError("a master pool is split into at least 2 sub-pools of at least 1 person")
    if sum(parts) != master:
        raise ValueError(f"the sub-pools hold {sum(parts)} people, the master pool {master}")
    return master, parts


def part_cost(
    shares: Shares, master: int, part: int, errors: tuple[Sequence[float], Sequence[float]], clustering: float
) -> Shares:
    """Expected assays for one sub-pool: its own assay if the master pool is positive, its people's if both are."""
    (se_master, se_part, _), (sp_master, sp_part, _) = errors
    clean = none_among(shares, master, clustering)
    reached = _says_positive(clean, se_master, sp_master)
    if part == 1:
        return reached
    clean_part = none_among(shares, part, clustering)
    both = se_master * se_part * (1 - clean_part) + (1 - sp_part) * (
        se_master * (clean_part - clean) + (1 - sp_master) * clean
    )
    return reached + part * both


def _alarm(
    shares: Shares, master: int, part: int, errors: tuple[Sequence[float], Sequence[float]], clustering: float
) -> Shares:
    """Probability that a negative person in a sub-pool of `part` is reported positive."""
    (se_master, se_part, _), (sp_master, sp_part, sp) = errors
    clean = none_besides(shares, master - 1, clustering)
    if part == 1:
        return (1 - sp) * _says_positive(clean, se_master, sp_master)
    clean_part = none_besides(shares, part - 1, clustering)
    both = se_master * se_part * (1 - clean_part) + (1 - sp_part) * (
        se_master * (clean_part - clean) + (1 - sp_master) * clean
    )
    return (1 - sp) * both


def _says_positive(clean: Shares, sensitivity: float, specificity: float) -> Shares:
    return sensitivity * (1 - clean) + (1 - specificity) * clean
