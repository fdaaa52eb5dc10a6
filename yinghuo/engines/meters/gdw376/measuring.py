"""Which quantities (`engines.meters.quantities`, by name) the answers of a terminal hold, each with its time.

A daily freeze of a day holds what the registers said at its end, a monthly freeze at the end of the month (from memory
of the standard), so their readings are of the following midnight.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from yinghuo.engines.meters.frames import Item, Value
from yinghuo.engines.meters.gdw376.frame import Frame
from yinghuo.engines.meters.gdw376.points import parts
from yinghuo.engines.meters.gdw376.tables import AFN_HISTORY, AFN_PRESENT
from yinghuo.engines.meters.quantities import PHASES, TARIFFS

Name = str | None


class Measured(NamedTuple):
    """A reading: measuring point pn, name of the quantity, wall-clock time, value in the unit of the name."""

    point: int
    quantity: str
    at: datetime
    value: Decimal


def _phases(stem: str, unit: str) -> tuple[Name, ...]:
    return tuple(f"{stem}_{phase}_{unit}" for phase in PHASES)


IMPORT: tuple[Name, ...] = ("import_kwh", *(f"import_{tariff}_kwh" for tariff in TARIFFS))
EXPORT: tuple[Name, ...] = ("export_kwh", *(f"export_{tariff}_kwh" for tariff in TARIFFS))
FORWARD_REACTIVE: tuple[Name, ...] = ("reactive_1_kvarh",)
REVERSE_REACTIVE: tuple[Name, ...] = ("reactive_2_kvarh",)
POWER = ("power_kw", *_phases("power", "kw"))
REACTIVE_POWER = ("reactive_power_kvar", *_phases("reactive_power", "kvar"))
APPARENT_POWER = ("apparent_power_kva", *_phases("apparent_power", "kva"))
POWER_FACTOR = ("power_factor_share", *_phases("power_factor", "share"))
VOLTAGE, CURRENT = _phases("voltage", "v"), _phases("current", "a")
F25 = (*POWER, *REACTIVE_POWER, *POWER_FACTOR, *VOLTAGE, *CURRENT, None, *APPARENT_POWER)
SHARES = frozenset(POWER_FACTOR)  # per cent on the wire


def _of_registers(both: int, each: int, demand: int) -> dict[int, list[tuple[Name, ...]]]:
    """Names of the groups of registers by Fn, as `tables` numbers them."""
    return {
        both: [IMPORT, FORWARD_REACTIVE],
        both + 1: [EXPORT, REVERSE_REACTIVE],
        each: [IMPORT],
        each + 1: [FORWARD_REACTIVE],
        each + 2: [EXPORT],
        each + 3: [REVERSE_REACTIVE],
        demand: [("demand_kw",)],
    }


PRESENT = _of_registers(33, 129, 145)
DAILY = _of_registers(1, 161, 185)
MONTHLY = _of_registers(17, 177, 193)
CURVES: Mapping[int, Name] = {
    first + n: name
    for first, names in ((81, POWER), (85, REACTIVE_POWER), (89, VOLTAGE), (92, CURRENT), (105, POWER_FACTOR))
    for n, name in enumerate(names)
} | {101: "import_kwh", 102: "reactive_1_kvarh", 103: "export_kwh", 104: "reactive_2_kvarh"}


def measured(frame: Frame) -> list[Measured]:
    """The readings of an answer or report (AFN 0C and 0D), without those that the meter does not have."""
    if not frame.is_up or frame.afn not in (AFN_PRESENT, AFN_HISTORY):
        return []
    return [reading for item in frame.items for reading in _of_item(item)]


def _of_item(item: Item) -> Iterator[Measured]:
    afn, point, fn = parts(item.identifier)
    if not isinstance(item.value, list):
        return
    for name, at, value in _found(afn, fn, item.value):
        number = value[0] if isinstance(value, list) and value else value  # of a demand: without its time
        if name is not None and at is not None and isinstance(number, Decimal):
            yield Measured(point, name, at, number / 100 if name in SHARES else number)


Found = Iterator[tuple[Name, datetime | None, Value]]


def _found(afn: int, fn: int, value: list[Value]) -> Found:
    if afn == AFN_PRESENT and fn == 25:
        return _named(F25, _moment(value[0]), value[1:])
    if afn == AFN_PRESENT and fn in PRESENT:
        return _registers(PRESENT[fn], _moment(value[0]), value[-1])
    if afn == AFN_HISTORY and fn in DAILY:
        return _registers(DAILY[fn], _end_of(value[0], timedelta(days=1)), value[-1])
    if afn == AFN_HISTORY and fn in MONTHLY:
        return _registers(MONTHLY[fn], _end_of(value[0], timedelta(days=31)), value[-1])
    return _curve(CURVES[fn], value) if afn == AFN_HISTORY and fn in CURVES else iter(())


def _moment(value: Value) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _end_of(value: Value, span: timedelta) -> datetime | None:
    """The midnight that ends the day, or (31 days) the month, that begins there."""
    begin = _moment(value)
    if begin is None:
        return None
    return begin + span if span.days == 1 else (begin + span).replace(day=1)


def _named(names: Sequence[Name], at: datetime | None, values: Sequence[Value]) -> Found:
    yield from ((name, at, value) for name, value in zip(names, values, strict=False))


def _registers(groups: Sequence[Sequence[Name]], at: datetime | None, value: Value) -> Found:
    lists = value if isinstance(value, list) else []
    for names, values in zip(groups, lists if len(groups) > 1 else [lists], strict=False):
        yield from _named(names, at, values if isinstance(values, list) else [])


def _curve(name: Name, value: list[Value]) -> Found:
    start, minutes, points = value
    if isinstance(start, datetime) and isinstance(minutes, Decimal) and isinstance(points, list):
        step = timedelta(minutes=int(minutes))
        yield from ((name, start + n * step, point) for n, point in enumerate(points))
