"""One statement that writes many rows, and the one ledger entry that speaks of them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from json import dumps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from yinghuo.core import ledger

Params = Mapping[str, Any]

# Ends each statement: how many rows were written, and SHA-256 over their sorted ids, one a line, in hexadecimal.
COUNT_AND_DIGEST = """
    SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(id::text, E'\\n' ORDER BY id), ''), 'UTF8')), 'hex')
    FROM written
"""


@transaction.atomic
def write(statement: str, params: Params, *, kind: str, subject: str, by: str, at: datetime, **told: str) -> int:
    """Runs a statement that ends in a CTE `written (id)` and enters what it wrote; no entry when it wrote nothing.

    params:  of the statement; %(work_entry)s, %(work_by)s and %(work_at)s are added, all names in `work_` are taken
    told:    what else the entry's body says, beside count and digest
    returns: how many rows were written
    """
    entry_id = ledger.new_id()
    own: Params = {"work_entry": entry_id, "work_by": by, "work_at": at}
    with connection.cursor() as cursor:
        cursor.execute(statement + COUNT_AND_DIGEST, {**params, **own})
        count, digest = cursor.fetchone()
    if count:
        body = {"count": count, "digest": digest, **told}
        ledger.enter(kind, subject, by=by, at=at, body=body, entry_id=entry_id)
    return count


def rows_json(rows: Iterable[Any]) -> str:
    """A JSON array of rows that are dataclasses or mappings."""
    plain = [asdict(row) if is_dataclass(row) and not isinstance(row, type) else row for row in rows]
    return dumps(plain, cls=DjangoJSONEncoder)
