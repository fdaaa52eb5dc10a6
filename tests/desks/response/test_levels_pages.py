"""Pages of levels: what everybody sees, what staff decide, what is published without login."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.desks.response.levels_world import OTHER, PROPOSER, LevelWorld, moment
from tests.web.pages_world import (
    CITY,
    NEXT_CITY,
    csv_rows,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.figures.queries import compute
from yinghuo.core.ledger.sequencer import sequence
from yinghuo.core.people.models import Role
from yinghuo.core.work.models import Issue
from yinghuo.desks.response.actions import levels_measures
from yinghuo.desks.response.actions.levels_measures import NewMeasure
from yinghuo.desks.response.jobs.levels import judge_levels
from yinghuo.desks.response.models import AreaLevel, LevelState, Measure, PlaceResult
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
DAY = date(2022, 7, 8)
ROOM = ("Room 412", "412室")


@pytest.fixture
def world(settings: object) -> LevelWorld:
    """The event of July; it is noon of its day, and the Chinese is compiled."""
    settings.SCENARIO_CLOCK = moment(DAY).isoformat()
    catalogue.compile_all()
    return LevelWorld(DAY)


def later(settings: object, days: int) -> date:
    """Moves the clock to noon some days later."""
    day = DAY + timedelta(days=days)
    settings.SCENARIO_CLOCK = moment(day).isoformat()
    return day


def duty() -> Client:
    """A duty officer of the city, signed in."""
    return signed_in(user_of(Role.DUTY, name="duty"))


def officer() -> Client:
    """A response officer of the city, signed in."""
    return signed_in(user_of(Role.RESPONSE, name="officer"))


def test_the_list_says_what_stands_on_what_basis_until_when_and_what_it_waits_for(world: LevelWorld) -> None:
    world.in_force()
    english, chinese = read_in_both(user_of(Role.DUTY), page("levels"))
    assert "1 place at high risk, 0 at medium risk" in english
    assert "0 of 7 days without a new infection; a round that is all negative (on 2022-07-15 or later)" in english
    assert "Prevention and control protocol, 9th edition" in english
    assert "连续无新增 0/7 天" in chinese


def test_in_may_the_page_says_that_the_rule_for_areas_is_from_memory(world: LevelWorld, settings: object) -> None:
    settings.SCENARIO_CLOCK = moment(date(2022, 5, 8)).isoformat()
    english, chinese = read_in_both(user_of(Role.AUDITOR), page("levels"))
    assert "are from memory, and so are not to be relied on before somebody checks them" in english
    assert "核对原文前不得作为依据" in chinese


def test_everybody_sees_what_is_published_and_staff_alone_what_is_not(world: LevelWorld) -> None:
    row = world.proposed()
    address = page("level", row.id)
    assert statuses(address, Role.DUTY, Role.RESPONSE, Role.STATISTICIAN, Role.METERING) == [200, 200, 404, 404]
    assert "Waiting for a decision" not in read(signed_in(user_of(Role.SAFETY)), page("levels"))
    assert "Waiting for a decision" in read(duty(), page("levels"))


def test_a_stranger_of_the_next_city_sees_nothing(world: LevelWorld) -> None:
    row = world.in_force()
    stranger = signed_in(user_of(Role.DUTY, NEXT_CITY))
    places = page("event_places", world.event.id)
    assert [stranger.get(one).status_code for one in (page("level", row.id), places)] == [404, 404]
    assert "No place has a level now" in read(stranger, page("levels"))
    assert stranger.get(page("confirm_level", row.id)).status_code == 404


def test_a_level_is_proposed_by_form_and_confirmed_by_another_on_the_page(world: LevelWorld) -> None:
    typed = {"event": world.event.id, "venue": world.dormitory.id, "extent": "building", "rank": "high"}
    answer = officer().post(page("propose_level"), typed | {"starts_on": DAY, "name_en": "Dormitory 3"}, follow=True)
    assert "Proposed. Another person confirms it." in text(answer)
    row = AreaLevel.objects.get()
    assert row.name_en == "Dormitory 3, Zhengyang Street"
    answer = duty().post(page("confirm_level", row.id), follow=True)
    assert "Confirmed and published." in text(answer)
    assert AreaLevel.objects.get().state == LevelState.PUBLISHED


def test_the_form_begins_with_what_the_rule_makes_of_the_place(world: LevelWorld) -> None:
    address = f"{page('propose_level')}?event={world.event.id}&venue={world.workshop.id}"
    form = officer().get(address).context["form"]
    assert (form["rank"].value(), form["extent"].value(), form["venue"].value()) == (
        "medium",
        "venue",
        str(world.workshop.id),
    )


def test_what_is_above_the_rule_needs_its_reason_and_what_was_typed_stays(world: LevelWorld) -> None:
    row = world.proposed("high", "venue", world.workshop)
    client = duty()
    answer = client.post(page("confirm_level", row.id), {"because_above": " "})
    assert (answer.status_code, AreaLevel.objects.get().state) == (422, LevelState.PROPOSED)
    client.post(page("confirm_level", row.id), {"because_above": "Shared changing rooms"})
    assert "Shared changing rooms" in read(client, page("level", row.id))


def test_a_form_keeps_what_was_typed_when_the_step_must_still_wait(world: LevelWorld) -> None:
    world.in_force()
    typed = {"event": world.event.id, "venue": world.dormitory.id, "extent": "building", "rank": "medium"}
    answer = officer().post(page("propose_level"), typed | {"starts_on": DAY, "name_en": "Dormitory 3"})
    assert answer.status_code == 422
    assert "This step must still wait (days without a new infection; a round that is all negative)" in text(answer)
    assert 'value="Dormitory 3"' in answer.content.decode()


def test_only_duty_officers_and_administrators_confirm_and_never_their_own(world: LevelWorld) -> None:
    row = world.proposed()
    assert statuses(page("confirm_level", row.id), Role.DUTY, Role.ADMIN, Role.RESPONSE, Role.AUDITOR) == [
        200,
        200,
        403,
        403,
    ]
    user = user_of(Role.DUTY, name="proposer")
    AreaLevel.objects.update(proposed_by=user.label)
    answer = signed_in(user).post(page("confirm_level", row.id))
    assert (answer.status_code, "It waits for another person" in text(answer)) == (422, True)


def test_a_round_is_entered_with_its_evidence_and_shown_with_its_entry(world: LevelWorld, settings: object) -> None:
    row = world.in_force()
    day = later(settings, 7)
    client, address = officer(), page("keep_level_result", row.id)
    typed = {"of": "round", "on": day, "expected": 300, "swabbed": 300, "positive": 301, "evidence": "Round 7"}
    answer = client.post(address, typed)
    assert (answer.status_code, "301 positive of 300 swabbed cannot be" in text(answer)) == (422, True)
    client.post(address, typed | {"positive": 0})
    shown = read(client, page("level", row.id))
    assert "300 of 300 swabbed, 0 positive · Round 7" in shown
    assert str(PlaceResult.objects.get().entry_id) in client.get(page("level", row.id)).content.decode()


def test_places_of_an_event_are_listed_with_each_factor(world: LevelWorld) -> None:
    english, chinese = read_in_both(user_of(Role.RESPONSE), page("event_places", world.event.id))
    assert "a case lived there" in english
    assert "a vehicle is no area" in english
    assert "总装车间" in chinese
    rows = csv_rows(officer(), page("event_places", world.event.id))
    assert len(rows) == 4
    factors = [sum(float(cell or 0) for cell in row[-7:-1]) for row in rows[1:]]
    assert factors == pytest.approx([float(row[rows[0].index("Risk points (of 100)")]) for row in rows[1:]])


def test_roles_without_events_do_not_see_who_was_where(world: LevelWorld) -> None:
    address = page("event_places", world.event.id)
    assert statuses(address, Role.SAFETY, Role.STATISTICIAN, Role.METERING, Role.AUDITOR) == [403, 403, 403, 200]


def test_the_published_list_needs_no_login_sets_no_cookie_and_may_be_cached(world: LevelWorld) -> None:
    world.in_force()
    for address in ("/levels", "/levels/en", "/levels/zh"):
        answer = Client().get(address)
        assert (answer.status_code, answer.cookies, answer["Cache-Control"]) == (200, {}, "public, max-age=60")
    assert "3号宿舍楼, Zhengyang Street" in text(Client().get("/levels/en"))
    assert "正阳街道3号宿舍楼" in text(Client().get("/levels/zh"))


def test_the_published_list_names_no_household_no_case_and_no_count_of_people(world: LevelWorld) -> None:
    world.in_force(extent="unit")
    answer = Client().get("/levels/en")
    shown = answer.content.decode() + Client().get("/levels/zh").content.decode()
    assert not [name for name in ROOM if name in shown]
    hidden = [str(world.event.id), world.event.number, *(str(one) for one in world.people), str(world.dormitory.id)]
    assert not [one for one in hidden if one in shown]
    assert "Infectious people" not in shown


def test_the_published_list_says_how_to_object_and_comes_as_a_file(world: LevelWorld) -> None:
    world.in_force()
    assert "administrative reconsideration within 60 days" in text(Client().get("/levels/en"))
    rows = csv_rows(Client(), "/levels/en")
    assert (len(rows), rows[1][0]) == (2, "3号宿舍楼, Zhengyang Street")
    assert "3号宿舍楼" not in text(Client().get("/levels/zh?area=2202"))


def test_what_is_only_proposed_is_not_published(world: LevelWorld) -> None:
    world.proposed()
    assert "No place has a level now" in text(Client().get("/levels/en"))


def measure_of(level: AreaLevel, days: int) -> Measure:
    """A closed building for some days, proposed."""
    new = NewMeasure(
        uuid4(), "close_building", DAY, DAY + timedelta(days=days - 1), ("law.places",), "Shared stairs", level=level.id
    )
    return levels_measures.propose_measure(new, by=PROPOSER, at=moment(DAY, 16))


def test_a_measure_shows_basis_ceiling_end_and_how_to_object(world: LevelWorld) -> None:
    row = measure_of(world.in_force(), 10)
    english, chinese = read_in_both(user_of(Role.DUTY), page("measure", row.id))
    for said in ("art. 41", "10 days; the row of 2022-06-28", "2022-07-17", "Object to the command"):
        assert said in english
    assert "行政复议" in chinese
    duty().post(page("decide_measure", row.id, "confirm"))
    assert "building closed, nobody leaves" in text(Client().get("/levels/en")).lower()


def test_a_measure_by_form_needs_a_basis_and_a_last_day(world: LevelWorld) -> None:
    level, client = world.in_force(), officer()
    address = page("propose_measure", level.id)
    typed = {"kind": "close_building", "extent": "building", "starts_on": DAY, "reason": "Shared stairs"}
    assert client.post(address, typed | {"basis": ["law.places"]}).status_code == 422
    assert client.post(address, typed | {"ends_on": DAY}).status_code == 422
    client.post(address, typed | {"ends_on": DAY + timedelta(days=20), "basis": ["law.places"]})
    assert "longer than the ceiling" in read(client, page("measure", Measure.objects.get().id))


def test_an_overdue_level_stands_first_in_words_and_as_an_issue(world: LevelWorld, settings: object) -> None:
    world.in_force()
    day = later(settings, 9)
    judge_levels(day, at=moment(day))
    english, chinese = read_in_both(user_of(Role.DUTY), page("levels"))
    assert "2 days over" in english
    assert "超期 2 天" in chinese
    shown = read_in_both(user_of(Role.AUDITOR), page("issue", Issue.objects.get().id))
    assert "Level kept longer than the rule" in shown[0]
    assert "一轮全员检测阴性" in shown[1]


def test_excesses_are_a_figure_with_their_entries_as_evidence(world: LevelWorld) -> None:
    world.proposed("high", "venue", world.workshop)
    sequence()
    asked = {"first": moment(DAY, 0), "last": moment(DAY, 24)}
    assert compute("response.excesses", area=CITY, **asked).value == 1
    assert compute("response.excesses", area=NEXT_CITY, **asked).value == 0


def test_levels_of_the_past_are_listed_page_by_page(world: LevelWorld) -> None:
    row = world.proposed()
    AreaLevel.objects.update(state=LevelState.REFUSED, decided_by=OTHER, decided_at=moment(DAY), reason="no")
    english, _chinese = read_in_both(user_of(Role.DUTY), page("past_levels"))
    assert "Turned down" in english
    assert row.name_en in english


def test_a_long_list_of_levels_is_read_page_by_page_and_the_file_has_them_all(world: LevelWorld) -> None:
    row = world.in_force()
    names = [field.attname for field in AreaLevel._meta.concrete_fields]
    given = {name: getattr(row, name) for name in names}
    others = [uuid4() for _number in range(51)]
    AreaLevel.objects.bulk_create([AreaLevel(**given | {"id": one, "chain": one}) for one in others])
    client = duty()
    first = client.get(page("levels")).context["table"]
    second = client.get(page("levels"), {"after": first.pager.after}).context["table"]
    assert (len(first.rows), len(second.rows), second.pager.after) == (50, 2, "")
    assert len(csv_rows(client, page("levels"))) == 53
    assert len(csv_rows(Client(), "/levels/en")) == 53
