"""How each phone is doing, brought up to date from what it sent and where it signed in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from yinghuo.core.ledger.follow import Read

SIGNED_IN, ENROLLED = "phone.signed_in", "device.enrolled"
KINDS = frozenset({SIGNED_IN, ENROLLED})
PREFIX = "device:"
DEVICE = re.compile(r"device:[0-9a-f-]{36}")
MILLISECOND = timedelta(milliseconds=1)
NOTE = """
    INSERT INTO sampling_phone AS p (device, site_id, signed_in_at, last_batch_at, facts, offset_ms)
    SELECT * FROM unnest(%(devices)s::uuid[], %(sites)s::bigint[], %(signed_in)s::timestamptz[],
                         %(batches)s::timestamptz[], %(facts)s::bigint[], %(offsets)s::bigint[])
    ORDER BY 1
    ON CONFLICT (device) DO UPDATE SET
        site_id = coalesce(excluded.site_id, p.site_id),
        signed_in_at = coalesce(excluded.signed_in_at, p.signed_in_at),
        last_batch_at = coalesce(excluded.last_batch_at, p.last_batch_at),
        facts = p.facts + excluded.facts,
        offset_ms = coalesce(excluded.offset_ms, p.offset_ms)
"""


@dataclass
class _News:
    """What a turn says of one phone."""

    site_id: int | None = None
    signed_in_at: datetime | None = None
    last_batch_at: datetime | None = None
    facts: int = 0
    offset_ms: int | None = None


def note(entries: Sequence[Read], *, batches: Iterable[Read]) -> None:
    """Notes sign-ins and enrolments among `entries`, and every batch of facts that a device sent itself."""
    news: dict[UUID, _News] = {}
    for entry in entries:
        if entry.kind in KINDS:
            phone = news.setdefault(UUID(entry.subject.removeprefix(PREFIX)), _News())
            phone.site_id = entry.body["site"]
            phone.signed_in_at = entry.at if entry.kind == SIGNED_IN else phone.signed_in_at
    for entry in batches:
        if DEVICE.fullmatch(entry.by):
            phone = news.setdefault(UUID(entry.by.removeprefix(PREFIX)), _News())
            phone.last_batch_at, phone.facts = entry.at, phone.facts + entry.body["count"]
            phone.offset_ms = (datetime.fromisoformat(entry.body["sent_at"]) - entry.at) // MILLISECOND
    if news:
        _write(news)


def _write(news: dict[UUID, _News]) -> None:
    said = list(news.values())
    params: dict[str, Any] = {
        "devices": list(news),
        "sites": [one.site_id for one in said],
        "signed_in": [one.signed_in_at for one in said],
        "batches": [one.last_batch_at for one in said],
        "facts": [one.facts for one in said],
        "offsets": [one.offset_ms for one in said],
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE, params)
