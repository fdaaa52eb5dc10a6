"""Identities: a keyed pseudonym, the same each time, and a sealed box that a key outside the database opens."""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
_VERSION_AND_VARIANT = ~((0xF000 << 64) | (0xC000 << 48))
_VERSION_8 = (0x8000 << 64) | (0x8000 << 48)
_SIXTH = [bytes([byte & 0x0F | 0x80]) for byte in range(256)]
_EIGHTH = [bytes([byte & 0x3F | 0x80]) for byte in range(256)]
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


def pseudonyms(numbers: Iterable[str]) -> list[bytes]:
    """The pseudonyms of numbers that are normalised already, as 16 bytes each; for floods."""
    keyed = hmac.new(settings.PSEUDONYM_KEY, digestmod="sha256")
    return [
        digest[:6] + _SIXTH[digest[6]] + digest[7:8] + _EIGHTH[digest[8]] + digest[9:16]
        for digest in _digests(keyed, numbers)
    ]


def seal_all(person_ids: Sequence[bytes], identities: Sequence[bytes]) -> list[bytes]:
    """Many identities, given as JSON, each sealed for the person beside it (16 bytes); opened by `unseal`."""
    encrypt, noise = _cipher(settings.IDENTITY_KEY).encrypt, os.urandom(NONCE_BYTES * len(person_ids))
    nonces = [noise[at : at + NONCE_BYTES] for at in range(0, len(noise), NONCE_BYTES)]
    rows = zip(nonces, identities, person_ids, strict=True)
    return [nonce + encrypt(nonce, identity, person_id) for nonce, identity, person_id in rows]


def keyed_hashes(texts: Iterable[str], *, what: bytes) -> list[bytes]:
    """BLAKE2b of each text under PSEUDONYM_KEY, 8 bytes: equal texts meet, and nobody without the key can try texts.

    what: the use, at most 16 bytes; hashes of different uses do not meet
    """
    keyed = hashlib.blake2b(digest_size=8, key=settings.PSEUDONYM_KEY[:64], person=what)
    return _digests(keyed, texts)


def _digests(keyed: Any, texts: Iterable[str]) -> list[bytes]:
    found: list[bytes] = []
    for text in texts:
        one = keyed.copy()
        one.update(text.encode())
        found.append(one.digest())
    return found


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
