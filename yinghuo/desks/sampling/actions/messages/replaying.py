"""Taking a message again that was held or faulty, once its sender was admitted or its codes were mapped."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.messages.receiving import Receipt, as_incoming, take
from yinghuo.desks.sampling.actions.messages.trust import Door
from yinghuo.desks.sampling.message_rules import MOST_RAW_CHARACTERS
from yinghuo.desks.sampling.models import Channel, Message, Taken
from yinghuo.engines.messages import er7

REPLAYABLE = (Taken.HELD, Taken.FAULTY)


@transaction.atomic
def replay(message_id: UUID, *, by: str, at: datetime) -> Receipt:
    """Takes a stored message again, exactly once: two people who press at one moment are one replay.

    Refused("message.unknown"); ("message.done") when its results are stored already or nothing can come of it;
    ("message.forgotten") when its text is no longer kept, so that the sender must send it again
    """
    row = Message.objects.select_for_update().filter(id=message_id).first()
    if row is None:
        raise Refused("message.unknown")
    if row.taken not in REPLAYABLE:
        raise Refused("message.done")
    if not row.raw or len(row.raw) >= MOST_RAW_CHARACTERS:
        raise Refused("message.forgotten")
    incoming = as_incoming(er7.parsed(row.raw, er7.charset_of(row.raw.encode())))
    if incoming.sha256 != row.sha256:
        raise Refused("message.forgotten")
    receipt = take(incoming, door=_door(row), now=at)
    Message.objects.filter(id=row.id).update(replayed_at=at, replayed_by=by, times=row.times)
    ledger.enter("message.replayed", f"message:{row.id}", by=by, at=at, body={"taken": str(receipt.taken)})
    return receipt


def _door(row: Message) -> Door:
    """The door by which it came; the address was looked at then, and an admitted sender is believed now."""
    return Door(Channel(row.channel), row.by, area_code=row.area_code if row.by.startswith("user:") else "")
