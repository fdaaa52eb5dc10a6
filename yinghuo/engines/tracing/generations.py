"""The second generation, contacts of contacts: it explodes, so it is counted and ranked, and listed only when asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from yinghuo.engines.tracing.columns import Ints, column, has


@dataclass(frozen=True)
class Generations:
    """How far a chain may have gone.

    first, second: how many people met a seed; how many others met one of those
    ranked: columns person (of the first generation), reaches (people of the second that this one met), alone (whom
            nobody else of the first met: who is isolated first?), the most far-reaching first, then by number
    listed: the people of the second generation, ascending; None unless asked for
    """

    first: int
    second: int
    ranked: pa.Table
    listed: Ints | None = None


def second_generation(edges: Any, seeds: Any, *, top: int = 20, listed: bool = False) -> Generations:
    """Contacts of contacts of the seeds, over edges that join people who met, in either direction.

    edges: what `contacts` returns, or columns (case, person), (a, b), (source, target), or an array of shape (edges, 2)
    seeds: people, whole numbers; a seed belongs to no generation, and nobody to two
    top:   rows of `ranked` at most

    >>> found = second_generation([(1, 2), (1, 3), (2, 4), (2, 5), (3, 5)], [1])
    >>> found.first, found.second, found.ranked.to_pydict()
    (2, 2, {'person': [2, 3], 'reaches': [2, 1], 'alone': [1, 0]})
    """
    one, other = _ends(edges)
    one, other = np.concatenate([one, other]), np.concatenate([other, one])
    roots = np.unique(_people(seeds))
    first = np.setdiff1d(other[np.isin(one, roots)], roots)
    onward = np.isin(one, first) & ~np.isin(other, np.union1d(first, roots))
    links = np.unique(np.stack([one[onward], other[onward]], axis=1), axis=0)
    second, which, met_by = np.unique(links[:, 1], return_inverse=True, return_counts=True)
    ranked = _ranked(links[:, 0], met_by[which] == 1, first).slice(0, top)
    return Generations(len(first), len(second), ranked, second if listed else None)


def _ranked(of: Ints, only_one: Any, first: Ints) -> pa.Table:
    place = np.searchsorted(first, of)
    reaches = np.bincount(place, minlength=len(first))
    alone = np.bincount(place[only_one], minlength=len(first))
    order = np.lexsort((first, -alone, -reaches))
    return pa.table({"person": first[order], "reaches": reaches[order], "alone": alone[order]})


def _ends(edges: Any) -> tuple[Ints, Ints]:
    for one, other in (("case", "person"), ("a", "b"), ("source", "target"), ("person", "contact")):
        if _is_named(edges) and has(edges, one) and has(edges, other):
            return column(edges, one), column(edges, other)
    pairs = np.asarray(list(edges) if not isinstance(edges, np.ndarray) else edges)
    if not pairs.size:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError("edges are two columns of whole numbers")
    return pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)


def _is_named(edges: Any) -> bool:
    plain = isinstance(edges, np.ndarray) and not edges.dtype.names
    return not plain and not isinstance(edges, list | tuple | set)


def _people(seeds: Any) -> Ints:
    if isinstance(seeds, Iterable) and not hasattr(seeds, "dtype") and not isinstance(seeds, pa.Table | dict):
        return np.asarray([int(one) for one in seeds], dtype=np.int64)
    return column(seeds, "person", "case") if not isinstance(seeds, np.ndarray) else seeds.astype(np.int64)
