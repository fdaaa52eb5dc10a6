"""One day at the servers of a site, person by person: uneven arrivals, breaks, people who do not come."""

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yinghuo.engines.capacity.checks import part, positive, whole

PLAIN_UP_TO = 8_000  # people; a longer day is worth compiling the loop for (bench/pooling.py measures both)
HOUR_S = 3600.0
Hours = NDArray[np.float64]


@dataclass(frozen=True)
class Break:
    """From `from_h` on, the first `servers` to be free are away for `length_h` hours; math.inf ends their shift."""

    from_h: float
    length_h: float
    servers: int


@dataclass(frozen=True)
class Day:
    """What a day is made of; hours count from its opening.

    invited:    people invited in each interval, shape (intervals,); each comes at a random moment of the interval
    interval_h: length of an interval, hours
    servers:    how many serve at once
    service_s:  mean time for one person, seconds
    service_cv: spread of that time over its mean; 0 always the same, 1 exponential (gamma in general)
    no_show:    share of the invited who do not come, 0..1
    breaks:     pauses and ends of shifts
    """

    invited: Sequence[int]
    servers: int
    service_s: float
    interval_h: float = 1.0
    service_cv: float = 1.0
    no_show: float = 0.0
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class SimulatedDay:
    """A day as it went; hours since opening, one value a person who came, in order of coming.

    start_h is inf for whoever was never served because every server had left.
    """

    arrival_h: Hours
    start_h: Hours
    end_h: Hours
    no_shows: int

    @property
    def wait_h(self) -> Hours:
        """Wait of each person, hours."""
        return self.start_h - self.arrival_h

    @property
    def served(self) -> int:
        """People who were served."""
        return int(np.isfinite(self.start_h).sum())

    @property
    def finish_h(self) -> float:
        """When the last person served was done; 0 when nobody was."""
        return float(max(self.end_h[np.isfinite(self.end_h)], default=0.0))

    def queue_at(self, hours: ArrayLike) -> NDArray[np.int64]:
        """People waiting at each of the given hours, shape (hours,)."""
        came = np.searchsorted(self.arrival_h, hours, side="right")
        started = np.searchsorted(np.sort(self.start_h), hours, side="right")
        return np.asarray(came - started, dtype=np.int64)


def simulate_day(day: Day, *, rng: np.random.Generator) -> SimulatedDay:
    """Plays one day: first come, first served, by whichever server is free first.

    The same generator state gives the same day. Up to PLAIN_UP_TO people the interpreter runs the loop; beyond, numba
    compiles the same loop once (about a second; kept on disk for the next process) and runs it.
    ValueError for a day that cannot be.

    >>> day = simulate_day(Day(invited=[60, 60], servers=3, service_s=60, service_cv=0), rng=np.random.default_rng(1))
    >>> day.served, bool(day.wait_h.max() < 0.2)
    (120, True)
    """
    invited = _checked(day)
    came = rng.binomial(invited, 1 - day.no_show)
    arrivals_s = _moments(came, day.interval_h * HOUR_S, rng)
    services_s = _services(day, len(arrivals_s), rng)
    pauses = sorted((one.from_h * HOUR_S, one.length_h * HOUR_S, one.servers) for one in day.breaks)
    starts_s = _play(arrivals_s, services_s, day.servers, pauses)
    ends_s, absent = starts_s + services_s, int(invited.sum() - came.sum())
    return SimulatedDay(arrivals_s / HOUR_S, starts_s / HOUR_S, ends_s / HOUR_S, absent)


def _checked(day: Day) -> NDArray[np.int64]:
    invited = np.asarray([whole(count, "people invited", 0) for count in day.invited], dtype=np.int64)
    if not len(invited):
        raise ValueError("a day has at least one interval")
    whole(day.servers, "the number of servers")
    positive(day.service_s, "the time for one person")
    positive(day.interval_h, "an interval")
    part(day.no_show, "the share who do not come")
    if not (math.isfinite(day.service_cv) and day.service_cv >= 0):
        raise ValueError("the spread of the time for one person is 0 or more")
    for one in day.breaks:
        if not (one.from_h >= 0 and one.length_h >= 0 and 0 <= one.servers <= day.servers):
            raise ValueError("a break begins after the opening and takes no more servers than there are")
    return invited


def _moments(came: NDArray[np.int64], interval_s: float, rng: np.random.Generator) -> Hours:
    begins = np.repeat(np.arange(len(came)) * interval_s, came)
    return np.sort(begins + rng.random(len(begins)) * interval_s)


def _services(day: Day, count: int, rng: np.random.Generator) -> Hours:
    if day.service_cv == 0:
        return np.full(count, day.service_s)
    shape = day.service_cv**-2
    return rng.gamma(shape, day.service_s / shape, count)


def _play(arrivals: Hours, services: Hours, servers: int, pauses: Sequence[tuple[float, float, int]]) -> Hours:
    starts = np.empty(len(arrivals))
    begins = np.array([begin for begin, _length, _servers in pauses], dtype=np.float64)
    lengths = np.array([length for _begin, length, _servers in pauses], dtype=np.float64)
    away = np.array([count for _begin, _length, count in pauses], dtype=np.int64)
    if len(arrivals) > PLAIN_UP_TO:
        _compiled()(arrivals, services, servers, (begins, lengths, away), starts)
        return starts
    lists = [0.0] * len(arrivals)
    _serve(arrivals.tolist(), services.tolist(), servers, (begins.tolist(), lengths.tolist(), away.tolist()), lists)
    return np.array(lists, dtype=np.float64)


def _serve(arrivals: Any, services: Any, servers: int, pauses: Any, starts: Any) -> None:
    """The loop: writes the moment at which each person's service begins; `free` is when each server is free next."""
    begins, lengths, away = pauses
    free = [0.0] * servers
    number = 0
    for person in range(len(arrivals)):
        start = max(arrivals[person], free[0])
        while number < len(begins) and begins[number] <= start:
            gone = [heapq.heappop(free) for _each in range(away[number])]
            for moment in gone:
                heapq.heappush(free, max(moment, begins[number]) + lengths[number])
            number += 1
            start = max(arrivals[person], free[0])
        starts[person] = start
        heapq.heapreplace(free, start + services[person])


@cache
def _compiled() -> Callable[..., None]:
    """The loop as machine code; kept beside this file, or for this process alone where nothing can be written."""
    from numba import njit

    try:
        return njit(cache=True)(_serve)
    except RuntimeError:  # numba found no place for its cache
        return njit(_serve)
