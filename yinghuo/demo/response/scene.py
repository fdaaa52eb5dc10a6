"""Who and what the steps of the response desk's scenario share."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yinghuo.demo.world import named

AREA, STREET = "220106", "220106001"
LAT, LON = 43.8817, 125.2475  # somewhere in the district, no real plant's place


def event_id() -> UUID:
    """The id of the plant's event, the same in every run."""
    return named("response-event", "plant")


@dataclass(frozen=True)
class Scene:
    """The scenario as the steps see it.

    scale:   of the demonstration, above 0 and up to 1: how many visits, teams' calls and so on there are
    now:     the moment at which the console opens (10 May 2022 in the scenario); the event began some days before
    plant:   the party in which the event plays
    people:  pseudonyms of its people, in a fixed order: seat 0 is the first case
    """

    scale: float
    now: datetime
    plant: UUID
    people: list[UUID]
