"""Writing to the ledger: one entry, in the transaction of the change that it speaks of."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.db import connection

LARGEST_BODY_BYTES = 32_768  # a longer body is kept apart and entered by its hash (an entry bundle holds 65,535 bytes)

ENTER = "INSERT INTO ledger_entry (id, at, kind, subject, by, body) VALUES (%s, %s, %s, %s, %s, %s)"
KEEP_BODY = "INSERT INTO ledger_body (sha256, body) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def new_id() -> UUID:
    """A UUIDv7: unique, and ordered by the time of its making."""
    return uuid_utils.compat.uuid7()


def enter(
    kind: str, subject: str, *, by: str, at: datetime, body: dict[str, Any] | None = None, entry_id: UUID | None = None
) -> UUID:
    """Appends one entry in the caller's transaction.

    kind:    what happened, dotted, past tense: "order.taken"
    subject: what it happened to: "order:<id>"
    by:      who: "user:<id>", "device:<id>", "system:<what>"
    at:      when, aware
    body:    what else must be provable; no personal data, no floats (write exact text instead)
    returns: the entry's id (`entry_id` if the caller had to know it beforehand)
    """
    entry_id = entry_id or new_id()
    text = canonical(body or {})
    with connection.cursor() as cursor:
        if len(raw := text.encode()) > LARGEST_BODY_BYTES:
            digest = hashlib.sha256(raw).hexdigest()
            cursor.execute(KEEP_BODY, [digest, text])
            text = canonical({"bytes": len(raw), "sha256": digest})
        cursor.execute(ENTER, [entry_id, at, kind, subject, by, text])
    return entry_id


def canonical(value: Any) -> str:
    """Canonical JSON (RFC 8785): sorted ASCII keys, no spaces, no floats.

    >>> canonical({"b": 1, "a": "萤火"})
    '{"a":"萤火","b":1}'
    >>> canonical({"share": 0.5})
    Traceback (most recent call last):
    TypeError: float 0.5 has no canonical form here: write it as text
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def leaf_data(entry: tuple[UUID, datetime, str, str, str, str]) -> bytes:
    """The bytes that the tree commits to: id, at, kind, subject, by, body as canonical JSON.

    >>> from datetime import UTC, datetime; from uuid import UUID
    >>> leaf_data((UUID(int=1), datetime(2022, 5, 8, tzinfo=UTC), "order.taken", "order:7", "user:3", "{}")).decode()
    '{"at":"2022-05-08T00:00:00.000000Z","body":{},"by":"user:3","id":"00000000-0000-0000-0000-000000000001",\
"kind":"order.taken","subject":"order:7"}'
    """
    entry_id, at, kind, subject, by, body = entry
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    by, kind, subject = (json.dumps(text, ensure_ascii=False) for text in (by, kind, subject))
    return f'{{"at":"{moment}","body":{body},"by":{by},"id":"{entry_id}","kind":{kind},"subject":{subject}}}'.encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"float {value} has no canonical form here: write it as text")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise TypeError(f"key {key!r} is not ASCII text")
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
