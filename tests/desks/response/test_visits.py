"""Visits are facts: kept once by their sender's id, as they came, with one entry that names nobody."""

import json
from datetime import date, timedelta

import pytest

from tests.desks.response.tracing_world import BY, NOW, PLANT, TracingWorld, named, there
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.visits import NewVenue, NewVisit, Shift, keep_roster, keep_visits, register_venue
from yinghuo.desks.response.models import Venue, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TracingWorld:
    return TracingWorld()


def some(world: TracingWorld, count: int) -> list[NewVisit]:
    venue = world.venue("canteen").id
    return [NewVisit(named(one), world.people[one], venue, there(6, 12), there(6, 13)) for one in range(count)]


def test_a_visit_sent_twice_is_one_visit(world: TracingWorld) -> None:
    assert keep_visits(some(world, 2), by=BY, at=NOW) == 2
    assert keep_visits(some(world, 3), by=BY, at=NOW) == 1
    assert Visit.objects.count() == 3
    assert [json.loads(one.body)["count"] for one in Entry.objects.filter(kind="visits.kept").order_by("id")] == [2, 1]


def test_nothing_new_enters_nothing(world: TracingWorld) -> None:
    keep_visits(some(world, 2), by=BY, at=NOW)
    assert keep_visits(some(world, 2), by=BY, at=NOW) == keep_visits([], by=BY, at=NOW) == 0
    assert Entry.objects.filter(kind="visits.kept").count() == 1


def test_a_visit_to_a_place_that_nobody_knows_is_kept_in_the_sender_s_area(world: TracingWorld) -> None:
    keep_visits([NewVisit(named(1), world.people[1], named("?"), there(6, 12))], by=BY, at=NOW, area_code="220203")
    assert Visit.objects.get().area_code == "220203"


def test_a_visit_takes_the_area_of_its_place(world: TracingWorld) -> None:
    keep_visits(some(world, 1), by=BY, at=NOW, area_code="220203")
    assert Visit.objects.get().area_code == world.venue("canteen").area_code


def test_the_entry_names_neither_person_nor_visit(world: TracingWorld) -> None:
    rows = some(world, 2)
    keep_visits(rows, by=BY, at=NOW)
    said = Entry.objects.get(kind="visits.kept").body
    assert not [row for row in rows if str(row.person) in said or str(row.id) in said]
    assert set(json.loads(said)) == {"count", "digest", "received"}


def test_a_roster_puts_its_members_together_every_night(world: TracingWorld) -> None:
    Person.objects.filter(id__in=world.people[:3]).update(group="3-204")
    nights = Shift(date(2022, 5, 3), date(2022, 5, 6), "22:30", timedelta(hours=8))
    assert keep_roster(world.venue("room").id, "3-204", nights, by=BY, at=NOW) == 12
    assert keep_roster(world.venue("room").id, "3-204", nights, by=BY, at=NOW) == 0
    first = Visit.objects.order_by("begins_at").first()
    assert (first.begins_at, first.ends_at, first.source) == (there(3, 22.5), there(4, 6.5), "roster")
    world.trace()
    assert world.grades() == {1: "close", 2: "close"}


@pytest.mark.parametrize(("group", "days"), [("", 1), ("3-204", 40), ("3-204", -1)])
def test_a_roster_without_group_or_of_too_many_days_is_refused(world: TracingWorld, group: str, days: int) -> None:
    shift = Shift(date(2022, 5, 3), date(2022, 5, 3) + timedelta(days=days), "22:30", timedelta(hours=8))
    with pytest.raises(Refused, match=r"visit\.roster"):
        keep_roster(world.venue("room").id, group, shift, by=BY, at=NOW)


def test_a_place_registered_twice_is_one_place(world: TracingWorld) -> None:
    new = NewVenue(named("gate"), "虚构门卫室", "other", "220106001", party_id=PLANT)
    assert register_venue(new, by=BY, at=NOW) == register_venue(new, by=BY, at=NOW)
    assert Entry.objects.filter(kind="venue.registered", subject=f"venue:{new.id}").count() == 1
    assert Venue.objects.filter(id=new.id).count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"name_zh": " "}, "name.missing"), ({"kind": "moon"}, "venue.kind"), ({"ventilation": "?"}, "venue.air")],
)
def test_a_place_without_name_or_of_no_known_kind_is_refused(
    world: TracingWorld, change: dict[str, str], code: str
) -> None:
    new = NewVenue(named("gate"), "虚构门卫室", "other", "220106001")._replace(**change)
    with pytest.raises(Refused) as refused:
        register_venue(new, by=BY, at=NOW)
    assert refused.value.code == code
