"""What a pooling design costs and finds, and the checks that every design shares."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Shares = NDArray[np.float64]
Number = float | Shares  # a float for one share, an array (areas,) for many
Stages = float | Sequence[float]  # one value for all stages, or one for each


@dataclass(frozen=True)
class Performance:
    """What one design does; each number a float, or an array (areas,) when many shares were asked for.

    design:            the pool's size, the sizes of three stages, or the side of the array
    people:            people in one pool, master pool or array
    assays:            expected assays for one pool, master pool or array
    assays_per_person: the same, for each person
    sensitivity:       share of the positive people who are found, 0..1
    specificity:       share of the negative people who are not reported positive, 0..1
    ppv, npv:          share of those reported positive who are; share of those reported negative who are;
                       nan where nobody is reported so
    """

    design: Any
    people: int
    assays: Number
    assays_per_person: Number
    sensitivity: Number
    specificity: Number
    ppv: Number
    npv: Number


def performance(
    design: Any, people: int, shares: Shares, *, assays: Shares, found: Shares, alarms: Shares
) -> Performance:
    """Completes a design's numbers.

    shares: positive share, 0..1, shape (areas,) or ()
    found:  probability that a positive person is reported positive
    alarms: probability that a negative person is reported positive
    """
    hits, misses = shares * found, shares * (1 - found)
    false_hits, rightly_negative = (1 - shares) * alarms, (1 - shares) * (1 - alarms)
    return Performance(
        design=design,
        people=people,
        assays=_given(assays, shares),
        assays_per_person=_given(assays / people, shares),
        sensitivity=_given(found, shares),
        specificity=_given(1 - alarms, shares),
        ppv=_given(_ratio(hits, hits + false_hits), shares),
        npv=_given(_ratio(rightly_negative, rightly_negative + misses), shares),
    )


def checked_shares(share: ArrayLike) -> Shares:
    """Shares as an array; ValueError for one that is no number from 0 to 1."""
    shares = np.asarray(share, dtype=np.float64)
    if not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError("a positive share is a number from 0 to 1")
    return shares


def checked_size(size: int, what: str) -> int:
    """A whole number of people from 2; ValueError otherwise."""
    try:
        whole = operator.index(size)
    except TypeError:
        raise ValueError(f"{what} is a whole number of people, not {size!r}") from None
    if whole < 2:
        raise ValueError(f"{what} holds at least 2 people, not {whole}")
    return whole


def by_stage(value: Stages, stages: int, what: str) -> tuple[float, ...]:
    """One value for each stage; ValueError for a wrong count or a value outside 0..1."""
    values = (float(value),) * stages if isinstance(value, int | float) else tuple(float(one) for one in value)
    if len(values) != stages:
        raise ValueError(f"{what}: {len(values)} values for {stages} stages")
    if not all(0 <= one <= 1 for one in values):
        raise ValueError(f"{what} is a number from 0 to 1")
    return values


def _ratio(part: Shares, whole: Shares) -> Shares:
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)


def _given(value: Shares, shares: Shares) -> Number:
    return float(value) if np.ndim(shares) == 0 else np.broadcast_to(value, shares.shape).copy()
