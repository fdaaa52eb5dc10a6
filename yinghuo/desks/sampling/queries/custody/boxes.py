"""Boxes: what each hand counted, the tubes in it against those the system expected, and what waits to be boxed."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.models import BoxRow

# A tube was expected in a box if it was sealed at the box's site in the day before the packing and lay in no box then.
CONTENT = """
    WITH scanned AS (
        SELECT tube, min(at) AS at FROM sampling_boxed WHERE box = %(box)s GROUP BY tube
    ),
    expected AS (
        SELECT c.tube FROM sampling_custody c
        WHERE c.site_id = %(site)s AND c.stage <> 'voided'
          AND c.sealed_at <= %(packed_at)s AND c.sealed_at > %(packed_at)s - interval '24 hours'
          AND NOT EXISTS (
              SELECT FROM sampling_boxed b WHERE b.tube = c.tube AND b.box <> %(box)s AND b.at <= %(packed_at)s
          )
    )
    SELECT tube, s.tube IS NOT NULL, e.tube IS NOT NULL, coalesce(c.box, ''), coalesce(c.stage, ''),
           r.at, coalesce(r.box, '')
    FROM scanned s FULL JOIN expected e USING (tube)
    LEFT JOIN sampling_custody c USING (tube)
    LEFT JOIN LATERAL (
        SELECT at, box FROM sampling_received WHERE tube = c.tube ORDER BY at, id LIMIT 1
    ) AS r ON true
    ORDER BY (s.tube IS NULL) <> (e.tube IS NULL) DESC, tube
    LIMIT 2000
"""
UNBOXED = """
    SELECT count(*) OVER (), tube FROM sampling_custody WHERE site_id = %s AND stage = 'sealed' ORDER BY tube LIMIT %s
"""
ROWS = 50
MOST_UNBOXED = 500
Key = tuple[datetime, str]


class TubeInBox(NamedTuple):
    """A tube of a box: whether it was scanned into it, whether it was expected there, and where it is now.

    now_in: the box it was scanned into last
    received_at, opened: when it was scanned in the laboratory, out of which box
    """

    tube: str
    scanned: bool
    expected: bool
    now_in: str
    stage: str
    received_at: datetime | None
    opened: str


@dataclass(frozen=True)
class Unboxed:
    """Tubes sealed at a site and in no box: how many, and the first of them."""

    count: int
    tubes: list[str]


def boxes(user: User, campaign_id: UUID, *, after: Key | None) -> tuple[list[BoxRow], Key | None]:
    """Boxes of a campaign in the user's area, the latest first; and where the next page begins."""
    found = scope(user, BoxRow.objects.filter(campaign_id=campaign_id, packed_at__isnull=False))
    if after:
        found = found.filter(TupleLessThan(Tuple(F("packed_at"), F("box")), after))
    rows = list(found.order_by("-packed_at", "-box")[: ROWS + 1])
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    return rows[:ROWS], (last.packed_at, last.box) if last and last.packed_at else None


def content(row: BoxRow) -> list[TubeInBox]:
    """The tubes of a box and those that were expected in it, what differs first."""
    params = {"box": row.box, "site": row.site_id, "packed_at": row.packed_at}
    with connection.cursor() as cursor:
        cursor.execute(CONTENT, params)
        return [TubeInBox(*found) for found in cursor.fetchall()]


def unboxed(site_id: int) -> Unboxed:
    """The tubes that are sealed at a site and in no box: what the packer's count is held against."""
    with connection.cursor() as cursor:
        cursor.execute(UNBOXED, [site_id, MOST_UNBOXED])
        rows = cursor.fetchall()
    return Unboxed(rows[0][0] if rows else 0, [tube for _count, tube in rows])
