"""The lake: a Delta table of readings by day; a measured reading enters once, a correction is a further row."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from pyarrow.dataset import Dataset

from yinghuo.desks.metering.lake import batches
from yinghuo.desks.metering.lake.keys import Keys

KEYS_KEPT = 64_000_000  # 8 bytes each: about five days of 7,000 meters by 96 points by 20 quantities
ROW_GROUP = 1_048_576
NOTE = "yinghuo"  # key of our note in a commit of the table's log
WRITER = WriterProperties(
    compression="ZSTD",
    compression_level=1,
    max_row_group_size=ROW_GROUP,
    dictionary_page_size_limit=8 * 1024 * 1024,
    column_properties={
        "value": ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED"),
        "frame": ColumnProperties(dictionary_enabled=True, statistics_enabled="NONE"),
        "entry": ColumnProperties(dictionary_enabled=True, statistics_enabled="NONE"),
    },
)


@dataclass(frozen=True)
class Origin:
    """Who commits what, and when; `transaction` is (application, version), of which Delta keeps the highest."""

    entry: UUID
    by: str
    at: datetime
    kind: str = "measured"
    transaction: tuple[str, int] | None = None


@dataclass(frozen=True)
class Commit:
    """One batch in the lake, as the table's own log tells of it."""

    entry: UUID
    version: int
    kind: str
    by: str
    at: datetime
    parts: tuple[batches.Part, ...]

    @property
    def rows(self) -> int:
        """Rows of all days."""
        return sum(part.rows for part in self.parts)


class Lake:
    """A Delta table at a folder or an object store's address, made when it is first opened.

    uri:     "var/lake", "s3://bucket/lake", …
    id:      of the table, for ever
    options: for the object store, as `deltalake` names them; what is not given is read from the environment

    One instance serves any number of threads; writers of measured rows take turns (`jobs/draining.py` sees to that
    across processes).
    """

    def __init__(self, uri: str | Path, options: Mapping[str, str] | None = None) -> None:
        self.uri = str(uri) if "://" in str(uri) else str(Path(uri).resolve())
        self.options = dict(options or {})
        self._lock = threading.RLock()
        self._keys: OrderedDict[date, Keys] = OrderedDict()
        self._delta = self._open()
        self._seen = self._delta.version()
        self.id = UUID(str(self._delta.metadata().id))

    def table(self) -> DeltaTable:
        """The table as it is now."""
        with self._lock:
            self._delta.update_incremental()
            return self._delta

    def snapshot(self) -> DeltaTable:
        """A handle of its own on the table as it is now, for what takes long."""
        return DeltaTable(self.uri, storage_options=self.options or None)

    def files(self, days: Iterable[date] | None = None) -> list[str]:
        """The files that hold the rows of some days (of all): what an engine is handed."""
        return self.table().file_uris(file_pruning_predicate=None if days is None else _of(days))

    def days(self) -> list[date]:
        """The days that have readings, in order."""
        return sorted({date.fromisoformat(one["day"]) for one in self.table().partitions()})

    def may_hold(self, column: str, more_than: int | str, days: Iterable[date] | None = None) -> bool:
        """Whether files of some days (of all) may have a value above one in a column, by the table's own log."""
        above = (column, ">", more_than)
        return bool(self.table().file_uris(file_pruning_predicate=[above] if days is None else [*_of(days), above]))

    def rows(self, days: Iterable[date] | None = None, *, where: pc.Expression | None = None) -> pa.Table:
        """Rows of some days (of all) as a table of SCHEMA; for few of them, analyses go through `analyses.py`."""
        return self.dataset(days).to_table(filter=where).select(batches.SCHEMA.names)

    def dataset(self, days: Iterable[date] | None = None) -> Dataset:
        """The same rows for any engine that reads Arrow, from wherever the table lies."""
        files = None if days is None else _of(days)
        return self.table().to_pyarrow_dataset(file_pruning_predicate=files, schema=batches.SCHEMA)

    @property
    def is_local(self) -> bool:
        """Whether engines can open the files by their names alone."""
        return "://" not in self.uri

    def fresh(self, rows: pa.Table) -> pa.Table:
        """The rows whose (meter, quantity, at) no measured row of the lake has."""
        with self._lock:
            self._notice_others()
            kept = [_without(part, self._known(day).hold(batches.keys_of(part))) for day, part in batches.by_day(rows)]
        return pa.concat_tables(kept) if kept else rows

    def commit(self, rows: pa.Table, origin: Origin) -> Commit:
        """Writes a batch as one commit of the table; whole, or not at all."""
        parts = tuple(batches.parts(rows))
        note = {
            "entry": str(origin.entry),
            "kind": origin.kind,
            "by": origin.by,
            "at": origin.at.isoformat(),
            "parts": [part.as_json() for part in parts],
        }
        transactions = [Transaction(*origin.transaction)] if origin.transaction else None
        properties = CommitProperties(custom_metadata={NOTE: note}, app_transactions=transactions)
        with self._lock:
            write_deltalake(self._delta, rows, mode="append", writer_properties=WRITER, commit_properties=properties)
            version = self._remember(rows, origin)
        return Commit(origin.entry, version, origin.kind, origin.by, origin.at, parts)

    def commits(self, *, after: int) -> list[Commit]:
        """The batches committed in versions above `after`, oldest first."""
        table = self.table()
        count = table.version() - after
        found = [_commit(one) for one in table.history(count) if NOTE in one] if count > 0 else []
        return sorted(found, key=lambda one: one.version)

    def transaction_version(self, application: str) -> int:
        """The highest version that an application has committed; -1 for none."""
        version = self.table().transaction_version(application)
        return -1 if version is None else version

    def _open(self) -> DeltaTable:
        return DeltaTable.create(
            self.uri,
            schema=batches.SCHEMA,
            mode="ignore",
            partition_by=["day"],
            name="readings",
            description="Readings of meters, once by (meter, quantity, at); corrections by revision",
            storage_options=self.options or None,
        )

    def _remember(self, rows: pa.Table, origin: Origin) -> int:
        self._delta.update_incremental()
        version = self._delta.version()
        if version == self._seen + 1:
            self._seen = version
        if origin.kind == "measured":
            for day, part in batches.by_day(rows):
                if day in self._keys:
                    self._keys[day].add(batches.keys_of(part))
        return version

    def _notice_others(self) -> None:
        """Forgets the keys when somebody else has written measured rows since."""
        self._delta.update_incremental()
        version = self._delta.version()
        if version != self._seen:
            if any(_adds_measured(one) for one in self._delta.history(version - self._seen)):
                self._keys.clear()
            self._seen = version

    def _known(self, day: date) -> Keys:
        if day not in self._keys:
            self._keys[day] = self._load(day)
        self._keys.move_to_end(day)
        while len(self._keys) > 1 and sum(map(len, self._keys.values())) > KEYS_KEPT:
            self._keys.popitem(last=False)
        return self._keys[day]

    def _load(self, day: date) -> Keys:
        dataset = self._delta.to_pyarrow_dataset(file_pruning_predicate=_of([day]))
        found = [np.empty(0, dtype=np.int64)]
        columns = ["meter", "quantity", "at"]
        for batch in dataset.to_batches(columns=columns, filter=pc.field("revision") == 0):
            found.append(batches.keys_of(pa.table(batch)))
        return Keys(np.concatenate(found))


def _of(days: Iterable[date]) -> list[tuple[str, str, Any]]:
    return [("day", "in", [day.isoformat() for day in days] or [date.min.isoformat()])]


def _without(rows: pa.Table, known: np.ndarray) -> pa.Table:
    return rows.filter(pa.array(~known)) if known.any() else rows


def _adds_measured(commit: dict[str, Any]) -> bool:
    if NOTE in commit:
        return _commit(commit).kind == "measured"
    return commit.get("operation") not in ("OPTIMIZE", "VACUUM START", "VACUUM END", "CREATE TABLE")


def _commit(entry: dict[str, Any]) -> Commit:
    note = entry[NOTE]
    parts = [batches.Part(date.fromisoformat(one["day"]), one["rows"], one["sha256"]) for one in note["parts"]]
    at = datetime.fromisoformat(note["at"])
    return Commit(UUID(note["entry"]), entry["version"], note["kind"], note["by"], at, tuple(parts))
