"""The truth beside a simulated fleet: what is really wrong with which meter, and what a right one would have shown.

truth/meters.csv:       one row a fault: meter, fault, since, size; a meter without faults has one row with neither
truth/readings.parquet: meter, quantity, at, value (a right meter's), shown (this meter's); registers at the midnights
                        and the curves of `Plan.truth` at the quarters of an hour of the meter's own clock
truth/tariff.csv:       the invented tariff document: part, number, start, stands_for
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from yinghuo.demo.meters.files import write_rows
from yinghuo.demo.meters.fleet import Fleet, SimulatedMeter
from yinghuo.demo.meters.tariffs import RIGHT
from yinghuo.engines.meters.simulation.moments import DAY_S, QUARTER_S, moment
from yinghuo.engines.meters.simulation.values import DAILY, Steps, points_of, steps

METERS_AT_ONCE = 50
NAME = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("meter", NAME),
        ("quantity", NAME),
        ("at", pa.timestamp("s", tz="Asia/Shanghai")),
        ("value", pa.decimal128(18, 4)),
        ("shown", pa.decimal128(18, 4)),
    ]
)
SCALE = 4


class Part(NamedTuple):
    """One quantity of one meter: arrays of one length; `right` is what it should say, `shown` what it says."""

    meter: str
    quantity: str
    times_s: np.ndarray
    right: Steps
    shown: Steps


def write_lists(fleet: Fleet, folder: Path) -> None:
    """Writes meters.csv and tariff.csv."""
    write_rows(folder / "meters.csv", (row for meter in fleet.meters.values() for row in _faults(meter)))
    write_rows(folder / "tariff.csv", _tariff())


def tables(fleet: Fleet, *, now_s: float) -> Iterator[pa.Table]:
    """The readings until now, some meters at a time, under `SCHEMA`."""
    meters = iter(fleet.meters.values())
    while several := list(islice(meters, METERS_AT_ONCE)):
        yield _table([part for one in several for part in readings(one, fleet.plan.truth, fleet.first_s, now_s)])


def readings(meter: SimulatedMeter, names: tuple[str, ...], first_s: float, now_s: float) -> Iterator[Part]:
    """What the freezes and curves of a meter until now should say, and what they say.

    Times are those that the meter itself writes beside its values.
    """
    yield from _points(meter, DAILY, first_s=first_s, step_s=DAY_S, now_s=now_s)
    yield from _points(meter, names, first_s=first_s, step_s=QUARTER_S, now_s=now_s)


def _points(
    meter: SimulatedMeter, names: tuple[str, ...], *, first_s: float, step_s: int, now_s: float
) -> Iterator[Part]:
    count = int((meter.device.meter.shows(now_s) - first_s) // step_s) + 1
    wrong = points_of(meter.device.meter, first_s, count, now_s=now_s, step_s=step_s)
    shown = steps(meter.device.meter, names, wrong)
    right = shown
    if meter.faults:
        right = steps(meter.right, names, points_of(meter.right, first_s, count, now_s=now_s, step_s=step_s))
    times = int(moment(first_s).timestamp()) + np.arange(count) * step_s
    for name in names:
        yield Part(meter.address, name, times, right[name], shown[name])


def _table(parts: list[Part]) -> pa.Table:
    kept = [part.right.there | part.shown.there for part in parts]
    counts = [int(one.sum()) for one in kept]
    columns = [
        _named([part.meter for part in parts], counts),
        _named([part.quantity for part in parts], counts),
        _times([part.times_s[k] for part, k in zip(parts, kept, strict=True)]),
        _decimals([(part.right, k) for part, k in zip(parts, kept, strict=True)]),
        _decimals([(part.shown, k) for part, k in zip(parts, kept, strict=True)]),
    ]
    return pa.table(columns, schema=SCHEMA)


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _times(arrays: list[np.ndarray]) -> pa.Array:
    return pa.array(_joined(arrays).astype(np.int64)).cast(SCHEMA.field("at").type)


def _named(names: list[str], counts: list[int]) -> pa.DictionaryArray:
    known = list(dict.fromkeys(names))
    places = {name: n for n, name in enumerate(known)}
    indices = np.repeat(np.array([places[name] for name in names], dtype=np.int32), counts)
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(known, pa.string()))


def _decimals(several: list[tuple[Steps, np.ndarray]]) -> pa.Array:
    """Numbers with four decimals, as Arrow keeps them: 128 bits, the lower half first."""
    low = _joined([one.numbers[kept] * 10 ** (SCALE - one.places) for one, kept in several])
    halves = np.column_stack((low, low >> 63)).astype("<i8")
    there = pa.array(_joined([one.there[kept] for one, kept in several]).astype(bool)).buffers()[1]
    return pa.Array.from_buffers(SCHEMA.field("value").type, len(low), [there, pa.py_buffer(halves.tobytes())])


def _faults(meter: SimulatedMeter) -> Iterator[dict[str, str]]:
    head = {"meter": meter.address, "fault": "", "since": "", "size": ""}
    if not meter.faults:
        yield head
    for one in meter.faults:
        yield head | {"fault": one.kind, "since": moment(one.since_s).isoformat(), "size": one.size}


def _tariff() -> Iterator[dict[str, object]]:
    for month, day, number in RIGHT.zones:
        yield {"part": "zone", "number": "", "start": f"{month:02d}-{day:02d}", "stands_for": number}
    for number, table in enumerate(RIGHT.tables, 1):
        for hour, minute, tariff in table:
            yield {"part": "periods", "number": number, "start": f"{hour:02d}:{minute:02d}", "stands_for": tariff}
