"""How positives fall into pools: independently, or clustered (households, desks) after the beta-binomial model.

Clustered: each pool draws its own share from Beta(a, b) with mean `share` and a + b = (1 - clustering) / clustering, so
that `clustering` is the correlation between two people of one pool (Skellam 1948, J. R. Stat. Soc. B 10:257).
"""

import numpy as np

from yinghuo.engines.pooling.performance import Shares

INDEPENDENT = 1e-12  # below it clustering changes less than rounding does


def checked_clustering(clustering: float) -> float:
    """The correlation within a pool, 0 for next to none; ValueError unless it is at least 0 and below 1."""
    if not 0 <= clustering < 1:
        raise ValueError("clustering is a correlation, at least 0 and below 1")
    return float(clustering) if clustering > INDEPENDENT else 0.0


def none_among(shares: Shares, people: int, clustering: float) -> Shares:
    """Probability that a pool of `people` holds no positive.

    >>> float(none_among(np.float64(0.01), 10, 0).round(4)), float(none_among(np.float64(0.01), 10, 0.1).round(4))
    (0.9044, 0.9322)
    """
    if people == 0:
        return np.ones_like(shares)
    return (1 - shares) * none_besides(shares, people - 1, clustering)


def none_besides(shares: Shares, others: int, clustering: float) -> Shares:
    """Probability that `others` people hold no positive, given that one more person of their pool is negative."""
    if clustering == 0:
        return (1 - shares) ** others
    spread = (1 - clustering) / clustering
    factors = [((1 - shares) * spread + number) / (spread + number) for number in range(1, others + 1)]
    return np.prod(factors, axis=0) if factors else np.ones_like(shares)


def mixture(shares: Shares, clustering: float, degree: int) -> tuple[Shares, Shares]:
    """Nodes and weights for the mean of a polynomial over Beta(a, b): Gauss-Jacobi quadrature (Golub and Welsch 1969,
    Math. Comp. 23:221), exact up to `degree`.

    shares:  means of the beta, shape (areas,); 0 and 1 give that one node
    returns: nodes 0..1 and weights that sum to 1, each (areas, nodes)
    """
    count = degree // 2 + 1
    inner = (shares > 0) & (shares < 1)
    nodes = np.repeat(shares[:, None], count, axis=1)
    weights = np.zeros_like(nodes)
    weights[:, 0] = 1
    if inner.any():
        nodes[inner], weights[inner] = _gauss_jacobi(shares[inner], (1 - clustering) / clustering, count)
    return nodes, weights


def _gauss_jacobi(shares: Shares, spread: float, count: int) -> tuple[Shares, Shares]:
    high, low = shares * spread - 1, (1 - shares) * spread - 1  # exponents of x and of 1 - x
    both = (high + low)[:, None]
    n = np.arange(count, dtype=np.float64)[None, :]
    step = 2 * n + both
    diagonal = np.empty((len(shares), count))
    diagonal[:, 0] = (high - low) / (high + low + 2)
    diagonal[:, 1:] = (high**2 - low**2)[:, None] / (step * (step + 2))[:, 1:]
    matrix = np.zeros((len(shares), count, count))
    matrix[:, np.arange(count), np.arange(count)] = diagonal
    off = _beside_the_diagonal(high[:, None], low[:, None], n[:, 1:])
    matrix[:, np.arange(count - 1), np.arange(1, count)] = off
    matrix[:, np.arange(1, count), np.arange(count - 1)] = off
    values, vectors = np.linalg.eigh(matrix)
    return np.clip((values + 1) / 2, 0, 1), vectors[:, 0, :] ** 2


def _beside_the_diagonal(high: Shares, low: Shares, n: Shares) -> Shares:
    both = high + low
    step = 2 * n + both
    first = 4 * (1 + low) * (1 + high) / ((2 + both) ** 2 * (3 + both))
    with np.errstate(divide="ignore", invalid="ignore"):  # at n = 1 the general form may be 0 / 0
        general = 4 * n * (n + low) * (n + high) * (n + both) / (step**2 * (step + 1) * (step - 1))
    return np.sqrt(np.where(n == 1, first, general))
