"""The map of a carriage plan, drawn on the server: outline, routes, sites and laboratories as points."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from yinghuo.desks.sampling.models import CarriageLaboratory, CarriagePlan, Site

WIDTH = 1000
MARGIN_SHARE = 0.12  # around the points, of their extent
LEAST_DEGREES = 0.02
TALLEST = 0.55  # height of the map by its width


class Point(NamedTuple):
    """A point on the map with what is written beside it."""

    x: float
    y: float
    name: str


class Map(NamedTuple):
    """What the template draws; lengths in its own units, WIDTH across."""

    height: int
    land: str
    routes: list[str]
    stops: list[Point]
    places: list[Point]


class _Frame(NamedTuple):
    west: float
    north: float
    per_degree: float
    narrow: float

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a place lies, equirectangular about the middle of the frame."""
        return (
            round((lon - self.west) * self.narrow * self.per_degree, 1),
            round((self.north - lat) * self.per_degree, 1),
        )


def drawn(
    plan: CarriagePlan,
    sites: Mapping[str, Site],
    labs: Mapping[str, CarriageLaboratory],
    outline: Mapping[str, Any] | None,
) -> Map | None:
    """The map of a plan; None when it has no place at all."""
    located = {
        key: (site.lat, site.lon) for key, site in sites.items() if site.lat is not None and site.lon is not None
    }
    ends = {key: (lab.lat, lab.lon) for key, lab in labs.items()}
    if not located or not ends:
        return None
    frame, height = _frame([*located.values(), *ends.values()])
    lines = []
    for run in plan.plan["runs"]:
        way = [located.get(stop["site"], ends[run["laboratory"]]) for stop in run["stops"]]
        lines.append(" ".join("{},{}".format(*frame.at(*place)) for place in way))
    stops = [Point(*frame.at(*located[key]), sites[key].name) for key in located]
    places = [Point(*frame.at(*place), labs[key].name) for key, place in ends.items()]
    return Map(height, _land(outline, frame), lines, stops, places)


def _frame(places: list[tuple[float, float]]) -> tuple[_Frame, int]:
    lats, lons = zip(*places, strict=True)
    high = max(max(lats) - min(lats), LEAST_DEGREES)
    wide = max(max(lons) - min(lons), LEAST_DEGREES)
    north, south = max(lats) + high * MARGIN_SHARE, min(lats) - high * MARGIN_SHARE
    west, east = min(lons) - wide * MARGIN_SHARE, max(lons) + wide * MARGIN_SHARE
    narrow = math.cos(math.radians((north + south) / 2))
    lacking = (north - south) / TALLEST / narrow - (east - west)
    if lacking > 0:
        west, east = west - lacking / 2, east + lacking / 2
    per_degree = WIDTH / ((east - west) * narrow)
    return _Frame(west, north, per_degree, narrow), max(round((north - south) * per_degree), WIDTH // 4)


def _land(outline: Mapping[str, Any] | None, frame: _Frame) -> str:
    return " ".join(_ring(ring, frame) for ring in _rings(outline)) if outline else ""


def _rings(geometry: Mapping[str, Any]) -> Iterable[list[list[float]]]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return (ring for part in parts for ring in part)


def _ring(ring: list[list[float]], frame: _Frame) -> str:
    return "M" + "L".join("{} {}".format(*frame.at(lat, lon)) for lon, lat, *_ in ring) + "Z"
