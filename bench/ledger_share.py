"""What the ledger costs a batch: the digest and the entry, beside the whole transaction, measured in one process."""

import statistics
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection

BATCH, TURNS = 200, 300


def measure(device: Any, site_id: int) -> float:
    """The ledger's share of storing a batch: fastest tenth of turns taken alternately, the rest is other load."""
    from yinghuo.core.ledger import facts
    from yinghuo.desks.sampling.actions.facts import SWABS

    plain = _without_ledger(SWABS)
    spent: dict[str, list[float]] = {"with": [], "without": []}
    now = datetime.now(UTC)
    for turn in range(TURNS):
        rows = _rows(turn, site_id, now)
        same = {"device": device.id, "doubt": ""}
        began = time.perf_counter()
        facts.keep(SWABS, rows, same, by="system:bench", at=now, sent_at=now)
        spent["with"].append(time.perf_counter() - began)
        rows = _rows(turn + TURNS, site_id, now)
        began = time.perf_counter()
        psycopg.Cursor(connection.connection).execute(plain, {**same, "entry_id": uuid4(), "rows": rows}, prepare=True)
        spent["without"].append(time.perf_counter() - began)
    quick = {name: statistics.mean(sorted(times)[: TURNS // 10]) for name, times in spent.items()}
    return 1 - quick["without"] / quick["with"]


def _without_ledger(table: Any) -> str:
    """The same INSERT, without digest and without entry."""
    return str(table.keep_sql(("device", "doubt")).split("WITH fresh AS (")[1].split("RETURNING")[0])


def _rows(turn: int, site_id: int, now: datetime) -> str:
    rows = ",".join(
        f'{{"tube":"SH{turn:04d}{n // 10:06d}","id":"{uuid4()}","at":"{now.isoformat()}",'
        f'"site":{site_id},"person":"{uuid4()}"}}'
        for n in range(BATCH)
    )
    return f"[{rows}]"
