"""The one place that reads the clock; everything below takes `now` as an argument."""

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings

_STARTED_S = time.monotonic()


def now() -> datetime:
    """The present moment, aware, UTC.

    Under SCENARIO_CLOCK (an ISO time; the demo sets it) the clock starts there when the process starts.
    """
    if settings.SCENARIO_CLOCK:
        started = datetime.fromisoformat(settings.SCENARIO_CLOCK).astimezone(UTC)
        return started + timedelta(seconds=time.monotonic() - _STARTED_S)
    return datetime.now(UTC)
