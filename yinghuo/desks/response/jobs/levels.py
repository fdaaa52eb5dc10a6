"""Every day: which levels may come down is proposed, what stands too long or above the rule is flagged."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from yinghuo.core.ledger.actions import new_id
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.actions import NewIssue
from yinghuo.desks.response.actions.levels import NewLevel, propose_level
from yinghuo.desks.response.actions.levels_deciding import ABOVE_RULE
from yinghuo.desks.response.actions.levels_measures import taken
from yinghuo.desks.response.models import AreaLevel, LevelState, Measure
from yinghuo.desks.response.queries.levels import ASKED_FOR, LevelRow, with_outlook
from yinghuo.desks.response.rules.levels import above
from yinghuo.desks.response.rules.measures import above_ceiling
from yinghuo.desks.response.rules.versions import version_on

BY = "system:levels"
LEVEL_OVERDUE, MEASURE_OVERDUE = "response.level_overdue", "response.measure_overdue"


class Judged(NamedTuple):
    """What a run came to: steps proposed, issues that are new."""

    proposed: int
    flagged: int


def judge_levels(on: date, *, at: datetime) -> Judged:
    """Proposes the steps that can be taken on a day and flags what is above the rule; twice is the same as once."""
    rows = with_outlook(list(AreaLevel.objects.filter(state=LevelState.PUBLISHED).select_related("event")), on)
    proposed = sum(_propose(row, on, at) for row in rows)
    measures = Measure.objects.filter(state=LevelState.PUBLISHED).select_related("level")
    flags = [flag for row in rows for flag in _of_level(row, on)]
    flags += [flag for measure in measures for flag in _of_measure(measure, on)]
    return Judged(proposed, work.raise_many(flags, by=BY, at=at) if flags else 0)


def _propose(row: LevelRow, on: date, at: datetime) -> bool:
    """Proposes the next step where it may be taken, unless it is asked for already or was turned down today."""
    level, ahead = row.level, row.outlook
    if ahead.waits_for or ahead.to is None or _asked_or_refused(level, on):
        return False
    because: dict[str, object] = {"clean_days": ahead.clean_days, "needed_days": ahead.needed_days}
    if ahead.round_on:
        because |= {"round_on": ahead.round_on.isoformat()}
    new = NewLevel(
        id=new_id(),
        rank=ahead.to,
        extent=level.extent,
        starts_on=on,
        area_code=level.area_code,
        event=level.event,
        venue=level.venue,
        because=because,
    )
    try:
        propose_level(new, by=BY, at=at)
    except Refused as refused:
        if refused.code != "level.asked_for":  # somebody asked for it in between
            raise
        return False
    return True


def _asked_or_refused(level: AreaLevel, on: date) -> bool:
    later = AreaLevel.objects.filter(chain=level.chain)
    if later.filter(state__in=ASKED_FOR).exists():
        return True
    refused = later.filter(state=LevelState.REFUSED).order_by("-decided_at").first()
    return bool(refused and refused.decided_at and timezone.localdate(refused.decided_at) >= on)


def _of_level(row: LevelRow, on: date) -> Sequence[NewIssue]:
    level = row.level
    flags = []
    if row.overdue:
        detail = {"over_days": row.outlook.overdue_days, "waits_for": list(row.outlook.waits_for) or ["confirming"]}
        flags.append(_issue(LEVEL_OVERDUE, level, detail))
    faults = above(version_on(on), level=level.rank, extent=level.extent, suggested=None)
    if faults:
        flags.append(_issue(ABOVE_RULE["level"], level, {"faults": list(faults), "rule": version_on(on).name}))
    return flags


def _of_measure(measure: Measure, on: date) -> Sequence[NewIssue]:
    flags = []
    if measure.planned_end and on > measure.planned_end:
        flags.append(_issue(MEASURE_OVERDUE, measure, {"over_days": (on - measure.planned_end).days}))
    faults = above_ceiling(taken(measure), on)
    if faults:
        flags.append(_issue(ABOVE_RULE["measure"], measure, {"faults": list(faults), "rule": version_on(on).name}))
    return flags


def _issue(code: str, row: AreaLevel | Measure, detail: dict[str, object]) -> NewIssue:
    named = {"place_en": row.name_en, "place_zh": row.name_zh}
    return NewIssue(code, str(row), row.area_code, detail=detail | named)
