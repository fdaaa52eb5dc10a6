"""Keeps the lake quick and small: compaction every hour, vacuum every night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import connection, transaction

from yinghuo.desks.metering.lake import compaction
from yinghuo.desks.metering.lake.compaction import File
from yinghuo.desks.metering.lake.store import ROW_GROUP, Lake

COMPACTORS = 0x79687763  # one at a time
TRY_TURN = "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))"
OPEN_DAY_FILES = 24  # of a day that still fills up; fewer small ones are left alone
KEEP_H = 7 * 24  # of files that compaction replaced: readers that began before still need them


@dataclass(frozen=True)
class Compacted:
    """What a compaction came to."""

    days: int = 0
    files_before: int = 0
    files_after: int = 0
    rows: int = 0


@transaction.atomic
def compact(lake: Lake, *, today: date) -> Compacted:
    """Rewrites past days into one sorted file each, and the small files of today into one; nothing if one is at it."""
    with connection.cursor() as cursor:
        cursor.execute(TRY_TURN, [COMPACTORS, str(lake.id)])
        if not cursor.fetchone()[0]:
            return Compacted()
    done = Compacted()
    for old in _due(compaction.files(lake.table()), today):
        compaction.rewrite(lake, old)
        rows = sum(one.rows for one in old)
        done = Compacted(done.days + 1, done.files_before + len(old), done.files_after + 1, done.rows + rows)
    return done


def vacuum(lake: Lake, *, keep_h: int = KEEP_H) -> list[str]:
    """Deletes files that compaction replaced more than `keep_h` hours ago; returns their names."""
    return lake.snapshot().vacuum(retention_hours=keep_h, dry_run=False, enforce_retention_duration=False)


def _due(files: list[File], today: date) -> Iterator[list[File]]:
    for day, found in groupby(sorted(files, key=lambda one: (one.day, one.path)), key=lambda one: one.day):
        of_day = list(found)
        if day >= today:
            of_day = [one for one in of_day if one.rows < ROW_GROUP]
        if len(of_day) >= (2 if day < today else OPEN_DAY_FILES):
            yield of_day
