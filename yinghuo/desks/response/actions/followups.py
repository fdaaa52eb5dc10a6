"""Keeping what follow-up visits found: each batch once, whole; whoever is unwell or lost is somebody's work at once."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple
from uuid import UUID, uuid5

import msgspec
from django.db import transaction
from msgspec import Meta, Struct

from yinghuo.core import ledger
from yinghuo.core.doors.batches import Malformed, Reader
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger import facts
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.response.actions.reports import NewReport, keep_report
from yinghuo.desks.response.models import Contact, ContactState, DueVisit, FollowUpStatus, ReportDoor, Round
from yinghuo.desks.response.rules.followups import LOST_AFTER_DAYS, NOT_REACHED, SEEN, alarming, day_of
from yinghuo.desks.response.rules.symptoms import CODES

FOLLOWUPS = facts.register(
    facts.FactTable(
        "followups.kept",
        "response_followup",
        ("contact", "id"),
        {
            "contact": "uuid",
            "id": "uuid",
            "at": "timestamptz",
            "day": "date",
            "day_number": "integer",
            "status": "text",
            "symptoms": "jsonb",
            "temperature_c": "numeric(4,1)",
            "device": "uuid",
        },
    )
)
Symptom = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[a-z_]+\Z")]
Celsius = Annotated[float, Meta(ge=30, le=45, description="degrees Celsius")]
Moment = Annotated[datetime, Meta(tz=True, description="ISO 8601 with offset; the device's clock")]
Day = Annotated[date, Meta(description="the day that the visit was due for")]
Since = Annotated[int, Meta(ge=0, le=1_000, description="days since last contact, as the list says")]
SEEN_AGAIN = "system:followups"


class FollowUpItem(Struct, forbid_unknown_fields=True):
    """One visit to one contact: what was found, symptoms by code, temperature where it was measured."""

    id: UUID
    contact: UUID
    at: Moment
    day: Day
    day_number: Since
    status: Literal["seen_well", "seen_ill", "not_reached", "refused", "moved"]
    symptoms: Annotated[list[Symptom], Meta(max_length=20)] = []
    temperature_c: Celsius | None = None


READER = Reader("follow-ups", FollowUpItem)


class Answer(Struct):
    """What the door answers after commit: the ids that are on disk, and what could not be read."""

    kept: list[UUID]
    malformed: list[Malformed]


class Found(NamedTuple):
    """A well-formed visit beside the contact that it is about."""

    item: FollowUpItem
    contact: Contact


def keep_follow_ups(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of visits, then sees to what they found; sending a batch again is the same as sending it once.

    The facts are kept before anything follows from them: whatever goes wrong afterwards, they are on disk, and the
    sender, who heard nothing, sends them again.
    """
    batch = READER.read(body)
    items = batch.items
    if items:
        with transaction.atomic():
            _store(items, sender, sent_at=batch.sent_at)
        react(items, area_code=sender.device.area_code, by=sender.label, at=sender.now)
    return Answer([item.id for item in items], batch.malformed)


def record_visit(item: FollowUpItem, *, area_code: str, by: str, at: datetime) -> None:
    """Keeps one visit that was written down at the console, and sees to what it found."""
    with transaction.atomic():
        facts.keep(FOLLOWUPS, _rows([item]), {"device": None}, by=by, at=at, sent_at=at)
    react([item], area_code=area_code, by=by, at=at)


def react(items: Iterable[FollowUpItem], *, area_code: str, by: str, at: datetime) -> None:
    """Reports who is unwell, opens and ends orders to find somebody; each is the same thing when done again.

    Nothing follows from a visit to somebody who is no contact within `area_code`: it is kept, and that is all.
    """
    wanted = {item.contact: item for item in items}
    known = Contact.objects.select_related("event").filter(id__in=wanted, area_code__startswith=area_code or "-")
    contacts = {contact.id: contact for contact in known}
    for found in [Found(item, contacts[item.contact]) for item in items if item.contact in contacts]:
        if alarming(found.item.status, found.item.symptoms, found.item.temperature_c):
            _report(found, by=by, at=at)
        if found.item.status in SEEN:
            _end_search(found.contact, by=by, at=at)
        else:
            _search(found, by=by, at=at)


@transaction.atomic
def take_round(round_id: UUID, sender: Sender) -> Round:
    """Gives a round of today to a team's phone, with what its visits need; another phone's stays with that one.

    Refused("round.unknown") also for a round of another area or day, Refused("round.taken").
    """
    seen = Round.objects.select_for_update().filter(area_code__startswith=sender.device.area_code or "-")
    one = seen.filter(id=round_id, day=day_of(sender.now)).first()
    if one is None:
        raise Refused("round.unknown")
    if one.device == sender.device.id:
        return one
    if one.device is not None:
        raise Refused("round.taken")
    one.device, one.taken_at = sender.device.id, sender.now
    one.save(update_fields=["device", "taken_at"])
    body = {"day": one.day.isoformat(), "people": one.due.count()}
    ledger.enter("round.taken", f"round:{one.id}", by=sender.label, at=sender.now, body=body)
    return one


@transaction.atomic
def free_round(round_id: UUID, *, by: str, at: datetime) -> None:
    """Takes a round from the phone that had it, so that another team can take it. Refused("round.unknown")."""
    one = Round.objects.select_for_update().filter(id=round_id).first()
    if one is None:
        raise Refused("round.unknown")
    if one.device is None:
        return
    one.device = one.taken_at = None
    one.save(update_fields=["device", "taken_at"])
    ledger.enter("round.freed", f"round:{one.id}", by=by, at=at)


def _store(items: list[FollowUpItem], sender: Sender, *, sent_at: datetime) -> None:
    same = {"device": sender.device.id}
    facts.keep(FOLLOWUPS, _rows(items), same, by=sender.label, at=sender.now, sent_at=sent_at)


def _rows(items: list[FollowUpItem]) -> str:
    return msgspec.json.encode(items).decode()


def _report(found: Found, *, by: str, at: datetime) -> None:
    """A draft case of the contact's own event; the person reported before in it is the same case."""
    item, contact = found
    if contact.state == ContactState.CASE:
        return
    symptoms = [code for code in item.symptoms if code in CODES]
    feverish = item.temperature_c is not None and alarming("", [], item.temperature_c) and "fever" not in symptoms
    new = NewReport(
        id=uuid5(item.id, "report"),
        at=item.at,
        door=ReportDoor.API.value,
        area_code=contact.area_code,
        party_id=contact.party_id,
        person=contact.person,
        onset_on=item.day,
        symptoms=["fever"] * feverish + symptoms,
        event_id=contact.event_id,
        found_by="tracing",
    )
    keep_report(new, by=by, at=at)


def _search(found: Found, *, by: str, at: datetime) -> None:
    """Somebody looks for who moved away, or was not seen for the second day running."""
    item, contact = found
    due = DueVisit.objects.filter(contact=contact.id, day=item.day).first()
    missed = (due.missed_days if due else 0) + 1
    if missed < LOST_AFTER_DAYS and item.status != FollowUpStatus.MOVED:
        return
    order = work.NewOrder(
        id=search_id(contact.id, item.day, missed),
        subject=f"contact:{contact.id}",
        area_code=contact.area_code,
        party_id=contact.party_id,
        detail={"event": str(contact.event_id), "why": item.status, "days": missed},
    )
    work.open_order(order, kind=NOT_REACHED.key, by=by, at=at)


def search_id(contact: UUID, day: date, missed: int) -> UUID:
    """The order that a run of days without a sight opens: the same from the door and from the daily list.

    missed: days not seen up to and with `day`
    """
    first = date.fromordinal(day.toordinal() - missed + 1)
    return UUID(hashlib.md5(f"not_reached|{contact}|{first}".encode(), usedforsecurity=False).hexdigest())


def _end_search(contact: Contact, *, by: str, at: datetime) -> None:
    """Whoever was looked for and is seen again: the order is done by the visit; one that a crew has is the crew's."""
    waiting = Order.objects.filter(kind=NOT_REACHED.key, subject=f"contact:{contact.id}", state=State.OPEN, crew="")
    for order_id in waiting.values_list("id", flat=True):
        work.finish(order_id, by=by, at=at)
        work.verify(order_id, by=SEEN_AGAIN, at=at)
