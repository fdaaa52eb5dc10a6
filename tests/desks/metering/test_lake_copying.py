"""The readings' copy: whole while it is written to, brought up to date, and exact when it is brought back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from tests.desks.metering.lake_world import NOON, curve, reading, register, spool_and_lake
from yinghuo.desks.metering.jobs import tending
from yinghuo.desks.metering.jobs.draining import drain
from yinghuo.desks.metering.jobs.verifying import verify
from yinghuo.desks.metering.lake import copying
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Committed, LastValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Spool, Lake]]:
    """A spool and a lake with sixteen readings."""
    register()
    spool, lake = spool_and_lake(tmp_path / "here")
    spool.append(curve())
    drain(spool, lake, now=NOON)
    yield spool, lake
    spool.close()


def back(target: Path, folder: Path) -> tuple[Spool, Lake]:
    copying.bring_back(target, folder / "lake", folder / "spool")
    return spool_and_lake(folder)


def test_what_is_in_the_lake_and_what_still_waits_come_back_and_each_is_stored_once(
    both: tuple[Spool, Lake], tmp_path: Path
) -> None:
    spool, lake = both
    spool.append([reading(1, 9, value="7")])
    target = tmp_path / "copy"
    first = copying.copy(lake, spool.folder, target)
    drain(spool, lake, now=NOON)
    again_spool, again = back(target, tmp_path / "there")
    assert (first.files, len(again.rows())) == (1, 16)
    drain(again_spool, again, now=NOON)
    assert len(again.rows()) == 17
    again_spool.close()


def test_a_copy_brought_up_to_date_copies_what_is_new_and_forgets_what_was_replaced(
    both: tuple[Spool, Lake], tmp_path: Path
) -> None:
    spool, lake = both
    target = tmp_path / "copy"
    copying.copy(lake, spool.folder, target)
    idle = copying.copy(lake, spool.folder, target)
    data = {one for one in target.rglob("*.parquet") if "_delta_log" not in one.parts}
    spool.append([reading(2, 9, value="7")])
    drain(spool, lake, now=NOON)
    tending.compact(lake, today=timezone.localdate(NOON + timedelta(days=2)))
    copying.copy(lake, spool.folder, target)
    assert idle.new_bytes < 2_000  # the spool's open segment and the table's mark, no data
    after = {one for one in target.rglob("*.parquet") if "_delta_log" not in one.parts}
    assert not after & data
    again_spool, again = back(target, tmp_path / "there")
    assert len(again.rows()) == 17
    again_spool.close()


def test_a_copy_younger_than_the_restored_database_is_entered_when_it_is_drained(
    both: tuple[Spool, Lake], tmp_path: Path
) -> None:
    spool, lake = both
    target = tmp_path / "copy"
    before = transaction.savepoint()
    spool.append([reading(2, 9, value="7")])
    drain(spool, lake, now=NOON)
    copying.copy(lake, spool.folder, target)
    transaction.savepoint_rollback(before)  # the database is as its older dump has it
    assert Committed.objects.count() == 1
    again_spool, again = back(target, tmp_path / "there")
    again_spool.append([reading(1, 9, value="7")])
    drain(again_spool, again, now=NOON)
    assert (Committed.objects.count(), LastValue.objects.count()) == (3, 6)
    assert not verify(again).faults
    again_spool.close()
