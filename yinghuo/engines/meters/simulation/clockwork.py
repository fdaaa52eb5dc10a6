"""Tariff clockwork of a meter: year-zone and day-period tables of two sets, and when the standby set takes over.

The form of the tables is that of DL/T 645-2007 (04010000 to 04020008): a zone is (month, day, number of day table), a
period is (hour, minute, tariff); each holds from its beginning until the next, and what is before the first of a year
or day belongs to the last. Which set runs after a switch-over is told by bits 0 and 5 of run-status word 3 (from memory
of the standard; not checked against its text).
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from yinghuo.engines.meters.simulation.moments import DAY_S, day_of

Zones = tuple[tuple[int, int, int], ...]
Periods = tuple[tuple[int, int, int], ...]
Change = tuple[float, int]


@dataclass(frozen=True)
class TableSet:
    """One set: `zones` of (month, day, table 1..8) and day `tables` of (hour, minute, tariff 1..)."""

    zones: Zones
    tables: tuple[Periods, ...]


@dataclass(frozen=True)
class Programme:
    """Both sets, which of them runs (0 or 1; for zones and for day tables), and the moments of switch-over.

    The moments are in seconds of the meter's own clock; None for none. At them the other set takes over.
    """

    sets: tuple[TableSet, TableSet]
    zones_run: int = 0
    tables_run: int = 0
    zones_switch_s: float | None = None
    tables_switch_s: float | None = None

    def settled(self, shown_s: float) -> "Programme":
        """The same programme once the switch-overs until this moment have taken place."""
        done = self
        if self.zones_switch_s is not None and shown_s >= self.zones_switch_s:
            done = replace(done, zones_run=1 - self.zones_run, zones_switch_s=None)
        if self.tables_switch_s is not None and shown_s >= self.tables_switch_s:
            done = replace(done, tables_run=1 - self.tables_run, tables_switch_s=None)
        return done

    def tariff(self, shown_s: float) -> int:
        """The tariff (1 is the first) at a moment of the meter's clock; a slow twin of `changes`."""
        now = self.settled(shown_s)
        periods = now.periods_of(int(shown_s // DAY_S))
        minute = int(shown_s % DAY_S // 60)
        return next((t for hour, least, t in reversed(periods) if hour * 60 + least <= minute), periods[-1][2])

    def periods_of(self, day: int) -> Periods:
        """The periods that hold on a day; the first table where the zone names none that is there."""
        tables = self.sets[self.tables_run].tables
        number = zone_table(self.sets[self.zones_run].zones, day)
        return tables[number - 1] if 1 <= number <= len(tables) else tables[0]

    def changes(self, first_s: float, last_s: float) -> list[Change]:
        """Moments of the meter's clock in [first_s, last_s) from which another tariff holds; begins with first_s."""
        cuts = [
            one for one in (self.zones_switch_s, self.tables_switch_s) if one is not None and first_s < one < last_s
        ]
        edges = sorted({first_s, *cuts, last_s})
        found: list[Change] = []
        for start, end in pairwise(edges):
            found.extend(_within(self.settled(start), start, end))
        return found


def _within(programme: Programme, first_s: float, last_s: float) -> list[Change]:
    """Changes of a programme that doesn't switch over in between."""
    found: list[Change] = []
    for day in range(int(first_s // DAY_S), int(-(-last_s // DAY_S))):
        starts, tariffs = _plan(programme.periods_of(day))
        base = day * DAY_S
        begin = max(first_s - base, 0)
        index = bisect_right(starts, begin) - 1
        found.append((base + begin, tariffs[index]))
        found.extend(
            (base + s, t) for s, t in zip(starts[index + 1 :], tariffs[index + 1 :], strict=True) if base + s < last_s
        )
    return found


@lru_cache(maxsize=256)
def _plan(periods: Periods) -> tuple[list[int], list[int]]:
    """Seconds of the day from which a tariff holds, the first 0, and the tariffs."""
    marks = sorted((hour * 3600 + minute * 60, tariff) for hour, minute, tariff in periods)
    if marks[0][0] > 0:
        marks.insert(0, (0, marks[-1][1]))
    return [s for s, _ in marks], [t for _, t in marks]


@lru_cache(maxsize=4096)
def zone_table(zones: Zones, day: int) -> int:
    """The number of the day table that a year-zone table names for a day.

    >>> zone_table(((3, 1, 1), (12, 1, 2)), 0), zone_table(((3, 1, 1), (12, 1, 2)), 100)
    (2, 1)
    """
    date = day_of(day)
    ordered = sorted(zones)
    return next((n for month, dom, n in reversed(ordered) if (month, dom) <= (date.month, date.day)), ordered[-1][2])
