"""One day in the registers of a meter: whole milliwatt-hours at every mark of the day, split by direction and tariff.

A mark is a quarter of an hour, a change of tariff by the meter's own clock, or a change of the meter's condition.
Between two marks power, tariff and condition hold, so that every register is exact at every second.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from yinghuo.engines.meters.simulation.moments import DAY_S, QUARTER_S, QUARTERS

# columns of registers: import total, T1 to T4, export total, T1 to T4, combined reactive 1 and 2
IMPORT, EXPORT, REACTIVE_1, REACTIVE_2, COLUMNS = 0, 5, 10, 11, 12
TARIFFS = 4


class Stretch(NamedTuple):
    """Part of a day in one condition.

    start_s: second of the day
    changes: (second of the day, tariff 1 to 4), the first at start_s
    factor:  measured complex power for each VA of true power (wiring)
    rate:    what the registers count of the measured: 1, 0 for stopped, 10 for runaway
    """

    start_s: int
    changes: Sequence[tuple[int, int]]
    factor: complex = 1 + 0j
    rate: float = 1.0


class Book(NamedTuple):
    """A day's marks and what had grown until each.

    marks_s: seconds of the day, int64 (n + 1,)
    grown:   mWh and mvarh since midnight, int64 (n + 1, 12)
    true_mwh, true_mvarh: what the customer really drew in each quarter, int64 (96,)
    """

    marks_s: np.ndarray
    grown: np.ndarray
    true_mwh: np.ndarray
    true_mvarh: np.ndarray

    def at(self, second: float) -> np.ndarray:
        """What the registers have grown by until a second of the day, int64 (12,)."""
        index = min(int(self.marks_s.searchsorted(second, side="right")) - 1, len(self.marks_s) - 2)
        start = int(self.marks_s[index])
        length = int(self.marks_s[index + 1]) - start
        here = self.grown[index]
        grown: np.ndarray = here + (self.grown[index + 1] - here) * (int(second) - start) // length
        return grown

    def at_many(self, seconds: np.ndarray) -> np.ndarray:
        """The same for many seconds, int64 (n, 12)."""
        index = np.minimum(self.marks_s.searchsorted(seconds, side="right") - 1, len(self.marks_s) - 2)
        start, ends = self.marks_s[index], self.marks_s[index + 1]
        share = (seconds.astype(np.int64) - start)[:, None]
        here = self.grown[index]
        return np.asarray(here + (self.grown[index + 1] - here) * share // (ends - start)[:, None])

    def peak(self, until_s: float = DAY_S) -> tuple[int, int]:
        """The greatest import of a whole quarter until then: (mWh, second of the day at its end)."""
        rows = self.marks_s.searchsorted(np.arange(0, int(until_s) + 1, QUARTER_S))
        if len(rows) < 2:
            return 0, 0
        parts = np.diff(self.grown[rows, IMPORT])
        best = int(parts.argmax())
        return int(parts[best]), (best + 1) * QUARTER_S


def day_book(true_mwh: np.ndarray, true_mvarh: np.ndarray, stretches: Sequence[Stretch]) -> Book:
    """The book of a day from its true quarters (int64, shape (96,)) and the meter's conditions in order."""
    changes = [change for one in stretches for change in one.changes]
    at = np.array([second for second, _ in changes])
    starts = np.array([one.start_s for one in stretches])
    marks = np.unique(np.concatenate((np.arange(0, DAY_S + 1, QUARTER_S), at, starts)))
    tariff = np.array([t for _, t in changes])[at.searchsorted(marks[:-1], side="right") - 1]
    whose = starts.searchsorted(marks[:-1], side="right") - 1
    active, reactive = (np.diff(running(one, marks)) for one in (true_mwh, true_mvarh))
    if any(one.factor != 1 or one.rate != 1 for one in stretches):
        active, reactive = _measured(active, reactive, [stretches[n] for n in whose])
    return Book(marks, _split(active, reactive, tariff), true_mwh, true_mvarh)


def running(parts: np.ndarray, marks_s: np.ndarray) -> np.ndarray:
    """What 96 quarters sum to until each mark, whole and growing evenly within a quarter."""
    sums = np.concatenate(([0], parts.cumsum()))
    quarter = np.minimum(marks_s // QUARTER_S, QUARTERS - 1)
    return np.asarray(sums[quarter] + parts[quarter] * (marks_s - quarter * QUARTER_S) // QUARTER_S)


def _measured(active: np.ndarray, reactive: np.ndarray, whose: list[Stretch]) -> tuple[np.ndarray, np.ndarray]:
    factor = np.array([one.factor * one.rate for one in whose])
    seen = factor * (active + 1j * reactive)
    return np.rint(seen.real).astype(np.int64), np.rint(seen.imag).astype(np.int64)


def _split(active: np.ndarray, reactive: np.ndarray, tariff: np.ndarray) -> np.ndarray:
    grown = np.zeros((len(active) + 1, COLUMNS), dtype=np.int64)
    rows = np.arange(1, len(active) + 1)
    for first, part in ((IMPORT, np.maximum(active, 0)), (EXPORT, np.maximum(-active, 0))):
        grown[1:, first] = part
        grown[rows, first + np.clip(tariff, 1, TARIFFS)] = part
    grown[1:, REACTIVE_1] = np.maximum(reactive, 0)
    grown[1:, REACTIVE_2] = np.maximum(-reactive, 0)
    return grown.cumsum(axis=0)
