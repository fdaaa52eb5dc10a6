"""Checks between quantities: falling registers, sums of tariffs, energy against load, clock, contract, last period."""

from collections.abc import Iterator

import numpy as np

from yinghuo.engines.meters.quantities import TARIFFS
from yinghuo.engines.meters.vee.columns import HALF_UNIT, Bool, Columns, Finding, Float, Rule, carried, number, runs

ENERGY = "import_kwh"
POWER = "power_kw"
CLOCK = "clock_drift_s"


def falling(columns: Columns, rule: Rule) -> list[Finding]:
    """A register below its latest known value, each point one finding; observed: by how much, kWh; limit: 0.

    Where the value before the fall stands above all others, it is the one that is wrong, else the one after it.
    A register that went over `rollover` kWh (from above nine tenths of it to below one tenth) did not fall.
    """
    over = rule.number("rollover")
    found = []
    for name in rule.quantities(columns.values):
        values = columns.values[name]
        before = carried(values)
        fell = (values < before - HALF_UNIT) & ~((before > 0.9 * over) & (values < 0.1 * over))
        for row, point in zip(*(axis.tolist() for axis in np.nonzero(fell)), strict=True):
            wrong = _wrong(values[row], before[row], point)
            if columns.begins <= wrong < columns.ends:
                by = number(before[row, point] - values[row, point])
                found.append(Finding(rule.name, int(columns.meters[row]), name, wrong, wrong, by, 0.0))
    return found


def _wrong(values: Float, before: Float, fell_at: int) -> int:
    """Which of two points is wrong where a register fell: the higher one, when without it nothing falls."""
    high = int(np.flatnonzero(np.isfinite(values[:fell_at]))[-1])
    return high if before[high] <= values[fell_at] else fell_at


def sum_of_tariffs(columns: Columns, rule: Rule) -> list[Finding]:
    """The total against the sum of its tariffs, wherever all of them were read; observed: the difference, kWh.

    Registers cut off what is below their last digit, each for itself, so the sum may differ by `per_tariff`
    (0.01 kWh) times the number of tariffs. Tariffs that a meter never gave are not among them.
    """
    found = []
    for total in rule.quantities(columns.values):
        parts = [f"{total.removesuffix('kwh')}{tariff}_kwh" for tariff in TARIFFS]
        held = np.stack([columns.values[part] for part in parts if part in columns.values] or [columns.values[total]])
        used: Bool = np.asarray(np.isfinite(held).any(axis=2))  # (tariffs, meters)
        known = np.where(used[:, :, None], held, 0)
        differs = np.abs(columns.values[total] - known.sum(axis=0))
        limit = rule.number("per_tariff") * used.sum(axis=0)
        over = (differs > limit[:, None] + HALF_UNIT) & (limit > 0)[:, None]
        for row, point in _points(columns, over):
            meter, observed = int(columns.meters[row]), number(differs[row, point])
            found.append(Finding(rule.name, meter, total, point, point, observed, number(limit[row])))
    return found


def energy_against_load(columns: Columns, rule: Rule) -> list[Finding]:
    """The register's advance against the load curve, summed where both are known; observed: register minus load, kWh.

    Load is the trapezoid between two points. Allowed: `share` of the greater of the two, at least `least_kwh`.
    verdict: "fast" or "slow", as the register is seen from the load
    """
    if ENERGY not in columns.values or POWER not in columns.values:
        return []
    span = slice(columns.begins, columns.ends + 1)
    register, power = columns.values[ENERGY][:, span], columns.values[POWER][:, span]
    advance, load = np.diff(register, axis=1), columns.step_h * (power[:, 1:] + power[:, :-1]) / 2
    both = np.isfinite(advance) & np.isfinite(load)
    energy, loaded = (np.where(both, part, 0).sum(axis=1) for part in (advance, load))
    limit = np.maximum(rule.number("share") * np.maximum(energy, np.abs(loaded)), rule.number("least_kwh"))
    differs = energy - loaded
    return [
        _whole(columns, rule, ENERGY, row, (differs[row], limit[row], "fast" if differs[row] > 0 else "slow"))
        for row in np.flatnonzero(np.abs(differs) > limit + HALF_UNIT).tolist()
    ]


def clock(columns: Columns, rule: Rule) -> list[Finding]:
    """The clock's latest deviation, seconds; observed: signed (meter minus true time), limit: the least that counts.

    verdict: "set" beyond `set_s` and below `field_s` (set it remotely), "field" from `field_s` on (somebody has to
    go), "faulty" beyond `faulty_s` after `sets` or more sets within a month
    """
    if CLOCK not in columns.values:
        return []
    readings = columns.values[CLOCK][:, columns.judged]
    ending = np.concatenate([readings, np.full((readings.shape[0], 1), np.nan)], axis=1)
    off = carried(ending)[:, -1]
    sets = np.zeros(off.shape, dtype=np.int64) if columns.sets is None else columns.sets
    return [
        _whole(columns, rule, CLOCK, row, (off[row], rule.number("set_s"), _clock_verdict(off[row], sets[row], rule)))
        for row in np.flatnonzero(np.abs(off) > rule.number("set_s")).tolist()
    ]


def contract(columns: Columns, rule: Rule) -> list[Finding]:
    """Power times ratio above `factor` times the contract capacity; observed and limit in kW on the customer's side."""
    if POWER not in columns.values or columns.ratio is None or columns.contract_kw is None:
        return []
    power = columns.values[POWER] * columns.ratio[:, None]
    limit = rule.number("factor") * columns.contract_kw
    found = []
    for run in runs(power[:, columns.judged] > limit[:, None]):
        first, last = run.first + columns.begins, run.last + columns.begins
        seen = number(np.nanmax(power[run.row, first : last + 1])), number(limit[run.row])
        found.append(Finding(rule.name, int(columns.meters[run.row]), POWER, first, last, *seen))
    return found


def high_low(columns: Columns, rule: Rule) -> list[Finding]:
    """The period's energy above `high` or below `low` times that of the previous one of the same length, kWh.

    Nothing is said where the previous is below `least_kwh`, or either is not known.  verdict: "high" or "low"
    """
    found = []
    for name in rule.quantities(columns.previous):
        now, before = advance(columns, name), columns.previous[name]
        for word, limit in (("high", rule.number("high") * before), ("low", rule.number("low") * before)):
            out = now > limit if word == "high" else now < limit
            for row in np.flatnonzero(out & (before >= rule.number("least_kwh"))).tolist():
                found.append(_whole(columns, rule, name, row, (now[row], limit[row], word)))
    return found


def advance(columns: Columns, name: str) -> Float:
    """By how much a register went on over the judged period, kWh; NaN unless read at its beginning and its end."""
    values = columns.values[name]
    if columns.ends >= values.shape[1]:
        return np.full(values.shape[0], np.nan)
    return values[:, columns.ends] - values[:, columns.begins]


def _clock_verdict(off_s: float, sets: int, rule: Rule) -> str:
    if abs(off_s) > rule.number("faulty_s") and sets >= rule.number("sets"):
        return "faulty"
    return "field" if abs(off_s) >= rule.number("field_s") else "set"


def _points(columns: Columns, mask: Bool) -> Iterator[tuple[int, int]]:
    """True points among the judged, as (row, point of the grid)."""
    rows, points = np.nonzero(mask[:, columns.judged])
    yield from zip(rows.tolist(), (points + columns.begins).tolist(), strict=True)


def _whole(columns: Columns, rule: Rule, quantity: str, row: int, seen: tuple[float, float, str]) -> Finding:
    """A finding over all judged points."""
    observed, limit, verdict = seen
    place = int(columns.meters[row]), quantity, columns.begins, columns.ends - 1
    return Finding(rule.name, *place, number(observed), number(limit), verdict)
