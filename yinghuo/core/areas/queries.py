"""Reading areas: subtrees by prefix, names, ancestors, outlines."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from yinghuo.core.areas.models import Area
from yinghuo.core.areas.rules import ancestor_codes

M = TypeVar("M", bound=Model)


def within(queryset: QuerySet[M], area_code: str, field: str = "area_code") -> QuerySet[M]:
    """The rows whose `field` lies in the subtree of `area_code`; none for the empty code, which is no area."""
    return queryset.filter(**{f"{field}__startswith": area_code}) if area_code else queryset.none()


def name_of(code: str) -> str:
    """The area's name in the reader's language; the code itself where the area is not known."""
    return names([code]).get(code, code)


def names(codes: Iterable[str]) -> dict[str, str]:
    """Names in the reader's language by code; codes that are not known are left out."""
    return {area.code: area.name for area in _plain().filter(code__in=set(codes))}


def children(code: str) -> list[Area]:
    """The areas directly below, by code; the provinces for the empty code."""
    return list(_plain().filter(parent=code) if code else _plain().filter(parent__isnull=True))


def ancestors(code: str) -> list[Area]:
    """The areas around it, the widest first, without itself."""
    return list(_plain().filter(code__in=ancestor_codes(code)))


def reported(area_code: str) -> list[Area]:
    """The areas of a subtree that the bulletins give a line of its own."""
    return list(within(_plain(), area_code, "code").filter(reported=True))


def outlines(area_code: str) -> dict[str, Any]:
    """GeoJSON FeatureCollection of the outlines in a subtree: `id` the code; properties name, lat, lon."""
    areas = within(Area.objects.all(), area_code, "code").filter(outline__isnull=False)
    features = [
        {
            "type": "Feature",
            "id": area.code,
            "properties": {"name": area.name, "lat": area.lat, "lon": area.lon},
            "geometry": area.outline,
        }
        for area in areas
    ]
    return {"type": "FeatureCollection", "features": features}


def _plain() -> QuerySet[Area]:
    """Areas without their outlines, which weigh more than all the rest."""
    return Area.objects.defer("outline")
