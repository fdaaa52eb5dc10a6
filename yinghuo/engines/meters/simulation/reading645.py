"""What a simulated meter answers to a data identifier of DL/T 645: value by value, None where it has no such data."""

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.simulation.books import EXPORT, IMPORT, REACTIVE_1, REACTIVE_2, TARIFFS
from yinghuo.engines.meters.simulation.clockwork import Periods, Programme, Zones
from yinghuo.engines.meters.simulation.device import MOST_PERIODS, MOST_TABLES, MOST_ZONES, Device, filled
from yinghuo.engines.meters.simulation.diary import CLOCK_SET, ZONES_PROGRAMMED
from yinghuo.engines.meters.simulation.instruments import displayed, rounded, shown
from yinghuo.engines.meters.simulation.meter import Meter
from yinghuo.engines.meters.simulation.moments import DAY_S, day_of, number_of, wall
from yinghuo.engines.meters.simulation.values import demand_kw, energy

FIELDS = {
    "01": ("voltage_v", 0),
    "02": ("current_a", 0),
    "03": ("power_kw", 1),
    "04": ("reactive_kvar", 1),
    "05": ("apparent_kva", 1),
    "06": ("factor", 1),
    "07": ("angle_deg", 0),
}
COLUMN = {"01": IMPORT, "02": EXPORT, "03": REACTIVE_1, "04": REACTIVE_2}
PHASE_EVENTS = {"03010000": "lost", "030B0000": "open_ct", "030E0000": "reversed"}
SWITCHED_ZONES, SWITCHED_TABLES = 0x20, 0x01  # of run-status word 3; from memory of the standard
NEVER = datetime(2000, 1, 1)  # noqa: DTZ001 - the wall clock of a meter that has nothing to tell
Row = tuple[int, int, int]


def read(device: Device, identifier: str, at_s: float) -> Value:
    """The value of an identifier (eight hex digits) in the form of `dlt645`; LookupError if there is no such data."""
    return KINDS[identifier[:2]](device, identifier, at_s)


def _energy(device: Device, identifier: str, at_s: float) -> Value:
    way, tariff, past = (identifier[n : n + 2] for n in (2, 4, 6))
    moment_s = _settled(device, int(past, 16), at_s)
    registers = device.meter.registers(moment_s)
    columns: list[tuple[int, ...]]
    if way == "00":
        columns = [(IMPORT + n, EXPORT + n) for n in range(TARIFFS + 1)]
    else:
        first = COLUMN[way]
        columns = [(first + n,) for n in range(TARIFFS + 1)] if way in ("01", "02") else [(first,)]
    values = [energy(sum(int(registers[one]) for one in several)) for several in columns]
    return list(values) if tariff == "FF" else values[int(tariff, 16)]


def _settled(device: Device, months: int, at_s: float) -> float:
    """Now, or the true moment of the meter's last, last but one … settlement (the first of a month, 0 o'clock)."""
    if months == 0:
        return at_s
    if months > 12:
        raise LookupError(months)
    today = day_of(int(device.meter.shows(at_s) // DAY_S))
    past = today.year * 12 + today.month - months
    first = today.replace(year=past // 12, month=past % 12 + 1, day=1)
    return _kept(device, device.meter.true_of(number_of(first) * DAY_S))


def _kept(device: Device, moment_s: float) -> float:
    """The moment, if it lies in the meter's memory; else LookupError."""
    if moment_s < device.meter.first_day * DAY_S:
        raise LookupError("before the meter's first day")
    return moment_s


def _demand(device: Device, identifier: str, at_s: float) -> Value:
    if identifier[2:] != "010000":
        raise LookupError(identifier)
    peak = device.meter.demand(at_s)
    return [demand_kw(peak.energy_mwh), wall(device.meter.shows(peak.end_s)) if peak.energy_mwh else NEVER]


def _instant(device: Device, identifier: str, at_s: float) -> Value:
    kind, phase, last = (identifier[n : n + 2] for n in (2, 4, 6))
    seen = shown(device.meter, at_s)
    if kind == "80":
        field = {"0002": "frequency_hz", "0007": "temperature_celsius"}[identifier[4:]]
        return displayed(seen, field, 0)
    field, first = FIELDS[kind]
    if last != "00":
        raise LookupError(identifier)
    if phase == "FF":
        return [displayed(seen, field, n) for n in range(3 + first)]
    if not 1 - first <= int(phase, 16) <= 3:
        raise LookupError(identifier)
    return displayed(seen, field, int(phase, 16) - 1 + first)


def _event(device: Device, identifier: str, at_s: float) -> Value:
    kind, number = identifier[:6], int(identifier[6:], 16)
    if identifier in PHASE_EVENTS:
        return _phase_counts(device.meter, PHASE_EVENTS[identifier], at_s)
    if kind not in ("033004", "033005", "033006", "031100"):
        raise LookupError(identifier)
    if number == 0:
        return Decimal(device.diary.counts.get(kind, 0))
    found = device.diary.last(kind, number)
    if found is None:
        raise LookupError(identifier)
    if found.programme is not None:
        return [wall(found.at_s), found.operator, *_programmed(kind, found.programme)]
    span: list[Value] = [wall(found.before_s), wall(found.after_s)]
    return [found.operator, *span] if kind == CLOCK_SET else span


def _programmed(kind: str, before: Programme) -> list[Value]:
    """The tables as they were before they were programmed: both sets' zones, or a block of all their periods."""
    if kind == ZONES_PROGRAMMED:
        return [row for one in before.sets for row in zone_rows(one.zones)]
    tables = [one.tables[min(n, len(one.tables) - 1)] for one in before.sets for n in range(MOST_TABLES)]
    return [[row for table in tables for row in period_rows(table)]]


def _phase_counts(meter: Meter, what: str, at_s: float) -> Value:
    """How often and how many minutes a phase was without voltage, without or with reversed current: A, B, C."""
    found: list[Value] = []
    for phase in "abc":
        held = [phase in getattr(one.connection, what) for one in meter.conditions]
        ends = [*(one.since_s for one in meter.conditions[1:]), at_s]
        spans = [max(end - one.since_s, 0) for one, end in zip(meter.conditions, ends, strict=True)]
        times = sum(now and not before for now, before in zip(held, [False, *held], strict=False))
        lasted_s = sum(span for span, there in zip(spans, held, strict=True) if there)
        found += [Decimal(times), Decimal(int(lasted_s // 60))]
    return found


def _parameter(device: Device, identifier: str, at_s: float) -> Value:
    now = wall(device.meter.shows(at_s))
    programme = device.programme(at_s)
    if identifier[2:4] in ("01", "02"):
        one = programme.sets[int(identifier[3]) - 1]
        table = int(identifier[4:], 16)
        if table == 0:
            return zone_rows(one.zones)
        if table > MOST_TABLES:
            raise LookupError(identifier)
        return period_rows(one.tables[min(table, len(one.tables)) - 1])
    switches = {"04000106": programme.zones_switch_s, "04000107": programme.tables_switch_s}
    if identifier in switches:
        at = switches[identifier]
        return None if at is None else wall(at)
    words = _words(programme.zones_run, programme.tables_run)
    if identifier[:6] == "040005":
        return list[Value](words) if identifier[6:] == "FF" else words[int(identifier[6:], 16) - 1]
    others: dict[str, Value] = {
        "04000101": datetime(now.year, now.month, now.day),  # noqa: DTZ001
        "04000102": now.time(),
        "0400010C": now,
        "04000201": Decimal(len(programme.sets[programme.zones_run].zones)),
        "04000202": Decimal(MOST_TABLES),
        "04000203": Decimal(MOST_PERIODS),
        "04000204": Decimal(TARIFFS),
        "04000205": Decimal(0),
        "04000401": device.meter.spec.address,
        "04000402": device.meter.spec.address,
        "04090101": rounded(0.78 * device.meter.spec.rated_v, 1),
    }
    return others[identifier]


def _words(zones_run: int, tables_run: int) -> list[str]:
    third = zones_run * SWITCHED_ZONES | tables_run * SWITCHED_TABLES
    return ["0000", "0000", f"{third:04X}", "0000", "0000", "0000", "0000"]


def zone_rows(zones: Zones) -> list[Value]:
    """A year-zone table as `dlt645` writes it: fourteen rows of [MMDD, table]."""
    return [[f"{month:02d}{day:02d}", Decimal(number)] for month, day, number in filled(zones, MOST_ZONES)]


def period_rows(periods: Periods) -> list[Value]:
    """A day table as `dlt645` writes it: fourteen rows of [time, tariff]."""
    return [[time(hour, minute), Decimal(tariff)] for hour, minute, tariff in filled(periods)]


def _freeze(device: Device, identifier: str, at_s: float) -> Value:
    kind, what, number = identifier[2:4], identifier[4:6], int(identifier[6:], 16)
    if kind != "06" or not 1 <= number <= 62:
        raise LookupError(identifier)
    midnight_s = (int(device.meter.shows(at_s) // DAY_S) - number + 1) * DAY_S
    moment_s = _kept(device, device.meter.true_of(midnight_s))
    if what == "00":
        return wall(midnight_s)
    if what == "10":
        seen = shown(device.meter, moment_s)
        return [displayed(seen, field, n) for field in ("power_kw", "reactive_kvar") for n in range(4)]
    registers = device.meter.registers(moment_s)
    first = COLUMN[what]
    count = TARIFFS + 1 if what in ("01", "02") else 1
    return [energy(registers[first + n]) for n in range(count)]


Reader = Callable[[Device, str, float], Value]
KINDS: dict[str, Reader] = {
    "00": _energy,
    "01": _demand,
    "02": _instant,
    "03": _event,
    "04": _parameter,
    "05": _freeze,
}
