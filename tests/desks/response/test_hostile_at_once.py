"""Two at the same moment: one result, the loser is told, nothing falls over; and clocks and days that are odd."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.at_once import together
from tests.desks.response import followups_world as people
from tests.desks.response import levels_world
from tests.desks.response import tracks_world as tracks
from tests.desks.response.cases_world import AT, BY, NUMBERLESS, STREET, WANG, case, plant, region, report
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions import contesting, disinfection, needs, stays, transfers
from yinghuo.desks.response.actions.cases import close_event, judge_case, merge_cases, merge_events, open_event
from yinghuo.desks.response.actions.contesting import Verdict
from yinghuo.desks.response.models import (
    AreaLevel,
    Case,
    Contest,
    Disinfection,
    Event,
    EventState,
    Facility,
    Judgement,
    Merge,
    Need,
    Report,
    Stay,
    Step,
    Transfer,
)

at_once = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


@pytest.fixture
def event() -> Event:
    """An event under way, with its tracks."""
    return tracks.with_tracks(number="2201-9001", area_code=STREET)


@at_once
def test_one_report_sent_twice_at_once_is_one() -> None:
    region()
    told = uuid4()
    assert together(*[lambda: report(id=told, kept_at=AT)] * 2) == []
    assert (Report.objects.count(), Case.objects.count(), Event.objects.count()) == (1, 1, 1)


@at_once
def test_two_who_merge_in_opposite_directions_merge_once() -> None:
    region()
    one, two = case(), case()
    given: dict[str, Any] = {"reason": "one person", "by": BY, "at": AT}
    cases = together(
        lambda: merge_cases(one.id, into=two.id, **given), lambda: merge_cases(two.id, into=one.id, **given)
    )
    events = together(
        lambda: merge_events(one.event_id, into=two.event_id, **given),
        lambda: merge_events(two.event_id, into=one.event_id, **given),
    )
    assert (cases, events) == (["case.merged"], ["event.merged"])
    assert sorted(Merge.objects.values_list("what", flat=True)) == ["case", "event"]


@at_once
def test_two_who_judge_one_case_leave_both_judgements_and_one_state() -> None:
    region()
    one = case()

    def judge(held_as: str, by: str) -> Act:
        return lambda: judge_case(one.id, held_as=held_as, reason="seen", by=by, at=AT)

    assert together(judge("confirmed", "user:1"), judge("discarded", "user:2")) == []
    latest = Judgement.objects.order_by("-id")[:2]
    assert {row.held_as for row in latest} == {"confirmed", "discarded"}
    assert Case.objects.get(id=one.id).held_as == next(row for row in latest if row.was != "draft").held_as


@at_once
def test_two_who_decide_one_contest_decide_it_once(event: Event) -> None:
    contact = people.contact(event)
    one = contesting.contest(contact.id, contest_id=uuid4(), ground="elsewhere", by=BY, at=AT)

    def decide(outcome: str, by: str) -> Act:
        return lambda: contesting.decide(one.id, Verdict(outcome, "elsewhere"), by=by, at=AT)

    assert together(decide("dropped", "user:2"), decide("stands", "user:3")) == ["contest.decided"]
    contact.refresh_from_db()
    assert (Contest.objects.get().outcome == "dropped") == (contact.state == "dropped")


@at_once
def test_the_last_bed_of_a_site_and_of_a_hospital_is_given_once(event: Event) -> None:
    room, hospital = tracks.room(tracks.site(("101", 1)), "101"), tracks.hospital(1)
    beds = [tracks.new_stay(event, room_id=room.id, together=UUID(int=1)) for _ in range(2)]
    rides = [tracks.new_ride(event, facility_id=hospital.id) for _ in range(2)]
    assert together(*[lambda new=new: stays.reserve_stay(new, by=BY, at=AT) for new in beds]) == ["room.full"]
    assert together(*[lambda new=new: _ride(new) for new in rides]) == ["facility.full"]
    assert (Stay.objects.count(), Transfer.objects.count()) == (1, 1)


@at_once
def test_one_person_sent_to_two_places_at_once_goes_to_one_and_the_second_officer_is_told(event: Event) -> None:
    one, site = uuid4(), tracks.site(("101", 1), ("102", 1))
    rooms = [tracks.new_stay(event, person=one, room_id=tracks.room(site, code).id) for code in ("101", "102")]
    homes = [tracks.new_stay(event, person=UUID(int=9)) for _ in range(2)]
    rides = [tracks.new_ride(event, person=one, facility_id=tracks.hospital(1).id) for _ in range(2)]
    for both in (rooms, homes):
        assert together(*[lambda new=new: stays.begin_stay(new, by=BY, at=AT) for new in both]) == ["stay.running"]
    assert together(*[lambda new=new: _ride(new) for new in rides]) == ["ride.held"]
    assert (Stay.objects.count(), Transfer.objects.count(), Facility.objects.count()) == (2, 1, 3)


@at_once
def test_a_form_sent_twice_at_once_is_one_stay_ride_request_place(event: Event) -> None:
    stay, hospital = tracks.begun(event, at=AT), tracks.hospital(2)
    home, ride = tracks.new_stay(event), tracks.new_ride(event, facility_id=hospital.id)
    need = needs.NewNeed(uuid4(), stay.id, "food")
    given: dict[str, Any] = {"area_code": STREET, "target": "surface", "stock_mg_l": 50_000, "place": "hall"}
    place = disinfection.NewPlace(uuid4(), event.id, area_m2=Decimal(10), **given)
    acts: list[Act] = [
        lambda: stays.begin_stay(home, by=BY, at=AT),
        lambda: _ride(ride),
        lambda: needs.ask(need, by=BY, at=AT),
        lambda: disinfection.list_place(place, by=BY, at=AT),
    ]
    for act in acts:
        assert together(act, act) == []
    counts = [rows.objects.count() for rows in (Stay, Transfer, Need, Disinfection)]
    assert counts == [2, 1, 1, 1]


@at_once
def test_an_event_opened_twice_at_once_has_its_tracks_once() -> None:
    region()
    one = case()
    assert together(*[lambda: open_event(one.event_id, by=BY, at=AT)] * 2) == []
    assert Step.objects.filter(event=one.event_id).count() == 19


@at_once
@pytest.mark.parametrize("_turn", range(3))
def test_a_report_that_comes_while_its_event_ends_is_never_a_case_of_an_ended_event(_turn: int) -> None:
    region()
    party = plant()
    one = _ruled_out(case(party_id=party))
    refused = together(lambda: close_event(one.event_id, by=BY, at=AT), lambda: report(NUMBERLESS, party_id=party))
    late = Case.objects.exclude(id=one.id).get()
    state = Event.objects.get(id=one.event_id).state
    ended = (late.event_id != one.event_id, refused, state) == (True, [], EventState.CLOSED)
    assert ended or (late.event_id, refused, state) == (one.event_id, ["event.not_ended"], EventState.DRAFT)


@at_once
def test_two_who_propose_a_level_for_one_place_propose_it_once() -> None:
    world = levels_world.LevelWorld(date(2022, 5, 8))
    assert together(world.proposed, lambda: world.proposed("medium")) == ["level.asked_for"]
    assert AreaLevel.objects.count() == 1


@pytest.mark.django_db
def test_somebody_ruled_out_and_reported_again_is_a_new_draft_that_somebody_must_look_at() -> None:
    region()
    party = plant()
    first = _ruled_out(case(party_id=party))
    again = case(WANG, party_id=party, at=AT + timedelta(days=5))
    assert (again.event_id, again.id != first.id, again.held_as) == (first.event_id, True, "draft")
    assert Order.objects.filter(subject=f"case:{again.id}", kind="response.check", state="open").exists()


def _ride(new: Any) -> Transfer:
    return transfers.reserve_ride(new, by=BY, at=tracks.AT)


def _ruled_out(one: Case) -> Case:
    return judge_case(one.id, held_as="discarded", reason="negative twice", by="user:2", at=AT)
