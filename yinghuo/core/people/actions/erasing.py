"""Forgetting in time: identities, objections and reasons past their day, in batches, so that it can stop and go on."""

from datetime import date, datetime

from django.db import connection, transaction

from yinghuo.core import ledger

BATCH_ROWS = 50_000
_DIGEST = "encode(sha256(convert_to(%(salt)s || string_agg(id::text, '' ORDER BY id), 'UTF8')), 'hex')"
ERASE_IDENTITIES = f"""
    WITH due AS (
        SELECT id FROM people_person WHERE keep_until < %(today)s AND erased_at IS NULL
        LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), erased AS (
        UPDATE people_person p SET identity = NULL, erased_at = %(at)s FROM due WHERE p.id = due.id RETURNING p.id
    )
    SELECT count(*), {_DIGEST} FROM erased
"""  # noqa: S608 - the digest is from this file
ERASE_OBJECTIONS = """
    UPDATE people_objection SET text = '', answer = '', erased_at = %(at)s
    WHERE keep_until < %(today)s AND settled_at IS NOT NULL AND erased_at IS NULL
"""
ERASE_REASONS = """
    UPDATE people_reveal SET reason = '', salt = '', erased_at = %(at)s
    WHERE keep_until < %(today)s AND erased_at IS NULL
"""


def erase_due(*, today: date, by: str, at: datetime) -> int:
    """Erases every identity whose last day is before `today`; facts and entries stay as they are.

    Objections that were settled and reasons for which identities were looked at go with their own day.
    returns: how many identities were erased; each batch is entered with its count and salted hash
    """
    _erase_records(today=today, by=by, at=at)
    total = 0
    while done := _erase_batch(today=today, by=by, at=at):
        total += done
    return total


@transaction.atomic
def _erase_batch(*, today: date, by: str, at: datetime) -> int:
    entry_id = ledger.new_id()
    with connection.cursor() as cursor:
        cursor.execute(ERASE_IDENTITIES, {"today": today, "at": at, "most": BATCH_ROWS, "salt": str(entry_id)})
        count, digest = cursor.fetchone()
    if count:
        body = {"count": count, "digest": digest}
        ledger.enter("identities.erased", "people_person", by=by, at=at, body=body, entry_id=entry_id)
    return int(count)


@transaction.atomic
def _erase_records(*, today: date, by: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ERASE_OBJECTIONS, {"today": today, "at": at})
        objections = cursor.rowcount
        cursor.execute(ERASE_REASONS, {"today": today, "at": at})
        reasons = cursor.rowcount
    if objections or reasons:
        body = {"objections": objections, "reasons": reasons}
        ledger.enter("records.erased", "people", by=by, at=at, body=body)
