"""Keeping what phones say of their own facts afterwards: swabs undone or moved, tubes voided."""

from yinghuo.core.doors.batches import Reader
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger import facts
from yinghuo.desks.sampling.actions import items as wire
from yinghuo.desks.sampling.actions import schemas
from yinghuo.desks.sampling.actions.facts import TUBE_FACT, Answer, keep_batch

CORRECTED = facts.register(
    facts.FactTable(
        "swabs.corrected",
        "sampling_corrected",
        ("tube", "id"),
        TUBE_FACT | {"swab": "uuid", "what": "text", "to_tube": "text", "device": "uuid"},
    )
)
VOIDED = facts.register(
    facts.FactTable(
        "tubes.voided",
        "sampling_voided",
        ("tube", "id"),
        TUBE_FACT | {"reason": "text", "note": "text", "device": "uuid"},
    )
)
CORRECTION_READER = Reader("corrections", wire.CorrectionItem, converter=schemas.converter)
VOID_READER = Reader("voids", wire.VoidItem, converter=schemas.converter)


def keep_corrections(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of corrections; they may come before the swabs that they speak of."""
    batch = CORRECTION_READER.read(body, now=sender.now)
    wrong = [place for place, item in batch.placed.items() if (item.what == "moved") != bool(item.to_tube)]
    return keep_batch(
        CORRECTED, batch.without(wrong, "correction.to_tube", "to_tube: only and always when moved"), sender
    )


def keep_voids(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of voided tubes."""
    return keep_batch(VOIDED, VOID_READER.read(body, now=sender.now), sender)
