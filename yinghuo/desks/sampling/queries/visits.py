"""Visits: the open re-collections of one place, so that a team goes there once; and the round over the places.

A place is a workshop (a party with the first word of the group), a building (an area with the first word of the group,
as 5栋 of 5栋-2单元-501), a grid cell, or where nothing of that is known the site of the tube.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.core.work.rules import State
from yinghuo.desks.sampling.rules import RECOLLECT
from yinghuo.engines.rounds import Place, rounds

WAITING = (State.OPEN, State.TAKEN, State.ARRIVED)
CELL_DIGITS = 12
MOST_VISITS, MOST_STOPS = 500, 60
SWAB_S, SETTLE_S = 60, 600  # a single swab with its label; coming in, dressing, leaving
PLACED = f"""
    SELECT w.id, w.state, w.crew, w.finish_by, w.opened_at, w.area_code, w.detail ->> 'tube' AS tube,
           substr(w.subject, 8)::uuid AS person, coalesce(p."group", '') AS "group", p.party_id,
           named.building, home.area_code AS home_code, site.id AS site_id,
           coalesce(cell.lat, site.lat) AS lat, coalesce(cell.lon, site.lon) AS lon,
           md5(CASE WHEN p.party_id IS NOT NULL THEN 'party:' || p.party_id || ':' || named.building
                    WHEN named.building <> '' THEN 'building:' || home.area_code || ':' || named.building
                    WHEN length(home.area_code) = {CELL_DIGITS} THEN 'cell:' || home.area_code
                    ELSE 'site:' || coalesce(site.id::text, '') END)::uuid AS place
    FROM work_order w
    LEFT JOIN people_person p ON p.id = substr(w.subject, 8)::uuid
    LEFT JOIN sampling_site site ON site.id = (w.detail ->> 'site')::bigint
    CROSS JOIN LATERAL (
        SELECT coalesce(substring(p."group" FROM '^[^-–—－−/／·,，、 　]+'), '') AS building
    ) AS named
    CROSS JOIN LATERAL (SELECT coalesce(nullif(p.area_code, ''), w.area_code) AS area_code) AS home
    LEFT JOIN areas_area cell ON cell.code = home.area_code AND length(home.area_code) = {CELL_DIGITS}
    WHERE w.campaign_id = %(campaign)s AND w.kind = %(recollect)s AND w.state = ANY(%(waiting)s)
      AND w.area_code LIKE %(area)s
"""  # noqa: S608 - the number is from this file
VISITS_OF = f"""
    SELECT v.place, v.party_id, party.name_zh, party.name_en, v.building, v.home_code, site.name_zh, site.name_en,
           v.lat, v.lon, v.people, v.open, v.crews, v.opened_at, v.due_at
    FROM (
        SELECT place, min(party_id::text)::uuid AS party_id, min(building) AS building, min(home_code) AS home_code,
               min(site_id) AS site_id, avg(lat) AS lat, avg(lon) AS lon,
               count(*) AS people, count(*) FILTER (WHERE state = 'open') AS open,
               array_remove(array_agg(DISTINCT crew), '') AS crews, min(opened_at) AS opened_at,
               min(finish_by) AS due_at
        FROM {{0}} AS placed GROUP BY place
    ) AS v
    LEFT JOIN parties_party party ON party.id = v.party_id
    LEFT JOIN sampling_site site ON site.id = v.site_id
    ORDER BY v.due_at, v.place LIMIT {MOST_VISITS}
"""  # noqa: S608 - the parts are from this file
VISITS = VISITS_OF.format(f"({PLACED})")
VISIT = f"""
    WITH here AS MATERIALIZED (SELECT * FROM ({PLACED}) AS placed WHERE place = %(place)s)
    SELECT m.id, m.state, m.crew, m.finish_by, m.opened_at, m.tube, m.person, m."group", v.*
    FROM here m CROSS JOIN ({VISITS_OF.format("here")}) AS v ORDER BY m."group", m.person
"""  # noqa: S608 - the parts are from this file
OPEN_OF_PLACE = f"SELECT id FROM ({PLACED}) AS placed WHERE place = %(place)s AND state = 'open'"  # noqa: S608


class Visit(NamedTuple):
    """A place with its open re-collections; `crews` are those who took some of them."""

    place: UUID
    party_id: UUID | None
    party_zh: str | None
    party_en: str | None
    building: str
    home_code: str
    site_zh: str | None
    site_en: str | None
    lat: float | None
    lon: float | None
    people: int
    open: int
    crews: list[str]
    opened_at: datetime
    due_at: datetime


class Member(NamedTuple):
    """Somebody to be swabbed singly on a visit, under their pseudonym."""

    id: UUID
    state: str
    crew: str
    due_at: datetime
    opened_at: datetime
    tube: str
    person: UUID
    group: str


class Turn(NamedTuple):
    """When a round comes to a place: team and stop counted from 1, seconds from now, whether that is late."""

    team: int
    stop: int
    reached_s: int
    late: bool


def visits(campaign_id: UUID, *, area_code: str) -> list[Visit]:
    """The places of a campaign where somebody waits, what is due first at the top; 500 at the most."""
    return [Visit(*row) for row in _rows(VISITS, of(campaign_id, area_code=area_code))]


def visit(campaign_id: UUID, place: UUID, *, area_code: str) -> tuple[Visit, list[Member]] | None:
    """One place and who waits there, by household or line; None where nobody does."""
    rows = _rows(VISIT, of(campaign_id, area_code=area_code) | {"place": place})
    of_member = len(Member._fields)
    return (Visit(*rows[0][of_member:]), [Member(*row[:of_member]) for row in rows]) if rows else None


def of(campaign_id: UUID, *, area_code: str) -> dict[str, Any]:
    """The parameters that all statements of visits share."""
    waiting = [state.value for state in WAITING]
    return {"campaign": campaign_id, "recollect": RECOLLECT, "waiting": waiting, "area": f"{area_code}%"}


def plan(found: Sequence[Visit], *, teams: int, now: datetime) -> dict[UUID, Turn]:
    """The rounds of `teams` teams over what nobody took yet and whose point is known: the 60 that are due first.

    The rounds begin in the middle of the places; somebody has to be there by each place's earliest clock.
    """
    open_ones = [one for one in found if one.open and one.lat is not None and one.lon is not None][:MOST_STOPS]
    if not open_ones:
        return {}
    points = [(float(one.lat or 0), float(one.lon or 0)) for one in open_ones]
    start = (sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points))
    places = [
        Place(lat, lon, SETTLE_S + SWAB_S * one.open, max(0, int((one.due_at - now).total_seconds())))
        for one, (lat, lon) in zip(open_ones, points, strict=True)
    ]
    return {
        open_ones[stop.place].place: Turn(team, number, stop.reached_s, stop.late)
        for team, stops in enumerate(rounds(places, start=start, teams=teams), start=1)
        for number, stop in enumerate(stops, start=1)
    }


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
