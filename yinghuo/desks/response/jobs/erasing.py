"""Forgetting where people were: visits are kept 21 days, then deleted for good, with a record that can be checked."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.desks.response.rules.followups import CHINA, VISITS_KEPT_DAYS, kept_from

BY = "system:erasing"
BATCH_ROWS = 50_000

# Who holds an older list of ids (a backup, a witness) can compute the digest again: salt and ids in order.
ERASE = """
    WITH due AS (
        SELECT person, id FROM response_visit WHERE begins_at < %(before)s
        ORDER BY begins_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM response_visit v USING due WHERE v.person = due.person AND v.id = due.id
        RETURNING v.id, v.begins_at
    )
    SELECT count(*), min(begins_at), max(begins_at),
           encode(sha256(convert_to(%(salt)s || string_agg(id::text, '' ORDER BY id), 'UTF8')), 'hex')
    FROM gone
"""
# Day and minutes stay, for who was a contact and why; where and at what hour go with the visits.
BLUR = """
    UPDATE response_exposure
    SET venue = NULL, first_at = day::timestamp AT TIME ZONE 'Asia/Shanghai',
        last_at = day::timestamp AT TIME ZONE 'Asia/Shanghai'
    WHERE day < %(first)s AND (venue IS NOT NULL
          OR first_at <> day::timestamp AT TIME ZONE 'Asia/Shanghai'
          OR last_at <> day::timestamp AT TIME ZONE 'Asia/Shanghai')
"""

# What visits were read from, else they would stand there still: lines of interviews, sealed files and their faults.
LINES = "DELETE FROM response_interviewline WHERE typed_at < %(before)s"
FILES = """
    UPDATE response_visitfile SET sealed = NULL, faults = '[]'
    WHERE begun_at < %(before)s AND (sealed IS NOT NULL OR faults <> '[]'::jsonb)
"""


class Erased(NamedTuple):
    """What one night erased: visits; exposures that lost place and hours; lines and files that visits came from."""

    visits: int
    exposures: int
    sources: int
    entries: list[UUID]


def erase_visits(today: date, *, at: datetime) -> Erased:
    """Deletes every visit that began more than 21 days before `today`; what rests on it keeps day and minutes only.

    In batches, each one transaction with its ledger entry (count, first and last day, salted digest over the ids), so
    that it can be stopped and go on. What a trace has locked at this moment goes the next time.
    """
    before = datetime.combine(kept_from(today), datetime.min.time(), CHINA)
    entries: list[UUID] = []
    visits = 0
    while (batch := _batch(before, at=at))[0]:
        visits += batch[0]
        entries.append(batch[1])
    return Erased(visits, _blur(kept_from(today), at=at), _sources(before, at=at), entries)


@transaction.atomic
def _batch(before: datetime, *, at: datetime) -> tuple[int, UUID]:
    entry_id = ledger.new_id()
    with connection.cursor() as cursor:
        cursor.execute(ERASE, {"before": before, "most": BATCH_ROWS, "salt": str(entry_id)})
        count, first, last, digest = cursor.fetchone()
    if count:
        days = {"first_day": _day(first), "last_day": _day(last), "kept_days": VISITS_KEPT_DAYS}
        body = {"count": count, "digest": digest} | days
        ledger.enter("visits.erased", "response_visit", by=BY, at=at, body=body, entry_id=entry_id)
    return int(count), entry_id


@transaction.atomic
def _blur(first: date, *, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BLUR, {"first": first})
        count = int(cursor.rowcount)
    if count:
        body = {"count": count, "before": first.isoformat()}
        ledger.enter("exposures.blurred", "response_exposure", by=BY, at=at, body=body)
    return count


@transaction.atomic
def _sources(before: datetime, *, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"before": before})
        lines = int(cursor.rowcount)
        cursor.execute(FILES, {"before": before})
        files = int(cursor.rowcount)
    if lines or files:
        body = {"before": _day(before), "files": files, "lines": lines}
        ledger.enter("visit_sources.erased", "response_visit", by=BY, at=at, body=body)
    return lines + files


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()
