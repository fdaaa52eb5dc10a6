"""Orders of the response in a review: which clocks were met, which not and why; how much teams worked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yinghuo.desks.response.models import Event
from yinghuo.desks.response.rules.review import Kept, Run, kept

MOST_ORDERS = 5_000
ORDERS = """
    SELECT o.id, o.kind, o.subject, o.state, o.opened_at, o.reason, o.opened_entry, o.done_entry, o.closed_entry,
           o.taken_at, o.arrived_at, o.done_at, o.closed_at, o.accept_by, o.arrive_by, o.finish_by, o.verify_by,
           o.reopened, o.state = 'returned' AS returned,
           coalesce((SELECT max(s.delay_min) FROM response_sending s WHERE s.order_id = o.id), 0) AS delay_min
    FROM work_order o
    WHERE starts_with(o.kind, 'response.') AND o.state <> 'cancelled' AND {which}
    ORDER BY o.opened_at, o.id LIMIT %(most)s
"""
OF_EVENTS = """(o.subject = ANY(%(subjects)s)
        OR o.subject IN (SELECT 'case:' || id FROM response_case WHERE event_id = ANY(%(events)s))
        OR o.subject IN (SELECT 'stay:' || id FROM response_stay WHERE event_id = ANY(%(events)s))
        OR o.subject IN (SELECT 'contact:' || id FROM response_contact WHERE event_id = ANY(%(events)s)))"""
OF_PERIOD = "o.opened_at >= %(first)s AND o.opened_at < %(last)s AND starts_with(o.area_code, %(area)s)"
LOADS = """
    SELECT t.code, t.name_zh, t.name_en, t.mobile, count(*) AS sent,
           sum(extract(epoch FROM coalesce(s.ended_at, %(now)s) - s.sent_at)) / 3600 AS hours,
           avg(extract(epoch FROM s.arrived_at - s.sent_at)) / 60 AS way_min, sum(s.delay_min) AS delay_min,
           (array_agg(s.entry_id ORDER BY s.sent_at DESC))[1] AS entry_id
    FROM response_sending s JOIN response_team t ON t.id = s.team_id JOIN work_order o ON o.id = s.order_id
    WHERE {which} GROUP BY t.id ORDER BY hours DESC, t.code
"""


@dataclass(frozen=True)
class Clocked:
    """A clock of an order; `entry_id` is the ledger entry that shows it was met, or that it began to run."""

    order_id: UUID
    kind: str
    opened_at: datetime
    reason: str
    kept: Kept
    entry_id: UUID


def clocks_of_events(events: Sequence[Event], now: datetime) -> list[Clocked]:
    """The clocks of every order about these events, their cases, contacts and stays."""
    ids = [event.id for event in events]
    return list(_clocked(OF_EVENTS, {"events": ids, "subjects": [f"event:{one}" for one in ids]}, now))


def clocks_of_period(area_code: str, first: datetime, last: datetime, now: datetime) -> list[Clocked]:
    """The clocks of every order that was opened in an area and period."""
    return list(_clocked(OF_PERIOD, {"area": area_code, "first": first, "last": last}, now))


def loads_of_events(events: Sequence[Event], now: datetime) -> list[dict[str, Any]]:
    """What each team worked for these events, the most hours first."""
    ids = [event.id for event in events]
    return _rows(
        LOADS.format(which=OF_EVENTS), {"events": ids, "subjects": [f"event:{one}" for one in ids], "now": now}
    )


def loads_of_period(area_code: str, first: datetime, last: datetime, now: datetime) -> list[dict[str, Any]]:
    """What each team worked for orders that were opened in an area and period."""
    params = {"area": area_code, "first": first, "last": last, "now": now}
    return _rows(LOADS.format(which=OF_PERIOD), params)


def met_and_missed(clocks: Iterable[Clocked]) -> dict[str, tuple[int, int, int]]:
    """By clock: met, missed, still running."""
    found: dict[str, list[int]] = {name: [0, 0, 0] for name in ("accept", "arrive", "finish", "verify")}
    for one in clocks:
        found[one.kept.clock][1 if one.kept.missed else 2 if one.kept.running else 0] += 1
    return {name: (met, missed, running) for name, (met, missed, running) in found.items() if met + missed + running}


def _clocked(which: str, params: dict[str, Any], now: datetime) -> Iterable[Clocked]:
    for row in _rows(ORDERS.format(which=which), params | {"most": MOST_ORDERS}):
        run = Run(**{name: row[name] for name in Run._fields})
        for one in kept(run, now):
            shown = {"finish": row["done_entry"], "verify": row["closed_entry"]}.get(one.clock)
            entry_id = (shown if one.met_at else None) or row["opened_entry"]
            yield Clocked(row["id"], row["kind"], row["opened_at"], row["reason"], one, entry_id)


def _rows(statement: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
