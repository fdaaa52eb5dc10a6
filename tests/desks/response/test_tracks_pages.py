"""Pages of the tracks: the board says what waits and who is late, and shows nothing outside the area."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.desks.response.teams_world import team
from tests.desks.response.tracks_world import (
    AT,
    ME,
    OTHER,
    begun,
    contact,
    event,
    hospital,
    new_ride,
    room,
    site,
    step,
    tick,
    user,
    with_tracks,
)
from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions import disinfection, needs, tracks, transfers
from yinghuo.desks.response.models import Disinfection, Event, Stay, Transfer
from yinghuo.desks.response.rules.tracks import Track

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _clock(settings: object) -> Iterator[None]:
    settings.SCENARIO_CLOCK = AT.isoformat()  # type: ignore[attr-defined]
    yield


@pytest.fixture
def officer(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    client.force_login(user())
    return client


def busy() -> Event:
    """An event with all that a board shows."""
    of, rooms = with_tracks(), site(("101", 1))
    ride = transfers.reserve_ride(new_ride(of, facility_id=hospital(3).id), by=ME, at=AT)
    stay = begun(of, room_id=room(rooms, "101").id)
    needs.ask(needs.NewNeed(uuid4(), stay.id, "food"), by=ME, at=AT)
    place = disinfection.NewPlace(
        uuid4(), of.id, of.area_code, "surface", 50_000, place="dormitory 3 (invented)", after_id=ride.id, area_m2=120
    )
    disinfection.list_place(place, by=ME, at=AT)
    return of


def test_the_board_shows_four_tracks_what_waits_and_who_has_it(officer: Client) -> None:
    of = busy()
    work.take(tracks.order_id_of(of.id, Track.TRACING), by=user(name_en="Crew seven (invented)").label, at=AT)
    page = officer.get(f"/response/events/{of.number}/board").content.decode()
    for words in ("Tracing", "Transfer", "Isolation", "Disinfection", "waits for:", "with Crew seven (invented)"):
        assert words in page
    assert 'hx-trigger="every 15s' in page


def test_both_boards_name_the_team_that_has_a_track(officer: Client) -> None:
    of, squad = busy(), team("220106-07", name_en="Squad seven (invented)")
    work.take(tracks.order_id_of(of.id, Track.TRACING), by=squad.label, at=AT)
    assert "with Squad seven (invented)" in officer.get(f"/response/events/{of.number}/board").content.decode()
    assert officer.get("/response/board").status_code == 200


def test_a_step_whose_clock_ran_out_is_late_in_words(officer: Client, settings: object) -> None:
    of = with_tracks()
    settings.SCENARIO_CLOCK = "2022-05-08T12:00:00+00:00"  # type: ignore[attr-defined]
    page = officer.get(f"/response/events/{of.number}/board").content.decode()
    assert "late by 21 h 0" in page


@pytest.mark.parametrize(
    "address",
    [
        "response/board",
        "response/events/{event}/board",
        "response/events/{event}/rides",
        "response/events/{event}/rides/new",
        "response/events/{event}/disinfection",
        "response/stays",
        "response/stays/{stay}",
        "response/needs",
        "response/facilities",
    ],
)
def test_a_page_needs_few_queries_however_many_events(officer: Client, address: str) -> None:
    of = busy()
    for number in range(5):
        with_tracks(number=f"2201-01{number:02}")
    page = "/" + address.format(event=of.number, stay=Stay.objects.get().id)
    with CaptureQueriesContext(connection) as queries:
        assert officer.get(page).status_code == 200
    assert len(queries) <= MOST_QUERIES


def test_one_touch_ticks_a_step_and_a_step_that_waits_says_so(officer: Client) -> None:
    of = with_tracks()
    assert officer.post(f"/response/steps/{step(of, 'tracing.visits').id}/done").status_code == 302
    assert step(of, "tracing.visits").outcome == "done"
    waiting = officer.post(f"/response/steps/{step(of, 'tracing.report').id}/done")
    assert waiting.status_code == 409
    assert "waits for others" in waiting.content.decode()


def test_not_needed_without_a_reason_is_said_at_the_field(officer: Client) -> None:
    of = with_tracks()
    address = f"/response/steps/{step(of, 'isolation.site').id}"
    page = officer.post(address, {"outcome": "not_needed", "note": ""})
    assert (page.status_code, "Give the reason." in page.content.decode()) == (422, True)
    assert officer.post(address, {"outcome": "not_needed", "note": "all at home"}).status_code == 302
    assert step(of, "isolation.site").outcome == "not_needed"
    assert officer.post(address, {"reason": "a site is needed"}).status_code == 302
    assert step(of, "isolation.site").outcome == ""


def test_somebody_else_closes_a_finished_track(officer: Client) -> None:
    of = with_tracks()
    tick(of, "transfer.who", "transfer.beds", "transfer.route", "transfer.left", "transfer.arrived", by=OTHER)
    assert officer.post(f"/response/events/{of.number}/tracks/transfer/verify").status_code == 302


def test_a_contact_is_taken_to_a_free_room_by_one_form(officer: Client) -> None:
    of, rooms = event(), site(("101", 1))
    near = contact(of)
    page = officer.get(f"/response/events/{of.number}/rides/new").content.decode()
    assert "room 101" in page
    sent = {"id": str(uuid4()), "person": f"contact:{near.id}", "to": f"room:{room(rooms, '101').id}"}
    assert officer.post(f"/response/events/{of.number}/rides/new", sent).status_code == 302
    ride = Transfer.objects.get()
    assert (ride.person, Stay.objects.get().until.isoformat()) == (near.person, "2022-05-20")
    assert officer.get(f"/response/events/{of.number}/rides").status_code == 200
    assert officer.post(f"/response/rides/{ride.id}/left").status_code == 302
    officer.force_login(user())
    assert officer.post(f"/response/rides/{ride.id}/arrived").status_code == 302
    assert Stay.objects.get().started_at is not None


def test_a_child_goes_into_the_room_of_a_parent_by_the_same_form(officer: Client) -> None:
    of, rooms = event(), site(("201", 2))
    parent = begun(of, room_id=room(rooms, "201").id)
    child = contact(of)
    page = officer.get(f"/response/events/{of.number}/rides/new").content.decode()
    assert f"room 201, with {parent.person.hex[:8].upper()}" in page
    to = f"with:{room(rooms, '201').id}:{parent.person}"
    sent = {"id": str(uuid4()), "person": f"contact:{child.id}", "to": to, "needs": ["child"]}
    assert officer.post(f"/response/events/{of.number}/rides/new", sent).status_code == 302
    assert Stay.objects.get(person=child.person).occupancy_id == parent.occupancy_id


def test_a_contact_is_isolated_at_home_by_one_form(officer: Client) -> None:
    of = event()
    near = contact(of, grade="close")
    sent = {"id": str(uuid4()), "contact": str(near.id)}
    assert officer.post(f"/response/events/{of.number}/home", sent).status_code == 302
    assert officer.get(f"/response/events/{of.number}/home").status_code == 200
    assert (Stay.objects.get().stage, Stay.objects.get().until.isoformat()) == ("home", "2022-05-27")
    assert officer.post(f"/response/stays/{Stay.objects.get().id}/home").status_code == 409


def test_a_place_is_listed_mixed_done_and_checked(officer: Client) -> None:
    of = event()
    sent = {"id": str(uuid4()), "place": "dormitory (invented)", "target": "surface", "area_m2": "120"}
    weak = officer.post(f"/response/events/{of.number}/disinfection/new", sent | {"stock_percent": "0.05"})
    assert (weak.status_code, "needs at least 1000 mg/L" in weak.content.decode()) == (422, True)
    officer.post(f"/response/events/{of.number}/disinfection/new", sent | {"stock_percent": "5"})
    place = Disinfection.objects.get()
    page = officer.get(f"/response/events/{of.number}/disinfection").content.decode()
    assert "23.520" in page
    assert officer.post(f"/response/disinfection/{place.id}/done").status_code == 302
    officer.force_login(user())
    address = f"/response/disinfection/{place.id}/check"
    assert officer.get(address).status_code == 200
    assert officer.post(address, {"method": "chlorine", "value": "0.5"}).status_code == 302
    assert Disinfection.objects.get().passed


def test_the_pages_of_a_stay_carry_out_what_they_say(officer: Client) -> None:
    stay = begun(event())
    page = officer.get(f"/response/stays/{stay.id}").content.decode()
    assert ("art. 39" in page, "2022-05-27" in page) == (True, True)
    late = officer.post(f"/response/stays/{stay.id}/until", {"until": "2022-05-30", "reason": "result is late"})
    assert late.status_code == 302
    assert "beyond the ceiling" in officer.get("/response/stays").content.decode()
    assert officer.get(f"/response/stays/{stay.id}/until").status_code == 200
    slip = officer.post(f"/response/stays/{stay.id}/slip").content.decode()
    assert "<svg" in slip
    early = {"end": "early", "reason": ""}
    assert officer.post(f"/response/stays/{stay.id}/end", early).status_code == 422
    assert officer.post(f"/response/stays/{stay.id}/end", early | {"reason": "negative"}).status_code == 302
    assert officer.get("/response/stays?ended=yes").content.decode().count("released early") == 1


def test_places_to_take_people_to_are_listed_and_grow(officer: Client) -> None:
    found, beds = site(("101", 1)), hospital(2)
    assert officer.get("/response/facilities").status_code == 200
    more = {"codes": "102 103", "beds": "2", "sort": "family"}
    assert officer.post(f"/response/facilities/{found.id}", more).status_code == 302
    assert found.rooms.count() == 3
    wrong = officer.post(f"/response/facilities/{found.id}", more | {"codes": "104 " + "9" * 21})
    assert (wrong.status_code, "at most 20 characters" in wrong.content.decode()) == (422, True)
    assert officer.post(f"/response/facilities/{beds.id}", {"bed_kind": "child", "beds": "4"}).status_code == 302
    assert officer.get(f"/response/facilities/{beds.id}").status_code == 200


def test_outside_the_area_nothing_exists(client: Client) -> None:
    of = busy()
    client.force_login(user(area_code="220204"))
    one = Stay.objects.get()
    for address in (
        f"/response/events/{of.number}/board",
        f"/response/events/{of.number}/rides",
        f"/response/events/{of.number}/disinfection",
        f"/response/stays/{one.id}",
        f"/response/facilities/{site(('1', 1)).id}",
    ):
        assert client.get(address).status_code == 404
    assert of.number not in client.get("/response/board").content.decode()
    assert client.post(f"/response/steps/{step(of, 'tracing.visits').id}/done").status_code == 404


def test_who_only_audits_cannot_tick(client: Client) -> None:
    of = with_tracks()
    client.force_login(user("auditor"))
    assert "button" not in client.get(f"/response/events/{of.number}/board").content.decode().split('class="board"')[1]
    assert client.post(f"/response/steps/{step(of, 'tracing.visits').id}/done").status_code == 403
