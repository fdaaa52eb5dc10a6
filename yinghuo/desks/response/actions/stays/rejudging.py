"""A change of the rules: running stays get shorter at once; a longer one is only proposed, for a person to confirm."""

from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions.stays.beginning import locked
from yinghuo.desks.response.actions.stays.terms import write_term
from yinghuo.desks.response.models import Stay, StayTerm, TermSort
from yinghuo.desks.response.rules.stays import terms_of
from yinghuo.desks.response.rules.track_kinds import REJUDGED
from yinghuo.desks.response.rules.versions import Version, version_on

BY = "system:rules"


def rejudge(day: date, *, at: datetime) -> int:
    """Judges running stays that stand on an older rule by the one in force; returns how many ends were moved.

    What favours the person holds at once: an earlier end, or the end today where the rule restricts nobody of that
    grade any more. What does not is proposed as an order, and changes nothing until somebody confirms it.
    """
    version = version_on(day)
    older = Stay.objects.filter(ended_at__isnull=True).exclude(rule=version.name)
    return sum(_rejudge(stay_id, version, day, at) for stay_id in older.order_by("id").values_list("id", flat=True))


@transaction.atomic
def confirm_term(term_id: UUID, *, by: str, at: datetime) -> Stay:
    """A person confirms a proposed later end; Refused: "term.unknown", "stay.ended"."""
    term = StayTerm.objects.select_for_update().filter(id=term_id).first()
    if term is None:
        raise Refused("term.unknown")
    stay = locked(term.stay_id)
    if term.confirmed_at is not None:
        return stay
    if stay.ended_at is not None:
        raise Refused("stay.ended")
    term.confirmed_at, term.confirmed_by = at, by
    term.save(update_fields=["confirmed_at", "confirmed_by"])
    stay.until, stay.ceiling_on, stay.rule = term.until, term.ceiling_on, term.rule
    stay.save(update_fields=["until", "ceiling_on", "rule"])
    body = {"of": term.sort, "until": stay.until.isoformat(), "ceiling": stay.ceiling_on.isoformat(), "rule": stay.rule}
    ledger.enter("stay.until", f"stay:{stay.id}", by=by, at=at, body=body)
    return stay


@transaction.atomic
def _rejudge(stay_id: UUID, version: Version, day: date, at: datetime) -> int:
    stay = locked(stay_id)
    terms = terms_of(stay.grade, stay.counted_from, version)
    last = max(terms.last(stage=stay.stage), day) if terms else day  # what is past by the new rule ends today
    if last > stay.ceiling_on:
        _propose(stay, last, version, at)
        return 0
    before = stay.until
    stay.rule, stay.ceiling_on, stay.until = version.name, last, min(stay.until, last)
    stay.beyond = ""
    stay.save(update_fields=["rule", "ceiling_on", "until", "beyond"])
    write_term(stay, TermSort.SHORTER, reason=version.name, by=BY, at=at)
    return int(stay.until != before)


def _propose(stay: Stay, last: date, version: Version, at: datetime) -> None:
    """Once a stay and rule."""
    term_id = uuid5(stay.id, version.name)
    given = {"sort": TermSort.PROPOSED, "until": last, "ceiling_on": last, "rule": version.name}
    given |= {"at": at, "by": BY, "entry_id": ledger.new_id()}
    _, new = StayTerm.objects.get_or_create(id=term_id, defaults=given | {"stay": stay})
    if new:
        detail = {"rule": version.name, "until": last.isoformat()}
        order = work.NewOrder(id=term_id, subject=f"stay:{stay.id}", area_code=stay.area_code, detail=detail)
        work.open_order(order, kind=REJUDGED, by=BY, at=at)
