"""Codes for looking a result up: kept as facts from phones that print slips, or given to one person at the console."""

import json
import secrets
from typing import Annotated
from uuid import UUID

from django.db import transaction
from msgspec import Meta, Struct

from yinghuo.core import ledger
from yinghuo.core.doors.batches import Reader
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger import facts
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions import schemas
from yinghuo.desks.sampling.actions.facts import Answer
from yinghuo.desks.sampling.actions.items import Code, Moment
from yinghuo.desks.sampling.models import Swab
from yinghuo.desks.sampling.queries.lookups import code_hash
from yinghuo.engines import slips

CODES = facts.register(
    facts.FactTable(
        "lookups.codes_kept",
        "sampling_lookupcode",
        ("tube", "id"),
        {"tube": "text", "id": "uuid", "at": "timestamptz", "swab": "uuid", "code": "uuid", "device": "uuid"},
    )
)


class CodeItem(Struct, forbid_unknown_fields=True):
    """A code that was given to a person with a slip, for one swab."""

    id: UUID
    tube: Code
    at: Moment
    swab: UUID
    code: Annotated[str, Meta(min_length=12, max_length=20, description="12 characters, hyphens between groups")]


READER = Reader("codes", CodeItem, converter=schemas.converter)


def keep_codes(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch of codes; of the code itself only its keyed hash."""
    batch = READER.read(body)
    wrong = [place for place, item in batch.placed.items() if slips.read(item.code) is None]
    good = batch.without(wrong, "code.check", "code: not 12 characters with their check character")
    if good.items:
        rows = json.dumps([_row(item) for item in good.items])
        same = {"device": sender.device.id}
        facts.keep(CODES, rows, same, by=sender.label, at=sender.now, sent_at=good.sent_at)
    return Answer([item.id for item in good.items], good.malformed)


@transaction.atomic
def give_code(person: UUID, sender: Sender) -> str:
    """A new code for a person's latest swab, to be told or printed once; Refused("look_up.no_swab") without a swab."""
    swab = Swab.objects.filter(person=person).order_by("-at").values_list("tube", "id").first()
    if swab is None:
        raise Refused("look_up.no_swab")
    code = slips.code_of(secrets.token_bytes(slips.RANDOM_BYTES))
    item = CodeItem(ledger.new_id(), swab[0], sender.now, swab[1], code)
    same = {"device": sender.device.id}
    facts.keep(CODES, json.dumps([_row(item)]), same, by=sender.label, at=sender.now, sent_at=sender.now)
    return code


def _row(item: CodeItem) -> dict[str, str]:
    code = slips.read(item.code)
    assert code
    given = {"id": item.id, "tube": item.tube, "at": item.at.isoformat(), "swab": item.swab, "code": code_hash(code)}
    return {name: str(value) for name, value in given.items()}
