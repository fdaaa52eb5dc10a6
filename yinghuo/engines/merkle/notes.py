"""Signed notes and log checkpoints (C2SP signed-note and tlog-checkpoint) with Ed25519 keys.

A note is a text, a blank line, and one line per signature: em dash, space, key name, space,
base64(key id ‖ signature). Sources: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, RFC 8032.
"""

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .tree import HASH_BYTES, SIZE_LIMIT

SIGNATURE_LIMIT = 100
_ED25519 = b"\x01"
_KEY_BYTES = 32
_KEY_ID_BYTES = 4
_DASH = "\u2014 "
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)

SigningKey = bytes | str | Ed25519PrivateKey


class NoteError(ValueError):
    """A note, checkpoint, name or key that cannot be used; the message says why."""


class Checkpoint(NamedTuple):
    """What a log promises: its name, its number of leaves, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes


class _Signature(NamedTuple):
    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.value).decode()}\n"


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """The text as a note with one signature; NoteError for a text, name or key that cannot be used.

    text: ends in a newline, holds no other control character
    name: of the key, no spaces, no plus; best like an address without scheme, `example.org/log`
    key:  32-byte seed, Ed25519PrivateKey, or `PRIVATE+KEY+name+id+base64` as Go writes it
    """
    _check_text(text)
    return text + "\n" + _signature(text, name, key).line()


def add_signature(note: str | bytes, name: str, key: SigningKey) -> str:
    """The note with one signature more, last; one already there by the same key is replaced.

    The signatures it carries are not verified here: a witness verifies the log's first.
    NoteError for a malformed note, more than 100 signatures, or a name or key that cannot be used.
    """
    text, signatures = _parse_note(note)
    added = _signature(text, name, key)
    kept = [s for s in signatures if (s.name, s.key_id) != (added.name, added.key_id)]
    if len(kept) >= SIGNATURE_LIMIT:
        raise NoteError(f"a note holds at most {SIGNATURE_LIMIT} signatures")
    return text + "\n" + "".join(s.line() for s in [*kept, added])


def verify_note(note: str | bytes, vkey: str) -> str:
    """The text of a note that the given key has signed; NoteError otherwise.

    Signatures by other keys are ignored. A wrong signature under the given key fails the note,
    even beside a right one.

    vkey: `name+id+base64`, as `vkey_of` and Go's note package write it
    """
    name, key_id, public = _parse_vkey(vkey)
    text, signatures = _parse_note(note)
    ours = [s.value for s in signatures if (s.name, s.key_id) == (name, key_id)]
    if not ours:
        raise NoteError(f"the note carries no signature by {name}")
    for value in ours:
        try:
            public.verify(value, text.encode())
        except InvalidSignature:
            raise NoteError(f"the signature by {name} is wrong") from None
    return text


def vkey_of(name: str, key: SigningKey) -> str:
    """The key to hand to verifiers, `name+id+base64(01 ‖ public key)`.

    >>> vkey_of("EnochRoot", bytes(32))
    'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
    """
    _check_name(name)
    public = _public_bytes(_private_key(key, name))
    return f"{name}+{_key_id(name, public).hex()}+{b64encode(_ED25519 + public).decode()}"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Text of a checkpoint, ready to sign; NoteError for an origin, size or root that cannot be used.

    >>> checkpoint_text("example.org/log", 0, bytes(32))
    'example.org/log\\n0\\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\\n'
    """
    _read_size(str(size))
    if not origin or "\n" in origin:
        raise NoteError("the origin is one line and not empty")
    if len(root) != HASH_BYTES:
        raise NoteError("a root is 32 bytes")
    text = f"{origin}\n{size}\n{b64encode(root).decode()}\n"
    _check_text(text)
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of a verified note; NoteError if malformed. Extension lines are left out.

    >>> parse_checkpoint(checkpoint_text("example.org/log", 7, bytes(32))).size
    7
    """
    _check_text(text)
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise NoteError("a checkpoint has at least three lines, none of them empty")
    origin, size, encoded = lines[:3]
    root = _base64_bytes(encoded)
    if len(root) != HASH_BYTES:
        raise NoteError("a root is 32 bytes")
    return Checkpoint(origin, _read_size(size), root)


def _read_size(text: str) -> int:
    if not _SIZE.fullmatch(text) or int(text) >= SIZE_LIMIT:
        raise NoteError("a tree size is a plain decimal number below 2^63")
    return int(text)


def _signature(text: str, name: str, key: SigningKey) -> _Signature:
    _check_name(name)
    private = _private_key(key, name)
    key_id = _key_id(name, _public_bytes(private))
    return _Signature(name, key_id, private.sign(text.encode()))


def _parse_note(note: str | bytes) -> tuple[str, list[_Signature]]:
    """Text and signatures: the last blank line parts them."""
    if isinstance(note, bytes):
        note = _utf8(note)
    _check_text(note)
    blank = note.rfind("\n\n")
    if blank < 0:
        raise NoteError("a note has a blank line between text and signatures")
    lines = note[blank + 2 :].split("\n")[:-1]
    if not 1 <= len(lines) <= SIGNATURE_LIMIT:
        raise NoteError(f"a note has 1 to {SIGNATURE_LIMIT} signatures")
    return note[: blank + 1], [_parse_signature(line) for line in lines]


def _parse_signature(line: str) -> _Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NoteError("a signature line reads: em dash, name, base64")
    _check_name(name)
    value = _base64_bytes(encoded)
    if len(value) <= _KEY_ID_BYTES:
        raise NoteError("a signature is too short")
    return _Signature(name, value[:_KEY_ID_BYTES], value[_KEY_ID_BYTES:])


def _parse_vkey(vkey: str) -> tuple[str, bytes, Ed25519PublicKey]:
    parts = vkey.split("+", 2)
    if len(parts) != 3:
        raise NoteError("a verifier key reads: name+id+base64")
    name, key_id_hex, encoded = parts
    _check_name(name)
    public = _key_material(encoded)
    _check_key_id(name, public, key_id_hex)
    return name, _key_id(name, public), Ed25519PublicKey.from_public_bytes(public)


def _private_key(key: SigningKey, name: str) -> Ed25519PrivateKey:
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, str):
        return _private_key_from_go(key, name)
    if len(key) != _KEY_BYTES:
        raise NoteError("the seed of an Ed25519 key is 32 bytes")
    return Ed25519PrivateKey.from_private_bytes(key)


def _private_key_from_go(key: str, name: str) -> Ed25519PrivateKey:
    parts = key.split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
        raise NoteError("a signing key reads: PRIVATE+KEY+name+id+base64")
    if parts[2] != name:
        raise NoteError(f"the signing key belongs to {parts[2]}, not to {name}")
    private = Ed25519PrivateKey.from_private_bytes(_key_material(parts[4]))
    _check_key_id(name, _public_bytes(private), parts[3])
    return private


def _key_material(encoded: str) -> bytes:
    data = _base64_bytes(encoded)
    if data[:1] != _ED25519 or len(data) != 1 + _KEY_BYTES:
        raise NoteError("not an Ed25519 key")
    return data[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]


def _public_bytes(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _check_key_id(name: str, public: bytes, key_id_hex: str) -> None:
    if key_id_hex.lower() != _key_id(name, public).hex():
        raise NoteError("the key id does not belong to this name and key")


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise NoteError("a key name is not empty and has no spaces and no plus")
    _check_unicode(name)


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("the text does not end in a newline")
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("a note has no control characters but newlines")
    _check_unicode(text)


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoteError("not valid Unicode") from None


def _utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NoteError("a note is UTF-8") from None


def _base64_bytes(encoded: str) -> bytes:
    """Bytes of standard base64, in its one proper spelling."""
    try:
        data = b64decode(encoded, validate=True)
    except ValueError:
        raise NoteError("not base64") from None
    if b64encode(data).decode() != encoded:
        raise NoteError("not base64 in its proper spelling")
    return data
