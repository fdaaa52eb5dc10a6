"""Facts that bulletins state beside the case counts: testing rounds, capacities, beds, teams, restart rates."""

import calendar
import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO

COLUMNS = ("date", "what", "value", "unit", "source_url")
UNIT = re.compile(r"(?P<tens>10\^(?P<power>\d+) )?(?P<name>[^()]+?)(?: \((?P<qualifier>[^()]+)\))?")
SHARE = "share"


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One figure as its source states it, and the same in plain units.

    first_day, last_day: the day it speaks of, or the whole month where the source gives no day
    value, unit:         as stated: 1591.06 `10^4 person-times`, 1700 `beds (more than)`, 56.6 `%`
    qualifier:           the word that makes it less than exact ("about", "close to", "more than"), else empty
    normalised_value, normalised_unit: 15910600 `person-times`, 1700 `beds`, 0.566 `share`
    """

    first_day: date
    last_day: date
    what: str
    value: Decimal
    unit: str
    qualifier: str
    normalised_value: Decimal
    normalised_unit: str
    source: str


def parse_facts(text: str) -> list[StatedFact]:
    """Facts of an other_facts.csv, in its order.

    text: CSV with the head `COLUMNS`; a date is a day or a month (2022-05)
    ValueError: another head, date, value or unit than that, with its line

    >>> fact, = parse_facts("date,what,value,unit,source_url\\n2022-03-14,samples,1591.06,10^4 person-times,x\\n")
    >>> fact.value, fact.normalised_value, fact.normalised_unit
    (Decimal('1591.06'), Decimal('15910600'), 'person-times')
    """
    reader = csv.DictReader(StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"not a table of facts: its head is {reader.fieldnames}")
    return [_fact(record, line=reader.line_num) for record in reader]


def normalise(value: Decimal, unit: str) -> tuple[Decimal, str, str]:
    """Value and unit without powers of ten and per cent, and the qualifier; ValueError where the unit has another form.

    >>> normalise(Decimal("28.5"), "10^4 tubes")
    (Decimal('285000'), 'tubes', '')
    >>> normalise(Decimal("84.3"), "%")
    (Decimal('0.843'), 'share', '')
    >>> normalise(Decimal("2300"), "people (about)")
    (Decimal('2300'), 'people', 'about')
    """
    form = UNIT.fullmatch(unit)
    if form is None:
        raise ValueError(f"unit {unit!r} has an unknown form")
    name, qualifier = form["name"], form["qualifier"] or ""
    if name == "%":
        return _plain(value / 100), SHARE, qualifier
    return _plain(value * 10 ** int(form["power"] or 0)), name, qualifier


def _fact(record: Mapping[str, str], *, line: int) -> StatedFact:
    try:
        first_day, last_day = _period(record["date"])
        value = _stated(record["value"])
        normalised_value, normalised_unit, qualifier = normalise(value, record["unit"])
    except ValueError as wrong:
        raise ValueError(f"line {line}: {wrong}") from wrong
    return StatedFact(
        first_day=first_day,
        last_day=last_day,
        what=record["what"],
        value=value,
        unit=record["unit"],
        qualifier=qualifier,
        normalised_value=normalised_value,
        normalised_unit=normalised_unit,
        source=record["source_url"],
    )


def _stated(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not value.is_finite() or value < 0:
        raise ValueError(f"{text!r} is no count or rate")
    return value


def _period(text: str) -> tuple[date, date]:
    if len(text) == len("2022-05"):
        first_day = date.fromisoformat(f"{text}-01")
        return first_day, first_day.replace(day=calendar.monthrange(first_day.year, first_day.month)[1])
    day = date.fromisoformat(text)
    return day, day


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent, so that 1.5E+3 prints as 1500."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()
