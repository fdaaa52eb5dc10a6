"""Setting a campaign up: the campaign, its sites, the tube codes issued to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.models import Campaign, Mode, Site, TubeRange


@transaction.atomic
def open_campaign(campaign: Campaign, *, by: str, at: datetime) -> Campaign:
    """Stores a new campaign; one with the same id stays as it is.

    Refused("campaign.period") unless it ends after it starts, Refused("campaign.mode") for an unknown mode.
    """
    existing = Campaign.objects.select_for_update().filter(id=campaign.id).first()
    if existing:
        return existing
    if campaign.ends_at <= campaign.starts_at:
        raise Refused("campaign.period")
    if campaign.mode not in Mode.values:
        raise Refused("campaign.mode", mode=campaign.mode)
    campaign.save(force_insert=True)
    body = {"area": campaign.area_code, "mode": int(campaign.mode), "name": campaign.name_zh}
    ledger.enter("campaign.opened", f"campaign:{campaign.id}", by=by, at=at, body=body)
    return campaign


@transaction.atomic
def add_site(campaign: Campaign, *, by: str, at: datetime, **fields: Any) -> Site:
    """Adds a site to a campaign; the same Chinese name again is the same site."""
    site, made = Site.objects.get_or_create(campaign=campaign, name_zh=fields.pop("name_zh"), defaults=fields)
    if made:
        body = {"area": site.area_code, "campaign": str(campaign.id)}
        ledger.enter("site.added", f"site:{site.id}", by=by, at=at, body=body)
    return site


@transaction.atomic
def issue_tubes(campaign_id: UUID, *, first: str, last: str, by: str, at: datetime) -> TubeRange:
    """Issues the tube codes `first` to `last` to a campaign.

    Refused("tubes.range") when the two differ in length or order,
    Refused("tubes.taken") when any of them is issued already.
    """
    if len(first) != len(last) or first > last:
        raise Refused("tubes.range", first=first, last=last)
    Campaign.objects.select_for_update().get(id=campaign_id)
    clash = TubeRange.objects.filter(first__lte=last, last__gte=first).first()
    if clash:
        if (clash.campaign_id, clash.first, clash.last) == (campaign_id, first, last):
            return clash
        raise Refused("tubes.taken", first=clash.first, last=clash.last)
    issued = TubeRange.objects.create(campaign_id=campaign_id, first=first, last=last)
    ledger.enter("tubes.issued", f"campaign:{campaign_id}", by=by, at=at, body={"first": first, "last": last})
    return issued
