"""Visits: the open re-collections of one place, taken as one, in a good order, with a list that names nobody."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from tests.desks.sampling.lookups_world import number_of, reported, swabbed
from tests.desks.sampling.world import NOW, START, World
from tests.web.pages_world import areas, csv_rows, page, read_in_both, signed_in, statuses, text, user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.parties.models import Party
from yinghuo.core.people import actions as people
from yinghuo.core.people import identity
from yinghuo.core.people.models import Reveal, Role, User
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.desks.sampling.actions.visits import take_visit
from yinghuo.desks.sampling.models import Site
from yinghuo.desks.sampling.queries.visits import plan, visits
from yinghuo.desks.sampling.rules import RECOLLECT
from yinghuo.desks.sampling.views.lookups import visits as pages
from yinghuo.engines.rounds import Place, rounds
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
CITY, STREET = "2201", "220106001"
GROUPS = ["5栋-1单元-101", "5栋-2单元-502", "6栋-1单元-101", ""]
NAMES = ["张三", "李四", "王五", "赵六"]


@pytest.fixture(autouse=True)
def _clock(settings: object) -> None:
    settings.SCENARIO_CLOCK = NOW.isoformat()
    catalogue.compile_all()


@pytest.fixture
def world() -> World:
    """Four people of two buildings and none, in a positive tube."""
    areas()
    world = World()
    rows = [
        people.NewPerson(number_of(n), name, "13800000000", STREET, None, group)
        for n, (name, group) in enumerate(zip(NAMES, GROUPS, strict=True))
    ]
    people.register_people(rows, by="user:1", at=START)
    swabbed(world, 1, *persons())
    reported(world, 1, "positive")
    return world


def persons() -> list[UUID]:
    return [identity.pseudonym(number_of(n)) for n in range(4)]


def manager() -> User:
    return user_of(Role.MANAGER, name="manager")


def test_people_of_a_building_are_one_visit_and_who_has_none_waits_at_the_site(world: World) -> None:
    found = visits(world.campaign.id, area_code=CITY)
    assert sorted((one.building, one.people, one.open) for one in found) == [("", 1, 1), ("5栋", 2, 2), ("6栋", 1, 1)]
    assert {one.due_at for one in found} == {START + timedelta(hours=5 + 24)}


def test_people_of_a_workshop_are_one_visit_whatever_their_street(world: World) -> None:
    party = Party.objects.create(id=UUID(int=7), kind="enterprise", name_zh="某厂", area_code=CITY, created_at=START)
    rows = [
        people.NewPerson(number_of(10 + n), f"工人{n}", "", code, party.id, group)
        for n, (code, group) in enumerate(
            [(STREET, "焊装车间-A线"), ("220106002", "焊装车间-B线"), (STREET, "涂装车间")]
        )
    ]
    people.register_people(rows, by="user:1", at=START)
    swabbed(world, 2, *[identity.pseudonym(row.number) for row in rows])
    reported(world, 2, "grey")
    found = [one for one in visits(world.campaign.id, area_code=CITY) if one.party_id]
    assert sorted((one.building, one.people) for one in found) == [("涂装车间", 1), ("焊装车间", 2)]


def test_a_team_takes_a_whole_visit_with_one_act_and_one_entry(world: World) -> None:
    user = manager()
    building = next(one for one in visits(world.campaign.id, area_code=CITY) if one.building == "5栋")
    assert take_visit(world.campaign, building.place, user=user, at=NOW) == 2
    assert list(Order.objects.filter(kind=RECOLLECT, crew=user.label).values_list("state", flat=True)) == ["taken"] * 2
    assert Entry.objects.filter(kind="orders.taken", by=user.label).count() == 1
    with pytest.raises(Refused, match=r"visit\.empty"):
        take_visit(world.campaign, building.place, user=user_of(Role.MANAGER, name="other"), at=NOW)


def test_who_was_swabbed_singly_is_visited_no_more(world: World) -> None:
    for tube, person in enumerate(persons()[:2], start=10):
        swabbed(world, tube, person, at=START + timedelta(hours=6))
    assert "5栋" not in {one.building for one in visits(world.campaign.id, area_code=CITY)}


def test_the_pages_show_places_and_pseudonyms_in_both_languages(world: World) -> None:
    user = manager()
    english, chinese = read_in_both(user, page("visits", world.campaign.id))
    assert "3 places · 4 people" in english
    assert "5栋" in chinese
    building = next(one for one in visits(world.campaign.id, area_code=CITY) if one.building == "5栋")
    for name in ("visit", "visit_list"):
        shown, _ = read_in_both(user, page(name, world.campaign.id, building.place))
        assert str(persons()[0]) in shown
        assert str(persons()[2]) not in shown
        assert not any(secret in shown for secret in NAMES)
    assert len(csv_rows(signed_in(user), page("visits", world.campaign.id))) == 4


def test_taking_from_the_page_leads_back_to_the_visit(world: World) -> None:
    building = next(one for one in visits(world.campaign.id, area_code=CITY) if one.building == "5栋")
    address = page("visit", world.campaign.id, building.place)
    client = signed_in(manager())
    answer = client.post(address, follow=True)
    assert "The visit is yours: 2 orders." in text(answer)
    assert "Take the whole visit" not in text(answer)


def test_a_large_building_is_read_page_after_page_and_taken_as_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 1)
    building = next(one for one in visits(world.campaign.id, area_code=CITY) if one.building == "5栋")
    address, client = page("visit", world.campaign.id, building.place), signed_in(manager())
    first = client.get(address).content.decode()
    (after,) = re.findall(r'after=([\w-]+)" rel="next"', first)
    second = client.get(address, {"after": after}).content.decode()
    shown = [[str(one) in html for html in (first, second)] for one in persons()[:2]]
    assert shown == [[True, False], [False, True]]
    assert "2 open orders become yours." in second
    assert 'rel="next"' not in second
    assert client.get(address, {"after": "rubbish"}).status_code == 404


def test_names_are_opened_for_a_reason_each_with_its_entry_and_only_by_who_may(world: World) -> None:
    building = next(one for one in visits(world.campaign.id, area_code=CITY) if one.building == "5栋")
    address = page("visit_list", world.campaign.id, building.place)
    client = signed_in(manager())
    assert client.post(address, {"reason": " "}).status_code == 422
    assert Reveal.objects.count() == 0
    shown = text(client.post(address, {"reason": "复采上门"}))
    assert "张三" in shown
    assert "李四" in shown
    assert "王五" not in shown
    assert Reveal.objects.count() == 2
    auditor = signed_in(user_of(Role.AUDITOR, name="auditor")).post(address, {"reason": "curious"})
    assert auditor.status_code == 403
    assert "张三" not in text(auditor)


def test_outside_the_area_there_are_no_visits(world: World) -> None:
    building = visits(world.campaign.id, area_code=CITY)[0]
    stranger = signed_in(user_of(Role.MANAGER, "2202", name="next"))
    for name, args in (("visits", []), ("visit", [building.place]), ("visit_list", [building.place])):
        assert stranger.get(reverse(name, args=[world.campaign.id, *args])).status_code == 404
    assert visits(world.campaign.id, area_code="2202") == []
    assert statuses(page("visits", world.campaign.id), Role.SAFETY) == [403]


def test_rounds_on_the_page_name_team_and_stop(world: World) -> None:
    Site.objects.filter(id=world.site.id).update(lat=43.88, lon=125.32)
    shown = text(signed_in(manager()).get(page("visits", world.campaign.id), {"teams": "2"}))
    assert "team 1, stop 1" in shown
    assert "team 2, stop 1" in shown
    assert "team 3" not in shown
    wrong = text(signed_in(user_of(Role.MANAGER, name="m2")).get(page("visits", world.campaign.id), {"teams": "0"}))
    assert "Please correct this" in wrong or "greater than or equal" in wrong


def test_a_round_comes_first_to_what_is_due_first() -> None:
    found = plan([], teams=2, now=NOW)
    assert found == {}
    near, far = Place(43.89, 125.32, 600, 9 * 3600), Place(43.97, 125.32, 600, 2200)
    assert [stop.place for stop in rounds([near, far], start=(43.88, 125.32), teams=1)[0]] == [1, 0]


def test_every_place_is_visited_once_by_as_many_teams_as_there_are() -> None:
    places = [Place(43.8 + n % 5 / 50, 125.3 + n // 5 / 50, 900, 3600 * (1 + n % 4)) for n in range(20)]
    for teams in (1, 3):
        found = rounds(places, start=(43.84, 125.34), teams=teams)
        assert len(found) == teams
        assert sorted(stop.place for one in found for stop in one) == list(range(20))
    late = [sum(stop.late for one in rounds(places, start=(43.84, 125.34), teams=n) for stop in one) for n in (1, 4)]
    assert late[1] < late[0], "more teams, fewer places too late"


def test_what_nobody_can_reach_in_time_is_visited_all_the_same_and_said_to_be_late() -> None:
    (stops,) = rounds([Place(43.9, 125.3, 60, 0)], start=(43.8, 125.3), teams=1)
    assert [(stop.place, stop.late) for stop in stops] == [(0, True)]
    with pytest.raises(ValueError, match="needs a team"):
        rounds([], start=(0, 0), teams=0)
