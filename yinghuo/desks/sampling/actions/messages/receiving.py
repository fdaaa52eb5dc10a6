"""Taking a message: once, whole, in one transaction with what it brings; the answer speaks only of what is on disk."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.desks.sampling import message_rules as rules
from yinghuo.desks.sampling.actions.messages import results
from yinghuo.desks.sampling.actions.messages.trust import Door, Trust, trusted
from yinghuo.desks.sampling.models import Message, Taken
from yinghuo.desks.sampling.models.messages import SETTLED
from yinghuo.engines.messages import er7, oru
from yinghuo.engines.messages.answers import Addressee, Code, acknowledgement, addressee
from yinghuo.engines.messages.reports import Fault

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class Receipt(NamedTuple):
    """What became of a message: its acknowledgement, its row (None where there was nothing to keep)."""

    ack: Code
    answer: bytes
    taken: Taken | None = None
    row_id: UUID | None = None


@dataclass(frozen=True)
class Incoming:
    """A message as understood so far: what it is, whom it is answered, its digest; or the fault that ended that."""

    to: Addressee
    application: str
    facility: str
    control_id: str
    sha256: str
    message: er7.Er7 | None
    fault: Fault | None = None

    @property
    def names(self) -> dict[str, str]:
        """By what a message is told from others."""
        return {"application": self.application, "facility": self.facility, "control_id": self.control_id}


def receive(raw: bytes, *, door: Door, now: datetime) -> Receipt:
    """Takes a message. The same again gets the same answer and stores nothing twice.

    A message without a head that can be read is answered AR and leaves no row: there is nothing to tell it by.
    """
    incoming = understand(raw)
    if incoming.message is None and not incoming.control_id:
        faults = [incoming.fault] if incoming.fault else []
        return Receipt("AR", _answer("AR", incoming.to, faults, now, ledger.new_id()))
    with transaction.atomic():
        return take(incoming, door=door, now=now)


def take(incoming: Incoming, *, door: Door, now: datetime) -> Receipt:
    """The same inside the caller's transaction, under a lock on the message's number."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, ["\x1f".join(("message", *incoming.names.values()))])
    rows = list(Message.objects.filter(**incoming.names).order_by("received_at", "id"))
    same = next((row for row in rows if row.sha256 == incoming.sha256), None)
    if same and same.taken in (*SETTLED, Taken.CONFLICT, Taken.FOREIGN):
        return _again(same, incoming, now)
    if any(row.taken in (*SETTLED, Taken.FAULTY) for row in rows if row is not same):
        return _used_again(incoming, same, door, now)
    return _decide(incoming, same, door, now)


def understand(raw: bytes) -> Incoming:
    """Reads a message as far as it can be read; never raises for what was sent."""
    try:
        return as_incoming(er7.decode(raw))
    except er7.Unreadable as error:
        return _unread(raw, error.fault)


def as_incoming(message: er7.Er7) -> Incoming:
    """A message that was read, with what it is told by."""
    head = message.head
    fault = oru.head_fault(message) or _too_long(head)
    names = (head.value(3)[:180], head.value(4)[:180], head.value(10)[:200])
    return Incoming(addressee(head), *names, digest(message), message, fault)


def digest(message: er7.Er7) -> str:
    """SHA-256 of a message without its time of sending and its patients, so that a repeat is known as one."""
    head = message.head
    timeless = replace(head, fields=(*head.fields[:7], "", *head.fields[8:]))
    text = er7.redacted(replace(message, segments=(timeless, *message.segments[1:])))
    return hashlib.sha256(text.encode()).hexdigest()


def _unread(raw: bytes, fault: Fault) -> Incoming:
    """What can be told of a message that is not readable as a whole: its head alone, if that much can be read."""
    head = er7.head_line(raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    if head is None:
        return Incoming(Addressee(), "", "", "", sha256, None, fault)
    names = (head.value(3)[:180], head.value(4)[:180], head.value(10)[:200])
    return Incoming(addressee(head), *names, sha256, None, fault)


def _too_long(head: er7.Segment) -> Fault | None:
    bounds = ((3, 180), (4, 180), (10, 80))
    return next((head.fault("message.too_long", at) for at, most in bounds if len(head.value(at)) > most), None)


def _decide(incoming: Incoming, same: Message | None, door: Door, now: datetime) -> Receipt:
    trust = trusted(incoming.application, incoming.facility, door=door, now=now)
    if trust.fault:
        if same is None and _full(incoming):
            full = [trust.fault._replace(code="sender.full")]
            return Receipt("AE", _answer("AE", incoming.to, full, now, ledger.new_id()), Taken.HELD)
        return _write(incoming, same, trust, Taken.HELD, [trust.fault], now)
    if incoming.fault or incoming.message is None:
        taken = Taken.FAULTY if incoming.message is None else Taken.FOREIGN
        return _write(incoming, same, trust, taken, [incoming.fault] if incoming.fault else [], now)
    read = oru.read(incoming.message, zone=timezone.get_default_timezone(), codes=trust.codes)
    assert trust.sender
    drawn, faults = results.draw(
        read.reports,
        message=results.fact_number(**incoming.names),
        sender=trust.sender,
        technician=incoming.application[:100],
    )
    faults = [*read.faults, *faults]
    if faults:
        return _write(incoming, same, trust, Taken.FAULTY, faults, now)
    kept = results.keep(drawn, sender=trust.sender, message=incoming.control_id)
    tubes = list(dict.fromkeys(report.tube for report in read.reports))
    return _write(incoming, same, trust, Taken.KEPT if kept else Taken.NOTED, [], now, tubes=tubes, results=kept)


def _full(incoming: Incoming) -> bool:
    """Whether nothing more is held of this sender, or of all that are not admitted together."""
    held = Message.objects.filter(taken=Taken.HELD)
    own = held.filter(application=incoming.application, facility=incoming.facility)
    bounds = ((own, rules.MOST_HELD), (held, rules.MOST_HELD_TOGETHER))
    return any(rows[:most].count() >= most for rows, most in bounds)


def _write(
    incoming: Incoming, same: Message | None, trust: Trust, taken: Taken, faults: Sequence[Fault], now: datetime,
    **more: object,
) -> Receipt:  # fmt: skip
    """Writes or rewrites the message's row, enters it, and makes its answer; an answer that says the same stays."""
    ack: Code = "AA" if taken in SETTLED else "AR" if taken == Taken.FOREIGN else "AE"
    shown = [stored_fault(fault) for fault in faults[: rules.FAULTS_SHOWN]]
    if same and (same.taken, same.faults) == (taken, shown):
        return _again(same, incoming, now)
    row = same or Message(id=ledger.new_id(), received_at=now, sha256=incoming.sha256, **incoming.names)
    answer = _answer(ack, incoming.to, faults, now, row.id)
    fields = {"taken": taken, "ack": ack, "answer": answer.decode(incoming.to.charset), "faults": shown, **more}
    fields |= trust.place | {"last_at": now, "times": row.times + bool(same), "raw": ""}
    fields["keep_until"] = timezone.localdate(now) + rules.RAW_KEPT
    if taken not in SETTLED and incoming.message:
        fields["raw"] = er7.redacted(incoming.message)[: rules.MOST_RAW_CHARACTERS]
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(force_insert=same is None)
    body = {"ack": ack, "sha256": row.sha256, "taken": str(taken), "results": row.results}
    ledger.enter("message.received", f"message:{row.id}", by=row.by, at=now, body=body)
    return Receipt(ack, answer, taken, row.id)


def stored_fault(fault: Fault) -> dict[str, object]:
    """A fault as it is stored."""
    return fault._asdict()


def _again(row: Message, incoming: Incoming, now: datetime) -> Receipt:
    row.times, row.last_at = row.times + 1, now
    row.save(update_fields=["times", "last_at"])
    return Receipt(row.ack, row.answer.encode(incoming.to.charset, "replace"), Taken(row.taken), row.id)  # type: ignore[arg-type]


def _used_again(incoming: Incoming, same: Message | None, door: Door, now: datetime) -> Receipt:
    trust = trusted(incoming.application, incoming.facility, door=door, now=now)
    fault = trust.fault or Fault("id.again", "MSH", 1, 10, incoming.control_id)
    receipt = _write(incoming, same, trust, Taken.HELD if trust.fault else Taken.CONFLICT, [fault], now)
    if not trust.fault:
        detail = {"message": incoming.control_id, "sender": f"{incoming.application} {incoming.facility}".strip()}
        results.used_again(receipt.row_id, area_code=str(trust.place["area_code"]), detail=detail, at=now)
    return receipt


def _answer(code: Code, to: Addressee, faults: Sequence[Fault], now: datetime, answer_id: UUID) -> bytes:
    said = [(fault, rules.in_english(fault.code)) for fault in faults[: rules.FAULTS_SHOWN]]
    return acknowledgement(code, to, answer_id=answer_id.hex[-20:], at=timezone.localtime(now), faults=said)
