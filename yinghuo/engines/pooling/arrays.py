"""Square arrays: people laid out in rows and columns, each row and each column one pool."""

import numpy as np
from numpy.typing import ArrayLike

from yinghuo.engines.pooling.clusters import checked_clustering, mixture
from yinghuo.engines.pooling.performance import (
    Performance,
    Shares,
    by_stage,
    checked_shares,
    checked_size,
    performance,
)


def square_array(
    share: ArrayLike,
    side: int,
    row_sensitivity: float = 1.0,
    assay_sensitivity: float = 1.0,
    specificity: float = 1.0,
    *,
    clustering: float = 0.0,
) -> Performance:
    """`side` rows and `side` columns are assayed as pools; then singly whoever stands where they point to.

    A person is assayed when row and column are positive, or the row is positive and all columns are negative, or the
    column is positive and all rows are negative (Phatarfod and Sudbury 1994, Stat. Med. 13:2337). Expectations after
    Kim, Hudgens, Dreyfuss, Westreich, Pilcher 2007, Biometrics 63:1152 (design A2, no master pool), the assay's error
    not depending on the pool's size. With n = side, q = 1 - share, r the sensitivity of a row or column, Sp the
    specificity: a column looks negative with probability b = Sp q^n + (1 - r)(1 - q^n), or, where one of its people is
    known to be negative, a = Sp q^(n-1) + (1 - r)(1 - q^(n-1)), and looks positive with c = 1 - a. Then
    a positive person is assayed with r^2 + 2 r (1 - r) b^(n-1),
    a negative person with c^2 + 2 ((1 - Sp) q^(n-1) a^n + r (a b^(n-1) - q^(n-1) a^n)).

    share:             positive share, 0..1, a number or shape (areas,)
    side:              people in a row, at least 2; the array holds side * side
    row_sensitivity:   of the assay of a row or column, 0..1
    assay_sensitivity: of the assay of one person, 0..1
    specificity:       of every assay, 0..1
    clustering:        correlation between people of one array, wherever they stand (beta-binomial)
    returns:           numbers, or arrays (areas,); `assays` per array; ValueError for anything outside these bounds

    >>> round(square_array(0.01, 10).assays_per_person, 4)
    0.2174
    """
    shares, side = checked_shares(share), checked_size(side, "a row")
    (row, single) = by_stage((row_sensitivity, assay_sensitivity), 2, "sensitivity")
    (sp,) = by_stage(specificity, 1, "specificity")
    positive, negative = _assayed(shares, side, (row, sp), checked_clustering(clustering))
    assays = 2 * side + side**2 * (shares * positive + (1 - shares) * negative)
    return performance(side, side**2, shares, assays=assays, found=single * positive, alarms=(1 - sp) * negative)


def _assayed(shares: Shares, side: int, errors: tuple[float, float], clustering: float) -> tuple[Shares, Shares]:
    """Probability of being assayed singly: of a positive and of a negative person."""
    if clustering == 0:
        return _positive_assayed(shares, side, *errors), _negative_assayed(shares, side, *errors)
    flat = np.atleast_1d(shares)
    nodes, weights = mixture(flat, clustering, side**2 + 1)
    positive = _weighted(_positive_assayed(nodes, side, *errors), weights * nodes)
    negative = _weighted(_negative_assayed(nodes, side, *errors), weights * (1 - nodes))
    return positive.reshape(shares.shape), negative.reshape(shares.shape)


def _positive_assayed(shares: Shares, side: int, row: float, sp: float) -> Shares:
    looks_clean = _looks_clean((1 - shares) ** side, row, sp)
    return row**2 + 2 * row * (1 - row) * looks_clean ** (side - 1)


def _negative_assayed(shares: Shares, side: int, row: float, sp: float) -> Shares:
    clean = (1 - shares) ** (side - 1)
    beside = _looks_clean(clean, row, sp)
    column = _looks_clean((1 - shares) ** side, row, sp)
    both = (row * (1 - clean) + (1 - sp) * clean) ** 2
    clean_row = clean * beside**side
    only_row = (1 - sp) * clean_row + row * (beside * column ** (side - 1) - clean_row)
    return both + 2 * only_row


def _looks_clean(clean: Shares, row: float, sp: float) -> Shares:
    return sp * clean + (1 - row) * (1 - clean)


def _weighted(values: Shares, weights: Shares) -> Shares:
    """Weighted mean over the nodes; where all weights are 0, that of the nodes alone."""
    total = weights.sum(axis=1, keepdims=True)
    fair = np.where(total > 0, weights, 1.0)
    return (values * fair).sum(axis=1) / fair.sum(axis=1)
