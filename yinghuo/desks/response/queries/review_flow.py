"""Playing the orders of a real curve through the teams, day after day, with the desk's own matching; no writes."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from yinghuo.core.areas.models import Area
from yinghuo.desks.response.models import FlowRun
from yinghuo.desks.response.models.teams import Team as Squad
from yinghuo.desks.response.queries.curves import Curve
from yinghuo.desks.response.rules.clocks import CHINA
from yinghuo.desks.response.rules.flow import Assumed
from yinghuo.engines.dispatch import Task, Team, assign

KM_A_DEGREE = 111.0
KEPT_WAITING = timedelta(days=1)  # an order that nobody served for a day counts as left
MOST_AT_ONCE = 150  # orders matched at a time, the oldest first


@dataclass
class Day:
    """One day as it was played: real infections, orders made of them, how they fared."""

    day: date
    infections: float | None
    orders: int = 0
    served: int = 0
    left: int = 0
    waits_min: list[float] = field(default_factory=list)

    def row(self) -> list[Any]:
        """As a run keeps it."""
        waits = self.waits_min
        mean, most = (round(float(np.mean(waits))), round(float(np.quantile(waits, 0.9)))) if waits else (None, None)
        if self.infections is None:
            return [self.day.isoformat(), None, None, None, None, None, None]
        return [self.day.isoformat(), round(self.infections), self.orders, self.served, self.left, mean, most]


@dataclass(frozen=True)
class Played:
    """What came of it: a row a day, and by team's code how many orders and hours."""

    days: list[list[Any]]
    loads: list[list[Any]]


@dataclass
class Crew:
    """A team while it is played: where it is, when it is free, what it did."""

    team: Team
    orders: int = 0
    hours: float = 0.0


def newest() -> FlowRun | None:
    """The newest simulated flow."""
    return FlowRun.objects.select_related("curve").order_by("-played_at").first()


def centres(codes: list[str]) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the areas' label points; of a county without one, its prefecture's."""
    rows = Area.objects.filter(code__in=[*codes, *(code[:4] for code in codes)], lat__isnull=False, lon__isnull=False)
    known: dict[str, tuple[float, float]] = {area.code: (area.lat, area.lon) for area in rows.defer("outline")}  # type: ignore[misc]
    placed = {code: code if code in known else code[:4] for code in codes}
    return {code: known[at] for code, at in placed.items() if at in known}


def crews(squads: list[Squad]) -> list[Crew]:
    """The registered teams, at home and free."""
    return [
        Crew(Team(id=one.code, lat=one.home_lat, lon=one.home_lon, skills=frozenset(one.skills), members=one.members))
        for one in squads
    ]


@dataclass
class Game:
    """The state of a game: teams, orders that wait, when each order came and on which day it counts."""

    found: list[Crew]
    places: dict[str, tuple[float, float]]
    assumed: Assumed
    rng: np.random.Generator
    waiting: list[Task] = field(default_factory=list)
    came: dict[Any, tuple[datetime, Day]] = field(default_factory=dict)

    def orders_of(self, today: Day, infections: dict[str, float]) -> list[Task]:
        """The orders of one day, each with its moment, place, need and clock; by the moment they come."""
        new = []
        for code, people in infections.items():
            if code in self.places:
                new += [
                    self._order(today, code)
                    for _n in range(self.rng.poisson(people / self.assumed.infections_an_order))
                ]
        today.orders = len(new)
        return sorted(new, key=lambda task: self.came[task.id][0])

    def _order(self, today: Day, code: str) -> Task:
        hour = self.rng.uniform(self.assumed.first_hour, self.assumed.last_hour)
        came = datetime.combine(today.day, time(0), CHINA) + timedelta(hours=float(hour))
        lat, lon = self.places[code]
        north, east = self.rng.normal(0.0, self.assumed.far_km / KM_A_DEGREE, 2)
        skill = self.rng.choice(
            [name for name, _share in self.assumed.shares], p=[part for _name, part in self.assumed.shares]
        )
        task_id = len(self.came)
        self.came[task_id] = (came, today)
        return Task(task_id, lat + float(north), lon + float(east), frozenset({str(skill)}))

    def match(self, now: datetime) -> None:
        """Matches what waits with who is free, the oldest orders first; a served order keeps its team busy."""
        self._give_up(now)
        free = [one for one in self.found if one.team.free_at is None or one.team.free_at <= now]
        tasks = self.waiting[:MOST_AT_ONCE]
        if not free or not tasks:
            return
        crew_of = {one.team.id: one for one in free}
        choices = {one.task: one for one in assign([one.team for one in free], tasks, now, alternatives=0).choices}
        for task in tasks:
            if task.id in choices:
                self._send(crew_of[choices[task.id].team], task, now, float(choices[task.id].way_min))
        self.waiting = [task for task in self.waiting if task.id not in choices]

    def _send(self, crew: Crew, task: Task, now: datetime, way_min: float) -> None:
        came, day = self.came[task.id]
        work_min = float(self.rng.gamma(4.0, self.assumed.work_min / 4.0))
        crew.orders += 1
        crew.hours += (way_min + work_min) / 60
        crew.team = replace(
            crew.team,
            lat=task.lat,
            lon=task.lon,
            load_h=crew.hours,
            free_at=now + timedelta(minutes=way_min + work_min),
        )
        day.served += 1
        day.waits_min.append((now - came).total_seconds() / 60 + way_min)

    def _give_up(self, now: datetime) -> None:
        for task in self.waiting:
            came, day = self.came[task.id]
            day.left += now - came > KEPT_WAITING
        self.waiting = [task for task in self.waiting if now - self.came[task.id][0] <= KEPT_WAITING]


def play(curves: dict[str, Curve], found: list[Crew], assumed: Assumed, *, rng: np.random.Generator) -> Played:
    """Plays the orders of every day on which some part's new infections are known.

    curves: of the parts of the region, by code; a day that no bulletin bounds gives no orders there, for nobody knows
    """
    game = Game(found, centres(list(curves)), assumed, rng)
    days = []
    for at, day in enumerate(next(iter(curves.values())).days):
        known = {code: one.said["likely"][at] for code, one in curves.items()}
        infections = {code: people for code, people in known.items() if people is not None}
        today = Day(day, sum(infections.values()) if infections else None)
        days.append(today)
        _play_day(game, today, infections)
    for task in game.waiting:
        game.came[task.id][1].left += 1
    loads = sorted(([one.team.id, one.orders, round(one.hours, 1)] for one in found), key=lambda row: (-row[2], row[0]))
    return Played([day.row() for day in days], loads)


def _play_day(game: Game, today: Day, infections: dict[str, float]) -> None:
    """One day in steps, from the first order's hour until midnight."""
    new = game.orders_of(today, infections)
    now = datetime.combine(today.day, time(game.assumed.first_hour), CHINA)
    while now.date() == today.day and (new or game.waiting):
        now += timedelta(minutes=game.assumed.step_min)
        due = [task for task in new if game.came[task.id][0] <= now]
        new = new[len(due) :]
        game.waiting += due
        game.match(now)
