"""Every read of the sampling desk over more than one table; each returns finished rows."""

from yinghuo.desks.sampling.queries.finding import Found, search
from yinghuo.desks.sampling.queries.progress import (
    Funnel,
    campaigns,
    daily,
    funnel,
    recollections,
    turnaround,
)
from yinghuo.desks.sampling.queries.sites import Place, SiteRow, per_site, place_of
from yinghuo.desks.sampling.queries.status import PersonRow, person_history
from yinghuo.desks.sampling.queries.timeline import Moment, timeline

__all__ = [
    "Found",
    "Funnel",
    "Moment",
    "PersonRow",
    "Place",
    "SiteRow",
    "campaigns",
    "daily",
    "funnel",
    "per_site",
    "person_history",
    "place_of",
    "recollections",
    "search",
    "timeline",
    "turnaround",
]
