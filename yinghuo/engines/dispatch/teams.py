"""Teams and tasks as `assign` sees them, and their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

import numpy as np

from yinghuo.engines.dispatch.ways import Floats, Whole

FAR_MIN = 1e9  # minutes of a clock that never runs out
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Team:
    """A team that can be sent.

    lat, lon:    where it is, degrees
    skills:      what it can do; a mapping (skill -> people who have it) will do too
    free_at:     aware moment from which it can leave; None: at once
    shift_from, shift_to: hours of the day, in the zone of `now`, between which it can leave; None or equal: always
    load_h:      hours that it worked of late, for a fair share
    members:     people in the team
    reserve_min: minutes that it counts as further away, so that a reserve is drawn on last
    """

    id: Any
    lat: float
    lon: float
    skills: frozenset[str] = frozenset()
    free_at: datetime | None = None
    shift_from: time | None = None
    shift_to: time | None = None
    load_h: float = 0.0
    members: int = 5
    reserve_min: float = 0.0


@dataclass(frozen=True)
class Task:
    """Something that a team must go to.

    skills:    all of them must be in one team
    arrive_by: aware moment by which somebody must be there; None: no clock
    weight:    what serving it counts for, above 0, when not all can be served
    members:   people that it takes at least
    """

    id: Any
    lat: float
    lon: float
    skills: frozenset[str] = frozenset()
    arrive_by: datetime | None = None
    weight: float = 1.0
    members: int = 0


@dataclass(frozen=True)
class TeamColumns:
    """Teams as columns; `ready_min`, minutes after now, is when it can leave, `free_min` when it is done elsewhere."""

    ids: list[Any]
    lat: Floats
    lon: Floats
    skills: Whole
    members: Whole
    load_h: Floats
    reserve_min: Floats
    free_min: Floats
    ready_min: Floats


@dataclass(frozen=True)
class TaskColumns:
    """Tasks as columns; `clock_min`: minutes from now, FAR_MIN for none."""

    ids: list[Any]
    lat: Floats
    lon: Floats
    skills: Whole
    members: Whole
    weight: Floats
    clock_min: Floats
    wanted: list[list[str]]


One = TypeVar("One")


def given(kind: type[One], rows: Sequence[One | Mapping[str, Any]]) -> list[One]:
    """Rows as `kind`; mappings with its names are taken too. ValueError for an id that stands twice."""
    made = [kind(**row) if isinstance(row, Mapping) else row for row in rows]
    ids = [getattr(one, "id") for one in made]  # noqa: B009 - the kinds share no base
    if len(set(ids)) != len(ids):
        raise ValueError(f"an id of {kind.__name__} stands twice")
    return made


def skill_bits(teams: Sequence[Team], tasks: Sequence[Task]) -> dict[str, int]:
    """A bit for each skill that is named; ValueError for more than 62."""
    named = [*(one.skills for one in teams), *(one.skills for one in tasks)]
    names = sorted({skill for skills in named for skill in skills})
    if len(names) > 62:
        raise ValueError(f"{len(names)} skills are more than 62")
    return {name: 1 << place for place, name in enumerate(names)}


def team_columns(teams: Sequence[Team], now: datetime, bits: Mapping[str, int]) -> TeamColumns:
    """Columns of the teams."""
    free = [max(_minutes(one.free_at, now), 0.0) if one.free_at else 0.0 for one in teams]
    ready = [
        minutes + _until_shift(one, now + timedelta(minutes=minutes)) for one, minutes in zip(teams, free, strict=True)
    ]
    return TeamColumns(
        ids=[one.id for one in teams],
        lat=_floats(one.lat for one in teams),
        lon=_floats(one.lon for one in teams),
        skills=np.array([_bits(one.skills, bits) for one in teams], np.int64),
        members=np.array([one.members for one in teams], np.int64),
        load_h=_floats(one.load_h for one in teams),
        reserve_min=_floats(one.reserve_min for one in teams),
        free_min=_floats(free),
        ready_min=_floats(ready),
    )


def task_columns(tasks: Sequence[Task], now: datetime, bits: Mapping[str, int]) -> TaskColumns:
    """Columns of the tasks; ValueError for a weight that is not above 0."""
    if any(one.weight <= 0 for one in tasks):
        raise ValueError("a task's weight must be above 0")
    return TaskColumns(
        ids=[one.id for one in tasks],
        lat=_floats(one.lat for one in tasks),
        lon=_floats(one.lon for one in tasks),
        skills=np.array([_bits(one.skills, bits) for one in tasks], np.int64),
        members=np.array([one.members for one in tasks], np.int64),
        weight=_floats(one.weight for one in tasks),
        clock_min=_floats(_minutes(one.arrive_by, now) if one.arrive_by else FAR_MIN for one in tasks),
        wanted=[sorted(one.skills) for one in tasks],
    )


def _until_shift(team: Team, moment: datetime) -> float:
    """Minutes until the team's next hour of duty; 0 within its shift."""
    begins, ends = team.shift_from, team.shift_to
    if begins is None or ends is None or begins == ends:
        return 0.0
    local = moment.timetz().replace(tzinfo=None)
    on_duty = begins <= local < ends if begins < ends else local >= begins or local < ends
    if on_duty:
        return 0.0
    start = moment.replace(hour=begins.hour, minute=begins.minute, second=begins.second, microsecond=0)
    return _minutes(start if start > moment else start + DAY, moment)


def _minutes(at: datetime, now: datetime) -> float:
    return (at - now).total_seconds() / 60


def _bits(skills: frozenset[str], bits: Mapping[str, int]) -> int:
    return sum(bits[skill] for skill in set(skills))


def _floats(values: Any) -> Floats:
    made = np.fromiter(values, float)
    if not np.isfinite(made).all():
        raise ValueError("a place or a number is not finite")
    return made
