"""Which team goes to which task: as many tasks as can be served, at the least cost; each choice says its because."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from yinghuo.engines.dispatch.reasons import Fit, Unserved, why_not
from yinghuo.engines.dispatch.teams import (
    FAR_MIN,
    Task,
    TaskColumns,
    Team,
    TeamColumns,
    given,
    skill_bits,
    task_columns,
    team_columns,
)
from yinghuo.engines.dispatch.ways import Floats, Roads

MOST_PAIRS = 16_000_000  # above it the exact matching would hold everybody up: the greedy one is taken
SLOWEST_MIN = 100_000.0  # no cost of a pair is above it


@dataclass(frozen=True)
class Rules:
    """What is weighed, and what is not allowed.

    roads:          how long a way takes
    reach_km:       the furthest a team is sent, kilometres of road
    most_late_min:  minutes after the clock at which an arrival still is better than none
    late_weight:    what a further minute of lateness costs, in minutes of way
    fair_min_per_h: what an hour of recent work costs, in minutes of way
    alternatives:   other teams named with each choice, the best first
    method:         "optimal" (Hungarian method of scipy), or "greedy": task after task, the most urgent first
    """

    roads: Roads = field(default_factory=Roads)
    reach_km: float = float("inf")
    most_late_min: float = 0.0
    late_weight: float = 5.0
    fair_min_per_h: float = 1.0
    alternatives: int = 3
    method: Literal["optimal", "greedy"] = "optimal"


@dataclass(frozen=True)
class Choice:
    """A team for a task, and the because.

    wait_min:   until it can leave (busy or off shift); way_min: on the road; spare_min: left on the clock when it
                arrives, negative when late, None without a clock; cost_min: what the choice was weighed by
    others:     the next best teams for this task, whether or not they go elsewhere
    """

    team: Any
    task: Any
    distance_km: float
    wait_min: float
    way_min: float
    arrive_at: datetime
    spare_min: float | None
    load_h: float
    cost_min: float
    others: tuple["Choice", ...] = ()


@dataclass(frozen=True)
class Assignment:
    """Who goes where, what is left out and why, who stays; `method` is how it was found."""

    choices: tuple[Choice, ...]
    unserved: tuple[Unserved, ...]
    idle: tuple[Any, ...]
    method: str

    @cached_property
    def by_task(self) -> dict[Any, Choice]:
        """Choices by the task's id."""
        return {one.task: one for one in self.choices}

    @cached_property
    def pairs(self) -> dict[Any, Any]:
        """Team by task."""
        return {one.task: one.team for one in self.choices}


def assign(
    teams: Sequence[Team | Mapping[str, Any]],
    tasks: Sequence[Task | Mapping[str, Any]],
    now: datetime,
    *,
    rules: Rules | None = None,
    **given_rules: Any,
) -> Assignment:
    """One team to one task: the greatest weight of tasks is served, and that at the least cost in minutes.

    Cost is waiting, way, reserve, load and lateness (`Rules`); skills, size, reach, shift and clock are conditions.
    What no team can do is left out with its why. The same input gives the same answer, whatever the order of equals.

    now:         aware; hours of shifts are of its zone. ValueError for a naive one
    given_rules: single rules by name, instead of `rules`: assign(teams, tasks, now, reach_km=80)

    >>> from datetime import UTC
    >>> team = Team("A", 43.88, 125.32, frozenset({"tracing"}))
    >>> done = assign([team], [Task("1", 43.9, 125.3, frozenset({"tracing"}))], datetime(2022, 5, 8, tzinfo=UTC))
    >>> done.pairs, done.choices[0].distance_km
    ({'1': 'A'}, 3.8)
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    held = replace(rules or Rules(), **given_rules)
    team_rows, task_rows = given(Team, teams), given(Task, tasks)
    bits = skill_bits(team_rows, task_rows)
    who, what = team_columns(team_rows, now, bits), task_columns(task_rows, now, bits)
    fit = _fit(who, what, held)
    cost = _cost(fit, who, what, held)
    greedy = held.method == "greedy" or cost.size > MOST_PAIRS
    pairs = _greedy(cost, what) if greedy else _optimal(cost, what)
    return _told(pairs, _Weighed(who, what, fit, cost, now, held), "greedy" if greedy else "optimal")


def _fit(who: TeamColumns, what: TaskColumns, rules: Rules) -> Fit:
    km = rules.roads.km(who.lat, who.lon, what.lat, what.lon)
    way_min = rules.roads.minutes(km)
    return Fit(
        skilled=(what.skills[None, :] & ~who.skills[:, None]) == 0,
        enough=who.members[:, None] >= what.members[None, :],
        in_reach=km <= rules.reach_km,
        in_time=who.ready_min[:, None] + way_min <= (what.clock_min + rules.most_late_min)[None, :],
        km=km,
        way_min=way_min,
    )


def _cost(fit: Fit, who: TeamColumns, what: TaskColumns, rules: Rules) -> Floats:
    """Minutes that a pair costs, at most SLOWEST_MIN; infinite where it is not allowed."""
    arrive_min = who.ready_min[:, None] + fit.way_min
    late_min = np.maximum(
        arrive_min - np.maximum(what.clock_min, 0.0)[None, :], 0.0
    )  # what is late already is past help
    own = who.reserve_min + rules.fair_min_per_h * who.load_h
    cost = np.clip(arrive_min + rules.late_weight * late_min + own[:, None], 0.0, SLOWEST_MIN)
    return np.where(fit.all, cost, np.inf)


def _optimal(cost: Floats, what: TaskColumns) -> list[tuple[int, int]]:
    """Pairs of the least sum, where leaving a task out costs more than any change of teams could save."""
    if not cost.size:
        return []
    finite = np.isfinite(cost)
    dearest = float(cost[finite].max(initial=0.0))
    prize = (dearest + 1.0) * min(cost.shape) * (what.weight / what.weight.min())
    rows, columns = linear_sum_assignment(np.where(finite, np.where(finite, cost, 0.0) - prize[None, :], 0.0))
    return [(row, column) for row, column in zip(rows.tolist(), columns.tolist(), strict=True) if finite[row, column]]


def _greedy(cost: Floats, what: TaskColumns) -> list[tuple[int, int]]:
    """Task after task, the weightiest and then the most urgent first, each gets the cheapest team that is left."""
    if not cost.size:
        return []
    left, pairs = np.zeros(len(cost)), []
    for column in np.lexsort((what.clock_min, -what.weight)).tolist():
        own = cost[:, column] + left
        row = int(own.argmin())
        if np.isfinite(own[row]):
            pairs.append((row, column))
            left[row] = np.inf
    return pairs


@dataclass(frozen=True)
class _Weighed:
    """All that a choice is told from."""

    who: TeamColumns
    what: TaskColumns
    fit: Fit
    cost: Floats
    now: datetime
    rules: Rules

    def choice(self, row: int, column: int) -> Choice:
        """The because of one pair."""
        way, wait = float(self.fit.way_min[row, column]), float(self.who.ready_min[row])
        clock = float(self.what.clock_min[column])
        return Choice(
            team=self.who.ids[row],
            task=self.what.ids[column],
            distance_km=round(float(self.fit.km[row, column]), 1),
            wait_min=round(wait, 1),
            way_min=round(way, 1),
            arrive_at=self.now + timedelta(minutes=wait + way),
            spare_min=None if clock >= FAR_MIN else round(clock - wait - way, 1),
            load_h=round(float(self.who.load_h[row]), 1),
            cost_min=round(float(self.cost[row, column]), 1),
        )

    def others(self, row: int, column: int) -> tuple[Choice, ...]:
        """The next best for the task."""
        costs, wanted = self.cost[:, column], self.rules.alternatives + 1
        first = np.argpartition(costs, wanted)[:wanted] if wanted < len(costs) else np.arange(len(costs))
        best = first[np.argsort(costs[first], kind="stable")].tolist()
        named = [other for other in best if other != row and np.isfinite(costs[other])]
        return tuple(self.choice(other, column) for other in named[: self.rules.alternatives])


def _told(pairs: Sequence[tuple[int, int]], weighed: _Weighed, method: str) -> Assignment:
    rules, what = weighed.rules, weighed.what
    in_order = sorted(pairs, key=lambda pair: pair[1])
    choices = [replace(weighed.choice(row, column), others=weighed.others(row, column)) for row, column in in_order]
    served = {column for _, column in pairs}
    unserved = [
        why_not(column, weighed.fit, weighed.who, what, float(what.clock_min[column]) + rules.most_late_min)
        for column in range(len(what.ids))
        if column not in served
    ]
    sent = {row for row, _ in pairs}
    idle = [team for row, team in enumerate(weighed.who.ids) if row not in sent]
    return Assignment(tuple(choices), tuple(unserved), tuple(idle), method)
