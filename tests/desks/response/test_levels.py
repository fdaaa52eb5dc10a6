"""Levels through their actions: proposed, confirmed by another, published, stepped down, flagged."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.desks.response.levels_world import (
    OTHER,
    PROPOSER,
    LevelWorld,
    after,
    asked_for,
    codes,
    moment,
    put_in_force,
    refused,
    run,
)
from tests.web.pages_world import STREET, entered
from yinghuo.core.work.models import Issue
from yinghuo.desks.response.actions import levels
from yinghuo.desks.response.actions.levels import NewLevel
from yinghuo.desks.response.actions.levels_results import NewResult, keep_result
from yinghuo.desks.response.models import AreaLevel, Case, LevelState, PlaceResult, Visit
from yinghuo.desks.response.queries.levels import with_outlook

pytestmark = pytest.mark.django_db
MAY, JULY, NOVEMBER = date(2022, 5, 8), date(2022, 7, 8), date(2022, 11, 18)


def test_a_level_is_proposed_confirmed_by_another_and_published_with_its_basis_and_end() -> None:
    world = LevelWorld(JULY)
    row = world.in_force()
    assert (row.state, row.rank, row.rule) == (LevelState.PUBLISHED, "high", "9th edition")
    assert row.basis == ["law.places", "notice.class_a", "protocol.9"]
    assert (row.starts_on, row.planned_end) == (JULY, after(JULY, 7))
    assert row.because["suggested"] == "high"
    assert [len(entered(f"level.{verb}", f"level:{row.id}")) for verb in ("proposed", "confirmed", "published")] == [
        1
    ] * 3


def test_proposing_confirming_and_publishing_twice_is_the_same_as_once() -> None:
    world = LevelWorld(JULY)
    row = world.in_force()
    new = NewLevel(row.id, "high", "building", JULY, event=world.event, venue=world.dormitory.id)
    assert levels.propose_level(new, by=PROPOSER, at=moment(JULY)).state == LevelState.PUBLISHED
    levels.publish_level(row.id, by=OTHER, at=moment(JULY, 16))
    assert AreaLevel.objects.count() == len(entered("level.published", f"level:{row.id}")) == 1


def test_nobody_confirms_the_own_proposal_and_the_database_holds_it_too() -> None:
    row = LevelWorld(JULY).proposed()
    refused("level.own", lambda: levels.confirm_level(row.id, by=PROPOSER, at=moment(JULY)))
    refused("level.own", lambda: levels.refuse_level(row.id, reason="no", by=PROPOSER, at=moment(JULY)))
    row.state, row.decided_by, row.decided_at = LevelState.CONFIRMED, PROPOSER, moment(JULY)
    with pytest.raises(IntegrityError, match="level_decided_by_another"), transaction.atomic():
        row.save()


def test_a_home_is_published_as_its_building_whatever_name_is_given() -> None:
    world = LevelWorld(JULY)
    row = world.proposed(extent="unit")
    assert (row.name_zh, row.name_en) == ("正阳街道3号宿舍楼", "3号宿舍楼, Zhengyang Street")
    home = world.venue("home", "王家", "Home of the Wangs", "poor")
    new = NewLevel(
        uuid4(), "high", "venue", JULY, event=world.event, venue=home.id, names=("王家", "Home of the Wangs")
    )
    named = levels.propose_level(new, by=PROPOSER, at=moment(JULY))
    assert (named.name_zh, named.name_en) == ("正阳街道", "Zhengyang Street")


def test_a_turned_down_proposal_says_why_and_makes_room_for_another() -> None:
    world = LevelWorld(JULY)
    row = world.proposed()
    refused("level.asked_for", world.proposed)
    refused("access.reason", lambda: levels.refuse_level(row.id, reason=" ", by=OTHER, at=moment(JULY)))
    levels.refuse_level(row.id, reason="The people moved out before", by=OTHER, at=moment(JULY))
    assert world.proposed().id != row.id


def test_in_july_high_comes_down_over_medium_to_low_and_each_step_is_a_row() -> None:
    world = LevelWorld(JULY)
    high = world.in_force()
    world.round(high, after(JULY, 7))
    run(after(JULY, 7))
    medium = put_in_force(asked_for(), moment(after(JULY, 7), 9))
    run(after(JULY, 9))
    assert not AreaLevel.objects.filter(state=LevelState.PROPOSED).exists()
    run(after(JULY, 10))
    put_in_force(asked_for(), moment(after(JULY, 10), 9))
    rows = list(AreaLevel.objects.order_by("starts_on"))
    assert [(row.rank, row.starts_on, row.ended_on) for row in rows] == [
        ("high", JULY, after(JULY, 7)), ("medium", after(JULY, 7), after(JULY, 10)),
        ("low", after(JULY, 10), after(JULY, 10)),
    ]  # fmt: skip
    assert {row.chain for row in rows} == {high.id}
    assert (medium.came_from, medium.proposed_by, medium.decided_by) == ("high", "system:levels", OTHER)


@pytest.mark.parametrize(("begun", "days"), [(MAY, 14), (NOVEMBER, 5)])
def test_in_may_and_november_high_comes_down_to_low_without_a_round(begun: date, days: int) -> None:
    LevelWorld(begun).in_force()
    run(after(begun, days - 1))
    assert not AreaLevel.objects.filter(state=LevelState.PROPOSED).exists()
    run(after(begun, days))
    assert asked_for().rank == "low"


def test_no_level_is_lowered_without_the_round_by_hand_either() -> None:
    world = LevelWorld(JULY)
    high, day = world.in_force(), after(JULY, 8)
    new = NewLevel(uuid4(), "medium", "building", day, event=world.event, venue=world.dormitory.id)
    refused("level.not_ready", lambda: levels.propose_level(new, by=PROPOSER, at=moment(day)))
    world.round(high, day)
    assert levels.propose_level(new, by=PROPOSER, at=moment(day)).rank == "medium"


def test_a_step_skips_no_level() -> None:
    world = LevelWorld(JULY)
    day = after(JULY, 7)
    world.round(world.in_force(), day)
    new = NewLevel(uuid4(), "low", "building", day, event=world.event, venue=world.dormitory.id)
    refused("level.too_low", lambda: levels.propose_level(new, by=PROPOSER, at=moment(day, 21)))


def test_a_case_found_after_the_proposal_keeps_the_level_up() -> None:
    world = LevelWorld(JULY)
    day = after(JULY, 7)
    world.round(world.in_force(), day)
    run(day)
    step, person = asked_for(), uuid4()
    world.visit(person, world.dormitory, after(JULY, 6), 8, 10)
    world.case(person, day)
    refused("level.not_ready", lambda: levels.confirm_level(step.id, by=OTHER, at=moment(day, 22)))


def test_a_case_elsewhere_or_found_in_isolation_does_not_keep_the_level_up() -> None:
    world = LevelWorld(JULY)
    level, there, isolated = world.in_force(), uuid4(), uuid4()
    world.visit(there, world.canteen, after(JULY, 4), 8, 2)
    world.visit(isolated, world.dormitory, after(JULY, 4), 8, 2)
    world.case(there, after(JULY, 5))
    world.case(isolated, after(JULY, 5), in_isolation=True)
    [row] = with_outlook([level], after(JULY, 7))
    assert row.outlook.clean_days == 7


def test_a_positive_round_counts_as_an_infection_found_that_day() -> None:
    world = LevelWorld(JULY)
    level = world.in_force()
    world.round(level, after(JULY, 7), positive=1)
    [row] = with_outlook([level], after(JULY, 8))
    assert (row.outlook.clean_days, row.outlook.due_on) == (1, after(JULY, 14))


def test_the_days_survive_the_erasing_of_visits() -> None:
    world = LevelWorld(JULY)
    level = world.in_force()
    Visit.objects.all().delete()
    [row] = with_outlook([level], after(JULY, 6))
    assert row.outlook.clean_days == 6


def test_a_level_kept_longer_than_the_rule_is_flagged_with_what_it_waits_for() -> None:
    world = LevelWorld(JULY)
    level = world.in_force()
    run(after(JULY, 7))
    assert codes() == set()
    run(after(JULY, 8))
    run(after(JULY, 8))
    [issue] = Issue.objects.all()
    assert (issue.code, issue.subject, issue.detail["waits_for"]) == (
        "response.level_overdue",
        f"level:{level.id}",
        ["round"],
    )


def test_a_step_that_nobody_confirms_is_flagged_the_next_day() -> None:
    world = LevelWorld(NOVEMBER)
    world.in_force()
    run(after(NOVEMBER, 5))
    run(after(NOVEMBER, 6))
    assert [issue.detail["waits_for"] for issue in Issue.objects.all()] == [["confirming"]]


def test_a_level_above_the_rule_is_flagged_at_once_and_needs_a_reason_to_be_confirmed() -> None:
    world = LevelWorld(JULY)
    row = world.proposed("high", "venue", world.workshop)
    assert (row.excess, codes()) == (["above_suggestion"], {"response.level_above_rule"})
    refused("level.above_needs_reason", lambda: levels.confirm_level(row.id, by=OTHER, at=moment(JULY)))
    levels.confirm_level(row.id, because_above="The doors stood open to the dormitory", by=OTHER, at=moment(JULY))


def test_a_medium_level_of_november_is_flagged_and_may_be_lifted_at_once() -> None:
    world = LevelWorld(date(2022, 11, 9))
    row = world.in_force("medium", "venue", world.workshop)
    assert codes() == set()
    refused(
        "level.within_rule",
        lambda: levels.lift_level(row.id, reason="enough", by=OTHER, at=moment(after(world.day, 1))),
    )
    run(date(2022, 11, 11))
    assert codes() == {"response.level_above_rule"}
    levels.lift_level(row.id, reason="Level abolished", by=OTHER, at=moment(date(2022, 11, 11)))
    assert AreaLevel.objects.get(id=row.id).state == LevelState.ENDED


def test_low_stands_while_another_place_is_higher_and_all_are_lifted_together() -> None:
    world = LevelWorld(NOVEMBER)
    world.in_force()
    other = world.venue("dormitory", "5号宿舍楼101室", "Room 101", "poor", building="5号宿舍楼")
    person, later = uuid4(), after(NOVEMBER, 2)
    world.visit(person, other, after(NOVEMBER, 1), 8, 2)
    world.case(person, later)
    second = NewLevel(uuid4(), "high", "building", later, event=world.event, venue=other.id)
    put_in_force(levels.propose_level(second, by=PROPOSER, at=moment(later)), moment(later, 15))
    run(after(NOVEMBER, 5))
    first_low = put_in_force(asked_for(), moment(after(NOVEMBER, 5), 9))
    assert first_low.state == LevelState.PUBLISHED
    run(after(NOVEMBER, 7))
    put_in_force(asked_for(), moment(after(NOVEMBER, 7), 9))
    assert set(AreaLevel.objects.values_list("state", flat=True)) == {LevelState.ENDED}


def test_a_level_can_be_raised_again_after_it_came_down() -> None:
    world = LevelWorld(JULY)
    day = after(JULY, 7)
    world.round(world.in_force(), day)
    run(day)
    put_in_force(asked_for(), moment(day, 21))
    person, found_on = uuid4(), after(JULY, 8)
    world.visit(person, world.dormitory, day, 8, 10)
    world.case(person, found_on)
    new = NewLevel(uuid4(), "high", "building", found_on, event=world.event, venue=world.dormitory.id)
    raised = put_in_force(levels.propose_level(new, by=PROPOSER, at=moment(found_on)), moment(found_on, 15))
    assert (raised.came_from, raised.planned_end) == ("", after(found_on, 7))


def test_an_area_taken_over_has_no_event_and_still_comes_down_by_the_rule() -> None:
    world = LevelWorld(NOVEMBER)
    Case.objects.update(in_isolation=True)
    new = NewLevel(uuid4(), "high", "street", NOVEMBER, area_code=STREET, because={"taken_over": True})
    row = levels.propose_level(new, by=PROPOSER, at=moment(NOVEMBER))
    assert row.excess == ["too_wide"]
    put_in_force(row, moment(NOVEMBER, 15))
    run(after(NOVEMBER, 5))
    assert (asked_for().rank, asked_for().event_id, world.event.levels.count()) == ("low", None, 0)


def test_a_basis_must_be_there_and_in_force() -> None:
    world = LevelWorld(JULY)
    new = NewLevel(
        uuid4(), "high", "building", JULY, event=world.event, venue=world.dormitory.id, basis=("protocol.8",)
    )
    refused("level.basis_not_in_force", lambda: levels.propose_level(new, by=PROPOSER, at=moment(JULY)))


def test_a_result_needs_evidence_sums_that_agree_and_a_day_that_has_come() -> None:
    level = LevelWorld(JULY).in_force()

    def keep(on: date, swabbed: int, positive: int, evidence: str) -> PlaceResult:
        new = NewResult(uuid4(), "round", on, 300, swabbed, positive, evidence, level=level.id)
        return keep_result(new, by=PROPOSER, at=moment(JULY))

    refused("place.no_evidence", lambda: keep(JULY, 300, 0, "  "))
    refused("place.counts", lambda: keep(JULY, 300, 301, "Round 1"))
    refused("place.later_than_now", lambda: keep(after(JULY, 1), 300, 0, "Round 1"))
    row = keep(JULY, 300, 0, "Round 1")
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        PlaceResult.objects.filter(id=row.id).update(positive=1)
