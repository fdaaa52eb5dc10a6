"""How the head-end is doing now: terminals on-line, answers, causes of failure, readings a minute, what waits."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.metering.lake.segments import SUFFIX
from yinghuo.desks.metering.models.head_end import TerminalSession
from yinghuo.desks.metering.models.lake import Committed
from yinghuo.desks.metering.queries.register.terminals import STALE_AFTER

SPAN = timedelta(minutes=10)  # over which readings a minute are counted
FAILING_SHOWN = 20
OF_AREA = """
    FROM metering_terminalsession s JOIN metering_terminal t ON t.address = s.terminal_id AND t.area_code LIKE %(area)s
"""
CAUSES = f"""
    SELECT c.key, sum(c.value::int) {OF_AREA} CROSS JOIN LATERAL jsonb_each_text(s.failed_hour) AS c
    GROUP BY c.key ORDER BY 2 DESC, 1
"""
MEDIAN = f"SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY s.median_ms) {OF_AREA} WHERE s.median_ms IS NOT NULL"


class Live(NamedTuple):
    """The head-end at a moment, as far as the reader's area goes.

    sent, answered: requests of the last hour; failed: {Cause: count} of them, the most frequent first
    median_ms:      the median terminal's median; None before the first answer
    written_at:     when the head-end wrote last; None if it never did
    readings_a_minute, spool_bytes: of the whole installation; spool_bytes None where the spool is on another machine
    """

    online: int
    sent: int
    answered: int
    failed: dict[str, int]
    median_ms: int | None
    seen_at: datetime | None
    written_at: datetime | None
    readings_a_minute: float
    spool_bytes: int | None

    @property
    def success_share(self) -> float | None:
        """Share of requests that were answered, 0..1; None where nothing was asked."""
        return self.answered / self.sent if self.sent else None

    def runs(self, now: datetime) -> bool:
        """Whether the head-end writes."""
        return bool(self.written_at and self.written_at >= now - STALE_AFTER)


def live(user: User, *, now: datetime) -> Live:
    """How the head-end is doing."""
    counts = _sessions(user).aggregate(
        online=Count("pk", filter=Q(online_since__isnull=False, updated_at__gte=now - STALE_AFTER)),
        sent=Coalesce(Sum("sent_hour"), 0),
        answered=Coalesce(Sum("answered_hour"), 0),
        seen_at=Max("last_seen_at"),
        written_at=Max("updated_at"),
    )
    area = {"area": f"{user.area_code or '-'}%"}
    with connection.cursor() as cursor:
        cursor.execute(CAUSES, area)
        failed = dict(cursor.fetchall())
        cursor.execute(MEDIAN, area)
        median_ms = cursor.fetchone()[0]
    return Live(
        **counts,
        failed=failed,
        median_ms=median_ms,
        readings_a_minute=_readings(now) / (SPAN.total_seconds() / 60),
        spool_bytes=spool_bytes(Path(settings.METERING_SPOOL)),
    )


def failing(user: User) -> list[TerminalSession]:
    """Terminals with failures in the last hour, the latest failure first."""
    found = _sessions(user).exclude(failed_hour={}).select_related("terminal")
    return list(found.order_by("-last_failed_at", "terminal_id")[:FAILING_SHOWN])


def spool_bytes(folder: Path) -> int | None:
    """Bytes of readings that are on disk here and not in the lake yet; None where there is no spool."""
    if not folder.is_dir():
        return None
    size = 0
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            size += path.stat().st_size
        except FileNotFoundError:  # drained at this moment
            continue
    return size


def _sessions(user: User) -> QuerySet[TerminalSession]:
    return scope(user, TerminalSession.objects.all(), "terminal__area_code")


def _readings(now: datetime) -> int:
    """Readings that came into the lake within SPAN."""
    found = Committed.objects.filter(committed_at__gte=now - SPAN, committed_at__lte=now)
    return int(found.aggregate(rows=Coalesce(Sum("rows"), 0))["rows"])
