"""Reception in a laboratory: each scan is a fact, whatever it turns out to be; a whole box is a hand-over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.console_sender import console_sender
from yinghuo.desks.sampling.actions.facts import keep_handovers, keep_received
from yinghuo.desks.sampling.queries.custody import reception as queries

LONGEST_CODE = 40


class Verdict(StrEnum):
    """What a scan turned out to be."""

    TAKEN = "taken"
    AGAIN = "again"
    OTHER_BOX = "other_box"
    NO_BOX = "no_box"
    NOT_FILLED = "not_filled"


class Scan(NamedTuple):
    """A scan as it was kept: the code as read, its verdict, the box that the tube was scanned into."""

    tube: str
    verdict: Verdict
    box: str


def scan(code: str, *, scan_id: UUID, box: str, user: User, now: datetime) -> Scan:
    """Keeps a scanned tube as a fact and says what it is; the same id again is the same scan.

    box: the box that is open, "" for none. Refused("received.empty") for a code without a character.
    """
    read = code.replace("\x00", "").strip()[:LONGEST_CODE]
    if not read:
        raise Refused("received.empty")
    item = {"id": str(scan_id), "tube": read, "at": now.isoformat(), "box": box[:LONGEST_CODE]}
    keep_received(_batch("received", item, now), console_sender(user, now=now))
    known = queries.known(read, scan_id)
    return Scan(read, _verdict(known, box), known.box)


@dataclass(frozen=True)
class WholeBox:
    """A box as the laboratory took it: its own count, the seal it saw, the temperature it read."""

    id: UUID
    box: str
    count: int
    seal: str = ""
    temperature_c: Decimal | None = None


def take_box(whole: WholeBox, *, user: User, now: datetime) -> None:
    """Keeps the laboratory's hand-over of a whole box, with its own count; the same id again is the same one.

    Refused("box.unknown") when the box is not of the user's area.
    """
    found = queries.open_box(user, whole.box)
    if found is None:
        raise Refused("box.unknown", box=whole.box)
    item = {
        "id": str(whole.id),
        "box": whole.box,
        "at": now.isoformat(),
        "stage": "received",
        "vehicle": found.vehicle or user.username,
        "count": whole.count,
        "seal": whole.seal,
        "temperature_c": None if whole.temperature_c is None else float(whole.temperature_c),
    }
    keep_handovers(_batch("handovers", item, now), console_sender(user, now=now))


def _verdict(known: queries.Known, box: str) -> Verdict:
    if not known.filled and not known.box:
        return Verdict.NOT_FILLED
    if known.before:
        return Verdict.AGAIN
    if not known.box:
        return Verdict.NO_BOX
    return Verdict.OTHER_BOX if box and known.box != box else Verdict.TAKEN


def _batch(name: str, item: Mapping[str, object], now: datetime) -> bytes:
    return json.dumps({"sent_at": now.isoformat(), name: [item]}).encode()
