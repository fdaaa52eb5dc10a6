"""What is to be read of one meter, and the line of such jobs that wait at a session."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from yinghuo.desks.metering.models import Cause, What

ASKED, FRESH, CATCH_UP = 0, 1, 2  # what is asked for by somebody goes before the schedule, and that before old gaps


class PlannedMeter(NamedTuple):
    """A meter of the register, as far as reading it needs."""

    id: int
    address: str
    protocol: str
    point: int
    wiring: str = "3p4w"


@dataclass(frozen=True)
class Job:
    """One thing to read of one meter.

    quantities: numbers; none for the clock
    day:        of a curve or freeze
    slots:      of a curve, first and last quarter-hour that is missing, 0 to 95
    urgency:    ASKED, FRESH or CATCH_UP
    asked:      the on-demand read that it answers
    """

    meter: PlannedMeter
    what: What
    quantities: tuple[int, ...] = ()
    day: date | None = None
    slots: tuple[int, int] = (0, 95)
    urgency: int = FRESH
    asked: UUID | None = None
    tries: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two jobs the same."""
        return (self.meter.id, self.what, self.day, self.asked)

    def again(self, quantities: Iterable[int]) -> "Job":
        """The same for what is still lacking, one try later."""
        return replace(self, quantities=tuple(quantities), tries=self.tries + 1)


class Measured(NamedTuple):
    """A value out of an answer.

    at:    None for "now"; value: None of a phase that the meter lacks; frame: 16 bytes of a hash over the frame
    """

    quantity: int
    at: datetime | None
    value: Decimal | None
    frame: bytes


class Failed(Exception):
    """A request that came to nothing: why (`Cause`) and in the protocol's own words."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        self.cause, self.detail = cause, detail
        super().__init__(f"{cause.value} {detail}".strip())


@dataclass
class JobQueue:
    """Jobs that wait: each once, the urgent first, of equals the oldest; some not before a given time.

    Times are monotonic seconds.
    """

    _heap: list[tuple[int, int, int, Job]] = field(default_factory=list)
    _later: list[tuple[float, int, Job]] = field(default_factory=list)
    _known: set[tuple[object, ...]] = field(default_factory=set)
    _count: int = 0

    def __len__(self) -> int:
        return len(self._known)

    def put(self, job: Job, *, not_before: float = 0.0, now: float = 0.0) -> bool:
        """Queues it; False if the same waits already."""
        if job.key in self._known:
            return False
        self._known.add(job.key)
        self._count += 1
        if not_before > now:
            heapq.heappush(self._later, (not_before, self._count, job))
        else:
            heapq.heappush(self._heap, (job.urgency, -_day(job), self._count, job))
        return True

    def take(self, *, now: float) -> Job | None:
        """The next one to do; None if there is none by now."""
        while self._later and self._later[0][0] <= now:
            _, count, job = heapq.heappop(self._later)
            heapq.heappush(self._heap, (job.urgency, -_day(job), count, job))
        if not self._heap:
            return None
        job = heapq.heappop(self._heap)[-1]
        self._known.discard(job.key)
        return job

    def next_at(self) -> float | None:
        """When the first of those that must wait may go; None if none waits."""
        return self._later[0][0] if self._later else None

    def drain(self) -> list[Job]:
        """Takes everything out, whatever its time."""
        jobs = [entry[3] for entry in self._heap] + [entry[2] for entry in self._later]
        self._heap, self._later, self._known = [], [], set()
        return jobs


def _day(job: Job) -> int:
    return job.day.toordinal() if job.day else 0
