"""Tubes that are silent beyond their clock: one order for each place and stage, closed when nothing there is silent."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yinghuo.core.work import actions as work
from yinghuo.core.work.rules import ACTIVE
from yinghuo.desks.sampling.custody_rules import SILENT
from yinghuo.desks.sampling.jobs.custody.doubts import BY

BACK = "system:facts"  # what the order is verified by: the facts that arrived
LOCK = "SELECT next_index FROM ledger_follower WHERE name = 'sampling.custody' FOR UPDATE"
MARK = """
    INSERT INTO sampling_gap (tube, point, campaign_id, area_code, amount, since, bundle, holder)
    SELECT t.tube, 'silent_' || t.stage, t.campaign_id, t.area_code, 1, t.due_at, t.bundle, t.holder
    FROM sampling_custody t
    WHERE t.due_at < %(now)s
      AND NOT EXISTS (SELECT FROM sampling_gap g WHERE g.tube = t.tube AND g.point = 'silent_' || t.stage)
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING
"""
OPEN = """
    SELECT md5('silent' || g.bundle || g.point || min(g.since))::uuid, g.bundle, min(g.area_code), NULL::uuid,
           min(g.campaign_id::text)::uuid,
           jsonb_build_object('point', g.point, 'tubes', count(*), 'holder', min(g.holder), 'tube', min(g.tube)),
           %(now)s::timestamptz, NULL::timestamptz
    FROM sampling_gap g
    WHERE g.point LIKE 'silent%%' AND NOT EXISTS (
        SELECT FROM work_order w WHERE w.subject = g.bundle AND w.kind = %(kind)s AND w.state = ANY(%(active)s)
          AND w.detail ->> 'point' = g.point
    )
    GROUP BY g.bundle, g.point
"""
CLEAR = """
    SELECT w.id, %(now)s::timestamptz, %(who)s FROM work_order w
    WHERE w.kind = %(kind)s AND w.state = ANY(%(active)s) AND w.subject = ANY(%(bundles)s)
      AND NOT EXISTS (SELECT FROM sampling_gap g WHERE g.bundle = w.subject AND g.point = w.detail ->> 'point')
"""
BUNDLES = """
    SELECT DISTINCT b.bundle FROM (
        SELECT 'site:' || site_id FROM sampling_custody WHERE tube = ANY(%(tubes)s)
        UNION SELECT 'box:' || box FROM sampling_boxed WHERE tube = ANY(%(tubes)s)
        UNION SELECT 'laboratory:' || laboratory FROM sampling_received WHERE tube = ANY(%(tubes)s)
    ) AS b (bundle) JOIN work_order w ON w.subject = b.bundle AND w.kind = %(kind)s AND w.state = ANY(%(active)s)
"""


@transaction.atomic
def raise_silent(now: datetime) -> int:
    """Marks tubes whose clock has run out and opens the orders for them; returns how many orders are new."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(MARK, {"now": now})
    params: dict[str, Any] = {"now": now, "kind": SILENT, "active": list(ACTIVE)}
    return work.open_from_select(OPEN, params, kind=SILENT, by=BY, at=now)


def close(tubes: list[str], *, at: datetime) -> None:
    """Closes the orders of the places that these tubes were in, where nothing is silent any more."""
    if not tubes:
        return
    known: dict[str, Any] = {"kind": SILENT, "active": list(ACTIVE)}
    with connection.cursor() as cursor:
        cursor.execute(BUNDLES, {"tubes": tubes, **known})
        bundles = [bundle for (bundle,) in cursor.fetchall()]
    if bundles:
        params = {"now": at, "bundles": bundles, **known}
        work.finish_from_select(CLEAR, params | {"who": BY}, by=BY, at=at)
        work.verify_from_select(CLEAR, params | {"who": BACK}, by=BY, at=at)
