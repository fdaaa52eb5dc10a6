"""The same event played through the desk's actions in May, July and November 2022: contacts, management, levels."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tests.desks.response.levels_world import PROPOSER, LevelWorld, moment, put_in_force
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import tracing
from yinghuo.desks.response.jobs.levels import judge_levels
from yinghuo.desks.response.models import AreaLevel, Contact, LevelState
from yinghuo.desks.response.queries.risk import places_of

pytestmark = pytest.mark.django_db
MAY, JULY, NOVEMBER = date(2022, 5, 8), date(2022, 7, 8), date(2022, 11, 18)


class Replay:
    """The event on a day: a room mate of a case, somebody met four days before, somebody the room mate met."""

    def __init__(self, day: date) -> None:
        self.world, self.day = LevelWorld(day), day
        Contact.objects.all().delete()
        self.mate, self.long_ago, self.mates_friend = uuid4(), uuid4(), uuid4()
        case, yesterday, before = self.world.people[0], day - timedelta(days=1), day - timedelta(days=4)
        self.world.visit(self.mate, self.world.dormitory, yesterday, 20, 11)
        for person in (case, self.long_ago):
            self.world.visit(person, self.world.canteen, before, 12, 2)
        for person in (self.mate, self.mates_friend):
            self.world.visit(person, self.world.canteen, day, 8, 2)
        tracing.trace(self.world.event.id, by=PROPOSER, at=moment(day, 14))

    def contact(self, person: UUID) -> Contact | None:
        """This person as a contact of the event."""
        return self.world.event.contacts.filter(person=person).first()

    def levels(self) -> list[tuple[str, int, int]]:
        """The dormitory from high to its end: level, first and last day, counted from the day of the event."""
        put_in_force(self.world.proposed(), moment(self.day, 15))
        self.world.round(AreaLevel.objects.get(), self.day + timedelta(days=7))
        for number in range(1, 20):
            self.morning(self.day + timedelta(days=number))
        rows = AreaLevel.objects.order_by("starts_on", "proposed_at")
        return [(row.rank, (row.starts_on - self.day).days, (row.ended_on - self.day).days) for row in rows]

    def morning(self, day: date) -> None:
        """The daily job proposes, the duty officer confirms."""
        judge_levels(day, at=moment(day, 21))
        for row in AreaLevel.objects.filter(state=LevelState.PROPOSED):
            put_in_force(row, moment(day, 22))


def test_somebody_met_four_days_before_is_a_contact_in_may_alone() -> None:
    found = {}
    for day in (MAY, JULY, NOVEMBER):
        with transaction.atomic():
            replay = Replay(day)
            found[day] = (replay.contact(replay.long_ago) is not None, replay.contact(replay.mate) is not None)
            transaction.set_rollback(True)
    assert found == {MAY: (True, True), JULY: (False, True), NOVEMBER: (False, True)}


@pytest.mark.parametrize(
    ("day", "days", "rule"), [(MAY, 21, "8th edition"), (JULY, 10, "9th edition"), (NOVEMBER, 8, "20 measures")]
)
def test_a_close_contact_is_managed_as_long_as_the_rule_of_the_day_says(day: date, days: int, rule: str) -> None:
    replay = Replay(day)
    contact = replay.contact(replay.mate)
    assert contact
    assert (contact.grade, contact.rule, contact.until) == ("close", rule, contact.last_on + timedelta(days=days))


@pytest.mark.parametrize("day", [MAY, JULY])
def test_contacts_of_contacts_are_listed_in_may_and_july(day: date) -> None:
    replay = Replay(day)
    tracing.list_second(replay.world.event.id, by=PROPOSER, at=moment(day, 14))
    contact = replay.contact(replay.mates_friend)
    assert contact
    assert (contact.grade, contact.until) == ("second", contact.last_on + timedelta(days=7))


def test_contacts_of_contacts_are_no_longer_determined_in_november() -> None:
    replay = Replay(NOVEMBER)
    with pytest.raises(Refused, match=r"trace\.no_second"):
        tracing.list_second(replay.world.event.id, by=PROPOSER, at=moment(NOVEMBER, 14))
    assert replay.contact(replay.mates_friend) is None


@pytest.mark.parametrize(
    ("day", "levels"),
    [(MAY, ["high", "medium", "none"]), (JULY, ["high", "medium", "none"]), (NOVEMBER, ["high", "none", "none"])],
)
def test_dormitory_workshop_and_bus_are_judged_by_the_rule_of_the_day(day: date, levels: list[str]) -> None:
    world = Replay(day).world
    found = {one.venue.id: one.suggestion.level for one in places_of(world.event, on=day)}
    assert [found[venue.id] for venue in (world.dormitory, world.workshop, world.bus)] == levels


@pytest.mark.parametrize(
    ("day", "steps"),
    [
        (MAY, [("high", 0, 14), ("low", 14, 14)]),
        (JULY, [("high", 0, 7), ("medium", 7, 10), ("low", 10, 10)]),
        (NOVEMBER, [("high", 0, 5), ("low", 5, 5)]),
    ],
)
def test_the_dormitory_is_high_for_fourteen_ten_and_five_days(day: date, steps: list[tuple[str, int, int]]) -> None:
    assert Replay(day).levels() == steps
