"""The planner and the plan against actual: what they say, from where, to whom, in both languages."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.desks.sampling.plans_world import CITY_PEOPLE, asked, counted_areas, planner
from tests.desks.sampling.world import START, World
from tests.web.pages_world import CITY, NEXT_CITY, csv_rows, page, read, read_in_both, signed_in, text, user_of
from yinghuo.console import charts
from yinghuo.core.people.models import Role
from yinghuo.desks.sampling.actions.plans import save_plan
from yinghuo.desks.sampling.models import Plan
from yinghuo.desks.sampling.queries.plans import actual, latest_plan, reckon
from yinghuo.desks.sampling.views.plans.opening import plan_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_two(settings: Any) -> None:
    """It is eight hours after the small world's start on every page."""
    settings.SCENARIO_CLOCK = (START + timedelta(hours=8)).isoformat()


def planned_world(*, people: int = 320, **changed: Any) -> World:
    """The small world with a plan for its campaign."""
    world = World()
    plan = asked(area_code=CITY, population=people, sites=2, samplers=4, **changed)
    save_plan(plan_row(reckon(plan), world.campaign, uuid4()), by="user:1", at=START)
    return world


def test_the_planner_takes_the_population_from_the_census_and_says_so() -> None:
    counted_areas()
    said = read(signed_in(user_of(Role.MANAGER)), page("plan"))
    assert f"{CITY_PEOPLE:,} people in 24 h at 10:1" in said
    assert "9,066,906 residents at the census of 2020 (census-2020)" in said


def test_every_key_figure_says_where_it_comes_from() -> None:
    counted_areas()
    answer = signed_in(user_of(Role.MANAGER)).get(planner(day="2022-05-08"))
    figures = answer.content.decode().split('<div class="stat">')[1:]
    assert len(figures) == 12
    assert all('class="hint"' in figure for figure in figures)
    said = text(answer)
    for source in ("rule of 2022-03-22", "assumed; set your own figure", "Erlang C", "Dorfman (1943)", "Kim et al."):
        assert source in said


def test_the_planner_counts_by_the_rules_of_the_day_asked_for() -> None:
    counted_areas()
    client = signed_in(user_of(Role.MANAGER))
    before, after = (read(client, planner(day=day, hours="", area_code=CITY)) for day in ("2022-03-21", "2022-03-22"))
    assert "9,066,906 people in 72 h" in before and "9,066,906 people in 24 h" in after
    assert "no rule on that day" in before and "no rule on that day" not in after.replace("no rule on that day;", "")


def test_alternatives_stand_side_by_side_and_come_as_a_file() -> None:
    counted_areas()
    client = signed_in(user_of(Role.MANAGER))
    head, *rows = csv_rows(client, page("plan"))
    assert [row[0] for row in rows] == [
        "Swabs 1:1 in one tube",
        "Swabs 5:1 in one tube",
        "Swabs 10:1 in one tube",
        "Swabs 20:1 in one tube",
        "Three stages, single tubes kept",
        "Square array, single tubes kept",
    ]
    tubes = dict(zip([row[0] for row in rows], [row[1] for row in rows], strict=True))
    assert tubes["Swabs 10:1 in one tube"] == "906691" and tubes["Square array, single tubes kept"] == str(CITY_PEOPLE)
    assert len(head) == 10


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"positive": "20000"}, "less than or equal to 10000"),
        ({"hours": "0"}, "greater than or equal to 1"),
        ({"area_code": "2202"}, "Select a valid choice"),
        ({"area_code": "220106001"}, "No census counts this area alone"),
        ({"day": "soon"}, "Enter a valid date"),
    ],
)
def test_what_cannot_be_planned_is_said_at_its_field(query: dict[str, str], said: str) -> None:
    counted_areas()
    answer = signed_in(user_of(Role.MANAGER)).get(planner(**query))
    assert answer.status_code == 422
    assert said in text(answer)


def test_a_chart_over_hours_keeps_their_labels_and_its_band() -> None:
    line = charts.Line("Waiting", [0, 4], low=[0, 2], high=[1, 6])
    words: dict[str, Any] = {"name": "queue", "title": "Queue", "unit": "people", "axis": "Hour"}
    spec = charts.course(**words, places=["07:00", "08:00"], lines=[line])
    assert (spec["days"], spec["plain"], spec["words"]["day"]) == (["07:00", "08:00"], True, "Hour")
    assert spec["lines"][0]["high"] == [1, 6]
    with pytest.raises(ValueError, match="2 values for 1 places"):
        charts.course(**words, places=["07:00"], lines=[line])


def test_streets_appear_once_their_county_is_chosen() -> None:
    counted_areas()
    client = signed_in(user_of(Role.MANAGER))
    assert "Zhengyang Street" not in text(client.get(page("plan")))
    assert "Zhengyang Street" in text(client.get(planner()))
    answer = client.get(planner(area_code="220106001", population=4_000))
    assert answer.status_code == 200 and "4,000 people" in text(answer)


def test_a_share_above_the_bound_and_too_few_samplers_are_said_out_loud() -> None:
    counted_areas()
    said = read(signed_in(user_of(Role.MANAGER)), planner(positive="4000", samplers="30"))
    assert "no pool saves an assay" in said
    assert "not done in time" in said and "not met" in said


def test_pages_of_the_plan_speak_both_languages() -> None:
    counted_areas()
    world = planned_world()
    user = user_of(Role.MANAGER)
    _english, chinese = read_in_both(user, planner())
    assert "当日有效的规定" in chinese and "《区域新型冠状病毒核酸检测组织实施指南（第三版）》" in chinese
    _english, chinese = read_in_both(user, page("campaign_plan", world.campaign.id))
    assert "落后的采样点" in chinese
    _english, chinese = read_in_both(user, planner("plan_open"))
    assert "开设任务" in chinese


def test_a_campaign_without_a_plan_says_so_and_leads_to_the_planner() -> None:
    counted_areas()
    world = World()
    client = signed_in(user_of(Role.MANAGER))
    assert "has no plan yet" in read(client, page("campaign_plan", world.campaign.id))
    address = f"{planner(area_code=CITY, population=5_000)}&campaign={world.campaign.id}"
    assert "Save as the plan of Trial (invented)" in read(client, address)


def test_a_plan_saved_later_is_the_one_that_counts() -> None:
    counted_areas()
    world = planned_world()
    client = signed_in(user_of(Role.MANAGER))
    query = planner(area_code=CITY, population=5_000).partition("?")[2]
    answer = client.post(f"{page('plan_save', world.campaign.id)}?{query}")
    assert answer["Location"] == page("campaign_plan", world.campaign.id)
    latest = latest_plan(world.campaign.id)
    assert latest and latest.asked["population"] == 5_000
    assert Plan.objects.filter(campaign=world.campaign).count() == 2


def test_a_running_round_is_held_against_its_plan() -> None:
    world = planned_world(share=0.01)
    for hour in range(4):
        facts = [fact for tube in range(2) for fact in world.swabs(10, tube=10 * hour + tube + 1, at=hours(hour))]
        world.send("swabs", facts)
    world.judge()
    found = actual(world.campaign, latest(world), now=hours(4.5), area_code=CITY)
    assert found.done_per_h[:6] == [20, 20, 20, 20, None, None]
    assert (found.done, sum(found.planned_per_h), found.used, found.issued) == (80, 320, 8, 9_999)
    assert found.finish and found.finish.likely_h == pytest.approx(240 / 20)
    assert [(row.name_zh, row.swabs) for row in found.behind] == [("二号点", 0)]
    assert found.expected_recollected == pytest.approx(80 * (1 - 0.99**10))
    assert 0 < found.expected < 320


def test_positive_tubes_and_people_collected_again_stand_beside_what_was_expected() -> None:
    world = planned_world()
    world.send("swabs", world.swabs(10, tube=1))
    world.send("results", [world.result(1, "positive")])
    world.judge()
    found = actual(world.campaign, latest(world), now=hours(8), area_code=CITY)
    assert (found.positive_tubes, found.recollected) == (1, 10)


def test_once_everybody_is_sampled_there_is_no_finish_to_project() -> None:
    world = planned_world(people=10)
    world.send("swabs", world.swabs(10))
    world.judge()
    assert actual(world.campaign, latest(world), now=hours(3), area_code=CITY).finish is None
    said = read(signed_in(user_of(Role.MANAGER)), page("campaign_plan", world.campaign.id))
    assert "everybody sampled" in said and "10 of 10 people planned" in said


def test_the_second_round_is_counted_by_itself() -> None:
    world = planned_world()
    world.send("swabs", world.swabs(10, tube=1) + world.swabs(5, tube=2, at=hours(25)))
    world.judge()
    found = actual(world.campaign, latest(world), now=hours(26), area_code=CITY)
    assert (found.begins, found.done) == (hours(24), 5)


def test_a_plan_outside_the_area_does_not_exist_and_roles_see_what_they_may() -> None:
    counted_areas()
    world = planned_world()
    addresses = [page("campaign_plan", world.campaign.id), planner()]
    assert signed_in(user_of(Role.MANAGER, NEXT_CITY)).get(addresses[0]).status_code == 404
    assert (
        signed_in(user_of(Role.MANAGER, NEXT_CITY, name="far")).post(page("plan_save", world.campaign.id)).status_code
        == 404
    )
    for role, status in ((Role.AUDITOR, 200), (Role.STATISTICIAN, 200), (Role.SAFETY, 403)):
        client = signed_in(user_of(role))
        assert [client.get(address).status_code for address in addresses] == [status, status]
    auditor = signed_in(user_of(Role.AUDITOR, name="auditor"))
    assert "Open a campaign as planned" not in text(auditor.get(addresses[1]))
    assert auditor.post(page("plan_save", world.campaign.id)).status_code == 403


def hours(since_start: float) -> Any:
    """A moment of the small world."""
    return START + timedelta(hours=since_start)


def latest(world: World) -> Plan:
    """The plan that counts for the world's campaign."""
    found = latest_plan(world.campaign.id)
    assert found
    return found
