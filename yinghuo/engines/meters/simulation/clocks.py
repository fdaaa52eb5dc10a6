"""A meter's clock: how far it is ahead, how fast it drifts, and what setting it does."""

from dataclasses import dataclass

import numpy as np

from yinghuo.engines.meters.simulation.moments import DAY_S


@dataclass(frozen=True)
class Clock:
    """Shows `true + ahead_s` at `since_s`, and drifts from there on.

    >>> Clock(ahead_s=60, drift_s_a_day=10).shows(86_400)
    86470.0
    """

    ahead_s: float = 0
    drift_s_a_day: float = 0
    since_s: float = 0

    def shows(self, true_s: float) -> float:
        """What the clock shows at a true moment, in seconds since the same midnight."""
        return true_s + self.ahead_s + (true_s - self.since_s) * self.drift_s_a_day / DAY_S

    def true_of(self, shown_s: float) -> float:
        """The true moment at which the clock shows this."""
        rate = 1 + self.drift_s_a_day / DAY_S
        return (shown_s - self.ahead_s + self.since_s * (rate - 1)) / rate

    def true_of_many(self, shown_s: np.ndarray) -> np.ndarray:
        """The same for many, shape (n,)."""
        rate = 1 + self.drift_s_a_day / DAY_S
        return np.asarray((shown_s - self.ahead_s + self.since_s * (rate - 1)) / rate)

    def set_to(self, shown_s: float, *, at_s: float) -> "Clock":
        """The clock after it was set at a true moment; it drifts as before."""
        return Clock(shown_s - at_s, self.drift_s_a_day, at_s)
