"""DuckDB over the lake's files: in memory, bounded, nothing downloaded."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import gettempdir

import duckdb
import pyarrow as pa

from yinghuo.desks.metering.lake import batches
from yinghuo.desks.metering.lake.store import Lake

MEMORY_BYTES = 2 * 1024**3
EMPTY = ", ".join(
    f'NULL::{kind} AS "{name}"'
    for name, kind in {
        "day": "DATE",
        "meter": "INTEGER",
        "quantity": "SMALLINT",
        "at": "TIMESTAMPTZ",
        "value": "DECIMAL(18,4)",
        "quality": "VARCHAR",
        "reason": "VARCHAR",
        "frame": "BLOB",
        "received_at": "TIMESTAMPTZ",
        "revision": "SMALLINT",
        "replaces": "SMALLINT",
        "because": "VARCHAR",
        "entry": "BLOB",
    }.items()
)


def connect(
    lake: Lake, days: Iterable[date] | None = None, *, memory_bytes: int = MEMORY_BYTES
) -> duckdb.DuckDBPyConnection:
    """A connection with the view `readings` over the rows of some days (of all).

    Files of an object store come through the reader of `deltalake`; DuckDB itself fetches nothing.

    memory_bytes: what DuckDB may take before it spills to its temporary folder
    """
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    connection.execute(f"SET memory_limit = '{memory_bytes // 1024**2} MiB'")
    connection.execute(f"SET temp_directory = '{Path(gettempdir()) / 'yinghuo-duckdb'}'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    if lake.is_local:
        view(connection, lake.files(days))
    else:
        connection.register("readings", lake.dataset(days))
    return connection


def view(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Makes the view `readings` over files of a lake that lies on this machine's disks."""
    if not files:
        connection.execute(f"CREATE VIEW readings AS SELECT {EMPTY} LIMIT 0")
    else:
        named = ", ".join("'" + one.replace("'", "''") + "'" for one in files)
        source = f"read_parquet([{named}], hive_partitioning = true, hive_types = {{'day': DATE}})"
        connection.execute(f"CREATE VIEW readings AS SELECT {columns(batches.SCHEMA)} FROM {source}")  # noqa: S608 - our files


def columns(schema: pa.Schema) -> str:
    """Names as SQL has them; `at` is a word of its own there."""
    return ", ".join(f'"{name}"' for name in schema.names)
