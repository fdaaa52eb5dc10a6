"""Daily epidemic bulletins: typed rows, new infections without counting a person twice, and the days nobody has.

A bulletin counts a person who was found without symptoms as asymptomatic on that day, and again as confirmed on the day
symptoms come ("converted"). New infections of a day are therefore confirmed + asymptomatic - converted.

What a blank means. A bulletin names an area only under the headings where it has something to say, and many printed
copies leave the conversions out. A blank is "not stated", never zero. From 0 <= converted <= confirmed it follows that
new infections lie between the asymptomatic and the sum of both, and that is what `net_new` answers: an interval, whose
ends meet only where the bulletin says enough. Nobody's habit of leaving zeros out is relied on; `close_splits` fills in
only the zeros that the province's own total proves.
Source of the rows: yinghuo/demo/data/jilin-2022/README.md.
"""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from io import StringIO
from typing import Any

FIRST_DAY = date(2022, 3, 1)
LAST_DAY = date(2022, 5, 13)
WHOLE_DAY = "0-24"
COUNTS = ("confirmed_new", "of_which_converted", "asymptomatic_new", "discharged", "released_from_observation")
NEEDED = frozenset(COUNTS[:3])
COLUMNS = ("date", "period", "area", *COUNTS, "source_url")


@dataclass(frozen=True, slots=True)
class DailyRow:
    """One area, one day from 0 to 24 h, people; None where the bulletin states nothing.

    implied: names of the counts that are no statement but follow from others (see `close_splits`)
    """

    day: date
    area: str
    confirmed_new: int | None = None
    of_which_converted: int | None = None
    asymptomatic_new: int | None = None
    discharged: int | None = None
    released_from_observation: int | None = None
    sources: tuple[str, ...] = ()
    implied: frozenset[str] = frozenset()


class Because(StrEnum):
    """Why new infections are known exactly, within bounds, or not at all."""

    STATED = "stated"
    IMPLIED = "implied"
    NONE_TO_CONVERT = "none_to_convert"
    CONVERTED_BLANK = "converted_blank"
    CONFIRMED_BLANK = "confirmed_blank"
    ASYMPTOMATIC_BLANK = "asymptomatic_blank"
    NOTHING_STATED = "nothing_stated"


@dataclass(frozen=True, slots=True)
class NetNew:
    """New infections of one day, people: at least `low`, at most `high` (None: no bound known)."""

    low: int | None
    high: int | None
    because: Because

    @property
    def complete(self) -> bool:
        """The bulletin says enough for one number."""
        return self.low is not None and self.low == self.high

    @property
    def value(self) -> int | None:
        """The one number, or None: a gap, never 0 and never a bound posing as the number."""
        return self.low if self.complete else None


def parse_daily(text: str) -> list[DailyRow]:
    """Rows of a daily.csv, in its order.

    text: CSV with the head `COLUMNS`; a count is digits or blank; sources are divided by " ; "
    ValueError: other head, part of a day, a count that is no whole number of people, more converted than confirmed, two
    rows for one area and day
    """
    reader = csv.DictReader(StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"not a daily table: its head is {reader.fieldnames}")
    rows: dict[tuple[date, str], DailyRow] = {}
    for record in reader:
        row = _row(record, line=reader.line_num)
        if rows.setdefault((row.day, row.area), row) is not row:
            raise ValueError(f"line {reader.line_num}: a second row for {row.area} on {row.day}")
    return list(rows.values())


def with_codes(rows: Iterable[DailyRow], codes: Mapping[str, str]) -> list[DailyRow]:
    """The same rows with area codes in place of the bulletins' names; ValueError lists names without a code.

    >>> with_codes([DailyRow(FIRST_DAY, "延边州")], {"延边州": "2224"})[0].area
    '2224'
    """
    rows = list(rows)
    if unknown := {row.area for row in rows} - codes.keys():
        raise ValueError(f"no code for {'、'.join(sorted(unknown))}")
    return [replace(row, area=codes[row.area]) for row in rows]


def net_new(row: DailyRow, *, converted_at_least: int = 0) -> NetNew:
    """New infections of one area and day, each person once.

    converted_at_least: what is known from elsewhere to be among the confirmed, for instance the parts' conversions

    >>> day = date(2022, 3, 23)
    >>> net_new(DailyRow(day, "吉林市", confirmed_new=516, of_which_converted=35, asymptomatic_new=531)).value
    1012
    >>> net_new(DailyRow(day, "长春市", confirmed_new=1280, asymptomatic_new=253))
    NetNew(low=253, high=1533, because=<Because.CONVERTED_BLANK: 'converted_blank'>)
    """
    confirmed, converted, asymptomatic = row.confirmed_new, row.of_which_converted, row.asymptomatic_new
    if confirmed is None:
        because = Because.NOTHING_STATED if asymptomatic is None else Because.CONFIRMED_BLANK
        return NetNew(low=asymptomatic, high=None, because=because)
    if asymptomatic is None:
        low = None if converted is None else confirmed - converted
        return NetNew(low=low, high=None, because=Because.ASYMPTOMATIC_BLANK)
    exact = Because.IMPLIED if row.implied & NEEDED else Because.STATED
    if converted is not None:
        found = confirmed - converted + asymptomatic
        return NetNew(low=found, high=found, because=exact)
    if confirmed == 0:
        return NetNew(low=asymptomatic, high=asymptomatic, because=Because.NONE_TO_CONVERT)
    high = confirmed - min(converted_at_least, confirmed) + asymptomatic
    because = Because.CONVERTED_BLANK if asymptomatic < high else Because.IMPLIED
    return NetNew(low=asymptomatic, high=high, because=because)


def gaps(
    rows: Iterable[DailyRow], first: date, last: date, *, areas: Collection[str] | None = None
) -> dict[str, list[date]]:
    """Days from first to last without any row, by area; areas: those to look for, else all that have a row at all."""
    present: dict[str, set[date]] = {area: set() for area in areas or ()}
    for row in rows:
        if areas is None or row.area in present:
            present.setdefault(row.area, set()).add(row.day)
    return {area: [day for day in _days(first, last) if day not in seen] for area, seen in present.items()}


def series(
    rows: Iterable[DailyRow],
    area: str,
    *,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    parts: Collection[str] = (),
) -> list[tuple[date, NetNew | None]]:
    """New infections of one area for every day of the period; None on a day without a row.

    parts: areas that together make up this one; their stated conversions narrow a day whose own are blank
    """
    own: dict[date, DailyRow] = {}
    converted_in_parts: dict[date, int] = {}
    for row in rows:
        if row.area == area:
            own[row.day] = row
        elif row.area in parts:
            converted_in_parts[row.day] = converted_in_parts.get(row.day, 0) + (row.of_which_converted or 0)
    return [
        (day, net_new(own[day], converted_at_least=converted_in_parts.get(day, 0)) if day in own else None)
        for day in _days(first, last)
    ]


def close_splits(rows: Iterable[DailyRow], *, whole: str, parts: Sequence[str]) -> list[DailyRow]:
    """The rows with every blank filled in that the others of its day prove, marked in `implied`.

    Three proofs, none of them a guess. The whole's count is stated and the parts that state it add up to it: the other
    parts had 0, for people are not negative. A part confirmed nobody: nobody of its confirmed was converted. Every part
    has the count: the whole has their sum. Where figures don't add up, all stays as it is.

    whole, parts: the area and those it falls into, without overlap or rest
    returns: rows by day, the whole first, then its parts in the order given, then other areas
    """
    by_day: dict[date, dict[str, DailyRow]] = {}
    for row in rows:
        by_day.setdefault(row.day, {})[row.area] = row
    order = {area: place for place, area in enumerate((whole, *parts))}
    closed: list[DailyRow] = []
    for found in by_day.values():
        if whole in found:
            _close(found, whole=whole, parts=parts)
        closed += sorted(found.values(), key=lambda row: order.get(row.area, len(order)))
    return sorted(closed, key=lambda row: row.day)


def _row(record: Mapping[str, str], *, line: int) -> DailyRow:
    if record["period"] != WHOLE_DAY:
        raise ValueError(f"line {line}: {record['period']} is not a whole day")
    counts: dict[str, Any] = {name: _people(record[name], line=line) for name in COUNTS}
    confirmed, converted = counts["confirmed_new"], counts["of_which_converted"]
    if confirmed is not None and converted is not None and converted > confirmed:
        raise ValueError(f"line {line}: {converted} converted among {confirmed} confirmed")
    sources = tuple(source for source in record["source_url"].split(" ; ") if source)
    return DailyRow(day=date.fromisoformat(record["date"]), area=record["area"], sources=sources, **counts)


def _people(text: str, *, line: int) -> int | None:
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError(f"line {line}: {text!r} is no number of people")
    return int(text) if text else None


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _close(found: dict[str, DailyRow], *, whole: str, parts: Sequence[str]) -> None:
    """Fills one day's rows in place; found: row by area."""
    for count in COUNTS:
        stated = [number for part in parts if (number := _count(found, part, count)) is not None]
        if stated and sum(stated) == _count(found, whole, count):
            for part in parts:
                _fill(found, part, count, people=0, day=found[whole].day)
    for part in parts:
        if _count(found, part, "confirmed_new") == 0:
            _fill(found, part, "of_which_converted", people=0, day=found[whole].day)
    for count in COUNTS:
        numbers = [_count(found, part, count) for part in parts]
        if all(number is not None for number in numbers):
            _fill(found, whole, count, people=sum(number or 0 for number in numbers), day=found[whole].day)


def _count(found: Mapping[str, DailyRow], area: str, count: str) -> int | None:
    number: int | None = getattr(found[area], count) if area in found else None
    return number


def _fill(found: dict[str, DailyRow], area: str, count: str, *, people: int, day: date) -> None:
    row = found.get(area, DailyRow(day, area))
    if getattr(row, count) is None:
        change: dict[str, Any] = {count: people}
        found[area] = replace(row, implied=row.implied | {count}, **change)
