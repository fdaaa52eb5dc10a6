"""One small event for the tests of levels: a dormitory, a workshop, a bus, three cases, who was where; all invented."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from tests.web.pages_world import STREET, areas
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Issue
from yinghuo.desks.response.actions import levels
from yinghuo.desks.response.actions.levels import NewLevel, propose_level
from yinghuo.desks.response.actions.levels_results import NewResult, keep_result
from yinghuo.desks.response.jobs.levels import judge_levels
from yinghuo.desks.response.models import AreaLevel, Case, Contact, Event, Exposure, LevelState, Venue, Visit

PROPOSER, OTHER = "user:1", "user:2"


def moment(day: date, hour: float = 12) -> datetime:
    """A moment of a local day."""
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(hours=hour)


class LevelWorld:
    """The event of a plant, as it looks on `day`: three cases found that day and the day before.

    dormitory: two of the cases live there; workshop: all three worked there for an hour; bus: one rode it;
    canteen:   the contact eats there, and nobody infectious ever did
    """

    def __init__(self, day: date) -> None:
        areas()
        self.day = day
        self.event = Event.objects.create(
            id=uuid4(), number="2201-0001", name="Plant (invented)", area_code=STREET, state="open",
            detected_at=moment(day), notified_at=moment(day), opened_at=moment(day), entry_id=new_id(),
        )  # fmt: skip
        self.dormitory = self.venue("dormitory", "3号宿舍楼412室", "Room 412", "poor", building="3号宿舍楼2单元")
        self.workshop = self.venue("workplace", "总装车间", "Assembly shop", "good")
        self.bus = self.venue("bus", "通勤7号车", "Commuter bus 7", "poor")
        self.canteen = self.venue("canteen", "二食堂", "Canteen 2", "good")
        self.people = [uuid4() for _number in range(3)]
        self.cases = [self.case(person, day) for person in self.people]
        for person in self.people[:2]:
            self.visit(person, self.dormitory, day - timedelta(days=1), 20, 11)
        for person in self.people:
            self.visit(person, self.workshop, day - timedelta(days=1), 9, 1)
        self.visit(self.people[0], self.bus, day - timedelta(days=1), 7, 0.7)
        self.contact_at_workshop(day)

    def venue(self, kind: str, name_zh: str, name_en: str, ventilation: str, *, building: str = "") -> Venue:
        """A place in the street."""
        return Venue.objects.create(
            id=uuid4(), kind=kind, name_zh=name_zh, name_en=name_en, ventilation=ventilation, area_code=STREET,
            building=building, entry_id=new_id(),
        )  # fmt: skip

    def case(self, person: UUID, day: date, **more: object) -> Case:
        """A confirmed case, sampled at noon of a day."""
        given = {"held_as": "confirmed", "area_code": STREET, "sampled_at": moment(day), "reported_at": moment(day)}
        return Case.objects.create(
            id=uuid4(), number=str(new_id())[-12:], event=self.event, person=person, entry_id=new_id(), **given | more
        )

    def visit(self, person: UUID, venue: Venue, day: date, hour: float, hours: float) -> None:
        """Somebody is somewhere for some hours."""
        begins = moment(day, hour)
        Visit.objects.create(
            id=uuid4(), person=person, venue=venue.id, area_code=STREET, begins_at=begins,
            ends_at=begins + timedelta(hours=hours), source="access", entry_id=new_id(),
        )  # fmt: skip

    def contact_at_workshop(self, day: date) -> Contact:
        """Somebody who met the first case in the workshop."""
        contact = Contact.objects.create(
            id=uuid4(), event=self.event, person=uuid4(), area_code=STREET, grade="close", last_on=day, rule="any",
            found_at=moment(day), entry_id=new_id(),
        )  # fmt: skip
        Exposure.objects.create(
            id=uuid4(), contact=contact, case=self.cases[0], venue=self.workshop.id, day=day, minutes=60,
            first_at=moment(day, 9), last_at=moment(day, 10),
        )  # fmt: skip
        return contact

    def proposed(self, rank: str = "high", extent: str = "building", venue: Venue | None = None) -> AreaLevel:
        """A level proposed on the day, of the dormitory unless another place is given."""
        return propose_level(
            NewLevel(
                id=uuid4(), rank=rank, extent=extent, starts_on=self.day, event=self.event,
                venue=(venue or self.dormitory).id,
            ),
            by=PROPOSER, at=moment(self.day, 14),
        )  # fmt: skip

    def in_force(self, rank: str = "high", extent: str = "building", venue: Venue | None = None) -> AreaLevel:
        """The same, confirmed by another and published."""
        row = self.proposed(rank, extent, venue)
        return put_in_force(row, moment(self.day, 15))

    def round(self, level: AreaLevel, day: date, *, swabbed: int = 300, positive: int = 0) -> None:
        """A round of 300 people who live there."""
        new = NewResult(uuid4(), "round", day, 300, swabbed, positive, "Campaign 3, round 7", level=level.id)
        keep_result(new, by=PROPOSER, at=moment(day, 20))


def put_in_force(row: AreaLevel, at: datetime) -> AreaLevel:
    """Confirms what another proposed, and publishes it."""
    why = "no other way" if row.excess else ""
    levels.confirm_level(row.id, because_above=why, by=OTHER, at=at)
    return levels.publish_level(row.id, by=OTHER, at=at)


def after(day: date, days: int) -> date:
    """Some days later."""
    return day + timedelta(days=days)


def refused(code: str, call: Callable[[], object]) -> None:
    """The call must be refused with this code."""
    with pytest.raises(Refused) as error:
        call()
    assert error.value.code == code


def codes() -> set[str]:
    """Codes of all issues."""
    return set(Issue.objects.values_list("code", flat=True))


def run(on: date) -> None:
    """The daily job, in the morning."""
    judge_levels(on, at=moment(on, 6))


def asked_for() -> AreaLevel:
    """The one level that is proposed."""
    return AreaLevel.objects.get(state=LevelState.PROPOSED)
