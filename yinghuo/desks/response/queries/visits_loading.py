"""The visits that tracing needs, and no more: those at the places of the given people, at the times they were there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection

from yinghuo.desks.response.rules.contacts import LONGEST_STAY_H

# Places of the asked people's visits first; then, place by place, who was there within reach of those times.
# A visit without an end is given the longest stay here; the engine then caps it by the kind of place.
NEEDED = """
    WITH asked AS (
        SELECT person, since, until FROM unnest(%(people)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[])
             AS given (person, since, until)
    ), own AS (
        SELECT v.venue, greatest(v.begins_at, a.since) AS begins_at,
               least(coalesce(nullif(greatest(v.ends_at, v.begins_at), v.begins_at), v.begins_at + %(longest)s),
                     a.until) AS ends_at
        FROM asked a JOIN response_visit v ON v.person = a.person
             AND v.begins_at > a.since - %(longest)s AND v.begins_at < a.until
    ), times AS (
        SELECT venue, unnest(range_agg(tstzrange(begins_at, ends_at, '[]'))) AS span
        FROM own WHERE ends_at >= begins_at GROUP BY venue
    )
    SELECT DISTINCT v.person, v.id, v.venue, coalesce(k.kind, 'other'),
           extract(epoch FROM v.begins_at)::bigint, extract(epoch FROM v.ends_at)::bigint, v.protected
    FROM times t JOIN response_visit v ON v.venue = t.venue
         AND v.begins_at > lower(t.span) - %(longest)s AND v.begins_at < upper(t.span)
    LEFT JOIN response_venue k ON k.id = v.venue
    WHERE v.ends_at IS NULL OR v.ends_at <= v.begins_at OR v.ends_at > lower(t.span)
"""


class Asked(NamedTuple):
    """Whose contacts are looked for, from `since` until `until`."""

    person: UUID
    since: datetime
    until: datetime


class Loaded(NamedTuple):
    """Visits as the engine reads them: whole numbers, with what those numbers stand for.

    visits:   columns person, place, start, end, kind
    people, places, kinds: the number is the index; numbers: of each person; kind_of: of each place
    protected: (person, place) -> whether all that is known of their visits there says so; absent where unknown
    """

    visits: dict[str, np.ndarray]
    people: list[UUID]
    places: list[UUID]
    kinds: list[str]
    protected: dict[tuple[int, int], bool]
    numbers: dict[UUID, int]
    kind_of: list[str]


def needed(asked: Sequence[Asked]) -> Loaded:
    """The visits that overlap those of the asked people, theirs among them, in one statement."""
    params: dict[str, Any] = {
        "people": [one.person for one in asked],
        "since": [one.since for one in asked],
        "until": [one.until for one in asked],
        "longest": f"{LONGEST_STAY_H} hours",
    }
    with connection.cursor() as cursor:
        cursor.execute(NEEDED.replace("%(longest)s", "%(longest)s::interval"), params)
        rows = cursor.fetchall()
    return _numbered(rows)


def _numbered(rows: Sequence[tuple[Any, ...]]) -> Loaded:
    people: dict[UUID, int] = {}
    places: dict[UUID, int] = {}
    kinds: dict[str, int] = {}
    protected: dict[tuple[int, int], bool] = {}
    kind_of: list[str] = []
    columns: list[tuple[int, ...]] = []
    for person, _visit, venue, kind, start, end, worn in rows:
        who, where = people.setdefault(person, len(people)), places.setdefault(venue, len(places))
        if where == len(kind_of):
            kind_of.append(kind)
        columns.append((who, where, start, -(2**63) if end is None else end, kinds.setdefault(kind, len(kinds))))
        protected[who, where] = bool(worn) and protected.get((who, where), True)
    table = np.array(columns, dtype=np.int64).reshape(-1, 5)
    names = ("person", "place", "start", "end", "kind")
    visits = {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(names)}
    return Loaded(visits, list(people), list(places), list(kinds), protected, people, kind_of)
