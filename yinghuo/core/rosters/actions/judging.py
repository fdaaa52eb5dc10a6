"""What the staged rows of an intake would do, as one SELECT: the dry run counts it, the intake does it."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from yinghuo.core.people.rules import keep_until
from yinghuo.core.rosters.models import Intake
from yinghuo.core.rosters.reading.staging import table_of
from yinghuo.core.rosters.rules import LARGEST_BLOCK, OUTCOMES, Policy

# An empty cell says nothing: it changes nothing that is known.
JUDGED = """
    SELECT s.*, k.content AS known_content, CASE
        WHEN s.nth > 1 THEN 'twice'
        WHEN p.id IS NULL OR p.erased_at IS NOT NULL THEN 'new'
        WHEN p.area_code <> '' AND NOT starts_with(p.area_code, %(area)s) THEN 'elsewhere'
        WHEN p.keep_until >= %(keep_until)s AND s.area_code IN ('', p.area_code) AND s."group" IN ('', p."group")
             AND (s.party_id IS NULL OR s.party_id = p.party_id) AND (NOT s.numbered OR s.content = k.content)
             THEN 'same'
        ELSE 'differs' END AS found
    FROM (
        SELECT *, row_number() OVER same AS nth, first_value(row) OVER same AS first_row
        FROM {table} WHERE id BETWEEN %(first)s AND %(last)s WINDOW same AS (PARTITION BY id ORDER BY row)
    ) s
    LEFT JOIN people_person p ON p.id = s.id AND p.id BETWEEN %(first)s AND %(last)s
    LEFT JOIN rosters_blockingkey k ON k.person = s.id AND k.person BETWEEN %(first)s AND %(last)s
"""
COUNT = "SELECT found, count(*) FROM ({judged}) judged GROUP BY found"
# Rows that will not count by themselves come back with the reason; of somebody known only where new people alone are.
NOTE = """
    INSERT INTO rosters_problem (intake_id, row, field, cause, value, other_row)
    SELECT %(intake)s, row, CASE WHEN numbered THEN 'number' ELSE 'name' END,
           CASE found WHEN 'twice' THEN 'twice' ELSE 'known' END, '', CASE found WHEN 'twice' THEN first_row END
    FROM ({judged}) judged WHERE found = ANY(%(noted)s)
"""
# Of a block of n people, m of them on this roster, m(m-1)/2 + m(n-m) pairs are compared after the intake.
ALIKE = """
    WITH mine AS (SELECT DISTINCT ON (id) id, name_born, phone FROM {table} ORDER BY id, row),
    everybody AS (
        SELECT name_born, phone, 1 AS mine FROM mine
        UNION ALL SELECT name_born, phone, 0 FROM rosters_blockingkey k
        WHERE NOT EXISTS (SELECT 1 FROM mine WHERE mine.id = k.person)
    ), blocks AS (
        SELECT sum(mine) AS m, count(*) AS n FROM everybody WHERE phone IS NOT NULL GROUP BY phone
        UNION ALL SELECT sum(mine), count(*) FROM everybody WHERE name_born IS NOT NULL GROUP BY name_born
    )
    SELECT coalesce(sum(m * (m - 1) / 2 + m * (n - m)), 0)::bigint FROM blocks WHERE n BETWEEN 2 AND %(most)s
"""
FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)


def judged_sql(intake: Intake) -> str:
    """JUDGED for this intake's table; parameters by `params`."""
    return JUDGED.format(table=table_of(intake.id))


def params(intake: Intake, *, at: datetime, first: UUID = FIRST, last: UUID = LAST) -> dict[str, Any]:
    """Parameters of JUDGED for the persons from `first` to `last`."""
    until = keep_until("identity", timezone.localdate(at))
    return {"area": intake.area_code, "keep_until": until, "first": first, "last": last}


def counts(intake: Intake, *, at: datetime) -> dict[str, int]:
    """What the intake would do: read = new + merged + skipped + rejected; beside it what was found, and pairs alike.

    The reasons of rows that would not count are kept among the problems.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(judged=judged_sql(intake)), params(intake, at=at))
        found: dict[str, int] = dict(cursor.fetchall())
        cursor.execute(ALIKE.format(table=table_of(intake.id)), {"most": LARGEST_BLOCK})
        (alike,) = cursor.fetchone()
    if any(name in found for name in _noted(intake)):
        _keep_notes(intake, at=at)
    return outcomes(intake, found) | {f"found_{name}": count for name, count in found.items()} | {"alike": alike}


def outcomes(intake: Intake, found: dict[str, int]) -> dict[str, int]:
    """Rows by what becomes of them; those that were rejected while reading are among the rejected."""
    table = OUTCOMES[Policy(intake.policy)]
    by: Counter[str] = Counter({"new": 0, "merged": 0, "skipped": 0, "rejected": intake.rejected})
    for name, count in found.items():
        by[table[name]] += count  # type: ignore[index]
    return {"read": intake.rows, **by}


def _noted(intake: Intake) -> list[str]:
    """Rows that stand twice in the file; and under the policy "new", those of somebody known."""
    return ["twice", *(["elsewhere", "same", "differs"] if intake.policy == Policy.NEW else [])]


def _keep_notes(intake: Intake, *, at: datetime) -> None:
    with connection.cursor() as cursor:
        given = params(intake, at=at) | {"intake": intake.id, "noted": _noted(intake)}
        cursor.execute(NOTE.format(judged=judged_sql(intake)), given)
