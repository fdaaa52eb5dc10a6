"""The worklist: what was received and has no result, the oldest clock first; counted no further than a page shows."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from yinghuo.desks.sampling.actions.laboratory import NOBODY, Technician
from yinghuo.desks.sampling.models import Bench, BenchState, FileState, Plate, PlateState, Pool, ResultFile

MOST_COUNTED = 2_000  # beyond it the page says "more than"; the database stops counting


class Load(NamedTuple):
    """How much waits; tubes are counted to MOST_COUNTED."""

    waiting: int
    late: int
    plates_running: int
    plates_to_release: int
    files_to_release: int
    pools_ready: int


def waiting(who: Technician, *, after: tuple[datetime, str] | None = None, limit: int = 50) -> list[Bench]:
    """What waits, those after (due_at, tube)."""
    found = _waiting(who)
    if after:
        found = found.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], tube__gt=after[1]))
    return list(found.order_by("due_at", "tube")[:limit])


def load(who: Technician) -> Load:
    """What waits for this technician."""
    oldest = _waiting(who).order_by("due_at")[:MOST_COUNTED]
    tubes = oldest.aggregate(waiting=Count("tube"), late=Count("tube", filter=Q(due_at__lt=who.now)))
    plates = who.seen(Plate.objects.all()).aggregate(
        running=Count("id", filter=Q(state=PlateState.RUNNING)), read=Count("id", filter=Q(state=PlateState.READ))
    )
    files = who.seen(ResultFile.objects.filter(state=FileState.READ)).count()
    pools = who.seen(Pool.objects.filter(state="ready")).count()
    return Load(tubes["waiting"], tubes["late"], plates["running"], plates["read"], files, pools)


def _waiting(who: Technician) -> QuerySet[Bench]:
    found = Bench.objects.filter(state=BenchState.WAITING, area_code__startswith=who.area_code)
    return found.filter(party_id__in={who.party_id, NOBODY}) if who.bound else found
