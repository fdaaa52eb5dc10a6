"""Results that hang in the air: nobody swabbed, sealed or packed their tube, and its code was never issued.

A result may overtake its tube, since a phone may be off-line for a whole shift: it is a doubt only after a day.
"""

from datetime import datetime, timedelta

from yinghuo.core.work import actions as work
from yinghuo.desks.sampling.rules import Doubt

BY = "system:sampling.judge"
WAIT = timedelta(hours=24)
UNKNOWN_TUBE = """
    SELECT md5(%(code)s || r.tube || r.laboratory)::uuid, %(code)s, 'tube:' || r.tube,
           coalesce(min(p.area_code), min(d.area_code), ''), NULL::uuid,
           jsonb_build_object('tube', r.tube, 'result', min(r.result), 'message', min(r.message)), %(now)s
    FROM sampling_tube t
    JOIN sampling_result r ON r.tube = t.tube
    JOIN ledger_entry e ON e.id = r.entry_id
    LEFT JOIN parties_party p ON p.id = r.laboratory
    LEFT JOIN people_device d ON d.id = r.device
    WHERE t.swabs = 0 AND t.sealed_at IS NULL AND t.boxed_at IS NULL AND t.result <> '' AND e.at < %(told_before)s
      AND NOT EXISTS (
        SELECT FROM sampling_tuberange i
        WHERE length(r.tube) = length(i.first) AND r.tube BETWEEN i.first AND i.last
    )
    GROUP BY r.tube, r.laboratory
"""


def raise_unknown(now: datetime) -> int:
    """Raises a doubt for each tube and laboratory, once; returns how many are new."""
    code = Doubt.RESULT_UNKNOWN_TUBE.value
    params = {"code": code, "now": now, "told_before": now - WAIT}
    return work.raise_from_select(UNKNOWN_TUBE, params, by=BY, at=now)
