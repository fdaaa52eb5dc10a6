"""What the brief counts beside the registered figures: proof, re-collections, doubts, enterprises."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from yinghuo.core.figures import queries as figures
from yinghuo.core.ledger.models import Checkpoint, Entry, Waiting
from yinghuo.desks.sampling.rules import RECOLLECT

RECOLLECTIONS = """
    SELECT count(*), count(*) FILTER (WHERE state IN ('done', 'closed')), count(*) FILTER (WHERE state = 'closed'),
           count(*) FILTER (WHERE state NOT IN ('done', 'closed', 'cancelled')),
           count(*) FILTER (WHERE state NOT IN ('done', 'closed', 'cancelled') AND finish_by < %(now)s),
           count(*) FILTER (WHERE state = 'cancelled')
    FROM work_order
    WHERE kind = %(kind)s AND starts_with(area_code, %(area)s) AND opened_at >= %(first)s AND opened_at < %(last)s
"""
DOUBTS = """
    SELECT code, count(*), count(settled_at)
    FROM work_issue
    WHERE starts_with(area_code, %(area)s) AND raised_at >= %(first)s AND raised_at < %(last)s
    GROUP BY code ORDER BY code
"""
ENTERPRISES = """
    SELECT p.id, p.name_zh, p.name_en, count(DISTINCT s.site), count(*), count(DISTINCT s.person),
           count(DISTINCT s.tube), count(DISTINCT s.tube) FILTER (WHERE r.tube IS NULL)
    FROM sampling_swab s
    JOIN sampling_site c ON c.id = s.site
    JOIN parties_party p ON p.id = c.party_id AND p.kind = 'enterprise'
    LEFT JOIN (
        SELECT DISTINCT tube FROM sampling_result
        WHERE entry_id IN (SELECT entry_id FROM ledger_leaf WHERE index < %(size)s)
    ) AS r ON r.tube = s.tube
    WHERE starts_with(c.area_code, %(area)s) AND s.at >= %(first)s AND s.at < %(last)s
      AND s.entry_id IN (SELECT entry_id FROM ledger_leaf WHERE index < %(size)s)
    GROUP BY p.id ORDER BY p.name_zh, p.id
"""


@dataclass(frozen=True)
class Signed:
    """The newest checkpoint, and how many entries came after it."""

    size: int
    root: str
    at: datetime | None
    note: str
    later: int


@dataclass(frozen=True)
class Recollections:
    """Orders to swab somebody again, opened in the period; opened = done + open + cancelled."""

    opened: int
    done: int
    verified: int
    open: int
    late: int
    cancelled: int


@dataclass(frozen=True)
class DoubtRow:
    """Doubts of one code raised in the period, and how many of them are settled."""

    code: str
    raised: int
    settled: int

    @property
    def open(self) -> int:
        """Those that nobody has settled."""
        return self.raised - self.settled


@dataclass(frozen=True)
class EnterpriseRow:
    """Sampling at one enterprise; samples and people are None where so few could be recognised."""

    party_id: UUID
    name_zh: str
    name_en: str
    sites: int
    samples: int | None
    people: int | None
    tubes: int
    tubes_waiting: int


def signed() -> Signed:
    """The newest checkpoint; size 0 before the first."""
    newest = Checkpoint.objects.order_by("-size").first() or Checkpoint(size=0)
    later = Waiting.objects.count() + figures.tree_size() - newest.size
    return Signed(newest.size, newest.root, newest.at, newest.note, later)


def scale() -> Decimal:
    """The scale of the latest demonstration run in this database; 1 where there was none."""
    latest = Entry.objects.filter(kind="demo.run").order_by("-id").first()
    return Decimal(json.loads(latest.body)["scale"]) if latest else Decimal(1)


def recollections(area: str, first: datetime, last: datetime, *, now: datetime) -> Recollections:
    """Re-collections as they stand now."""
    (row,) = _rows(RECOLLECTIONS, area=area, first=first, last=last, now=now, kind=RECOLLECT)
    return Recollections(*row)


def doubts(area: str, first: datetime, last: datetime) -> list[DoubtRow]:
    """Doubts by code."""
    return [DoubtRow(*row) for row in _rows(DOUBTS, area=area, first=first, last=last)]


def enterprises(area: str, first: datetime, last: datetime, *, size: int) -> list[EnterpriseRow]:
    """Enterprises sampled, by name, as the first `size` entries have it; small cells are hidden."""
    counted = [EnterpriseRow(*row) for row in _rows(ENTERPRISES, area=area, first=first, last=last, size=size)]
    samples = figures.shown_cells([row.samples or 0 for row in counted])
    people = figures.shown_cells([row.people or 0 for row in counted])
    return [
        replace(row, samples=swabs, people=persons)
        for row, swabs, persons in zip(counted, samples, people, strict=True)
    ]


def _rows(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
