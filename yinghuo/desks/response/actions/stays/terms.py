"""The planned end of a stay: moved with a reason; beyond the ceiling only as a doubt for oversight."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.actions.issues import issue_id
from yinghuo.desks.response.models import Stay, StayTerm, TermSort

BEYOND = "stay.beyond_ceiling"


@transaction.atomic
def set_until(stay_id: UUID, *, until: date, reason: str, by: str, at: datetime) -> Stay:
    """Moves the planned end, with the reason; an end beyond what the rule allows becomes a doubt for oversight.

    Refused: "stay.unknown", "stay.ended", "access.reason", "stay.until" (until lies before today)
    """
    stay = Stay.objects.select_for_update().filter(id=stay_id).first()
    why = reason.strip()
    if stay is None:
        raise Refused("stay.unknown")
    if stay.ended_at is not None:
        raise Refused("stay.ended")
    if stay.until == until:
        return stay
    if not why:
        raise Refused("access.reason")
    if until < timezone.localdate(at):
        raise Refused("stay.until")
    stay.until, stay.beyond = until, why if until > stay.ceiling_on else ""
    stay.save(update_fields=["until", "beyond"])
    write_term(stay, TermSort.LONGER if stay.beyond else TermSort.RELEASE, reason=why, by=by, at=at)
    if stay.beyond:
        _raise_beyond(stay, by=by, at=at)
    return stay


def write_term(stay: Stay, sort: str, *, reason: str = "", by: str, at: datetime) -> StayTerm:
    """Writes down the end as it now stands in the stay, and enters it."""
    entry_id = ledger.new_id()
    term = StayTerm.objects.create(
        id=entry_id,
        stay=stay,
        sort=sort,
        until=stay.until,
        ceiling_on=stay.ceiling_on,
        rule=stay.rule,
        reason=reason,
        at=at,
        by=by,
        confirmed_at=at,
        confirmed_by=by,
        entry_id=entry_id,
    )
    if sort != TermSort.RULE:
        body = {"of": sort, "until": stay.until.isoformat(), "ceiling": stay.ceiling_on.isoformat(), "rule": stay.rule}
        ledger.enter("stay.until", f"stay:{stay.id}", by=by, at=at, body=body, entry_id=entry_id)
    return term


def _raise_beyond(stay: Stay, *, by: str, at: datetime) -> None:
    doubt = work.NewIssue(
        code=BEYOND,
        subject=f"stay:{stay.id}",
        area_code=stay.area_code,
        detail={"until": stay.until, "ceiling": stay.ceiling_on, "rule": stay.rule},
        raised_at=at,
        id=issue_id(BEYOND, f"stay:{stay.id} {stay.until}"),
    )
    work.raise_many([doubt], by=by, at=at)
