"""The rules of a day put to a grid: what each finds, which readings are not believed, which are missing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from yinghuo.desks.metering.jobs.validating.grids import DAY_POINTS, Grid, columns
from yinghuo.desks.metering.lake.records import QUALITIES
from yinghuo.desks.metering.models import Effect, ValidationRule
from yinghuo.engines.meters.vee import Columns, Finding, Rule, check

EDITED, ESTIMATED, REJECTED = (QUALITIES.index(name) for name in ("edited", "estimated", "rejected"))


class Judged(NamedTuple):
    """A finding, with the row of the rule that it comes from."""

    finding: Finding
    rule: ValidationRule


@dataclass(frozen=True)
class Verdicts:
    """What was found in a grid.

    columns:  what is believed: measured and edited values, NaN where there is none
    rejected: by quantity, points whose reading is not believed, shape (meters, points)
    expected: by quantity, meters that give a curve of it, shape (meters,)
    """

    grid: Grid
    columns: Columns
    judged: Sequence[Judged]
    rejected: Mapping[str, np.ndarray]
    expected: Mapping[str, np.ndarray]

    @cached_property
    def refused(self) -> Mapping[tuple[int, str], Sequence[Finding]]:
        """Findings of rules that do not believe a reading, by meter and quantity."""
        found: dict[tuple[int, str], list[Finding]] = defaultdict(list)
        for finding, rule in self.judged:
            if rule.effect == Effect.REJECT:
                found[finding.meter, finding.quantity].append(finding)
        return found


def judge(grid: Grid, rules: Mapping[str, Sequence[tuple[ValidationRule, np.ndarray]]]) -> Verdicts:
    """Puts every rule to the meters that it holds for.

    rules: by name, each row with the places of its meters in the grid (`queries.validation.rules_of`)
    """
    values = {name: _believed(grid, name) for name in grid.raw}
    seen = columns(grid, values)
    expected = {name: _curve_expected(values, name) for name in values}
    found = [
        Judged(finding, row)
        for applying in rules.values()
        for row, places in applying
        for finding in check(seen.of(places), Rule(row.name, row.parameters))
    ]
    rows = {meter.id: place for place, meter in enumerate(grid.meters)}
    judged = [
        one for one in found if one.finding.rule != "gap" or expected[one.finding.quantity][rows[one.finding.meter]]
    ]
    rejected = {name: np.zeros(values[name].shape, dtype=np.bool_) for name in values}
    for finding, row in judged:
        if row.effect == Effect.REJECT:
            rejected[finding.quantity][rows[finding.meter], finding.first : finding.last + 1] = True
    for name, points in rejected.items():
        points &= ~(grid.quality[name] == EDITED)
        values[name] = np.where(points, np.nan, values[name])
    return Verdicts(grid, columns(grid, values), judged, rejected, expected)


def _believed(grid: Grid, name: str) -> np.ndarray:
    """Measured values, edited ones in their place; around the day also without those that were not believed then."""
    quality = grid.quality[name]
    values = np.where(quality == EDITED, grid.latest[name], grid.raw[name])
    doubted = (quality == ESTIMATED) | (quality == REJECTED)
    doubted[:, DAY_POINTS : 2 * DAY_POINTS] = False
    return np.where(doubted, np.nan, values)


def _curve_expected(values: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """Meters that gave a point of a curve, off midnight, within the three days; a meter that gave nothing at all
    is expected to give its energy."""
    inside = np.isfinite(values[name])
    off_midnight = np.arange(inside.shape[1]) % DAY_POINTS != 0
    silent = ~np.any([np.isfinite(grid).any(axis=1) for grid in values.values()], axis=0)
    return inside[:, off_midnight].any(axis=1) | (silent & (name == "import_kwh"))
