"""Moments of a simulated place as seconds since its midnight of 1 January 2000, and back to dates.

One number per moment keeps the arithmetic of clocks, days and quarters of an hour exact and cheap. China has one zone
and no summer time, so that every day has 86,400 seconds.
"""

from datetime import date, datetime, timedelta, timezone

DAY_S = 86_400
QUARTER_S = 900
QUARTERS = 96
CHINA = timezone(timedelta(hours=8), "UTC+8")
EPOCH = datetime(2000, 1, 1, tzinfo=CHINA)
EPOCH_WALL = datetime(2000, 1, 1)  # noqa: DTZ001 - a meter's clock carries no zone
EPOCH_DAY = EPOCH_WALL.toordinal()


def seconds_of(at: datetime) -> float:
    """Seconds of an aware moment.

    >>> seconds_of(datetime(2000, 1, 2, tzinfo=CHINA))
    86400.0
    """
    return (at - EPOCH).total_seconds()


def moment(at_s: float) -> datetime:
    """The aware moment of these seconds."""
    return EPOCH + timedelta(seconds=at_s)


def wall(at_s: float) -> datetime:
    """What a clock on the wall shows at these seconds, to the second, without zone.

    >>> wall(86_461.9).isoformat()
    '2000-01-02T00:01:01'
    """
    return EPOCH_WALL + timedelta(seconds=int(at_s // 1))


def seconds_of_wall(shown: datetime) -> float:
    """Seconds at which a clock without zone shows this."""
    return (shown - EPOCH_WALL).total_seconds()


def day_of(day: int) -> date:
    """The date of a day's number (0 is 1 January 2000)."""
    return date.fromordinal(EPOCH_DAY + day)


def number_of(day: date) -> int:
    """The number of a date."""
    return day.toordinal() - EPOCH_DAY
