"""What a team must be able to do for each kind of order, how far teams go, what a wave reckons with."""

from dataclasses import dataclass
from datetime import timedelta

from yinghuo.desks.response.models import Skill

# Kind of order -> skills that one team must have. A kind that is not here is no work for a team, a contest for one.
NEEDED: dict[str, frozenset[str]] = {
    "response.check": frozenset({Skill.TRACING.value}),
    "response.tracing": frozenset({Skill.TRACING.value}),
    "response.transfer": frozenset({Skill.TRANSFER.value}),
    "response.ride": frozenset({Skill.TRANSFER.value}),
    "response.isolation": frozenset({Skill.ISOLATION.value}),
    "response.need": frozenset({Skill.ISOLATION.value}),
    "response.disinfection": frozenset({Skill.DISINFECTION.value}),
    "response.place": frozenset({Skill.DISINFECTION.value}),
    "response.assay": frozenset({Skill.SAMPLING.value}),
    "response.not_reached": frozenset({Skill.TRACING.value, Skill.POLICE.value}),
}
WEIGHTS: dict[str, float] = {"response.need": 0.5, "response.assay": 0.5}  # others count 1

SPEED_KMH, DETOUR = 40.0, 1.4  # invented means of a province; to be replaced by measured ones
REACH_KM = 200.0  # the furthest a squad is sent
RESERVE_MIN = 30.0  # a mobile team of the province counts as further away by that
FAIR_MIN_PER_H = 1.0
LATE_STILL_MIN = float("inf")  # a late team is better than none: it is proposed, and shown as late
LOAD_DAYS = 7
MOST_ORDERS = 500
FREE_AFTER = timedelta(hours=4)  # a team that says nothing of when it is done counts as busy until then


@dataclass(frozen=True)
class WaveRule:
    """A wave: which orders, with what skill, how long a stop takes, what it loads, and what a vehicle carries."""

    kind: str
    skill: str
    service_min: int
    demand: int
    carries: int


WAVES: dict[str, WaveRule] = {
    one.kind: one
    for one in (
        WaveRule("response.ride", Skill.TRANSFER.value, service_min=10, demand=1, carries=6),
        WaveRule("response.assay", Skill.SAMPLING.value, service_min=10, demand=1, carries=100),
        WaveRule("response.place", Skill.DISINFECTION.value, service_min=45, demand=1, carries=20),
    )
}
