"""The readings of bench/lake.py: simulated meters with twenty quantities each quarter of an hour, loaded as they come.

Everything here is simulated: registers that rise by a daily shape, voltages and powers about their usual values.
"""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yinghuo.desks.metering.lake import analyses, batches, records
from yinghuo.desks.metering.lake.store import Lake, Origin

FIRST = date(2022, 5, 2)
MIDNIGHT = datetime(2022, 5, 1, 16, tzinfo=UTC)
QUANTITIES = np.array([1, 2, 3, 4, 5, 11, 21, 23, 41, 42, 43, 44, 45, 46, 47, 48, 50, 51, 52, 68])
POINTS, BATCH_POINTS = 96, 8
METERS_AT_MOST = 7_000
NAMES = UUID("5b7f4f44-6a33-4f7e-9d0e-1f7e5b0c9a11")
USUAL = {range(41, 44): 2_200_000, range(44, 47): 25_000, range(47, 53): 160_000, range(68, 69): 9_500}


class World:
    """So many readings that there are `readings` of them, within one day's worth; whole days of the same meters."""

    def __init__(self, readings: int, *, seed: int = 22) -> None:
        a_day = METERS_AT_MOST * len(QUANTITIES) * POINTS
        self.days = max(2, -(-readings // a_day))
        self.meters = max(20, readings // (self.days * len(QUANTITIES) * POINTS))
        self.readings = self.days * self.meters * len(QUANTITIES) * POINTS
        self._rng = np.random.default_rng(seed)
        self._size = self._rng.integers(20, 400, self.meters)  # of each meter, in ten-thousandths of kWh a step
        self._register = self._rng.integers(0, 10**9, (self.meters, len(QUANTITIES)))

    def register(self) -> pa.Table:
        """Station areas of a hundred meters, the first of each its main meter; forty meters behind a terminal."""
        number = np.arange(self.meters)
        classes = np.where(number % 100 == 0, "station", np.where(number % 3 == 0, "industrial", "residential"))
        columns = {
            "meter": number + 1,
            "address": [f"{n:012d}" for n in number],
            "terminal": [f"T{n // 40:05d}" for n in number],
            "transformer": [f"A{n // 100:04d}" for n in number],
            "area_code": ["220106001"] * self.meters,
            "customer_class": classes,
            "ratio": np.where(number % 100 == 0, 120.0, 1.0),
            "rated_v": np.full(self.meters, 220.0),
        }
        return pa.table(columns).cast(analyses.METERS)

    def batches(self) -> Iterator[np.ndarray]:
        """Every two hours what all meters gave since, in the order of time; one reading in a thousand is missing."""
        for day in range(self.days):
            for point in range(0, POINTS, BATCH_POINTS):
                yield self._rows(day * POINTS + point)

    def _rows(self, first: int) -> np.ndarray:
        shape = (BATCH_POINTS, self.meters, len(QUANTITIES))
        rows = np.zeros(shape, dtype=records.ROWS)
        step = np.arange(first, first + BATCH_POINTS)[:, None, None]
        rows["meter"] = np.arange(1, self.meters + 1)[None, :, None]
        rows["quantity"] = QUANTITIES
        rows["at_s"] = int(MIDNIGHT.timestamp()) + 900 * step
        rows["value"] = self._values()
        frames = np.frombuffer(self._rng.bytes(16 * BATCH_POINTS * self.meters), dtype="V16")
        rows["frame"] = frames.reshape(BATCH_POINTS, self.meters, 1)
        waited = self._rng.integers(5, 600, (BATCH_POINTS, self.meters, 1))
        rows["received_us"] = (rows["at_s"] + waited) * 1_000_000
        flat = rows.ravel()
        return flat[self._rng.random(len(flat)) >= 0.001]

    def _values(self) -> np.ndarray:
        values = np.empty((BATCH_POINTS, self.meters, len(QUANTITIES)), dtype=np.int64)
        is_register = QUANTITIES < 40
        rise = self._size[None, :, None] * self._rng.integers(0, 5, (BATCH_POINTS, self.meters, is_register.sum()))
        values[:, :, is_register] = self._register[None, :, is_register] + 100 * np.cumsum(rise, axis=0) // 10
        self._register[:, is_register] = values[-1][:, is_register]
        for numbers, usual in USUAL.items():
            here = np.isin(QUANTITIES, numbers)
            some = self._rng.integers(-usual // 12, usual // 12, (BATCH_POINTS, self.meters, here.sum()))
            values[:, :, here] = (usual + some) // 100 * 100
        return values


def load(lake: Lake, world: World) -> dict[str, Any]:
    """Everything into the lake by the way of draining: sorted, told apart, hashed, committed; seconds of each step."""
    spent = {"sort": 0.0, "tell apart": 0.0, "hash and commit": 0.0}
    rows = 0
    for number, batch in enumerate(world.batches()):
        entry = uuid5(NAMES, str(number))
        began = time.monotonic()
        table = batches.measured(batch, [""] * len(batch), entry=entry)
        sorted_at = time.monotonic()
        fresh = lake.fresh(table)
        fresh_at = time.monotonic()
        lake.commit(fresh, Origin(entry, "system:bench", MIDNIGHT, transaction=("bench", number)))
        for name, start, end in zip(
            spent, (began, sorted_at, fresh_at), (sorted_at, fresh_at, time.monotonic()), strict=True
        ):
            spent[name] += end - start
        rows += len(fresh)
    return {"rows": rows, "seconds": spent, "rate": rows / sum(spent.values())}


def write_register(world: World, path: Path) -> None:
    """The meters, for every peer."""
    pq.write_table(world.register(), path)


def days_of(world: World) -> list[date]:
    """Every day that has readings."""
    return [FIRST + timedelta(days=day) for day in range(world.days)]
