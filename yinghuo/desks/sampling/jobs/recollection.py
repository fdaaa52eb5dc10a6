"""Re-collection: who was in a tube that is not negative is swabbed again, singly, within the campaign's hours."""

from datetime import datetime
from uuid import UUID

from yinghuo.core.work import actions as work
from yinghuo.desks.sampling.rules import RECOLLECT

BY = "system:sampling.judge"

# A pooled tube that is not negative, or a single one that is neither negative nor positive.
OPEN = """
    SELECT md5('recollect' || s.tube || s.person)::uuid, 'person:' || s.person, t.area_code, p.party_id, t.campaign_id,
           jsonb_build_object('tube', t.tube, 'result', t.result, 'site', t.site_id),
           t.result_at, t.result_at + c.recollect_h * interval '1 hour'
    FROM sampling_tube t
    JOIN sampling_swab s ON s.tube = t.tube
    JOIN sampling_campaign c ON c.id = t.campaign_id
    LEFT JOIN sampling_site p ON p.id = t.site_id
    WHERE t.tube = ANY(%(tubes)s)
      AND (t.result IN ('grey', 'invalid') OR (t.result = 'positive' AND t.swabs > 1))
"""
FINISH = """
    SELECT DISTINCT ON (w.id) w.id, s.at, 'device:' || s.device
    FROM work_order w
    JOIN sampling_swab s ON 'person:' || s.person = w.subject AND s.at > w.opened_at AND s.tube <> w.detail ->> 'tube'
    JOIN sampling_tube t ON t.tube = s.tube AND t.swabs = 1
    WHERE w.kind = %(recollect)s AND w.state IN ('open', 'taken', 'arrived', 'returned')
      AND s.entry_id = ANY(%(entries)s)
    ORDER BY w.id, s.at
"""
VERIFY = """
    SELECT DISTINCT ON (w.id) w.id, t.result_at, 'result:' || t.tube
    FROM sampling_tube t
    JOIN sampling_swab s ON s.tube = t.tube
    JOIN work_order w ON w.subject = 'person:' || s.person AND s.at > w.opened_at AND t.tube <> w.detail ->> 'tube'
    WHERE t.tube = ANY(%(tubes)s) AND t.swabs = 1 AND t.result IN ('negative', 'positive')
      AND w.kind = %(recollect)s AND w.state = 'done'
    ORDER BY w.id, t.result_at
"""
WITHDRAWN = """
    SELECT DISTINCT w.id
    FROM sampling_tube t JOIN work_order w ON w.detail ->> 'tube' = t.tube
    WHERE t.tube = ANY(%(tubes)s) AND t.result = 'negative'
      AND w.kind = %(recollect)s AND w.state IN ('open', 'taken', 'arrived', 'returned')
"""


def follow_up(swab_entries: list[UUID], *, touched: list[str], at: datetime) -> None:
    """Opens, finishes, verifies and withdraws re-collection orders as the facts demand.

    swab_entries: new batches of swabs
    touched:      tubes with new swabs or new results
    """
    tubes = {"tubes": touched, "recollect": RECOLLECT}
    if touched:
        work.open_from_select(OPEN, tubes, kind=RECOLLECT, by=BY, at=at)
    if swab_entries:
        work.finish_from_select(FINISH, {"entries": swab_entries, "recollect": RECOLLECT}, by=BY, at=at)
    if touched:
        work.verify_from_select(VERIFY, tubes, by=BY, at=at)
        work.cancel_from_select(WITHDRAWN, tubes, by=BY, at=at, reason="result corrected to negative")
