"""The judge: reads new batches off the ledger, keeps the tubes' rows, opens issues and re-collections."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection

from yinghuo.core.ledger.follow import Read, follow
from yinghuo.desks.sampling.actions.corrections import CORRECTED, VOIDED
from yinghuo.desks.sampling.actions.facts import BOXED, HANDOVERS, RESULTS, SEALED, SWABS
from yinghuo.desks.sampling.jobs import bench, corrected, doubts, phones, recollection, tubes

NAME = "sampling.judge"
# Statistics lag behind a flood: by old ones the planner reads a whole table, long grown large, for a few batches.
FEW_AMONG_MANY = "SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0"
KINDS = {table.kind for table in (SWABS, SEALED, BOXED, HANDOVERS, RESULTS, CORRECTED, VOIDED)}


def judge(now: datetime, *, limit: int = 400) -> int:
    """Judges the next batches; returns how many entries were read, 0 when nothing is left.

    Everything found is written in one transaction with the judge's place in the ledger: killed at any
    moment, it begins again where it stood and finds the same.
    """
    return follow(NAME, partial(_handle, now=now), limit=limit)


def _handle(entries: Sequence[Read], *, now: datetime) -> None:
    ours = [entry for entry in entries if entry.kind in KINDS]
    phones.note(entries, batches=ours)
    if not ours:
        return
    with connection.cursor() as cursor:
        cursor.execute(FEW_AMONG_MANY)
    batches: dict[str, list[UUID]] = defaultdict(list)
    for entry in ours:
        batches[entry.kind].append(entry.id)
    swabbed = tubes.add_swabs(batches[SWABS.kind])
    sealed = tubes.add_sealed(batches[SEALED.kind])
    carried = tubes.add_carriage(batches[BOXED.kind], batches[HANDOVERS.kind])
    reported = tubes.add_results(batches[RESULTS.kind])
    changed = corrected.make_effective(corrected.News(swabbed, batches[CORRECTED.kind], batches[VOIDED.kind]))
    bench.line_up([*swabbed, *carried, *changed], reported=reported)
    recollection.follow_up([*{*swabbed, *reported, *changed}], corrected=changed, at=now)
    if changed:
        corrected.reopen(changed, at=now)
    doubts.raise_for_batches(ours, at=now)
    doubts.raise_for_swabs(batches[SWABS.kind], at=now)
    doubts.raise_for_tubes(swabbed + sealed, at=now)
    doubts.raise_for_corrected(changed, reported=reported, at=now)
    doubts.raise_for_boxes(batches[BOXED.kind], at=now)
