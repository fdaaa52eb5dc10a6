"""The page of dispatch: proposals with why, confirmed one by one or at once; waves planned and accepted."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desks.response.teams_world import (
    AT,
    HOUR,
    ME,
    MIN,
    areas,
    at_venue,
    fresh,
    now,
    order,
    signed_in,
    team,
    user,
)
from tests.desks.response.tracks_world import refused
from yinghuo.console import clock
from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions import dispatch
from yinghuo.desks.response.actions.dispatch_waves import accept_wave, plan_wave
from yinghuo.desks.response.models import Sending, TeamState
from yinghuo.desks.response.queries.dispatch_waves import Asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    areas()
    settings.SCENARIO_CLOCK = AT.isoformat()  # type: ignore[attr-defined]
    monkeypatch.setattr(clock, "_STARTED_S", clock.time.monotonic())


def test_the_page_shows_team_why_and_alternatives_and_confirms() -> None:
    near, _far, wanted = team("NEAR", km_north=5), team("FAR", km_north=30), order()
    page = signed_in(user())
    shown = page.get("/response/dispatch").content.decode()
    assert "NEAR" in shown and "7.0 km, 10 min" in shown and "FAR" in shown and "data-confirm" in shown
    answer = page.post("/response/dispatch/confirm", {"pair": f"{wanted.id}:{near.id}"}, follow=True)
    assert "1 team is on its way." in answer.content.decode()
    assert fresh(near).state == TeamState.MOVING and now(wanted.id).crew == "team:NEAR"


def test_what_nobody_can_do_stands_there_with_why() -> None:
    team("A", skills={"sampling": 1})
    order()
    assert (
        "No team of this area has the skills: tracing." in signed_in(user()).get("/response/dispatch").content.decode()
    )


def test_all_at_once_sends_each_and_tells_what_no_longer_held() -> None:
    one, two, first, second = team("A"), team("B"), order(), order()
    dispatch.confirm(order().id, two.id, by=ME, at=AT)
    pairs = {"pair": [f"{first.id}:{one.id}", f"{second.id}:{two.id}"]}
    answer = signed_in(user()).post("/response/dispatch/confirm", pairs, follow=True).content.decode()
    assert "1 team is on its way." in answer and "1 proposal no longer held" in answer
    assert now(second.id).state == "open"


def test_the_second_of_two_who_confirm_gets_a_sentence() -> None:
    one, two, wanted = team("A"), team("B"), order()
    dispatch.confirm(wanted.id, one.id, by=ME, at=AT)
    answer = signed_in(user()).post("/response/dispatch/confirm", {"pair": f"{wanted.id}:{two.id}"})
    assert answer.status_code == 409


def test_the_page_of_a_team_leads_it_through_its_order() -> None:
    one, wanted = team("A"), order()
    dispatch.confirm(wanted.id, one.id, by=ME, at=AT)
    page, asked = signed_in(user()), {"order": str(wanted.id)}
    assert "Under way now" in page.get("/response/teams/A").content.decode()
    assert page.post("/response/teams/A/delay", {"delay-minutes": "", "delay-reason": "x"}).status_code == 422
    page.post("/response/teams/A/delay", {"delay-minutes": "20", "delay-reason": "x"})
    assert fresh(one).state == TeamState.DELAYED
    page.post("/response/teams/A/arrive", asked)
    page.post("/response/teams/A/finish", asked)
    assert (fresh(one).state, now(wanted.id).state) == (TeamState.READY, "done")
    assert page.post("/response/teams/A/finish", asked).status_code == 409


def test_a_full_page_asks_few_queries() -> None:
    for number in range(30):
        team(f"T{number:02}", km_north=number)
        at_venue(km_north=number)
    page = signed_in(user())
    page.get("/response/dispatch")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page.get("/response/dispatch")
    assert len(seen) <= 12


def test_a_wave_goes_round_its_stops_and_each_team_takes_its_orders() -> None:
    one, two = team("A", km_north=1), team("B", km_north=-1)
    rides = [at_venue("response.ride", km_north=km) for km in (2, 3, 4, -2, -3)]
    wave = plan_wave(Asked("response.ride", teams=2), wave_id=uuid4(), user=user(), at=AT)
    stops = [stop["order"] for run in wave.plan["runs"] for stop in run["stops"]]
    assert sorted(stops) == sorted(str(ride.id) for ride in rides) and wave.plan["left"] == []
    assert {ride.state for ride in (now(each.id) for each in rides)} == {"open"}
    accept_wave(wave.id, by=ME, at=AT + MIN)
    assert accept_wave(wave.id, by=ME, at=AT + HOUR).accepted_at == AT + MIN
    assert {now(ride.id).state for ride in rides} == {"taken"} and Sending.objects.count() == 5
    sent = [one for one in (fresh(one), fresh(two)) if one.state == TeamState.MOVING]
    assert len(sent) == len(wave.plan["runs"])
    first = Sending.objects.filter(team=sent[0]).order_by("eta_at")
    for sending in first:
        dispatch.arrive(sent[0].id, sending.order_id, by=ME, at=AT + HOUR)
        dispatch.finish(sent[0].id, sending.order_id, by=ME, at=AT + HOUR)
    assert fresh(sent[0]).state == TeamState.READY


def test_a_stop_that_no_team_makes_is_left_out_with_why() -> None:
    team("A")
    ride = at_venue("response.ride", km_north=300)
    wave = plan_wave(Asked("response.ride", hours=2), wave_id=uuid4(), user=user(), at=AT)
    assert [(left["order"], left["why"]) for left in wave.plan["left"]] == [(str(ride.id), "too_late")]


def test_a_plan_that_time_has_passed_over_sends_nobody() -> None:
    team("A")
    rides = [at_venue("response.ride", km_north=km) for km in (2, 3)]
    wave = plan_wave(Asked("response.ride"), wave_id=uuid4(), user=user(), at=AT)
    work.cancel(rides[0].id, reason="went by themselves", by=ME, at=AT)
    with refused("wave.stale"):
        accept_wave(wave.id, by=ME, at=AT)
    assert now(rides[1].id).state == "open" and not Sending.objects.exists()


def test_the_pages_of_a_wave_plan_show_and_accept() -> None:
    team("A")
    at_venue("response.ride", km_north=2)
    page = signed_in(user())
    given = {"id": str(uuid4()), "kind": "response.ride", "teams": 2, "hours": 4}
    planned = page.post("/response/waves", given)
    assert planned.status_code == 302
    shown = page.get(planned.url).content.decode()
    assert "stops: 1, teams: 1, left out: 0" in shown and "nobody was sent yet" in shown
    assert page.post(f"{planned.url}/accept", follow=True).status_code == 200
    assert Sending.objects.count() == 1
    assert signed_in(user(area_code="220102")).get(planned.url).status_code == 404
