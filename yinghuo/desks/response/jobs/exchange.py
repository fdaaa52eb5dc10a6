"""Taking in what was confirmed: a small file in the request, a large one by the worker, also what a killed one left."""

from datetime import date, datetime

from procrastinate.contrib.django import app

from yinghuo.desks.response.actions import exchange
from yinghuo.desks.response.models import Import, ImportStage
from yinghuo.desks.response.rules.exchange import IN_REQUEST_BYTES

TASK = "exchange_files"
BY = "system:exchange"


def now_or_later(one: Import, *, at: datetime) -> bool:
    """Takes a small file in at once and says so; a large one is left to the worker, which is called."""
    if one.bytes <= IN_REQUEST_BYTES:
        exchange.apply(one.id, at=at)
        return True
    app.configure_task(TASK).defer(timestamp=0)
    return False


def work_off(at: datetime) -> int:
    """Takes in every file that was confirmed and is not; returns how many."""
    waiting = Import.objects.filter(stage=ImportStage.APPLYING).order_by("begun_at").values_list("id", flat=True)
    return len([exchange.apply(import_id, at=at) for import_id in list(waiting)])


def forget(today: date, *, at: datetime) -> int:
    """Every night: files that nobody confirmed and old faults are erased."""
    return exchange.erase_old(today=today, by=BY, at=at)
