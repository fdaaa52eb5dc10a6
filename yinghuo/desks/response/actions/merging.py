"""Two events, or two cases, found to be one; and the way back. Reports and answers stay where they were made."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Case, Contact, Event, Merge, Stay, Transfer

Row = TypeVar("Row", bound=Model)
GOES: dict[str, type[Model]] = {"cases": Case, "contacts": Contact, "stays": Stay, "transfers": Transfer}


@transaction.atomic
def merge_events(gone_id: UUID, *, into: UUID, reason: str, by: str, at: datetime) -> Merge:
    """An event is part of another: what is known of people goes there; `undo_merge` brings it back. Again is the same.

    Cases, contacts, stays and rides go. Somebody who is a contact in both stays so in both. Tracks and other orders
    stay with the event that opened them.

    Refused: "event.unknown", "access.reason", "event.merged" when one of them is part of another already,
             "event.itself"
    """
    if gone_id == into:
        raise Refused("event.itself")
    gone, target = _two(Event, gone_id, into, unknown=Refused("event.unknown"))
    if gone.merged_into_id == target.id:
        return Merge.objects.get(gone=gone.id, undone_at=None)
    if gone.merged_into_id or target.merged_into_id:
        raise Refused("event.merged")
    merge = _enter("event", gone_id, into, reason=reason, by=by, at=at)
    merge.moved = {name: [str(row.pk) for row in rows] for name, rows in _of_people(gone, target).items()}
    merge.save(update_fields=["moved"])
    for name, model in GOES.items():
        model._default_manager.filter(pk__in=merge.moved[name]).update(event=target)
    gone.merged_into = target
    gone.save(update_fields=["merged_into"])
    return merge


@transaction.atomic
def merge_cases(gone_id: UUID, *, into: UUID, reason: str, by: str, at: datetime) -> Merge:
    """Two cases are one person's one infection: `into` stands for both. Doing it again is the same merge.

    Refused: "case.unknown", "access.reason", "case.merged" when one of them is part of another already, "case.itself"
    """
    if gone_id == into:
        raise Refused("case.itself")
    gone, target = _two(Case, gone_id, into, unknown=Refused("case.unknown"))
    if gone.merged_into_id == target.id:
        return Merge.objects.get(gone=gone.id, undone_at=None)
    if gone.merged_into_id or target.merged_into_id:
        raise Refused("case.merged")
    merge = _enter("case", gone_id, into, reason=reason, by=by, at=at)
    gone.merged_into = target
    gone.save(update_fields=["merged_into"])
    return merge


@transaction.atomic
def undo_merge(merge_id: UUID, *, reason: str, by: str, at: datetime) -> Merge:
    """Takes a merge back: what went comes back, as it was.

    Refused: "merge.unknown", "access.reason", "merge.later" while what it went into is itself part of another
    """
    merge = Merge.objects.select_for_update().filter(id=merge_id).first()
    if merge is None:
        raise Refused("merge.unknown")
    if merge.undone_at:
        return merge
    if not (why := reason.strip()):
        raise Refused("access.reason")
    rows = Event.objects if merge.what == "event" else Case.objects
    if rows.filter(id=merge.into).exclude(merged_into=None).exists():
        raise Refused("merge.later")
    rows.filter(id=merge.gone).update(merged_into=None)
    for name, ids in merge.moved.items():
        GOES[name]._default_manager.filter(pk__in=ids, event_id=merge.into).update(event_id=merge.gone)
    merge.undone_at, merge.undone_by, merge.undone_reason = at, by, why
    merge.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    body = {"into": str(merge.into), "merge": str(merge.id)}
    ledger.enter(f"{merge.what}.unmerged", f"{merge.what}:{merge.gone}", by=by, at=at, body=body)
    return merge


def _of_people(gone: Event, target: Event) -> dict[str, QuerySet[Any]]:
    """What is known of people in an event and can go to the other, by name in `GOES`."""
    known = Contact.objects.filter(event=target).values("person")
    rows = {name: model._default_manager.filter(event=gone).order_by("pk") for name, model in GOES.items()}
    return rows | {"contacts": rows["contacts"].exclude(person__in=known)}


def whole(event: Event) -> Event:
    """The event itself, or what it was merged into in the end."""
    return whole(event.merged_into) if event.merged_into else event


def _two(model: type[Row], gone_id: UUID, into: UUID, *, unknown: Refused) -> tuple[Row, Row]:
    """Both rows, locked in the order of their ids."""
    rows = model._default_manager.select_for_update().filter(pk__in=[gone_id, into]).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < 2:
        raise unknown
    return found[gone_id], found[into]


def _enter(what: str, gone_id: UUID, into: UUID, *, reason: str, by: str, at: datetime) -> Merge:
    if not (why := reason.strip()):
        raise Refused("access.reason")
    entry_id = ledger.enter(f"{what}.merged", f"{what}:{gone_id}", by=by, at=at, body={"into": str(into)})
    return Merge.objects.create(id=entry_id, what=what, gone=gone_id, into=into, reason=why, at=at, by=by)
