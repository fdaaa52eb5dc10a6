"""Where a campaign stands: the funnel by stage, the rate per site, where it is stuck, how long each stage takes."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.desks.sampling.rules import RECOLLECT

CAMPAIGNS = """
    SELECT c.id, c.name_zh, c.name_en, c.area_code, c.mode, c.starts_at, c.ends_at, c.planned_people,
           t.swabs, t.tubes, t.reported, t.positive
    FROM sampling_campaign c CROSS JOIN LATERAL (
        SELECT coalesce(sum(swabs), 0)::bigint AS swabs, coalesce(sum(tubes), 0)::bigint AS tubes,
               coalesce(sum(reported), 0)::bigint AS reported, coalesce(sum(positive), 0)::bigint AS positive
        FROM sampling_tally WHERE campaign_id = c.id
    ) AS t
    WHERE c.area_code LIKE %s
    ORDER BY c.ends_at DESC, c.id
"""
FUNNEL = """
    SELECT coalesce(sum(t.swabs), 0)::bigint, coalesce(sum(t.tubes), 0)::bigint, coalesce(sum(t.sealed), 0)::bigint,
           coalesce(sum(t.boxed), 0)::bigint, coalesce(sum(t.collected), 0)::bigint,
           coalesce(sum(t.received), 0)::bigint, coalesce(sum(t.reported), 0)::bigint,
           coalesce(sum(t.negative), 0)::bigint, coalesce(sum(t.positive), 0)::bigint,
           coalesce(sum(t.grey), 0)::bigint, coalesce(sum(t.invalid), 0)::bigint
    FROM sampling_tally t JOIN sampling_site s ON s.id = t.site_id
    WHERE t.campaign_id = %s AND s.area_code LIKE %s
"""
TURNAROUND = """
    SELECT stage, count(*), percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY minutes)
    FROM (
        SELECT * FROM sampling_tube
        WHERE area_code LIKE %(area)s AND (%(campaign)s::uuid IS NULL OR campaign_id = %(campaign)s)
          AND first_at >= %(first)s AND first_at < %(last)s
        ORDER BY first_at DESC LIMIT %(latest)s
    ) AS t CROSS JOIN LATERAL (VALUES
        (1, extract(epoch FROM sealed_at - first_at) / 60),
        (2, extract(epoch FROM boxed_at - sealed_at) / 60),
        (3, extract(epoch FROM collected_at - boxed_at) / 60),
        (4, extract(epoch FROM received_at - collected_at) / 60),
        (5, extract(epoch FROM result_at - received_at) / 60),
        (6, extract(epoch FROM result_at - first_at) / 60)
    ) AS taken (stage, minutes)
    WHERE minutes IS NOT NULL
    GROUP BY stage ORDER BY stage
"""
DAILY = """
    SELECT begun::date, coalesce(sum(t.swabs), 0)
    FROM sampling_campaign c
    CROSS JOIN generate_series((c.starts_at AT TIME ZONE 'Asia/Shanghai')::date,
                               (least(c.ends_at - interval '1 second', %(now)s) AT TIME ZONE 'Asia/Shanghai')::date,
                               interval '1 day') AS begun
    LEFT JOIN sampling_tally t ON t.campaign_id = c.id AND t.day = begun::date
    WHERE c.id = %(campaign)s GROUP BY 1 ORDER BY 1
"""
RECOLLECTIONS = """
    SELECT count(*), count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'closed'),
           count(*) FILTER (WHERE state = 'cancelled')
    FROM work_order WHERE kind = %s AND campaign_id = %s
"""
STAGES = ("swabbed", "sealed", "boxed", "collected", "received", "reported")


class CampaignRow(NamedTuple):
    """A campaign in a list, with what has come in so far."""

    id: UUID
    name_zh: str
    name_en: str
    area_code: str
    mode: int
    starts_at: datetime
    ends_at: datetime
    planned_people: int
    swabs: int
    tubes: int
    reported: int
    positive: int


class Funnel(NamedTuple):
    """Tubes that reached each stage; `swabs` counts people's swabs."""

    swabs: int
    tubes: int
    sealed: int
    boxed: int
    collected: int
    received: int
    reported: int
    negative: int
    positive: int
    grey: int
    invalid: int

    @property
    def stages(self) -> list[tuple[str, int]]:
        """Stage and tubes that reached it, in order."""
        counts = (self.tubes, self.sealed, self.boxed, self.collected, self.received, self.reported)
        return list(zip(STAGES, counts, strict=True))

    @property
    def stuck(self) -> tuple[str, int] | None:
        """The stage after which most tubes wait, and how many; None when nothing waits."""
        waiting = [
            (before[0], before[1] - after[1]) for before, after in zip(self.stages, self.stages[1:], strict=False)
        ]
        worst = max(waiting, key=lambda one: one[1])
        return worst if worst[1] > 0 else None


class StageTime(NamedTuple):
    """How long a stage took, in minutes: tubes measured, tenth, half and nine tenths of them."""

    stage: int
    tubes: int
    quantiles_min: list[float]


class Recollections(NamedTuple):
    """Re-collection orders of a campaign."""

    opened: int
    done: int
    closed: int
    cancelled: int


def campaigns(area_code: str) -> list[CampaignRow]:
    """Campaigns in an area's subtree, the latest first."""
    return [CampaignRow(*row) for row in _rows(CAMPAIGNS, [f"{area_code}%"])]


def funnel(campaign_id: UUID, *, area_code: str = "") -> Funnel:
    """How many tubes of a campaign reached each stage."""
    return Funnel(*_rows(FUNNEL, [campaign_id, f"{area_code}%"])[0])


def turnaround(
    *,
    area_code: str,
    first: datetime,
    last: datetime,
    campaign_id: UUID | None = None,
    latest: int | None = None,
) -> dict[int, StageTime]:
    """Minutes by stage for tubes begun in the period: 1 sealing, 2 boxing, 3 collection, 4 carriage, 5 assay, 6 all.

    latest: measure so many of the latest tubes only; None for all of them
    """
    params = {"area": f"{area_code}%", "campaign": campaign_id, "first": first, "last": last, "latest": latest}
    return {row[0]: StageTime(*row) for row in _rows(TURNAROUND, params)}


def daily(campaign_id: UUID, *, now: datetime) -> list[tuple[date, int]]:
    """Swabs for each day of the campaign up to now, local days; a day without any is 0."""
    return [(day, int(swabs)) for day, swabs in _rows(DAILY, {"campaign": campaign_id, "now": now})]


def recollections(campaign_id: UUID) -> Recollections:
    """What became of the campaign's re-collections."""
    return Recollections(*_rows(RECOLLECTIONS, [RECOLLECT, campaign_id])[0])


def _rows(statement: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
