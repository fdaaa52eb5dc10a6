"""Readings as columns: the schema of the lake, batches made for it, and the digest that the ledger keeps of a batch."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinghuo.desks.metering.lake.keys import DAY_S, packed
from yinghuo.desks.metering.lake.records import QUALITIES

SHANGHAI_S = 8 * 3600  # of the day that a reading is filed under; no summer time since 1991
MOMENT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        pa.field("day", pa.date32()),
        pa.field("meter", pa.int32()),
        pa.field("quantity", pa.int16()),
        pa.field("at", MOMENT),
        pa.field("value", pa.decimal128(18, 4)),
        pa.field("quality", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("frame", pa.binary()),
        pa.field("received_at", MOMENT),
        pa.field("revision", pa.int16()),
        pa.field("replaces", pa.int16()),
        pa.field("because", pa.string()),
        pa.field("entry", pa.binary()),
    ]
)
ORDER = [("meter", "ascending"), ("quantity", "ascending"), ("at", "ascending"), ("revision", "ascending")]
DIGEST_OF = b"yinghuo readings 1\n"
NUMBERS = (("meter", "<i4"), ("quantity", "<i2"), ("at", "<i8"), ("value", "<i8"), ("received_at", "<i8"))
TEXTS = ("quality", "reason", "because", "frame")


@dataclass(frozen=True)
class Part:
    """The rows of one commit that are filed under one day, and the SHA-256 over them."""

    day: date
    rows: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """For the ledger and for the commit's own note in the table's log."""
        return {"day": self.day.isoformat(), "rows": self.rows, "sha256": self.sha256}


def measured(rows: np.ndarray, reasons: list[str], *, entry: UUID) -> pa.Table:
    """Rows of the spool as a table of SCHEMA: day by day, sorted, the first of two with one key, revision 0."""
    days, seconds = np.divmod(rows["at_s"] + SHANGHAI_S, DAY_S)
    keys = packed(rows["meter"], rows["quantity"], seconds)
    order = np.lexsort((keys, days))  # stable: what came first stays first
    keys = keys[order]
    later = (keys[1:] == keys[:-1]) & (days[order][1:] == days[order][:-1])
    order = order[np.concatenate([[True], ~later])] if len(order) else order
    rows, days = rows[order], days[order]
    text = pa.array(reasons, pa.string()).take(pa.array(order))
    columns = {
        "day": pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32()),
        "meter": pa.array(rows["meter"]),
        "quantity": pa.array(rows["quantity"]),
        "at": pa.array(rows["at_s"] * 1_000_000, pa.int64()).cast(MOMENT),
        "value": decimals(rows["value"]),
        "quality": pa.DictionaryArray.from_arrays(rows["quality"].astype(np.int8), list(QUALITIES)).cast(pa.string()),
        "reason": text,
        "frame": _frames(rows["frame"]),
        "received_at": pa.array(rows["received_us"]).cast(MOMENT),
    }
    return with_lineage(columns, len(rows), entry=entry)


def with_lineage(columns: dict[str, Any], count: int, *, entry: UUID) -> pa.Table:
    """A table of SCHEMA; `revision`, `replaces` and `because` where not given are those of a measured reading."""
    usual = {
        "revision": pa.repeat(pa.scalar(0, pa.int16()), count),
        "replaces": pa.nulls(count, pa.int16()),
        "because": pa.repeat("", count),
        "entry": pa.repeat(pa.scalar(entry.bytes, pa.binary()), count),
    }
    return pa.table(usual | columns).select(SCHEMA.names).cast(SCHEMA)


def decimals(ten_thousandths: np.ndarray) -> pa.Array:
    """Values of decimal(18,4) from int64."""
    wide = np.empty((len(ten_thousandths), 2), dtype=np.int64)
    wide[:, 0], wide[:, 1] = ten_thousandths, ten_thousandths >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(wide), [None, pa.py_buffer(wide)])


def ten_thousandths(values: pa.ChunkedArray) -> np.ndarray:
    """The way back from `decimals`."""
    parts = [pa.array(values)] if isinstance(values, pa.Array) else values.chunks
    wide = [np.frombuffer(p.buffers()[1], np.int64)[2 * p.offset : 2 * (p.offset + len(p)) : 2] for p in parts]
    return np.concatenate(wide) if wide else np.empty(0, np.int64)


def keys_of(table: pa.Table) -> np.ndarray:
    """The packed keys of the rows, within their days."""
    seconds = (table["at"].cast(pa.int64()).to_numpy() // 1_000_000 + SHANGHAI_S) % DAY_S
    return packed(table["meter"].to_numpy(), table["quantity"].to_numpy(), seconds)


def parts(table: pa.Table) -> list[Part]:
    """What the ledger keeps of a batch: for each day how many rows and their digest."""
    return [Part(day, len(rows), digest(rows)) for day, rows in by_day(table)]


def by_day(table: pa.Table) -> Iterator[tuple[date, pa.Table]]:
    """The rows of each day, days in order."""
    days = sorted(pc.unique(table["day"]).to_pylist())
    for day in days:
        yield day, table if len(days) == 1 else table.filter(pc.equal(table["day"], pa.scalar(day, pa.date32())))


def digest(table: pa.Table) -> str:
    """SHA-256 over rows of one commit and day, column by column; docs/lake.md gives the form, for outsiders.

    table: SCHEMA, in any order of rows
    """
    keys = keys_of(table)
    if not (keys[1:] > keys[:-1]).all():
        table = table.take(pa.array(np.lexsort((table["revision"].to_numpy(), keys))))
    table = table.combine_chunks()
    state = hashlib.sha256(DIGEST_OF + len(table).to_bytes(8, "little"))
    for name, form in NUMBERS:
        numbers = ten_thousandths(table[name]) if name == "value" else table[name].to_numpy().astype("<i8")
        state.update(numbers.astype(form).tobytes())
    state.update(table["revision"].to_numpy().astype("<i2").tobytes())
    state.update(table["replaces"].fill_null(-1).to_numpy().astype("<i2").tobytes())
    for name in TEXTS:
        state.update(pc.binary_length(table[name]).to_numpy().astype("<i4").tobytes())
        state.update(b"".join(_bytes(table[name])))
    return state.hexdigest()


def _bytes(column: pa.ChunkedArray) -> Iterator[bytes]:
    for chunk in column.chunks:
        _, offsets, data = chunk.buffers()
        ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        yield b"" if data is None else data.to_pybytes()[ends[0] : ends[-1]]


def _frames(column: np.ndarray) -> pa.Array:
    data = pa.py_buffer(np.ascontiguousarray(column))
    return pa.Array.from_buffers(pa.binary(16), len(column), [None, data]).cast(pa.binary())
