"""One tube from tent to result: every fact about it in the order of its own time, each with its ledger entry."""

import json
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

TIMELINE = """
    SELECT f.at, f.what, f.device, d.name, f.entry_id, f.detail FROM (
    SELECT s.at, 'swabbed', s.device, s.entry_id, jsonb_build_object(
               'person', s.person, 'site', s.site,
               'stands', coalesce(
                   (SELECT c.to_tube = s.tube FROM sampling_corrected c WHERE c.tube = s.tube AND c.swab = s.id
                    ORDER BY c.at DESC, c.id DESC LIMIT 1), true))
    FROM sampling_swab s WHERE s.tube = %(tube)s
    UNION ALL
    SELECT c.at, c.what, c.device, c.entry_id, jsonb_build_object('person', s.person, 'to_tube', c.to_tube)
    FROM sampling_corrected c LEFT JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab WHERE c.tube = %(tube)s
    UNION ALL
    SELECT c.at, 'moved_in', c.device, c.entry_id,
           jsonb_build_object('person', s.person, 'from_tube', c.tube, 'swabbed_at', s.at, 'stands', NOT EXISTS (
               SELECT FROM sampling_corrected l
               WHERE l.tube = c.tube AND l.swab = c.swab AND (l.at, l.id) > (c.at, c.id)))
    FROM sampling_corrected c JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab
    WHERE c.to_tube = %(tube)s AND c.what = 'moved' AND c.tube <> c.to_tube
    UNION ALL
    SELECT at, 'voided', device, entry_id, jsonb_build_object('reason', reason, 'note', note)
    FROM sampling_voided WHERE tube = %(tube)s
    UNION ALL
    SELECT at, 'sealed', device, entry_id, jsonb_build_object('count', count) FROM sampling_sealed WHERE tube = %(tube)s
    UNION ALL
    SELECT at, 'boxed', device, entry_id, jsonb_build_object('box', box, 'count', count, 'seal', seal)
    FROM sampling_boxed WHERE tube = %(tube)s
    UNION ALL
    SELECT h.at, h.stage, h.device, h.entry_id,
           jsonb_build_object('box', h.box, 'vehicle', h.vehicle, 'count', h.count, 'temperature_c', h.temperature_c)
    FROM sampling_handover h WHERE h.box IN (SELECT box FROM sampling_boxed WHERE tube = %(tube)s)
    UNION ALL
    SELECT at, 'received', device, entry_id, jsonb_build_object('box', box) FROM sampling_received WHERE tube = %(tube)s
    UNION ALL
    SELECT at, 'reported', device, entry_id,
           jsonb_build_object('result', result, 'ct_orf1ab', ct_orf1ab, 'ct_n', ct_n,
                              'ct', nullif(ct, '{}'), 'pool', pool,
                              'technician', technician, 'message', message)
    FROM sampling_result WHERE tube = %(tube)s
    ) AS f (at, what, device, entry_id, detail) LEFT JOIN people_device d ON d.id = f.device
    ORDER BY 1, 2
"""


class Moment(NamedTuple):
    """Something that happened to a tube."""

    at: datetime
    what: str
    device: UUID
    device_name: str | None
    entry_id: UUID
    detail: dict[str, Any]


def timeline(tube: str) -> list[Moment]:
    """All facts about a tube; empty if none is known."""
    with connection.cursor() as cursor:
        cursor.execute(TIMELINE, {"tube": tube})
        return [
            Moment(at, what, device, name, entry, json.loads(detail))
            for at, what, device, name, entry, detail in cursor.fetchall()
        ]
