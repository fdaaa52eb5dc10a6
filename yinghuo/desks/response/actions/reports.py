"""A report becomes a fact, a draft event and a draft case in one transaction; the clock of checking it starts."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.parties.models import Party
from yinghuo.core.people import identity
from yinghuo.core.work import actions as work
from yinghuo.core.work.actions import NewOrder
from yinghuo.desks.response.actions.duplicates import propose_alike
from yinghuo.desks.response.actions.merging import whole
from yinghuo.desks.response.actions.numbering import case_number, event_number
from yinghuo.desks.response.actions.reports_new import NewReport, Who, check, register
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import Case, Class, Event, Report, Said
from yinghuo.desks.response.rules import cases as rules

__all__ = ["NewReport", "Who", "keep_report"]


class _Opened(NamedTuple):
    """What a report opened or belongs to."""

    event: Event
    case: Case | None
    person: UUID | None
    caller: UUID | None
    entry_id: UUID


@transaction.atomic
def keep_report(new: NewReport, *, by: str, at: datetime) -> Report:
    """Keeps a report and opens, at once, its draft event, its draft case and the order to check it.

    The same person reported again in the same event is the same case; likely duplicates elsewhere are proposed.
    Refused: "report.door", "report.symptom"; nothing else about a report is ever refused.
    """
    take_turns(new.party_id or new.event_id or new.id, new.id)  # the enterprise's one after another
    if known := Report.objects.filter(id=new.id).first():
        return known
    check(new)
    person = new.person or register(new.who, new, by=by, at=at)
    caller = register(new.caller, new, by=by, at=at)
    event, entry_id = _event_of(new, by=by, at=at), ledger.new_id()
    case = None if new.no_case else _case_of(new, event, person, entry_id)
    opened = _Opened(event, case, person, caller, entry_id)
    report = _write(new, opened, by=by, at=at)
    if new.words.strip():
        _seal_words(report, new.words, at=at)
    _start_clock(opened, by=by, at=at)
    if case:
        propose_alike(case, new.who.facets, at=at)
    return report


def _event_of(new: NewReport, *, by: str, at: datetime) -> Event:
    """The event that the report belongs to, locked, so that it does not end meanwhile; else a new draft."""
    wanted = new.event_id or uuid5(new.id, "event")
    if found := Event.objects.select_for_update().filter(id=wanted).first():
        return whole(found)
    if new.event_id is None and (running := _running(new)):
        return running
    entry_id = ledger.new_id()
    event = Event.objects.create(
        id=wanted,
        number=event_number(new.area_code),
        name=new.name or _name(new),
        area_code=new.area_code,
        party_id=new.party_id,
        emerged_on=new.onset_on or (timezone.localdate(new.sampled_at) if new.sampled_at else None),
        detected_at=new.at,
        notified_at=at,
        entry_id=entry_id,
    )
    body = {"number": event.number, "area": event.area_code}
    ledger.enter("event.drafted", f"event:{event.id}", by=by, at=at, body=body, entry_id=entry_id)
    return event


def _name(new: NewReport) -> str:
    """What people will call the event until somebody gives it a name."""
    party = Party.objects.filter(id=new.party_id).values_list("name_zh", flat=True).first() if new.party_id else None
    area = Area.objects.filter(code=new.area_code).values_list("name_zh", flat=True).first()
    return str(party or new.detail.get("place") or area or new.area_code)


def _running(new: NewReport) -> Event | None:
    """The enterprise's event that is under way and began near the report."""
    if new.party_id is None:
        return None
    found = Event.objects.select_for_update().filter(
        party_id=new.party_id,
        area_code__startswith=new.area_code[:4],
        state__in=rules.ACTIVE,
        merged_into=None,
        detected_at__range=(new.at - rules.TOGETHER, new.at + rules.TOGETHER),
    )
    return found.order_by("-detected_at").first()


def _case_of(new: NewReport, event: Event, person: UUID | None, entry_id: UUID) -> Case:
    """The person's case in the event; a new draft where there is none, or none but what was ruled out."""
    known = event.cases.filter(person=person, merged_into=None).exclude(held_as=Class.DISCARDED)
    if person and (same := known.first()):
        return same
    return Case.objects.create(
        id=new.case_id or uuid5(new.id, "case"),
        number=case_number(new.area_code),
        event=event,
        person=person,
        area_code=new.area_code,
        party_id=new.party_id,
        onset_on=new.onset_on,
        sampled_at=new.sampled_at,
        reported_at=new.at,
        in_isolation=new.in_isolation,
        index_of_event=not event.cases.exists(),
        found_by=new.found_by,
        entry_id=entry_id,
    )


def _write(new: NewReport, opened: _Opened, *, by: str, at: datetime) -> Report:
    """The fact, and the entry that speaks of it and of what it opened."""
    number = opened.case.number if opened.case else ""
    body = {"door": new.door, "event": opened.event.number, "case": number, "report": str(new.id)}
    ledger.enter("report.kept", f"event:{opened.event.id}", by=by, at=at, body=body, entry_id=opened.entry_id)
    return Report.objects.create(
        id=new.id,
        at=new.at,
        kept_at=at,
        door=new.door,
        by=by,
        area_code=new.area_code,
        party_id=new.party_id,
        person=opened.person,
        caller=opened.caller,
        onset_on=new.onset_on,
        symptoms=new.symptoms,
        detail=new.detail,
        event=opened.event,
        case=opened.case,
        entry_id=opened.entry_id,
    )


def _seal_words(report: Report, words: str, *, at: datetime) -> None:
    sealed = identity.seal(report.id, {"words": words.strip()})
    Said.objects.create(report=report, words=sealed, keep_until=rules.words_kept_until(timezone.localdate(at)))


def _start_clock(opened: _Opened, *, by: str, at: datetime) -> None:
    """One order for each case, or for each event that names nobody: somebody has to look at it."""
    about = opened.case or opened.event
    subject = f"case:{about.id}" if opened.case else f"event:{about.id}"
    detail = {"event": opened.event.number} | ({"case": opened.case.number} if opened.case else {})
    order = NewOrder(
        id=uuid5(about.id, "check"),
        subject=subject,
        area_code=about.area_code,
        party_id=about.party_id,
        detail=detail,
        opened_at=at,
    )
    work.open_order(order, kind=rules.CHECK.key, by=by, at=at)
