"""What a simulated meter remembers of events: how often, and the last ten of each kind with the meter's own time."""

from collections import deque
from dataclasses import dataclass, field

from yinghuo.engines.meters.simulation.clockwork import Programme

KEPT = 10
CLOCK_SET, PERIODS_PROGRAMMED, ZONES_PROGRAMMED, POWER_FAILED = "033004", "033005", "033006", "031100"


@dataclass(frozen=True)
class Event:
    """at_s: second of the meter's clock; before_s, after_s: of a clock setting, or beginning and end.

    programme: what was programmed before the tables were changed
    """

    at_s: float
    operator: str = "00000000"
    before_s: float = 0
    after_s: float = 0
    programme: Programme | None = None


@dataclass
class Diary:
    """Counts and last events by the first six digits of their identifier."""

    counts: dict[str, int] = field(default_factory=dict)
    events: dict[str, deque[Event]] = field(default_factory=dict)

    def note(self, kind: str, event: Event) -> None:
        """Enters an event."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.events.setdefault(kind, deque(maxlen=KEPT)).appendleft(event)

    def last(self, kind: str, number: int) -> Event | None:
        """The event before last for number 2, and so on; None if there was none."""
        found = self.events.get(kind, ())
        return found[number - 1] if 1 <= number <= len(found) else None
