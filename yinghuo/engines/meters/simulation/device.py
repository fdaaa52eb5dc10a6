"""A simulated meter as a device: the meter with its diary, passwords and settings, and what a write does to it.

Which writes a real meter takes differs by make. This one lets the standby set be programmed, not the running one (this
project's choice), sets its clock by address under password, and by broadcast within five minutes and once a day (from
memory of the standard).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from yinghuo.engines.meters.simulation.clockwork import Programme, TableSet
from yinghuo.engines.meters.simulation.diary import CLOCK_SET, PERIODS_PROGRAMMED, ZONES_PROGRAMMED, Diary, Event
from yinghuo.engines.meters.simulation.meter import Meter
from yinghuo.engines.meters.simulation.moments import DAY_S

PASSWORDS = ("02000000", "04000000")
BROADCAST_REACH_S = 300
MOST_ZONES, MOST_TABLES, MOST_PERIODS, MOST_TARIFFS = 14, 8, 14, 4


class NotTaken(Exception):
    """A setting that the meter refuses; `word` is the error word of DL/T 645, `dar` the code of DL/T 698.45."""

    def __init__(self, word: int, dar: int) -> None:
        super().__init__(f"error word {word:02X}, DAR {dar}")
        self.word, self.dar = word, dar


UNKNOWN_DATA = (0x02, 4)
NOT_AUTHORISED = (0x04, 3)
OTHER = (0x01, 3)
TOO_MANY_ZONES, TOO_MANY_PERIODS, TOO_MANY_TARIFFS = (0x10, 255), (0x20, 255), (0x40, 255)


@dataclass
class Device:
    """A meter and what stands around it; all moments are true seconds.

    refuses_writes: a fault; every write is answered with "not authorised"
    parts:          of the last answer too long for one frame: its identifier and all parts
    """

    meter: Meter
    diary: Diary = field(default_factory=Diary)
    passwords: tuple[str, ...] = PASSWORDS
    refuses_writes: bool = False
    broadcast_day: int = -1
    parts: tuple[str, list[bytes]] = ("", [])

    def authorise(self, password: str) -> None:
        """NotTaken for a password that isn't one, or if the meter refuses writes."""
        if self.refuses_writes or password not in self.passwords:
            raise NotTaken(*NOT_AUTHORISED)

    def programme(self, at_s: float) -> Programme:
        """The programme as it runs now."""
        return self.meter.condition_at(at_s).programme.settled(self.meter.shows(at_s))

    def set_clock(self, shown_s: float, *, at_s: float, operator: str = "00000000") -> None:
        """Sets the clock and notes it."""
        before_s = self.meter.shows(at_s)
        programme = self.programme(at_s)
        self.meter.change(at_s, clock=self.meter.condition.clock.set_to(shown_s, at_s=at_s), programme=programme)
        self.diary.note(CLOCK_SET, Event(before_s, operator, before_s, shown_s))

    def hear_time(self, shown_s: float, *, at_s: float) -> bool:
        """A broadcast time setting: taken within five minutes and once a day; says whether."""
        day = int(self.meter.shows(at_s) // DAY_S)
        if (
            self.refuses_writes
            or day == self.broadcast_day
            or abs(shown_s - self.meter.shows(at_s)) > BROADCAST_REACH_S
        ):
            return False
        self.broadcast_day = day
        self.set_clock(shown_s, at_s=at_s)
        return True

    def set_switch(self, what: str, shown_s: float | None, *, at_s: float) -> None:
        """When the standby set of "zones" or "tables" takes over, by the meter's clock."""
        changed = replace(self.programme(at_s), **{f"{what}_switch_s": shown_s})  # type: ignore[arg-type]
        self.meter.change(at_s, programme=changed)

    def write_zones(self, which: int, zones: list[tuple[int, int, int]], *, at_s: float, operator: str = "") -> None:
        """Programmes the year-zone table of set 0 or 1; NotTaken if it runs or does not fit."""
        now = self.programme(at_s)
        kept = without_repeats(zones)
        if which == now.zones_run or not kept:
            raise NotTaken(*OTHER)
        if any(not (1 <= month <= 12 and 1 <= day <= 31) for month, day, _ in kept):
            raise NotTaken(*OTHER)
        if len(kept) > MOST_ZONES or any(not 1 <= number <= MOST_TABLES for _, _, number in kept):
            raise NotTaken(*TOO_MANY_ZONES)
        self._programme(now, which, lambda one: replace(one, zones=kept), at_s=at_s)
        self.diary.note(ZONES_PROGRAMMED, Event(self.meter.shows(at_s), operator or "00000000", programme=now))

    def write_periods(
        self, which: int, table: int, periods: list[tuple[int, int, int]], *, at_s: float, operator: str = ""
    ) -> None:
        """Programmes day table 1..8 of set 0 or 1; NotTaken if the set runs or the table does not fit."""
        now = self.programme(at_s)
        kept = without_repeats(periods)
        if which == now.tables_run or not kept or any(hour > 23 or minute > 59 for hour, minute, _ in kept):
            raise NotTaken(*OTHER)
        if not 1 <= table <= MOST_TABLES:
            raise NotTaken(*UNKNOWN_DATA)
        if len(kept) > MOST_PERIODS:
            raise NotTaken(*TOO_MANY_PERIODS)
        if any(not 1 <= tariff <= MOST_TARIFFS for _, _, tariff in kept):
            raise NotTaken(*TOO_MANY_TARIFFS)

        def with_table(one: TableSet) -> TableSet:
            filled = [*one.tables, *[one.tables[-1]] * (MOST_TABLES - len(one.tables))]
            return replace(one, tables=(*filled[: table - 1], kept, *filled[table:]))

        self._programme(now, which, with_table, at_s=at_s)
        self.diary.note(PERIODS_PROGRAMMED, Event(self.meter.shows(at_s), operator or "00000000", programme=now))

    def _programme(self, now: Programme, which: int, change: Callable[[TableSet], TableSet], *, at_s: float) -> None:
        sets = [*now.sets]
        sets[which] = change(sets[which])
        self.meter.change(at_s, programme=replace(now, sets=(sets[0], sets[1])))


def without_repeats(rows: list[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
    """A table without the last row repeated, as meters fill theirs.

    >>> without_repeats([(0, 0, 4), (8, 0, 2), (8, 0, 2), (8, 0, 2)])
    ((0, 0, 4), (8, 0, 2))
    """
    kept = list(rows)
    while len(kept) > 1 and kept[-1] == kept[-2]:
        kept.pop()
    return tuple(kept)


def filled(rows: tuple[tuple[int, int, int], ...], count: int = MOST_PERIODS) -> list[tuple[int, int, int]]:
    """A table of `count` rows, the last repeated.

    >>> filled(((0, 0, 4),), 3)
    [(0, 0, 4), (0, 0, 4), (0, 0, 4)]
    """
    return [*rows, *[rows[-1]] * (count - len(rows))]
