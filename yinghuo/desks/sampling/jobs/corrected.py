"""Corrections and voids made effective: tubes are counted anew, and re-collections follow who is in them now."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.core.work import actions as work
from yinghuo.desks.sampling.queries.members import latest, members_of
from yinghuo.desks.sampling.rules import RECOLLECT

BY = "system:sampling.judge"
NO_LONGER_DONE = "the swab that answered this was undone, moved or voided"

SOME = "SELECT EXISTS (SELECT FROM sampling_corrected) OR EXISTS (SELECT FROM sampling_voided)"
# Tubes whose members may be others now: by corrections and voids that are new, or of the tubes with new swabs.
CONCERNED = """
    WITH scanned AS (
        SELECT unnest(%(swabbed)s::text[]) AS tube
        UNION SELECT tube FROM sampling_corrected WHERE entry_id = ANY(%(corrected)s)
    ),
    said AS (SELECT c.tube, c.to_tube, c.what FROM sampling_corrected c WHERE c.tube IN (SELECT tube FROM scanned))
    SELECT tube FROM said
    UNION SELECT to_tube FROM said WHERE what = 'moved'
    UNION SELECT to_tube FROM sampling_corrected WHERE to_tube = ANY(%(swabbed)s) AND what = 'moved'
    UNION SELECT tube FROM sampling_voided WHERE tube = ANY(%(swabbed)s) OR entry_id = ANY(%(voided)s)
"""
VOID = """
    INSERT INTO sampling_tube AS t (tube, campaign_id, site_id, area_code, voided_at)
    SELECT v.tube, min(p.campaign_id::text)::uuid, min(v.site), coalesce(min(p.area_code), ''), min(v.at)
    FROM sampling_voided v LEFT JOIN sampling_site p ON p.id = v.site
    WHERE v.entry_id = ANY(%(voided)s)
    GROUP BY v.tube
    ON CONFLICT (tube) DO UPDATE SET
        voided_at = least(t.voided_at, excluded.voided_at),
        campaign_id = coalesce(t.campaign_id, excluded.campaign_id),
        site_id = coalesce(t.site_id, excluded.site_id),
        area_code = coalesce(nullif(t.area_code, ''), excluded.area_code)
"""
# A tube that a swab was moved into has a row even when the swab went on, so that the order of arrival leaves no trace.
RECOUNT = f"""
    WITH named AS (
        SELECT s.tube, s.site, s.at, NOT EXISTS (
            SELECT FROM sampling_corrected c WHERE c.tube = s.tube AND c.swab = s.id
        ) AS stands
        FROM sampling_swab s WHERE s.tube = ANY(%(tubes)s)
        UNION ALL
        SELECT c.to_tube, s.site, s.at, {latest()}
        FROM sampling_corrected c JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab
        WHERE c.to_tube = ANY(%(tubes)s) AND c.what = 'moved'
    ), member AS (
        SELECT n.tube, n.site, n.at,
               n.stands AND NOT EXISTS (SELECT FROM sampling_voided v WHERE v.tube = n.tube) AS stands
        FROM named n
    ), counted AS (
        SELECT m.tube, min(p.campaign_id::text)::uuid AS campaign_id, min(m.site) AS site_id,
               min(p.area_code) AS area_code, count(*) FILTER (WHERE m.stands) AS swabs,
               min(m.at) FILTER (WHERE m.stands) AS first_at, max(m.at) FILTER (WHERE m.stands) AS last_at
        FROM member m LEFT JOIN sampling_site p ON p.id = m.site
        GROUP BY m.tube
    )
    INSERT INTO sampling_tube AS t (tube, campaign_id, site_id, area_code, swabs, first_at, last_at)
    SELECT k.tube, n.campaign_id, n.site_id, coalesce(n.area_code, ''), coalesce(n.swabs, 0), n.first_at, n.last_at
    FROM unnest(%(tubes)s::text[]) AS k (tube) LEFT JOIN counted n ON n.tube = k.tube
    WHERE n.tube IS NOT NULL OR EXISTS (SELECT FROM sampling_tube known WHERE known.tube = k.tube)
    ON CONFLICT (tube) DO UPDATE SET
        swabs = excluded.swabs, first_at = excluded.first_at, last_at = excluded.last_at,
        campaign_id = coalesce(t.campaign_id, excluded.campaign_id),
        site_id = coalesce(t.site_id, excluded.site_id),
        area_code = coalesce(nullif(t.area_code, ''), excluded.area_code)
"""  # noqa: S608 - parts come from code, never from outside
# Work reported done by a swab that no longer stands: nobody in a single tube of that person answers the call any more.
UNDONE_ANSWERS = f"""
    SELECT DISTINCT w.id
    FROM (
        SELECT s.person FROM sampling_corrected c JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab
        WHERE c.tube = ANY(%(tubes)s)
        UNION SELECT m.person FROM unnest(%(tubes)s::text[]) AS k (tube)
        CROSS JOIN LATERAL ({members_of("k.tube")}) AS m
    ) AS somebody
    JOIN work_order w ON w.subject = 'person:' || somebody.person AND w.kind = %(recollect)s AND w.state = 'done'
    WHERE w.done_by LIKE 'device:%%' AND NOT EXISTS (
        SELECT FROM sampling_swab o
        CROSS JOIN LATERAL (
            SELECT coalesce(
                (SELECT CASE c.what WHEN 'moved' THEN c.to_tube ELSE '' END FROM sampling_corrected c
                 WHERE c.tube = o.tube AND c.swab = o.id ORDER BY c.at DESC, c.id DESC LIMIT 1), o.tube) AS tube
        ) AS stands
        JOIN sampling_tube t ON t.tube = stands.tube AND t.swabs = 1 AND t.voided_at IS NULL
        WHERE o.person = somebody.person AND o.at > w.opened_at AND t.tube <> w.detail ->> 'tube'
    )
"""  # noqa: S608 - parts come from code, never from outside


class News(NamedTuple):
    """What a turn brought: tubes with new swabs, entries of corrections, entries of voids."""

    swabbed: Sequence[str]
    corrected: Sequence[UUID]
    voided: Sequence[UUID]


def make_effective(news: News) -> list[str]:
    """Counts the tubes anew that corrections and voids concern; returns them. Costs one probe where there are none."""
    params = {name: list(value) for name, value in news._asdict().items()}
    with connection.cursor() as cursor:
        cursor.execute(SOME)
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(CONCERNED, params)
        tubes = sorted(row[0] for row in cursor.fetchall())
        if not tubes:
            return []
        cursor.execute(VOID, params)
        cursor.execute(RECOUNT, {"tubes": tubes})
    return tubes


def reopen(tubes: list[str], *, at: datetime) -> None:
    """Puts re-collections back that were reported done by a swab which no longer stands."""
    with connection.cursor() as cursor:
        cursor.execute(UNDONE_ANSWERS, {"tubes": tubes, "recollect": RECOLLECT})
        found = sorted(row[0] for row in cursor.fetchall())
    for order_id in found:
        work.reopen(order_id, reason=NO_LONGER_DONE, by=BY, at=at)
