"""The clocks in force for a campaign: its own, else those of the house."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from yinghuo.desks.sampling.custody_rules import CLOCKS
from yinghuo.desks.sampling.models import CustodyClock


class ClockRow(NamedTuple):
    """A clock in force: minutes allowed at a stage, since when, whether the campaign set it itself, and why."""

    id: str
    within_min: int
    valid_from: datetime | None
    own: bool
    because: str


def clocks_of(campaign_id: UUID, *, now: datetime) -> list[ClockRow]:
    """The clocks in force at `now`, in the order of the stages."""
    dated = CustodyClock.objects.filter(campaign_id=campaign_id, valid_from__lte=now).order_by("valid_from")
    own = {clock.stage: clock for clock in dated}
    day = timezone.localdate(now)
    house = {rule.stage: rule for rule in CLOCKS if rule.valid_from <= day}
    english = get_language() == "en"
    return [
        ClockRow(stage, own[stage].within_min, own[stage].valid_from, own=True, because="")
        if stage in own
        else ClockRow(stage, rule.within_min, None, own=False, because=rule.because_en if english else rule.because_zh)
        for stage, rule in house.items()
    ]
