"""Dates and times of DLMS/COSEM: twelve, five or four bytes, any part of which may be "not specified".

Source: the date-time of IEC 62056-6-2 as public frames carry it; what the status byte means is from memory of the
standard.
"""

from datetime import datetime, time
from typing import NamedTuple

UNSPECIFIED, UNSPECIFIED_YEAR, UNSPECIFIED_DEVIATION = 0xFF, 0xFFFF, -0x8000
FIRST_YEAR, LAST_YEAR = 1990, 2099
DATE_TIME_BYTES = 12


class DateTime(NamedTuple):
    """A wall-clock reading, and what else a date-time of twelve bytes says.

    deviation_min: minutes from local time to UTC (China: -480); None where the meter does not say
    status:        bit 0 invalid, 1 doubtful, 2 other clock base, 3 invalid status, 7 daylight saving; None unspecified
    """

    at: datetime
    deviation_min: int | None = None
    status: int | None = None


def date_time(raw: bytes) -> DateTime | None:
    """Twelve bytes as a date-time; None where they are none, or leave out more than seconds and what follows.

    >>> date_time(bytes.fromhex("07EA0B1701080F1E00800000"))
    DateTime(at=datetime.datetime(2026, 11, 23, 8, 15, 30), deviation_min=None, status=0)
    """
    if len(raw) != DATE_TIME_BYTES or not FIRST_YEAR <= (raw[0] << 8 | raw[1]) <= LAST_YEAR:
        return None
    hundredths = 0 if raw[8] == UNSPECIFIED else raw[8]
    second = 0 if raw[7] == UNSPECIFIED else raw[7]
    deviation = int.from_bytes(raw[9:11], "big", signed=True)
    if hundredths > 99 or not (deviation == UNSPECIFIED_DEVIATION or -840 <= deviation <= 840):
        return None
    try:
        at = datetime(raw[0] << 8 | raw[1], raw[2], raw[3], raw[5], raw[6], second, hundredths * 10_000)  # noqa: DTZ001
    except ValueError:
        return None
    known = None if deviation == UNSPECIFIED_DEVIATION else deviation
    return DateTime(at, known, None if raw[11] == UNSPECIFIED else raw[11])


def date_time_bytes(of: datetime | DateTime) -> bytes:
    """Twelve bytes of a wall-clock reading; ValueError for a year that none can have."""
    whole = of if isinstance(of, DateTime) else DateTime(of)
    at = whole.at
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"{at.year} is no year of a meter")
    deviation = UNSPECIFIED_DEVIATION if whole.deviation_min is None else whole.deviation_min
    day = bytes([at.month, at.day, at.isoweekday(), at.hour, at.minute, at.second, at.microsecond // 10_000])
    status = UNSPECIFIED if whole.status is None else whole.status
    return at.year.to_bytes(2, "big") + day + deviation.to_bytes(2, "big", signed=True) + bytes([status])


def date(raw: bytes) -> datetime | None:
    """Five bytes of a date as its midnight; None where a part is not specified."""
    try:
        return datetime(raw[0] << 8 | raw[1], raw[2], raw[3])  # noqa: DTZ001
    except (ValueError, IndexError):
        return None


def clock(raw: bytes) -> time | None:
    """Four bytes of a time of day; None where hour or minute is not specified."""
    try:
        return time(raw[0], raw[1], 0 if raw[2] == UNSPECIFIED else raw[2])
    except (ValueError, IndexError):
        return None
