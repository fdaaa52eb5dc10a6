"""What is odd about new facts, each as one SELECT of issues; the facts stay as they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from yinghuo.core.ledger.follow import Read
from yinghuo.core.work import actions as work
from yinghuo.desks.sampling.rules import CLOCK_SKEW, RECOLLECT, Doubt

BY = "system:sampling.judge"

# A round is `round_h` hours, counted from the campaign's start; the later swab of a pair is the odd one. The other swab
# is looked up person by person (OFFSET 0 keeps the planner from reading the whole table instead).
PERSON_TWICE = """
    SELECT md5(%(code)s || later.id)::uuid, %(code)s, 'swab:' || later.id, n.area_code, n.campaign_id,
           jsonb_build_object('tube', later.tube, 'other_tube', earlier.tube), %(at)s
    FROM (
        SELECT s.id, s.tube, s.at, s.person, p.area_code, p.campaign_id,
               c.round_h * interval '1 hour' AS length,
               date_bin(c.round_h * interval '1 hour', s.at, c.starts_at) AS begins
        FROM sampling_swab s
        JOIN sampling_site p ON p.id = s.site
        JOIN sampling_campaign c ON c.id = p.campaign_id
        WHERE s.entry_id = ANY(%(entries)s)
    ) AS n
    CROSS JOIN LATERAL (
        SELECT o.id, o.tube, o.at, o.site FROM sampling_swab o
        WHERE o.person = n.person AND o.at >= n.begins AND o.at < n.begins + n.length AND o.id <> n.id OFFSET 0
    ) AS o
    JOIN sampling_site q ON q.id = o.site AND q.campaign_id = n.campaign_id
    CROSS JOIN LATERAL (
        SELECT greatest(n.at, o.at) AS at, CASE WHEN (n.at, n.id) > (o.at, o.id) THEN n.id ELSE o.id END AS id,
               CASE WHEN (n.at, n.id) > (o.at, o.id) THEN n.tube ELSE o.tube END AS tube
    ) AS later
    CROSS JOIN LATERAL (SELECT CASE WHEN later.tube = n.tube THEN o.tube ELSE n.tube END AS tube) AS earlier
    WHERE NOT EXISTS (
        SELECT FROM work_order w
        WHERE w.kind = %(recollect)s AND w.subject = 'person:' || n.person
          AND w.campaign_id = n.campaign_id AND w.opened_at <= later.at
      )
      AND NOT EXISTS (SELECT FROM sampling_voided v WHERE v.tube = n.tube OR v.tube = o.tube)
      AND NOT EXISTS (
        SELECT FROM sampling_corrected c
        WHERE ((c.tube = n.tube AND c.swab = n.id) OR (c.tube = o.tube AND c.swab = o.id)) AND c.what = 'undone'
      )
"""
IDENTITY = """
    SELECT md5(%(code)s || s.id)::uuid, %(code)s, 'swab:' || s.id, coalesce(p.area_code, ''), p.campaign_id,
           jsonb_build_object('tube', s.tube), %(at)s
    FROM sampling_swab s LEFT JOIN sampling_site p ON p.id = s.site
    WHERE s.entry_id = ANY(%(entries)s) AND s.doubt = 'identity'
"""
UNKNOWN_SITE = """
    SELECT md5(%(code)s || s.device || s.site)::uuid, %(code)s, 'device:' || s.device, coalesce(min(d.area_code), ''),
           NULL::uuid, jsonb_build_object('site', s.site, 'swabs', count(*)), %(at)s
    FROM sampling_swab s LEFT JOIN people_device d ON d.id = s.device
    WHERE s.entry_id = ANY(%(entries)s) AND NOT EXISTS (SELECT FROM sampling_site p WHERE p.id = s.site)
    GROUP BY s.device, s.site
"""
OTHER_SITE = """
    SELECT md5(%(code)s || s.device || s.site)::uuid, %(code)s, 'device:' || s.device, p.area_code, p.campaign_id,
           jsonb_build_object('site', s.site, 'own_site', min(d.site_id), 'tube', min(s.tube)), %(at)s
    FROM sampling_swab s
    JOIN sampling_site p ON p.id = s.site
    JOIN people_device d ON d.id = s.device AND d.site_id <> s.site
    WHERE s.entry_id = ANY(%(entries)s)
    GROUP BY s.device, s.site, p.area_code, p.campaign_id
"""
OVER_CAPACITY = """
    SELECT md5(%(code)s || t.tube)::uuid, %(code)s, 'tube:' || t.tube, t.area_code, t.campaign_id,
           jsonb_build_object('swabs', t.swabs, 'capacity', c.mode), %(at)s
    FROM sampling_tube t JOIN sampling_campaign c ON c.id = t.campaign_id
    WHERE t.tube = ANY(%(tubes)s) AND t.swabs > c.mode
"""
UNKNOWN_TUBE = """
    SELECT md5(%(code)s || t.tube)::uuid, %(code)s, 'tube:' || t.tube, t.area_code, t.campaign_id,
           jsonb_build_object('site', t.site_id), %(at)s
    FROM sampling_tube t
    WHERE t.tube = ANY(%(tubes)s) AND NOT EXISTS (
        SELECT FROM sampling_tuberange r
        WHERE r.campaign_id = t.campaign_id AND length(t.tube) = length(r.first) AND t.tube BETWEEN r.first AND r.last
    )
"""
AFTER_SEALING = """
    SELECT md5(%(code)s || s.id)::uuid, %(code)s, 'swab:' || s.id, t.area_code, t.campaign_id,
           jsonb_build_object('tube', s.tube), %(at)s
    FROM sampling_tube t JOIN sampling_swab s ON s.tube = t.tube AND s.at > t.sealed_at
    WHERE t.tube = ANY(%(tubes)s)
      AND NOT EXISTS (SELECT FROM sampling_corrected c WHERE c.tube = s.tube AND c.swab = s.id)
"""
VOID_RESULT = """
    SELECT md5(%(code)s || t.tube)::uuid, %(code)s, 'tube:' || t.tube, t.area_code, t.campaign_id,
           jsonb_build_object('result', t.result), %(at)s
    FROM sampling_tube t
    WHERE t.tube = ANY(%(tubes)s) AND t.voided_at IS NOT NULL AND t.result <> ''
"""
CORRECTED_AFTER_RESULT = """
    SELECT DISTINCT ON (c.swab)
           md5(%(code)s || c.swab)::uuid, %(code)s, 'swab:' || c.swab, t.area_code, t.campaign_id,
           jsonb_build_object('tube', t.tube, 'result', t.result, 'what', c.what), %(at)s
    FROM sampling_corrected c JOIN sampling_tube t ON t.tube IN (c.tube, c.to_tube)
    WHERE c.tube = ANY(%(tubes)s) AND t.result <> '' AND c.at > t.result_at
    ORDER BY c.swab, t.tube, c.at
"""
CORRECTED_ELSEWHERE = """
    SELECT DISTINCT ON (c.swab)
           md5(%(code)s || c.swab)::uuid, %(code)s, 'swab:' || c.swab, coalesce(p.area_code, ''), p.campaign_id,
           jsonb_build_object('tube', c.tube, 'site', c.site, 'own_site', s.site, 'what', c.what), %(at)s
    FROM sampling_corrected c
    JOIN sampling_swab s ON s.tube = c.tube AND s.id = c.swab AND s.site <> c.site
    LEFT JOIN sampling_site p ON p.id = s.site
    WHERE c.tube = ANY(%(tubes)s)
    ORDER BY c.swab, c.at
"""
BOX_COUNT = """
    SELECT md5(%(code)s || b.id)::uuid, %(code)s, 'box:' || b.box, coalesce(min(p.area_code), ''),
           min(p.campaign_id::text)::uuid, jsonb_build_object('counted', b.count, 'scanned', count(*)), %(at)s
    FROM sampling_boxed b LEFT JOIN sampling_site p ON p.id = b.site
    WHERE b.entry_id = ANY(%(entries)s)
    GROUP BY b.id, b.box, b.count
    HAVING b.count <> count(*)
"""


def raise_for_batches(entries: Sequence[Read], *, at: datetime) -> None:
    """A batch sent by a clock that is far from ours; the facts' own times are in doubt with it."""
    skewed = [
        work.NewIssue(
            code=Doubt.CLOCK_SKEW.value,
            subject=f"batch:{entry.id}",
            detail={"device": entry.by.partition(":")[2], "skew_s": round(skew.total_seconds())},
        )
        for entry in entries
        if abs(skew := datetime.fromisoformat(entry.body["sent_at"]) - entry.at) > CLOCK_SKEW
    ]
    if skewed:
        work.raise_many(skewed, by=BY, at=at)


def raise_for_swabs(entries: list[UUID], *, at: datetime) -> None:
    """What a swab alone, or beside the same person's other swab, gives reason to ask about."""
    if entries:
        _raise(Doubt.PERSON_TWICE, PERSON_TWICE, at=at, entries=entries, recollect=RECOLLECT)
        _raise(Doubt.IDENTITY, IDENTITY, at=at, entries=entries)
        _raise(Doubt.UNKNOWN_SITE, UNKNOWN_SITE, at=at, entries=entries)
        _raise(Doubt.OTHER_SITE, OTHER_SITE, at=at, entries=entries)


def raise_for_tubes(tubes: list[str], *, at: datetime) -> None:
    """What a whole tube gives reason to ask about."""
    if tubes:
        _raise(Doubt.OVER_CAPACITY, OVER_CAPACITY, at=at, tubes=tubes)
        _raise(Doubt.UNKNOWN_TUBE, UNKNOWN_TUBE, at=at, tubes=tubes)
        _raise(Doubt.AFTER_SEALING, AFTER_SEALING, at=at, tubes=tubes)


def raise_for_corrected(tubes: list[str], *, reported: list[str], at: datetime) -> None:
    """What corrections and voids give reason to ask about; a result may come after the void of its tube."""
    if tubes:
        _raise(Doubt.CORRECTED_AFTER_RESULT, CORRECTED_AFTER_RESULT, at=at, tubes=tubes)
        _raise(Doubt.CORRECTED_ELSEWHERE, CORRECTED_ELSEWHERE, at=at, tubes=tubes)
    if tubes or reported:
        _raise(Doubt.VOID_RESULT, VOID_RESULT, at=at, tubes=tubes + reported)


def raise_for_boxes(entries: list[UUID], *, at: datetime) -> None:
    """A box whose packer counted other than was scanned."""
    if entries:
        _raise(Doubt.BOX_COUNT, BOX_COUNT, at=at, entries=entries)


def _raise(code: Doubt, select: str, *, at: datetime, **params: Any) -> None:
    work.raise_from_select(select, params | {"code": code.value, "at": at}, by=BY, at=at)
