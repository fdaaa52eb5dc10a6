"""Dated planning rules: a plan counts what the rule of its date says, and history is kept."""

from datetime import date
from typing import Any

import pytest

from tests.desks.sampling.plans_world import asked
from yinghuo.desks.sampling import planning_rules
from yinghuo.desks.sampling.planning_rules import GUIDE_3, RULES, Rule, history, in_force, round_h, used
from yinghuo.desks.sampling.queries.plans import Asked, reckon, saved_numbers


@pytest.mark.parametrize(
    ("day", "small", "large"),
    [
        (date(2021, 2, 1), 48, 120),
        (date(2021, 9, 12), 48, 120),
        (date(2021, 9, 13), 48, 72),
        (date(2022, 3, 21), 48, 72),
        (date(2022, 3, 22), 24, 24),
    ],
)
def test_the_time_for_a_round_is_that_of_its_date(day: date, small: int, large: int) -> None:
    assert (round_h(day, 5_000_000), round_h(day, 5_000_001)) == (small, large)


def test_twenty_to_a_tube_is_allowed_from_the_day_of_its_rule() -> None:
    def allowed(day: date) -> list[str]:
        return [one.key for one in reckon(asked(day=day)).alternatives if one.allowed]

    assert allowed(date(2022, 1, 17)) == ["1", "5", "10", "three", "array"]
    assert allowed(date(2022, 1, 18)) == ["1", "5", "10", "20", "three", "array"]


def test_before_the_first_rule_there_is_none_and_the_plan_says_whose_number_it_borrows() -> None:
    assert in_force("site_people", date(2022, 3, 21)) is None
    assert used("site_people", date(2022, 3, 21)).since == date(2022, 3, 22)


def test_a_plan_counts_what_the_rule_of_its_date_says(monkeypatch: pytest.MonkeyPatch) -> None:
    later = (
        Rule("site_people", date(2022, 5, 9), (1_000, 1_500), GUIDE_3),
        Rule("sampler_people", date(2022, 5, 9), (120,), GUIDE_3),
    )
    monkeypatch.setattr(planning_rules, "RULES", (*RULES, *later))
    before, after = (reckon(asked(day=day)).round for day in (date(2022, 5, 8), date(2022, 5, 9)))
    assert (before.sites, before.samplers) == ((20, 30), 167)
    assert (after.sites, after.samplers) == ((40, 60), 500)


def test_rules_that_were_replaced_stay() -> None:
    assert [rule.since for rule in history("round_h")] == [date(2021, 2, 1), date(2021, 9, 13), date(2022, 3, 22)]
    assert all(rule.source and rule.value for rule in RULES)
    assert len({(rule.key, rule.since) for rule in RULES}) == len(RULES)


def test_a_city_of_twenty_million_needs_what_is_known() -> None:
    plan = reckon(asked(population=20_000_000, hours=24))
    assert (plan.round.sites, plan.round.samplers, plan.round.tubes) == ((6_667, 10_000), 55_556, 2_000_000)
    again = {one.key: round(one.recollected) for one in plan.alternatives}
    assert (again["10"], again["20"], again["1"], again["three"], again["array"]) == (19_991, 39_962, 0, 0, 0)


def test_too_few_samplers_finish_late_and_more_finish_in_time() -> None:
    few, many = reckon(asked(samplers=60)), reckon(asked(samplers=600))
    assert few.finish_h > few.asked.hours >= many.finish_h - 0.5
    assert few.site_days and many.site_days
    assert few.site_days.wait_min > 60 > many.site_days.wait_min


def test_a_site_that_holds_a_whole_city_is_not_played() -> None:
    plan = reckon(asked(population=9_000_000, sites=1, samplers=9_000))
    assert plan.site_days is None
    assert plan.finish_h > 24


def test_the_same_plan_is_reckoned_the_same_and_comes_back_from_what_is_kept() -> None:
    one = asked(share=0.00012345, sites=4, clustering=0.125)
    assert saved_numbers(reckon(one)) == saved_numbers(reckon(Asked.of(one.written())))
    assert Asked.of(one.written()) == one
    older = {name: value for name, value in asked().written().items() if name != "clustering"}
    assert Asked.of(older) == asked()


def test_what_is_kept_of_a_plan_can_stand_in_the_ledger() -> None:
    def floats(value: Any) -> list[float]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        return [value] if isinstance(value, float) else [found for one in inner for found in floats(one)]

    plan = reckon(asked())
    assert floats(saved_numbers(plan)) == floats(plan.asked.written()) == []


def test_people_who_cluster_in_tubes_leave_fewer_to_collect_again() -> None:
    scattered, clustered = reckon(asked(share=0.01)), reckon(asked(share=0.01, clustering=0.3))
    assert clustered.round.recollected < 0.7 * scattered.round.recollected
    assert clustered.round.samplers == scattered.round.samplers
    costs = [[one.assays for one in plan.alternatives[1:5]] for plan in (clustered, scattered)]
    assert all(fewer < more for fewer, more in zip(*costs, strict=True))
