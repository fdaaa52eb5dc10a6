"""How the phones of a campaign are doing: who signed in where, what came from them, who has fallen silent."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

SILENT_AFTER = timedelta(minutes=30)
SHIFT = timedelta(hours=18)  # as long as a manifest is good: who signed in before is no longer at work
Place = tuple[int, UUID]

# A phone is silent that signed in within this shift and has sent nothing for half an hour while its site works.
SILENT = """
    d.revoked_at IS NULL AND s.signed_in_at > %(shift)s
    AND greatest(s.signed_in_at, s.last_batch_at) < %(quiet)s AND works.at >= %(quiet)s
"""
OF_CAMPAIGN = """
    FROM sampling_phone s
    JOIN sampling_site p ON p.id = s.site_id AND p.campaign_id = %(campaign)s AND p.area_code LIKE %(area)s
    JOIN people_device d ON d.id = s.device AND d.kind = 'phone'
"""
PAGE = f"""
    SELECT s.device, d.name, s.site_id, p.name_zh, p.name_en, s.signed_in_at, s.last_batch_at, s.facts, s.offset_ms,
           d.revoked_at, coalesce({SILENT}, false) AS silent
    {OF_CAMPAIGN}
    CROSS JOIN LATERAL (SELECT max(o.last_batch_at) AS at FROM sampling_phone o WHERE o.site_id = s.site_id) AS works
    WHERE (s.site_id, s.device) > (%(site)s, %(device)s) AND (NOT %(only_silent)s OR {SILENT})
    ORDER BY s.site_id, s.device LIMIT %(limit)s
"""  # noqa: S608 - parts come from code, never from outside
# Every phone is counted without a look at its device; only those are looked up that may not count, or may be silent.
COUNTS = f"""
    WITH mine AS MATERIALIZED (
        SELECT s.device, s.site_id, s.signed_in_at, s.last_batch_at FROM sampling_phone s
        JOIN sampling_site p ON p.id = s.site_id AND p.campaign_id = %(campaign)s AND p.area_code LIKE %(area)s
    ), works AS (SELECT site_id, max(last_batch_at) AS at FROM mine GROUP BY site_id),
    gone AS MATERIALIZED (SELECT id FROM people_device WHERE revoked_at IS NOT NULL OR kind <> 'phone')
    SELECT (SELECT count(*) FROM mine) - (SELECT count(*) FROM mine WHERE device IN (SELECT id FROM gone)),
           (SELECT count(*) FROM mine s JOIN works ON works.site_id = s.site_id
            CROSS JOIN LATERAL (SELECT NULL::timestamptz AS revoked_at) AS d
            WHERE {SILENT} AND s.device NOT IN (SELECT id FROM gone))
"""  # noqa: S608 - parts come from code, never from outside


class PhoneRow(NamedTuple):
    """One phone: where it signed in last, and what came from it."""

    device: UUID
    name: str
    site_id: int
    name_zh: str
    name_en: str
    signed_in_at: datetime | None
    last_batch_at: datetime | None
    facts: int
    offset_ms: int | None
    revoked_at: datetime | None
    silent: bool

    @property
    def heard_at(self) -> datetime | None:
        """When it was heard of last."""
        heard = [at for at in (self.signed_in_at, self.last_batch_at) if at]
        return max(heard, default=None)


class PhoneCounts(NamedTuple):
    """Phones that may send, and how many of them have fallen silent."""

    phones: int
    silent: int


class Asked(NamedTuple):
    """Whose phones, seen from which area, at which moment."""

    campaign_id: UUID
    area_code: str
    now: datetime


def phones(asked: Asked, *, only_silent: bool, after: Place | None = None, limit: int = 50) -> list[PhoneRow]:
    """Phones of a campaign by site, those after (site, device)."""
    site, device = after or (-1, UUID(int=0))
    params = _params(asked) | {"site": site, "device": device, "only_silent": only_silent, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(PAGE, params)
        return [PhoneRow(*row) for row in cursor.fetchall()]


def phone_counts(asked: Asked) -> PhoneCounts:
    """How many phones a campaign has."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, _params(asked))
        return PhoneCounts(*cursor.fetchone())


def _params(asked: Asked) -> dict[str, Any]:
    return {
        "campaign": asked.campaign_id,
        "area": f"{asked.area_code}%",
        "shift": asked.now - SHIFT,
        "quiet": asked.now - SILENT_AFTER,
    }
