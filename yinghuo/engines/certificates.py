"""A negative result as a signed line of text that fits a QR code and verifies without any network.

Bytes, big-endian: version 1 (u8) · status 1 = negative (u8) · key id (4) · sampled, result, valid until (u32 each,
minutes since 1970 UTC) · area code (u8 length, ASCII digits) · masked name (u8 length, UTF-8) · Ed25519 signature (64,
RFC 8032) over PURPOSE and everything before it. Text: base64url without padding (RFC 4648), some 125 characters.
"""

import binascii
import hashlib
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION, NEGATIVE = 1, 1
PURPOSE = b"yinghuo certificate 1\n"
SIGNATURE_BYTES = 64
LONGEST_MASK = 3
_HEAD = struct.Struct(">BB4sIII")
_START = datetime(1970, 1, 1, tzinfo=UTC)


class Certificate(NamedTuple):
    """What a certificate says: no pseudonym, no tube, nobody else."""

    name: str
    sampled_at: datetime
    result_at: datetime
    valid_until: datetime
    area_code: str


def masked(name: str) -> str:
    """The first character of a name, then a star for each further one, at most two.

    >>> masked("张三"), masked("欧阳春天"), masked(" Li Wei "), masked("")
    ('张*', '欧**', 'L**', '')
    """
    plain = name.strip()
    return plain[:1] + "*" * min(len(plain) - 1, LONGEST_MASK - 1) if plain else ""


def signed(certificate: Certificate, key: bytes) -> str:
    """The certificate as text, signed by the Ed25519 seed `key` (32 bytes)."""
    private = Ed25519PrivateKey.from_private_bytes(key)
    area, name = certificate.area_code.encode("ascii"), certificate.name.encode()
    moments = (_minutes(at) for at in (certificate.sampled_at, certificate.result_at, certificate.valid_until))
    head = _HEAD.pack(VERSION, NEGATIVE, key_id(public_key(key)), *moments)
    payload = head + bytes([len(area)]) + area + bytes([len(name)]) + name
    return urlsafe_b64encode(payload + private.sign(PURPOSE + payload)).decode().rstrip("=")


def opened(text: str, keys: Mapping[bytes, bytes]) -> Certificate:
    """What a signed text says, times to the minute; whether it is still valid is for the caller to compare.

    keys: public keys (32 bytes) by key id
    ValueError("form"), ValueError("key") for a key that is not among `keys`, ValueError("signature")
    """
    payload, signature = _split(text)
    certificate, key = _read(payload)
    if key not in keys:
        raise ValueError("key")
    try:
        Ed25519PublicKey.from_public_bytes(keys[key]).verify(signature, PURPOSE + payload)
    except InvalidSignature as error:
        raise ValueError("signature") from error
    return certificate


def public_key(key: bytes) -> bytes:
    """The public key (32 bytes) of a seed."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def key_id(public: bytes) -> bytes:
    """The first four bytes of the SHA-256 of a public key."""
    return hashlib.sha256(public).digest()[:4]


def _split(text: str) -> tuple[bytes, bytes]:
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise ValueError("form") from error
    return raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]


def _read(payload: bytes) -> tuple[Certificate, bytes]:
    try:
        version, status, key, sampled, result, until = _HEAD.unpack_from(payload)
        area, rest = _text(payload[_HEAD.size :])
        name, rest = _text(rest)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("form") from error
    if (version, status, rest) != (VERSION, NEGATIVE, b""):
        raise ValueError("form")
    return Certificate(name, _moment(sampled), _moment(result), _moment(until), area), key


def _text(raw: bytes) -> tuple[str, bytes]:
    """A text with its length before it, and what follows it."""
    end = 1 + raw[0]
    if len(raw) < end:
        raise ValueError("form")
    return raw[1:end].decode(), raw[end:]


def _minutes(at: datetime) -> int:
    return int((at - _START) // timedelta(minutes=1))


def _moment(minutes: int) -> datetime:
    return _START + timedelta(minutes=minutes)
