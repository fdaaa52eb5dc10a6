"""Measures under a level: closing a building, a district's round, closing an enterprise; each with basis and end."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import levels_deciding as deciding
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import AreaLevel, Event, Extent, LevelState, Measure
from yinghuo.desks.response.rules.levels import NO_LEVEL
from yinghuo.desks.response.rules.measures import MeasureKind, Taken, above_ceiling, ceiling_on
from yinghuo.desks.response.rules.versions import version_on


@dataclass(frozen=True)
class NewMeasure:
    """A measure to be proposed; under a level it takes place, name and event from there unless they are given.

    basis: keys of `rules.levels_basis`, one of them of the ceiling's own
    """

    id: UUID
    kind: str
    starts_on: date
    ends_on: date
    basis: tuple[str, ...]
    reason: str
    level: UUID | None = None
    extent: str = ""
    area_code: str = ""
    names: tuple[str, str] = ("", "")
    event: Event | None = None
    party_id: UUID | None = None


@transaction.atomic
def propose_measure(new: NewMeasure, *, by: str, at: datetime) -> Measure:
    """Proposes a measure; the same id again is the same. What is above its ceiling is flagged at once.

    Refused: "level.place_unknown", "level.no_basis", "level.basis_not_in_force", "measure.ends_before", "access.reason"
    """
    take_turns(new.id)
    known = Measure.objects.filter(id=new.id).first()
    if known:
        return known
    if not new.reason.strip():
        raise Refused("access.reason")
    if new.ends_on < new.starts_on:
        raise Refused("measure.ends_before", day=new.starts_on.isoformat())
    deciding.check_basis(new.basis, new.starts_on)
    row = _drafted(new)
    row.excess = list(above_ceiling(taken(row), new.starts_on))
    row.because = {"reason": new.reason.strip(), "most_days": ceiling_on(row.kind, new.starts_on).most_days}
    row.proposed_at, row.proposed_by = at, by
    body = deciding.told(row) | {"because": row.because, "excess": row.excess}
    row.entry_id = ledger.enter("measure.proposed", f"measure:{row.id}", by=by, at=at, body=body)
    row.save(force_insert=True)
    deciding.flag_excess(row, by=by, at=at)
    return row


@transaction.atomic
def confirm_measure(measure_id: UUID, *, because_above: str = "", by: str, at: datetime) -> Measure:
    """Confirms a proposed measure; Refused as `levels_deciding.confirm`."""
    return deciding.confirm(deciding.locked(Measure, measure_id), because_above=because_above, by=by, at=at)


@transaction.atomic
def publish_measure(measure_id: UUID, *, by: str, at: datetime) -> Measure:
    """Puts a confirmed measure in force; Refused("level.state")."""
    row = deciding.locked(Measure, measure_id)
    return row if row.state in (LevelState.PUBLISHED, LevelState.ENDED) else deciding.publish(row, by=by, at=at)


@transaction.atomic
def refuse_measure(measure_id: UUID, *, reason: str, by: str, at: datetime) -> Measure:
    """Turns a proposed measure down; Refused as `levels_deciding.refuse`."""
    return deciding.refuse(deciding.locked(Measure, measure_id), reason=reason, by=by, at=at)


@transaction.atomic
def end_measure(measure_id: UUID, *, by: str, at: datetime) -> Measure:
    """Ends a measure that is in force; ending it again changes nothing. Refused("level.state")."""
    return deciding.lift(deciding.locked(Measure, measure_id), by=by, at=at)


def taken(row: Measure) -> Taken:
    """A measure as the rule of its ceiling looks at it: with the level that its place has now."""
    in_force = row.level and row.level.state in (LevelState.PROPOSED, LevelState.CONFIRMED, LevelState.PUBLISHED)
    level = row.level.rank if row.level and in_force else NO_LEVEL
    return Taken(row.kind, row.extent, level, row.starts_on, row.planned_end, tuple(row.basis))


def _drafted(new: NewMeasure) -> Measure:
    level = AreaLevel.objects.filter(id=new.level).first() if new.level else None
    code = new.area_code or (level.area_code if level else "")
    extent = new.extent or (level.extent if level else "")
    area = Area.objects.filter(code=code).first()
    if area is None or extent not in Extent or new.kind not in MeasureKind or (new.level and level is None):
        raise Refused("level.place_unknown")
    own = (level.name_zh, level.name_en) if level and not new.area_code else (area.name_zh, area.name_en)
    return Measure(
        id=new.id,
        kind=new.kind,
        level=level,
        event=new.event or (level.event if level else None),
        party_id=new.party_id,
        area_code=code,
        extent=extent,
        name_zh=new.names[0] or own[0],
        name_en=new.names[1] or own[1],
        rule=version_on(new.starts_on).name,
        basis=list(new.basis),
        starts_on=new.starts_on,
        planned_end=new.ends_on,
    )
