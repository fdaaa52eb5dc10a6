"""Setting how long a tube may stay at a stage of one campaign."""

from datetime import datetime

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.custody_rules import CLOCKED
from yinghuo.desks.sampling.models import Campaign, CustodyClock

LONGEST_MIN = 7 * 24 * 60


@transaction.atomic
def set_clock(campaign: Campaign, *, stage: str, within_min: int, by: str, at: datetime) -> CustodyClock:
    """From `at` on, a tube of this campaign may stay at `stage` for `within_min` minutes; earlier tubes keep theirs.

    Refused("custody.clock") for a stage without a clock, or for less than a minute or more than a week.
    """
    Campaign.objects.select_for_update().get(id=campaign.id)
    if stage not in CLOCKED or not 1 <= within_min <= LONGEST_MIN:
        raise Refused("custody.clock", stage=stage, within_min=within_min)
    newest = CustodyClock.objects.filter(campaign=campaign, stage=stage).order_by("-valid_from").first()
    if newest and newest.within_min == within_min:
        return newest
    clock, made = CustodyClock.objects.get_or_create(
        campaign=campaign, stage=stage, valid_from=at, defaults={"within_min": within_min}
    )
    if made:
        body = {"stage": stage, "within_min": within_min}
        ledger.enter("custody.clock_set", f"campaign:{campaign.id}", by=by, at=at, body=body)
    return clock
