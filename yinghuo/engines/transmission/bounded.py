"""Counts that a bulletin leaves open between two bounds: histories drawn from what other days say.

A bulletin that leaves conversions out bounds new infections: high if nobody was converted, low if all who could be
were. Where in between is drawn from donor days that state it, near ones first (a hot deck): what is drawn differs from
history to history, so that what is computed over many carries the doubt.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEAR_DAYS = 5.0  # a donor this many days away weighs 1/e of one on the day
Floats = NDArray[np.float64]


class Donors(NamedTuple):
    """Days that state their conversions: place among the days, and the share converted of the confirmed, 0..1."""

    day: NDArray[np.int64]
    share: Floats

    def until(self, last: int) -> "Donors":
        """The donors up to a day, for looking at the past as it was."""
        return Donors(self.day[self.day <= last], self.share[self.day <= last])


def histories(low: Floats, high: Floats, donors: Donors, *, draws: int, rng: np.random.Generator) -> Floats:
    """Possible histories, shape (areas, draws, days).

    low, high: bounds, (areas, days), NaN where there is none; a day that lacks either is missing, and stays NaN.
    Where both meet, the count is known and the same in each. Without donors any place between the bounds is as likely.

    >>> rng = np.random.default_rng(1)
    >>> found = histories(np.array([[5.0, 0]]), np.array([[5.0, 10]]), Donors(np.array([1]), np.array([0.4])),
    ...                   draws=2, rng=rng)
    >>> found.tolist()
    [[[5.0, 6.0], [5.0, 6.0]]]
    """
    found = np.repeat(np.where(np.isnan(low), np.nan, high)[:, None, :], draws, axis=1)
    for day in np.flatnonzero((high > low).any(axis=0)):
        area = np.flatnonzero(high[:, day] > low[:, day])
        share = _shares(int(day), donors, (area.size, draws), rng)
        found[area, :, day] -= np.round(share * (high - low)[area, day, None])
    return found


def _shares(day: int, donors: Donors, size: tuple[int, int], rng: np.random.Generator) -> Floats:
    if donors.day.size == 0:
        return rng.random(size)
    weight = np.exp(-np.abs(donors.day - day) / NEAR_DAYS) + 1e-12
    return np.asarray(rng.choice(donors.share, size, p=weight / weight.sum()))
