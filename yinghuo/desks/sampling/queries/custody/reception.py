"""Reception, off the facts themselves: the tubes of an open box, what a scanned code is, boxes on their way."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.models import BoxRow

# A tube counts for the box into which it was scanned last.
CONTENT = """
    SELECT b.tube, (SELECT min(r.at) FROM sampling_received r WHERE r.tube = b.tube)
    FROM (SELECT DISTINCT tube FROM sampling_boxed WHERE box = %(box)s) AS b
    WHERE %(box)s = (SELECT x.box FROM sampling_boxed x WHERE x.tube = b.tube ORDER BY x.at DESC, x.id DESC LIMIT 1)
    ORDER BY b.tube
"""
BOX = """
    SELECT b.box, max(b.count), max(b.seal), (
        SELECT h.vehicle FROM sampling_handover h WHERE h.box = b.box AND h.stage = 'collected' ORDER BY h.at LIMIT 1
    ), (SELECT min(h.at) FROM sampling_handover h WHERE h.box = b.box AND h.stage = 'received')
    FROM sampling_boxed b JOIN sampling_site s ON s.id = b.site
    WHERE b.box = %(box)s AND s.area_code LIKE %(area)s GROUP BY b.box
"""
WHAT = """
    SELECT coalesce((
               SELECT x.box FROM sampling_boxed x WHERE x.tube = %(tube)s ORDER BY x.at DESC, x.id DESC LIMIT 1
           ), ''),
           EXISTS (SELECT FROM sampling_received WHERE tube = %(tube)s AND id <> %(scan)s),
           EXISTS (SELECT FROM sampling_swab WHERE tube = %(tube)s)
           OR EXISTS (SELECT FROM sampling_sealed WHERE tube = %(tube)s)
"""
MOST_SHOWN = 50


class OpenBox(NamedTuple):
    """A box in the laboratory's hands: the packer's count, its seal, who brought it, when it was taken whole."""

    box: str
    counted: int
    seal: str
    vehicle: str | None
    received_at: datetime | None


class InBox(NamedTuple):
    """A tube of the open box, and when it was scanned here."""

    tube: str
    received_at: datetime | None


class Known(NamedTuple):
    """What is known of a scanned code: its box, whether it was scanned before, whether anybody filled it."""

    box: str
    before: bool
    filled: bool


def open_box(user: User, code: str) -> OpenBox | None:
    """A box of the user's area; None when the code is none."""
    rows = _rows(BOX, box=code, area=f"{user.area_code or '-'}%")
    return OpenBox(*rows[0]) if rows else None


def content(code: str) -> list[InBox]:
    """The tubes of a box, by code."""
    return [InBox(*row) for row in _rows(CONTENT, box=code)]


def known(tube: str, scan: object) -> Known:
    """What is known of a code beside the scan with this id."""
    return Known(*_rows(WHAT, tube=tube, scan=scan)[0])


def under_way(user: User) -> list[BoxRow]:
    """Boxes of the user's area that a courier has and no laboratory, the oldest first."""
    found = scope(user, BoxRow.objects.filter(collected_at__isnull=False, received_at__isnull=True))
    return list(found.order_by("collected_at")[:MOST_SHOWN])


def _rows(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
