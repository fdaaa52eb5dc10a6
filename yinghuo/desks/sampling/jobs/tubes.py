"""One row per tube, brought up to date from new facts; each function returns the tubes that it touched."""

from typing import Any
from uuid import UUID

from django.db import connection

ADD_SWABS = """
    INSERT INTO sampling_tube AS t (tube, campaign_id, site_id, area_code, swabs, first_at, last_at)
    SELECT s.tube, min(p.campaign_id::text)::uuid, min(s.site), coalesce(min(p.area_code), ''),
           count(*), min(s.at), max(s.at)
    FROM sampling_swab s LEFT JOIN sampling_site p ON p.id = s.site
    WHERE s.entry_id = ANY(%(entries)s)
    GROUP BY s.tube
    ON CONFLICT (tube) DO UPDATE SET
        swabs = t.swabs + excluded.swabs,
        first_at = least(t.first_at, excluded.first_at),
        last_at = greatest(t.last_at, excluded.last_at),
        campaign_id = coalesce(t.campaign_id, excluded.campaign_id),
        site_id = coalesce(t.site_id, excluded.site_id),
        area_code = coalesce(nullif(t.area_code, ''), excluded.area_code)
    RETURNING t.tube
"""
ADD_SEALED = """
    INSERT INTO sampling_tube AS t (tube, campaign_id, site_id, area_code, sealed_at)
    SELECT s.tube, min(p.campaign_id::text)::uuid, min(s.site), coalesce(min(p.area_code), ''), min(s.at)
    FROM sampling_sealed s LEFT JOIN sampling_site p ON p.id = s.site
    WHERE s.entry_id = ANY(%(entries)s)
    GROUP BY s.tube
    ON CONFLICT (tube) DO UPDATE SET
        sealed_at = least(t.sealed_at, excluded.sealed_at),
        campaign_id = coalesce(t.campaign_id, excluded.campaign_id),
        site_id = coalesce(t.site_id, excluded.site_id),
        area_code = coalesce(nullif(t.area_code, ''), excluded.area_code)
    RETURNING t.tube
"""
ADD_CARRIAGE = """
    INSERT INTO sampling_tube AS t (tube, campaign_id, site_id, area_code, box, boxed_at, collected_at, received_at)
    SELECT b.tube, min(p.campaign_id::text)::uuid, min(b.site), coalesce(min(p.area_code), ''), min(b.box), min(b.at),
           min(h.at) FILTER (WHERE h.stage = 'collected'), min(h.at) FILTER (WHERE h.stage = 'received')
    FROM sampling_boxed b
    LEFT JOIN sampling_site p ON p.id = b.site
    LEFT JOIN sampling_handover h ON h.box = b.box
    WHERE b.box IN (
        SELECT box FROM sampling_boxed WHERE entry_id = ANY(%(boxed)s)
        UNION SELECT box FROM sampling_handover WHERE entry_id = ANY(%(handovers)s)
    )
    GROUP BY b.tube
    ON CONFLICT (tube) DO UPDATE SET
        box = excluded.box, boxed_at = excluded.boxed_at,
        collected_at = excluded.collected_at, received_at = excluded.received_at
    RETURNING t.tube
"""
ADD_RESULTS = """
    INSERT INTO sampling_tube AS t (tube, result, result_at)
    SELECT DISTINCT ON (tube) tube, result, at
    FROM sampling_result
    WHERE tube IN (SELECT tube FROM sampling_result WHERE entry_id = ANY(%(entries)s))
    ORDER BY tube, at DESC, id DESC
    ON CONFLICT (tube) DO UPDATE SET result = excluded.result, result_at = excluded.result_at
    RETURNING t.tube
"""


def add_swabs(entries: list[UUID]) -> list[str]:
    """Counts new swabs into their tubes."""
    return _run(ADD_SWABS, entries=entries)


def add_sealed(entries: list[UUID]) -> list[str]:
    """Notes when tubes were sealed; the first sealing counts."""
    return _run(ADD_SEALED, entries=entries)


def add_carriage(boxed: list[UUID], handovers: list[UUID]) -> list[str]:
    """Notes the box of each tube and the box's hand-overs."""
    return _run(ADD_CARRIAGE, boxed=boxed, handovers=handovers)


def add_results(entries: list[UUID]) -> list[str]:
    """Notes results; the latest by the laboratory's time counts."""
    return _run(ADD_RESULTS, entries=entries)


def _run(statement: str, **entries: Any) -> list[str]:
    if not any(entries.values()):
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, entries)
        return [row[0] for row in cursor.fetchall()]
