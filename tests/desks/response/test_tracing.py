"""Tracing an event: who becomes a contact of which grade and why, again and again, by the rule in force on the date."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.desks.response.tracing_world import BY, NOW, TracingWorld
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import tracing
from yinghuo.desks.response.models import Contact, ContactState, Exposure, Trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TracingWorld:
    return TracingWorld()


def test_who_shared_a_meal_is_close_and_who_shared_a_bus_is_not(world: TracingWorld) -> None:
    for person in (0, 1):
        world.visit(person, "canteen", 6, (11.5, 12))
    for person in (0, 2):
        world.visit(person, "bus", 6, (7, 7.75))
    traced = world.trace()
    assert world.grades() == {1: "close", 2: "general"}
    assert (traced.counts["close"], traced.counts["general"], traced.counts["new"]) == (1, 1, 2)


def test_the_because_names_place_minutes_and_day_but_never_the_case(world: TracingWorld) -> None:
    for person in (0, 1):
        world.visit(person, "canteen", 6, (11.5, 12))
    world.trace()
    because = world.contact(1).because
    assert because == {
        "kind": "canteen", "minutes": 30, "day": "2022-05-06", "least": 15,
        "codes": ["long_enough", "together_unprotected"],
    }  # fmt: skip
    assert str(world.people[0]) not in json.dumps(because)


def test_protection_makes_a_general_contact_at_work_but_not_at_table(world: TracingWorld) -> None:
    world.visit(0, "workshop", 6, (8, 10))
    world.visit(1, "workshop", 6, (8, 10), protected=True)
    world.visit(2, "workshop", 6, (8, 10))
    world.visit(0, "canteen", 6, (12, 12.5))
    world.visit(3, "canteen", 6, (12, 12.5), protected=True)
    world.trace()
    assert world.grades() == {1: "general", 2: "close", 3: "close"}


def test_members_of_one_line_are_close_from_the_first_minutes(world: TracingWorld) -> None:
    Person.objects.filter(id__in=[world.people[0], world.people[1]]).update(group="一线")
    for person in (0, 1, 2):
        world.visit(person, "workshop", 6, (8, 8.25))
    world.trace()
    assert world.grades() == {1: "close", 2: "general"}
    assert world.contact(1).because["codes"] == ["same_group", "unprotected"]


def test_the_look_back_is_four_days_in_may_and_two_in_july() -> None:
    world = TracingWorld(onset=date(2022, 5, 7))
    for day in (2, 3, 5):
        world.visit(0, "canteen", day, (12, 13))
    for person, day in ((1, 2), (2, 3), (3, 5)):
        world.visit(person, "canteen", day, (12, 13))
    world.trace()
    assert world.grades() == {2: "close", 3: "close"}, "2 May lies more than 4 days before"
    later = TracingWorld(area_code="220203001", onset=date(2022, 5, 7))
    for person, day in ((0, 3), (0, 5), (1, 3), (2, 5)):
        later.visit(person, "canteen", day, (12, 13), source="access")
    assert later.trace(at=datetime(2022, 7, 1, tzinfo=UTC)).rule == "9th edition"
    assert later.grades() == {2: "close"}


def test_management_lasts_as_long_as_the_rule_in_force_says() -> None:
    lasting = {}
    for number, at in enumerate([NOW, NOW + timedelta(days=60), NOW + timedelta(days=200)]):
        world = TracingWorld(area_code=f"22010600{number + 1}")
        for person in (0, 1):
            world.visit(person, "canteen", 6, (12, 13))
        rule = world.trace(at=at).rule
        lasting[rule] = (world.contact(1).until - date(2022, 5, 6)).days
    assert lasting == {"8th edition": 21, "9th edition": 10, "20 measures": 8}


def test_tracing_twice_changes_nothing(world: TracingWorld) -> None:
    for person in (0, 1, 2):
        world.visit(person, "canteen", 6, (12, 13))
    world.trace()
    before = (list(Contact.objects.order_by("id").values()), list(Exposure.objects.order_by("id").values()))
    again = world.trace(at=NOW + timedelta(hours=1))
    assert (list(Contact.objects.order_by("id").values()), list(Exposure.objects.order_by("id").values())) == before
    assert (again.counts["new"], again.counts["raised"]) == (0, 0)
    assert Trace.objects.count() == Entry.objects.filter(kind="contacts.traced").count() == 2


def test_a_later_fact_raises_a_grade_and_none_ever_falls(world: TracingWorld) -> None:
    for person in (0, 1):
        world.visit(person, "bus", 5, (7, 8))
    world.trace()
    assert world.grades() == {1: "general"}
    for person in (0, 1):
        world.visit(person, "room", 6, (0, 6))
    assert world.trace().counts["raised"] == 1
    assert world.grades() == {1: "close"}
    assert world.contact(1).last_on == date(2022, 5, 6)
    world.case.onset_on = date(2022, 6, 1)
    world.case.save(update_fields=["onset_on"])
    world.trace()
    assert world.grades() == {1: "close"}


def test_a_contact_that_became_a_case_says_so_and_both_sides_are_kept(world: TracingWorld) -> None:
    for person in (0, 1):
        world.visit(person, "canteen", 6, (12, 13))
    world.trace()
    world.add_case(1)
    world.trace()
    assert world.contact(1).state == ContactState.CASE
    assert {one.case.person for one in Exposure.objects.all()} == {world.people[0], world.people[1]}


def test_the_index_case_is_nobody_s_contact(world: TracingWorld) -> None:
    world.case.index_of_event = True
    world.case.save(update_fields=["index_of_event"])
    world.add_case(1)
    for person in (0, 1):
        world.visit(person, "canteen", 6, (12, 13))
    world.trace()
    assert world.contact(0) is None
    assert world.contact(1).state == ContactState.CASE


def test_a_visit_without_an_end_lasts_as_long_as_its_kind_of_place_says(world: TracingWorld) -> None:
    world.visit(0, "canteen", 6, (12, None))
    world.visit(1, "canteen", 6, (12.5, 13))
    world.visit(2, "canteen", 6, (13.25, 14))
    assert world.trace().counts["no_end"] == 1
    assert world.grades() == {1: "close"}


def test_a_clock_that_ran_back_is_kept_and_read_as_no_end(world: TracingWorld) -> None:
    world.visit(0, "canteen", 6, (12, 3))
    world.visit(1, "canteen", 6, (12.5, 13))
    assert world.trace().counts["before_start"] == 1
    assert world.grades() == {1: "close"}


def test_the_second_generation_is_counted_and_ranked_and_listed_only_when_asked(world: TracingWorld) -> None:
    for person in (0, 1):
        world.visit(person, "canteen", 4, (12, 13))
    for person in (1, 2, 3):
        world.visit(person, "room", 5, (20, 23))
    traced = world.trace()
    assert (traced.counts["second"], traced.ranked) == (2, [(world.people[1], 2, 2)])
    assert world.grades() == {1: "close"}
    assert tracing.list_second(world.event.id, by=BY, at=NOW) == 2
    assert world.grades() == {1: "close", 2: "second", 3: "second"}
    assert world.contact(2).exposures.get().via == world.contact(1)
    assert tracing.list_second(world.event.id, by=BY, at=NOW) == 0


def test_from_november_2022_contacts_of_contacts_are_not_determined(world: TracingWorld) -> None:
    with pytest.raises(Refused, match=r"trace\.no_second"):
        tracing.list_second(world.event.id, by=BY, at=datetime(2022, 11, 12, tzinfo=UTC))


def test_the_ledger_holds_counts_and_no_person(world: TracingWorld) -> None:
    for person in (0, 1):
        world.visit(person, "canteen", 6, (12, 13))
    world.trace()
    entry = Entry.objects.get(kind="contacts.traced")
    assert json.loads(entry.body)["close"] == 1
    said = "".join(Entry.objects.values_list("body", flat=True))
    assert not [person for person in world.people if str(person) in said]


def test_an_event_without_a_known_person_is_refused_with_its_reason(world: TracingWorld) -> None:
    world.case.person = None
    world.case.save(update_fields=["person"])
    with pytest.raises(Refused, match=r"trace\.no_case"):
        world.trace()
