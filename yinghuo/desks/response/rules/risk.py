"""What the rule makes of a place: points by an assumption that is dated, a level by the rule in force, with reasons.

The protocol describes places in words ("frequent activity, high risk of transmission"; "stayed for some time, possible
risk"). The points are this project's own reading of these words, an assumption that a region sets for itself.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from yinghuo.desks.response.rules.levels import NO_LEVEL
from yinghuo.desks.response.rules.versions import Version
from yinghuo.engines.risk import FACTORS, Places, Weight, points

AIR = {"open": 0.0, "good": 0.25, "unknown": 0.6, "poor": 0.8, "none": 1.0}
LIVED_IN = frozenset({"home", "dormitory"})
NO_AREA = frozenset({"bus"})  # a vehicle is cleaned and its passengers are traced; it is no area


class Assumption(NamedTuple):
    """From `valid_from` on: the weights of the factors, and the points from which a place is held to be of a level.

    stayed_min: minutes of infectious people together from which "stayed for some time" is taken to hold
    """

    valid_from: date
    weights: dict[str, Weight]
    high_from: float
    medium_from: float
    stayed_min: int
    because_en: str
    because_zh: str


ASSUMPTIONS = (
    Assumption(
        date(2021, 5, 14),
        {
            "cases": Weight(25, 3),
            "hours": Weight(20, 24),
            "people": Weight(15, 50),
            "air": Weight(15, 1),
            "onward": Weight(15, 2),
            "positives": Weight(10, 2),
        },
        high_from=60,
        medium_from=30,
        stayed_min=15,
        because_en="This project's assumption, 100 points in all; no source gives numbers. Set your own before use.",
        because_zh="本系统自定假设，满分100分；没有来源给出数值，使用前请自行设定。",
    ),
)


class PlaceFacts(NamedTuple):
    """What is known of a place in an event.

    kind, ventilation:   as of the venue
    cases, infectious_min: infectious people who were there before they were isolated, and their minutes together
    people, onward:      others who met them there; of these, who became cases
    positives:           positive assays of people or surfaces there
    """

    kind: str
    ventilation: str
    cases: int
    infectious_min: int
    people: int
    onward: int = 0
    positives: int = 0


class Suggestion(NamedTuple):
    """What the rule makes of a place.

    level:   "high", "medium", "low" or "none"; because: codes of `words.levels.REASONS`
    factors: points by factor, total: their sum, 0 to 100
    """

    level: str
    because: tuple[str, ...]
    factors: dict[str, float]
    total: float


def assumption_on(day: date) -> Assumption:
    """The assumption in force on a day; the first one before that."""
    begun = [one for one in ASSUMPTIONS if one.valid_from <= day]
    return max(begun, key=lambda one: one.valid_from, default=ASSUMPTIONS[0])


def suggest(version: Version, places: Sequence[PlaceFacts], on: date) -> list[Suggestion]:
    """Points and level of each place, by the rule and the assumption in force on a day.

    >>> from yinghuo.desks.response.rules.versions import version_on
    >>> room = PlaceFacts("dormitory", "poor", cases=2, infectious_min=1800, people=40)
    >>> [one.level for one in suggest(version_on(date(2022, 7, 5)), [room], date(2022, 7, 5))]
    ['high']
    """
    if not places:
        return []
    assumed = assumption_on(on)
    found = points(_columns(places), assumed.weights)
    return [_suggestion(version, place, row, assumed) for place, row in zip(places, found, strict=True)]


def _columns(places: Sequence[PlaceFacts]) -> Places:
    rows = [
        (one.cases, one.infectious_min / 60, one.people, AIR[one.ventilation], one.onward, one.positives)
        for one in places
    ]
    return Places(*np.array(rows, dtype=float).T)


def _suggestion(version: Version, place: PlaceFacts, row: np.ndarray, assumed: Assumption) -> Suggestion:
    row = row.round(1)  # so that what is shown adds up
    total = round(float(row.sum()), 1)
    wanted, because = _wanted(place, total, assumed)
    level = wanted if wanted in (*version.levels, NO_LEVEL) else NO_LEVEL
    if level != wanted:
        because = (*because, "level_abolished")
    elif not version.areas_known:
        because = (*because, "from_memory")
    return Suggestion(level, because, dict(zip(FACTORS, row.tolist(), strict=True)), total)


def _wanted(place: PlaceFacts, total: float, assumed: Assumption) -> tuple[str, tuple[str, ...]]:
    if place.cases == 0:
        return NO_LEVEL, ("no_community_risk",)
    if place.kind in NO_AREA:
        return NO_LEVEL, ("vehicle",)
    if place.kind in LIVED_IN and place.infectious_min >= assumed.stayed_min:
        return "high", ("lived_in",)
    if total >= assumed.high_from:
        return "high", ("frequent",)
    if place.infectious_min >= assumed.stayed_min and total >= assumed.medium_from:
        return "medium", ("stayed",)
    return NO_LEVEL, ("below",)
