"""A small world for follow-up: an event, contacts under management in one dormitory, a team's phone."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client

from yinghuo.core.people import actions as people
from yinghuo.core.people.identity import pseudonym
from yinghuo.desks.response.models import Case, Contact, Event, Exposure, Venue, Visit

BY = "user:1"
MORNING = datetime(2022, 5, 8, 0, 0, tzinfo=UTC)  # 08:00 in China
DAY = date(2022, 5, 8)
STREET, NEXT_STREET = "220106001", "220204001"


def event(area_code: str = STREET) -> Event:
    """An event that is under way."""
    common = {"detected_at": MORNING, "entry_id": uuid4(), "area_code": area_code}
    return Event.objects.create(
        id=uuid4(), number=f"{area_code[:4]}-{uuid4().hex[:6]}", name="", state="open", **common
    )


def case(of: Event, number: int = 1, **more: Any) -> Case:
    """A case of the event, with a person behind it."""
    person = register(f"C{number:04d}", f"首例{number}", of.area_code)
    given = {"held_as": "confirmed", "reported_at": MORNING, "index_of_event": number == 1, "entry_id": uuid4()}
    return Case.objects.create(
        id=uuid4(), number=f"{of.number}-{number:02d}", event=of, person=person, area_code=of.area_code, **given | more
    )


def register(number: str, name: str, area_code: str = STREET, group: str = "3-201") -> UUID:
    """Somebody invented, sealed; returns the pseudonym."""
    people.register_people([people.NewPerson(number, name, group=group, area_code=area_code)], by=BY, at=MORNING)
    return pseudonym(number)


def contact(of: Event, number: int = 1, **more: Any) -> Contact:
    """A contact under management: last contact on 6 May, until 27 May."""
    area_code = more.pop("area_code", of.area_code)
    given = {
        "person": register(f"K{number:04d}", f"王小{number}", area_code),
        "grade": "close",
        "state": "managed",
        "last_on": date(2022, 5, 6),
        "until": date(2022, 5, 27),
        "rule": "8th edition",
        "because": {"kind": "dormitory", "minutes": 480, "day": "2022-05-06"},
        "found_at": MORNING,
        "entry_id": uuid4(),
    }
    return Contact.objects.create(id=uuid4(), event=of, area_code=area_code, **given | more)


def venue(kind: str = "dormitory", building: str = "3号楼", area_code: str = STREET) -> Venue:
    """A place."""
    return Venue.objects.create(
        id=uuid4(), name_zh="宿舍（虚构）", kind=kind, building=building, area_code=area_code, entry_id=uuid4()
    )


def visit(person: UUID, at: Venue, begins_at: datetime) -> Visit:
    """Somebody was somewhere for an hour."""
    span = {"begins_at": begins_at, "ends_at": begins_at + timedelta(hours=1)}
    return Visit.objects.create(
        id=uuid4(), person=person, venue=at.id, area_code=at.area_code, source="access", entry_id=uuid4(), **span
    )


def exposure(of: Contact, to: Case, at: Venue | None, day: date = date(2022, 5, 6)) -> Exposure:
    """The two were together on a day."""
    moment = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    span = {"first_at": moment, "last_at": moment + timedelta(hours=8), "minutes": 480}
    return Exposure.objects.create(id=uuid4(), contact=of, case=to, venue=at.id if at else None, day=day, **span)


def team(area_code: str = STREET, kind: str = "team") -> str:
    """A phone's token."""
    return people.enrol_device("随访一组", kind, by=BY, at=MORNING, area_code=area_code)[1]


def found(of: Contact, status: str = "seen_well", *, day: date = DAY, **more: Any) -> dict[str, Any]:
    """One visit as the phone sends it."""
    at = f"{day.isoformat()}T10:00:00+08:00"
    since = (day - of.last_on).days
    return (
        {"id": str(uuid4()), "contact": str(of.id), "at": at, "day": day.isoformat(), "day_number": since}
        | {"status": status}
        | more
    )


def send(token: str, *visits: object, **more: Any) -> HttpResponse:
    """A phone sends visits."""
    body = {"sent_at": "2022-05-08T10:01:00+08:00", "schema": 2, "follow-ups": visits} | more
    return Client().post(
        "/api/v1/follow-ups",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def ask(path: str, token: str) -> HttpResponse:
    """A phone asks for something."""
    return Client().get(f"/api/v1/follow-ups/{path}", headers={"Authorization": f"Bearer {token}"})
