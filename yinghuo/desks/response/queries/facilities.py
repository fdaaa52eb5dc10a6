"""Free beds and rooms, and which facility fits best."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from yinghuo.desks.response.models import Capacity, Event, Facility, FacilityKind, Room, Stay, Transfer
from yinghuo.desks.response.rules.facilities import Offer, RideNeed, cannot_climb, ranked, way

Beds = dict[UUID, dict[str, tuple[int, int]]]


class Free(NamedTuple):
    """Rooms that nobody holds; of hospitals, beds told of and held."""

    rooms: list[Room]
    beds: Beds


def hospital_beds(facility_ids: Iterable[UUID], *, at: datetime) -> Beds:
    """Of each hospital and kind of bed: how many it told of last, how many are held."""
    ids = list(facility_ids)
    told = Capacity.objects.filter(facility_id__in=ids, told_at__lte=at).order_by("facility_id", "bed_kind", "-told_at")
    held = Transfer.objects.filter(facility_id__in=ids, freed_at__isnull=True, bed_no__isnull=False)
    counts = {
        (row["facility_id"], row["bed_kind"]): row["count"]
        for row in held.values("facility_id", "bed_kind").annotate(count=Count("id"))
    }
    beds: Beds = defaultdict(dict)
    for row in told.distinct("facility_id", "bed_kind"):
        beds[row.facility_id][row.bed_kind] = (row.beds, counts.get((row.facility_id, row.bed_kind), 0))
    return beds


def free_rooms(facility_ids: Iterable[UUID]) -> list[Room]:
    """Rooms that nobody holds, by site and code."""
    held = Q(occupancies__isnull=False, occupancies__ended_at__isnull=True)
    rooms = Room.objects.filter(facility_id__in=list(facility_ids), withdrawn_at__isnull=True)
    taken = rooms.filter(held).values("id")
    return list(rooms.exclude(id__in=taken).order_by("facility_id", "code"))


class Shared(NamedTuple):
    """A room with a bed left, for those who belong to whom it holds."""

    room: Room
    together: UUID
    people: list[UUID]


def shared_rooms(event: Event) -> list[Shared]:
    """Rooms that people of this event hold and that have a bed left, by code; one query."""
    held: dict[UUID, Shared] = {}
    running = Stay.objects.filter(event=event, occupancy__isnull=False, ended_at__isnull=True)
    for stay in running.select_related("occupancy__room").order_by("occupancy__room__code", "bed"):
        if (held_by := stay.occupancy) is not None:
            held.setdefault(held_by.id, Shared(held_by.room, held_by.together, [])).people.append(stay.person)
    return [one for one in held.values() if len(one.people) < one.room.beds]


def free_now(facility_ids: Iterable[UUID], *, at: datetime) -> Free:
    """What facilities have; three queries."""
    ids = list(facility_ids)
    return Free(free_rooms(ids), hospital_beds(ids, at=at))


def offers(
    facilities: Sequence[Facility],
    free: Free,
    *,
    here: tuple[float, float] | None,
    beds: int = 1,
    needs: Sequence[str] = (),
    bed_kind: str = "isolation",
) -> list[Offer]:
    """What each could give now, best first.

    free:  as of `free_now`
    beds:  of a site, in one room (a child with a parent: two); needs: `rules.facilities.RideNeed`
    here:  where the ride begins, degrees WGS 84; None: the way is not looked at
    """
    least = max(beds, 2 if RideNeed.CHILD in needs else 1)
    rooms: dict[UUID, list[Room]] = defaultdict(list)
    for room in free.rooms:
        if room.beds >= least and (room.accessible or not cannot_climb(needs)):
            rooms[room.facility_id].append(room)
    rows = []
    for one in facilities:
        fitting = rooms[one.id]
        count = sum(room.beds for room in fitting)
        if one.kind == FacilityKind.HOSPITAL:
            have, held = free.beds.get(one.id, {}).get(bed_kind, (0, 0))
            count = max(have - held, 0)
        rows.append(Offer(one.id, count, len(fitting), way(*here, one.lat, one.lon) if here else None))
    return ranked(rows, beds=beds)
