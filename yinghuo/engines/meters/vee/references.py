"""Which days may stand for a day that was not read: of the same kind, before it, and not in a shut-down."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

DayType = Literal["working", "saturday", "sunday"]
SATURDAY, SUNDAY = 5, 6
SpecialKind = Literal["shutdown", "rest", "working"]


class Special(NamedTuple):
    """Days that are not what the week makes of them, both ends in it.

    kind: "shutdown" (never a reference day), "rest" (counts as a Sunday), "working" (a weekend that is worked)
    """

    kind: SpecialKind
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last


def day_type(day: date, specials: Collection[Special] = ()) -> DayType:
    """The kind of a day: Monday to Friday, Saturday, Sunday, unless a special row says otherwise.

    >>> day_type(date(2022, 5, 14)), day_type(date(2022, 5, 4), [Special("rest", date(2022, 5, 1), date(2022, 5, 4))])
    ('saturday', 'sunday')
    """
    kinds = {special.kind for special in specials if special.holds(day)}
    if "rest" in kinds:
        return "sunday"
    if "working" in kinds or day.weekday() < SATURDAY:
        return "working"
    return "sunday" if day.weekday() == SUNDAY else "saturday"


def candidates(day: date, specials: Collection[Special], lookback_days: int) -> list[date]:
    """Days before `day` that may stand for it, the latest first: of its kind, and in no shut-down.

    Shut-down data must not become future reference data: so Elexon's guidance on COVID-19, 2020-2021. A day inside a
    shut-down takes its reference days from the same shut-down: days before it would say that work went on.

    >>> week = [Special("shutdown", date(2022, 5, 3), date(2022, 5, 6))]
    >>> [day.isoformat() for day in candidates(date(2022, 5, 10), week, 12)]
    ['2022-05-09', '2022-05-02', '2022-04-29', '2022-04-28']
    >>> [day.isoformat() for day in candidates(date(2022, 5, 5), week, 12)]
    ['2022-05-04', '2022-05-03']
    """
    kind, shut = day_type(day, specials), _shut_downs(day, specials)
    before = [day - timedelta(days=back) for back in range(1, lookback_days + 1)]
    alike = [one for one in before if day_type(one, specials) == kind]
    if shut:
        return [one for one in alike if _shut_downs(one, shut)]
    return [one for one in alike if not _shut_downs(one, specials)]


def _shut_downs(day: date, specials: Iterable[Special]) -> list[Special]:
    return [special for special in specials if special.kind == "shutdown" and special.holds(day)]
