"""The follower: reads new batches off the ledger behind the judge, and brings custody, gaps and boxes up to date."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection

from yinghuo.core.ledger import facts
from yinghuo.core.ledger.follow import Read, follow
from yinghuo.core.ledger.models import Follower
from yinghuo.desks.sampling.actions.facts import BOXED, HANDOVERS, RECEIVED
from yinghuo.desks.sampling.jobs import bench
from yinghuo.desks.sampling.jobs.custody import boxes, doubts, silence, tubes
from yinghuo.desks.sampling.jobs.judge import FEW_AMONG_MANY
from yinghuo.desks.sampling.jobs.judge import NAME as JUDGE

NAME = "sampling.custody"
SETTLED = "issue.settled"


def follow_custody(now: datetime, *, limit: int = 400) -> int:
    """Follows the judge's next batches; returns how many entries were read, 0 when nothing is left.

    It never reads beyond the judge, whose rows of tubes and issues it stands on. What it finds it works out
    from the facts as they are now, so that it may be killed at any moment and begin again.
    """
    places = dict(Follower.objects.filter(name__in=[NAME, JUDGE]).values_list("name", "next_index"))
    judged = places.get(JUDGE, 0) - places.get(NAME, 0)
    return follow(NAME, partial(_handle, now=now), limit=min(judged, limit)) if judged > 0 else 0


def _handle(entries: Sequence[Read], *, now: datetime) -> None:
    batches: dict[str, list[UUID]] = defaultdict(list)
    for entry in entries:
        batches[entry.kind].append(entry.id)
    settled = [entry.subject.partition(":")[2] for entry in entries if entry.kind == SETTLED]
    with connection.cursor() as cursor:
        cursor.execute(FEW_AMONG_MANY)
    packed = boxes.touched(batches[BOXED.kind], batches[HANDOVERS.kind], batches[RECEIVED.kind])
    touched = tubes.touched(_of_tubes(batches), boxes=packed, settled=settled)
    tubes.refresh(touched)
    if batches[RECEIVED.kind]:
        bench.line_up(touched, reported=[])
    boxes.refresh(packed + boxes.left_by(touched))
    doubts.raise_for(touched, batches, at=now)
    silence.close(touched, at=now)


def _of_tubes(batches: dict[str, list[UUID]]) -> dict[str, list[UUID]]:
    """Batches by their fact table, of the tables whose rows name a tube."""
    return {
        table.table: batches[kind]
        for kind, table in facts.REGISTERED.items()
        if "tube" in table.columns and batches.get(kind)
    }
