"""Every result that laboratories reported of a tube, the latest first; the first one counts."""

import json
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

# The order is the judge's: by the laboratory's time, then by id.
RESULTS = """
    SELECT id, at, result, message, technician, kit, instrument, ct, ct_orf1ab, ct_n, because, well, pool, entry_id,
           laboratory
    FROM sampling_result WHERE tube = %s ORDER BY at DESC, id DESC
"""


class ResultRow(NamedTuple):
    """One message of a laboratory about a tube; `ct` by target, None where nothing was amplified."""

    id: UUID
    at: datetime
    result: str
    message: str
    technician: str
    kit: str
    instrument: str
    ct: dict[str, float | None]
    because: str
    well: str
    pool: str
    entry_id: UUID
    laboratory: UUID


def results_of(tube: str) -> list[ResultRow]:
    """All messages about a tube."""
    with connection.cursor() as cursor:
        cursor.execute(RESULTS, [tube])
        return [_row(*row) for row in cursor.fetchall()]


def _row(*row: Any) -> ResultRow:
    *first, ct, orf1ab, n, because, well, pool, entry_id, laboratory = row
    known = json.loads(ct) if isinstance(ct, str) else dict(ct or {})
    for name, value in (("ORF1ab", orf1ab), ("N", n)):
        if value is not None:
            known.setdefault(name, float(value))
    return ResultRow._make([*first, known, because, well, pool, entry_id, laboratory])
