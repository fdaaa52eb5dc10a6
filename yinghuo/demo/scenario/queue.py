"""How a queue of people becomes tubes: by group, ten at the most, with early seals and shared remnants."""

import numpy as np

from yinghuo.demo.scenario.shapes import Flags, Ints

CAPACITY = 10


def cut_into_tubes(group: Ints, site: Ints, *, wanted: int, rng: np.random.Generator) -> Ints:
    """People per tube along a queue, shape (tubes,).

    Each group begins a tube of its own and the tenth person ends one. If that makes more tubes than `wanted`, remnants
    of two groups share one, at last all groups of a site; if it makes fewer, some tubes are sealed early (the queue
    ran dry). 0 leaves them as they fell.

    group, site: of each person in the queue, site by site, groups together, shape (people,)
    ValueError:  so few tubes cannot hold so many people, or more tubes than people are wanted

    >>> cut_into_tubes(np.repeat([7, 8], [13, 4]), np.zeros(17, int), wanted=0, rng=np.random.default_rng(1))
    array([10,  3,  4])
    >>> cut_into_tubes(np.repeat([7, 8], [13, 4]), np.zeros(17, int), wanted=2, rng=np.random.default_rng(1))
    array([10,  7])
    """
    opens = _every_tenth(group)
    if wanted:
        _share_remnants(opens, site, wanted=wanted, rng=rng)
        opens = opens if opens.sum() <= wanted else _every_tenth(site)
        missing = wanted - int(opens.sum())
        if not 0 <= missing <= len(group) - opens.sum():
            raise ValueError(f"{len(group)} people do not fit in {wanted} tubes of 1 to {CAPACITY}")
        opens[rng.choice(np.flatnonzero(~opens), missing, replace=False)] = True
    return np.diff(np.r_[np.flatnonzero(opens), len(group)])


def _every_tenth(key: Ints) -> Flags:
    """Where a tube is opened when each stretch of one key begins with a new tube and fills one after the other."""
    fresh = np.r_[True, key[1:] != key[:-1]]
    begins = np.flatnonzero(fresh)
    place = np.arange(len(key)) - np.repeat(begins, np.diff(np.r_[begins, len(key)]))
    return fresh | (place % CAPACITY == 0)


def _share_remnants(opens: Flags, site: Ints, *, wanted: int, rng: np.random.Generator) -> None:
    """Takes openings away where two neighbours of a site fit in one tube, until `wanted` are left or none fits."""
    for _ in range(int(opens.sum()) - wanted):
        starts = np.flatnonzero(opens)
        fill = np.diff(np.r_[starts, len(opens)])
        fits = (fill[1:] + fill[:-1] <= CAPACITY) & (site[starts[1:]] == site[starts[:-1]])
        if not fits.any():
            return
        opens[starts[1 + int(rng.choice(np.flatnonzero(fits)))]] = False
