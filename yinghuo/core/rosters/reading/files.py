"""Roster files at rest: under AES-256-CTR with a key outside the database, until they are read."""

import hashlib
import hmac
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from django.conf import settings

PIECE_BYTES = 1 << 20
NONCE_BYTES = 16  # the counter's first value; every file has its own
_BLOCK = 16


class Stored(NamedTuple):
    """What was put down: SHA-256 of the plain file in hexadecimal, its length, the nonce that opens it."""

    sha256: str
    size: int
    nonce: bytes


def path_of(intake_id: UUID) -> Path:
    """Where the sealed file of an intake lies."""
    return Path(settings.ROSTERS_FOLDER) / f"{intake_id}.sealed"


def store(intake_id: UUID, file: BinaryIO) -> Stored:
    """Seals a file piece by piece; memory does not grow with it."""
    nonce, digest, size = os.urandom(NONCE_BYTES), hashlib.sha256(), 0
    cipher = _cipher(nonce, 0)
    target = path_of(intake_id)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("wb") as sealed:
        target.chmod(0o600)
        for piece in iter(lambda: file.read(PIECE_BYTES), b""):
            digest.update(piece)
            size += len(piece)
            sealed.write(cipher.update(piece))
        sealed.flush()
        os.fsync(sealed.fileno())
    return Stored(digest.hexdigest(), size, nonce)


def pieces(intake_id: UUID, nonce: bytes, *, offset: int = 0) -> Iterator[bytes]:
    """The plain file from `offset` bytes on, piece by piece."""
    whole, rest = divmod(offset, _BLOCK)
    cipher = _cipher(nonce, whole)
    with path_of(intake_id).open("rb") as sealed:
        sealed.seek(whole * _BLOCK)
        first = cipher.update(sealed.read(PIECE_BYTES))[rest:]
        while first:
            yield first
            first = cipher.update(sealed.read(PIECE_BYTES))


def whole(intake_id: UUID, nonce: bytes) -> io.BytesIO:
    """The plain file in memory: a workbook can only be opened whole."""
    return io.BytesIO(b"".join(pieces(intake_id, nonce)))


def erase(intake_id: UUID) -> None:
    """Removes the sealed file; nothing happens when it is gone."""
    path_of(intake_id).unlink(missing_ok=True)


def _cipher(nonce: bytes, blocks: int) -> CipherContext:
    key = hmac.digest(settings.IDENTITY_KEY, b"roster files", "sha256")
    counter = (int.from_bytes(nonce) + blocks) % (1 << 128)
    return Cipher(algorithms.AES256(key), modes.CTR(counter.to_bytes(NONCE_BYTES))).encryptor()
