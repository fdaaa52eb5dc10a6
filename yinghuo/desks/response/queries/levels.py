"""Levels as they stand: what each can become, what it waits for, which are overdue; one query for all of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from yinghuo.core.areas.queries import within
from yinghuo.desks.response.models import AreaLevel, LevelState, PlaceResult, ResultOf
from yinghuo.desks.response.rules.levels import Outlook, Round, Standing, outlook
from yinghuo.desks.response.rules.versions import version_on

ASKED_FOR = (LevelState.PROPOSED, LevelState.CONFIRMED)

# The day of the last infection found at each level's place: at a place or building, of whoever was there within the
# look-back days; in a wider area, of the cases of the level's event. Who was found in isolation already does not count.
LAST_FOUND = """
    WITH asked AS (SELECT * FROM response_arealevel WHERE id = ANY(%(levels)s)),
    found AS (
        SELECT event_id, person, area_code, (coalesce(sampled_at, reported_at) AT TIME ZONE %(zone)s)::date AS day
        FROM response_case
        WHERE held_as IN ('confirmed', 'asymptomatic') AND merged_into_id IS NULL AND in_isolation IS NOT TRUE
    ),
    narrow AS (
        SELECT id, venue FROM asked WHERE extent IN ('unit', 'venue', 'building') AND venue IS NOT NULL
        UNION
        SELECT asked.id, place.id FROM asked JOIN response_venue place USING (area_code, building)
        WHERE asked.extent = 'building' AND building <> ''
    ),
    reached AS (
        SELECT narrow.id, found.day
        FROM narrow JOIN response_visit visit USING (venue) JOIN found USING (person)
        WHERE visit.begins_at >= (found.day - %(look_back_days)s)::timestamp AT TIME ZONE %(zone)s
        UNION ALL
        SELECT asked.id, found.day
        FROM asked JOIN found ON starts_with(found.area_code, asked.area_code)
        WHERE asked.extent NOT IN ('unit', 'venue', 'building')
          AND (asked.event_id IS NULL OR asked.event_id = found.event_id)
    )
    SELECT id, max(day) FROM reached WHERE day <= %(on)s GROUP BY id
"""


@dataclass(frozen=True)
class LevelRow:
    """A level with what it can become."""

    level: AreaLevel
    standing: Standing
    outlook: Outlook
    results: Sequence[PlaceResult]

    @property
    def overdue(self) -> bool:
        """Whether it stands longer than the rule needs, however that came."""
        return self.outlook.overdue_days > 0


def of_late(area_code: str, since: date) -> list[AreaLevel]:
    """The levels of an area that are in force or waiting, or were in force on a day since `since`; one query."""
    lately = Q(state__in=(*ASKED_FOR, LevelState.PUBLISHED)) | Q(state=LevelState.ENDED, ended_on__gte=since)
    return list(within(AreaLevel.objects.filter(lately), area_code).select_related("event").order_by("starts_on", "id"))


def with_outlook(levels: Sequence[AreaLevel], on: date) -> list[LevelRow]:
    """Each level with its standing and outlook by the rule in force on a day; two queries for all."""
    last, rounds = last_found(levels, on), _results({level.chain for level in levels}, on)
    rows = []
    for level in levels:
        own = rounds.get(level.chain, [])
        standing = _standing(level, last.get(level.id), own)
        rows.append(LevelRow(level, standing, outlook(version_on(on), standing, on), own))
    return rows


def last_found(levels: Sequence[AreaLevel], on: date) -> dict[UUID, date]:
    """The day of the last infection that was found at each level's place; none for a place without one."""
    given: dict[str, Any] = {"levels": [level.id for level in levels], "on": on, "zone": settings.TIME_ZONE}
    with connection.cursor() as cursor:
        cursor.execute(LAST_FOUND, given | {"look_back_days": version_on(on).look_back_days})
        return dict(cursor.fetchall())


def history(chain: UUID) -> list[AreaLevel]:
    """All rows of a place, the first one first."""
    return list(AreaLevel.objects.filter(chain=chain).order_by("proposed_at", "id"))


def _results(chains: set[UUID], on: date) -> dict[UUID, list[PlaceResult]]:
    found = defaultdict(list)
    for one in PlaceResult.objects.filter(chain__in=chains, on__lte=on).order_by("on"):
        if one.chain:
            found[one.chain].append(one)
    return found


def _standing(level: AreaLevel, found_on: date | None, results: Sequence[PlaceResult]) -> Standing:
    """A positive assay of people there counts as an infection found on that day, whoever it was."""
    days = [level.last_found_on, found_on, *(one.on for one in results if one.positive and one.of != ResultOf.SURFACES)]
    return Standing(
        level=level.rank,
        starts_on=level.starts_on,
        came_from=level.came_from or None,
        last_found_on=max((day for day in days if day), default=None),
        rounds=[Round(one.on, one.expected, one.swabbed, one.positive) for one in results if one.of == ResultOf.ROUND],
    )
