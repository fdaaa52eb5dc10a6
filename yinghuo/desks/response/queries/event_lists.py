"""Lists of events: filters, paging, and for each row its cases, contacts and the clock that runs out first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from yinghuo.console.pieces import Due
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import ACTIVE, kind_name
from yinghuo.desks.response.models import Case, Event
from yinghuo.desks.response.queries.events import area_names
from yinghuo.desks.response.rules.cases import UNDECIDED

COUNTED = """
    SELECT e.id, c.cases, c.undecided, (SELECT count(*) FROM response_contact t WHERE t.event_id = e.id), d.*
    FROM unnest(%(events)s::uuid[]) AS e (id)
    CROSS JOIN LATERAL (
        SELECT count(*) AS cases, count(*) FILTER (WHERE held_as = ANY(%(undecided)s)) AS undecided
        FROM response_case WHERE event_id = e.id AND merged_into_id IS NULL
    ) c
    LEFT JOIN LATERAL (
        SELECT w.kind, w.due_at, w.clocks_from
        FROM (
            SELECT 'event:' || e.id AS subject
            UNION ALL SELECT 'case:' || id FROM response_case WHERE event_id = e.id AND merged_into_id IS NULL
        ) s JOIN work_order w ON w.subject = s.subject
        WHERE w.state = ANY(%(active)s) AND w.due_at IS NOT NULL
        ORDER BY w.due_at LIMIT 1
    ) d ON true
"""


def events(user: User, wanted: Mapping[str, str], *, now: datetime) -> QuerySet[Event]:
    """Events of the reader's area that stand for themselves, the newest first.

    wanted: state, area (a code), late ("yes": an order about it or its cases is past its clock); "" for any
    """
    rows = scope(user, Event.objects.filter(merged_into=None))
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("area"):
        rows = rows.filter(area_code__startswith=wanted["area"])
    if wanted.get("late"):
        rows = rows.filter(_late(now))
    return rows.annotate(**area_names()).order_by("-detected_at", "-id")


def after(rows: QuerySet[Event], place: tuple[datetime, UUID] | None) -> QuerySet[Event]:
    """The rows behind a place in the list."""
    if place is None:
        return rows
    at, event_id = place
    return rows.filter(Q(detected_at__lt=at) | Q(detected_at=at, id__lt=event_id))


def counted(rows: Sequence[Event]) -> dict[UUID, dict[str, Any]]:
    """For each event of a page: cases, those to be judged, contacts, the first clock and what it is of."""
    params: dict[str, Any] = {"events": [one.id for one in rows], "undecided": list(UNDECIDED), "active": list(ACTIVE)}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, params)
        return {event: _counts(*rest) for event, *rest in cursor.fetchall()}


def _counts(cases: int, undecided: int, contacts: int, kind: str | None, due_at: Any, since: Any) -> dict[str, Any]:
    what = "" if kind is None else kind_name(kind)
    due = Due(due_at, since) if due_at else None
    return {"cases": cases, "undecided": undecided, "contacts": contacts, "due": due, "due_what": what}


def _late(now: datetime) -> Q:
    late = Order.objects.filter(state__in=ACTIVE, due_at__lt=now)
    cases = Case.objects.filter(event=OuterRef("id")).filter(Exists(late.filter(subject=_subject("case:"))))
    return Q(Exists(late.filter(subject=_subject("event:")))) | Q(Exists(cases))


def _subject(beginning: str) -> Concat:
    return Concat(Value(beginning), Cast(OuterRef("id"), CharField()))
