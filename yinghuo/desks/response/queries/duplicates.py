"""Which cases may be the one that is being reported: the same person first, then alike by name, phone, place, time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.core.people import identity
from yinghuo.core.rosters.actions import keys_of
from yinghuo.core.rosters.queries.same import same_person
from yinghuo.desks.response.rules.cases import EPISODE
from yinghuo.desks.response.rules.duplicates import RECENT, SAME_PERSON, Told, alike
from yinghuo.engines.rosters.matching import Facets

MOST_COMPARED = 3_000  # newest first; beyond it only who shares a key is compared
IDENTICAL = """
    SELECT c.id FROM response_case c
    WHERE c.person = ANY(%(same)s) AND c.merged_into_id IS NULL AND c.reported_at >= %(since)s AND c.id <> %(but)s
    ORDER BY c.reported_at DESC
"""
CANDIDATES = """
    SELECT c.id, c.person, c.area_code, c.party_id, c.reported_at, p.identity
    FROM (
        SELECT person FROM rosters_blockingkey WHERE phone = %(phone)s
        UNION SELECT person FROM rosters_blockingkey WHERE name_born = %(name_born)s
    ) k JOIN response_case c ON c.person = k.person JOIN people_person p ON p.id = c.person
    WHERE p.identity IS NOT NULL AND c.merged_into_id IS NULL AND c.reported_at >= %(since)s
    UNION ALL (
        SELECT c.id, c.person, c.area_code, c.party_id, c.reported_at, p.identity
        FROM response_case c JOIN people_person p ON p.id = c.person
        WHERE p.identity IS NOT NULL AND c.merged_into_id IS NULL AND c.reported_at >= %(recent)s
          AND (starts_with(c.area_code, %(county)s) OR c.party_id = %(party)s)
        ORDER BY c.reported_at DESC LIMIT %(most)s
    )
"""
NOBODY = UUID(int=0)


class Likely(NamedTuple):
    """A case that may be the same: how sure (0..100), and why, as codes."""

    case_id: UUID
    score: int
    reasons: tuple[str, ...]


def likely_cases(told: Told, *, person: UUID | None = None, but: UUID = NOBODY) -> list[Likely]:
    """Cases of all areas that may be the one told of, the surest first; `but` is the case itself.

    Whoever shows them has to look at the reader's area: `queries.cases.alike_rows`.
    """
    same = {case_id: Likely(case_id, SAME_PERSON, ("person.same",)) for case_id in _identical(told, person, but)}
    rest = {one.case_id: one for one in _alike(told, but) if one.case_id not in same}
    return [*same.values(), *sorted(rest.values(), key=lambda one: -one.score)]


def _identical(told: Told, person: UUID | None, but: UUID) -> Iterator[UUID]:
    if person is None:
        return
    given = {"same": same_person([person])[person], "since": told.at - EPISODE, "but": but}
    for row in _rows(IDENTICAL, given):
        yield row[0]


def _alike(told: Told, but: UUID) -> Iterator[Likely]:
    if not (told.facets.name or told.facets.phone):
        return
    for case_id, person, area_code, party_id, at, sealed in _rows(CANDIDATES, _params(told)):
        known = facets_of(person, sealed)
        found = None if case_id == but else alike(told, Told(known, area_code, party_id, at))
        if found:
            yield Likely(case_id, found.score, found.reasons)


def facets_of(person: UUID, sealed: bytes | memoryview) -> Facets:
    """What is compared of somebody whose identity is sealed; it goes nowhere but into the comparison."""
    known = identity.unseal(person, sealed)
    born = known.get("born", "")
    birth = datetime.fromisoformat(born).date() if born else None
    return Facets(known.get("number", ""), known.get("name", ""), birth, known.get("phone", ""))


def _params(told: Told) -> dict[str, Any]:
    keys = keys_of(told.facets)
    return {
        "phone": keys.phone,
        "name_born": keys.name_born,
        "since": told.at - EPISODE,
        "recent": told.at - RECENT,
        "county": told.area_code[:6],
        "party": told.party_id,
        "most": MOST_COMPARED,
    }


def _rows(query: str, params: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
