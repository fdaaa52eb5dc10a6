"""The true load of one customer: whole milliwatt-hours for every quarter of an hour, the same whenever asked.

Nothing is kept: a day follows from shape, size, seed and date alone, so that thousands of customers cost no memory.
"""

from dataclasses import dataclass

import numpy as np

from yinghuo.engines.meters.simulation.moments import QUARTERS
from yinghuo.engines.meters.simulation.shapes import Outbreak, Shapes

_GOLDEN, _MIX_1, _MIX_2 = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_30, _27, _31, _11 = (np.uint64(n) for n in (30, 27, 31, 11))


@dataclass(frozen=True)
class Load:
    """How much a customer draws, on the meter's side of its transformers.

    shape:    a name of `Shapes`
    mean_w:   mean power of a working day in W
    noise:    share by which quarters differ at most from the shape
    turn:     quarters by which the customer's day is later
    behind:   tangent of the angle by which the current is behind (0.33 is a power factor of 0.95)
    idle_var: reactive power that is drawn even without load, in var
    """

    shape: str
    mean_w: float
    seed: int
    noise: float = 0.05
    turn: int = 0
    behind: float = 0.33
    idle_var: float = 0.0

    def active_mwh(self, shapes: Shapes, day: int, *, outbreak: Outbreak | None = None) -> np.ndarray:
        """True active energy of each quarter of a day in mWh, int64, shape (96,)."""
        share = shapes.day(self.shape, day, outbreak=outbreak)
        if self.turn:
            share = np.roll(share, self.turn)
        wobble = 1 + self.noise * (2 * chances(self.seed, day) - 1)
        return np.floor(share * wobble * (self.mean_w * 250)).astype(np.int64)

    def reactive_mvarh(self, active_mwh: np.ndarray) -> np.ndarray:
        """True reactive energy that goes with it in mvarh, int64."""
        return np.floor(active_mwh * self.behind + self.idle_var * 250).astype(np.int64)


def chances(seed: int, day: int) -> np.ndarray:
    """96 numbers in 0..1 for a seed and a day, always the same.

    >>> bool((chances(1, 2) == chances(1, 2)).all()), bool((chances(1, 2) == chances(1, 3)).any())
    (True, False)
    """
    return chances_of(seed, np.arange(day * QUARTERS, (day + 1) * QUARTERS))


def chances_of(seed: int, numbers: np.ndarray) -> np.ndarray:
    """A number in 0..1 for each number under a seed (splitmix64, Steele, Lea and Flood 2014)."""
    start = np.uint64(seed * 0x632BE59BD9B4E019 % 2**64)
    mixed = start + (numbers.astype(np.uint64) + np.uint64(1)) * _GOLDEN
    mixed = (mixed ^ (mixed >> _30)) * _MIX_1
    mixed = (mixed ^ (mixed >> _27)) * _MIX_2
    mixed ^= mixed >> _31
    return np.asarray((mixed >> _11) / 2.0**53)
