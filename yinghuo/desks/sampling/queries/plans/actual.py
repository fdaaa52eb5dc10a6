"""Plan against actual: what a running campaign's current round has done, hour by hour and site by site."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from yinghuo.desks.sampling.models import Campaign, Plan
from yinghuo.desks.sampling.queries.plans.reckoning import Asked
from yinghuo.desks.sampling.queries.plans.site_days import expected_people
from yinghuo.desks.sampling.rules import RECOLLECT
from yinghuo.engines.capacity import Finish, plan_round, project_finish

HOUR = timedelta(hours=1)
BEHIND = 0.8  # a site with less than this share of what it should have by now is behind
MOST_SITES = 50

PER_HOUR = """
    SELECT floor(extract(epoch FROM first_at - %(begins)s) / 3600)::int, sum(swabs)::bigint, count(*)
    FROM sampling_tube
    WHERE campaign_id = %(campaign)s AND first_at >= %(begins)s AND first_at < %(ends)s AND area_code LIKE %(area)s
    GROUP BY 1
"""
PER_SITE = """
    SELECT s.id, s.name_zh, s.name_en, s.team, coalesce(t.swabs, 0)::bigint AS swabs, t.last_at
    FROM sampling_site s LEFT JOIN (
        SELECT site_id, sum(swabs) AS swabs, max(last_at) AS last_at FROM sampling_tube
        WHERE campaign_id = %(campaign)s AND first_at >= %(begins)s AND first_at < %(ends)s GROUP BY site_id
    ) AS t ON t.site_id = s.id
    WHERE s.campaign_id = %(campaign)s AND s.area_code LIKE %(area)s AND coalesce(t.swabs, 0) < %(least)s
    ORDER BY swabs, s.id LIMIT %(most)s
"""
COUNTS = """
    SELECT
    (SELECT count(*) FROM sampling_site WHERE campaign_id = %(campaign)s AND area_code LIKE %(area)s),
    (SELECT coalesce(sum(tubes), 0)::bigint FROM sampling_tally WHERE campaign_id = %(campaign)s),
    (SELECT coalesce(sum(upto - since + 1), 0)::bigint FROM (
        SELECT substring(first FROM '[0-9]+$')::numeric AS since, substring(last FROM '[0-9]+$')::numeric AS upto
        FROM sampling_tuberange WHERE campaign_id = %(campaign)s
    ) AS numbered),
    (SELECT count(*) FROM sampling_tube
     WHERE campaign_id = %(campaign)s AND result = 'positive' AND first_at >= %(begins)s AND first_at < %(ends)s),
    (SELECT count(*) FROM work_order
     WHERE kind = %(kind)s AND campaign_id = %(campaign)s AND opened_at >= %(begins)s AND opened_at < %(ends)s)
"""


class BehindRow(NamedTuple):
    """A site behind plan in the current round."""

    id: int
    name_zh: str
    name_en: str
    team: str
    swabs: int
    last_at: datetime | None
    expected: float


class Actual(NamedTuple):
    """A campaign's current round against its plan.

    begins, ends:  of the round as planned
    planned_per_h, done_per_h: people in each hour of it; None in `done_per_h` from the running hour on
    done, expected: people sampled, and planned by now
    finish:        hours from now; None once everybody is sampled
    used, issued, planned_tubes: tube codes of the whole campaign; tubes planned for one round
    recollected, expected_recollected: re-collections opened in this round; expected for the people sampled so far
    """

    begins: datetime
    ends: datetime
    planned_per_h: list[int]
    done_per_h: list[int | None]
    done: int
    expected: int
    finish: Finish | None
    sites: int
    behind: list[BehindRow]
    used: int
    issued: int
    positive_tubes: int
    recollected: int
    expected_recollected: float
    expected_positive_tubes: float


def latest_plan(campaign_id: UUID) -> Plan | None:
    """The plan that counts: the one saved last."""
    return Plan.objects.filter(campaign_id=campaign_id).order_by("-saved_at", "-id").first()


def actual(campaign: Campaign, plan: Plan, *, now: datetime, area_code: str) -> Actual:
    """How the round of `now` (the last one after the campaign's end) stands against the plan, inside an area."""
    asked = Asked.of(plan.asked)
    begins = _round_start(campaign, now)
    ends = begins + timedelta(hours=asked.hours)
    at = {"campaign": campaign.id, "begins": begins, "ends": _round_end(campaign, begins), "area": f"{area_code}%"}
    sites, used, issued, positive, again = _rows(COUNTS, at | {"kind": RECOLLECT})[0]
    counts = {hour: int(swabs) for hour, swabs, _tubes in _rows(PER_HOUR, at)}
    passed = min(max((now - begins) / HOUR, 0.0), float(asked.hours))
    planned = expected_people(asked.population, asked.hours, timezone.localtime(begins).hour)
    expected, done = _planned_by(planned, passed), sum(counts.values())
    share = expected / asked.population / max(sites, 1)
    least = {"least": BEHIND * share * asked.population, "most": MOST_SITES}
    hoped = plan_round(max(done, 1), 1, asked.mode, share=asked.share, clustering=asked.clustering)
    full = int((now - begins) / HOUR)
    return Actual(
        begins=begins,
        ends=ends,
        planned_per_h=planned,
        done_per_h=[counts.get(hour, 0) if hour < full else None for hour in range(asked.hours)],
        done=done,
        expected=expected,
        finish=_finish(counts, full, asked.population - done),
        sites=sites,
        behind=[BehindRow(*(*row, share * asked.population)) for row in _rows(PER_SITE, at | least)],
        used=used,
        issued=issued,
        positive_tubes=positive,
        recollected=again,
        expected_recollected=hoped.recollected if done else 0.0,
        expected_positive_tubes=hoped.positive_tubes if done else 0.0,
    )


def _round_start(campaign: Campaign, now: datetime) -> datetime:
    span = timedelta(hours=campaign.round_h)
    last = max(min(now, campaign.ends_at - timedelta(seconds=1)), campaign.starts_at)
    return campaign.starts_at + (last - campaign.starts_at) // span * span


def _round_end(campaign: Campaign, begins: datetime) -> datetime:
    return min(begins + timedelta(hours=campaign.round_h), campaign.ends_at)


def _planned_by(planned: list[int], passed_h: float) -> int:
    full = int(passed_h)
    running = planned[full] * (passed_h - full) if full < len(planned) else 0
    return round(sum(planned[:full]) + running)


def _finish(counts: dict[int, int], full_hours: int, left: int) -> Finish | None:
    if left <= 0:
        return None
    return project_finish([counts.get(hour, 0) for hour in range(max(full_hours, 0))], left)


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
