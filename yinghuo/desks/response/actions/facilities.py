"""Hospitals and isolation sites: registered, their rooms and beds told of as dated facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.parties.models import Party, PartyKind
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import BedKind, Capacity, Facility, FacilityKind, Room, RoomSort

MOST_BEDS = 5000


@dataclass(frozen=True)
class NewFacility:
    """A facility to be registered; the same id again is the same facility. lat, lon: degrees WGS 84."""

    id: UUID
    kind: str
    name_zh: str
    area_code: str
    lat: float
    lon: float
    name_en: str = ""
    address: str = ""
    party_id: UUID | None = None


@dataclass(frozen=True)
class NewRoom:
    """A room of a site."""

    code: str
    beds: int = 1
    sort: str = RoomSort.SINGLE
    accessible: bool = False


@transaction.atomic
def add_facility(new: NewFacility, *, by: str, at: datetime) -> Facility:
    """Registers a facility; Refused: "name.missing", "facility.hospital" for one that is no party of that kind."""
    if not new.name_zh.strip():
        raise Refused("name.missing")
    if new.kind == FacilityKind.HOSPITAL and not _is_hospital(new.party_id):
        raise Refused("facility.hospital")
    entry_id = ledger.new_id()
    given = {name: value for name, value in vars(new).items() if name != "id"}
    facility, is_new = Facility.objects.get_or_create(
        id=new.id, defaults=given | {"opened_on": timezone.localdate(at), "entry_id": entry_id}
    )
    if is_new:
        body = {"kind": new.kind, "name_zh": new.name_zh, "area": new.area_code}
        ledger.enter("facility.added", f"facility:{new.id}", by=by, at=at, body=body, entry_id=entry_id)
    return facility


@transaction.atomic
def add_rooms(facility_id: UUID, rooms: Sequence[NewRoom], *, by: str, at: datetime) -> int:
    """Adds rooms to a site; codes that are there stay as they are. Returns how many are new."""
    facility = _locked(facility_id)
    known = set(facility.rooms.values_list("code", flat=True))
    new = [
        Room(id=uuid5(facility.id, room.code), facility=facility, **vars(room))
        for room in rooms
        if room.code not in known
    ]
    Room.objects.bulk_create(new)
    if new:
        body = {"rooms": len(new), "beds": sum(room.beds for room in new)}
        ledger.enter("facility.rooms", f"facility:{facility.id}", by=by, at=at, body=body)
    return len(new)


@transaction.atomic
def tell_capacity(facility_id: UUID, bed_kind: str, *, beds: int, by: str, at: datetime) -> Capacity:
    """Keeps what a hospital told: so many beds of a kind for the response from `at` on.

    Fewer than are held is a fact, too; the pages then show that more are held than there are.
    Refused: "facility.unknown", "facility.beds"
    """
    if bed_kind not in BedKind.values or not 0 <= beds <= MOST_BEDS:
        raise Refused("facility.beds", most=MOST_BEDS)
    facility, entry_id = _locked(facility_id), ledger.new_id()
    told, is_new = Capacity.objects.get_or_create(
        id=uuid5(facility.id, f"{bed_kind} {at.isoformat()}"),
        defaults={
            "facility": facility,
            "bed_kind": bed_kind,
            "beds": beds,
            "told_at": at,
            "by": by,
            "entry_id": entry_id,
        },
    )
    if is_new:
        body = {"bed_kind": bed_kind, "beds": beds}
        ledger.enter("facility.capacity", f"facility:{facility.id}", by=by, at=at, body=body, entry_id=entry_id)
    return told


def _locked(facility_id: UUID) -> Facility:
    facility = Facility.objects.select_for_update().filter(id=facility_id).first()
    if facility is None:
        raise Refused("facility.unknown")
    return facility


def _is_hospital(party_id: UUID | None) -> bool:
    return party_id is not None and Party.objects.filter(id=party_id, kind=PartyKind.HOSPITAL).exists()
