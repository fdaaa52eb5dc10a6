"""Verifying the whole ledger in the background: asking for it, how far it is, what the last one came to."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from yinghuo.core import ledger
from yinghuo.core.ledger import verify
from yinghuo.core.ledger.models import Entry

TASK = "verify_ledger"
RESULT = "ledger.verified"
MOST_FAULTS_KEPT = 50  # the entry holds these; `yinghuo ledger verify` prints all

# The job runs in one transaction, whose writes nobody sees before its end. The name of a session is seen at once.
TELL = "SELECT set_config('application_name', %s, true)"
HEAR = """
    SELECT application_name FROM pg_stat_activity
    WHERE application_name LIKE 'yinghuo verify %' AND datname = current_database()
"""
COUNT = "SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf"


@dataclass(frozen=True)
class Under:
    """A verification that was asked for: entries checked so far and in all; 0 of 0 while it waits for the worker."""

    done: int = 0
    of: int = 0


@dataclass(frozen=True)
class Result:
    """What a verification came to: its entry, when, for whom, what was checked, the first faults and their number."""

    entry_id: Any
    at: datetime
    by: str
    entries: int
    checkpoints: int
    facts: int
    faults: list[dict[str, str]]
    fault_count: int

    @property
    def ok(self) -> bool:
        """True when every row fitted every signature."""
        return not self.fault_count


def ask(by: str) -> bool:
    """Queues a verification for `by`; False when one waits already."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=TASK).defer(by=by)
    except AlreadyEnqueued:
        return False
    return True


def run(*, by: str, at: datetime) -> verify.Report:
    """Verifies everything, tells how far it is, and enters the result in the ledger itself."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        (of,) = cursor.fetchone()
    report = verify.verify(progress=lambda done: _tell(done, of))
    body = {
        "checkpoints": report.checkpoints,
        "entries": report.entries,
        "fault_count": len(report.faults),
        "faults": [vars(fault) for fault in report.faults[:MOST_FAULTS_KEPT]],
        "facts": sum(report.facts.values()),
        "root": report.root,
    }
    ledger.enter(RESULT, "ledger", by=by, at=at, body=body)
    return report


def under_way() -> Under | None:
    """The verification that waits or runs; None if there is none."""
    if not ProcrastinateJob.objects.filter(task_name=TASK, status__in=["todo", "doing"]).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(HEAR)
        told = re.search(r"(\d+)/(\d+)$", (cursor.fetchone() or [""])[0])
    return Under(int(told[1]), int(told[2])) if told else Under()


def last() -> Result | None:
    """The result of the newest verification; None if there never was one."""
    entry = Entry.objects.filter(kind=RESULT).order_by("-at").first()
    if entry is None:
        return None
    body = json.loads(entry.body)
    counts = {name: body[name] for name in ("entries", "checkpoints", "facts", "faults", "fault_count")}
    return Result(entry.id, entry.at, entry.by, **counts)


def _tell(done: int, of: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL, [f"yinghuo verify {done}/{of}"])
