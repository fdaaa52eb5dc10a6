"""Which pseudonyms are one person, as decided by people."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

SAME = """
    WITH RECURSIVE met (asked, person) AS (
        SELECT id, id FROM unnest(%s::uuid[]) AS id
        UNION
        SELECT met.asked, CASE WHEN s.person = met.person THEN s.stands ELSE s.person END
        FROM met JOIN rosters_standing s ON met.person IN (s.person, s.stands) AND s.undone_at IS NULL
    )
    SELECT asked, person FROM met
"""


def same_person(person_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """All pseudonyms of each of these people, their own first; one query.

    A history or status that shall follow merges reads facts `WHERE person = ANY(...)` over these.
    """
    asked = list(dict.fromkeys(person_ids))
    found: dict[UUID, list[UUID]] = {person: [person] for person in asked}
    with connection.cursor() as cursor:
        cursor.execute(SAME, [asked])
        for one, person in sorted(cursor.fetchall()):
            if person != one:
                found[one].append(person)
    return found
