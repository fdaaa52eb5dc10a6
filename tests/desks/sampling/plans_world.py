"""One small world for the tests of plans: counted areas of Changchun, a manager, and plans as addresses."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tests.web.pages_world import areas
from yinghuo.core.areas.models import Area
from yinghuo.desks.sampling.queries.plans import Asked

CITY_PEOPLE = 9_066_906
DISTRICT_PEOPLE = 60_000
DAY = date(2022, 5, 8)


def counted_areas() -> None:
    """The areas of the pages' world, with people; the street has no census of its own."""
    areas()
    for code, people in (("2201", CITY_PEOPLE), ("220106", DISTRICT_PEOPLE)):
        census = {"population": people, "population_year": 2020, "population_source": "census-2020"}
        Area.objects.filter(code=code).update(**census)


def asked(**changed: Any) -> Asked:
    """A plan for the district by the rules of May 2022."""
    usual = {
        "area_code": "220106",
        "day": DAY,
        "population": DISTRICT_PEOPLE,
        "hours": 16,
        "mode": 10,
        "share": 1e-4,
        "service_s": 60,
    }
    return Asked(**(usual | changed))


def planner(name: str = "plan", **query: Any) -> str:
    """The address of the planner, or of opening, for the district."""
    usual = {"area_code": "220106", "hours": 16, "day": DAY.isoformat()}
    return f"{reverse(name)}?{urlencode(usual | query)}"
