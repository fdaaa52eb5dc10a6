"""Plans read and reckoned: a round as asked for, a day at a site of it, how a running campaign keeps to its plan."""

from yinghuo.desks.sampling.queries.plans.actual import Actual, actual, latest_plan
from yinghuo.desks.sampling.queries.plans.census import Counted, areas_of, counted, parts_of
from yinghuo.desks.sampling.queries.plans.reckoning import Alternative, Asked, Reckoned, reckon, saved_numbers
from yinghuo.desks.sampling.queries.plans.site_days import SiteDays

__all__ = [
    "Actual",
    "Alternative",
    "Asked",
    "Counted",
    "Reckoned",
    "SiteDays",
    "actual",
    "areas_of",
    "counted",
    "latest_plan",
    "parts_of",
    "reckon",
    "saved_numbers",
]
