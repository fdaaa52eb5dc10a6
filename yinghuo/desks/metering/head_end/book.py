"""How each terminal is doing, counted in memory and written to PostgreSQL every few seconds in one statement."""

import json
import statistics
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from yinghuo.desks.metering.models import Cause, TerminalSession

HOUR_S, DAY_S = 3_600, 86_400
SENT, ANSWERED = "sent", "answered"
LATENCIES = 101  # of the last answers, for the median
FIELDS = [field.attname for field in TerminalSession._meta.fields]
WRITE = f"""
    INSERT INTO metering_terminalsession ({", ".join(FIELDS)})
    SELECT {", ".join(f"t.{name}" for name in FIELDS)}
    FROM jsonb_populate_recordset(NULL::metering_terminalsession, %s::jsonb) t
    JOIN metering_terminal k ON k.address = t.terminal_id
    ORDER BY t.terminal_id
    ON CONFLICT (terminal_id) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in FIELDS[1:])}
"""  # noqa: S608 - the names of our own columns
NOBODY_IS_HERE = "UPDATE metering_terminalsession SET online_since = NULL WHERE online_since IS NOT NULL"


class Tally:
    """Counts by name over the last `span_s` seconds, in sixty steps.

    >>> tally = Tally(60)
    >>> tally.add("sent", now=0.0); tally.add("sent", now=30.0)
    >>> tally.total(now=59.0)["sent"], tally.total(now=61.5)["sent"]
    (2, 1)
    """

    def __init__(self, span_s: float) -> None:
        self.step_s = span_s / 60
        self._steps: deque[tuple[int, Counter[str]]] = deque()
        self._total: Counter[str] = Counter()

    def add(self, name: str, *, now: float) -> None:
        """One more."""
        step = int(now // self.step_s)
        if not self._steps or self._steps[-1][0] != step:
            self._steps.append((step, Counter()))
        self._steps[-1][1][name] += 1
        self._total[name] += 1

    def total(self, *, now: float) -> Counter[str]:
        """Counts of the span that ends now."""
        while self._steps and self._steps[0][0] <= now // self.step_s - 60:
            self._total -= self._steps.popleft()[1]
        return self._total


@dataclass
class Page:
    """What is known of one terminal."""

    terminal: str
    online_since: datetime | None = None
    last_seen_at: datetime | None = None
    peer: str = ""
    hour: Tally = field(default_factory=lambda: Tally(HOUR_S))
    day: Tally = field(default_factory=lambda: Tally(DAY_S))
    latencies_ms: deque[float] = field(default_factory=lambda: deque(maxlen=LATENCIES))
    last_cause: str = ""
    last_detail: str = ""
    last_failed_at: datetime | None = None

    def sent(self, *, now: float) -> None:
        """A request went out."""
        self._count(SENT, now)

    def answered(self, latency_s: float, *, now: float) -> None:
        """Its answer came."""
        self._count(ANSWERED, now)
        self.latencies_ms.append(latency_s * 1_000)

    def failed(self, cause: Cause, detail: str, *, at: datetime, now: float) -> None:
        """It came to nothing."""
        self._count(cause.value, now)
        self.last_cause, self.last_detail, self.last_failed_at = cause.value, detail[:200], at

    def row(self, *, at: datetime, now: float) -> dict[str, Any]:
        """As it stands in the table."""
        hour, day = self.hour.total(now=now), self.day.total(now=now)
        return {
            "terminal_id": self.terminal,
            "online_since": _iso(self.online_since),
            "last_seen_at": _iso(self.last_seen_at),
            "peer": self.peer,
            "sent_hour": hour[SENT],
            "answered_hour": hour[ANSWERED],
            "failed_hour": _causes(hour),
            "sent_day": day[SENT],
            "answered_day": day[ANSWERED],
            "failed_day": _causes(day),
            "median_ms": round(statistics.median(self.latencies_ms)) if self.latencies_ms else None,
            "last_cause": self.last_cause,
            "last_detail": self.last_detail,
            "last_failed_at": _iso(self.last_failed_at),
            "updated_at": _iso(at),
        }

    def _count(self, name: str, now: float) -> None:
        self.hour.add(name, now=now)
        self.day.add(name, now=now)


class Book:
    """The pages of all terminals, and which of them have something new."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.changed: set[str] = set()

    def page(self, terminal: str) -> Page:
        """The terminal's page, which is about to change."""
        self.changed.add(terminal)
        found = self.pages.get(terminal)
        if found is None:
            found = self.pages[terminal] = Page(terminal)
        return found

    def take_rows(self, *, at: datetime, now: float) -> list[dict[str, Any]]:
        """Rows of the pages that changed since they were last taken."""
        changed, self.changed = self.changed, set()
        return [self.pages[one].row(at=at, now=now) for one in changed]


def write(rows: Iterable[dict[str, Any]]) -> None:
    """Writes rows in one statement; terminals that are no longer in the register are passed over. For a thread."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(list(rows))])


def begin() -> None:
    """Nobody is on-line when a head-end starts, whatever the last one left; for a thread."""
    with connection.cursor() as cursor:
        cursor.execute(NOBODY_IS_HERE)


def _causes(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count and name not in (SENT, ANSWERED)}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
