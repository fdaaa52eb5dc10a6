"""The sites of a campaign, a page at a time in the order asked for: what each did and how fast."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

SITES = """
    SELECT * FROM (
        SELECT s.id, s.name_zh, s.name_en, s.area_code, s.team, t.swabs, t.tubes, t.sealed, t.received, t.reported,
               t.not_negative, t.first_at, t.last_at, t.days, t.tubes - t.reported AS under_way,
               CASE WHEN t.days > 0 THEN t.swabs / t.days ELSE 0 END AS per_day
        FROM sampling_site s
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(swabs), 0)::bigint AS swabs, coalesce(sum(tubes), 0)::bigint AS tubes,
                   coalesce(sum(sealed), 0)::bigint AS sealed, coalesce(sum(received), 0)::bigint AS received,
                   coalesce(sum(reported), 0)::bigint AS reported,
                   coalesce(sum(positive + grey + invalid), 0)::bigint AS not_negative,
                   min(first_at) AS first_at, max(last_at) AS last_at, count(*) FILTER (WHERE swabs > 0) AS days
            FROM sampling_tally WHERE site_id = s.id
        ) AS t ON true
        WHERE s.campaign_id = %(campaign)s AND s.area_code LIKE %(area)s
    ) AS sites
    WHERE %(at_id)s::bigint IS NULL OR ({key}, id) {beyond} (%(at_key)s::{kind}, %(at_id)s)
    ORDER BY {key} {direction}, id {direction}
    LIMIT %(limit)s
"""
ORDERS = {  # what a list of sites can be sorted by: SQL and its type
    "": ("id", "bigint"),
    "name": ("name_zh", "text"),
    "swabs": ("swabs", "bigint"),
    "per_day": ("per_day", "bigint"),
    "tubes": ("tubes", "bigint"),
    "under_way": ("under_way", "bigint"),
    "not_negative": ("not_negative", "bigint"),
    "last_at": ("coalesce(last_at, '-infinity')", "timestamptz"),
}


class SiteRow(NamedTuple):
    """A site of a campaign: what it did and how fast. per_day: swabs, mean over the days on which it worked."""

    id: int
    name_zh: str
    name_en: str
    area_code: str
    team: str
    swabs: int
    tubes: int
    sealed: int
    received: int
    reported: int
    not_negative: int
    first_at: datetime | None
    last_at: datetime | None
    days: int
    under_way: int
    per_day: int


class Place(NamedTuple):
    """Where a page begins: after the site `id`, whose value in the list's order is `key`."""

    key: str
    id: int


def per_site(
    campaign_id: UUID, *, area_code: str = "", sort: str = "", after: Place | None = None, limit: int | None = None
) -> list[SiteRow]:
    """Sites of a campaign with their counts, ordered by `sort` ("key" or "-key" of ORDERS), `limit` of them."""
    name = sort.removeprefix("-")
    key, kind = ORDERS.get(name, ORDERS[""])
    down = sort.startswith("-") and name in ORDERS
    statement = SITES.format(key=key, kind=kind, beyond="<" if down else ">", direction="DESC" if down else "ASC")
    params: dict[str, Any] = {"campaign": campaign_id, "area": f"{area_code}%", "limit": limit}
    params |= {"at_key": after.key if after else None, "at_id": after.id if after else None}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [SiteRow(*row) for row in cursor.fetchall()]


def place_of(row: SiteRow, sort: str) -> Place:
    """The place after this row in a list ordered by `sort`."""
    name = sort.removeprefix("-")
    value = {"": row.id, "name": row.name_zh, "last_at": row.last_at.isoformat() if row.last_at else "-infinity"}
    known = name if name in ORDERS else ""
    return Place(str(value.get(known, getattr(row, known, row.id))), row.id)
