"""Disinfection of places: listed with dose and mix by the handbook, done once who was there has left, checked."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import Disinfection, Event, Transfer
from yinghuo.desks.response.rules.disinfection import CHECKS, DOSES, Dose, Mix, dose_of, litres_for, mix
from yinghuo.desks.response.rules.track_kinds import PLACE

TARGETS = {dose.target.value for dose in DOSES}


@dataclass(frozen=True)
class NewPlace:
    """A place and a target to be treated; the same id again is the same.

    area_m2 or litres: one of them, as the target is counted; stock_mg_l: of the agent at hand (5 %: 50,000)
    after: the ride that has to leave before
    """

    id: UUID
    event_id: UUID
    area_code: str
    target: str
    stock_mg_l: int
    place: str = ""
    venue_id: UUID | None = None
    room_id: UUID | None = None
    after_id: UUID | None = None
    area_m2: Decimal | None = None
    litres: Decimal | None = None


@transaction.atomic
def list_place(new: NewPlace, *, by: str, at: datetime) -> Disinfection:
    """Lists a place with the dose of the handbook in force and what to mix, and opens its order.

    Refused: "event.unknown", "place.missing", "place.target", "place.amount", "place.stock" (needs: mg/L at least),
    "ride.unknown"
    """
    take_turns(new.id)
    if place := Disinfection.objects.filter(id=new.id).first():
        return place
    _check(new)
    dose = dose_of(new.target, timezone.localdate(at))
    made = _mixed(new, dose)
    place = Disinfection.objects.create(
        **{name: value for name, value in vars(new).items() if name != "litres"},
        order_id=new.id,
        agent=dose.agent,
        dose_mg_l=dose.mg_l,
        contact_min=dose.contact_min,
        **made._asdict(),
        listed_at=at,
        entry_id=ledger.new_id(),
    )
    body = {"target": new.target, "agent": str(dose.agent), "mg_l": dose.mg_l, "litres": str(made.litres)}
    _enter(place, "disinfection.listed", by=by, at=at, **body)
    detail = {"event": place.event.number, "target": new.target}
    order = work.NewOrder(id=new.id, subject=f"event:{new.event_id}", area_code=new.area_code, detail=detail)
    work.open_order(order, kind=PLACE, by=by, at=at)
    return place


@transaction.atomic
def apply(place_id: UUID, *, by: str, at: datetime) -> Disinfection:
    """The place was treated; Refused: "place.unknown", "place.waits" while who was there has not left."""
    place = _locked(place_id)
    if place.done_at is not None:
        return place
    if place.after_id and Transfer.objects.filter(id=place.after_id, left_at=None, freed_at=None).exists():
        raise Refused("place.waits")
    place.done_at, place.done_by, place.entry_id = at, by, ledger.new_id()
    place.save(update_fields=["done_at", "done_by", "entry_id"])
    _enter(place, "disinfection.done", by=by, at=at)
    work.finish_many([place.order_id], by=by, at=at)
    return place


@transaction.atomic
def check(place_id: UUID, *, method: str, value: Decimal, by: str, at: datetime) -> Disinfection:
    """The effect was measured: passed closes the order, not passed opens it again; the first check of a turn stands.

    value: in the method's unit (`rules.disinfection.CHECKS`)
    Refused: "place.unknown", "place.not_done", "place.method", "order.self_verified" for who treated it
    """
    place = _locked(place_id)
    if (place.check_method, place.check_value) == (method, value) and place.checked_at:
        return place
    if place.done_at is None:
        raise Refused("place.not_done")
    if method not in CHECKS:
        raise Refused("place.method")
    if place.done_by == by:
        raise Refused("order.self_verified")
    passed = CHECKS[method].passed(value)
    place.check_method, place.check_value, place.passed = method, value, passed
    place.checked_at, place.checked_by, place.entry_id = at, by, ledger.new_id()
    _enter(place, "disinfection.checked", by=by, at=at, method=method, value=str(value), passed=passed)
    if passed:
        work.verify(place.order_id, by=by, at=at)
    else:
        work.reopen(place.order_id, reason=f"{method} {value}", by=by, at=at)
        place.done_at, place.done_by = None, ""
        place.passed, place.checked_at = None, None
    place.save()
    return place


def _mixed(new: NewPlace, dose: Dose) -> Mix:
    litres = new.litres
    if dose.ml_per_m2 is not None and new.area_m2 is not None:
        litres = litres_for(dose, new.area_m2)
    if litres is None or litres <= 0:
        raise Refused("place.amount")
    if new.stock_mg_l < dose.mg_l:
        raise Refused("place.stock", needs=dose.mg_l)
    return mix(litres, mg_l=dose.mg_l, stock_mg_l=new.stock_mg_l)


def _check(new: NewPlace) -> None:
    if not Event.objects.filter(id=new.event_id).exists():
        raise Refused("event.unknown")
    if not (new.place.strip() or new.venue_id or new.room_id):
        raise Refused("place.missing")
    if new.target not in TARGETS:
        raise Refused("place.target")
    if new.after_id and not Transfer.objects.filter(id=new.after_id, event_id=new.event_id).exists():
        raise Refused("ride.unknown")


def _locked(place_id: UUID) -> Disinfection:
    place = Disinfection.objects.select_for_update().filter(id=place_id).first()
    if place is None:
        raise Refused("place.unknown")
    return place


def _enter(place: Disinfection, kind: str, *, by: str, at: datetime, **body: object) -> None:
    ledger.enter(kind, f"disinfection:{place.id}", by=by, at=at, body=body, entry_id=place.entry_id)
