"""Checks of single curves: gaps, duplicates, zero and frozen runs, negative values, spikes."""

from collections.abc import Callable

import numpy as np

from yinghuo.engines.meters.vee.columns import HALF_UNIT, Bool, Columns, Finding, Float, Rule, Run, number, runs

THIRD = 3


def gaps(columns: Columns, rule: Rule) -> list[Finding]:
    """Points without a reading, each stretch one finding; observed and limit count points: missing, expected."""
    expected = columns.ends - columns.begins
    return [
        _finding(columns, rule, name, run, (run.last - run.first + 1, expected))
        for name in rule.quantities(columns.values)
        for run in _judged(columns, np.isnan(columns.values[name][:, columns.judged]))
    ]


def duplicates(columns: Columns, rule: Rule) -> list[Finding]:
    """Points that more than one reading claims; observed: how many at most in the stretch, limit: 1."""
    return [
        _finding(columns, rule, name, run, (columns.copies[name][run.row, run.first : run.last + 1].max(), 1))
        for name in rule.quantities(columns.copies)
        for run in _judged(columns, columns.copies[name][:, columns.judged] > 1)
    ]


def zero_runs(columns: Columns, rule: Rule) -> list[Finding]:
    """Value 0 at `points` points or more in a row while there was supply; observed and limit count points."""
    return _long_runs(columns, rule, lambda values: np.asarray(values == 0))


def frozen_runs(columns: Columns, rule: Rule) -> list[Finding]:
    """The same value, not 0, at `points` points or more in a row; observed and limit count points.

    A run is counted whole, also where it began before the judged points, and reported within them.
    """
    return _long_runs(columns, rule, _repeats)


def negative(columns: Columns, rule: Rule) -> list[Finding]:
    """Values below `below`; observed: the lowest of the stretch."""
    limit = rule.number("below")
    return [
        _finding(columns, rule, name, run, (np.nanmin(columns.values[name][run.row, run.first : run.last + 1]), limit))
        for name in rule.quantities(columns.values)
        for run in _judged(columns, columns.values[name][:, columns.judged] < limit)
    ]


def spikes(columns: Columns, rule: Rule) -> list[Finding]:
    """Values above `factor` times the third-highest of the judged points, and of `at_least`.

    At most two points of a meter can stand above it; with fewer than three readings nothing is said. The third-highest
    peak and 180 % are California's (DASMMD, Attachment VEE), from memory of the rule; not checked against its text.
    """
    found = []
    for name in rule.quantities(columns.values):
        values = columns.values[name][:, columns.judged]
        limit = np.maximum(rule.number("factor") * _third_highest(values), rule.number("at_least"))
        above = values > limit[:, None] + HALF_UNIT
        for run in _judged(columns, above):
            peak = columns.values[name][run.row, run.first : run.last + 1].max()
            found.append(_finding(columns, rule, name, run, (peak, limit[run.row])))
    return found


def _third_highest(values: Float) -> Float:
    """Of each row, NaN with fewer than three known values; shape (rows,)."""
    if values.shape[1] < THIRD:
        return np.full(values.shape[0], np.nan)
    known = np.where(np.isnan(values), -np.inf, values)
    third = np.partition(known, values.shape[1] - THIRD, axis=1)[:, values.shape[1] - THIRD]
    return np.where(np.isinf(third), np.nan, third)


def _repeats(values: Float) -> Bool:
    """Points whose value, not 0, is also that of a neighbour in time."""
    same = (values[:, 1:] == values[:, :-1]) & (values[:, 1:] != 0)
    both = np.zeros(values.shape, dtype=np.bool_)
    both[:, 1:] |= same
    both[:, :-1] |= same
    return both


def _long_runs(columns: Columns, rule: Rule, wanted: Callable[[Float], Bool]) -> list[Finding]:
    least = int(rule.number("points"))
    found = []
    for name in rule.quantities(columns.values):
        values = columns.values[name]
        for run in _of_one_value(values, wanted(values) & ~columns.without_supply(values)):
            length = run.last - run.first + 1
            if length >= least and run.last >= columns.begins and run.first < columns.ends:
                inside = Run(run.row, max(run.first, columns.begins), min(run.last, columns.ends - 1))
                found.append(_finding(columns, rule, name, inside, (length, least)))
    return found


def _of_one_value(values: Float, mask: Bool) -> list[Run]:
    """Stretches of the mask, cut where the value changes."""
    changes = np.zeros(mask.shape, dtype=np.bool_)
    changes[:, 1:] = mask[:, 1:] & mask[:, :-1] & (values[:, 1:] != values[:, :-1])
    cut = []
    for run in runs(mask, 2):
        starts = [run.first, *(run.first + np.flatnonzero(changes[run.row, run.first : run.last + 1])).tolist()]
        ends = [start - 1 for start in starts[1:]] + [run.last]
        cut += [Run(run.row, first, last) for first, last in zip(starts, ends, strict=True)]
    return cut


def _judged(columns: Columns, mask: Bool) -> list[Run]:
    """Stretches of a mask over the judged points, in points of the grid."""
    return [Run(run.row, run.first + columns.begins, run.last + columns.begins) for run in runs(mask)]


def _finding(
    columns: Columns, rule: Rule, quantity: str, run: Run, seen: tuple[float | np.floating | np.integer, float]
) -> Finding:
    observed, limit = seen
    meter = int(columns.meters[run.row])
    return Finding(rule.name, meter, quantity, run.first, run.last, number(float(observed)), number(float(limit)))
