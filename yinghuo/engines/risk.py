"""Points for the risk of a place: few factors, each with a ceiling, added up so that everybody can follow.

Not a probability: nobody measured these places. A place has more points the more infectious people were there, the
longer, the more others met them, the worse the air, and when people caught it there or assays of the place were
positive. Each factor grows straight from nothing to its ceiling and stays there; the weights come from the caller.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

FACTORS = ("cases", "hours", "people", "air", "onward", "positives")


class Places(NamedTuple):
    """Columns over places, each of shape (places,).

    cases:     infectious people who were there, a count
    hours:     their hours there, added up, h
    people:    others who met them there, a count
    air:       how badly the place is aired, 0 (open air) to 1 (not aired at all)
    onward:    people who caught it there, as far as tracing knows, a count
    positives: positive assays of people or surfaces there, a count
    """

    cases: np.ndarray
    hours: np.ndarray
    people: np.ndarray
    air: np.ndarray
    onward: np.ndarray
    positives: np.ndarray


class Weight(NamedTuple):
    """The points that a factor gives at most, and the value from which on it gives them."""

    points: float
    full_at: float


def points(places: Places, weights: Mapping[str, Weight]) -> np.ndarray:
    """Points of each place by factor, in the order of FACTORS; the place's points are the sum of its row.

    A place where no infectious person was has none, whatever else is said of it.
    returns: shape (places, 6), each from 0 to the factor's weight
    ValueError: a value below 0 or not finite, a factor without weight, a weight that is full at 0

    >>> weights = {name: Weight(10, 2) for name in FACTORS}
    >>> one = Places(*(np.array([value]) for value in (1, 4, 0, 1, 0, 0)))
    >>> points(one, weights).tolist()
    [[5.0, 10.0, 0.0, 5.0, 0.0, 0.0]]
    """
    columns = np.stack([np.asarray(getattr(places, name), dtype=float) for name in FACTORS], axis=1)
    if not np.isfinite(columns).all() or (columns < 0).any():
        raise ValueError("a place has a value below 0 or one that is not finite")
    most = np.array([weights[name].points if name in weights else -1 for name in FACTORS])
    full_at = np.array([weights[name].full_at if name in weights else 0 for name in FACTORS])
    if (most < 0).any() or (full_at <= 0).any():
        raise ValueError("every factor needs a weight that is full above 0")
    given: np.ndarray = most * np.minimum(columns / full_at, 1.0)
    given[columns[:, 0] == 0] = 0
    return given
