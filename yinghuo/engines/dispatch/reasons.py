"""Why something is left out: the first reason of a fixed order that holds."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from yinghuo.engines.dispatch.teams import TaskColumns, TeamColumns
from yinghuo.engines.dispatch.ways import Floats

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

WHY: dict[str, str] = {
    "no_skill": "no team, or no vehicle, has the skills",
    "too_few_members": "no team with the skills has as many people",
    "too_large": "it is more than any vehicle carries",
    "out_of_reach": "no team that could do it is within reach",
    "off_shift": "who could do it is off shift until after the clock has run out",
    "busy": "who could do it is busy until after the clock has run out",
    "too_late": "nobody who could do it arrives by the clock",
    "all_sent": "who could do it goes to something else",
    "no_room": "no vehicle that could do it has room or time left",
}


@dataclass(frozen=True)
class Unserved:
    """A task or a stop that is left out.

    why:   a key of WHY
    facts: what the reason rests on: the `skills`, `nearest_km`, `late_min` of who would be there first and so on
    """

    task: Any
    why: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> Any:
        """Id of the task or stop."""
        return self.task


@dataclass(frozen=True)
class Fit:
    """Which team could do which task, by each condition alone; shape (teams, tasks)."""

    skilled: Mask
    enough: Mask
    in_reach: Mask
    in_time: Mask
    km: Floats
    way_min: Floats

    @property
    def all(self) -> Mask:
        """Every condition at once."""
        return self.skilled & self.enough & self.in_reach & self.in_time


def why_not(column: int, fit: Fit, teams: TeamColumns, tasks: TaskColumns, latest_min: float) -> Unserved:
    """Why the task of a column is unserved; `latest_min` is the arrival that would still do, minutes from now."""
    task, skilled = tasks.ids[column], fit.skilled[:, column]
    if not skilled.any():
        return Unserved(task, "no_skill", {"skills": tasks.wanted[column]})
    able = skilled & fit.enough[:, column]
    if not able.any():
        return Unserved(task, "too_few_members", {"most": int(teams.members[skilled].max())})
    near = able & fit.in_reach[:, column]
    if not near.any():
        return Unserved(task, "out_of_reach", {"nearest_km": _km(fit.km[able, column].min())})
    if (near & fit.in_time[:, column]).any():
        return Unserved(task, "all_sent", {"able": int((near & fit.in_time[:, column]).sum())})
    return _late(column, near, fit, teams, latest_min, task)


def _late(column: int, near: Mask, fit: Fit, teams: TeamColumns, latest_min: float, task: Any) -> Unserved:
    way, free, ready = fit.way_min[near, column], teams.free_min[near], teams.ready_min[near]
    facts = {"late_min": round(float((ready + way).min() - latest_min), 1)}
    if (free + way <= latest_min).any():
        return Unserved(task, "off_shift", facts)
    if (way <= latest_min).any():
        return Unserved(task, "busy", facts)
    return Unserved(task, "too_late", facts)


def _km(value: float) -> float:
    return round(float(value), 1)
