"""Measures against their ceilings in a review: levels, measures and stays higher or longer than the rule allows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

RESTRICTIONS = """
    SELECT 'level' AS what, id, name_zh, name_en, rank AS kind, starts_on, planned_end AS ceiling_on,
           coalesce(ended_on, %(today)s) AS until, excess <> '[]'::jsonb AS above, because_above AS reason,
           coalesce(published_entry, entry_id) AS entry_id, ended_on IS NULL AS standing
    FROM response_arealevel WHERE state IN ('published', 'ended') AND {which}
    UNION ALL
    SELECT 'measure', id, name_zh, name_en, kind, starts_on, planned_end, coalesce(ended_on, %(today)s),
           excess <> '[]'::jsonb, because_above, coalesce(published_entry, entry_id), ended_on IS NULL
    FROM response_measure WHERE state IN ('published', 'ended') AND {which}
    UNION ALL
    SELECT 'stay', id, '', '', stage, (started_at AT TIME ZONE 'Asia/Shanghai')::date, ceiling_on,
           coalesce((ended_at AT TIME ZONE 'Asia/Shanghai')::date, %(today)s), until > ceiling_on, beyond, entry_id,
           ended_at IS NULL
    FROM response_stay WHERE started_at IS NOT NULL AND {which_stay}
    ORDER BY starts_on, id
"""
OF_EVENTS = "event_id = ANY(%(events)s)"
OF_PERIOD = "starts_with(area_code, %(area)s) AND starts_on < %(to)s AND coalesce(ended_on, %(today)s) >= %(first)s"
STAYS_OF_PERIOD = (
    "starts_with(area_code, %(area)s) AND started_at < %(last_at)s AND coalesce(ended_at, %(now)s) >= %(first_at)s"
)


@dataclass(frozen=True)
class Restriction:
    """A level, a measure or a stay: since when, until when (today while it stands), and the last day that was allowed.

    above: in kind or extent higher than the rule allows, as it was flagged when decided; reason: why, all the same
    """

    what: str
    id: UUID
    name_zh: str
    name_en: str
    kind: str
    starts_on: date
    ceiling_on: date | None
    until: date
    above: bool
    reason: str
    entry_id: UUID
    standing: bool

    @property
    def days_over(self) -> int:
        """Days beyond the last day allowed, 0 for none."""
        return max((self.until - self.ceiling_on).days, 0) if self.ceiling_on else 0

    @property
    def within(self) -> bool:
        """Neither higher nor longer than allowed."""
        return not self.above and not self.days_over


def of_events(event_ids: list[UUID], today: date) -> list[Restriction]:
    """What restricted people for these events."""
    return _read(RESTRICTIONS.format(which=OF_EVENTS, which_stay=OF_EVENTS), {"events": event_ids, "today": today})


def of_period(area_code: str, first: datetime, last: datetime, now: datetime) -> list[Restriction]:
    """What restricted people in an area on any day of a period."""
    params = {"area": area_code, "first": first.date(), "to": last.date(), "today": now.astimezone(first.tzinfo).date()}
    params |= {"first_at": first, "last_at": last, "now": now}
    return _read(RESTRICTIONS.format(which=OF_PERIOD, which_stay=STAYS_OF_PERIOD), params)


def _read(statement: str, params: dict[str, Any]) -> list[Restriction]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [Restriction(*row) for row in cursor.fetchall()]
