"""Where each tube is and what does not add up, worked out from the facts for the tubes that new batches touch."""

from typing import Any
from uuid import UUID

from django.db import connection

from yinghuo.core.ledger import facts
from yinghuo.core.work.actions.batch import rows_json
from yinghuo.desks.sampling.custody_rules import clock_rows
from yinghuo.desks.sampling.rules import Doubt

# The judge's row says what counts (swabs after corrections, the first sealing); carriage is that of the latest box.
REFRESH = """
    WITH touched AS (SELECT unnest(%(tubes)s::text[]) AS tube),
    who AS (
        SELECT s.tube, min(s.site) AS site, count(*) FILTER (WHERE p.id IS NULL) AS nobody
        FROM sampling_swab s LEFT JOIN people_person p ON p.id = s.person
        WHERE s.tube = ANY(%(tubes)s) GROUP BY s.tube
    ),
    odd AS (
        SELECT s.tube, count(*) FILTER (WHERE c.code = %(identity)s) AS doubted,
               count(*) FILTER (WHERE c.code = %(twice)s) AS twice
        FROM sampling_swab s
        CROSS JOIN (VALUES (%(identity)s), (%(twice)s)) AS c (code)
        JOIN work_issue i ON i.id = md5(c.code || s.id)::uuid AND i.settled_at IS NULL
        WHERE s.tube = ANY(%(tubes)s) GROUP BY s.tube
    ),
    closed AS (
        SELECT DISTINCT ON (tube) tube, site, count, at FROM sampling_sealed
        WHERE tube = ANY(%(tubes)s) ORDER BY tube, at DESC, id DESC
    ),
    packed AS (
        SELECT DISTINCT ON (tube) tube, box, at, site FROM sampling_boxed
        WHERE tube = ANY(%(tubes)s) ORDER BY tube, at DESC, id DESC
    ),
    packings AS (
        SELECT tube, count(DISTINCT box) AS boxes FROM sampling_boxed WHERE tube = ANY(%(tubes)s) GROUP BY tube
    ),
    carried AS (
        SELECT p.tube, min(h.at) FILTER (WHERE h.stage = 'collected') AS collected_at,
               min(h.at) FILTER (WHERE h.stage = 'received') AS received_at,
               min(h.vehicle) FILTER (WHERE h.stage = 'collected') AS vehicle,
               min(coalesce(d.party_id, h.device)::text) FILTER (WHERE h.stage = 'received') AS laboratory
        FROM packed p JOIN sampling_handover h ON h.box = p.box LEFT JOIN people_device d ON d.id = h.device
        GROUP BY p.tube
    ),
    taken AS (
        SELECT tube, min(at) AS at, min(laboratory::text) AS laboratory FROM sampling_received
        WHERE tube = ANY(%(tubes)s) GROUP BY tube
    ),
    said AS (
        SELECT tube, count(*) AS reports, count(DISTINCT result) AS outcomes, min(laboratory::text) AS laboratory
        FROM sampling_result WHERE tube = ANY(%(tubes)s) GROUP BY tube
    ),
    one AS (
        SELECT x.tube, coalesce(t.campaign_id, sp.campaign_id, r.campaign_id) AS campaign_id,
               coalesce(t.site_id, who.site, closed.site, packed.site) AS site_id,
               coalesce(nullif(t.area_code, ''), sp.area_code, r.area_code, '') AS area_code,
               coalesce(t.swabs, 0) AS swabs, coalesce(closed.count, 0) AS counted,
               coalesce(odd.doubted, 0) AS doubted, coalesce(odd.twice, 0) AS twice, coalesce(who.nobody, 0) AS nobody,
               coalesce(said.reports, 0) AS reports, coalesce(said.outcomes, 0) AS outcomes,
               coalesce(t.result, '') AS result, coalesce(packed.box, '') AS box, coalesce(packings.boxes, 0) AS boxes,
               coalesce(t.sealed_at, closed.at) AS sealed_at, packed.at AS boxed_at, carried.collected_at,
               least(carried.received_at, taken.at) AS received_at, t.result_at AS reported_at, t.voided_at,
               coalesce(t.last_at, t.first_at) AS filled_at, carried.vehicle,
               coalesce(taken.laboratory, carried.laboratory, said.laboratory) AS laboratory
        FROM touched x
        LEFT JOIN sampling_tube t ON t.tube = x.tube
        LEFT JOIN who ON who.tube = x.tube LEFT JOIN odd ON odd.tube = x.tube
        LEFT JOIN closed ON closed.tube = x.tube LEFT JOIN packed ON packed.tube = x.tube
        LEFT JOIN packings ON packings.tube = x.tube LEFT JOIN carried ON carried.tube = x.tube
        LEFT JOIN taken ON taken.tube = x.tube LEFT JOIN said ON said.tube = x.tube
        LEFT JOIN sampling_site sp ON sp.id = coalesce(t.site_id, who.site, closed.site, packed.site)
        LEFT JOIN LATERAL (
            SELECT g.campaign_id, c.area_code FROM sampling_tuberange g JOIN sampling_campaign c ON c.id = g.campaign_id
            WHERE sp.id IS NULL AND t.campaign_id IS NULL
              AND length(g.first) = length(x.tube) AND x.tube BETWEEN g.first AND g.last LIMIT 1
        ) AS r ON true
    ),
    staged AS (
        SELECT one.*, CASE WHEN voided_at IS NOT NULL THEN 'voided' WHEN reported_at IS NOT NULL THEN 'reported'
            WHEN received_at IS NOT NULL THEN 'received' WHEN collected_at IS NOT NULL THEN 'collected'
            WHEN boxed_at IS NOT NULL THEN 'boxed' WHEN sealed_at IS NOT NULL THEN 'sealed' ELSE 'swabbed' END AS stage
        FROM one
    ),
    held AS (
        SELECT staged.*, CASE stage WHEN 'voided' THEN voided_at WHEN 'reported' THEN reported_at
            WHEN 'received' THEN received_at WHEN 'collected' THEN collected_at WHEN 'boxed' THEN boxed_at
            WHEN 'sealed' THEN sealed_at ELSE filled_at END AS since,
            CASE WHEN stage IN ('boxed', 'collected', 'received') AND box <> '' THEN 'box:' || box
                 WHEN stage = 'received' THEN 'laboratory:' || laboratory
                 ELSE 'site:' || coalesce(site_id, 0) END AS bundle,
            CASE WHEN stage IN ('received', 'reported') AND laboratory IS NOT NULL THEN 'laboratory:' || laboratory
                 WHEN stage = 'collected' THEN 'vehicle:' || coalesce(vehicle, '')
                 ELSE 'site:' || coalesce(site_id, 0) END AS holder
        FROM staged
    )
    INSERT INTO sampling_custody AS kept (tube, campaign_id, site_id, area_code, swabs, counted, doubted, twice, nobody,
        reports, outcomes, result, box, boxes, sealed_at, boxed_at, collected_at, received_at, reported_at, stage,
        since, due_at, bundle, holder)
    SELECT held.tube, held.campaign_id, held.site_id, held.area_code, swabs, counted, doubted, twice, nobody, reports,
           outcomes, result, box, boxes, sealed_at, boxed_at, collected_at, received_at, reported_at, held.stage, since,
           since + clock.within_min * interval '1 minute', bundle, holder
    FROM held LEFT JOIN LATERAL (
        SELECT own, within_min FROM (
            SELECT 1 AS own, k.valid_from, k.within_min FROM sampling_custodyclock k
            WHERE k.campaign_id = held.campaign_id AND k.stage = held.stage
            UNION ALL
            SELECT 0, d.valid_from, d.within_min
            FROM json_to_recordset(%(clocks)s::json) AS d (stage text, valid_from timestamptz, within_min integer)
            WHERE d.stage = held.stage
        ) AS dated WHERE dated.valid_from <= held.since ORDER BY own DESC, dated.valid_from DESC LIMIT 1
    ) AS clock ON true
    ORDER BY held.tube
    ON CONFLICT (tube) DO UPDATE SET
        campaign_id = excluded.campaign_id, site_id = excluded.site_id, area_code = excluded.area_code,
        swabs = excluded.swabs, counted = excluded.counted, doubted = excluded.doubted, twice = excluded.twice,
        nobody = excluded.nobody, reports = excluded.reports, outcomes = excluded.outcomes, result = excluded.result,
        box = excluded.box, boxes = excluded.boxes, sealed_at = excluded.sealed_at, boxed_at = excluded.boxed_at,
        collected_at = excluded.collected_at, received_at = excluded.received_at, reported_at = excluded.reported_at,
        stage = excluded.stage, since = excluded.since, due_at = excluded.due_at, bundle = excluded.bundle,
        holder = excluded.holder
"""
# What does not add up of each touched tube. A gap that stays keeps the moment since when it is there; a silent tube's
# gap goes when the tube has moved on.
WANTED = """
    SELECT t.tube, g.point, t.campaign_id, t.area_code, g.amount, coalesce(g.since, t.since, now()) AS since,
           t.bundle, t.holder
    FROM sampling_custody t CROSS JOIN LATERAL (VALUES
        ('bad_swab', (t.result = 'invalid')::int, t.reported_at),
        ('unbound', CASE WHEN t.sealed_at IS NULL THEN 0 ELSE t.counted - t.swabs END, t.sealed_at),
        ('overbound', CASE WHEN t.sealed_at IS NULL THEN 0 ELSE t.swabs - t.counted END, t.sealed_at),
        ('identity', t.doubted, t.sealed_at),
        ('twice', t.twice, t.sealed_at),
        ('nobody', t.nobody, t.sealed_at),
        ('unsealed', (t.boxed_at IS NOT NULL AND t.sealed_at IS NULL)::int, t.boxed_at),
        ('uncollected', (t.received_at IS NOT NULL AND t.collected_at IS NULL)::int, t.received_at),
        ('unreceived', (t.reported_at IS NOT NULL AND t.received_at IS NULL)::int, t.reported_at),
        ('two_boxes', t.boxes - 1, t.boxed_at),
        ('keyed_twice', t.reports - 1, t.reported_at),
        ('differ', t.outcomes - 1, t.reported_at),
        ('no_tube', (t.reported_at IS NOT NULL AND t.swabs = 0 AND t.sealed_at IS NULL)::int, t.reported_at)
    ) AS g (point, amount, since)
    WHERE t.tube = ANY(%(tubes)s) AND g.amount > 0 AND t.stage <> 'voided'
"""
CLOSE_GAPS = f"""
    WITH wanted AS ({WANTED})
    DELETE FROM sampling_gap g USING sampling_custody t
    WHERE g.tube = ANY(%(tubes)s) AND t.tube = g.tube
      AND CASE WHEN g.point LIKE 'silent%%' THEN g.point <> 'silent_' || t.stage OR g.bundle <> t.bundle
               ELSE NOT EXISTS (SELECT FROM wanted w WHERE w.tube = g.tube AND w.point = g.point) END
"""  # noqa: S608 - written here
OPEN_GAPS = f"""
    INSERT INTO sampling_gap AS kept (tube, point, campaign_id, area_code, amount, since, bundle, holder)
    {WANTED} ORDER BY 1, 2
    ON CONFLICT (tube, point) DO UPDATE SET amount = excluded.amount, bundle = excluded.bundle,
        holder = excluded.holder, campaign_id = excluded.campaign_id, area_code = excluded.area_code
"""
# A tube received one by one has no hand-over of its box to tell the judge.
NOTE_RECEIVED = """
    UPDATE sampling_tube t SET received_at = c.received_at, box = c.box, boxed_at = c.boxed_at,
                               collected_at = c.collected_at
    FROM sampling_custody c
    WHERE c.tube = ANY(%(tubes)s) AND t.tube = c.tube
      AND (t.received_at, t.box, t.boxed_at, t.collected_at)
          IS DISTINCT FROM (c.received_at, c.box, c.boxed_at, c.collected_at)
"""


def touched(batches: dict[str, list[UUID]], *, boxes: list[str], settled: list[str]) -> list[str]:
    """The tubes that new batches (by fact table), hand-overs of `boxes` and settled issues speak of."""
    selects, params = [], {}
    for number, (table, entries) in enumerate(batches.items()):
        names = ["tube", "to_tube"] if "to_tube" in _columns(table) else ["tube"]
        selects += [f"SELECT {name} FROM {table} WHERE entry_id = ANY(%(e{number})s)" for name in names]  # noqa: S608
        params[f"e{number}"] = entries
    selects.append("SELECT tube FROM sampling_boxed WHERE box = ANY(%(boxes)s)")
    selects.append("SELECT detail ->> 'tube' FROM work_issue WHERE id = ANY(%(settled)s::uuid[])")
    union = f"SELECT DISTINCT f.tube FROM ({' UNION '.join(selects)}) AS f (tube) WHERE f.tube <> ''"  # noqa: S608
    rows = _run(union, **params, boxes=boxes, settled=settled)
    return [tube for (tube,) in rows]


def refresh(tubes: list[str]) -> None:
    """Brings custody and gaps of these tubes up to date."""
    if not tubes:
        return
    codes = {"identity": Doubt.IDENTITY.value, "twice": Doubt.PERSON_TWICE.value}
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"tubes": tubes, "clocks": rows_json(clock_rows()), **codes})
        cursor.execute(CLOSE_GAPS, {"tubes": tubes})
        cursor.execute(OPEN_GAPS, {"tubes": tubes})
        cursor.execute(NOTE_RECEIVED, {"tubes": tubes})


def _columns(table: str) -> set[str]:
    return {name for one in facts.REGISTERED.values() if one.table == table for name in one.columns}


def _run(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
