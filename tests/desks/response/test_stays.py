"""Stays: a basis, a ceiling, an end; rooms hold nobody unrelated; a change of the rules never lengthens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from tests.desks.response.tracks_world import (
    AT,
    DAY,
    ME,
    OTHER,
    STREET,
    begun,
    contact,
    doubts,
    event,
    new_stay,
    order,
    refused,
    room,
    site,
)
from yinghuo.core.people.actions import NewPerson, register_people
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions import stays
from yinghuo.desks.response.jobs import assays
from yinghuo.desks.response.models import Occupancy, Room, Stay, StayTerm
from yinghuo.desks.response.rules.stays import terms_of
from yinghuo.desks.response.rules.versions import version_on

pytestmark = pytest.mark.django_db
JUNE_27, JUNE_28 = datetime(2022, 6, 27, 1, tzinfo=UTC), datetime(2022, 6, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "facility_until", "until"),
    [
        (date(2022, 5, 10), date(2022, 5, 20), date(2022, 5, 27)),
        (date(2022, 7, 10), date(2022, 5, 13), date(2022, 5, 16)),
        (date(2022, 11, 20), date(2022, 5, 11), date(2022, 5, 14)),
    ],
)
def test_the_last_day_follows_from_the_version_in_force(day: date, facility_until: date, until: date) -> None:
    terms = terms_of("close", date(2022, 5, 6), version_on(day))
    assert terms
    assert (terms.last(stage="facility"), terms.last(stage="home")) == (facility_until, until)


def test_a_stay_has_basis_rule_and_the_last_day_of_the_rule() -> None:
    of = event()
    near = contact(of)
    stay = begun(of, person=near.person, contact_id=near.id, room_id=room(site(("101", 1)), "101").id)
    assert (stay.basis, stay.rule, stay.until, stay.ceiling_on) == (
        "contact_39",
        "8th edition",
        date(2022, 5, 20),
        date(2022, 5, 20),
    )
    near.refresh_from_db()
    assert near.state == "managed"
    assert [term.sort for term in stay.terms.all()] == ["rule"]


def test_the_same_stay_begun_twice_is_one_stay() -> None:
    new = new_stay(event())
    assert stays.begin_stay(new, by=ME, at=AT) == stays.begin_stay(new, by=OTHER, at=AT + DAY)
    assert Stay.objects.get().started_at == AT


def test_nobody_is_isolated_whom_the_rule_does_not_restrict_or_whose_days_are_past() -> None:
    of = event()
    with refused("stay.no_ground"):
        begun(of, grade="general")
    with refused("stay.over", until=date(2022, 4, 21)):
        begun(of, counted_from=date(2022, 3, 31))
    with refused("stay.no_ground", rule="20 measures"):
        begun(of, grade="second", at=datetime(2022, 11, 12, tzinfo=UTC), counted_from=date(2022, 11, 11))
    assert not Stay.objects.exists()


def test_an_end_beyond_the_ceiling_needs_a_reason_and_is_a_doubt_for_oversight() -> None:
    stay = begun(event())
    with refused("access.reason"):
        stays.set_until(stay.id, until=stay.ceiling_on + DAY, reason=" ", by=ME, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.filter(id=stay.id).update(until=stay.ceiling_on + DAY)
    longer = stays.set_until(stay.id, until=stay.ceiling_on + DAY, reason="result is late", by=ME, at=AT)
    assert longer.beyond == "result is late"
    assert doubts(f"stay:{stay.id}") == ["stay.beyond_ceiling"]
    shorter = stays.set_until(stay.id, until=stay.ceiling_on - DAY, reason="rule", by=ME, at=AT)
    assert (shorter.beyond, StayTerm.objects.filter(stay=stay).count()) == ("", 3)


def test_a_room_holds_nobody_unrelated() -> None:
    of, family = event(), uuid4()
    rooms = site(("201", 2))
    first = begun(of, room_id=room(rooms, "201").id, together=family)
    with refused("room.unrelated", room="201"):
        begun(of, room_id=room(rooms, "201").id)
    second = begun(of, room_id=room(rooms, "201").id, together=family)
    assert {first.bed, second.bed} == {1, 2}
    with refused("room.full", beds=2):
        begun(of, room_id=room(rooms, "201").id, together=family)
    with pytest.raises(IntegrityError), transaction.atomic():
        Occupancy.objects.create(id=uuid4(), room=room(rooms, "201"), together=uuid4(), begins_at=AT)


def test_a_room_is_free_again_when_the_last_of_them_has_left() -> None:
    of, family, rooms = event(), uuid4(), site(("201", 2))
    both = [begun(of, room_id=room(rooms, "201").id, together=family) for _ in range(2)]
    stays.end_stay(both[0].id, end="completed", by=ME, at=AT + DAY)
    with refused("room.unrelated"):
        begun(of, room_id=room(rooms, "201").id)
    stays.end_stay(both[1].id, end="early", reason="negative twice", by=ME, at=AT + DAY)
    assert begun(of, room_id=room(rooms, "201").id).bed == 1


def test_an_early_release_says_why_and_cancels_what_is_due() -> None:
    of = event()
    near = contact(of, until=date(2022, 5, 27))
    stay = begun(of, person=near.person, contact_id=near.id)
    assert assays.open_due(date(2022, 5, 7), at=AT) == 1
    with refused("access.reason"):
        stays.end_stay(stay.id, end="early", by=ME, at=AT)
    stays.end_stay(stay.id, end="early", reason="no contact after all", by=ME, at=AT)
    assert Order.objects.get(kind="response.assay").state == "cancelled"


def test_a_contact_is_released_when_all_days_are_served() -> None:
    of = event()
    near = contact(of, until=date(2022, 5, 27))
    inside = begun(of, person=near.person, contact_id=near.id, room_id=room(site(("1", 1)), "1").id)
    stays.end_stay(inside.id, end="completed", by=ME, at=AT + 13 * DAY)
    near.refresh_from_db()
    assert near.state == "managed"
    home = begun(of, person=near.person, contact_id=near.id, at=AT + 13 * DAY)
    assert home.until == date(2022, 5, 27)
    stays.end_stay(home.id, end="completed", by=ME, at=AT + 20 * DAY)
    near.refresh_from_db()
    assert near.state == "released"


def test_after_the_site_the_rest_is_at_home_and_nothing_beyond() -> None:
    of = event()
    near = contact(of)
    inside = begun(of, person=near.person, contact_id=near.id, room_id=room(site(("1", 1)), "1").id)
    home = stays.go_home(inside.id, by=ME, at=AT + 13 * DAY)
    assert stays.go_home(inside.id, by=ME, at=AT + 14 * DAY) == home
    assert (home.stage, home.counted_from, home.until) == ("home", date(2022, 5, 6), date(2022, 5, 27))
    with refused("stay.at_home"):
        stays.go_home(home.id, by=ME, at=AT + 13 * DAY)
    late = begun(of, room_id=room(site(("2", 1)), "2").id)
    with refused("stay.over"):
        stays.go_home(late.id, by=ME, at=AT + 30 * DAY)
    late.refresh_from_db()
    assert late.ended_at is None


def test_a_new_rule_shortens_running_stays_at_once() -> None:
    stay = begun(event(), at=JUNE_27, counted_from=date(2022, 6, 24))
    assert stay.until == date(2022, 7, 15)
    assert stays.rejudge(date(2022, 6, 27), at=JUNE_27) == 0
    assert stays.rejudge(date(2022, 6, 28), at=JUNE_28) == 1
    assert stays.rejudge(date(2022, 6, 28), at=JUNE_28) == 0
    stay.refresh_from_db()
    assert (stay.rule, stay.until, stay.ceiling_on) == ("9th edition", date(2022, 7, 4), date(2022, 7, 4))
    assert [term.sort for term in stay.terms.order_by("at")] == ["rule", "shorter"]


def test_who_is_no_longer_restricted_goes_today() -> None:
    november = datetime(2022, 11, 10, 1, tzinfo=UTC)
    stay = begun(event(), at=november, grade="second", counted_from=date(2022, 11, 9))
    stays.rejudge(date(2022, 11, 11), at=november + DAY)
    stay.refresh_from_db()
    assert stay.until == date(2022, 11, 11)


def test_a_longer_end_is_only_proposed_until_a_person_confirms_it() -> None:
    stay = begun(event(), at=JUNE_28, grade="second", counted_from=date(2022, 6, 27))
    Stay.objects.filter(id=stay.id).update(until=date(2022, 7, 1), ceiling_on=date(2022, 7, 1))
    assert [stays.rejudge(date(2022, 5, 10), at=JUNE_28) for _ in range(2)] == [0, 0]
    proposed = StayTerm.objects.get(stay=stay, sort="proposed")
    stay.refresh_from_db()
    assert (stay.until, order(proposed.id).kind) == (date(2022, 7, 1), "response.stay_rule")
    assert stays.confirm_term(proposed.id, by=OTHER, at=JUNE_28).until == date(2022, 7, 4)


def test_assays_of_the_rule_are_orders_of_their_day_once() -> None:
    stay = begun(event(), at=datetime(2022, 7, 3, 1, tzinfo=UTC), counted_from=date(2022, 7, 1))
    days = [date(2022, 7, day) for day in range(1, 13)]
    opened = [day.day for day in days if assays.open_due(day, at=AT)]
    assert opened == [3, 4, 6, 8, 11]
    assert [assays.open_due(day, at=AT) for day in days] == [0] * 12
    assert set(Order.objects.filter(kind="response.assay").values_list("subject", flat=True)) == {f"stay:{stay.id}"}


def test_a_stay_past_its_end_is_a_doubt() -> None:
    stay = begun(event())
    assert assays.raise_past_end(stay.until, at=AT) == 0
    assert assays.raise_past_end(stay.until + DAY, at=AT + 30 * DAY) == 1
    assert doubts(f"stay:{stay.id}") == ["stay.past_end"]


def test_an_objection_to_a_stay_is_an_objection_of_the_person() -> None:
    person = NewPerson("11010519491231002X", "试验（虚构）", area_code=STREET)
    register_people([person], by=ME, at=AT)
    stay = begun(event(), person=person.pseudonym)
    objection = stays.object_to_stay(stay.id, text="I was not there (invented)", by=f"stay:{stay.id}", at=AT)
    assert objection.person_id == person.pseudonym


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_get_the_same_last_bed() -> None:
    of, rooms, family = event(), site(("301", 3)), uuid4()

    def one(_: int) -> str:
        try:
            return f"bed {begun(of, room_id=Room.objects.get(facility=rooms).id, together=family).bed}"
        except Refused as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(one, range(5))) == ["bed 1", "bed 2", "bed 3", "room.full", "room.full"]
