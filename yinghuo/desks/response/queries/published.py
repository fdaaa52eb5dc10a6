"""The desk's published tables: what is counted, how it is masked, and how a stored one is read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from yinghuo.desks.response.models import Case, Class, Contact, ContactState, Grade, PublishedTable
from yinghuo.desks.response.rules.followups import CHINA, day_of
from yinghuo.engines.suppression import suppress

COUNTY_DIGITS = 6
CASES, CONTACTS = "cases_by_county_day", "contacts_by_county_grade"
TABLES = (CASES, CONTACTS)
COUNTED = (Class.CONFIRMED, Class.ASYMPTOMATIC)


class Masked(NamedTuple):
    """A table ready to be stored: codes of rows and columns (the last "" for the total), counts, None where hidden."""

    rows: list[str]
    columns: list[str]
    cells: list[list[int | None]]


def week_of(day: date) -> tuple[date, date]:
    """The last whole week, Monday to Sunday, that ended before a day.

    >>> week_of(date(2022, 5, 10))
    (datetime.date(2022, 5, 2), datetime.date(2022, 5, 8))
    """
    first = day - timedelta(days=day.weekday() + 7)
    return first, first + timedelta(days=6)


def cases(first: date, last: date) -> Masked:
    """Confirmed cases and asymptomatic infections of a week, county by the day of report."""
    begin, end = _moments(first, last)
    rows = Case.objects.filter(held_as__in=COUNTED, merged_into=None, reported_at__gte=begin, reported_at__lt=end)
    places = (
        (area[:COUNTY_DIGITS], day_of(at).isoformat()) for area, at in rows.values_list("area_code", "reported_at")
    )
    days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    return masked(places, days)


def contacts(first: date, last: date) -> Masked:
    """Close contacts and contacts of close contacts found in a week, county by grade."""
    begin, end = _moments(first, last)
    rows = Contact.objects.filter(found_at__gte=begin, found_at__lt=end).exclude(state=ContactState.DROPPED)
    grades = [Grade.CLOSE.value, Grade.SECOND.value]
    found = rows.filter(grade__in=grades).values_list("area_code", "grade")
    return masked(((area[:COUNTY_DIGITS], grade) for area, grade in found), grades)


COUNTS = {CASES: cases, CONTACTS: contacts}


def masked(places: Iterable[tuple[str, str]], columns: Sequence[str]) -> Masked:
    """Counts by row and column with totals, small cells and what would give them away hidden."""
    counts = Counter(places)
    rows = sorted({row for row, _ in counts})
    if not rows:
        return Masked([""], [*columns, ""], [[0] * (len(columns) + 1)])
    table = suppress(np.array([[counts[row, column] for column in columns] for row in rows], dtype=np.int64))
    cells = [
        [None if hide else int(count) for count, hide in zip(*line, strict=True)]
        for line in zip(table.counts, table.hidden, strict=True)
    ]
    return Masked([*rows, ""], [*columns, ""], cells)


def weeks() -> list[date]:
    """First days of the weeks that were published, the newest first."""
    return list(PublishedTable.objects.order_by("-first_day").values_list("first_day", flat=True).distinct()[:52])


def stored(first_day: date | None) -> list[PublishedTable]:
    """The tables of a week, of the newest without a day."""
    found = PublishedTable.objects.order_by("-first_day", "key")
    newest = first_day or found.values_list("first_day", flat=True).first()
    return list(found.filter(first_day=newest)) if newest else []


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    begin = datetime.combine(first, datetime.min.time(), CHINA)
    return begin, datetime.combine(last + timedelta(days=1), datetime.min.time(), CHINA)
