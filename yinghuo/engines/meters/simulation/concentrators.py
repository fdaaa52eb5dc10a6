"""What simulated terminals of both protocols have in common: a clock, measuring points, settings, the meters' line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.simulation.clocks import Clock
from yinghuo.engines.meters.simulation.device import Device
from yinghuo.engines.meters.simulation.manners import Sent
from yinghuo.engines.meters.simulation.moments import seconds_of_wall

Line = Callable[[bytes, float], list[Sent]]


@dataclass
class Concentrator:
    """A terminal and what it holds.

    points:   devices by measuring point
    line:     bytes for a meter and the true moment in, what comes back out
    reaches:  whether the terminal got hold of a point's data (a silent meter's it did not)
    settings: what was set, by (point, number of the item)
    """

    address: str
    points: dict[int, Device]
    line: Line
    reaches: Callable[[int], bool]
    clock: Clock = field(default_factory=Clock)
    settings: dict[tuple[int, int], Value] = field(default_factory=dict)

    def now_s(self, at_s: float) -> float:
        """What its clock shows, in seconds."""
        return self.clock.shows(at_s)

    def set_clock(self, shown: datetime, *, at_s: float) -> None:
        """Sets its clock to a wall-clock time."""
        self.clock = self.clock.set_to(seconds_of_wall(shown), at_s=at_s)
