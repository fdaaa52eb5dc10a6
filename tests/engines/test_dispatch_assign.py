"""Teams to tasks: against a slow twin that tries everything, and each reason why something is left out."""

from datetime import UTC, datetime, time, timedelta
from itertools import permutations

import numpy as np
import pytest

from yinghuo.engines.carriage import Place, km
from yinghuo.engines.dispatch import WHY, Choice, Roads, Task, Team, assign

NOW = datetime(2022, 5, 10, 10, 0, tzinfo=UTC)
TRACING, POLICE = frozenset({"tracing"}), frozenset({"tracing", "police"})


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def team(name: str = "A", km_north: float = 0.0, **more: object) -> Team:
    return Team(name, 43.9 + km_north / 111.195, 125.3, **({"skills": TRACING} | more))  # type: ignore[arg-type]


def task(name: str = "1", km_north: float = 0.0, **more: object) -> Task:
    return Task(name, 43.9 + km_north / 111.195, 125.3, **({"skills": TRACING} | more))  # type: ignore[arg-type]


def why(teams: list[Team], wanted: Task, **rules: object) -> str:
    (left,) = assign(teams, [wanted], NOW, **rules).unserved
    assert left.why in WHY and left.id == wanted.id
    return left.why


def test_the_way_is_the_great_circle_times_the_detour() -> None:
    (choice,) = assign([team(km_north=10)], [task()], NOW, roads=Roads(speed_kmh=60, detour=1.5)).choices
    straight = km(Place(43.9, 125.3), Place(43.9 + 10 / 111.195, 125.3))
    assert choice.distance_km == pytest.approx(1.5 * straight, abs=0.05)
    assert choice.way_min == pytest.approx(1.5 * straight, abs=0.05)
    assert choice.arrive_at == pytest.approx(NOW + minutes(1.5 * straight), abs=minutes(0.1))


def test_each_reason_for_leaving_out_is_the_first_that_holds() -> None:
    due = {"arrive_by": NOW + minutes(30)}
    assert why([team()], task(skills=POLICE)) == "no_skill"
    assert why([team()], task(members=6)) == "too_few_members"
    assert why([team(km_north=50)], task(), reach_km=60) == "out_of_reach"
    assert why([team(shift_from=time(11), shift_to=time(18))], task(**due)) == "off_shift"
    assert why([team(free_at=NOW + minutes(45))], task(**due)) == "busy"
    assert why([team(km_north=50)], task(**due)) == "too_late"
    done = assign([team()], [task("1"), task("2")], NOW)
    assert [(left.why, left.facts) for left in done.unserved] == [("all_sent", {"able": 1})]
    assert why([], task()) == "no_skill"


def test_two_skills_must_be_in_one_team() -> None:
    apart = [team("A"), team("B", skills=frozenset({"police"}))]
    assert why(apart, task(skills=POLICE)) == "no_skill"
    assert assign([*apart, team("C", skills=POLICE)], [task(skills=POLICE)], NOW).pairs == {"1": "C"}


def test_a_late_team_is_taken_when_late_is_better_than_never() -> None:
    done = assign([team(km_north=50)], [task(arrive_by=NOW + minutes(30))], NOW, most_late_min=600)
    assert done.choices[0].spare_min == pytest.approx(30 - 105, abs=0.5)


def test_who_becomes_free_or_comes_on_duty_in_time_waits() -> None:
    due = task(arrive_by=NOW + minutes(120))
    (busy,) = assign([team(free_at=NOW + minutes(30))], [due], NOW).choices
    (asleep,) = assign([team(shift_from=time(11), shift_to=time(2))], [due], NOW).choices
    assert (busy.wait_min, asleep.wait_min, busy.spare_min) == (30, 60, 90)
    (night,) = assign([team(shift_from=time(20), shift_to=time(10, 30))], [due], NOW).choices
    assert night.wait_min == 0


def test_shifts_are_hours_of_the_zone_of_now() -> None:
    local = NOW.astimezone(tz=__import__("zoneinfo").ZoneInfo("Asia/Shanghai"))  # 18:00
    one = team(shift_from=time(8), shift_to=time(17))
    assert assign([one], [task()], NOW).choices[0].wait_min == 0
    assert assign([one], [task()], local).choices[0].wait_min == 14 * 60


def test_load_reserve_and_weight_turn_a_close_choice() -> None:
    near, far = team("A", 1, load_h=12.0), team("B", 2)
    assert assign([near, far], [task()], NOW).pairs == {"1": "B"}
    assert assign([near, far], [task()], NOW, fair_min_per_h=0).pairs == {"1": "A"}
    assert assign([team("A", 1, reserve_min=30.0), far], [task()], NOW).pairs == {"1": "B"}
    assert assign([team()], [task("1"), task("2", 20, weight=2.0)], NOW).pairs == {"2": "A"}


def test_the_whole_is_weighed_not_one_after_the_other() -> None:
    # Greedy sends A, the nearest, to task 1, and B cannot reach task 2 in time.
    teams, due = [team("A", 0), team("B", -8)], {"arrive_by": NOW + minutes(25)}
    tasks = [task("1", 1, **due), task("2", 8, arrive_by=NOW + minutes(26))]
    assert assign(teams, tasks, NOW).pairs == {"1": "B", "2": "A"}
    assert assign(teams, tasks, NOW, method="greedy").pairs == {"1": "A"}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_beats_it_when_everything_is_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    skills = ["tracing", "police", "transfer"]
    teams = [
        Team(i, 43.9 + rng.random() / 3, 125.3, frozenset(rng.choice(skills, 2, replace=False).tolist()))
        for i in range(5)
    ]
    tasks = [
        Task(i, 43.9 + rng.random() / 3, 125.3, frozenset(rng.choice(skills, 1).tolist()), NOW + minutes(int(m)))
        for i, m in enumerate(rng.integers(10, 60, 5))
    ]
    done = assign(teams, tasks, NOW, alternatives=5)
    alone = {(c.team, c.task): c for each in tasks for c in _alone(teams, each)}
    best = max(_worth(order, alone) for order in permutations(range(5)))
    assert (len(done.choices), -round(sum(c.cost_min for c in done.choices), 1)) == pytest.approx(best, abs=0.3)
    greedy = assign(teams, tasks, NOW, method="greedy")
    assert len(greedy.choices) <= len(done.choices)


def _alone(teams: list[Team], wanted: Task) -> list[Choice]:
    return [choice for one in teams for choice in assign([one], [wanted], NOW).choices]


def _worth(order: tuple[int, ...], alone: dict[tuple[int, int], Choice]) -> tuple[int, float]:
    chosen = [alone[team, task] for task, team in enumerate(order) if (team, task) in alone]
    return len(chosen), -round(sum(one.cost_min for one in chosen), 1)


def test_others_are_the_next_best_and_idle_ones_are_told() -> None:
    done = assign([team("A", 3), team("B", 1), team("C", 2), team("D", 0, skills=frozenset())], [task()], NOW)
    assert [other.team for other in done.choices[0].others] == ["C", "A"]
    assert done.idle == ("A", "C", "D")


def test_mappings_do_as_well_and_nonsense_is_refused() -> None:
    rows = [{"id": "A", "lat": 43.9, "lon": 125.3, "skills": {"tracing": 2}}]
    assert assign(rows, [{"id": 1, "lat": 43.9, "lon": 125.3}], NOW).pairs == {1: "A"}
    assert assign([], [], NOW).choices == ()
    for teams, tasks, moment in (
        ([team(), team()], [], NOW),
        ([team(km_north=float("nan"))], [], NOW),
        ([], [task(weight=0)], NOW),
        ([], [], NOW.replace(tzinfo=None)),
    ):
        with pytest.raises(ValueError, match=r"twice|finite|weight|aware"):
            assign(teams, tasks, moment)


def test_what_is_long_overdue_still_gets_the_nearest() -> None:
    overdue = task(arrive_by=NOW - minutes(30_000))
    teams = [team("FAR", 40), team("NEAR", 2), team("MIDDLE", 20)]
    done = assign(teams, [overdue], NOW, most_late_min=float("inf"))
    assert (done.pairs, [one.team for one in done.choices[0].others]) == ({"1": "NEAR"}, ["MIDDLE", "FAR"])
    assert done.choices[0].spare_min == pytest.approx(-30_004, abs=1)
