"""What a simulated meter says and takes under DL/T 698.45, attribute by attribute."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from yinghuo.engines.meters.dlt698 import Dar
from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.simulation.books import EXPORT, IMPORT, REACTIVE_1, REACTIVE_2, TARIFFS
from yinghuo.engines.meters.simulation.clockwork import TableSet
from yinghuo.engines.meters.simulation.device import MOST_PERIODS, MOST_TABLES, OTHER, UNKNOWN_DATA, Device, NotTaken
from yinghuo.engines.meters.simulation.instruments import displayed, shown
from yinghuo.engines.meters.simulation.moments import seconds_of_wall, wall
from yinghuo.engines.meters.simulation.values import demand_kw, energy, fine_energy

NO_SUCH = 4
ENERGIES: dict[str, tuple[int, ...]] = {
    "0000": (IMPORT, EXPORT),
    "0010": (IMPORT,),
    "0020": (EXPORT,),
    "0030": (REACTIVE_1,),
    "0040": (REACTIVE_2,),
}
INSTANTS = {
    "2000": ("voltage_v", 3),
    "2001": ("current_a", 3),
    "2003": ("angle_deg", 3),
    "2004": ("power_kw", 4),
    "2005": ("reactive_kvar", 4),
    "2006": ("apparent_kva", 4),
    "200A": ("factor", 4),
}
SINGLE = {"200F": "frequency_hz", "2010": "temperature_celsius"}


def read(device: Device, oad: str, at_s: float) -> Value | Dar:
    """The value of an attribute (8 hex digits) at a true moment, or the code of why there is none."""
    oi, attribute, index = oad[:4], int(oad[4:6], 16) & 0x1F, int(oad[6:], 16)
    try:
        whole = _whole(device, oi, attribute, at_s)
    except (KeyError, ValueError):
        return Dar(NO_SUCH)
    if index == 0:
        return whole
    if not isinstance(whole, list) or index > len(whole):
        return Dar(8)
    return whole[index - 1]


def _whole(device: Device, oi: str, attribute: int, at_s: float) -> Value:
    if oi in ENERGIES and attribute in (2, 4):
        return _energy(device, oi, at_s, energy if attribute == 2 else fine_energy)
    if attribute != 2:
        raise KeyError(attribute)
    if oi in INSTANTS:
        seen = shown(device.meter, at_s)
        field, count = INSTANTS[oi]
        return [displayed(seen, field, n) for n in range(count)]
    if oi in SINGLE:
        return displayed(shown(device.meter, at_s), SINGLE[oi], 0)
    if oi == "1010":
        peak = device.meter.demand(at_s)
        return [[demand_kw(peak.energy_mwh), wall(device.meter.shows(peak.end_s))]]
    return _parameter(device, oi, at_s)


def _energy(device: Device, oi: str, at_s: float, write: Callable[[int], Decimal]) -> Value:
    registers = device.meter.registers(at_s)
    columns = ENERGIES[oi]
    count = TARIFFS + 1 if columns[0] in (IMPORT, EXPORT) else 1
    return [write(sum(int(registers[one + n]) for one in columns)) for n in range(count)]


def _parameter(device: Device, oi: str, at_s: float) -> Value:
    programme = device.programme(at_s)
    zones = (programme.sets[programme.zones_run], programme.sets[1 - programme.zones_run])
    tables = (programme.sets[programme.tables_run], programme.sets[1 - programme.tables_run])
    parameters: dict[str, Callable[[], Value]] = {
        "4000": lambda: wall(device.meter.shows(at_s)),
        "4001": lambda: device.meter.spec.address,
        "4002": lambda: device.meter.spec.address,
        "4008": lambda: _switch(programme.zones_switch_s),
        "4009": lambda: _switch(programme.tables_switch_s),
        "400C": lambda: [Decimal(n) for n in (len(zones[0].zones), len(tables[0].tables), MOST_PERIODS, TARIFFS, 0)],
        "4014": lambda: _rows(zones[0].zones),
        "4015": lambda: _rows(zones[1].zones),
        "4016": lambda: _tables(tables[0]),
        "4017": lambda: _tables(tables[1]),
    }
    return parameters[oi]()


def _switch(shown_s: float | None) -> Value:
    return None if shown_s is None else wall(shown_s)


def _rows(rows: Sequence[tuple[int, int, int]]) -> list[Value]:
    return [[Decimal(part) for part in row] for row in rows]


def _tables(one: TableSet) -> Value:
    return [_rows(table) for table in one.tables]


def write(device: Device, oad: str, value: Value, at_s: float) -> None:
    """Writes an attribute; NotTaken with its DAR if the meter refuses. Zones and tables: the standby ones only."""
    if device.refuses_writes:
        raise NotTaken(0x04, 3)
    programme = device.programme(at_s)
    if oad[:6] == "400002" and isinstance(value, datetime):
        device.set_clock(seconds_of_wall(value), at_s=at_s)
    elif oad[:6] in ("400802", "400902"):
        at = seconds_of_wall(value) if isinstance(value, datetime) else None
        device.set_switch("zones" if oad[:6] == "400802" else "tables", at, at_s=at_s)
    elif oad[:6] == "401502" and isinstance(value, list):
        device.write_zones(1 - programme.zones_run, [_triple(row) for row in value], at_s=at_s)
    elif oad[:6] == "401702" and isinstance(value, list):
        tables = enumerate(value[:MOST_TABLES], 1) if oad[6:] == "00" else [(int(oad[6:], 16), value)]
        for number, table in tables:
            rows = [_triple(row) for row in table] if isinstance(table, list) else []
            device.write_periods(1 - programme.tables_run, number, rows, at_s=at_s)
    else:
        raise NotTaken(*(OTHER if oad[:4] in ("4014", "4016") else UNKNOWN_DATA))


def _triple(row: Value) -> tuple[int, int, int]:
    match row:
        case [Decimal() as one, Decimal() as two, Decimal() as three]:
            return int(one), int(two), int(three)
    raise NotTaken(0x01, 7)
