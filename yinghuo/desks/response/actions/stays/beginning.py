"""Reserving a bed for somebody who must be isolated, and beginning the stay."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.stays.terms import write_term
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import (
    Contact,
    ContactState,
    Event,
    Occupancy,
    Room,
    Stage,
    Stay,
    TermSort,
)
from yinghuo.desks.response.rules.stays import Basis, Terms, terms_of
from yinghuo.desks.response.rules.versions import version_on


@dataclass(frozen=True)
class NewStay:
    """Somebody to be isolated; the same id again is the same stay.

    counted_from: date of last contact, day 0
    room_id:      None: at home
    together:     whose room it is: one id for those who may share it; None: the person alone
    """

    id: UUID
    event_id: UUID
    person: UUID
    area_code: str
    grade: str
    counted_from: date
    contact_id: UUID | None = None
    room_id: UUID | None = None
    together: UUID | None = None


@transaction.atomic
def begin_stay(new: NewStay, *, by: str, at: datetime) -> Stay:
    """Reserves and begins a stay at once; refusals as of `reserve_stay`."""
    return start_stay(reserve_stay(new, by=by, at=at).id, by=by, at=at)


@transaction.atomic
def reserve_stay(new: NewStay, *, by: str, at: datetime) -> Stay:
    """Holds a bed for a stay by the rule in force on that day; the end is the latest day that the rule allows.

    Refused: "event.unknown", "room.unknown", "room.full", "room.unrelated" (somebody else's room),
    "stay.no_ground" (the rule restricts nobody of that grade), "stay.over" (until: the rule's last day is past),
    "stay.running" (the person is isolated already)
    """
    take_turns(new.person, new.id)
    if stay := Stay.objects.filter(id=new.id).first():
        return stay
    if not Event.objects.filter(id=new.event_id).exists():
        raise Refused("event.unknown")
    if Stay.objects.select_for_update().filter(person=new.person, ended_at__isnull=True).exists():
        raise Refused("stay.running")
    stage = Stage.FACILITY if new.room_id else Stage.HOME
    terms = _terms(new, stage, timezone.localdate(at))
    occupancy, bed = _bed(new.room_id, new.together or new.person, at) if new.room_id else (None, None)
    stay = Stay.objects.create(
        id=new.id,
        event_id=new.event_id,
        contact_id=new.contact_id,
        person=new.person,
        area_code=new.area_code,
        stage=stage,
        occupancy=occupancy,
        bed=bed,
        grade=new.grade,
        rule=terms.rule,
        basis=Basis.CONTACT if new.grade == "close" else Basis.PLACE,
        counted_from=new.counted_from,
        until=terms.last(stage=stage),
        ceiling_on=terms.last(stage=stage),
        reserved_at=at,
        entry_id=ledger.new_id(),
    )
    _enter(stay, "stay.reserved", by=by, at=at)
    write_term(stay, TermSort.RULE, by=by, at=at)
    return stay


@transaction.atomic
def start_stay(stay_id: UUID, *, by: str, at: datetime) -> Stay:
    """The person is there: the stay runs from now; Refused: "stay.unknown", "stay.ended"."""
    stay = locked(stay_id)
    if stay.started_at is not None:
        return stay
    if stay.ended_at is not None:
        raise Refused("stay.ended")
    stay.started_at, stay.entry_id = at, ledger.new_id()
    stay.save(update_fields=["started_at", "entry_id"])
    if stay.contact_id:
        Contact.objects.filter(id=stay.contact_id, state=ContactState.FOUND).update(state=ContactState.MANAGED)
    _enter(stay, "stay.begun", by=by, at=at)
    return stay


def locked(stay_id: UUID) -> Stay:
    """The stay, locked; Refused("stay.unknown")."""
    stay = Stay.objects.select_for_update().filter(id=stay_id).first()
    if stay is None:
        raise Refused("stay.unknown")
    return stay


def _terms(new: NewStay, stage: str, day: date) -> Terms:
    terms = terms_of(new.grade, new.counted_from, version_on(day))
    if terms is None or (stage == Stage.FACILITY and terms.facility_until is None):
        raise Refused("stay.no_ground", rule=version_on(day).name)
    if terms.last(stage=stage) < day:
        raise Refused("stay.over", until=terms.last(stage=stage))
    return terms


def _bed(room_id: UUID, together: UUID, at: datetime) -> tuple[Occupancy, int]:
    """A free bed of a room that is empty or theirs; the room is locked, so that two never get the same one."""
    room = Room.objects.select_for_update().filter(id=room_id, withdrawn_at__isnull=True).first()
    if room is None:
        raise Refused("room.unknown")
    held = Occupancy.objects.filter(room=room, ended_at__isnull=True).first()
    if held is None:
        return Occupancy.objects.create(id=ledger.new_id(), room=room, together=together, begins_at=at), 1
    if held.together != together:
        raise Refused("room.unrelated", room=room.code)
    taken = set(Stay.objects.filter(occupancy=held, ended_at__isnull=True).values_list("bed", flat=True))
    free = next((bed for bed in range(1, room.beds + 1) if bed not in taken), None)
    if free is None:
        raise Refused("room.full", room=room.code, beds=room.beds)
    return held, free


def _enter(stay: Stay, kind: str, *, by: str, at: datetime) -> None:
    body = {"stage": stay.stage, "rule": stay.rule, "basis": stay.basis, "grade": stay.grade}
    days = {name: getattr(stay, name).isoformat() for name in ("counted_from", "until", "ceiling_on")}
    ledger.enter(kind, f"stay:{stay.id}", by=by, at=at, body=body | days, entry_id=stay.entry_id)
