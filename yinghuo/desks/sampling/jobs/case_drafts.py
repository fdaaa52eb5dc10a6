"""Case drafts: a positive tube opens an order that the response desk takes up; a correction withdraws it."""

from datetime import datetime

from yinghuo.core.work import actions as work
from yinghuo.desks.sampling.lookup_rules import CASE
from yinghuo.desks.sampling.queries.members import members_of

BY = "system:sampling.judge"
TAKEN_BACK = "the tube is no longer positive, or no longer says this"

# A positive single tube speaks of a person, a positive pooled one of an event at a place. What was taken back and is
# positive again is a draft of its own, told apart by how many there were before.
OPEN = f"""
    SELECT md5('case' || t.tube || about.subject || coalesce(nullif(before.drafts, 0)::text, ''))::uuid,
           about.subject, t.area_code, p.party_id, t.campaign_id,
           jsonb_build_object('tube', t.tube, 'people', t.swabs, 'site', t.site_id, 'place_zh', p.name_zh,
                              'place_en', p.name_en, 'sampled_at', t.first_at, 'result_at', t.result_at),
           t.result_at, NULL::timestamptz
    FROM sampling_tube t
    LEFT JOIN sampling_site p ON p.id = t.site_id
    CROSS JOIN LATERAL (
        SELECT 'person:' || s.person AS subject FROM ({members_of("t.tube")}) AS s WHERE t.swabs = 1
        UNION ALL SELECT 'tube:' || t.tube WHERE t.swabs > 1
    ) AS about
    CROSS JOIN LATERAL (
        SELECT count(*) AS drafts FROM work_order w
        WHERE w.subject = about.subject AND w.kind = %(case)s AND w.state = 'cancelled'
          AND w.detail ->> 'tube' = t.tube AND w.reason = %(taken_back)s
    ) AS before
    WHERE t.tube = ANY(%(tubes)s) AND t.result = 'positive' AND t.voided_at IS NULL
"""  # noqa: S608 - parts come from code, never from outside
# Only a tube that was once reported positive can have a draft: one probe for each tube that has a result.
WITHDRAWN = f"""
    SELECT DISTINCT w.id
    FROM sampling_tube t
    CROSS JOIN LATERAL (
        SELECT 'tube:' || t.tube AS subject
        UNION SELECT 'person:' || s.person FROM sampling_swab s WHERE s.tube = t.tube
        UNION SELECT 'person:' || s.person
        FROM sampling_corrected c JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab WHERE c.to_tube = t.tube
    ) AS about
    JOIN work_order w ON w.subject = about.subject AND w.kind = %(case)s
     AND w.state IN ('open', 'taken', 'arrived', 'returned') AND w.detail ->> 'tube' = t.tube
    WHERE t.tube = ANY(%(tubes)s) AND t.result <> ''
      AND EXISTS (SELECT FROM sampling_result r WHERE r.tube = t.tube AND r.result = 'positive')
      AND (t.result <> 'positive' OR t.voided_at IS NOT NULL
           OR (w.subject LIKE 'tube:%%' AND t.swabs <= 1)
           OR (w.subject LIKE 'person:%%' AND (t.swabs <> 1 OR NOT EXISTS (
               SELECT FROM ({members_of("t.tube")}) AS m WHERE 'person:' || m.person = w.subject))))
"""  # noqa: S608 - parts come from code, never from outside


def draft_cases(touched: list[str], *, at: datetime) -> None:
    """Opens and withdraws case drafts as the facts demand; doing it again changes nothing.

    touched: tubes with new swabs, new results, or other members than before
    """
    if not touched:
        return
    known = {"tubes": touched, "case": CASE, "taken_back": TAKEN_BACK}
    work.cancel_from_select(WITHDRAWN, known, by=BY, at=at, reason=TAKEN_BACK)
    work.open_from_select(OPEN, known, kind=CASE, by=BY, at=at)
