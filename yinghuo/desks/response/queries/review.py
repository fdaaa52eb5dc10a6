"""The review of events, one or all of a period: 7-1-7, contacts, isolation, clocks, teams; each with its entry.

Everything is read from rows that name the ledger entry which speaks of them; nothing is asked of anybody's memory.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.desks.response.models import Event
from yinghuo.desks.response.rules.clocks import CHINA, clock_on
from yinghuo.desks.response.rules.review import ACTIONS, Action

HAPPENED = """
    SELECT event_id, what, at, entry_id FROM (
        SELECT split_part(o.subject, ':', 2)::uuid AS event_id, 'sent' AS what, s.sent_at AS at, s.entry_id
        FROM response_sending s JOIN work_order o ON o.id = s.order_id WHERE o.subject = ANY(%(subjects)s)
        UNION ALL
        SELECT split_part(subject, ':', 2)::uuid, 'taken', taken_at, coalesce(done_entry, opened_entry) FROM work_order
        WHERE subject = ANY(%(subjects)s) AND kind = 'response.tracing' AND taken_at IS NOT NULL
        UNION ALL SELECT event_id, 'traced', at, entry_id FROM response_trace WHERE event_id = ANY(%(events)s)
        UNION ALL SELECT event_id, 'level', proposed_at, entry_id FROM response_arealevel
        WHERE event_id = ANY(%(events)s)
        UNION ALL SELECT event_id, 'published', published_at, published_entry FROM response_arealevel
        WHERE event_id = ANY(%(events)s) AND published_at IS NOT NULL
        UNION ALL SELECT c.event_id, 'assayed', l.reported_at, l.entry_id
        FROM response_labresult l JOIN response_case c ON c.id = l.case_id
        WHERE c.event_id = ANY(%(events)s) AND l.result = 'positive'
        UNION ALL SELECT c.event_id, 'judged', j.at, j.id
        FROM response_judgement j JOIN response_case c ON c.id = j.case_id
        WHERE c.event_id = ANY(%(events)s) AND j.held_as IN ('confirmed', 'asymptomatic')
        UNION ALL SELECT event_id, 'hospital', arrived_at, entry_id FROM response_transfer
        WHERE event_id = ANY(%(events)s) AND case_id IS NOT NULL AND arrived_at IS NOT NULL
        UNION ALL SELECT event_id, 'isolated', started_at, entry_id FROM response_stay
        WHERE event_id = ANY(%(events)s) AND started_at IS NOT NULL
        UNION ALL SELECT event_id, CASE outcome WHEN 'done' THEN key ELSE 'not needed ' || key END, done_at, entry_id
        FROM response_step WHERE event_id = ANY(%(events)s) AND outcome <> ''
        UNION ALL SELECT split_part(subject, ':', 2)::uuid, kind, at, id FROM ledger_entry
        WHERE subject = ANY(%(subjects)s) AND kind IN ('event.opened', 'tracks.opened')
    ) AS happened ORDER BY at
"""
COUNTED = """
    SELECT e.id,
        (SELECT count(*) FROM response_contact k
         WHERE k.event_id = e.id AND k.grade = 'close' AND k.state <> 'dropped'),
        count(c.id), count(c.id) FILTER (WHERE c.in_isolation), count(c.id) FILTER (WHERE c.in_isolation IS NULL)
    FROM response_event e LEFT JOIN response_case c
        ON c.event_id = e.id AND c.merged_into_id IS NULL AND c.held_as IN ('confirmed', 'asymptomatic')
    WHERE e.id = ANY(%(events)s) GROUP BY e.id
"""


class Shown(NamedTuple):
    """A moment that a record shows: which kind of record, when, and the ledger entry that speaks of it."""

    what: str
    at: datetime
    entry_id: UUID


@dataclass(frozen=True)
class Taken:
    """One of the seven actions in an event: when, as which record shows; None while it is open or was not needed."""

    action: Action
    shown: Shown | None
    applicable: bool


@dataclass(frozen=True)
class Span:
    """One of the targets of 7-1-7: from when to when, and how long it may take; an end may still be open."""

    key: str
    since: datetime | None
    until: datetime | None
    allowed: timedelta
    entry_id: UUID | None = None

    def state(self, now: datetime) -> str:
        """met, missed, running, unknown (nobody knows since when)."""
        if self.since is None:
            return "unknown"
        if (self.until or now) - self.since > self.allowed:
            return "missed"
        return "met" if self.until else "running"


@dataclass(frozen=True)
class Counts:
    """Close contacts that were not taken back; infections, those found in isolation, those of whom nobody said."""

    contacts: int
    cases: int
    isolated: int
    unknown: int

    @property
    def per_case(self) -> float | None:
        """Close contacts a case."""
        return self.contacts / self.cases if self.cases else None

    @property
    def share_isolated(self) -> float | None:
        """Share of the infections that were in isolation already when found, of those of whom it is known."""
        known = self.cases - self.unknown
        return self.isolated / known if known else None

    def __add__(self, other: "Counts") -> "Counts":
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Counts(*(mine + others for mine, others in pairs))


@dataclass(frozen=True)
class EventReview:
    """What is told of one event."""

    event: Event
    actions: list[Taken]
    spans: list[Span]
    counts: Counts


def reviews_of(events: Sequence[Event]) -> list[EventReview]:
    """The reviews of these events, in two queries for all."""
    ids = [event.id for event in events]
    params = {"events": ids, "subjects": [f"event:{one}" for one in ids]}
    happened: dict[UUID, list[Shown]] = defaultdict(list)
    for event_id, *shown in _rows(HAPPENED, params):
        happened[event_id].append(Shown(*shown))
    counted = {row[0]: Counts(*row[1:]) for row in _rows(COUNTED, params)}
    return [_review(event, happened[event.id], counted[event.id]) for event in events]


def _review(event: Event, happened: list[Shown], counts: Counts) -> EventReview:
    actions = [_taken(action, happened) for action in ACTIONS]
    return EventReview(event, actions, _spans(event, actions), counts)


def _taken(action: Action, happened: list[Shown]) -> Taken:
    shown = next((one for one in happened if one.what in action.shown_by), None)
    spared = any(one.what == f"not needed {action.needed_unless}" for one in happened) and shown is None
    return Taken(action, shown, applicable=not spared)


def _spans(event: Event, actions: list[Taken]) -> list[Span]:
    """The targets of 7-1-7 by the clocks in force when the event was noticed."""
    day = event.detected_at.astimezone(CHINA).date()
    emerged = datetime.combine(event.emerged_on, time(0), tzinfo=CHINA) if event.emerged_on else None
    asked = [one for one in actions if one.applicable]
    done = [one.shown for one in asked if one.shown]
    first = min(done, key=lambda one: one.at, default=None)
    last = max(done, key=lambda one: one.at) if len(done) == len(asked) and done else None
    told, notified = event.notified_at, event.notified_at or event.detected_at
    spans = [
        ("detection", emerged, event.detected_at, event.entry_id),
        ("notification", event.detected_at, told, event.entry_id if told else None),
        ("first_action", notified, first.at if first else None, first.entry_id if first else None),
        ("early_response", notified, last.at if last else None, last.entry_id if last else None),
    ]
    return [Span(key, since, until, clock_on(key, day).span, entry) for key, since, until, entry in spans]


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of the first to the end of the last day, in China."""
    return datetime.combine(first, time(0), CHINA), datetime.combine(last, time(0), CHINA) + timedelta(days=1)
