"""Events and cases: reported, taken up, opened, judged, ended, merged; the names that the desk's other parts call."""

from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions.cases_events import (
    close_event,
    contain_event,
    name_event,
    open_event,
    reopen_event,
)
from yinghuo.desks.response.actions.merging import merge_cases, merge_events, undo_merge
from yinghuo.desks.response.actions.reports import NewReport, Who, keep_report
from yinghuo.desks.response.actions.reports_laboratory import keep_result, take_up
from yinghuo.desks.response.models import Case, Class, Contact, ContactState, Event, Judgement
from yinghuo.desks.response.rules import cases as rules

__all__ = [
    "Facts",
    "NewReport",
    "Who",
    "close_event",
    "contain_event",
    "judge_case",
    "keep_report",
    "keep_result",
    "merge_cases",
    "merge_events",
    "name_event",
    "open_event",
    "reopen_event",
    "take_up",
    "undo_merge",
]
CHECKED_BY = "system:response.cases"  # a judgement, with its reason, is the check of the order to judge
FACTS = ("onset_on", "sampled_at", "in_isolation", "index_of_event")


class Facts(TypedDict, total=False):
    """What is stated of a case with a judgement; what is left out stays as it is.

    onset_on, sampled_at: None: no symptoms, no positive sample; in_isolation: isolated already when found
    """

    onset_on: date | None
    sampled_at: datetime | None
    in_isolation: bool | None
    index_of_event: bool


@transaction.atomic
def judge_case(case_id: UUID, *, held_as: str, reason: str, by: str, at: datetime, **facts: Unpack[Facts]) -> Case:
    """Says what a case is held to be, and why; the history stays. The same judgement again changes nothing.

    Refused: "case.unknown", "case.merged", "case.class", "access.reason", "case.onset_later" for an onset after `at`
    """
    case = _locked(case_id)
    held, why = rules.class_after(case.held_as, held_as), reason.strip()
    if not why:
        raise Refused("access.reason")
    if (onset_on := facts.get("onset_on")) and onset_on > timezone.localdate(at):
        raise Refused("case.onset_later", day=onset_on.isoformat())
    said = {name: facts.get(name, getattr(case, name)) for name in FACTS}
    if _is_the_same(case, held, why, said):
        return case
    entry_id = _enter(case, held, said, by=by, at=at)
    Judgement.objects.create(id=entry_id, case=case, was=case.held_as, held_as=held, reason=why, at=at, by=by, **said)
    if said["index_of_event"]:
        case.event.cases.exclude(id=case.id).update(index_of_event=False)
    case.held_as, case.judged_at = held, at
    for name, value in said.items():
        setattr(case, name, value)
    case.save(update_fields=["held_as", "judged_at", *FACTS])
    _follow(case, by=by, at=at)
    return case


def _locked(case_id: UUID) -> Case:
    """The case; its event is locked before it, so that two judgements in one event wait for each other."""
    Event.objects.select_for_update(of=("self",)).filter(cases__id=case_id).first()
    case = Case.objects.select_for_update(of=("self",)).select_related("event").filter(id=case_id).first()
    if case is None:
        raise Refused("case.unknown")
    if case.merged_into_id:
        raise Refused("case.merged")
    return case


def _is_the_same(case: Case, held: Class, why: str, said: dict[str, Any]) -> bool:
    latest = case.judgements.order_by("-at", "-id").first()
    return bool(
        latest
        and (latest.held_as, latest.reason) == (held, why)
        and said == {name: getattr(latest, name) for name in FACTS}
    )


def _enter(case: Case, held: Class, said: dict[str, Any], *, by: str, at: datetime) -> UUID:
    """What was judged, without the reason, which can name people."""
    isolated = said["in_isolation"]
    body = {"was": case.held_as, "held_as": held.value, "in_isolation": isolated, "event": case.event.number}
    return ledger.enter("case.judged", f"case:{case.id}", by=by, at=at, body=body)


def _follow(case: Case, *, by: str, at: datetime) -> None:
    """What a judgement brings with it: the event's beginning, the contact who is a case now, the orders to judge."""
    live = case.event.cases.filter(merged_into=None).exclude(held_as=Class.DISCARDED)
    begun = [day for one in live if (day := _emerged(one))]
    Event.objects.filter(id=case.event_id).update(emerged_on=min(begun, default=None))
    if case.person and case.held_as in rules.INFECTED:
        waiting = Contact.objects.filter(event_id=case.event_id, person=case.person)
        waiting.filter(state__in=(ContactState.FOUND, ContactState.MANAGED)).update(state=ContactState.CASE)
    orders = Order.objects.filter(subject=f"case:{case.id}", kind=rules.CHECK.key)
    drafts = Order.objects.filter(kind=rules.DRAFT_ORDER, detail__tube__in=_tubes(case), state="done")
    work.finish_many([order.id for order in orders], by=by, at=at)
    work.verify_many([order.id for order in (*orders, *drafts)], by=CHECKED_BY, at=at)


def _emerged(case: Case) -> date | None:
    return case.onset_on or (timezone.localdate(case.sampled_at) if case.sampled_at else None)


def _tubes(case: Case) -> list[str]:
    return [report.detail["tube"] for report in case.reports.all() if report.detail.get("tube")]
