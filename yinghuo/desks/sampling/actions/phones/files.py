"""Files that a phone exported: opened under its key, kept as its facts, each once; what is odd waits for somebody."""

import hashlib
import os
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.doors.batches import LARGEST_BATCH, SCHEMA
from yinghuo.core.doors.senders import Sender
from yinghuo.core.people import actions as people
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import Device, User
from yinghuo.core.people.queries import DeviceRow
from yinghuo.core.people.rules import keep_until
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions import corrections, facts
from yinghuo.desks.sampling.models import FileItem, Outfall, PhoneFile

NAMES = UUID("0b9f6f0e-6a35-5d2f-9d5a-2f6c1e7b4a11")  # the space in which files' own ids are made
NONCE_BYTES = 12
MOST_ITEMS = 100_000
Keep = Callable[[bytes, Sender], facts.Answer]
DOORS: dict[str, dict[str, Keep]] = {
    "phone": {
        "swabs": facts.keep_swabs,
        "tubes": facts.keep_sealed,
        "boxes": facts.keep_boxes,
        "corrections": corrections.keep_corrections,
        "voids": corrections.keep_voids,
    },
    "courier": {"handovers": facts.keep_handovers},
}


class Envelope(msgspec.Struct):
    """The file as it lies on a disk."""

    device: UUID
    made_at: datetime
    schema: int
    nonce: str
    sealed: str


class Held(msgspec.Struct):
    """An item that the phone could not get rid of: its door, what it says, why it came back ("" while unsent)."""

    door: str
    item: msgspec.Raw
    reason: str = ""


class Content(msgspec.Struct):
    """What the sealed part holds."""

    items: list[Held] = []
    unsent: list[Held] = []


class Opened(NamedTuple):
    """A file that could be opened: whose, when it was made, what is in it, its own id."""

    device: Device
    made_at: datetime
    held: list[Held]
    file_id: UUID


@dataclass(frozen=True)
class Keeper:
    """Who works on a file, and when."""

    user: User
    now: datetime


def open_file(body: bytes, *, user: User) -> Opened:
    """Reads a file of a phone of the user's area.

    Refused: "phone_file.unreadable", "phone_file.schema", "phone_file.device" (unknown, or of another area),
    "phone_file.revoked", "phone_file.key" when it was sealed under another key or changed since
    """
    envelope = _decoded(Envelope, body)
    if envelope.schema != SCHEMA:
        raise Refused("phone_file.schema", schema=envelope.schema, newest=SCHEMA)
    device = scope(user, Device.objects.filter(id=envelope.device)).first()
    if device is None:
        raise Refused("phone_file.device", device=str(envelope.device))
    if device.revoked_at:
        raise Refused("phone_file.revoked", name=device.name, at=device.revoked_at)
    try:
        nonce, sealed = b64decode(envelope.nonce, validate=True), b64decode(envelope.sealed, validate=True)
        plain = AESGCM(people.queue_key(device.id)).decrypt(nonce, sealed, None)
    except (InvalidTag, ValueError) as error:
        raise Refused("phone_file.key", name=device.name) from error
    content = _decoded(Content, plain)
    held = content.items + content.unsent
    if len(held) > MOST_ITEMS:
        raise Refused("phone_file.unreadable", detail=f"more than {MOST_ITEMS} items")
    return Opened(device, envelope.made_at, held, uuid5(NAMES, hashlib.sha256(nonce + sealed).hexdigest()))


@transaction.atomic
def load_file(body: bytes, *, keeper: Keeper) -> PhoneFile:
    """Loads a file: what is in order is kept at once in the phone's name, the rest waits; the same file is one file."""
    opened = open_file(body, user=keeper.user)
    rest = {"device": opened.device.id, "area_code": opened.device.area_code, "made_at": opened.made_at}
    rest |= {"loaded_at": keeper.now, "loaded_by": keeper.user.label}
    file, new = PhoneFile.objects.get_or_create(id=opened.file_id, defaults=rest)
    if new:
        _store(file, opened, keeper)
    return file


@transaction.atomic
def settle_item(file: PhoneFile, place: int, given: dict[str, Any], *, keeper: Keeper) -> FileItem:
    """Keeps one item with what somebody corrected in it; one that is still odd stays, with its new reason."""
    row = _locked(file, place)
    if row.outfall:
        return row
    item = msgspec.json.decode(content_of(file, row))
    if not isinstance(item, dict):
        raise Refused("phone_file.item")
    changed = sorted(name for name, value in given.items() if item.get(name) != value)
    row.sealed = _sealed(file, row.place, msgspec.json.encode(item | given))
    row.save(update_fields=["sealed"])
    if _keep(file, [row], keeper):
        body = {"file": str(file.id), "place": place, "door": row.door, "changed": changed}
        ledger.enter("phone_file.item_kept", f"device:{file.device}", by=keeper.user.label, at=keeper.now, body=body)
    row.refresh_from_db()
    return row


@transaction.atomic
def discard_item(file: PhoneFile, place: int, because: str, *, keeper: Keeper) -> FileItem:
    """Drops one item for a reason; its content is gone, the ledger knows that there was one."""
    if not because.strip():
        raise Refused("access.reason")
    row = _locked(file, place)
    if row.outfall:
        return row
    row.because = because.strip()
    row.save(update_fields=["because"])
    _settle([row], Outfall.DISCARDED, keeper)
    digest = hashlib.sha256(f"{file.id}{place}{row.because}".encode()).hexdigest()
    body = {"file": str(file.id), "place": place, "door": row.door, "because_sha256": digest}
    ledger.enter("phone_file.item_discarded", f"device:{file.device}", by=keeper.user.label, at=keeper.now, body=body)
    return FileItem.objects.get(file_id=file.id, place=place)


def content_of(file: PhoneFile, row: FileItem) -> bytes:
    """What an item says, as the phone wrote it (JSON); nothing once it is kept, discarded or forgotten."""
    if row.sealed is None:
        return b"null"
    sealed = bytes(row.sealed)
    return _cipher(file).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(file, row.place))


@transaction.atomic
def forget_files(*, today: date, by: str, at: datetime) -> int:
    """Forgets what items say, and why they were discarded, once their day is over; returns of how many."""
    over = FileItem.objects.filter(keep_until__lt=today)
    over.exclude(because="").update(because="")
    count = over.filter(sealed__isnull=False).update(sealed=None)
    if count:
        ledger.enter("phone_file.forgotten", "phone_files", by=by, at=at, body={"items": count})
    return count


def _store(file: PhoneFile, opened: Opened, keeper: Keeper) -> None:
    last_day = keep_until("identity", timezone.localdate(keeper.now))
    rows = [
        FileItem(
            file_id=file.id,
            place=place,
            door=held.door[:20],
            sealed=_sealed(file, place, bytes(held.item)),
            reason=held.reason,
            keep_until=last_day,
        )
        for place, held in enumerate(opened.held)
    ]
    FileItem.objects.bulk_create(rows, batch_size=LARGEST_BATCH)
    kept = _keep(file, rows, keeper)
    body = {"file": str(file.id), "items": len(rows), "kept": kept, "made_at": file.made_at.isoformat()}
    ledger.enter("phone_file.loaded", f"device:{file.device}", by=keeper.user.label, at=keeper.now, body=body)


def _keep(file: PhoneFile, rows: Sequence[FileItem], keeper: Keeper) -> int:
    """Sends items through their doors, as the phone would have; returns how many are facts now."""
    device = Device.objects.get(id=file.device)
    doors = DOORS.get(device.kind, {})
    row_of = DeviceRow(device.id, device.kind, device.site_id, device.area_code, device.party_id)
    sender = Sender(row_of, keeper.now, keeper.user.label)
    kept = 0
    for door in sorted({row.door for row in rows}):
        mine = [row for row in rows if row.door == door]
        if door not in doors:
            _mark(mine, f"door: a {device.kind} sends no {door}")
            continue
        for start in range(0, len(mine), LARGEST_BATCH):
            kept += _send(file, mine[start : start + LARGEST_BATCH], doors[door], sender, keeper)
    return kept


def _send(file: PhoneFile, rows: list[FileItem], keep: Keep, sender: Sender, keeper: Keeper) -> int:
    items = b",".join(content_of(file, row) for row in rows)
    head = f'{{"schema":{SCHEMA},"sent_at":"{keeper.now.isoformat()}","{rows[0].door}":['
    answer = keep(head.encode() + items + b"]}", sender)
    odd = {one.index: f"{one.code}: {one.detail}" for one in answer.malformed}
    for place, reason in odd.items():
        _mark([rows[place]], reason)
    good = [row for place, row in enumerate(rows) if place not in odd]
    _settle(good, Outfall.KEPT, keeper)
    return len(good)


def _mark(rows: list[FileItem], reason: str) -> None:
    for row in rows:
        row.reason = reason
        row.save(update_fields=["reason"])


def _settle(rows: list[FileItem], outfall: Outfall, keeper: Keeper) -> None:
    if rows:
        places = [row.place for row in rows]
        FileItem.objects.filter(file_id=rows[0].file_id, place__in=places).update(
            outfall=outfall, sealed=None, settled_at=keeper.now, settled_by=keeper.user.label
        )


def _locked(file: PhoneFile, place: int) -> FileItem:
    row = FileItem.objects.select_for_update().filter(file_id=file.id, place=place).first()
    if row is None:
        raise Refused("phone_file.item")
    return row


def _decoded(kind: type[Any], body: bytes) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("phone_file.unreadable", detail=str(error)) from error


def _sealed(file: PhoneFile, place: int, plain: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(file).encrypt(nonce, plain, _bound(file, place))


def _cipher(file: PhoneFile) -> AESGCM:
    return AESGCM(people.queue_key(file.device))


def _bound(file: PhoneFile, place: int) -> bytes:
    return f"{file.id}/{place}".encode()
