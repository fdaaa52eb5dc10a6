"""How alike two cases are: the likeness of two people by the rosters' engine, and points for place and time."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from yinghuo.engines.rosters.matching import LIKELY, Facets, likeness

SAME_PERSON = 100
# This project's choices, beside the points that the engine gives for names, birth dates and telephones.
PLACE = {"same_party": 15, "same_street": 10, "same_county": 5}
TIME = {"days_3": 10, "days_14": 5}
RECENT = timedelta(days=14)  # cases of the same county or enterprise so near are compared although no key meets


class Told(NamedTuple):
    """What is compared of a case: who, where, when."""

    facets: Facets
    area_code: str
    party_id: UUID | None
    at: datetime


class Alikeness(NamedTuple):
    """How alike two cases are, 0..100, and why, as codes in order of weight."""

    score: int
    reasons: tuple[str, ...]


def alike(one: Told, other: Told) -> Alikeness | None:
    """How alike, and why; None where it is too little to be proposed.

    The name must speak for it: place and time alone make nobody the same person.
    """
    found = likeness(one.facets, other.facets)
    points = {f"place.{said}": PLACE[said] for said in _place(one, other)}
    points |= {f"time.{said}": TIME[said] for said in _time(one.at, other.at)}
    score = min(found.score + sum(points.values()), 100)
    if not found.score or score < LIKELY:
        return None
    around = sorted(points, key=lambda reason: -points[reason])
    return Alikeness(score, (*found.reasons, *around))


def _place(one: Told, other: Told) -> list[str]:
    if one.party_id and one.party_id == other.party_id:
        return ["same_party"]
    if len(one.area_code) >= 9 and one.area_code[:9] == other.area_code[:9]:
        return ["same_street"]
    return ["same_county"] if one.area_code[:6] == other.area_code[:6] else []


def _time(one: datetime, other: datetime) -> list[str]:
    apart = abs(one - other)
    if apart <= timedelta(days=3):
        return ["days_3"]
    return ["days_14"] if apart <= RECENT else []
