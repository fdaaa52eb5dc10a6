"""Enrolling a phone by a code: made at the console, shown once as a QR code, used once, good for half an hour."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people import actions as people
from yinghuo.core.people.actions.devices import Place
from yinghuo.core.people.models import Device, DeviceKind
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.phones.tries import ENROLMENT, counted
from yinghuo.desks.sampling.models import EnrolmentCode

GOOD_FOR = timedelta(minutes=30)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none looks like another
READ_AS = str.maketrans("OIL", "011", "- ")
CODE_LETTERS, GROUP_LETTERS = 16, 4  # 80 bits
LABEL_LETTERS = 80
KINDS = frozenset({DeviceKind.PHONE.value, DeviceKind.COURIER.value, DeviceKind.TEAM.value})
WRONG = frozenset({"enrolment.unknown", "enrolment.used", "enrolment.over"})


@dataclass(frozen=True)
class NewCode:
    """What a code shall enrol: kind, name, and where the phone belongs."""

    kind: str
    name: str
    area_code: str
    site_id: int | None = None


@dataclass(frozen=True)
class Enrolled:
    """A phone that was just enrolled: its token and the key of its queue (32 bytes), both handed over this once."""

    device: Device
    token: str
    key: bytes


@transaction.atomic
def make_code(new: NewCode, *, by: str, at: datetime) -> tuple[EnrolmentCode, str]:
    """Makes a code; returns its row and the code itself, which is shown this once and kept as a hash only.

    Refused("device.kind") for what is no phone, Refused("name.missing").
    """
    if new.kind not in KINDS:
        raise Refused("device.kind", kind=new.kind)
    if not new.name.strip():
        raise Refused("name.missing")
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
    row = EnrolmentCode.objects.create(
        id=ledger.new_id(),
        code_hash=_hash(letters),
        kind=new.kind,
        name=new.name.strip(),
        area_code=new.area_code,
        site_id=new.site_id,
        made_at=at,
        made_by=by,
        good_until=at + GOOD_FOR,
    )
    body = {"kind": row.kind, "area": row.area_code, "site": row.site_id}
    ledger.enter("enrolment.code_made", f"enrolment:{row.id}", by=by, at=at, body=body)
    return row, "-".join(letters[place : place + GROUP_LETTERS] for place in range(0, CODE_LETTERS, GROUP_LETTERS))


def enrol_phone(code: str, *, label: str, address: str, now: datetime) -> Enrolled:
    """Enrols the phone that shows a code; of two at once one is enrolled.

    label:   the phone's own name or model
    address: where the phone asks from; wrong codes are counted by it
    Refused: "enrolment.unknown", "enrolment.used", "enrolment.over", "tries.too_many"
    """
    with counted(ENROLMENT, address, wrong=WRONG, now=now):
        return _enrol(_hash(code), label=label[:LABEL_LETTERS], now=now)


@transaction.atomic
def _enrol(code_hash: str, *, label: str, now: datetime) -> Enrolled:
    row = EnrolmentCode.objects.select_for_update().filter(code_hash=code_hash).first()
    if row is None:
        raise Refused("enrolment.unknown")
    if row.used_at:
        raise Refused("enrolment.used", at=row.used_at)
    if now >= row.good_until:
        raise Refused("enrolment.over", at=row.good_until)
    place: Place = {"area_code": row.area_code, "site_id": row.site_id}
    device, token = people.enrol_device(row.name, row.kind, by=row.made_by, at=now, **place)
    row.used_at, row.label, row.device = now, label, device.id
    row.save(update_fields=["used_at", "label", "device"])
    ledger.enter("enrolment.code_used", f"enrolment:{row.id}", by=device.label, at=now)
    return Enrolled(device, token, queue_key(device.id))


def queue_key(device_id: UUID) -> bytes:
    """The key of a phone's queue, derived again."""
    return people.queue_key(device_id)


def _hash(code: str) -> str:
    """SHA-256 of a code as anybody would type it, in hexadecimal."""
    return hashlib.sha256(code.upper().translate(READ_AS).encode()).hexdigest()
