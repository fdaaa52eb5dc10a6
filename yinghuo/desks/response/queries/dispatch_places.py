"""Where the work of an order is: the place it names, else its event's, else the point of its area."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from yinghuo.core.areas.models import Area
from yinghuo.core.areas.rules import ancestor_codes
from yinghuo.core.work.models import Order

PLACES = """
    SELECT o.id,
           coalesce(t.from_lat, v.lat, site.lat, e.lat), coalesce(t.from_lon, v.lon, site.lon, e.lon),
           CASE WHEN coalesce(t.from_lat, v.lat, site.lat) IS NOT NULL THEN 'place'
                WHEN e.lat IS NOT NULL THEN 'event' END
    FROM work_order o
    LEFT JOIN response_transfer t ON t.order_id = o.id
    LEFT JOIN response_disinfection d ON d.order_id = o.id
    LEFT JOIN response_room own ON own.id = d.room_id
    LEFT JOIN response_stay s ON o.subject = 'stay:' || s.id::text
    LEFT JOIN response_occupancy held ON held.id = s.occupancy_id
    LEFT JOIN response_room room ON room.id = held.room_id
    LEFT JOIN response_facility site ON site.id = coalesce(own.facility_id, room.facility_id)
    LEFT JOIN response_event ev ON o.subject = 'event:' || ev.id::text
    LEFT JOIN response_venue e ON e.id = ev.venue_id
    LEFT JOIN response_venue v ON v.id = d.venue_id OR (d.id IS NULL AND o.subject = 'venue:' || v.id::text)
    WHERE o.id = ANY(%s)
"""


@dataclass(frozen=True)
class Place:
    """A point, and how it is known: "place" (the order's own), "event" (its event's), "area" (its area's point)."""

    lat: float
    lon: float
    known_by: str


def places_of(orders: Sequence[Order]) -> dict[UUID, Place]:
    """Places by order; an order whose area has no point either is left out. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [[order.id for order in orders]])
        own = {row[0]: Place(row[1], row[2], row[3]) for row in cursor.fetchall() if row[3]}
    points = _points({order.area_code for order in orders if order.id not in own})
    found = dict(own)
    for order in orders:
        if order.id not in own and (point := points.get(order.area_code)):
            found[order.id] = Place(*point, "area")
    return found


def _points(codes: set[str]) -> dict[str, tuple[float, float]]:
    """The point of each area, or of the smallest area above it that has one."""
    above = {code: [code, *reversed(ancestor_codes(code))] for code in codes if code}
    asked = {one for line in above.values() for one in line}
    rows = Area.objects.filter(code__in=asked, lat__isnull=False).values_list("code", "lat", "lon") if asked else []
    known = {code: (lat, lon) for code, lat, lon in rows if lat is not None and lon is not None}
    return {code: known[first] for code, line in above.items() if (first := next(filter(known.__contains__, line), ""))}
