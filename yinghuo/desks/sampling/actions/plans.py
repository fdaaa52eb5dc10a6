"""Writing plans: saving one with its campaign, and opening a campaign as planned, with sites and tube codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.campaigns import issue_tubes, open_campaign
from yinghuo.desks.sampling.models import Campaign, Plan, Site

SITES_AT_ONCE = 2_000  # rows in one statement


@dataclass(frozen=True)
class NewSite:
    """A site to be added: its area, its names, and the team that stands there."""

    area_code: str
    name_zh: str
    name_en: str
    team: str = ""


@dataclass(frozen=True)
class Opening:
    """All that is opened together; `ranges` are tube codes as (first, last)."""

    campaign: Campaign
    sites: Sequence[NewSite]
    ranges: Sequence[tuple[str, str]]
    plan: Plan


@transaction.atomic
def open_planned(opening: Opening, *, by: str, at: datetime) -> Campaign:
    """Opens a campaign with its sites, tube codes and plan, all or nothing; the same campaign again changes nothing.

    Refused("campaign.differs") when the id stands for a campaign of another area or name; else as `open_campaign`,
    `add_sites` and `issue_tubes` are.
    """
    campaign, wanted = open_campaign(opening.campaign, by=by, at=at), opening.campaign
    if (campaign.area_code, campaign.name_zh) != (wanted.area_code, wanted.name_zh):
        raise Refused("campaign.differs")
    add_sites(campaign, opening.sites, by=by, at=at)
    for first, last in opening.ranges:
        issue_tubes(campaign.id, first=first, last=last, by=by, at=at)
    save_plan(opening.plan, by=by, at=at)
    return campaign


@transaction.atomic
def add_sites(campaign: Campaign, sites: Sequence[NewSite], *, by: str, at: datetime) -> int:
    """Adds many sites to a campaign with one ledger entry; a Chinese name that stands already is left as it is.

    returns: how many were new
    Refused("sites.area") for one outside the campaign's area, Refused("sites.repeated") for a name given twice.
    """
    Campaign.objects.select_for_update().get(id=campaign.id)
    _check(campaign, sites)
    known = set(Site.objects.filter(campaign=campaign).values_list("name_zh", flat=True))
    fresh = [site for site in sites if site.name_zh not in known]
    rows = [Site(campaign=campaign, **vars(site)) for site in fresh]
    Site.objects.bulk_create(rows, batch_size=SITES_AT_ONCE)
    if fresh:
        body = {"count": len(fresh), "sites": [[site.area_code, site.name_zh] for site in fresh]}
        ledger.enter("sites.added", f"campaign:{campaign.id}", by=by, at=at, body=body)
    return len(fresh)


@transaction.atomic
def save_plan(plan: Plan, *, by: str, at: datetime) -> Plan:
    """Saves a plan with its campaign; the same plan again is the same row, a further one counts from now on."""
    Campaign.objects.select_for_update().get(id=plan.campaign_id)
    existing = Plan.objects.filter(id=plan.id).first()
    if existing:
        return existing
    plan.saved_at, plan.saved_by = at, by
    plan.save(force_insert=True)
    body = {"plan": str(plan.id), "day": plan.day.isoformat(), "asked": plan.asked, "says": plan.says}
    ledger.enter("plan.saved", f"campaign:{plan.campaign_id}", by=by, at=at, body=body)
    return plan


def _check(campaign: Campaign, sites: Sequence[NewSite]) -> None:
    outside = next((site for site in sites if not site.area_code.startswith(campaign.area_code)), None)
    if outside:
        raise Refused("sites.area", site=outside.name_zh, area=outside.area_code)
    names = [site.name_zh for site in sites]
    if len(set(names)) < len(names):
        twice = next(name for number, name in enumerate(names) if name in names[:number])
        raise Refused("sites.repeated", site=twice)
