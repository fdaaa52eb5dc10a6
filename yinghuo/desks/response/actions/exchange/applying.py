"""Taking a file in that was confirmed: all of it in one transaction, or nothing of it; killed on the way is nothing."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.reading import files
from yinghuo.desks.response.actions.exchange.intake import data_of, keep_faults, locked
from yinghuo.desks.response.actions.exchange.judging import judge
from yinghuo.desks.response.actions.exchange.reading import records_of
from yinghuo.desks.response.actions.exchange.writing import write
from yinghuo.desks.response.models import Import, ImportStage
from yinghuo.desks.response.rules.exchange import step

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))"  # 8: the exchange's own number


@transaction.atomic
def start_applying(import_id: UUID, *, by: str) -> Import:
    """Decides that a file shall be taken in; decided once. Refused: "exchange.stage", "exchange.unknown"."""
    one = locked(import_id)
    if one.stage in (ImportStage.APPLYING, ImportStage.DONE):
        return one
    one.stage, one.done_by = step(one.stage, ImportStage.APPLYING), by
    one.save(update_fields=["stage", "done_by"])
    return one


def apply(import_id: UUID, *, at: datetime) -> Import:
    """Takes in a file that was decided to be: reads it again, judges it anew, writes it. Doing it twice is once."""
    one = _apply(import_id, at=at)
    files.erase(import_id)
    return one


@transaction.atomic
def _apply(import_id: UUID, *, at: datetime) -> Import:
    one = locked(import_id)
    if one.stage == ImportStage.DONE:
        return one
    if one.stage != ImportStage.APPLYING:
        raise Refused("exchange.stage", stage=one.stage, to=ImportStage.DONE)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [one.source])  # two files of one source wait for each other
    plan = judge(records_of(data_of(one), one.form, one.mapping), one)
    entry_id = ledger.new_id()
    write(plan, one, entry_id=entry_id, at=at)
    one.stage, one.done_at, one.file_nonce, one.counts = step(one.stage, ImportStage.DONE), at, None, plan.counts()
    one.save(update_fields=["stage", "done_at", "file_nonce", "counts"])
    one.faults.all().delete()
    keep_faults(one, plan.rejected)
    body = {"sha256": one.sha256, "form": one.form, "source": one.source, "policy": one.policy, "counts": one.counts}
    ledger.enter("exchange.taken_in", f"import:{one.id}", by=one.done_by, at=at, body=body, entry_id=entry_id)
    return one
