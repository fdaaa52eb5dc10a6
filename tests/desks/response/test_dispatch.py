"""Sending teams: proposed with why, confirmed once, handed over when late; the order and the team move together."""

from datetime import time

import pytest

from tests.desks.response.teams_world import AT, HOUR, ME, MIN, OTHER, areas, at_venue, fresh, now, order, team, user
from tests.desks.response.tracks_world import refused
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions import dispatch
from yinghuo.desks.response.models import Sending, Team, TeamState
from yinghuo.desks.response.queries import dispatch as queries
from yinghuo.desks.response.queries.teams import loads

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _areas() -> None:
    areas()


def test_the_nearest_team_with_the_skill_is_proposed_and_says_why() -> None:
    team("FAR", km_north=30)
    near = team("NEAR", km_north=5)
    team("NO_SKILL", km_north=1, skills={"disinfection": 2})
    wanted = order()
    row = dispatch.propose([wanted.id], now=AT).rows[0]
    assert row.team == near and row.choice is not None and row.place is not None
    assert row.choice.distance_km == 7.0  # 5 km as the crow flies, times the detour of 1.4
    assert row.choice.way_min == pytest.approx(10.5, abs=0.1)
    assert row.choice.spare_min == pytest.approx(49.5, abs=0.1)
    assert [other.code for other, _ in row.others] == ["FAR"]
    assert row.place.known_by == "area"


def test_an_order_of_an_event_lies_at_the_events_venue() -> None:
    south, north = team("SOUTH", km_north=-5), team("NORTH", km_north=20)
    wanted = at_venue(km_north=22)
    row = dispatch.propose([wanted.id], now=AT).rows[0]
    assert (row.team, row.place and row.place.known_by) == (north, "event") and south.pk


def test_a_person_who_worked_much_is_spared_when_it_costs_little() -> None:
    tired, rested = team("A", km_north=5), team("B", km_north=6)
    before = order()
    dispatch.confirm(before.id, tired.id, by=ME, at=AT - 20 * HOUR)
    dispatch.finish(tired.id, before.id, by=ME, at=AT - 2 * HOUR)
    assert loads([tired.id], now=AT)[tired.id].hours == pytest.approx(18)
    Team.objects.filter(id=tired.id).update(lat=tired.home_lat)
    assert dispatch.propose([order().id], now=AT).rows[0].team == rested


def test_what_nobody_can_do_says_why() -> None:
    team("A", skills={"tracing": 1})
    rows = dispatch.propose([order("response.need").id, order("response.place").id], now=AT).rows
    assert {row.unserved.why for row in rows if row.unserved} == {"no_skill"}
    assert dispatch.propose([order(area_code="").id], now=AT).rows[0].unserved.why == queries.UNPLACED  # type: ignore[union-attr]


def test_confirming_takes_the_order_for_the_teams_crew_and_sends_the_team() -> None:
    one, wanted = team(), order()
    sent = dispatch.confirm(wanted.id, one.id, by=ME, at=AT)
    assert (now(wanted.id).state, now(wanted.id).crew) == ("taken", "team:S1")
    assert (fresh(one).state, fresh(one).order_id) == (TeamState.MOVING, wanted.id)
    entry = Entry.objects.get(id=sent.entry_id)
    assert (entry.kind, entry.by) == ("team.sent", ME) and '"km":"1.4"' in entry.body
    assert dispatch.confirm(wanted.id, one.id, by=ME, at=AT + MIN) == sent
    assert Sending.objects.count() == 1


def test_of_two_who_confirm_at_once_the_second_is_refused() -> None:
    one, two, wanted, other = team("A"), team("B"), order(), order()
    dispatch.confirm(wanted.id, one.id, by=ME, at=AT)
    with refused("order.taken_by_other"):
        dispatch.confirm(wanted.id, two.id, by=OTHER, at=AT)
    with refused("team.not_ready"):
        dispatch.confirm(other.id, one.id, by=OTHER, at=AT)
    assert fresh(two).state == TeamState.READY and now(other.id).state == "open"


def test_all_at_once_goes_on_after_a_refusal() -> None:
    one, two, first, second = team("A"), team("B"), order(), order()
    done = dispatch.confirm_all([(first.id, one.id), (second.id, one.id), (second.id, two.id)], by=ME, at=AT)
    assert [sent.team_id for sent in done.sent] == [one.id, two.id]
    assert [(order_id, error.code) for order_id, error in done.refused] == [(second.id, "team.not_ready")]


def test_a_team_without_the_skill_or_off_shift_is_not_sent() -> None:
    lacking = team("A", skills={"sampling": 1})
    asleep = team("B", shift_from=time(20), shift_to=time(6))
    with refused("team.no_skill"):
        dispatch.confirm(order().id, lacking.id, by=ME, at=AT)
    with refused("team.off_shift"):
        dispatch.confirm(order().id, asleep.id, by=ME, at=AT)


def test_a_delayed_teams_order_is_proposed_to_another_and_handed_over() -> None:
    late, other, wanted = team("LATE"), team("OTHER", km_north=8), order()
    dispatch.confirm(wanted.id, late.id, by=ME, at=AT)
    assert queries.proposals(user(), now=AT).rows == []
    dispatch.delay(late.id, minutes=45, reason="bridge closed", by=ME, at=AT + 5 * MIN)
    row = queries.proposals(user(), now=AT + 5 * MIN).rows[0]
    assert (row.team, row.delayed and row.delayed.delay_min) == (other, 45)
    dispatch.confirm(wanted.id, other.id, by=OTHER, at=AT + 6 * MIN)
    assert now(wanted.id).crew == "team:OTHER"
    assert fresh(late).state == TeamState.READY
    assert sorted(Sending.objects.values_list("team__code", "outcome")) == [("LATE", "replaced"), ("OTHER", "")]


def test_a_delayed_team_that_arrives_keeps_its_order() -> None:
    late, wanted = team("LATE"), order()
    dispatch.confirm(wanted.id, late.id, by=ME, at=AT)
    dispatch.delay(late.id, minutes=10, reason="traffic", by=ME, at=AT)
    dispatch.arrive(late.id, wanted.id, by=ME, at=AT + 30 * MIN)
    assert (fresh(late).state, now(wanted.id).state) == (TeamState.WORKING, "arrived")
    assert queries.waiting(user()) == []


def test_the_state_moves_with_the_order_until_the_team_is_free_where_it_is() -> None:
    one, wanted = team(km_north=20), order()
    dispatch.confirm(wanted.id, one.id, by=ME, at=AT)
    dispatch.arrive(one.id, wanted.id, by=ME, at=AT + 30 * MIN)
    dispatch.finish(one.id, wanted.id, by=ME, at=AT + 90 * MIN)
    after = fresh(one)
    assert (after.state, after.order_id, now(wanted.id).state) == (TeamState.READY, None, "done")
    assert (after.lat, after.home_lat) != (after.home_lat, after.lat)
    assert Sending.objects.get().outcome == "done"


def test_an_order_that_ends_without_its_team_frees_it() -> None:
    one, two, ended, cancelled = team("A"), team("B"), order(), order()
    dispatch.confirm_all([(ended.id, one.id), (cancelled.id, two.id)], by=ME, at=AT)
    assert dispatch.free(now=AT) == 0
    work.finish_many([ended.id], by=OTHER, at=AT + MIN)
    work.cancel(cancelled.id, reason="false alarm", by=OTHER, at=AT + MIN)
    assert dispatch.free(now=AT + 2 * MIN) == 2
    assert {fresh(one).state, fresh(two).state} == {TeamState.READY}
    assert dict(Sending.objects.values_list("team__code", "outcome")) == {"A": "done", "B": "withdrawn"}
    assert set(Sending.objects.values_list("ended_at", flat=True)) == {AT + MIN}, "from then on, not when it was seen"
    assert dispatch.free(now=AT + 3 * MIN) == 0


def test_a_team_called_back_leaves_the_order_to_others_with_the_reason() -> None:
    one, wanted = team(), order()
    dispatch.confirm(wanted.id, one.id, by=ME, at=AT)
    with refused("access.reason"):
        dispatch.call_back(one.id, wanted.id, reason=" ", by=ME, at=AT)
    dispatch.call_back(one.id, wanted.id, reason="needed elsewhere", by=ME, at=AT)
    assert (now(wanted.id).state, now(wanted.id).reason, fresh(one).state) == ("open", "needed elsewhere", "ready")


def test_nobody_sends_what_was_not_sent() -> None:
    one, wanted = team(), order()
    for act in (dispatch.arrive, dispatch.finish):
        with refused("team.not_sent"):
            act(one.id, wanted.id, by=ME, at=AT)
    with refused("team.not_sent"):
        dispatch.delay(one.id, minutes=5, reason="x", by=ME, at=AT)


def test_who_sees_one_district_is_proposed_its_own_teams_alone() -> None:
    team("OWN", km_north=40)
    team("NEIGHBOUR", km_north=1, area_code="220102")
    wanted = order()
    row = queries.proposals(user(), now=AT).rows[0]
    assert (row.order, row.team and row.team.code) == (wanted, "OWN")
    assert queries.proposals(user(area_code="220102"), now=AT).rows == []
