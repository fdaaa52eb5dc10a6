"""`verify` finds what was changed behind the back of the ledger, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.db import connection

from tests.desks.metering.lake_world import DAY, NOON, curve, reading, spool_and_lake
from yinghuo.desks.metering.actions.correcting import correct
from yinghuo.desks.metering.jobs.draining import drain
from yinghuo.desks.metering.jobs.tending import compact
from yinghuo.desks.metering.jobs.verifying import verify
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.store import Lake, Origin
from yinghuo.desks.metering.models import Committed

pytestmark = pytest.mark.django_db


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """Two days, three commits, one of them a correction."""
    spool, lake = spool_and_lake(tmp_path)
    spool.append([*curve(), reading(minute=24 * 60)])
    drain(spool, lake, now=NOON)
    spool.append(curve(points=6))
    drain(spool, lake, now=NOON)
    correct(lake, [Correction(1, 1, NOON, Decimal(5), "edited", "x", "user:7")], by="user:7", now=NOON)
    yield lake
    spool.close()


def changed(path: str, change: dict[str, pa.Array]) -> None:
    """A file of the lake with other columns, as somebody with access to the disk could write it."""
    table = pq.read_table(path, partitioning=None)
    for name, column in change.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    pq.write_table(table, path)


def test_a_sound_lake_has_no_faults_before_and_after_compaction(lake: Lake) -> None:
    report = verify(lake)
    assert (report.days, report.commits, report.rows, report.faults) == (2, 3, 16 + 1 + 8 + 1, [])
    assert compact(lake, today=DAY + timedelta(days=3)).files_before == 3
    assert verify(lake).faults == []


def test_a_changed_value_names_its_day_and_commit(lake: Lake) -> None:
    compact(lake, today=DAY + timedelta(days=3))
    (path,) = lake.files([DAY])
    table = pq.read_table(path, partitioning=None)
    values = table["value"].to_pylist()
    values[3] += Decimal("0.0001")
    changed(path, {"value": pa.array(values, pa.decimal128(18, 4))})

    (fault,) = verify(lake).faults
    assert (fault.code, fault.day) == ("rows.changed", DAY)
    assert fault.entry == UUID(bytes=table["entry"][3].as_py())


def test_rows_of_nobody_and_readings_kept_twice_are_named(lake: Lake) -> None:
    row = lake.rows([DAY], where=pc.field("revision") == 0).slice(0, 1)
    stranger = UUID(int=5)
    entries = pa.array([stranger.bytes], pa.binary())
    forged = row.set_column(row.schema.get_field_index("entry"), "entry", entries)
    lake.commit(forged, Origin(stranger, "nobody", NOON))

    faults = {fault.code: fault for fault in verify(lake).faults}
    assert set(faults) == {"rows.unknown", "reading.twice"}
    assert faults["rows.unknown"].entry == stranger


def test_a_commit_whose_rows_are_gone_is_named(lake: Lake) -> None:
    lake.snapshot().delete("day = '2022-05-09'")
    (fault,) = verify(lake).faults
    assert (fault.code, fault.day) == ("rows.missing", DAY + timedelta(days=1))


def test_a_digest_that_was_changed_in_the_database_does_not_fit_the_ledger(lake: Lake) -> None:
    one = Committed.objects.filter(day=DAY, kind="measured").first()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE metering_committed DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE metering_committed SET sha256 = %s WHERE entry = %s AND day = %s", ["0" * 64, one.entry, DAY]
        )
    codes = {(fault.code, fault.entry) for fault in verify(lake).faults}
    assert codes == {("entry.differs", one.entry), ("rows.changed", one.entry)}
