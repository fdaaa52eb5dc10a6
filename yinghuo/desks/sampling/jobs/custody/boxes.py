"""One row per box: what the packer, the courier and the laboratory counted, worked out from the facts."""

from typing import Any
from uuid import UUID

from django.db import connection

TOUCHED = """
    SELECT box FROM sampling_boxed WHERE entry_id = ANY(%(boxed)s)
    UNION SELECT box FROM sampling_handover WHERE entry_id = ANY(%(handovers)s)
    UNION SELECT box FROM sampling_received WHERE entry_id = ANY(%(received)s) AND box <> ''
"""
LEFT_BY = "SELECT DISTINCT box FROM sampling_boxed WHERE tube = ANY(%(tubes)s)"
# A box packed in two parts has one row of facts a part: the counts of its parts are added up.
REFRESH = """
    WITH parts AS (
        SELECT box, id, max(count) AS counted, count(*) AS scanned, min(site) AS site, min(at) AS at, max(seal) AS seal
        FROM sampling_boxed WHERE box = ANY(%(boxes)s) GROUP BY box, id
    ),
    packed AS (
        SELECT box, sum(counted) AS counted, sum(scanned) AS scanned, min(site) AS site, max(at) AS at,
               (array_agg(seal ORDER BY at DESC))[1] AS seal
        FROM parts GROUP BY box
    ),
    away AS (
        SELECT b.box, count(DISTINCT b.tube) AS moved FROM sampling_boxed b
        JOIN sampling_custody c ON c.tube = b.tube AND c.box <> b.box
        WHERE b.box = ANY(%(boxes)s) GROUP BY b.box
    ),
    got AS (
        SELECT DISTINCT ON (h.box) h.box, h.at, h.count, h.seal, h.vehicle, h.temperature_c FROM sampling_handover h
        WHERE h.box = ANY(%(boxes)s) AND h.stage = 'collected' ORDER BY h.box, h.at, h.id
    ),
    brought AS (
        SELECT DISTINCT ON (h.box) h.box, h.at, h.count, h.seal, h.temperature_c, coalesce(d.party_id, h.device) AS by
        FROM sampling_handover h LEFT JOIN people_device d ON d.id = h.device
        WHERE h.box = ANY(%(boxes)s) AND h.stage = 'received' ORDER BY h.box, h.at, h.id
    ),
    single AS (
        SELECT b.box, count(DISTINCT r.tube) AS unpacked, min(r.at) AS at, min(r.laboratory::text) AS by
        FROM sampling_received r JOIN sampling_boxed b ON b.tube = r.tube AND b.box = ANY(%(boxes)s) GROUP BY b.box
    )
    INSERT INTO sampling_boxrow AS kept (box, campaign_id, site_id, area_code, packed_at, counted, scanned, moved, seal,
        collected_at, collected_count, collected_seal, vehicle, temperature_c, received_at, received_count,
        received_seal, received_by, unpacked)
    SELECT b.box, s.campaign_id, p.site, coalesce(s.area_code, ''), p.at, coalesce(p.counted, 0),
           coalesce(p.scanned, 0), coalesce(a.moved, 0), coalesce(p.seal, ''), g.at, g.count, coalesce(g.seal, ''),
           coalesce(g.vehicle, ''), coalesce(g.temperature_c, r.temperature_c), least(r.at, u.at), r.count,
           coalesce(r.seal, ''), coalesce(r.by, u.by::uuid), coalesce(u.unpacked, 0)
    FROM unnest(%(boxes)s::text[]) AS b (box)
    LEFT JOIN packed p ON p.box = b.box LEFT JOIN away a ON a.box = b.box LEFT JOIN got g ON g.box = b.box
    LEFT JOIN brought r ON r.box = b.box LEFT JOIN single u ON u.box = b.box
    LEFT JOIN sampling_site s ON s.id = p.site
    WHERE p.box IS NOT NULL OR g.box IS NOT NULL OR r.box IS NOT NULL
    ORDER BY b.box
    ON CONFLICT (box) DO UPDATE SET
        campaign_id = excluded.campaign_id, site_id = excluded.site_id, area_code = excluded.area_code,
        packed_at = excluded.packed_at, counted = excluded.counted, scanned = excluded.scanned, moved = excluded.moved,
        seal = excluded.seal, collected_at = excluded.collected_at, collected_count = excluded.collected_count,
        collected_seal = excluded.collected_seal, vehicle = excluded.vehicle, temperature_c = excluded.temperature_c,
        received_at = excluded.received_at, received_count = excluded.received_count,
        received_seal = excluded.received_seal, received_by = excluded.received_by, unpacked = excluded.unpacked
"""


def touched(boxed: list[UUID], handovers: list[UUID], received: list[UUID]) -> list[str]:
    """The boxes that new batches speak of."""
    return _column(TOUCHED, {"boxed": boxed, "handovers": handovers, "received": received})


def left_by(tubes: list[str]) -> list[str]:
    """The boxes that these tubes were ever scanned into."""
    return _column(LEFT_BY, {"tubes": tubes}) if tubes else []


def refresh(boxes: list[str]) -> None:
    """Brings the rows of these boxes up to date."""
    if boxes:
        with connection.cursor() as cursor:
            cursor.execute(REFRESH, {"boxes": sorted(set(boxes))})


def _column(statement: str, params: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [value for (value,) in cursor.fetchall()]
