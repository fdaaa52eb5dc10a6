"""What levels and measures have in common: another person confirms or turns down, somebody publishes, it is lifted."""

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.actions import NewIssue
from yinghuo.desks.response.models import AreaLevel, LevelState, Measure
from yinghuo.desks.response.rules.levels_basis import fails_on
from yinghuo.desks.response.words.levels import FAULTS, in_words

T = TypeVar("T", AreaLevel, Measure)

CONFIRMED_ONCE = (LevelState.CONFIRMED, LevelState.PUBLISHED, LevelState.ENDED)
ABOVE_RULE = {"level": "response.level_above_rule", "measure": "response.measure_above_rule"}


def locked(model: type[T], row_id: UUID) -> T:
    """The row, locked; Refused("level.unknown")."""
    row = model.objects.select_for_update().filter(id=row_id).first()
    if row is None:
        raise Refused("level.unknown")
    return row


def check_basis(keys: tuple[str, ...], day: date) -> None:
    """Refused("level.no_basis") without any, Refused("level.basis_not_in_force") for one that does not hold then."""
    if not keys:
        raise Refused("level.no_basis")
    if wrong := fails_on(keys, day):
        raise Refused("level.basis_not_in_force", keys=", ".join(wrong), day=day.isoformat())


def confirm(row: T, *, because_above: str, by: str, at: datetime) -> T:
    """Confirms what is proposed; confirming again changes nothing.

    Refused("level.state"), Refused("level.own") for who proposed it, Refused("level.above_needs_reason")
    """
    if row.state in CONFIRMED_ONCE and row.decided_by == by:
        return row
    if row.state != LevelState.PROPOSED:
        raise Refused("level.state", state=LevelState(row.state).label)
    if row.proposed_by == by:
        raise Refused("level.own")
    if row.excess and not because_above.strip():
        raise Refused("level.above_needs_reason", faults=in_words(row.excess, FAULTS))
    row.state, row.because_above = LevelState.CONFIRMED, because_above.strip()
    row.decided_at, row.decided_by = at, by
    said = {"above": row.excess, "because_above": row.because_above}
    row.decided_entry = ledger.enter(f"{kind_of(row)}.confirmed", str(row), by=by, at=at, body=said)
    row.save()
    return row


def refuse(row: T, *, reason: str, by: str, at: datetime) -> T:
    """Turns down what is proposed, with the reason; Refused("level.state"), Refused("access.reason"), "level.own"."""
    if row.state == LevelState.REFUSED and row.decided_by == by:
        return row
    if row.state != LevelState.PROPOSED:
        raise Refused("level.state", state=LevelState(row.state).label)
    if not reason.strip():
        raise Refused("access.reason")
    if row.proposed_by == by:
        raise Refused("level.own")
    row.state, row.reason = LevelState.REFUSED, reason.strip()
    row.decided_at, row.decided_by = at, by
    said = {"reason": row.reason}
    row.decided_entry = ledger.enter(f"{kind_of(row)}.refused", str(row), by=by, at=at, body=said)
    row.save()
    return row


def publish(row: T, *, by: str, at: datetime) -> T:
    """Puts in force what was confirmed; it begins today at the earliest. Refused("level.state")."""
    if row.state != LevelState.CONFIRMED:
        raise Refused("level.state", state=LevelState(row.state).label)
    row.state, row.published_at, row.published_by = LevelState.PUBLISHED, at, by
    row.starts_on = max(row.starts_on, timezone.localdate(at))
    row.published_entry = ledger.enter(f"{kind_of(row)}.published", str(row), by=by, at=at, body=told(row))
    row.save()
    return row


def lift(row: T, *, reason: str = "", by: str, at: datetime) -> T:
    """Ends what is in force, today; Refused("level.state")."""
    if row.state == LevelState.ENDED:
        return row
    if row.state != LevelState.PUBLISHED:
        raise Refused("level.state", state=LevelState(row.state).label)
    row.state, row.ended_on = LevelState.ENDED, max(timezone.localdate(at), row.starts_on)
    row.reason = reason or row.reason
    said = {"ended_on": row.ended_on.isoformat(), "reason": reason}
    ledger.enter(f"{kind_of(row)}.lifted", str(row), by=by, at=at, body=said)
    row.save(update_fields=["state", "ended_on", "reason"])
    return row


def flag_excess(row: AreaLevel | Measure, *, by: str, at: datetime) -> None:
    """Raises the issue of what is above the rule, at once; nothing where nothing is."""
    if row.excess:
        detail = {"faults": list(row.excess), "place_en": row.name_en, "place_zh": row.name_zh, "rule": row.rule}
        issue = NewIssue(ABOVE_RULE[kind_of(row)], str(row), row.area_code, detail=detail)
        work.raise_many([issue], by=by, at=at)


def told(row: AreaLevel | Measure) -> dict[str, object]:
    """What the ledger is told of a level or a measure; it is public, and nobody's."""
    return {
        "area": row.area_code,
        "basis": list(row.basis),
        "extent": row.extent,
        "name_en": row.name_en,
        "name_zh": row.name_zh,
        "planned_end": row.planned_end.isoformat() if row.planned_end else None,
        "rule": row.rule,
        "starts_on": row.starts_on.isoformat(),
        "what": row.rank if isinstance(row, AreaLevel) else row.kind,
    }


def kind_of(row: AreaLevel | Measure) -> str:
    """ "level" or "measure", as ledger entries and subjects begin."""
    return "level" if isinstance(row, AreaLevel) else "measure"
