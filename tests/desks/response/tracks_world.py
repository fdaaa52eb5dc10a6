"""One small world for the tracks: an open event, people, a hospital, an isolation site; all of it invented."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from yinghuo.core import ledger
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Issue, Order
from yinghuo.desks.response.actions import facilities, stays, tracks
from yinghuo.desks.response.actions.stays import NewStay
from yinghuo.desks.response.actions.transfers import NewRide
from yinghuo.desks.response.models import Contact, Event, EventState, Facility, Grade, Room, Stay, Step

AT = datetime(2022, 5, 7, 12, 0, tzinfo=UTC)  # 20:00 in Changchun on 7 May
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AREA, STREET = "220106", "220106001"
ME, OTHER = "user:1", "user:2"


def event(number: str = "2201-0001", **more: Any) -> Event:
    """An event that is under way, without tracks."""
    given = {"area_code": AREA, "detected_at": AT - HOUR, "notified_at": AT - HOUR, "opened_at": AT}
    given |= {"state": EventState.OPEN, "name": "plant (invented)", "entry_id": ledger.new_id()}
    return Event.objects.create(id=uuid4(), number=number, **(given | more))


def with_tracks(**more: Any) -> Event:
    """An event with its four tracks."""
    opened = event(**more)
    tracks.open_tracks(opened, by=ME, at=AT)
    return opened


def contact(of: Event, *, last_on: date = date(2022, 5, 6), grade: str = Grade.CLOSE, **more: Any) -> Contact:
    """A contact of an event."""
    given = {"area_code": STREET, "rule": "8th edition", "found_at": AT, "entry_id": ledger.new_id()}
    given |= {"person": uuid4(), "last_on": last_on, "grade": grade}
    return Contact.objects.create(id=uuid4(), event=of, **(given | more))


def step(of: Event, key: str) -> Step:
    """A step as it stands."""
    return Step.objects.get(event=of, key=key)


def tick(of: Event, *keys: str, by: str = ME, at: datetime = AT) -> None:
    """Settles steps as done."""
    for key in keys:
        tracks.tick(step(of, key).id, by=by, at=at)


def order(order_id: UUID) -> Order:
    """An order as it stands."""
    return Order.objects.get(id=order_id)


def user(role: str = "response", area_code: str = AREA, **more: Any) -> User:
    """Somebody who may sign in."""
    given = {"name_en": "Officer (invented)", "language": "en"}
    return User.objects.create_user(f"u{uuid4().hex[:8]}", role=role, area_code=area_code, **(given | more))


@contextmanager
def refused(code: str, **facts: Any) -> Iterator[None]:
    """What is done within is refused with this code and, of its facts, these."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert {name: caught.value.facts[name] for name in facts} == facts


def site(*rooms: tuple[str, int], name: str = "隔离点（虚构）", lat: float = 43.9) -> Facility:
    """An isolation site with rooms of (code, beds)."""
    new = facilities.NewFacility(uuid4(), "site", name, STREET, lat, 125.3, name_en="Site (invented)")
    facility = facilities.add_facility(new, by=ME, at=AT)
    given = [facilities.NewRoom(code, beds, "single" if beds == 1 else "family") for code, beds in rooms]
    facilities.add_rooms(facility.id, given, by=ME, at=AT)
    return facility


def hospital(beds: int = 1, *, kind: str = "isolation", lat: float = 43.88) -> Facility:
    """A hospital that told of so many beds."""
    given = {"kind": "hospital", "name_zh": "医院（虚构）", "area_code": AREA, "id": uuid4()}
    party = register_party(by=ME, at=AT, **given)
    new = facilities.NewFacility(
        party.id, "hospital", party.name_zh, AREA, lat, 125.3, name_en="Hospital (invented)", party_id=party.id
    )
    facility = facilities.add_facility(new, by=ME, at=AT)
    facilities.tell_capacity(facility.id, kind, beds=beds, by=ME, at=AT)
    return facility


def room(facility: Facility, code: str) -> Room:
    """A room by its code."""
    return facility.rooms.get(code=code)


def new_stay(of: Event, **more: Any) -> NewStay:
    """Somebody close, last contact on 6 May, at home unless a room is given."""
    given = {"id": uuid4(), "event_id": of.id, "person": uuid4(), "area_code": STREET, "grade": "close"}
    return NewStay(**(given | {"counted_from": date(2022, 5, 6)} | more))


def begun(of: Event, *, at: datetime = AT, **more: Any) -> Stay:
    """A stay that runs."""
    return stays.begin_stay(new_stay(of, **more), by=ME, at=at)


def new_ride(of: Event, **more: Any) -> NewRide:
    """Somebody to be taken to a hospital's isolation ward, unless said otherwise."""
    given = {"id": uuid4(), "event_id": of.id, "person": uuid4(), "area_code": STREET}
    return NewRide(**(given | ({} if "stay_id" in more else {"bed_kind": "isolation"}) | more))


def doubts(subject: str) -> list[str]:
    """Codes of the doubts on something."""
    return sorted(Issue.objects.filter(subject=subject).values_list("code", flat=True))
