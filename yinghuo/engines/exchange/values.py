"""Cells and JSON values to days, moments, numbers, yes and no; what cannot be read is a `Fault` with its cause."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from yinghuo.engines.exchange.records import Rejected

Order = Literal["mdy", "dmy"]  # of a date with the year at its end: 05/07/2022 is 7 May, or 5 July
LONGEST_KEY = 120
SHOWN = 40  # characters of a faulty value that are told
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ](.*))?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: (.*))?$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
_NUMBER = re.compile(r"^\d{17}[\dXx]$")
YES = frozenset({"true", "yes", "y", "1", "是", "有"})
NO = frozenset({"false", "no", "n", "0", "否", "无"})


class Fault(Exception):
    """A record cannot be read: which field, why (a code), what stood there."""

    def __init__(self, field: str, cause: str, value: object = "") -> None:
        self.field, self.cause, self.value = field, cause, str(value)[:SHOWN]
        super().__init__(f"{field} {cause}")

    def at(self, row: int, kind: str) -> Rejected:
        """The rejected row."""
        return Rejected(row, kind, self.field, self.cause, self.value)


class Reader:
    """How values are read: naive times are in `zone`; dates with the year at the end are in `order`."""

    def __init__(self, zone: tzinfo, order: Order = "mdy") -> None:
        self.zone, self.order = zone, order

    def moment(self, value: Any, field: str) -> datetime | None:
        """An aware moment, a day alone being its midnight; None for nothing. Fault "date"."""
        text = text_of(value)
        if not text:
            return None
        try:
            return self._moment(text)
        except ValueError as error:
            raise Fault(field, "date", text) from error

    def day(self, value: Any, field: str) -> date | None:
        """A day in the zone; None for nothing. Fault "date"."""
        at = self.moment(value, field)
        return at.astimezone(self.zone).date() if at else None

    def need_day(self, value: Any, field: str) -> date:
        """A day that must be there. Fault "missing", "date"."""
        day = self.day(value, field)
        if day is None:
            raise Fault(field, "missing")
        return day

    def need_moment(self, value: Any, field: str) -> datetime:
        """A moment that must be there. Fault "missing", "date"."""
        at = self.moment(value, field)
        if at is None:
            raise Fault(field, "missing")
        return at

    def _moment(self, text: str) -> datetime:
        if found := _YEAR_FIRST.match(text):
            year, month, day, clock = found.groups()
        elif found := _COMPACT.match(text):
            (year, month, day), clock = found.groups(), None
        elif found := _YEAR_LAST.match(text):
            first, second, year, clock = found.groups()
            month, day = (first, second) if self.order == "mdy" else (second, first)
        else:
            raise ValueError(text)
        return self._with_clock(datetime(int(year), int(month), int(day)), clock)  # noqa: DTZ001 - it gets its zone next

    def _with_clock(self, midnight: datetime, clock: str | None) -> datetime:
        if not clock:
            return midnight.replace(tzinfo=self.zone)
        found = _CLOCK.match(clock.strip())
        if not found:
            raise ValueError(clock)
        hour, minute, second, part, offset = found.groups()
        micro = int((part or "0").ljust(6, "0"))
        return midnight.replace(
            hour=int(hour), minute=int(minute), second=int(second or 0), microsecond=micro, tzinfo=self._zone(offset)
        )

    def _zone(self, offset: str | None) -> tzinfo:
        if not offset:
            return self.zone
        if offset == "Z":
            return UTC
        sign = -1 if offset.startswith("-") else 1
        return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))


def text_of(value: Any) -> str:
    """A value as plain text; None is "".

    >>> text_of(None), text_of(" a  b "), text_of(3.0), text_of(True)
    ('', 'a  b', '3', 'true')
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()


def key_of(value: Any, field: str = "key") -> str:
    """An id of another system. Fault "missing", "too_long", "identity_number" (no id)."""
    text = text_of(value)
    if not text:
        raise Fault(field, "missing")
    if len(text) > LONGEST_KEY:
        raise Fault(field, "too_long", text)
    if _NUMBER.match(text):
        raise Fault(field, "identity_number", f"{text[:2]}…")
    return text


def whole_of(value: Any, field: str) -> int | None:
    """A whole number, not negative; None for nothing. Fault "number"."""
    text = text_of(value)
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Fault(field, "number", text)
    return int(text)


def decimal_of(value: Any, field: str) -> Decimal | None:
    """An exact number; None for nothing. Fault "number"."""
    text = text_of(value)
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Fault(field, "number", text) from error
    if not number.is_finite():
        raise Fault(field, "number", text)
    return number


def yes_no(value: Any, field: str) -> bool | None:
    """Yes, no, or None where nobody said. Fault "word".

    >>> yes_no("是", "x"), yes_no("NO", "x"), yes_no("", "x"), yes_no("UNKNOWN", "x")
    (True, False, None, None)
    """
    text = text_of(value).lower()
    if text in YES or text in NO:
        return text in YES
    if text in ("", "unknown", "未知", "不详"):
        return None
    raise Fault(field, "word", value)


def code_of(value: Any, field: str, codes: dict[str, str], default: str | None = None) -> Any:
    """Our word for theirs. Fault "missing", "word".

    >>> code_of("CONFIRMED", "held_as", {"CONFIRMED": "confirmed"})
    'confirmed'
    """
    text = text_of(value)
    if text in codes:
        return codes[text]
    if not text and default is not None:
        return default
    raise Fault(field, "word" if text else "missing", text)
