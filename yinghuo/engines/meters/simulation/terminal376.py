"""A simulated terminal that speaks Q/GDW 376.1: a request and the moment in, its answers out.

A daily freeze of a day is of the midnight that ends it, as `gdw376.measuring` reads it. What it has not, it denies.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from yinghuo.engines.meters import gdw376
from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.gdw376 import Frame
from yinghuo.engines.meters.gdw376.points import parts
from yinghuo.engines.meters.gdw376.tables import (
    AFN_CONTROL,
    AFN_EVENTS,
    AFN_FORWARD,
    AFN_HISTORY,
    AFN_PRESENT,
    AFN_QUERY,
    AFN_RESET,
    AFN_SET,
    SET_CLOCK,
)
from yinghuo.engines.meters.simulation.books import EXPORT, IMPORT, REACTIVE_1, REACTIVE_2, TARIFFS
from yinghuo.engines.meters.simulation.concentrators import Concentrator
from yinghuo.engines.meters.simulation.device import Device
from yinghuo.engines.meters.simulation.instruments import displayed, shown
from yinghuo.engines.meters.simulation.moments import DAY_S, seconds_of_wall, wall
from yinghuo.engines.meters.simulation.values import curve, demand_kw, energy, points_of

A_DAY, MOST_POINTS = timedelta(days=1), 255
IMPORT_NOW = 129
PER_CENT = Decimal(100)
EACH = (IMPORT, REACTIVE_1, EXPORT, REACTIVE_2)
METER_PROTOCOL, METER_SPEED = Decimal(30), Decimal(0x62)  # 645-2007; 2400 bit/s on port 2

CURVES = {
    **{81 + n: ("power_kw", "power_a_kw", "power_b_kw", "power_c_kw")[n] for n in range(4)},
    **{85 + n: f"reactive_power_{one}kvar" for n, one in enumerate(("", "a_", "b_", "c_"))},
    **{89 + n: f"voltage_{one}_v" for n, one in enumerate("abc")},
    **{92 + n: f"current_{one}_a" for n, one in enumerate("abc")},
    101: "import_kwh",
    102: "reactive_1_kvarh",
    103: "export_kwh",
    104: "reactive_2_kvarh",
    **{105 + n: f"power_factor_{one}share" for n, one in enumerate(("", "a_", "b_", "c_"))},
}


class Asked(NamedTuple):
    """One item of a request: the device at its point, the number Fn, what the request carries, the true moment."""

    device: Device
    fn: int
    value: Value
    at_s: float
    read_at: datetime


def answers(terminal: Concentrator, request: Frame, at_s: float) -> list[tuple[float, Frame]]:
    """What the terminal sends, each with its delay in seconds; nothing to frames of other terminals."""
    if request.is_up or request.address != terminal.address or request.is_confirmed or request.is_denied:
        return []
    if request.afn == AFN_FORWARD:
        return _forward(terminal, request, at_s)
    if request.afn in (AFN_PRESENT, AFN_HISTORY, AFN_QUERY, AFN_EVENTS):
        values = dict(_values(terminal, request, at_s))
        return [(0, gdw376.answer(request, values) if values else gdw376.deny(request))]
    return [(0, gdw376.confirm(request) if _obeys(terminal, request, at_s) else gdw376.deny(request))]


def report(terminal: Concentrator, at_s: float, *, counter: int = 0) -> Frame | None:
    """What the terminal sends unasked: the registers of every meter that it reaches; None if it reaches none."""
    read_at = wall(terminal.now_s(at_s))
    values: dict[tuple[int, int], Value] = {
        (point, IMPORT_NOW): PRESENT[IMPORT_NOW](Asked(device, IMPORT_NOW, None, at_s, read_at))
        for point, device in sorted(terminal.points.items())
        if terminal.reaches(point)
    }
    return gdw376.report(terminal.address, AFN_PRESENT, values, counter=counter) if values else None


def _forward(terminal: Concentrator, request: Frame, at_s: float) -> list[tuple[float, Frame]]:
    sent = terminal.line(request.nested, at_s)
    late_s = sent[0].after_s if sent else 0
    return [(late_s, gdw376.forwarded(request, b"".join(one.data for one in sent)))]


def _obeys(terminal: Concentrator, request: Frame, at_s: float) -> bool:
    """Settings are kept, the clock is set; a reset is heard."""
    if request.afn == AFN_SET:
        terminal.settings.update({parts(one.identifier)[1:]: one.value for one in request.items})
        return True
    for one in request.items if request.afn == AFN_CONTROL else []:
        if parts(one.identifier)[2] == SET_CLOCK and isinstance(one.value, datetime):
            terminal.set_clock(one.value, at_s=at_s)
            return True
    return request.afn == AFN_RESET


def _values(terminal: Concentrator, request: Frame, at_s: float) -> Iterator[tuple[tuple[int, int], Value]]:
    """What the terminal has of a request, by (point, Fn)."""
    for one in request.items:
        afn, point, fn = parts(one.identifier)
        try:
            yield (point, fn), _value(terminal, (afn, point, fn), one.value, at_s)
        except LookupError:
            continue


def _value(terminal: Concentrator, which: tuple[int, int, int], asked: Value, at_s: float) -> Value:
    afn, point, fn = which
    if afn == AFN_QUERY:
        return (
            _meters(terminal, asked) if fn == 10 and (0, 10) not in terminal.settings else terminal.settings[point, fn]
        )
    if afn == AFN_EVENTS:
        return [Decimal(0)] * 4 + [[]]
    if afn == AFN_PRESENT and (point, fn) == (0, 2):
        return wall(terminal.now_s(at_s))
    device = terminal.points[point]
    if not terminal.reaches(point):
        raise LookupError(point)
    found = Asked(device, fn, asked, at_s, wall(terminal.now_s(at_s)))
    return (PRESENT if afn == AFN_PRESENT else HISTORY)[fn](found)


def _meters(terminal: Concentrator, asked: Value) -> Value:
    wanted = {int(one) for one in asked if isinstance(one, Decimal)} if isinstance(asked, list) else set()
    return [_meter_row(n, one) for n, one in sorted(terminal.points.items()) if not wanted or n in wanted]


def _meter_row(number: int, device: Device) -> Value:
    head: list[Value] = [Decimal(number), Decimal(number), METER_SPEED, METER_PROTOCOL, device.meter.spec.address]
    return [*head, "000000000000", Decimal(TARIFFS), "0C", "000000000000", "00"]


def _registers(device: Device, column: int, moment_s: float) -> list[Value]:
    """Total and tariffs that a register showed at a true moment; reactive ones count no tariffs."""
    registers = device.meter.registers(moment_s)
    if column in (IMPORT, EXPORT):
        return [energy(registers[column + n]) for n in range(TARIFFS + 1)]
    return [energy(registers[column]), *[None] * TARIFFS]


def _all_four(device: Device, export: int, moment_s: float) -> Value:
    column, reactive = (EXPORT, REACTIVE_2) if export else (IMPORT, REACTIVE_1)
    absent: list[Value] = [None] * (TARIFFS + 1)
    return [_registers(device, column, moment_s), _registers(device, reactive, moment_s), absent, absent]


def _demands(device: Device, moment_s: float) -> Value:
    peak = device.meter.demand(moment_s)
    when = f"{wall(device.meter.shows(peak.end_s)):%m-%d %H:%M}" if peak.energy_mwh else None
    return [[demand_kw(peak.energy_mwh), when], *[None] * TARIFFS]


def _phases(asked: Asked) -> Value:
    seen = shown(asked.device.meter, asked.at_s)
    values: list[Value] = [displayed(seen, field, n) for field in ("power_kw", "reactive_kvar") for n in range(4)]
    factors = [displayed(seen, "factor", n) for n in range(4)]
    values += [None if one is None else one * PER_CENT for one in factors]
    values += [displayed(seen, field, n) for field in ("voltage_v", "current_a") for n in range(3)]
    return [asked.read_at, *values, None, *(displayed(seen, "apparent_kva", n) for n in range(4))]


def _frozen_s(asked: Asked, *, by_month: bool) -> float:
    """The true moment of the freeze that ends the day or month of a request; LookupError if it is not there."""
    if not isinstance(asked.value, datetime):
        raise LookupError("no day")
    end = asked.value + A_DAY if not by_month else (asked.value.replace(day=1) + 31 * A_DAY).replace(day=1)
    meter = asked.device.meter
    moment_s = meter.true_of(seconds_of_wall(end))
    if not meter.first_day * DAY_S <= moment_s <= asked.at_s:
        raise LookupError("not in memory")
    return moment_s


def _curve(asked: Asked) -> Value:
    match asked.value:
        case [datetime() as start, Decimal() as minutes, Decimal() as count]:
            meter, name = asked.device.meter, CURVES[asked.fn]
            many = min(int(count), MOST_POINTS)
            first_s, step_s = seconds_of_wall(start), 60 * int(minutes)
            moments = points_of(meter, first_s, many, now_s=asked.at_s, step_s=step_s)
            values = curve(meter, name, moments)
            if all(one is None for one in values):
                raise LookupError("not in memory")
            shares = name.startswith("power_factor")
            return [start, minutes, [one * PER_CENT if shares and one is not None else one for one in values]]
    raise LookupError("no span")


def _present(column: int) -> Callable[[Asked], Value]:
    return lambda asked: [asked.read_at, _registers(asked.device, column, asked.at_s)]


def _daily(column: int, *, by_month: bool = False) -> Callable[[Asked], Value]:
    def freeze(asked: Asked) -> Value:
        moment_s = _frozen_s(asked, by_month=by_month)
        return [asked.value, wall(moment_s), _registers(asked.device, column, moment_s)]

    return freeze


def _daily_all(export: int) -> Callable[[Asked], Value]:
    def freeze(asked: Asked) -> Value:
        moment_s = _frozen_s(asked, by_month=False)
        return [asked.value, wall(moment_s), _all_four(asked.device, export, moment_s)]

    return freeze


def _daily_demand(asked: Asked) -> Value:
    moment_s = _frozen_s(asked, by_month=False)
    return [asked.value, wall(moment_s), _demands(asked.device, moment_s - 1)]


PRESENT: dict[int, Callable[[Asked], Value]] = {
    25: _phases,
    33: lambda asked: [asked.read_at, _all_four(asked.device, 0, asked.at_s)],
    34: lambda asked: [asked.read_at, _all_four(asked.device, 1, asked.at_s)],
    **{129 + n: _present(column) for n, column in enumerate(EACH)},
    145: lambda asked: [asked.read_at, _demands(asked.device, asked.at_s)],
    162: lambda asked: [asked.read_at, wall(asked.device.meter.shows(asked.at_s))],
}
HISTORY: dict[int, Callable[[Asked], Value]] = {
    **{1 + n: _daily_all(n) for n in range(2)},
    **{161 + n: _daily(column) for n, column in enumerate(EACH)},
    **{177 + n: _daily(column, by_month=True) for n, column in enumerate(EACH)},
    185: _daily_demand,
    **dict.fromkeys(CURVES, _curve),
}
