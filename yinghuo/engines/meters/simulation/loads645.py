"""Load records of a simulated DL/T 645 meter: every quarter of an hour six classes of values (`dlt645.loads`).

Identifier 06 00 00 xx asks for all classes, 06 0n for class n; the last byte says from the earliest record (00), from
a moment (01) or the latest (02). From memory of the standard; not checked against its text.
"""

from datetime import datetime
from decimal import Decimal

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.simulation.device import Device
from yinghuo.engines.meters.simulation.moments import DAY_S, QUARTER_S, seconds_of_wall, wall
from yinghuo.engines.meters.simulation.values import points_of, steps

PHASES = ("a", "b", "c")
CLASSES: tuple[tuple[str, ...], ...] = (
    (*(f"voltage_{one}_v" for one in PHASES), *(f"current_{one}_a" for one in PHASES), "frequency_hz"),
    (
        *("power_kw", *(f"power_{one}_kw" for one in PHASES)),
        *("reactive_power_kvar", *(f"reactive_power_{one}_kvar" for one in PHASES)),
    ),
    ("power_factor_share", *(f"power_factor_{one}_share" for one in PHASES)),
    ("import_kwh", "export_kwh", "reactive_1_kvarh", "reactive_2_kvarh"),
    (),
    (),
)
MOST_RECORDS = 96
EARLIEST, SINCE, LATEST = 0, 1, 2


def load_records(device: Device, identifier: str, asked: Value, at_s: float) -> Value:
    """The records of a request: [moment, class 1, … class 6] each, None for a class that wasn't asked for."""
    count, first_s = _span(device, int(identifier[6:], 16), asked, at_s)
    only = int(identifier[2:4], 16)
    names = [row if only in (0, n) else () for n, row in enumerate(CLASSES, 1)]
    moments = points_of(device.meter, first_s, count, now_s=at_s)
    found = steps(device.meter, [name for row in names for name in row], moments)
    columns = {name: one.decimals() for name, one in found.items()}
    there = [n for n, moment_s in enumerate(moments.tolist()) if moment_s == moment_s]
    if not there or only > len(CLASSES) or not any(names):
        raise LookupError(identifier)
    return [[wall(first_s + n * QUARTER_S), *(_class(row, columns, n) for row in names)] for n in there]


def _class(names: tuple[str, ...], columns: dict[str, list[Decimal | None]], row: int) -> Value:
    return [columns[name][row] for name in names] if names else None


def _span(device: Device, way: int, asked: Value, at_s: float) -> tuple[int, float]:
    """How many records, and the first one's moment by the meter's clock."""
    count, *since = asked if isinstance(asked, list) else [asked]
    if not isinstance(count, Decimal) or way not in (EARLIEST, SINCE, LATEST):
        raise LookupError(way)
    many = min(int(count), MOST_RECORDS)
    if way == EARLIEST:
        return many, device.meter.first_day * DAY_S
    if way == LATEST:
        return many, (device.meter.shows(at_s) // QUARTER_S - many + 1) * QUARTER_S
    if not since or not isinstance(since[0], datetime):
        raise LookupError("from when on?")
    return many, -(-seconds_of_wall(since[0]) // QUARTER_S) * QUARTER_S
