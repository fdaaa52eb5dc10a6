"""Many small files of a day become one that is sorted by meter, quantity and time; no row changes."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.fs
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.fs import DeltaStorageHandler
from deltalake.transaction import AddAction, RemoveAction

from yinghuo.desks.metering.lake import batches, duck
from yinghuo.desks.metering.lake.store import ROW_GROUP, Lake

STORED = pa.schema([field for field in batches.SCHEMA if field.name != "day"])  # the day is in the path
COUNTED = ("meter", "quantity", "at", "quality", "revision")  # columns whose extremes the table's log carries
SORTED = 'SELECT {names} FROM files ORDER BY meter, quantity, "at", revision'
TURN = "compaction"  # two commits of this application at once: Delta refuses the second
BATCH_ROWS = 131_072
FORM: dict[str, Any] = {  # measured: docs/decisions/0009-how-readings-lie-in-the-lake.md
    "compression": "zstd",
    "compression_level": 3,
    "write_page_index": True,
    "store_decimal_as_integer": True,
    "use_dictionary": [name for name in STORED.names if name != "value"],
    "column_encoding": {"value": "DELTA_BINARY_PACKED"},
}


@dataclass(frozen=True)
class File:
    """A file of the table, as its log has it."""

    path: str
    day: date
    rows: int
    size_bytes: int


def files(table: DeltaTable) -> list[File]:
    """Every file of the table as it is now."""
    found = pa.table(table.get_add_actions(flatten=True))
    columns = (found[name].to_pylist() for name in ("path", "partition.day", "num_records", "size_bytes"))
    return [File(*row) for row in zip(*columns, strict=True)]


def rewrite(lake: Lake, old: list[File], *, memory_bytes: int = duck.MEMORY_BYTES) -> File:
    """Puts the rows of some files of one day into one sorted file, in one commit; readers of the old ones go on.

    A batch that is appended meanwhile is not touched; of two rewritings at once the second fails whole (ValueError or
    `deltalake.exceptions.CommitFailedError`).
    """
    table = lake.snapshot()
    if not set(old) <= set(files(table)):
        raise ValueError("a file to be rewritten is not in the table any more")
    path = f"day={old[0].day.isoformat()}/sorted-{uuid4()}.zstd.parquet"
    handler = DeltaStorageHandler(lake.uri, lake.options or None)
    filesystem = pyarrow.fs.PyFileSystem(handler)
    extremes = _write(filesystem, path, [one.path for one in old], memory_bytes)
    size = filesystem.get_file_info(path).size
    rows = sum(one.rows for one in old)
    if extremes["numRecords"] != rows:
        raise ValueError(f"{path}: {extremes['numRecords']} rows written of {rows}")
    day: dict[str, str | None] = {"day": old[0].day.isoformat()}
    now_ms = time.time_ns() // 1_000_000
    added = AddAction(path, size, day, now_ms, data_change=False, stats=json.dumps(extremes))
    removed = [RemoveAction(one.path, False, now_ms, one.size_bytes, day) for one in old]  # noqa: FBT003 - its API
    turn = CommitProperties(app_transactions=[Transaction(TURN, table.version())])
    table.create_write_transaction(
        [added, *removed], "append", table.schema(), partition_by=["day"], commit_properties=turn
    )
    return File(path, old[0].day, rows, size)


def _write(filesystem: pyarrow.fs.FileSystem, path: str, old: list[str], memory_bytes: int) -> dict[str, Any]:
    """Streams the sorted rows into a new file; returns what the log tells of it."""
    source = pa.dataset.dataset(old, schema=STORED, filesystem=filesystem, format="parquet")
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory_bytes // 1024**2} MiB'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("files", source)
    found = connection.sql(SORTED.format(names=duck.columns(STORED))).to_arrow_reader(BATCH_ROWS)
    seen = _Extremes()
    with (
        filesystem.open_output_stream(path) as sink,
        pq.ParquetWriter(sink, STORED, **FORM) as writer,
    ):
        for rows in _groups(found):
            seen.add(rows)
            writer.write_table(rows, row_group_size=ROW_GROUP)
    return seen.as_json()


def _groups(found: Iterable[pa.RecordBatch]) -> Iterable[pa.Table]:
    """Batches put together, and cut, to whole row groups."""
    held = STORED.empty_table()
    for batch in found:
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(STORED)])
        while len(held) >= ROW_GROUP:
            yield held.slice(0, ROW_GROUP)
            held = held.slice(ROW_GROUP)
    if len(held):
        yield held


class _Extremes:
    """Counts rows and keeps the least and greatest of some columns."""

    def __init__(self) -> None:
        self.rows = 0
        self.least: dict[str, Any] = {}
        self.greatest: dict[str, Any] = {}

    def add(self, rows: pa.Table) -> None:
        self.rows += len(rows)
        for name in COUNTED:
            both = pc.min_max(rows[name]).as_py()
            self.least[name] = min(both["min"], self.least.get(name, both["min"]))
            self.greatest[name] = max(both["max"], self.greatest.get(name, both["max"]))

    def as_json(self) -> dict[str, Any]:
        nulls = dict.fromkeys(COUNTED, 0)
        ends = {"minValues": _plain(self.least), "maxValues": _plain(self.greatest)}
        return {"numRecords": self.rows, **ends, "nullCount": nulls}


def _plain(ends: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
        for name, value in ends.items()
    }
