"""Levels of places and areas by the rule in force: when one may come down, what it waits for, what is above the rule.

Pure: days and counts in, a decision with its reasons out. Source of the numbers: `rules.versions`.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from yinghuo.desks.response.rules.versions import Step, Version

EXTENTS = ("unit", "venue", "building", "cell", "street", "county")  # the narrowest first
RANKS = ("low", "medium", "high")  # the lowest first
NO_LEVEL = "none"


class Round(NamedTuple):
    """One round of assays at a place: how many were expected and swabbed, how many of them were positive."""

    on: date
    expected: int
    swabbed: int
    positive: int

    @property
    def negative(self) -> bool:
        """All negative: everybody who was expected was swabbed, and nobody was positive."""
        return self.positive == 0 and self.swabbed >= self.expected > 0


class Standing(NamedTuple):
    """A level as it stands: since when, come down from which, the last infection found there, the rounds held."""

    level: str
    starts_on: date
    came_from: str | None = None
    last_found_on: date | None = None
    rounds: Sequence[Round] = ()


class Outlook(NamedTuple):
    """What a level can become, and what it waits for.

    to:           the next level; None where the rule knows no step
    clean_days:   days without a new infection, of `needed_days`
    due_on:       the earliest day of the step, should the days stay clean
    round_from:   the earliest day of the round that counts; round_on: the day of the one that does
    waits_for:    of "days", "round" and "positive" (a round since then was positive); empty: the step may be taken
    overdue_days: days since the step could have been taken at the earliest, 0 until then
    """

    to: str | None
    clean_days: int
    needed_days: int
    due_on: date | None
    round_from: date | None
    round_on: date | None
    waits_for: tuple[str, ...]
    overdue_days: int


def outlook(version: Version, standing: Standing, on: date) -> Outlook:
    """The step that a level can take by the rule in force on a day.

    A level that the rule no longer knows may come down at once: to the next one below it that the rule does know.

    >>> from yinghuo.desks.response.rules.versions import version_on
    >>> july = date(2022, 7, 1)
    >>> high = Standing("high", july, rounds=[Round(date(2022, 7, 8), 300, 300, 0)])
    >>> outlook(version_on(july), high, date(2022, 7, 7)).waits_for
    ('days', 'round')
    >>> after_a_week = outlook(version_on(july), high, date(2022, 7, 8))
    >>> after_a_week.to, after_a_week.waits_for
    ('medium', ())
    """
    zero = _day_zero(standing)
    clean = max((on - zero).days, 0)
    if standing.level not in version.levels:
        lower = _known_below(version, standing.level)
        since = max(zero, version.valid_from)
        return Outlook(lower, clean, 0, since, None, None, (), max((on - since).days, 0))
    step = step_of(version, standing.level, standing.came_from)
    if step is None:
        return Outlook(None, clean, 0, None, None, None, (), 0)
    return _by_step(step, standing, zero, on)


def step_of(version: Version, level: str, came_from: str | None) -> Step | None:
    """The step by which a level comes down; the one for a level that came down itself goes first."""
    fitting = [step for step in version.steps if step.level == level and step.after in (None, came_from)]
    return max(fitting, key=lambda step: step.after is not None, default=None)


def above(version: Version, *, level: str, extent: str, suggested: str | None) -> tuple[str, ...]:
    """In what a level is above the rule: "unknown_level", "too_wide", "above_suggestion"; empty when it is not.

    suggested: what the rule makes of the place (`rules.risk`), NO_LEVEL for nothing; None where nobody reckoned it

    >>> from yinghuo.desks.response.rules.versions import version_on
    >>> above(version_on(date(2022, 11, 20)), level="medium", extent="street", suggested="high")
    ('unknown_level',)
    >>> above(version_on(date(2022, 11, 20)), level="high", extent="street", suggested="high")
    ('too_wide',)
    """
    if level not in version.levels:
        return ("unknown_level",)
    faults = []
    if EXTENTS.index(extent) > EXTENTS.index(version.widest[level]):
        faults.append("too_wide")
    if suggested is not None and rank(level) > rank(suggested):
        faults.append("above_suggestion")
    return tuple(faults)


def rank(level: str) -> int:
    """How high a level is: 0 for none, 3 for high.

    >>> rank("none"), rank("low"), rank("high")
    (0, 1, 3)
    """
    return RANKS.index(level) + 1 if level in RANKS else 0


def planned_end(version: Version, standing: Standing) -> date:
    """The last day on which a level stands if nothing new is found and every round comes in time."""
    due_on = outlook(version, standing, standing.starts_on).due_on
    return due_on or standing.starts_on


def _by_step(step: Step, standing: Standing, zero: date, on: date) -> Outlook:
    due_on = zero + timedelta(days=max(step.clean_days, step.round_day or 0))
    clean = max((on - zero).days, 0)
    from_day = None if step.round_day is None else zero + timedelta(days=step.round_day)
    counting = [one for one in standing.rounds if from_day and from_day <= one.on <= on]
    negative = max((one.on for one in counting if one.negative), default=None)
    waits = ["days"] if clean < step.clean_days else []
    waits += _waits_for_round(from_day, negative, counting)
    late = max((on - due_on).days, 0)
    return Outlook(step.to, clean, step.clean_days, due_on, from_day, negative, tuple(waits), late)


def _waits_for_round(from_day: date | None, negative: date | None, counting: Sequence[Round]) -> list[str]:
    positives = [one.on for one in counting if one.positive]
    if positives and (negative is None or max(positives) >= negative):
        return ["positive"]
    return ["round"] if from_day and negative is None else []


def _day_zero(standing: Standing) -> date:
    """The day that clean days are counted from; a level that came down counts from its own first day at the least."""
    if standing.last_found_on is None:
        return standing.starts_on
    return max(standing.last_found_on, standing.starts_on) if standing.came_from else standing.last_found_on


def _known_below(version: Version, level: str) -> str:
    return max((one for one in version.levels if rank(one) < rank(level)), key=rank, default=NO_LEVEL)
