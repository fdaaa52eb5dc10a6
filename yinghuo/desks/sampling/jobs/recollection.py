"""Re-collection: who was in a tube that is not negative is swabbed again, singly, within the campaign's hours."""

from datetime import datetime

from yinghuo.core.work import actions as work
from yinghuo.desks.sampling.jobs.case_drafts import draft_cases
from yinghuo.desks.sampling.queries.members import members_of
from yinghuo.desks.sampling.rules import RECOLLECT

BY = "system:sampling.judge"

RIGHTED = "result corrected to negative"
NOT_A_MEMBER = "the tube was voided, or the swab undone or moved"

# A pooled tube that is not negative, or a single one that is neither negative nor positive. Where facts took a call
# back, further facts may open it again: as an order of its own, told apart by how many there were before.
OPEN = f"""
    SELECT md5('recollect' || t.tube || s.person || coalesce(nullif(before.called, 0)::text, ''))::uuid,
           'person:' || s.person, t.area_code, p.party_id, t.campaign_id,
           jsonb_build_object('tube', t.tube, 'result', t.result, 'site', t.site_id),
           t.result_at, t.result_at + c.recollect_h * interval '1 hour'
    FROM sampling_tube t
    JOIN sampling_campaign c ON c.id = t.campaign_id
    LEFT JOIN sampling_site p ON p.id = t.site_id
    CROSS JOIN LATERAL ({members_of("t.tube")}) AS s
    CROSS JOIN LATERAL (
        SELECT count(*) AS called FROM work_order w
        WHERE w.subject = 'person:' || s.person AND w.kind = %(recollect)s AND w.state = 'cancelled'
          AND w.detail ->> 'tube' = t.tube AND w.reason = ANY(%(taken_back)s)
    ) AS before
    WHERE t.tube = ANY(%(tubes)s) AND t.voided_at IS NULL
      AND (t.result IN ('grey', 'invalid') OR (t.result = 'positive' AND t.swabs > 1))
"""  # noqa: S608 - parts come from code, never from outside
FINISH = f"""
    SELECT DISTINCT ON (w.id) w.id, s.at, 'device:' || s.device
    FROM sampling_tube t
    CROSS JOIN LATERAL ({members_of("t.tube")}) AS s
    JOIN work_order w ON w.subject = 'person:' || s.person AND s.at > w.opened_at AND t.tube <> w.detail ->> 'tube'
    WHERE t.tube = ANY(%(tubes)s) AND t.swabs = 1
      AND w.kind = %(recollect)s AND w.state IN ('open', 'taken', 'arrived', 'returned')
    ORDER BY w.id, s.at
"""  # noqa: S608 - parts come from code, never from outside
VERIFY = f"""
    SELECT DISTINCT ON (w.id) w.id, t.result_at, 'result:' || t.tube
    FROM sampling_tube t
    CROSS JOIN LATERAL ({members_of("t.tube")}) AS s
    JOIN work_order w ON w.subject = 'person:' || s.person AND s.at > w.opened_at AND t.tube <> w.detail ->> 'tube'
    WHERE t.tube = ANY(%(tubes)s) AND t.swabs = 1 AND t.result IN ('negative', 'positive')
      AND w.kind = %(recollect)s AND w.state = 'done'
    ORDER BY w.id, t.result_at
"""  # noqa: S608 - parts come from code, never from outside
WITHDRAWN = """
    SELECT DISTINCT w.id
    FROM sampling_tube t JOIN work_order w ON w.detail ->> 'tube' = t.tube
    WHERE t.tube = ANY(%(tubes)s) AND t.result = 'negative'
      AND w.kind = %(recollect)s AND w.state IN ('open', 'taken', 'arrived', 'returned')
"""

# Somebody who is called because of a tube in which, as corrections and voids have it, their swab no longer is.
LEFT = f"""
    SELECT DISTINCT w.id
    FROM (
        SELECT c.tube, s.person FROM sampling_corrected c JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab
        WHERE c.tube = ANY(%(tubes)s)
        UNION SELECT v.tube, s.person FROM sampling_voided v CROSS JOIN LATERAL ({members_of("v.tube")}) AS s
        WHERE v.tube = ANY(%(tubes)s)
        UNION SELECT t.tube, s.person FROM sampling_tube t CROSS JOIN LATERAL ({members_of("t.tube")}) AS s
        WHERE t.tube = ANY(%(tubes)s) AND t.swabs = 1 AND t.result = 'positive'
    ) AS somebody
    JOIN work_order w ON w.subject = 'person:' || somebody.person AND w.kind = %(recollect)s
     AND w.state IN ('open', 'taken', 'arrived', 'returned')
    JOIN sampling_tube called ON called.tube = w.detail ->> 'tube'
    WHERE called.voided_at IS NOT NULL OR (called.result = 'positive' AND called.swabs <= 1) OR NOT EXISTS (
        SELECT FROM ({members_of("called.tube")}) AS m WHERE 'person:' || m.person = w.subject
    )
"""  # noqa: S608 - parts come from code, never from outside


def follow_up(touched: list[str], *, corrected: list[str], at: datetime) -> None:
    """Opens, finishes, verifies and withdraws re-collection orders, and case drafts, as the facts demand.

    touched:   tubes with new swabs, new results, or other members than before
    corrected: those of them that corrections or voids concern
    """
    if not touched:
        return
    tubes = {"tubes": touched, "recollect": RECOLLECT}
    if corrected:
        work.cancel_from_select(LEFT, tubes | {"tubes": corrected}, by=BY, at=at, reason=NOT_A_MEMBER)
    work.open_from_select(OPEN, tubes | {"taken_back": [RIGHTED, NOT_A_MEMBER]}, kind=RECOLLECT, by=BY, at=at)
    work.finish_from_select(FINISH, tubes, by=BY, at=at)
    work.verify_from_select(VERIFY, tubes, by=BY, at=at)
    work.cancel_from_select(WITHDRAWN, tubes, by=BY, at=at, reason=RIGHTED)
    draft_cases(touched, at=at)
