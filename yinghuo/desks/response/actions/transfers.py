"""Rides: a place is reserved, the person handed over where the ride begins and taken in where it ends, by two hands."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions.stays import end_stay, start_stay
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import BedKind, Capacity, End, Event, Facility, Stay, Transfer
from yinghuo.desks.response.rules.facilities import RideNeed
from yinghuo.desks.response.rules.track_kinds import RIDE

LOST_AFTER = timedelta(hours=3)  # this project's choice: no ride within a prefecture is longer
ELSEWHERE, NOT_ARRIVED, NOT_LEFT = "transfer.elsewhere", "transfer.not_arrived", "transfer.not_left"


@dataclass(frozen=True)
class NewRide:
    """Somebody to be taken somewhere; the same id again is the same ride.

    facility_id, bed_kind: a hospital and the kind of bed; stay_id: the reserved stay instead
    needs: `rules.facilities.RideNeed`; from_lat, from_lon: degrees WGS 84
    """

    id: UUID
    event_id: UUID
    person: UUID
    area_code: str
    facility_id: UUID | None = None
    bed_kind: str = ""
    stay_id: UUID | None = None
    case_id: UUID | None = None
    needs: list[str] = field(default_factory=list)
    from_lat: float | None = None
    from_lon: float | None = None


@transaction.atomic
def reserve_ride(new: NewRide, *, by: str, at: datetime) -> Transfer:
    """Holds a hospital's bed, or takes the bed of a reserved stay, and opens the order of the ride.

    Refused: "event.unknown", "facility.unknown", "facility.full", "facility.beds" for an unknown kind,
    "stay.unknown", "ride.needs", "ride.held" (the person holds a hospital's bed already)
    """
    take_turns(new.person, new.id)
    if ride := Transfer.objects.filter(id=new.id).first():
        return ride
    if not Event.objects.filter(id=new.event_id).exists():
        raise Refused("event.unknown")
    if not set(new.needs) <= set(RideNeed.values):
        raise Refused("ride.needs")
    facility_id, bed_no = _place(new, at)
    given = {name: value for name, value in vars(new).items() if name != "facility_id"}
    ride = Transfer.objects.create(
        **given,
        order_id=new.id,
        facility_id=facility_id,
        bed_no=bed_no,
        reserved_at=at,
        entry_id=ledger.new_id(),
    )
    _enter(ride, "ride.reserved", by=by, at=at, facility=str(facility_id), bed_kind=ride.bed_kind, needs=ride.needs)
    detail = {"event": ride.event.number, "ride": ride.needs}
    order = work.NewOrder(id=ride.id, subject=f"event:{ride.event_id}", area_code=ride.area_code, detail=detail)
    work.open_order(order, kind=RIDE, by=by, at=at)
    return ride


@transaction.atomic
def leave(ride_id: UUID, *, by: str, at: datetime) -> Transfer:
    """The person is handed over where the ride begins; Refused: "ride.unknown", "ride.ended", "ride.same_hand"."""
    ride = _locked(ride_id)
    if ride.left_at is not None:
        return ride
    _check_hand(ride.arrived_by, by)
    ride.left_at, ride.left_by, ride.entry_id = at, by, ledger.new_id()
    ride.save(update_fields=["left_at", "left_by", "entry_id"])
    _enter(ride, "ride.left", by=by, at=at)
    return ride


@transaction.atomic
def take_in(ride_id: UUID, *, facility_id: UUID, by: str, at: datetime) -> Transfer:
    """The person is taken in: the fact is kept even where it is odd; what is odd becomes a doubt.

    A stay begins; a bed elsewhere than where they came to is free again. The order is finished by who takes in.
    Refused: "ride.unknown", "ride.ended", "ride.same_hand" (who handed over cannot take in, too)
    """
    ride = _locked(ride_id)
    if ride.arrived_at is not None:
        return ride
    _check_hand(ride.left_by, by)
    ride.arrived_at, ride.arrived_by, ride.entry_id = at, by, ledger.new_id()
    ride.arrived_at_facility_id = facility_id
    if facility_id != ride.facility_id:
        ride.freed_at = at
    ride.save()
    _enter(ride, "ride.arrived", by=by, at=at, facility=str(facility_id))
    if ride.stay_id and facility_id == ride.facility_id:
        start_stay(ride.stay_id, by=by, at=at)
    work.finish_many([ride.order_id], by=by, at=at)
    _doubt(ride, by=by, at=at)
    return ride


@transaction.atomic
def free_bed(ride_id: UUID, *, reason: str, by: str, at: datetime) -> Transfer:
    """The bed is free again: a ride that does not take place, or a discharge.

    Refused: "ride.unknown", "access.reason"
    """
    ride = _locked(ride_id, ended=True)
    if ride.freed_at is not None:
        return ride
    if not reason.strip():
        raise Refused("access.reason")
    ride.freed_at, ride.entry_id = at, ledger.new_id()
    ride.save(update_fields=["freed_at", "entry_id"])
    _enter(ride, "ride.freed", by=by, at=at, reason=reason.strip())
    if ride.arrived_at is None:
        listed = "SELECT %(id)s::uuid"
        work.cancel_from_select(listed, {"id": ride.order_id}, by=by, at=at, reason=reason)
        if ride.stay_id:
            end_stay(ride.stay_id, end=End.CANCELLED, reason=reason, by=by, at=at)
    return ride


def raise_lost(now: datetime) -> int:
    """Doubts on those who left and did not arrive within three hours; returns how many are new."""
    lost = Transfer.objects.filter(left_at__lt=now - LOST_AFTER, arrived_at__isnull=True, freed_at__isnull=True)
    return work.raise_many(
        [_issue(ride, NOT_ARRIVED) for ride in lost.select_related("event")], by="system:rides", at=now
    )


def _place(new: NewRide, at: datetime) -> tuple[UUID, int | None]:
    if new.stay_id:
        stay = Stay.objects.select_related("occupancy__room").filter(id=new.stay_id).first()
        if stay is None or stay.occupancy is None:
            raise Refused("stay.unknown")
        return stay.occupancy.room.facility_id, None
    return _hospital_bed(new, at)


def _hospital_bed(new: NewRide, at: datetime) -> tuple[UUID, int]:
    """The lowest free number of what the hospital told last; its row is locked meanwhile."""
    known = Facility.objects.select_for_update().filter(closed_on__isnull=True)
    facility = known.filter(id=new.facility_id).first() if new.facility_id else None
    if facility is None:
        raise Refused("facility.unknown")
    if new.bed_kind not in BedKind.values:
        raise Refused("facility.beds", most=0)
    held = Transfer.objects.filter(freed_at__isnull=True, bed_no__isnull=False)
    if held.filter(person=new.person).exists():
        raise Refused("ride.held")
    told = Capacity.objects.filter(facility=facility, bed_kind=new.bed_kind, told_at__lte=at)
    beds = told.order_by("-told_at").values_list("beds", flat=True).first() or 0
    taken = set(held.filter(facility=facility, bed_kind=new.bed_kind).values_list("bed_no", flat=True))
    free = next((number for number in range(1, beds + 1) if number not in taken), None)
    if free is None:
        raise Refused("facility.full", beds=beds)
    return facility.id, free


def _locked(ride_id: UUID, *, ended: bool = False) -> Transfer:
    ride = Transfer.objects.select_for_update().filter(id=ride_id).first()
    if ride is None:
        raise Refused("ride.unknown")
    if ride.freed_at is not None and ride.arrived_at is None and not ended:
        raise Refused("ride.ended")
    return ride


def _check_hand(other: str, by: str) -> None:
    if other == by:
        raise Refused("ride.same_hand")


def _doubt(ride: Transfer, *, by: str, at: datetime) -> None:
    codes = [ELSEWHERE] if ride.arrived_at_facility_id != ride.facility_id else []
    codes += [NOT_LEFT] if ride.left_at is None else []
    work.raise_many([_issue(ride, code) for code in codes], by=by, at=at)


def _issue(ride: Transfer, code: str) -> work.NewIssue:
    return work.NewIssue(code, f"ride:{ride.id}", area_code=ride.area_code, detail={"event": ride.event.number})


def _enter(ride: Transfer, kind: str, *, by: str, at: datetime, **body: object) -> None:
    ledger.enter(kind, f"ride:{ride.id}", by=by, at=at, body=body, entry_id=ride.entry_id)
