"""Campaigns and sites; the facts that devices send; one derived row per tube; and what each part of the desk keeps."""

from yinghuo.desks.sampling.models.campaigns import Campaign, Mode, Site, TubeRange
from yinghuo.desks.sampling.models.custody import *  # noqa: F403
from yinghuo.desks.sampling.models.facts import Boxed, Fact, Handover, Outcome, Result, Sealed, Stage, Swab
from yinghuo.desks.sampling.models.laboratory import *  # noqa: F403
from yinghuo.desks.sampling.models.lookups import *  # noqa: F403
from yinghuo.desks.sampling.models.messages import *  # noqa: F403
from yinghuo.desks.sampling.models.phones import *  # noqa: F403
from yinghuo.desks.sampling.models.plans import *  # noqa: F403
from yinghuo.desks.sampling.models.tally import Tally
from yinghuo.desks.sampling.models.tube import Tube

__all__ = [
    "Boxed",
    "Campaign",
    "Fact",
    "Handover",
    "Mode",
    "Outcome",
    "Result",
    "Sealed",
    "Site",
    "Stage",
    "Swab",
    "Tally",
    "Tube",
    "TubeRange",
]
