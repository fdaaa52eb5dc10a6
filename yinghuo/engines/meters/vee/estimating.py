"""Estimates for points that were not read, or not believed: a line over short gaps, reference days over long ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from yinghuo.engines.meters.quantities import BY_NAME
from yinghuo.engines.meters.vee.columns import DECIMALS, Bool, Columns, Float, Run, number, runs
from yinghuo.engines.meters.vee.registers import ENERGY

UNIT = 10**DECIMALS
Method = Literal["linear", "reference"]


@dataclass(frozen=True, kw_only=True)
class How:
    """The parameters of estimation.

    linear_min:  gaps up to so many minutes are bridged by a line (California: 120)
    days:        so many of the latest clean reference days make the mean; `least_days` must be there
    least_kwh:   a curve is fitted to the register's advance from so much on: below, cut-off digits would say too much
    """

    linear_min: int = 120
    days: int = 4
    least_days: int = 2
    least_kwh: float = 0.5


@dataclass(frozen=True)
class References:
    """Earlier days on the same grid, the latest first.

    values:  shape (days, meters, points), NaN where nothing was read; clean: whether a day counts for a meter,
             shape (days, meters)
    """

    values: Float
    clean: Bool


class Estimate(NamedTuple):
    """The values of one gap within the judged points, `first` to `last`, four decimals.

    days:      places in `References` that were averaged, the latest first
    total_kwh: the register's advance that they were fitted to; None where nothing brackets the gap
    """

    meter: int
    quantity: str
    first: int
    last: int
    values: tuple[float, ...]
    method: Method
    days: tuple[int, ...] = ()
    total_kwh: float | None = None


def estimate(
    columns: Columns, *, quantity: str, missing: Bool, how: How | None = None, references: References | None = None
) -> list[Estimate]:
    """Estimates of a quantity wherever `missing` is true, shape (meters, points), and nowhere else.

    Up to `how.linear_min` a line from the reading before to the one after, beyond it the mean of reference days.
    No gap is bridged over an outage, and a point without supply is never estimated. A register needs a reading on
    both sides; its estimates climb from one to the other. A power curve is fitted to the advance of the register
    `import_kwh`, where that was read at both ends and is worth it: the trapezoid over the gap equals it.
    A gap for which there is neither is left open.
    """
    how = how or How()
    off = columns.without_supply(columns.values[quantity])
    known = np.where(missing | off, np.nan, columns.values[quantity])
    energy = (
        np.where(missing, np.nan, columns.values[ENERGY]) if ENERGY in columns.values else np.full_like(known, np.nan)
    )
    gap = _Gap(columns, quantity, how, known, energy, references)
    found = (gap.estimate(run) for run in runs(missing & ~off) if _concerns(columns, run))
    return [one for one in found if one is not None]


def spread(total: float, weights: Float) -> Float:
    """Parts of a total in proportion to weights, four decimals, whose sum is the total exactly.

    Weights below zero count as zero; where all are zero the parts are equal.

    >>> spread(0.01, np.array([1.0, 1.0, 1.0]))
    array([0.0033, 0.0034, 0.0033])
    """
    weights = np.maximum(weights, 0)
    weights = weights if weights.sum() > 0 else np.ones_like(weights)
    reached = np.round(np.cumsum(weights) / weights.sum() * round(total * UNIT))
    return np.diff(reached, prepend=0) / UNIT


@dataclass(frozen=True)
class _Gap:
    """What stands around the gaps of one quantity."""

    columns: Columns
    quantity: str
    how: How
    known: Float
    energy: Float
    references: References | None

    def estimate(self, run: Run) -> Estimate | None:
        """The estimate of one gap, as far as it is judged."""
        register = self.quantity in BY_NAME and BY_NAME[self.quantity].is_register
        made = self._climb(run) if register else self._curve(run)
        if made is None:
            return None
        values, method, days, total = made
        first, last = max(run.first, self.columns.begins), min(run.last, self.columns.ends - 1)
        shown = tuple(float(value) for value in values[first - run.first : last - run.first + 1])
        return Estimate(
            int(self.columns.meters[run.row]), self.quantity, first, last, shown, method, tuple(days), number(total)
        )

    def _climb(self, run: Run) -> "_Made | None":
        """A register from its reading before the gap to the one after."""
        before, after = self._ends(self.known, run)
        if not after >= before:  # also where one of them is not known
            return None
        steps = np.ones(run.last - run.first + 2)
        days: Sequence[int] = ()
        if not self._short(run):
            made = self._mean(run, self._advances(run))
            if made is None:
                return None
            steps, days = made
        climbed = before + np.cumsum(spread(after - before, steps))[:-1]
        return _Made(np.round(climbed, DECIMALS), _method(days), days, after - before)

    def _curve(self, run: Run) -> "_Made | None":
        """A curve: by a line or by reference days, then fitted to the register."""
        before, after = self._ends(self.known, run)
        days: Sequence[int] = ()
        if self._short(run) and np.isfinite(before + after):
            values = np.linspace(before, after, run.last - run.first + 3)[1:-1]
        elif not self._short(run) and (made := self._mean(run, self._levels(run))):
            values, days = made
        else:
            return None
        total = self._total(run)
        if np.isfinite(before + after + total) and total >= self.how.least_kwh:
            wanted = total / self.columns.step_h - (before + after) / 2
            if wanted >= 0:
                return _Made(spread(wanted, values), _method(days), days, total)
        return _Made(np.round(values, DECIMALS), _method(days), days, np.nan)

    def _short(self, run: Run) -> bool:
        return (run.last - run.first + 1) * self.columns.step_min <= self.how.linear_min

    def _ends(self, values: Float, run: Run) -> tuple[float, float]:
        """The values just before and just after a gap; NaN where the grid ends, or there was no supply."""
        row, points = run.row, values.shape[1]
        before = float(values[row, run.first - 1]) if run.first > 0 else np.nan
        after = float(values[row, run.last + 1]) if run.last + 1 < points else np.nan
        return before, after

    def _total(self, run: Run) -> float:
        """The register's advance over the gap, kWh, where the load is that of active energy; NaN: not known."""
        if self.quantity != "power_kw":
            return np.nan
        before, after = self._ends(self.energy, run)
        return after - before

    def _levels(self, run: Run) -> Float:
        """The gap's points on the reference days, shape (days, points of the gap)."""
        if self.references is None:
            return np.empty((0, 0))
        return self.references.values[:, run.row, run.first : run.last + 1]

    def _advances(self, run: Run) -> Float:
        """A register's steps over the gap on the reference days, shape (days, points of the gap + 1)."""
        if self.references is None:
            return np.empty((0, 0))
        return np.diff(self.references.values[:, run.row, run.first - 1 : run.last + 2], axis=1)

    def _mean(self, run: Run, days: Float) -> tuple[Float, tuple[int, ...]] | None:
        """The mean of the latest clean days that hold all of it; None when they are too few."""
        if self.references is None or days.size == 0:
            return None
        whole = self.references.clean[:, run.row] & np.isfinite(days).all(axis=1)
        used = np.flatnonzero(whole)[: self.how.days]
        if len(used) < self.how.least_days:
            return None
        return days[used].mean(axis=0), tuple(used.tolist())


class _Made(NamedTuple):
    values: Float
    method: Method
    days: Sequence[int]
    total_kwh: float


def _method(days: Sequence[int]) -> Method:
    return "reference" if days else "linear"


def _concerns(columns: Columns, run: Run) -> bool:
    return run.last >= columns.begins and run.first < columns.ends
