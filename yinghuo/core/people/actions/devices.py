"""Enrolling devices, seeing them, and revoking them."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.core.people.models import Device, DeviceKind
from yinghuo.core.refusal import Refused

TOKEN_BYTES = 32
QUEUE_KEY_BYTES = 32
SEEN_EVERY = timedelta(minutes=5)
SEE = """
    UPDATE people_device SET last_seen_at = %(at)s
    WHERE id = %(id)s AND (last_seen_at IS NULL OR last_seen_at < %(before)s)
"""


class Place(TypedDict):
    """Where a device belongs."""

    area_code: str
    site_id: NotRequired[int | None]
    party_id: NotRequired[UUID | None]


@transaction.atomic
def enrol_device(name: str, kind: str, *, by: str, at: datetime, **place: Unpack[Place]) -> tuple[Device, str]:
    """Enrols a device; returns it with its token, which is shown this once and kept as a hash only.

    Refused("name.missing"), Refused("device.kind"), Refused("area.code").
    """
    _check(name, kind, place["area_code"])
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device = Device.objects.create(
        id=ledger.new_id(),
        name=name,
        kind=kind,
        token_hash=token_hash(token),
        enrolled_at=at,
        enrolled_by=by,
        **place,
    )
    body = {"kind": device.kind, "area": device.area_code, "site": device.site_id}
    ledger.enter("device.enrolled", device.label, by=by, at=at, body=body)
    return device, token


@transaction.atomic
def revoke_device(device_id: UUID, *, by: str, at: datetime, reason: str) -> Device:
    """Shuts a device out at once. Refused("device.unknown"), Refused("access.reason") without a reason."""
    if not reason.strip():
        raise Refused("access.reason")
    device = Device.objects.select_for_update().filter(id=device_id).first()
    if device is None:
        raise Refused("device.unknown", device=str(device_id))
    if device.revoked_at:
        return device
    device.revoked_at, device.revoked_because = at, reason
    device.save(update_fields=["revoked_at", "revoked_because"])
    ledger.enter("device.revoked", device.label, by=by, at=at)
    return device


def see_device(device_id: UUID, *, at: datetime) -> None:
    """Notes that a device was heard of, at most every five minutes; not an entry, for it changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(SEE, {"id": device_id, "at": at, "before": at - SEEN_EVERY})


def token_hash(token: str) -> str:
    """SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def queue_key(device_id: UUID) -> bytes:
    """The key under which a phone keeps its queue (32 bytes): HKDF-SHA256 of QUEUE_KEY and the device's id.

    It is handed over once, at enrolment; nobody has to keep it, for it can be derived again.
    """
    info = b"yinghuo phone queue " + device_id.bytes
    return HKDF(algorithm=SHA256(), length=QUEUE_KEY_BYTES, salt=None, info=info).derive(settings.QUEUE_KEY)


def _check(name: str, kind: str, area_code: str) -> None:
    if not name.strip():
        raise Refused("name.missing")
    if kind not in DeviceKind.values:
        raise Refused("device.kind", kind=kind)
    if not re.search(AREA_CODE, area_code):
        raise Refused("area.code", area=area_code)
