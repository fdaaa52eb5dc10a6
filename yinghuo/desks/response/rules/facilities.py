"""Choosing where somebody is taken: what is free and fits first, then what is near."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yinghuo.engines.carriage import Place, km

DETOUR = 1.3  # roads beside the great circle: this project's choice, as for carriage
SPEED_KMH = 40


class RideNeed(TextChoices):
    """What a ride has to allow for."""

    WHEELCHAIR = "wheelchair", _("wheelchair")
    STRETCHER = "stretcher", _("stretcher")
    CHILD = "child", _("child with a parent")
    OXYGEN = "oxygen", _("oxygen")


CANNOT_CLIMB = frozenset({RideNeed.WHEELCHAIR, RideNeed.STRETCHER})


class Way(NamedTuple):
    """An estimate of a ride: kilometres by road, minutes of driving."""

    km: float
    minutes: int


def way(lat: float, lon: float, to_lat: float, to_lon: float) -> Way:
    """The way between two points, degrees WGS 84: great circle times a detour, at a mean speed.

    >>> way(43.88, 125.25, 43.88, 125.25)
    Way(km=0.0, minutes=0)
    """
    road_km = DETOUR * km(Place(lat, lon), Place(to_lat, to_lon))
    return Way(round(road_km, 1), round(road_km / SPEED_KMH * 60))


class Offer(NamedTuple):
    """What one facility could give now: free beds that fit, free rooms that fit (0 for a hospital), the way there."""

    facility_id: UUID
    free: int
    rooms: int
    way: Way | None


def ranked(offers: Iterable[Offer], *, beds: int = 1) -> list[Offer]:
    """Those with enough free beds, the nearest first, the emptier before the fuller; then the others.

    >>> far, near = Offer(UUID(int=1), 9, 9, Way(20.0, 30)), Offer(UUID(int=2), 3, 3, Way(2.0, 3))
    >>> [one.facility_id.int for one in ranked([far, near])]
    [2, 1]
    >>> [one.facility_id.int for one in ranked([near, far], beds=5)]
    [1, 2]
    """
    return sorted(offers, key=lambda one: (one.free < beds, one.way.minutes if one.way else 0, -one.free))


def cannot_climb(needs: Sequence[str]) -> bool:
    """Whether a room without stairs is needed."""
    return not CANNOT_CLIMB.isdisjoint(needs)
