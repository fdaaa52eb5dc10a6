"""Identities: a keyed pseudonym, the same each time, and a sealed box that a key outside the database opens."""

import hmac
import os
import unicodedata
from functools import cache
from string import ascii_lowercase, ascii_uppercase
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
_VERSION_AND_VARIANT = ~((0xF000 << 64) | (0xC000 << 48))
_VERSION_8 = (0x8000 << 64) | (0x8000 << 48)
_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(dict[str, str])


def pseudonym(number: str) -> UUID:
    """The pseudonym of an identity number: HMAC-SHA256 under PSEUDONYM_KEY, as a UUID of version 8 (RFC 9562).

    Full-width characters, spaces and a small x make no difference. Any text has a pseudonym, well formed or not.
    """
    digest = hmac.digest(settings.PSEUDONYM_KEY, normalised(number).encode(), "sha256")
    return UUID(int=int.from_bytes(digest[:16]) & _VERSION_AND_VARIANT | _VERSION_8)


def normalised(number: str) -> str:
    """An identity number as all who type it mean it.

    >>> normalised(" １１０１０５ 19491231002x ")
    '11010519491231002X'
    """
    plain = unicodedata.normalize("NFKC", number).translate(_CAPITALS)
    return unicodedata.normalize("NFKC", "".join(plain.split()))


def seal(person_id: UUID, identity: dict[str, str]) -> bytes:
    """The identity under AES-256-GCM and IDENTITY_KEY, bound to this person: nonce (12 bytes), then the sealed JSON."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(settings.IDENTITY_KEY).encrypt(nonce, _ENCODER.encode(identity), person_id.bytes)


def unseal(person_id: UUID, sealed: bytes | memoryview) -> dict[str, str]:
    """The identity that was sealed for this person.

    cryptography.exceptions.InvalidTag: another person's, another key's, or changed since
    """
    sealed = bytes(sealed)
    nonce, box = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return _DECODER.decode(_cipher(settings.IDENTITY_KEY).decrypt(nonce, box, person_id.bytes))


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
