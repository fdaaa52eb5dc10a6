"""Where a day of readings begins."""

from datetime import UTC, date, datetime, time, timedelta

from yinghuo.desks.metering.lake import batches


def begin_of(day: date) -> datetime:
    """Midnight in Asia/Shanghai at which a day begins, aware.

    >>> begin_of(date(2022, 5, 11)).isoformat()
    '2022-05-10T16:00:00+00:00'
    """
    return datetime.combine(day, time(), UTC) - timedelta(seconds=batches.SHANGHAI_S)
