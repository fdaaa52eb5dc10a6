"""Keeping the register of teams: a new one, a change, resting and standing by again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Skill, Team, TeamState

TEAMS = UUID("2f0a8a52-93d1-5d0e-8a55-6d0a5a5f8f11")  # the space in which a code names a team
ALL_DAY = time(0)


@dataclass(frozen=True)
class NewTeam:
    """What is told of a team.

    skills: skill -> how many of its people have it; lat, lon: its home, degrees
    shift_from, shift_to: local hours between which it can be sent; equal: at any time
    """

    code: str
    name_zh: str
    area_code: str
    lat: float
    lon: float
    skills: Mapping[str, int] = field(default_factory=dict)
    name_en: str = ""
    mobile: bool = False
    members: int = 5
    vehicles: int = 1
    shift_from: time = ALL_DAY
    shift_to: time = ALL_DAY


def team_id_of(code: str) -> UUID:
    """The id of the team of a code."""
    return uuid5(TEAMS, code)


@transaction.atomic
def keep_team(new: NewTeam, *, by: str, at: datetime) -> Team:
    """Registers a team, or changes what is told of it; what stands already changes nothing.

    Refused: "team.skills" when it can do nothing, or something unknown, or more people can do it than it has
    """
    _check(new)
    one = Team.objects.select_for_update().filter(code=new.code).first()
    told = columns_of(new)
    if one is None:
        return _registered(new, told, by=by, at=at)
    changed = sorted(name for name, value in told.items() if getattr(one, name) != value)
    if not changed:
        return one
    moved = {"home_lat", "home_lon"} & set(changed) and one.state == TeamState.READY
    for name, value in told.items():
        setattr(one, name, value)
    if moved:
        one.lat, one.lon = new.lat, new.lon
    one.entry_id = ledger.enter("team.changed", f"team:{one.code}", by=by, at=at, body={"columns": changed})
    one.save()
    return one


def columns_of(new: NewTeam) -> dict[str, Any]:
    """The columns that say what is told of a team."""
    told = asdict(new) | {"skills": {skill: int(count) for skill, count in sorted(new.skills.items()) if count}}
    told["home_lat"], told["home_lon"] = told.pop("lat"), told.pop("lon")
    return told


def row_of(new: NewTeam, entry_id: UUID) -> Team:
    """A team that stands by at its home."""
    return Team(id=team_id_of(new.code), lat=new.lat, lon=new.lon, entry_id=entry_id, **columns_of(new))


@transaction.atomic
def rest(team_id: UUID, *, by: str, at: datetime) -> Team:
    """Takes a team out of dispatch; Refused("team.under_way") while it is sent somewhere."""
    return _set(team_id, TeamState.RESTING, "team.resting", by=by, at=at)


@transaction.atomic
def stand_by(team_id: UUID, *, by: str, at: datetime) -> Team:
    """Puts a team back into dispatch, at its home; Refused("team.under_way") while it is sent somewhere."""
    return _set(team_id, TeamState.READY, "team.ready", by=by, at=at)


def locked(team_id: UUID) -> Team:
    """The team, until the transaction ends; Refused("team.unknown")."""
    one = Team.objects.select_for_update().filter(id=team_id).first()
    if one is None:
        raise Refused("team.unknown")
    return one


def _registered(new: NewTeam, told: dict[str, Any], *, by: str, at: datetime) -> Team:
    entry_id = ledger.new_id()
    one = row_of(new, entry_id)
    one.save(force_insert=True)
    body = {"area": new.area_code, "mobile": new.mobile, "skills": told["skills"]}
    ledger.enter("team.registered", f"team:{one.code}", by=by, at=at, body=body, entry_id=entry_id)
    return one


def _check(new: NewTeam) -> None:
    counts = [count for count in new.skills.values() if count]
    if not counts or set(new.skills) - set(Skill.values) or max(counts) > new.members or min(counts) < 0:
        raise Refused("team.skills", team=new.code)


def _set(team_id: UUID, state: TeamState, kind: str, *, by: str, at: datetime) -> Team:
    one = locked(team_id)
    if one.sendings.filter(ended_at__isnull=True).exists():
        raise Refused("team.under_way", team=one.code)
    if one.state == state and (one.lat, one.lon) == (one.home_lat, one.home_lon):
        return one
    one.state, one.free_at, one.order_id = state, None, None
    one.lat, one.lon = one.home_lat, one.home_lon
    one.entry_id = ledger.enter(kind, f"team:{one.code}", by=by, at=at)
    one.save()
    return one
