"""What time it is in the simulation: as fast as the real one, faster, or standing still until a test moves it."""

import time
from datetime import datetime

from yinghuo.engines.meters.simulation.moments import seconds_of


class SimulatedTime:
    """True seconds of the simulation from `start` on, `speed` of them in a real second."""

    def __init__(self, start: datetime, *, speed: float = 1.0) -> None:
        self.speed = speed
        self._start_s = seconds_of(start)
        self._since = time.monotonic()
        self._stepped_s = 0.0

    def now_s(self) -> float:
        """The true moment."""
        return self._start_s + self._stepped_s + (time.monotonic() - self._since) * self.speed

    def step(self, seconds: float) -> None:
        """Lets time jump ahead; ValueError backwards."""
        if seconds < 0:
            raise ValueError("time doesn't run backwards")
        self._stepped_s += seconds
