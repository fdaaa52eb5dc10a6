"""Keeping facts: each batch is stored once, whole, in one transaction with its ledger entry."""

from typing import Any
from uuid import UUID

import msgspec

from yinghuo.core.doors.batches import Batch, Malformed, Reader
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger import facts
from yinghuo.core.people import actions as people
from yinghuo.core.people import identity
from yinghuo.desks.sampling.actions import items as wire
from yinghuo.desks.sampling.actions import schemas
from yinghuo.engines.identity import identity_number_error

TUBE_FACT = {"tube": "text", "id": "uuid", "at": "timestamptz", "site": "bigint"}

SWABS = facts.register(
    facts.FactTable(
        "swabs.kept",
        "sampling_swab",
        ("tube", "id"),
        TUBE_FACT | {"person": "uuid", "device": "uuid", "doubt": "text"},
    )
)
SEALED = facts.register(
    facts.FactTable(
        "tubes.sealed", "sampling_sealed", ("tube", "id"), TUBE_FACT | {"count": "integer", "device": "uuid"}
    )
)
BOXED = facts.register(
    facts.FactTable(
        "tubes.boxed",
        "sampling_boxed",
        ("tube", "id"),
        TUBE_FACT | {"box": "text", "count": "integer", "seal": "text", "device": "uuid"},
    )
)
HANDOVERS = facts.register(
    facts.FactTable(
        "boxes.handed_over",
        "sampling_handover",
        ("box", "id"),
        {
            "box": "text",
            "id": "uuid",
            "at": "timestamptz",
            "stage": "text",
            "vehicle": "text",
            "count": "integer",
            "temperature_c": "numeric(5,2)",
            "seal": "text",
            "device": "uuid",
        },
    )
)
RESULTS = facts.register(
    facts.FactTable(
        "results.kept",
        "sampling_result",
        ("tube", "id"),
        {
            "tube": "text",
            "id": "uuid",
            "at": "timestamptz",
            "laboratory": "uuid",
            "message": "text",
            "result": "text",
            "ct_orf1ab": "numeric(5,2)",
            "ct_n": "numeric(5,2)",
            "technician": "text",
            "vehicle": "text",
            "kit": "text",
            "instrument": "text",
            "ct": "jsonb",
            "because": "text",
            "well": "text",
            "pool": "text",
            "device": "uuid",
        },
    )
)

RECEIVED = facts.register(
    facts.FactTable(
        "tubes.received",
        "sampling_received",
        ("tube", "id"),
        {"tube": "text", "id": "uuid", "at": "timestamptz", "box": "text", "laboratory": "uuid", "device": "uuid"},
    )
)

SWAB_READER = Reader("swabs", wire.SwabItem, converter=schemas.converter)
SEALED_READER = Reader("tubes", wire.SealedItem, converter=schemas.converter)
BOX_READER = Reader("boxes", wire.BoxItem, converter=schemas.converter)
HANDOVER_READER = Reader("handovers", wire.HandoverItem, converter=schemas.converter)
RESULT_READER = Reader("results", wire.ResultItem, converter=schemas.converter)
RECEIVED_READER = Reader("received", wire.ReceivedItem, converter=schemas.converter)


class Answer(msgspec.Struct):
    """What the door answers after commit: the ids that are on disk, and what could not be read."""

    kept: list[UUID]
    malformed: list[Malformed]


def keep_swabs(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of swabs. An identity typed at the site becomes a pseudonym here and goes no further."""
    batch = SWAB_READER.read(body, now=sender.now)
    if all(item.person is not None and item.identity is None for item in batch.placed.values()):
        return keep_batch(SWABS, batch, sender, doubt="")
    return keep_batch(SWABS, _with_persons(batch, sender), sender)


def keep_sealed(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of sealed tubes."""
    return keep_batch(SEALED, SEALED_READER.read(body, now=sender.now), sender)


def keep_boxes(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of packed boxes: one row for each tube."""
    batch = BOX_READER.read(body, now=sender.now)
    return keep_batch(BOXED, batch, sender, rows=[row for box in batch.items for row in _rows_of(box)])


def keep_handovers(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of hand-overs."""
    return keep_batch(HANDOVERS, HANDOVER_READER.read(body, now=sender.now), sender)


def keep_received(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of tubes scanned at a laboratory's reception."""
    laboratory = sender.device.party_id or sender.device.id
    return keep_batch(RECEIVED, RECEIVED_READER.read(body), sender, laboratory=laboratory)


def keep_results(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of results, told apart by laboratory and message."""
    return keep_result_batch(RESULT_READER.read(body, now=sender.now), sender)


def keep_result_batch(batch: Batch[wire.ResultItem], sender: Sender) -> Answer:
    """Keeps results that were read already; a device without a laboratory behind it speaks for itself."""
    return keep_batch(RESULTS, batch, sender, laboratory=sender.device.party_id or sender.device.id)


def keep_batch(
    table: facts.FactTable, batch: Batch[Any], sender: Sender, *, rows: list[Any] | None = None, **same: object
) -> Answer:
    """Keeps a batch that was read already.

    rows: what to store where an item is not a row of its own; same: columns with one value for the whole batch
    """
    items = batch.items
    if items:
        same["device"] = sender.device.id
        facts.keep(
            table,
            msgspec.json.encode(items if rows is None else rows).decode(),
            {name: same[name] for name in table.columns if name in same},
            by=sender.label,
            at=sender.now,
            sent_at=batch.sent_at,
        )
    return Answer([item.id for item in items], batch.malformed)


def _rows_of(box: wire.BoxItem) -> list[dict[str, object]]:
    common = {"id": box.id, "box": box.box, "at": box.at, "site": box.site, "count": box.count, "seal": box.seal}
    return [common | {"tube": tube} for tube in box.tubes]


def _with_persons(batch: Batch[wire.SwabItem], sender: Sender) -> Batch[wire.SwabItem]:
    """Gives each swab that names an identity the person's pseudonym, registering who is new."""
    unclear = [place for place, item in batch.placed.items() if (item.person is None) == (item.identity is None)]
    clear = batch.without(unclear, "swab.person", "exactly one of person and identity is needed")
    named = [(item, item.identity) for item in clear.items if item.identity is not None]
    newcomers = [people.NewPerson(who.number, who.name, area_code=sender.device.area_code) for _, who in named]
    people.register_people(newcomers, by=sender.label, at=sender.now)
    for item, who in named:
        item.person, item.identity = identity.pseudonym(who.number), None
        item.doubt = "identity" if identity_number_error(who.number) else ""
    return clear
