"""Compaction and vacuum change files, never rows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake.exceptions import CommitFailedError

from tests.desks.metering.lake_world import DAY, NOON, curve, reading, spool_and_lake
from yinghuo.desks.metering.jobs.draining import drain
from yinghuo.desks.metering.jobs.tending import Compacted, compact, vacuum
from yinghuo.desks.metering.lake import batches, compaction, duck
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake

pytestmark = pytest.mark.django_db
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Spool, Lake]]:
    """A lake with three commits of one day, meters mixed."""
    spool, lake = spool_and_lake(tmp_path)
    for points in (3, 6, 9):
        spool.append([*curve(points=points), reading(minute=-5 * points)])
        drain(spool, lake, now=NOON)
    yield spool, lake
    spool.close()


def test_a_past_day_becomes_one_sorted_file_with_the_same_rows(both: tuple[Spool, Lake]) -> None:
    _, lake = both
    before = batches.digest(lake.rows())
    assert len(lake.files()) == 3

    assert compact(lake, today=TOMORROW) == Compacted(days=1, files_before=3, files_after=1, rows=39)

    (path,) = lake.files()
    assert batches.digest(lake.rows()) == before
    stored = pq.read_table(path, partitioning=None)
    assert stored.equals(stored.sort_by(batches.ORDER))
    assert compact(lake, today=TOMORROW) == Compacted()


def test_a_day_that_still_fills_up_is_left_alone_while_its_files_are_few(both: tuple[Spool, Lake]) -> None:
    assert compact(both[1], today=DAY) == Compacted()


def test_readings_are_told_apart_as_before_after_a_compaction(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    compact(lake, today=TOMORROW)
    for one in (lake, Lake(lake.uri)):
        spool.append(curve(points=9))
        assert drain(spool, one, now=NOON).readings == 0


def test_what_is_appended_while_a_compaction_runs_is_kept(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    old = compaction.files(lake.table())
    spool.append(curve(points=12))
    drain(spool, lake, now=NOON)
    compaction.rewrite(lake, old)
    assert len(lake.rows()) == 39 + 12
    assert len(lake.files()) == 2


def test_of_two_compactions_one_after_the_other_the_second_fails(both: tuple[Spool, Lake]) -> None:
    _, lake = both
    stale = compaction.files(lake.table())
    compaction.rewrite(lake, stale)
    with pytest.raises(ValueError, match="any more"):
        compaction.rewrite(lake, stale)
    assert len(lake.rows()) == 39


def test_of_two_compactions_at_once_the_second_fails(both: tuple[Spool, Lake], monkeypatch: pytest.MonkeyPatch) -> None:
    _, lake = both
    old, before = compaction.files(lake.table()), lake.snapshot()
    compaction.rewrite(lake, old)
    monkeypatch.setattr(Lake, "snapshot", lambda _lake: before)  # began before the first one ended
    with pytest.raises(CommitFailedError):
        compaction.rewrite(lake, old)
    assert len(lake.rows()) == 39


def test_vacuum_deletes_only_what_no_reader_can_still_need(both: tuple[Spool, Lake]) -> None:
    _, lake = both
    compact(lake, today=TOMORROW)
    assert vacuum(lake) == []
    assert len(vacuum(lake, keep_h=0)) == 3
    assert len(lake.rows()) == 39


def test_duckdb_sees_the_rows_by_files_and_by_arrow(both: tuple[Spool, Lake], monkeypatch: pytest.MonkeyPatch) -> None:
    _, lake = both
    count = "SELECT day, count(*), sum(value) FROM readings GROUP BY day"
    by_files = duck.connect(lake, [DAY]).execute(count).fetchall()
    monkeypatch.setattr(Lake, "is_local", False)
    assert duck.connect(lake, [DAY]).execute(count).fetchall() == by_files
    assert by_files[0][:2] == (DAY, 39)
    assert duck.connect(lake, [TOMORROW]).execute(count).fetchall() == []
