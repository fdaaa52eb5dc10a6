"""Shapes of load over a day: shares of a customer's mean power, hour by hour, and in quarters with energy conserved.

Households follow measured samples (docs/simulator.md); plants and hospitals are synthetic, drawn after how such
customers run: shifts with pauses, a base that never stops, a ward's day.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from yinghuo.engines.meters.simulation.moments import QUARTERS, day_of

SHIFT_HOURS = {"two_shifts": range(7, 23), "three_shifts": range(24), "day_shift": range(8, 17)}
BASE_SHARE = {"two_shifts": 0.25, "three_shifts": 0.55, "day_shift": 0.2}
PAUSES = {11: 0.8, 12: 0.6, 17: 0.75}
SUNDAY_SHARE = 0.35
HOSPITAL = (
    *(0.62, 0.6, 0.58, 0.58, 0.6, 0.68, 0.82, 1.05, 1.3, 1.42, 1.45, 1.38),
    *(1.2, 1.22, 1.35, 1.32, 1.22, 1.08, 0.98, 0.95, 0.92, 0.86, 0.76, 0.68),
)
SHUT_SHARE = 0.08


class Outbreak(NamedTuple):
    """A shut-down: plants run their base only, hospitals more, homes more by day; days by number, last included."""

    first_day: int
    last_day: int

    def covers(self, day: int) -> bool:
        """Whether a day lies in it."""
        return self.first_day <= day <= self.last_day


def quarters(hours: np.ndarray) -> np.ndarray:
    """Quarter-hour values of hourly ones: shape (24 n,) -> (96 n,), same mean in every hour, never below zero.

    Each hour gets the slope between its neighbours, cut down where a quarter would fall below zero.

    >>> quarters(np.array([0.0, 1.0, 2.0, 2.0]))[4:8].round(3).tolist()
    [0.625, 0.875, 1.125, 1.375]
    """
    before = np.concatenate((hours[:1], hours[:-1]))
    after = np.concatenate((hours[1:], hours[-1:]))
    slope = (after - before) / 2
    slope = np.sign(slope) * np.minimum(np.abs(slope), hours / 0.375)
    steps = np.array([-0.375, -0.125, 0.125, 0.375])
    return (hours[:, None] + slope[:, None] * steps).reshape(-1)


def whole_quarters(hours: np.ndarray) -> np.ndarray:
    """The same for whole numbers (mWh an hour): int64, and every four quarters sum to their hour exactly.

    >>> whole_quarters(np.array([4, 7])).reshape(2, 4).sum(axis=1).tolist()
    [4, 7]
    """
    parts = quarters(hours.astype(float)).reshape(-1, 4) / 4
    ends = np.floor(parts.cumsum(axis=1) + 0.5).astype(np.int64)
    ends[:, 3] = hours
    return np.diff(ends, axis=1, prepend=0).reshape(-1)


class Shapes:
    """All shapes there are: `day("two_shifts", day)` gives shape (96,), mean about 1.

    households: for each household one year of hourly values, shape (365, 24), in shares of its mean; the year begins
                on `first_weekday` (0 is Monday) so that Sundays meet Sundays
    """

    def __init__(self, households: Sequence[tuple[int, np.ndarray]] = ()) -> None:
        self._households = [(weekday, quarters(year.reshape(-1)).reshape(-1, QUARTERS)) for weekday, year in households]

    @property
    def names(self) -> tuple[str, ...]:
        """Names that `day` knows."""
        return (*SHIFT_HOURS, "hospital", *(f"household_{n}" for n in range(1, len(self._households) + 1)))

    def day(self, name: str, day: int, *, outbreak: Outbreak | None = None) -> np.ndarray:
        """The shape of a day; KeyError or ValueError for a name that isn't there."""
        shut = outbreak is not None and outbreak.covers(day)
        if name == "hospital":
            return hospital(shut_down=shut)
        if name in SHIFT_HOURS:
            return np.full(QUARTERS, SHUT_SHARE) if shut else plant(name, rest=day_of(day).weekday() == 6)
        found = self._household(int(name.removeprefix("household_")), day)
        return at_home(found) if shut else found

    def _household(self, number: int, day: int) -> np.ndarray:
        if not 1 <= number <= len(self._households):
            raise KeyError(number)
        first_weekday, year = self._households[number - 1]
        date = day_of(day)
        of_year = date.timetuple().tm_yday - 1
        shift = (date.weekday() - (first_weekday + of_year)) % 7
        return np.asarray(year[(of_year + (shift if shift <= 3 else shift - 7)) % len(year)])


@lru_cache(maxsize=16)
def plant(name: str, *, rest: bool) -> np.ndarray:
    """A plant of one, two or three shifts; on its day of rest little more than its base. Mean 1 on a working day."""
    base = BASE_SHARE[name]
    hours = np.array([(1 - base) * PAUSES.get(h, 1.0) * (h in SHIFT_HOURS[name]) + base for h in range(24)])
    hours /= hours.mean()
    return quarters(hours * SUNDAY_SHARE if rest and name != "three_shifts" else hours)


@lru_cache(maxsize=2)
def hospital(*, shut_down: bool) -> np.ndarray:
    """A hospital's day; in an outbreak a sixth more, and flatter (ventilation, laboratories at night)."""
    day = np.array(HOSPITAL)
    return quarters((day + 1.0) * 0.58 if shut_down else day)


def at_home(day: np.ndarray) -> np.ndarray:
    """A household's day with everybody at home: a quarter more from 8 to 18 o'clock, shape (96,)."""
    stay = np.ones(QUARTERS)
    stay[32:72] = 1.25
    return day * stay
