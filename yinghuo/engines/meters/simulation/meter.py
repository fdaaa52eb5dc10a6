"""A simulated meter: what its registers, clock and instruments say at any moment, and how settings change it.

It is a function of time: asked for any moment since its first day it works the answer out, and keeps only the registers
at each midnight. Settings and faults append a condition; what was before stays as it was.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from yinghuo.engines.meters.simulation.books import COLUMNS, Book, Stretch, day_book
from yinghuo.engines.meters.simulation.clocks import Clock
from yinghuo.engines.meters.simulation.clockwork import Programme
from yinghuo.engines.meters.simulation.load import Load
from yinghuo.engines.meters.simulation.moments import DAY_S, day_of
from yinghuo.engines.meters.simulation.phasors import Connection, coefficients
from yinghuo.engines.meters.simulation.shapes import Outbreak, Shapes

Shown = dict[str, np.ndarray]  # see `instruments`


@dataclass(frozen=True)
class Spec:
    """What a meter is: plate, customer's load, and the registers (mWh, mvarh, 12 columns) it opened with.

    shares: of the load on each phase; 3-wire meters take thirds
    """

    address: str
    load: Load
    wiring: str
    rated_v: float
    rated_a: float
    max_a: float
    opening: tuple[int, ...] = (0,) * COLUMNS
    shares: tuple[float, float, float] = (1 / 3, 1 / 3, 1 / 3)
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Condition:
    """What holds of a meter from a true moment on; one condition is equal to itself only."""

    since_s: float
    clock: Clock
    programme: Programme
    connection: Connection
    rate: float = 1.0


@dataclass
class World:
    """What all meters of a simulation share: shapes, outbreak, and a shelf of day books that never outgrows `most`."""

    shapes: Shapes
    outbreak: Outbreak | None = None
    most: int = 8_000
    shelf: OrderedDict[tuple[int, int], Book] = field(default_factory=OrderedDict)

    def keep(self, key: tuple[int, int], book: Book) -> Book:
        """Puts a book on the shelf; the oldest falls off."""
        self.shelf[key] = book
        if len(self.shelf) > self.most:
            self.shelf.popitem(last=False)
        return book


class Peak(NamedTuple):
    """Greatest demand of a day: mWh of its quarter, and the true moment of the quarter's end."""

    energy_mwh: int
    end_s: float


class Meter:
    """One meter from `first_day` on; all moments are true seconds (`simulation.moments`) unless said otherwise."""

    def __init__(self, spec: Spec, first: Condition, *, world: World, first_day: int) -> None:
        self.spec = spec
        self.world = world
        self.first_day = first_day
        self.conditions = [first]
        self._midnights = [np.array(spec.opening, dtype=np.int64)]
        self._peaks: list[Peak] = []
        self.glance: tuple[int, Condition, Shown] | None = None  # what the instruments were last seen to show

    @property
    def condition(self) -> Condition:
        """The latest condition."""
        return self.conditions[-1]

    def condition_at(self, at_s: float) -> Condition:
        """The condition that held at a true moment; before the first, the first."""
        return next((one for one in reversed(self.conditions) if one.since_s <= at_s), self.conditions[0])

    def change(self, at_s: float, **what: object) -> Condition:
        """Lets another condition hold from now on; ValueError for a moment before the latest change."""
        if at_s < self.condition.since_s:
            raise ValueError("conditions are changed in order of time")
        new = replace(self.condition, since_s=at_s, **what)  # type: ignore[arg-type]
        same = at_s == self.condition.since_s
        self.conditions[-1:] = [new] if same else [self.condition, new]
        day = int(at_s // DAY_S)
        del self._midnights[max(day - self.first_day, 0) + 1 :]
        del self._peaks[max(day - self.first_day, 0) :]
        for later in [key for key in ((id(self), day), (id(self), day + 1)) if key in self.world.shelf]:
            del self.world.shelf[later]
        return new

    def shows(self, at_s: float) -> float:
        """What its clock shows, in seconds."""
        return self.condition_at(at_s).clock.shows(at_s)

    def true_of(self, shown_s: float) -> float:
        """The true moment at which its clock last showed this; one that setting it skipped is the moment of setting."""
        found = self.conditions[0].clock.true_of(shown_s)
        for one in self.conditions[1:]:
            at_s = one.clock.true_of(shown_s)
            found = at_s if at_s >= one.since_s else min(found, one.since_s)
        return found

    def true_of_many(self, shown_s: np.ndarray) -> np.ndarray:
        """The same for many moments of its clock."""
        found = self.conditions[0].clock.true_of_many(shown_s)
        for one in self.conditions[1:]:
            at_s = one.clock.true_of_many(shown_s)
            found = np.where(at_s >= one.since_s, at_s, np.minimum(found, one.since_s))
        return found

    def registers(self, at_s: float) -> np.ndarray:
        """All registers in mWh and mvarh, int64 (12,), see `books`; ValueError before its first day."""
        day = int(at_s // DAY_S)
        return np.asarray(self.midnight(day) + self.book(day).at(at_s - day * DAY_S))

    def registers_many(self, at_s: np.ndarray) -> np.ndarray:
        """The same at many moments in order, int64 (n, 12)."""
        days = (at_s // DAY_S).astype(np.int64)
        parts = [
            self.midnight(day) + self.book(day).at_many(at_s[days == day] - day * DAY_S)
            for day in np.unique(days).tolist()
        ]
        return np.concatenate(parts) if parts else np.zeros((0, COLUMNS), dtype=np.int64)

    def midnight(self, day: int) -> np.ndarray:
        """The registers at the true beginning of a day."""
        if day < self.first_day:
            raise ValueError("before the meter's first day")
        while len(self._midnights) <= day - self.first_day:
            book = self.book(self.first_day + len(self._midnights) - 1)
            self._midnights.append(self._midnights[-1] + book.grown[-1])
        return self._midnights[day - self.first_day]

    def book(self, day: int) -> Book:
        """The book of a true day."""
        found = self.world.shelf.get((id(self), day))
        return found if found is not None else self.world.keep((id(self), day), self._write(day))

    def _write(self, day: int) -> Book:
        load = self.spec.load
        active = load.active_mwh(self.world.shapes, day, outbreak=self.world.outbreak)
        return day_book(active, load.reactive_mvarh(active), self._stretches(day))

    def _stretches(self, day: int) -> list[Stretch]:
        start, end = day * DAY_S, (day + 1) * DAY_S
        later = [one for one in self.conditions if start < one.since_s < end]
        held = [self.condition_at(start), *later]
        found = []
        for n, one in enumerate(held):
            begins = start if n == 0 else one.since_s
            ends = held[n + 1].since_s if n + 1 < len(held) else end
            found.append(self._stretch(one, begins, ends, day=day))
        return found

    def _stretch(self, one: Condition, begins: float, ends: float, *, day: int) -> Stretch:
        clock = one.clock
        changes = one.programme.changes(clock.shows(begins), clock.shows(ends))
        low, high = int(begins), int(ends)
        seconds = [(min(max(round(clock.true_of(s)), low), high) - day * DAY_S, tariff) for s, tariff in changes]
        factor = coefficients(one.connection, self.spec.shares)
        return Stretch(int(begins) - day * DAY_S, seconds, factor, one.rate)

    def demand(self, at_s: float) -> Peak:
        """The greatest quarter of import of this month until now."""
        today = int(at_s // DAY_S)
        first = max(today - day_of(today).day + 1, self.first_day)
        self.midnight(today)
        while len(self._peaks) < today - self.first_day:
            day = self.first_day + len(self._peaks)
            energy, second = self.book(day).peak()
            self._peaks.append(Peak(energy, day * DAY_S + second))
        energy, second = self.book(today).peak(at_s - today * DAY_S)
        past = self._peaks[first - self.first_day : today - self.first_day]
        return max([*past, Peak(energy, today * DAY_S + second)], key=lambda one: one.energy_mwh)
