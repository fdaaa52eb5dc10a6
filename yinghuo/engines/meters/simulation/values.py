"""What a simulated meter says of each quantity of the desk, as its display writes it: at a moment, or as a curve."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from yinghuo.engines.meters.quantities import PHASES, TARIFFS
from yinghuo.engines.meters.simulation.books import COLUMNS, EXPORT, IMPORT, REACTIVE_1, REACTIVE_2
from yinghuo.engines.meters.simulation.instruments import PLACES, displayed, shown, shown_many
from yinghuo.engines.meters.simulation.meter import Meter, Shown
from yinghuo.engines.meters.simulation.moments import DAY_S, QUARTER_S

MOST_DEMAND = 999_999
CENT_MWH, CENTS = 10_000, 10**8  # a hundredth of a kWh; registers of six digits begin again at zero

REGISTERS: dict[str, tuple[int, ...]] = {
    "import_kwh": (IMPORT,),
    "export_kwh": (EXPORT,),
    "reactive_1_kvarh": (REACTIVE_1,),
    "reactive_2_kvarh": (REACTIVE_2,),
    "combined_kwh": (IMPORT, EXPORT),
    **{f"import_{tariff}_kwh": (IMPORT + n,) for n, tariff in enumerate(TARIFFS, 1)},
    **{f"export_{tariff}_kwh": (EXPORT + n,) for n, tariff in enumerate(TARIFFS, 1)},
}


def _by_phase(field: str, name: str, unit: str, first: int) -> dict[str, tuple[str, int]]:
    return {f"{name}_{phase}_{unit}": (field, first + n) for n, phase in enumerate(PHASES)}


INSTRUMENTS: dict[str, tuple[str, int]] = {
    **_by_phase("voltage_v", "voltage", "v", 0),
    **_by_phase("current_a", "current", "a", 0),
    **_by_phase("power_kw", "power", "kw", 1),
    **_by_phase("reactive_kvar", "reactive_power", "kvar", 1),
    **_by_phase("apparent_kva", "apparent_power", "kva", 1),
    **_by_phase("factor", "power_factor", "share", 1),
    **_by_phase("angle_deg", "angle", "deg", 0),
    "power_kw": ("power_kw", 0),
    "reactive_power_kvar": ("reactive_kvar", 0),
    "apparent_power_kva": ("apparent_kva", 0),
    "power_factor_share": ("factor", 0),
    "frequency_hz": ("frequency_hz", 0),
    "temperature_celsius": ("temperature_celsius", 0),
}
DAILY = tuple(REGISTERS)
CURVES = (*REGISTERS, *INSTRUMENTS)


def energy(mwh: int) -> Decimal:
    """What a register shows: kWh or kvarh, cut off after two decimals.

    >>> energy(12_349_999)
    Decimal('12.34')
    """
    return Decimal(int(mwh) // CENT_MWH % CENTS).scaleb(-2)


def fine_energy(mwh: int) -> Decimal:
    """The same with four decimals, as 698.45 and 376.1 can carry it.

    >>> fine_energy(12_349_999)
    Decimal('12.3499')
    """
    return Decimal(int(mwh) // 100 % (CENTS * 100)).scaleb(-4)


def demand_kw(energy_mwh: int) -> Decimal:
    """Mean power of a quarter of an hour in kW, four decimals, cut off; a display of six digits ends at 99.9999.

    >>> demand_kw(1_000_000)
    Decimal('4.0000')
    """
    return Decimal(min(energy_mwh * 4 // 100, MOST_DEMAND)).scaleb(-4)


def value(meter: Meter, name: str, at_s: float) -> Decimal | None:
    """The value of a quantity (`quantities`) at a true moment; None for a phase that isn't there, KeyError unknown."""
    if name in REGISTERS:
        registers = meter.registers(at_s)
        return energy(sum(int(registers[one]) for one in REGISTERS[name]))
    if name == "demand_kw":
        return demand_kw(meter.demand(at_s).energy_mwh)
    if name == "clock_drift_s":
        return Decimal(round(meter.shows(at_s) - at_s))
    return displayed(shown(meter, at_s), *INSTRUMENTS[name])


def points_of(meter: Meter, first_s: float, count: int, *, now_s: float, step_s: int = QUARTER_S) -> np.ndarray:
    """True moments of `count` points of a curve that begins at `first_s` of the meter's clock, shape (n,).

    Those before the meter's first day and those still to come are nan.
    """
    moments = meter.true_of_many(first_s + np.arange(count) * float(step_s))
    kept = (moments >= meter.first_day * DAY_S) & (moments <= now_s)
    return np.where(kept, moments, np.nan)


class Steps(NamedTuple):
    """Values as whole numbers of display steps, int64 (n,), `places` decimals; `there` says which there are."""

    numbers: np.ndarray
    there: np.ndarray
    places: int

    def decimals(self) -> list[Decimal | None]:
        """The same as decimal numbers, None for what is not there."""
        pairs = zip(self.numbers.tolist(), self.there.tolist(), strict=True)
        return [Decimal(number).scaleb(-self.places) if there else None for number, there in pairs]


def steps(meter: Meter, names: Sequence[str], moments: np.ndarray) -> dict[str, Steps]:
    """Quantities at true moments in order (`points_of`), by name; KeyError for an unknown quantity."""
    there = ~np.isnan(moments)
    wanted = moments[there]
    registers = meter.registers_many(wanted) if set(names) & set(REGISTERS) else np.zeros((0, COLUMNS))
    seen = shown_many(meter, wanted) if set(names) - set(REGISTERS) else {}
    return {name: _steps(name, registers, seen, there) for name in names}


def _steps(name: str, registers: np.ndarray, seen: Shown, there: np.ndarray) -> Steps:
    numbers = np.zeros(len(there), dtype=np.int64)
    if name in REGISTERS:
        numbers[there] = registers[:, list(REGISTERS[name])].sum(axis=1) // CENT_MWH % CENTS
        return Steps(numbers, there, 2)
    field, column = INSTRUMENTS[name]
    found = np.full(len(there), np.nan)
    if seen:
        found[there] = seen[field][:, column]
    has_phase = ~np.isnan(found)
    numbers[has_phase] = np.rint(found[has_phase] * 10 ** PLACES[field])
    return Steps(numbers, has_phase, PLACES[field])


def curve(meter: Meter, name: str, moments: np.ndarray) -> list[Decimal | None]:
    """A quantity at true moments in order (`points_of`); None where there is none, KeyError for an unknown quantity."""
    return steps(meter, [name], moments)[name].decimals()
