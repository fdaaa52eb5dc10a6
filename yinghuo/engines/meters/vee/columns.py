"""Readings of many meters on one grid of times, and what a check says of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

MIN_PER_H = 60
DECIMALS = 4  # of readings
HALF_UNIT = 0.5 * 10.0**-DECIMALS  # two sums that differ by less are equal: what binary fractions add


class Rule(NamedTuple):
    """A rule as it stands on a day: its name (a key of `CHECKS`) and its parameters, numbers or names of quantities."""

    name: str
    parameters: Mapping[str, object] = {}

    def number(self, key: str) -> float:
        """A parameter as a number; KeyError where the rule's row lacks it."""
        return float(str(self.parameters[key]))

    def quantities(self, held: Mapping[str, object]) -> list[str]:
        """The quantities that the rule speaks of, as far as the columns hold them."""
        named = self.parameters["quantities"]
        assert isinstance(named, list | tuple)
        return [str(one) for one in named if str(one) in held]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Readings of some meters on a grid of times with equal steps.

    meters:      ids, shape (meters,)
    values:      by name of the quantity, on the meter's side of its transformers, shape (meters, points); NaN: none
    begins, ends: the points that are judged, `ends` not among them; those before and after are only looked at
    step_min:    minutes from point to point
    copies:      by quantity, how many readings claim the point, shape (meters, points)
    outage:      points at which the meter had no supply, shape (meters, points); None: no outage known
    ratio:       current times voltage ratio, shape (meters,); contract_kw on the customer's side, NaN: not known
    previous:    by quantity, the register's advance over the previous period of the same length, kWh, shape (meters,)
    sets:        how often the clock was set within the last month, shape (meters,)
    """

    meters: Int
    values: Mapping[str, Float]
    begins: int = 0
    ends: int
    step_min: int = 15
    copies: Mapping[str, Int] = field(default_factory=dict)
    outage: Bool | None = None
    ratio: Float | None = None
    contract_kw: Float | None = None
    previous: Mapping[str, Float] = field(default_factory=dict)
    sets: Int | None = None

    @property
    def judged(self) -> slice:
        """The judged points as an index."""
        return slice(self.begins, self.ends)

    @property
    def step_h(self) -> float:
        """Hours from point to point."""
        return self.step_min / MIN_PER_H

    def of(self, rows: Int) -> "Columns":
        """The columns of some meters, by their places."""

        def some(held: NDArray[Any] | None) -> Any:
            return None if held is None else held[rows]

        def of_each(held: Mapping[str, NDArray[Any]]) -> Any:
            return {name: grid[rows] for name, grid in held.items()}

        return replace(
            self,
            meters=self.meters[rows],
            values=of_each(self.values),
            copies=of_each(self.copies),
            previous=of_each(self.previous),
            outage=some(self.outage),
            ratio=some(self.ratio),
            contract_kw=some(self.contract_kw),
            sets=some(self.sets),
        )

    def without_supply(self, like: Float) -> Bool:
        """The outage as a mask of this shape."""
        return np.zeros(like.shape, dtype=np.bool_) if self.outage is None else self.outage


class Finding(NamedTuple):
    """What a check found: meter, points `first` to `last` (both in it), what was seen and what the rule allows.

    observed, limit: in the unit of the quantity unless the check says otherwise; None where there is no such number
    verdict:         a word where a rule knows several
    """

    rule: str
    meter: int
    quantity: str
    first: int
    last: int
    observed: float | None = None
    limit: float | None = None
    verdict: str = ""


class Run(NamedTuple):
    """Points `first` to `last` of one row, both in it."""

    row: int
    first: int
    last: int


def runs(mask: Bool, least: int = 1) -> Iterator[Run]:
    """Stretches of true points of at least this length, row by row.

    >>> [tuple(run) for run in runs(np.array([[True, True, False, True]]))]
    [(0, 0, 1), (0, 3, 3)]
    """
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    steps = np.diff(padded, axis=1)
    rows, firsts = np.nonzero(steps == 1)
    _rows, after = np.nonzero(steps == -1)
    long = after - firsts >= least
    for row, first, end in zip(rows[long].tolist(), firsts[long].tolist(), after[long].tolist(), strict=True):
        yield Run(row, first, end - 1)


def to_grid(rows: Int, points: Int, values: Float, shape: tuple[int, int]) -> tuple[Float, Int]:
    """A long list of readings on the grid: the last value for each point (NaN: none), and how many claim it.

    rows, points: where each reading belongs; those outside `shape` are left out

    >>> to_grid(np.array([0, 0]), np.array([1, 1]), np.array([2.0, 3.0]), (1, 2))
    (array([[nan,  3.]]), array([[0, 2]]))
    """
    inside = (rows >= 0) & (rows < shape[0]) & (points >= 0) & (points < shape[1])
    flat = rows[inside] * shape[1] + points[inside]
    grid = np.full(shape[0] * shape[1], np.nan)
    grid[flat] = values[inside]
    copies = np.bincount(flat, minlength=grid.size)
    return grid.reshape(shape), copies.reshape(shape)


def number(value: float) -> float | None:
    """A plain number with four decimals for a finding; None for NaN."""
    return None if np.isnan(value) else round(float(value), DECIMALS)


def carried(values: Float) -> Float:
    """Each point's latest known value before it (not at it), NaN where there is none; shape as given.

    >>> carried(np.array([[1.0, np.nan, 3.0, np.nan]]))
    array([[nan,  1.,  1.,  3.]])
    """
    places = np.where(np.isnan(values), -1, np.arange(values.shape[1]))
    latest = np.maximum.accumulate(places, axis=1)
    filled = np.where(latest >= 0, np.take_along_axis(values, np.maximum(latest, 0), axis=1), np.nan)
    return np.concatenate([np.full((values.shape[0], 1), np.nan), filled[:, :-1]], axis=1)
