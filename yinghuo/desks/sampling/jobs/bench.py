"""The laboratory's bench follows the tubes: what was received and has no result waits there, the oldest clock first."""

from django.db import connection

# Late swabs, brought in after the tube was received, still count; what is on a plate or has a result stays as it is.
LINE_UP = """
    INSERT INTO sampling_bench AS b (tube, party_id, area_code, campaign_id, people, received_at, due_at, state, again)
    SELECT t.tube, coalesce(r.party_id, h.party_id, '00000000-0000-0000-0000-000000000000'), t.area_code,
           t.campaign_id, t.swabs, t.received_at,
           coalesce(t.first_at, t.received_at) + coalesce(c.round_h, 24) * interval '1 hour', 'waiting', ''
    FROM sampling_tube t
    LEFT JOIN sampling_campaign c ON c.id = t.campaign_id
    LEFT JOIN LATERAL (
        SELECT p.id AS party_id FROM sampling_received r JOIN parties_party p ON p.id = r.laboratory
        WHERE r.tube = t.tube ORDER BY r.at DESC LIMIT 1
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT d.party_id FROM sampling_handover h JOIN people_device d ON d.id = h.device
        WHERE h.box = t.box AND h.stage = 'received' AND d.party_id IS NOT NULL ORDER BY h.at LIMIT 1
    ) h ON true
    WHERE t.tube = ANY(%(tubes)s) AND t.received_at IS NOT NULL AND t.result = '' AND t.voided_at IS NULL
    ORDER BY t.tube
    ON CONFLICT (tube) DO UPDATE SET
        people = excluded.people, due_at = excluded.due_at, area_code = excluded.area_code,
        campaign_id = excluded.campaign_id
    WHERE b.state = 'waiting'
"""
VOIDED = """
    UPDATE sampling_bench b SET state = 'done'
    FROM sampling_tube t WHERE t.tube = b.tube AND b.tube = ANY(%(tubes)s)
        AND b.state = 'waiting' AND t.voided_at IS NOT NULL
"""
HAS_RESULT = """
    UPDATE sampling_bench b SET state = 'done'
    FROM sampling_tube t WHERE t.tube = b.tube AND b.tube = ANY(%(tubes)s)
        AND b.state = 'waiting' AND b.again = '' AND t.result <> ''
"""


def line_up(touched: list[str], *, reported: list[str]) -> None:
    """Brings the bench up to date.

    touched:  tubes with new swabs, corrections, carriage or reception; a voided one no longer waits
    reported: tubes with new results
    """
    with connection.cursor() as cursor:
        if touched:
            cursor.execute(LINE_UP, {"tubes": touched})
            cursor.execute(VOIDED, {"tubes": touched})
        if reported:
            cursor.execute(HAS_RESULT, {"tubes": reported})
