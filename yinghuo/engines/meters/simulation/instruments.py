"""What a simulated meter's instruments show: voltages, currents, powers, factors and angles that agree."""

from decimal import Decimal
from itertools import pairwise

import numpy as np

from yinghuo.engines.meters.simulation.load import chances_of
from yinghuo.engines.meters.simulation.meter import Condition, Meter, Shown
from yinghuo.engines.meters.simulation.moments import DAY_S, QUARTER_S, QUARTERS
from yinghuo.engines.meters.simulation.phasors import ELEMENTS, PHASE, grid, measure

SWAY, FREQUENCY_SWAY_HZ = 0.03, 0.04
FOLLOWING = 1_000_003  # apart from the seeds of load
_FREQUENCY_SEED, _WARMTH_SEED = 50, 51

# fields with their number of columns: of the whole meter first where there are four, then terminals a, b, c
FIELDS = {
    "voltage_v": 3,
    "current_a": 3,
    "power_kw": 4,
    "reactive_kvar": 4,
    "apparent_kva": 4,
    "factor": 4,
    "angle_deg": 3,
    "frequency_hz": 1,
    "temperature_celsius": 1,
}
PLACES = {
    "voltage_v": 1,
    "current_a": 3,
    "power_kw": 4,
    "reactive_kvar": 4,
    "apparent_kva": 4,
    "factor": 3,
    "angle_deg": 1,
    "frequency_hz": 2,
    "temperature_celsius": 1,
}


def shown(meter: Meter, at_s: float) -> Shown:
    """What the instruments show at a true moment: arrays of one row; they hold for a quarter of an hour."""
    quarter, condition = int(at_s // QUARTER_S), meter.condition_at(at_s)
    if meter.glance is None or meter.glance[:2] != (quarter, condition):
        meter.glance = (quarter, condition, _rows(meter, np.array([quarter]), condition))
    return meter.glance[2]


def shown_many(meter: Meter, at_s: np.ndarray) -> Shown:
    """The same at many moments in order: fields (`FIELDS`) as floats, shape (n, columns); nan where there is no phase.

    Units as in the names; angle_deg is by how much the current is behind its voltage, 0 to 360.
    """
    quarters = (at_s // QUARTER_S).astype(np.int64)
    since = np.array([one.since_s for one in meter.conditions[1:]])
    cuts = [0, *at_s.searchsorted(since).tolist(), len(at_s)]
    parts = [
        _rows(meter, quarters[a:b], one) for one, (a, b) in zip(meter.conditions, pairwise(cuts), strict=True) if b > a
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in FIELDS} if parts else {}


def _rows(meter: Meter, quarters: np.ndarray, condition: Condition) -> Shown:
    spec = meter.spec
    true_va = _true_va(meter, quarters)
    volts = phase_voltages(meter, quarters)
    amps = np.conj(true_va[:, None] * np.array(spec.shares) / volts)
    seen = measure(condition.connection, volts, amps)
    return _read(spec.wiring, seen.voltages, seen.currents) | _surroundings(quarters)


def _true_va(meter: Meter, quarters: np.ndarray) -> np.ndarray:
    days = quarters // QUARTERS
    found = np.empty(len(quarters), dtype=complex)
    for day in np.unique(days).tolist():
        book, here = meter.book(day), days == day
        within = quarters[here] - day * QUARTERS
        found[here] = (book.true_mwh[within] + 1j * book.true_mvarh[within]) / 250
    return found


def phase_voltages(meter: Meter, quarters: np.ndarray) -> np.ndarray:
    """True phase voltages (complex V, shape (n, 3)) in the quarters of these numbers: they sway together."""
    spec = meter.spec
    rated = spec.rated_v / 3**0.5 if spec.wiring == "3p3w" else spec.rated_v
    sway = 1 + SWAY * (2 * chances_of(spec.seed + FOLLOWING, quarters) - 1)
    return np.asarray(grid(spec.wiring) * (rated * sway)[:, None])


def _read(wiring: str, volts: np.ndarray, amps: np.ndarray) -> Shown:
    powers = volts * np.conj(amps)
    sizes = np.abs(powers)
    total = powers.sum(axis=1)
    flows = sizes > 0
    factors = np.divide(powers.real, sizes, out=np.ones_like(sizes), where=flows)
    whole = np.divide(total.real, np.abs(total), out=np.ones_like(total.real), where=np.abs(total) > 0)
    places = [PHASE[one] for one in ELEMENTS[wiring]]

    def spread(values: np.ndarray, first: np.ndarray | None = None) -> np.ndarray:
        found = np.full((len(values), 3), np.nan)
        found[:, places] = values
        return found if first is None else np.column_stack((first, found))

    return {
        "voltage_v": spread(np.abs(volts)),
        "current_a": spread(np.abs(amps) * np.where(powers.real < 0, -1, 1)),
        "power_kw": spread(powers.real / 1000, total.real / 1000),
        "reactive_kvar": spread(powers.imag / 1000, total.imag / 1000),
        "apparent_kva": spread(sizes / 1000, np.abs(total) / 1000),
        "factor": spread(factors, whole),
        "angle_deg": spread(np.where(flows, np.degrees(np.angle(powers)) % 360, 0.0)),
    }


def _surroundings(quarters: np.ndarray) -> Shown:
    hour = quarters % QUARTERS * QUARTER_S / DAY_S
    frequency = 50 + FREQUENCY_SWAY_HZ * (2 * chances_of(_FREQUENCY_SEED, quarters) - 1)
    warmth = 16 - 6 * np.cos(2 * np.pi * (hour - 0.125)) + chances_of(_WARMTH_SEED, quarters)
    return {"frequency_hz": frequency[:, None], "temperature_celsius": warmth[:, None]}


def displayed(seen: Shown, field: str, column: int, *, row: int = 0) -> Decimal | None:
    """One value with the display's decimals; None for a phase that the meter has not."""
    return rounded(float(seen[field][row, column]), PLACES[field])


def rounded(value: float, places: int) -> Decimal | None:
    """As the display shows it; None for nan.

    >>> rounded(230.04, 1), rounded(-0.0001, 1)
    (Decimal('230.0'), Decimal('0.0'))
    """
    return None if value != value else Decimal(round(value * 10**places)).scaleb(-places)
