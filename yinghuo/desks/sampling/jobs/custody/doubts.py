"""What custody finds odd: seals, temperatures and counts of hand-overs, tubes at another site or in another box."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yinghuo.core.work import actions as work
from yinghuo.core.work.actions.batch import rows_json
from yinghuo.desks.sampling.actions.facts import BOXED, HANDOVERS, RECEIVED
from yinghuo.desks.sampling.custody_rules import cold_chain_rows
from yinghuo.desks.sampling.rules import Doubt

BY = "system:sampling.custody"

SEAL = """
    SELECT md5(%(code)s || h.id)::uuid, %(code)s, 'box:' || h.box, b.area_code, b.campaign_id,
           jsonb_build_object('sealed_with', b.seal, 'seen', h.seal, 'stage', h.stage), %(at)s
    FROM sampling_handover h JOIN sampling_boxrow b ON b.box = h.box
    WHERE (h.entry_id = ANY(%(entries)s) OR h.box = ANY(%(packed)s)) AND h.seal <> '' AND b.seal <> ''
      AND upper(h.seal) <> upper(b.seal)
"""
TEMPERATURE = """
    SELECT md5(%(code)s || h.id)::uuid, %(code)s, 'box:' || h.box, coalesce(b.area_code, d.area_code, ''),
           b.campaign_id,
           jsonb_build_object('temperature_c', h.temperature_c::text, 'low_c', r.low_c::text, 'high_c', r.high_c::text,
                              'stage', h.stage), %(at)s
    FROM sampling_handover h LEFT JOIN sampling_boxrow b ON b.box = h.box LEFT JOIN people_device d ON d.id = h.device
    JOIN LATERAL (
        SELECT c.low_c, c.high_c
        FROM json_to_recordset(%(chain)s::json) AS c (valid_from timestamptz, low_c numeric, high_c numeric)
        WHERE c.valid_from <= h.at ORDER BY c.valid_from DESC LIMIT 1
    ) AS r ON h.temperature_c < r.low_c OR h.temperature_c > r.high_c
    WHERE h.entry_id = ANY(%(entries)s)
"""
COUNT = """
    SELECT md5(%(code)s || h.id)::uuid, %(code)s, 'box:' || h.box, b.area_code, b.campaign_id,
           jsonb_build_object('counted', h.count, 'scanned', b.scanned, 'stage', h.stage), %(at)s
    FROM sampling_handover h JOIN sampling_boxrow b ON b.box = h.box
    WHERE (h.entry_id = ANY(%(entries)s) OR h.box = ANY(%(packed)s)) AND b.packed_at IS NOT NULL
      AND h.count <> b.scanned
"""
OTHER_SITE = """
    SELECT md5(%(code)s || t.tube)::uuid, %(code)s, 'tube:' || t.tube, t.area_code, t.campaign_id,
           jsonb_build_object('site', t.site_id, 'given_to', r.site_id), %(at)s
    FROM sampling_custody t JOIN sampling_siterange r ON r.campaign_id = t.campaign_id AND r.site_id <> t.site_id
         AND length(r.first) = length(t.tube) AND t.tube BETWEEN r.first AND r.last
    WHERE t.tube = ANY(%(tubes)s) AND t.swabs > 0
"""
TWO_BOXES = """
    SELECT md5(%(code)s || t.tube)::uuid, %(code)s, 'tube:' || t.tube, t.area_code, t.campaign_id,
           jsonb_build_object('box', t.box, 'boxes', t.boxes), %(at)s
    FROM sampling_custody t WHERE t.tube = ANY(%(tubes)s) AND t.boxes > 1
"""
OTHER_BOX = """
    SELECT md5(%(code)s || r.tube || r.box)::uuid, %(code)s, 'tube:' || r.tube, coalesce(min(c.area_code), ''),
           min(c.campaign_id::text)::uuid, jsonb_build_object('opened', r.box, 'box', min(c.box)), %(at)s
    FROM sampling_received r JOIN sampling_custody c ON c.tube = r.tube
    WHERE r.entry_id = ANY(%(entries)s) AND r.box <> '' AND c.box <> r.box AND c.sealed_at IS NOT NULL
    GROUP BY r.tube, r.box
"""
NOT_SENT = """
    SELECT md5(%(code)s || r.tube)::uuid, %(code)s, 'tube:' || r.tube,
           coalesce(nullif(min(c.area_code), ''), min(d.area_code), ''), min(c.campaign_id::text)::uuid,
           jsonb_build_object('opened', min(r.box)), %(at)s
    FROM sampling_received r JOIN sampling_custody c ON c.tube = r.tube LEFT JOIN people_device d ON d.id = r.device
    WHERE r.entry_id = ANY(%(entries)s) AND c.swabs = 0 AND c.sealed_at IS NULL
    GROUP BY r.tube
"""


def raise_for(tubes: list[str], batches: Mapping[str, list[UUID]], *, at: datetime) -> None:
    """Opens an issue for whatever is odd about these tubes and these new batches; the facts stay as they are."""
    handed, packed = batches.get(HANDOVERS.kind, []), _boxes(batches.get(BOXED.kind, []))
    if handed or packed:  # a hand-over may have come before the box that it speaks of
        _raise(Doubt.HANDOVER_SEAL, SEAL, at=at, entries=handed, packed=packed)
        _raise(Doubt.HANDOVER_COUNT, COUNT, at=at, entries=handed, packed=packed)
    if handed:
        _raise(Doubt.HANDOVER_TEMPERATURE, TEMPERATURE, at=at, entries=handed, chain=rows_json(cold_chain_rows()))
    if tubes:
        _raise(Doubt.TUBE_OTHER_SITE, OTHER_SITE, at=at, tubes=tubes)
        _raise(Doubt.TWO_BOXES, TWO_BOXES, at=at, tubes=tubes)
    if received := batches.get(RECEIVED.kind):
        _raise(Doubt.RECEIVED_OTHER_BOX, OTHER_BOX, at=at, entries=received)
        _raise(Doubt.RECEIVED_NOT_SENT, NOT_SENT, at=at, entries=received)


def _boxes(entries: list[UUID]) -> list[str]:
    """The boxes that these batches packed."""
    if not entries:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT box FROM sampling_boxed WHERE entry_id = ANY(%s)", [entries])
        return [row[0] for row in cursor.fetchall()]


def _raise(code: Doubt, select: str, *, at: datetime, **params: Any) -> None:
    work.raise_from_select(select, params | {"code": code.value, "at": at}, by=BY, at=at)
