"""What people in isolation ask for: an order by the clock of its kind, an answer to read, their own word on it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import Need, NeedKind, Stay
from yinghuo.desks.response.rules.needs import need_clock
from yinghuo.desks.response.rules.track_kinds import NEED

LONGEST = 300  # characters of a request or an answer
MOST_WAITING = 20  # requests of one stay that are not yet met
KEPT_DAYS = 21  # after the stay, as venue records are
NUMBERS = re.compile(r"[0-9]{11,}")  # a phone's or an identity number has no place in the words


@dataclass(frozen=True)
class NewNeed:
    """Something asked for; the same id again is the same request."""

    id: UUID
    stay_id: UUID
    kind: str
    text: str = ""


@transaction.atomic
def ask(new: NewNeed, *, by: str, at: datetime) -> Need:
    """Keeps a request and opens its order, with the clock of its kind.

    by: "stay:<id>" when the person asked by the page of the slip
    Refused: "stay.unknown", "stay.ended", "need.kind", "need.text" (longest), "need.number", "need.many" (most)
    """
    take_turns(new.id)
    if need := Need.objects.filter(id=new.id).first():
        return need
    text = _words(new.text)
    stay = Stay.objects.select_for_update().filter(id=new.stay_id).first()
    _check(stay, new.kind)
    assert stay
    need = Need.objects.create(
        id=new.id, stay=stay, kind=new.kind, text=text, asked_at=at, asked_by=by, entry_id=ledger.new_id()
    )
    ledger.enter("need.asked", f"need:{need.id}", by=by, at=at, body={"of": new.kind}, entry_id=need.entry_id)
    clock = need_clock(new.kind, timezone.localdate(at))
    order = work.NewOrder(
        id=need.id,
        subject=f"stay:{stay.id}",
        area_code=stay.area_code,
        detail={"need": new.kind},
        accept_by=at + clock.accept,
        finish_by=at + clock.finish,
    )
    work.open_order(order, kind=NEED, by=by, at=at)
    return need


@transaction.atomic
def answer(need_id: UUID, *, text: str, by: str, at: datetime) -> Need:
    """Writes what the person reads, in place of an earlier answer; an order that nobody has taken is taken.

    Refused: "need.unknown", "need.text", "need.number"
    """
    need = _locked(need_id)
    words = _words(text)
    if not words:
        raise Refused("need.text", longest=LONGEST)
    if need.answer == words:
        return need
    need.answer, need.answered_at, need.answered_by, need.entry_id = words, at, by, ledger.new_id()
    need.save()
    ledger.enter("need.answered", f"need:{need.id}", by=by, at=at, entry_id=need.entry_id)
    work.take_from_select("SELECT %(id)s::uuid", {"id": need.id}, by=by, at=at)
    return need


@transaction.atomic
def meet(need_id: UUID, *, text: str, by: str, at: datetime) -> Need:
    """Answers and reports the work done; refusals as of `answer`."""
    need = answer(need_id, text=text, by=by, at=at)
    work.finish_many([need.id], by=by, at=at)
    return need


@transaction.atomic
def confirm(need_id: UUID, *, stay_id: UUID, at: datetime) -> Need:
    """The person says that the need is met, which closes its order; Refused: "need.unknown", "need.not_met"."""
    need, by = _locked(need_id, stay_id=stay_id), f"stay:{stay_id}"
    state = Order.objects.filter(id=need.id).values_list("state", flat=True).first()
    if state == State.CLOSED:
        return need
    if state != State.DONE:
        raise Refused("need.not_met")
    work.verify(need.id, by=by, at=at)
    return need


@transaction.atomic
def forget(now: datetime) -> int:
    """Empties the words of requests whose stay ended 21 days ago; returns how many, which the ledger says."""
    old = Need.objects.filter(stay__ended_at__lt=now - timedelta(days=KEPT_DAYS), erased_at__isnull=True)
    count = old.update(text="", answer="", erased_at=now)
    if count:
        ledger.enter("needs.erased", "needs", by="system:erase", at=now, body={"count": count})
    return count


def _words(text: str) -> str:
    words = text.strip()
    if len(words) > LONGEST:
        raise Refused("need.text", longest=LONGEST)
    if NUMBERS.search(words.replace(" ", "")):
        raise Refused("need.number")
    return words


def _check(stay: Stay | None, kind: str) -> None:
    if stay is None:
        raise Refused("stay.unknown")
    if stay.ended_at is not None:
        raise Refused("stay.ended")
    if kind not in NeedKind.values:
        raise Refused("need.kind")
    waiting = Order.objects.filter(subject=f"stay:{stay.id}", kind=NEED).exclude(state__in=[State.CLOSED, State.DONE])
    if waiting.count() >= MOST_WAITING:
        raise Refused("need.many", most=MOST_WAITING)


def _locked(need_id: UUID, **more: UUID) -> Need:
    need = Need.objects.select_for_update().filter(id=need_id, **more).first()
    if need is None:
        raise Refused("need.unknown")
    return need
