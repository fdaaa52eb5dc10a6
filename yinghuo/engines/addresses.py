"""Addresses that nobody can guess: who is meant, and until when, sealed into the address itself.

The same person and last day give the same address, so that it can be cached; nothing has to be written down for it,
so that it works while nothing can be written. AES-SIV (RFC 5297) seals and authenticates: 128 bits against guessing.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

FIRST_DAY = date(2020, 1, 1)
ADDRESS_CHARACTERS = 46
_PURPOSE = [b"yinghuo look-up 1"]


def sealed(person: UUID, last_day: date, key: bytes) -> str:
    """The address of a person's result, good until `last_day`: 46 characters of base64url.

    key: 32 bytes; OverflowError for a day before 2020 or more than 179 years after it

    >>> text = sealed(UUID(int=1), date(2022, 5, 10), bytes(32))
    >>> len(text), opened(text, bytes(32)) == (UUID(int=1), date(2022, 5, 10))
    (46, True)
    """
    plain = person.bytes + (last_day - FIRST_DAY).days.to_bytes(2)
    return urlsafe_b64encode(_cipher(key).encrypt(plain, _PURPOSE)).decode().rstrip("=")


def opened(text: str, key: bytes) -> tuple[UUID, date]:
    """Person and last day of an address; ValueError for one that was not sealed under `key`, letter by letter."""
    try:
        plain = _cipher(key).decrypt(urlsafe_b64decode(f"{text}=="), _PURPOSE)
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise ValueError("not an address of ours") from error
    person, last_day = UUID(bytes=plain[:16]), FIRST_DAY + timedelta(days=int.from_bytes(plain[16:]))
    if sealed(person, last_day, key) != text:  # the last letter has bits that mean nothing
        raise ValueError("not an address of ours")
    return person, last_day


@cache
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(key)
