"""Rides: beds that are told of, held once, handed over by two hands, and what is odd becomes a doubt."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from tests.desks.response.tracks_world import (
    AT,
    HOUR,
    ME,
    OTHER,
    doubts,
    event,
    hospital,
    new_ride,
    new_stay,
    order,
    refused,
    room,
    site,
)
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import disinfection, facilities, stays, transfers
from yinghuo.desks.response.models import Stay, Transfer
from yinghuo.desks.response.queries import facilities as queries
from yinghuo.desks.response.rules.facilities import way

pytestmark = pytest.mark.django_db


def test_a_bed_is_held_once_and_free_again_afterwards() -> None:
    of, to = event(), hospital(1)
    first = transfers.reserve_ride(new_ride(of, facility_id=to.id), by=ME, at=AT)
    assert (first.bed_no, order(first.id).kind) == (1, "response.ride")
    with refused("facility.full", beds=1):
        transfers.reserve_ride(new_ride(of, facility_id=to.id), by=ME, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            id=uuid4(), event=of, order_id=uuid4(), person=uuid4(), area_code="220106", facility=to,
            bed_kind="isolation", bed_no=1, reserved_at=AT, entry_id=uuid4(),
        )  # fmt: skip
    transfers.free_bed(first.id, reason="not needed", by=ME, at=AT)
    assert order(first.id).state == "cancelled"
    assert transfers.reserve_ride(new_ride(of, facility_id=to.id), by=ME, at=AT).bed_no == 1


def test_what_the_hospital_told_last_counts() -> None:
    of, to = event(), hospital(1)
    facilities.tell_capacity(to.id, "isolation", beds=3, by=ME, at=AT + HOUR)
    rides = [transfers.reserve_ride(new_ride(of, facility_id=to.id), by=ME, at=AT + HOUR) for _ in range(3)]
    assert [ride.bed_no for ride in rides] == [1, 2, 3]
    facilities.tell_capacity(to.id, "isolation", beds=2, by=ME, at=AT + 2 * HOUR)
    assert queries.hospital_beds([to.id], at=AT + 2 * HOUR)[to.id]["isolation"] == (2, 3)


def test_both_sides_record_the_hand_over() -> None:
    of, to = event(), hospital(2)
    ride = transfers.reserve_ride(new_ride(of, facility_id=to.id), by=ME, at=AT)
    transfers.leave(ride.id, by=ME, at=AT + HOUR)
    with refused("ride.same_hand"):
        transfers.take_in(ride.id, facility_id=to.id, by=ME, at=AT + HOUR)
    transfers.take_in(ride.id, facility_id=to.id, by=OTHER, at=AT + 2 * HOUR)
    assert (order(ride.id).state, order(ride.id).done_by, doubts(f"ride:{ride.id}")) == ("done", OTHER, [])


def test_who_comes_elsewhere_or_never_left_is_kept_and_doubted() -> None:
    of, to, other = event(), hospital(2), hospital(2)
    ride = transfers.reserve_ride(new_ride(of, facility_id=to.id), by=ME, at=AT)
    kept = transfers.take_in(ride.id, facility_id=other.id, by=OTHER, at=AT + HOUR)
    assert (kept.arrived_at, kept.freed_at) == (AT + HOUR, AT + HOUR)
    assert doubts(f"ride:{ride.id}") == ["transfer.elsewhere", "transfer.not_left"]


def test_who_left_and_does_not_arrive_is_missed_after_three_hours() -> None:
    ride = transfers.reserve_ride(new_ride(event(), facility_id=hospital().id), by=ME, at=AT)
    transfers.leave(ride.id, by=ME, at=AT)
    assert transfers.raise_lost(AT + 3 * HOUR) == 0
    assert [transfers.raise_lost(AT + 4 * HOUR) for _ in range(2)] == [1, 0]


def test_a_ride_to_a_room_begins_the_stay() -> None:
    of, rooms = event(), site(("101", 1))
    new = new_stay(of, room_id=room(rooms, "101").id)
    stays.reserve_stay(new, by=ME, at=AT)
    ride = transfers.reserve_ride(new_ride(of, stay_id=new.id, person=new.person), by=ME, at=AT)
    transfers.leave(ride.id, by=ME, at=AT)
    assert Stay.objects.get().started_at is None
    transfers.take_in(ride.id, facility_id=rooms.id, by=OTHER, at=AT + HOUR)
    assert Stay.objects.get().started_at == AT + HOUR


def test_disinfecting_a_room_waits_for_the_ride_of_who_was_in_it() -> None:
    of = event()
    ride = transfers.reserve_ride(new_ride(of, facility_id=hospital().id), by=ME, at=AT)
    new = disinfection.NewPlace(
        uuid4(), of.id, "220106", "surface", 50_000, place="room 3 (invented)", after_id=ride.id, area_m2=30
    )
    disinfection.list_place(new, by=ME, at=AT)
    with refused("place.waits"):
        disinfection.apply(new.id, by=ME, at=AT)
    transfers.leave(ride.id, by=ME, at=AT)
    assert disinfection.apply(new.id, by=ME, at=AT + HOUR).done_at == AT + HOUR


def test_what_is_free_and_near_comes_first() -> None:
    near, far, full = site(("1", 1), lat=43.9), site(("1", 1), ("2", 2), lat=44.5), site(lat=43.89)
    here = (43.89, 125.3)
    free = queries.free_now([near.id, far.id, full.id], at=AT)
    rows = queries.offers([near, far, full], free, here=here)
    assert [row.facility_id for row in rows] == [near.id, far.id, full.id]
    with_child = queries.offers([near, far], free, here=here, beds=2, needs=["child"])
    assert [row.facility_id for row in with_child] == [far.id, near.id]
    assert way(*here, 43.9, 125.3).minutes == 2


@pytest.mark.django_db(transaction=True)
def test_two_rides_at_once_never_take_the_same_last_bed() -> None:
    of, to = event(), hospital(2)

    def one(_: int) -> str:
        try:
            return str(transfers.reserve_ride(new_ride(of, facility_id=to.id), by=ME, at=AT).bed_no)
        except Refused as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == ["1", "2", "facility.full", "facility.full"]
