"""Meters' clocks: wall-clock readings made aware, and how far a clock is off."""

from datetime import datetime, timedelta
from decimal import Decimal

from yinghuo.desks.metering.head_end.wanting import ZONE

DAY_S = 86_400
AROUND_MIDNIGHT = timedelta(minutes=2)


def aware(shown: datetime) -> datetime:
    """A meter's wall clock as a moment: meters run on Beijing time, without summer time.

    >>> from datetime import datetime
    >>> aware(datetime(2022, 5, 8)).isoformat()
    '2022-05-08T00:00:00+08:00'
    """
    return shown.replace(tzinfo=ZONE)


def drift_s(shown: datetime, *, sent_at: datetime, received_at: datetime) -> Decimal:
    """Seconds that a clock is ahead (negative: behind), one decimal.

    The meter is taken to have read its clock half-way between request and answer, so the error is at most half of what
    both took, and half a second more: the clock shows whole seconds, which on average are half a second old.
    """
    middle = sent_at + (received_at - sent_at) / 2
    off = (aware(shown) + timedelta(seconds=0.5) - middle).total_seconds()
    return Decimal(f"{off:.1f}")


def date_and_time(day: datetime, clock: datetime, *, near: datetime) -> datetime:
    """Date and time that were read one after the other, put together; right also when midnight came between them.

    near: the head-end's time, aware
    """
    both = datetime.combine(day.date(), clock.time())
    off = aware(both) - near
    for days in (-1, 1):
        if abs(off + timedelta(days=days)) < AROUND_MIDNIGHT < abs(off):
            return both + timedelta(days=days)
    return both
