"""Pages of contacts and venues: both languages, area and role, because without the case, contests, exports."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.desks.response.tracing_world import NOW, TracingWorld
from tests.web.pages_world import (
    CITY,
    NEXT_CITY,
    areas,
    csv_rows,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.people.models import Role, User
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions.contesting import contest
from yinghuo.desks.response.models import Contact, ContactState, Contest, Venue
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def words() -> None:
    """The Chinese of the pages, compiled once."""
    catalogue.compile_all()


@pytest.fixture
def world(settings: object) -> TracingWorld:
    """A plant traced at noon: 1 close by a meal, 2 general by a bus; 3 and 4 met 1 in the dormitory."""
    settings.SCENARIO_CLOCK = NOW.isoformat()
    areas()
    made = TracingWorld()
    for person in (0, 1):
        made.visit(person, "canteen", 5, (12, 13))
    for person in (0, 2):
        made.visit(person, "bus", 6, (7, 7.75))
    for person in (1, 3, 4):
        made.visit(person, "room", 6, (20, 23))
    made.trace()
    return made


def officer(area_code: str = CITY, name: str = "") -> User:
    return user_of(Role.RESPONSE, area_code, name=name or f"officer{area_code}")


def test_an_event_s_contacts_stand_with_their_because_in_both_languages(world: TracingWorld) -> None:
    english, chinese = read_in_both(officer(), page("event_contacts", world.event.number))
    assert "1 close contact of 2 contacts" in english
    assert "Canteen, 60 min on 2022-05-05: at least 15 min" in english
    assert "食堂" in chinese
    assert "密切接触者" in chinese


def test_no_page_of_a_contact_names_the_case(world: TracingWorld) -> None:
    user, case = officer(), world.people[0]
    for address in (page("contact", world.contact(1).id), page("event_contacts", world.event.number)):
        answer = signed_in(user).get(address).content.decode()
        assert str(case) not in answer
        assert case.hex[:8].upper() not in answer


def test_a_contact_s_page_says_where_when_and_how_long_in_both_languages(world: TracingWorld) -> None:
    english, chinese = read_in_both(officer(), page("contact", world.contact(1).id))
    assert "canteen" in english
    assert "protocol in force to May 2022" in english
    assert "虚构canteen" in chinese


def test_who_met_the_most_others_is_to_be_seen_first(world: TracingWorld) -> None:
    said = read(signed_in(officer()), page("event_contacts", world.event.number))
    assert "Whom to see first" in said
    assert world.people[1].hex[:8].upper() in said.split("Whom to see first")[1]


def test_the_list_filters_and_a_file_holds_what_is_shown(world: TracingWorld) -> None:
    client = signed_in(officer())

    def rows(**filters: str) -> int:
        answer = client.get(page("contacts"), {"as": "csv"} | filters)
        return len(answer.getvalue().decode("utf-8-sig").splitlines()) - 1

    assert rows() == 2
    assert rows(grade="close") == rows(state="found", grade="general") == rows(who=world.people[2].hex[:6]) == 1
    assert rows(contested="1") == rows(state="dropped") == 0


@pytest.mark.parametrize("name", ["contacts", "venues"])
def test_lists_read_in_both_languages(world: TracingWorld, name: str) -> None:
    read_in_both(officer(), page(name))


def test_outside_the_area_nothing_exists(world: TracingWorld) -> None:
    stranger = signed_in(officer(NEXT_CITY))
    number, one, place = world.event.number, world.contact(1).id, world.venue("canteen").id
    gone = [page("event_contacts", number), page("contact", one), page("venue", place), page("event_venues", number)]
    assert [stranger.get(address).status_code for address in gone] == [404] * 4
    assert world.people[1].hex[:8].upper() not in read(stranger, page("contacts"))
    assert stranger.post(page("trace_event", number)).status_code == 404


def test_roles_that_have_no_business_here_are_turned_away(world: TracingWorld) -> None:
    assert statuses(page("contacts"), Role.METERING, Role.SAFETY, Role.AUDITOR) == [403, 403, 200]
    auditor = signed_in(user_of(Role.AUDITOR, CITY, name="reads"))
    assert auditor.post(page("trace_event", world.event.number)).status_code == 403


def test_the_button_traces_again(world: TracingWorld) -> None:
    for person in (0, 5):
        world.visit(person, "canteen", 7, (12, 13))
    client = signed_in(officer())
    answer = client.post(page("trace_event", world.event.number), follow=True)
    assert "1 new contact" in text(answer)
    assert world.grades()[5] == "close"


def test_contacts_of_contacts_are_listed_only_after_a_warning(world: TracingWorld) -> None:
    client, address = signed_in(officer()), page("list_second", world.event.number)
    assert "About 2 people" in read(client, address)
    assert Contact.objects.filter(grade="second").count() == 0
    client.post(address)
    assert Contact.objects.filter(grade="second").count() == 2


def test_a_contest_is_taken_down_and_decided_by_another(world: TracingWorld) -> None:
    first, second = officer(), officer(name="second")
    one = world.contact(1)
    form = {"key": str(uuid4()), "ground": "elsewhere", "words": "我不在"}
    assert signed_in(first).post(page("contest_contact", one.id), form).status_code == 302
    found = Contest.objects.get()
    address = page("decide_contest", found.id)
    english, _chinese = read_in_both(second, address)
    assert "我不在" in english
    verdict = {"outcome": "dropped", "reason": "elsewhere", "note": ""}
    own = signed_in(first).post(address, verdict)
    assert own.status_code == 422
    assert "somebody else decides it" in text(own)
    signed_in(second).post(address, verdict)
    assert Contact.objects.get(id=one.id).state == ContactState.DROPPED
    assert Order.objects.get(id=found.order).state == "closed"
    read_in_both(second, page("contact", one.id))


def test_what_was_typed_stays_when_the_form_is_refused(world: TracingWorld) -> None:
    one = world.contact(1)
    contest(one.id, contest_id=uuid4(), ground="other", by="user:9", at=NOW)
    answer = signed_in(officer()).post(
        page("contest_contact", one.id), {"key": str(uuid4()), "ground": "shorter", "words": "只有五分钟"}
    )
    assert answer.status_code == 422
    assert "只有五分钟" in answer.content.decode()


def test_places_of_an_event_rank_by_risk_and_air(world: TracingWorld) -> None:
    Venue.objects.filter(id=world.venue("bus").id).update(ventilation="none")
    address = page("event_venues", world.event.number)
    rows = csv_rows(signed_in(officer()), address)
    assert [row[0] for row in rows[1:]] == ["bus", "canteen"]
    assert [row[-1] for row in rows[1:]] == ["100", "67"]
    read_in_both(officer(name="other"), address)


def test_the_visits_of_a_place_are_for_who_traces(world: TracingWorld) -> None:
    address = page("venue", world.venue("room").id)
    english, _chinese = read_in_both(officer(), address)
    assert world.people[3].hex[:8].upper() in english
    auditor = read(signed_in(user_of(Role.AUDITOR, CITY, name="reads")), address)
    assert world.people[3].hex[:8].upper() not in auditor
    assert "2022-05-06" in auditor
    assert "No visit is on file" in read(signed_in(officer(name="other")), address + "?day=2022-05-01")


def test_a_place_is_registered_in_one_s_own_area_only(world: TracingWorld) -> None:
    client = signed_in(officer())
    form = {
        "key": str(uuid4()),
        "name_zh": "虚构车间",
        "kind": "workplace",
        "ventilation": "good",
        "area_code": "220106001",
    }
    there = client.post(reverse("new_venue"), form | {"area_code": "220203001"})
    assert there.status_code == 422
    assert "虚构车间" in there.content.decode()
    assert client.post(reverse("new_venue"), form).status_code == 302
    assert client.post(reverse("new_venue"), form).status_code == 302
    assert Venue.objects.filter(name_zh="虚构车间").count() == 1


def test_an_event_without_tracing_says_what_to_do(world: TracingWorld) -> None:
    fresh = TracingWorld(area_code="220106002")
    read_in_both(officer(), page("event_contacts", fresh.event.number))
    assert "has not been traced yet" in read(
        signed_in(officer(name="other")), page("event_contacts", fresh.event.number)
    )
