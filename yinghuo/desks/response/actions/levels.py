"""Levels of places and areas: propose, confirm, publish; a step down is a new row, and needs days and round."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import levels_deciding as deciding
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import AreaLevel, Event, Extent, LevelState, Rank, Venue
from yinghuo.desks.response.queries.levels import ASKED_FOR, last_found, with_outlook
from yinghuo.desks.response.queries.risk import place_of
from yinghuo.desks.response.rules.levels import EXTENTS, Standing, above, planned_end, rank
from yinghuo.desks.response.rules.levels_basis import default_on
from yinghuo.desks.response.rules.risk import LIVED_IN, Suggestion
from yinghuo.desks.response.rules.versions import version_on
from yinghuo.desks.response.words.levels import WAITS, in_words

UP_TO_THE_BUILDING = re.compile(r"^.*[楼栋幢]|^[^,，]*")


@dataclass(frozen=True)
class NewLevel:
    """A level to be proposed: of a venue, or of an area by its code.

    event:   None for a level taken over from before this system
    names:   Chinese and English, as published; empty: as the venue or the area is called, a home as its building
    basis:   keys of `rules.levels_basis`; empty: what the protocol in force names
    because: what else is known, nothing personal
    """

    id: UUID
    rank: str
    extent: str
    starts_on: date
    area_code: str = ""
    event: Event | None = None
    venue: UUID | None = None
    names: tuple[str, str] = ("", "")
    basis: tuple[str, ...] = ()
    because: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def propose_level(new: NewLevel, *, by: str, at: datetime) -> AreaLevel:
    """Proposes a level; proposing the same id again is the same level. What is above the rule is flagged at once.

    Refused: "level.place_unknown", "level.no_basis", "level.basis_not_in_force", "level.asked_for"
    when something is proposed there already, "level.same", "level.not_ready" for a step down that must still wait
    """
    take_turns(new.id)
    known = AreaLevel.objects.filter(id=new.id).first()
    if known:
        return known
    row = _drafted(new)
    before = _in_force_at(row)
    _continue(row, before, on=max(new.starts_on, timezone.localdate(at)))
    suggested = _suggested(new)
    version = version_on(new.starts_on)
    row.rule, row.basis = version.name, list(new.basis or default_on(new.starts_on))
    deciding.check_basis(tuple(row.basis), new.starts_on)
    down = before is not None and rank(row.rank) < rank(before.rank)
    asked = None if down or suggested is None else suggested.level
    row.excess = list(above(version, level=row.rank, extent=row.extent, suggested=asked))
    row.because = new.because | _because(suggested)
    row.proposed_at, row.proposed_by = at, by
    row.entry_id = ledger.enter("level.proposed", f"level:{row.id}", by=by, at=at, body=_body(row))
    row.save(force_insert=True)
    _plan(row, on=new.starts_on)
    deciding.flag_excess(row, by=by, at=at)
    return row


@transaction.atomic
def confirm_level(level_id: UUID, *, because_above: str = "", by: str, at: datetime) -> AreaLevel:
    """Confirms a proposed level; Refused as `levels_deciding.confirm`, and "level.not_ready" while it must wait."""
    row = deciding.locked(AreaLevel, level_id)
    if row.state == LevelState.PROPOSED and row.follows:
        _check_ready(row.follows, row.rank, on=timezone.localdate(at))
    return deciding.confirm(row, because_above=because_above, by=by, at=at)


@transaction.atomic
def refuse_level(level_id: UUID, *, reason: str, by: str, at: datetime) -> AreaLevel:
    """Turns a proposed level down; Refused as `levels_deciding.refuse`."""
    return deciding.refuse(deciding.locked(AreaLevel, level_id), reason=reason, by=by, at=at)


@transaction.atomic
def publish_level(level_id: UUID, *, by: str, at: datetime) -> AreaLevel:
    """Puts a confirmed level in force; the row before it ends. Once no place of the event is above low, all are lifted.

    Refused("level.state")
    """
    row = deciding.locked(AreaLevel, level_id)
    if row.state in (LevelState.PUBLISHED, LevelState.ENDED):
        return row
    if row.state == LevelState.CONFIRMED and row.follows_id:
        deciding.lift(deciding.locked(AreaLevel, row.follows_id), by=by, at=at)
    deciding.publish(row, by=by, at=at)
    _plan(row, on=row.starts_on)
    _lift_when_all_low(row, by=by, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def lift_level(level_id: UUID, *, reason: str, by: str, at: datetime) -> AreaLevel:
    """Ends at once a level that is above the rule of today; any other comes down by its steps alone.

    Refused("level.state"), Refused("access.reason"), Refused("level.within_rule")
    """
    row = deciding.locked(AreaLevel, level_id)
    if not reason.strip():
        raise Refused("access.reason")
    version = version_on(timezone.localdate(at))
    if not (row.excess or above(version, level=row.rank, extent=row.extent, suggested=None)):
        raise Refused("level.within_rule")
    return deciding.lift(row, reason=reason.strip(), by=by, at=at)


def named_to_the_building(text: str) -> str:
    """What is said of a building, without unit, floor or room.

    >>> named_to_the_building("5号楼2单元501"), named_to_the_building("Building 5, unit 2, room 501")
    ('5号楼', 'Building 5')
    """
    found = UP_TO_THE_BUILDING.match(text)
    return found[0].strip() if found else ""


def _drafted(new: NewLevel) -> AreaLevel:
    venue = Venue.objects.filter(id=new.venue).first() if new.venue else None
    code = venue.area_code if venue else new.area_code
    area = Area.objects.filter(code=code).first()
    if (new.venue and venue is None) or area is None or new.extent not in Extent or new.rank not in Rank:
        raise Refused("level.place_unknown")
    if venue is None and EXTENTS.index(new.extent) <= EXTENTS.index(Extent.BUILDING):
        raise Refused("level.place_unknown")
    name_zh, name_en = _names(new, venue, area)
    return AreaLevel(
        id=new.id,
        chain=new.id,
        event=new.event,
        rank=new.rank,
        extent=new.extent,
        area_code=code,
        venue=new.venue,
        building=venue.building if venue else "",
        name_zh=name_zh,
        name_en=name_en,
        starts_on=new.starts_on,
    )


def _names(new: NewLevel, venue: Venue | None, area: Area) -> tuple[str, str]:
    """The names to be published; where people live, never narrower than the building, whatever name was given."""
    if venue is None:
        return new.names[0] or area.name_zh, new.names[1] or area.name_en
    if venue.kind not in LIVED_IN:
        return new.names[0] or venue.name_zh, new.names[1] or venue.name_en or venue.name_zh
    building = named_to_the_building(venue.building)
    if not building:
        return area.name_zh, area.name_en
    given = named_to_the_building(new.names[1])
    own = given if given and given != venue.name_en else building
    return f"{area.name_zh}{building}", f"{own}, {area.name_en}"


def _in_force_at(row: AreaLevel) -> AreaLevel | None:
    """The level in force at the same place, or of the same building; Refused("level.asked_for")."""
    same = AreaLevel.objects.select_for_update(of=("self",)).filter(area_code=row.area_code, extent=row.extent)
    take_turns(f"level {row.area_code} {row.extent}")  # nobody proposes for the same place meanwhile
    if row.extent == Extent.BUILDING and row.building:
        same = same.filter(building=row.building)
    else:
        same = same.filter(venue=row.venue)
    if same.filter(state__in=ASKED_FOR).exists():
        raise Refused("level.asked_for")
    return same.filter(state=LevelState.PUBLISHED).first()


def _continue(row: AreaLevel, before: AreaLevel | None, *, on: date) -> None:
    """Ties a row to the one in force before it; a step down must be ready."""
    if before is None:
        return
    if before.rank == row.rank:
        raise Refused("level.same", rank=row.rank)
    row.chain, row.follows = before.chain, before
    row.name_zh, row.name_en = before.name_zh, before.name_en
    row.last_found_on = before.last_found_on
    if rank(row.rank) < rank(before.rank):
        row.came_from = before.rank
        _check_ready(before, row.rank, on=on)


def _check_ready(before: AreaLevel, wanted: str, *, on: date) -> None:
    """Never lowered without the days and the round, and never further than the rule's next step."""
    if rank(wanted) >= rank(before.rank):
        return
    [row] = with_outlook([before], on)
    if row.outlook.waits_for or row.outlook.to is None:
        raise Refused("level.not_ready", waits_for=in_words(row.outlook.waits_for, WAITS) or "–")
    if rank(wanted) < rank(row.outlook.to):
        raise Refused("level.too_low", to=Rank(row.outlook.to).label)


def _suggested(new: NewLevel) -> Suggestion | None:
    """What the rule makes of a venue of an event; None where there is no venue to judge."""
    if new.event is None or new.venue is None:
        return None
    place = place_of(new.event, new.venue, on=new.starts_on)
    return place.suggestion if place else Suggestion("none", ("no_community_risk",), {}, 0)


def _because(suggested: Suggestion | None) -> dict[str, Any]:
    if suggested is None:
        return {}
    factors = {name: f"{value:.1f}" for name, value in suggested.factors.items()}
    return {
        "suggested": suggested.level,
        "reasons": list(suggested.because),
        "factors": factors,
        "points": f"{suggested.total:.1f}",
    }


def _plan(row: AreaLevel, *, on: date) -> None:
    """Sets the last infection known there and the planned end that follows; a low level ends with the event."""
    found = [day for day in (row.last_found_on, last_found([row], on).get(row.id)) if day]
    row.last_found_on = max(found, default=None)
    standing = Standing(row.rank, row.starts_on, row.came_from or None, row.last_found_on)
    end = planned_end(version_on(on), standing)
    row.planned_end = None if row.rank == Rank.LOW else max(end, row.starts_on)
    row.save(update_fields=["last_found_on", "planned_end"])


def _lift_when_all_low(row: AreaLevel, *, by: str, at: datetime) -> None:
    if row.event_id is None:
        alike = AreaLevel.objects.filter(chain=row.chain, state=LevelState.PUBLISHED)
    else:
        alike = AreaLevel.objects.filter(event=row.event_id, state=LevelState.PUBLISHED)
    standing = list(alike.select_for_update(of=("self",)))
    if all(one.rank == Rank.LOW for one in standing):
        for one in standing:
            deciding.lift(one, by=by, at=at)


def _body(row: AreaLevel) -> dict[str, Any]:
    body = deciding.told(row)
    return body | {"because": row.because, "excess": row.excess, "follows": str(row.follows_id or "")}
