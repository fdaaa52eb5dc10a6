"""A positive of the sampling desk taken up as report, event, case and result; and results of other laboratories."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.queries.same import same_person
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import ENDED, State
from yinghuo.desks.response.actions.reports import NewReport, keep_report
from yinghuo.desks.response.models import AssayResult, Case, Class, Event, LabResult, Report, ReportDoor
from yinghuo.desks.response.rules import cases as rules


@dataclass(frozen=True)
class NewResult:
    """A result on the person of a case: the same message about the same case again is the same result.

    ct: cycle threshold by target, as exact text
    """

    id: UUID
    sampled_at: datetime
    reported_at: datetime
    result: str
    kind: str = "pcr"
    laboratory: str = ""
    message: str = ""
    ct: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def take_up(order_id: UUID, *, by: str, at: datetime) -> Report:
    """Takes up a case draft of the sampling desk: report, event, case and its result; the order is done.

    A positive single tube speaks of a person: of the case that this person has in the prefecture, or of a new one.
    A positive pooled tube speaks of a place and names nobody: an event without a case.
    Refused: "order.unknown", "case.no_draft" for another kind, "case.draft_withdrawn"
    """
    order = Order.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise Refused("order.unknown")
    if order.kind != rules.DRAFT_ORDER:
        raise Refused("case.no_draft")
    if known := Report.objects.filter(id=uuid5(order.id, "report")).first():
        return known
    if order.state in ENDED:
        raise Refused("case.draft_withdrawn")
    report = keep_report(_as_report(order), by=by, at=at)
    if report.case:
        keep_result(report.case.id, _as_result(order), by=by, at=at)
    if order.state != State.DONE:
        work.finish_many([order.id], by=by, at=at)
    return report


@transaction.atomic
def keep_result(case_id: UUID, new: NewResult, *, by: str, at: datetime) -> LabResult:
    """Keeps a laboratory's result of a case; the first positive sample is noted on the case if none was.

    Refused: "case.unknown", "case.result" for a result that is not in the table
    """
    case = Case.objects.select_for_update().filter(id=case_id).first()
    if case is None:
        raise Refused("case.unknown")
    if new.result not in AssayResult.values:
        raise Refused("case.result", result=new.result)
    known = LabResult.objects.filter(id=new.id) | LabResult.objects.filter(case=case, message=new.message or None)
    if found := known.first():
        return found
    entry_id = ledger.new_id()
    body = {"result": new.result, "of": new.kind, "message": new.message}
    ledger.enter("case.result_kept", f"case:{case.id}", by=by, at=at, body=body, entry_id=entry_id)
    if new.result == AssayResult.POSITIVE and (case.sampled_at is None or new.sampled_at < case.sampled_at):
        case.sampled_at = new.sampled_at
        case.save(update_fields=["sampled_at"])
        _emerged(case)
    return LabResult.objects.create(case=case, entry_id=entry_id, **new.__dict__)


def _emerged(case: Case) -> None:
    """Without an onset, the first positive sample is when the event emerged, for the clocks."""
    day = timezone.localdate(case.sampled_at)
    Event.objects.filter(id=case.event_id, emerged_on=None).update(emerged_on=day)


def _as_report(order: Order) -> NewReport:
    person = _person_of(order)
    detail: dict[str, Any] = {"tube": order.detail["tube"], "people": order.detail["people"]}
    if place := order.detail.get("place_zh"):
        detail |= {"place": place, "place_en": order.detail.get("place_en", "")}
    sampled_at, result_at = _moment(order, "sampled_at"), _moment(order, "result_at")
    return NewReport(
        id=uuid5(order.id, "report"),
        at=result_at,
        door=ReportDoor.LABORATORY,
        area_code=order.area_code,
        party_id=order.party_id,
        person=person,
        detail=detail,
        event_id=_event_of(person, order, result_at),
        sampled_at=sampled_at,
        found_by="sampling",
        no_case=person is None,
    )


def _person_of(order: Order) -> UUID | None:
    what, _, name = order.subject.partition(":")
    return UUID(name) if what == "person" else None


def _event_of(person: UUID | None, order: Order, at: datetime) -> UUID | None:
    """The event in which this person is a case already, in the same prefecture; None where there is none."""
    if person is None:
        return None
    running = Case.objects.filter(
        person__in=same_person([person])[person],
        merged_into=None,
        area_code__startswith=order.area_code[:4],
        event__state__in=rules.ACTIVE,
        reported_at__gte=at - rules.EPISODE,
    )
    newest = running.exclude(held_as=Class.DISCARDED).order_by("-reported_at")
    return newest.values_list("event_id", flat=True).first()


def _as_result(order: Order) -> NewResult:
    return NewResult(
        id=uuid5(order.id, "result"),
        sampled_at=_moment(order, "sampled_at"),
        reported_at=_moment(order, "result_at"),
        result=AssayResult.POSITIVE,
        message=order.detail["tube"],
    )


def _moment(order: Order, name: str) -> datetime:
    """A moment of the order's detail; where it says none, when the order was opened."""
    said = order.detail.get(name)
    return datetime.fromisoformat(said) if said else order.opened_at
