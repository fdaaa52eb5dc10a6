"""What is missing or not believed, estimated; and what becomes of it in the lake: further rows that say because."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from yinghuo.core.ledger.actions import canonical
from yinghuo.desks.metering.jobs.validating.grids import DAY_POINTS, POINTS, Grid, in_points, rows_of
from yinghuo.desks.metering.jobs.validating.judging import EDITED, ESTIMATED, REJECTED, Verdicts
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.records import QUALITIES
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import SpecialDays, ValidationRule
from yinghuo.desks.metering.queries.moments import begin_of
from yinghuo.desks.metering.validation_rules import CURVES
from yinghuo.engines.meters.quantities import BY_NAME, BY_NUMBER
from yinghuo.engines.meters.vee import Estimate, How, References, Special, candidates, estimate, runs

MISSING = "missing"  # the ground of an estimate where nothing was read
TEN_THOUSANDTH = Decimal("0.0001")
_OF_A_RULE = (ESTIMATED, REJECTED)
Unclean = Collection[tuple[int, date]]  # meters and days that a finding speaks against


class Gap(NamedTuple):
    """An estimate, the rule it was made by, the days it was made from and the finding that called for it."""

    estimate: Estimate
    rule: ValidationRule
    days: Sequence[date]
    ground: str

    @property
    def because(self) -> str:
        """Canonical JSON for the lake and for whoever asks why."""
        made, total = self.estimate, self.estimate.total_kwh
        parameters = {key: str(value) for key, value in self.rule.parameters.items()}
        told: dict[str, Any] = {"ground": self.ground, "method": made.method, "parameters": parameters}
        told |= {"rule": self.rule.name, "rule_id": str(self.rule.id)}
        told |= {"days": [day.isoformat() for day in self.days]} if self.days else {}
        return canonical(told | ({} if total is None else {"register_kwh": f"{total:.4f}"}))


@dataclass(frozen=True)
class Filled:
    """The estimates of a grid, by quantity which points they fill, and what the lake shall be told."""

    gaps: Sequence[Gap]
    points: Mapping[str, np.ndarray]
    corrections: Sequence[Correction] = field(default_factory=list)


@dataclass(frozen=True)
class Past:
    """Where reference days come from: the lake, special days, and days that findings speak against."""

    lake: Lake
    specials: Sequence[SpecialDays]
    unclean: Unclean


def fill(verdicts: Verdicts, how_of: Sequence[tuple[ValidationRule, np.ndarray]], past: Past) -> Filled:
    """Estimates every expected curve of the day where nothing is believed.

    how_of: each row of the rule "estimation" with the places of its meters
    """
    gaps = [
        gap
        for rule, places in how_of
        for quantity in CURVES
        for gap in _estimated(verdicts, rule, places[verdicts.expected[quantity][places]], quantity, past)
    ]
    filled = {name: np.zeros(grid.shape, dtype=np.bool_) for name, grid in verdicts.columns.values.items()}
    rows = _rows(verdicts.grid)
    for gap in gaps:
        made = gap.estimate
        filled[made.quantity][rows[made.meter], made.first : made.last + 1] = True
    told: dict[tuple[int, int, datetime], Correction] = {}
    for one in (*_estimates(verdicts.grid, gaps), *_refusals(verdicts, filled), *_late(verdicts, filled)):
        told.setdefault((one.meter, one.quantity, one.at), one)
    return Filled(gaps, filled, [one for one in told.values() if not _is_told(verdicts.grid, rows, one)])


def _estimated(
    verdicts: Verdicts, rule: ValidationRule, places: np.ndarray, quantity: str, past: Past
) -> Iterator[Gap]:
    how = How(**{key: _number(rule.parameters[key]) for key in ("linear_min", "days", "least_days", "least_kwh")})
    columns = verdicts.columns.of(places)
    missing = np.isnan(columns.values[quantity])
    long = places[_has_long_gap(missing, how)]
    lookback_days = int(rule.parameters["lookback_days"])
    memory = _Memory(verdicts.grid, past, lookback_days).read(long, places, quantity) if len(long) else None
    references = memory.references if memory else None
    for one in estimate(columns, quantity=quantity, missing=missing, how=how, references=references):
        days = [memory.days[one.meter][place] for place in one.days] if memory else []
        yield Gap(one, rule, days, _ground(verdicts, one))


def _has_long_gap(missing: np.ndarray, how: How) -> np.ndarray:
    """Meters with a gap in the day that no line may bridge."""
    least = how.linear_min * 60 // 900 + 1
    rows = {run.row for run in runs(missing, least) if run.last >= DAY_POINTS and run.first < 2 * DAY_POINTS}
    return np.array(sorted(rows), dtype=np.int64)


@dataclass(frozen=True)
class _Remembered:
    references: References
    days: Mapping[int, Sequence[date]]  # by meter, as the references have them


@dataclass(frozen=True)
class _Memory:
    """Reads reference days: each with the day before and after it, so that a gap over midnight finds its points."""

    grid: Grid
    past: Past
    lookback_days: int

    def read(self, long: np.ndarray, places: np.ndarray, quantity: str) -> _Remembered:
        """References for all `places`, filled for those with a long gap; days differ by area."""
        days = {int(place): self._days(int(place)) for place in long}
        most = max((len(one) for one in days.values()), default=0)
        values = np.full((most, len(places), POINTS), np.nan)
        clean = np.zeros((most, len(places)), dtype=np.bool_)
        history = self._history(long, quantity)
        at = {int(place): row for row, place in enumerate(places)}
        for number, place in enumerate(long.tolist()):
            meter = self.grid.meters[place].id
            for nth, day in enumerate(days[place]):
                begin = DAY_POINTS * (self.lookback_days - (self.grid.day - day).days)
                values[nth, at[place]] = history[number, begin : begin + POINTS]
                clean[nth, at[place]] = (meter, day) not in self.past.unclean
        by_meter = {self.grid.meters[place].id: chosen for place, chosen in days.items()}
        return _Remembered(References(values, clean), by_meter)

    def _days(self, place: int) -> list[date]:
        area = self.grid.meters[place].area_code
        specials = [
            Special(one.kind, one.first, one.last)  # type: ignore[arg-type]
            for one in self.past.specials
            if area.startswith(one.area_code)
        ]
        return candidates(self.grid.day, specials, self.lookback_days)

    def _history(self, long: np.ndarray, quantity: str) -> np.ndarray:
        """What was measured of these meters since `lookback_days` before the day, and one more; (meters, points)."""
        first = self.grid.day - timedelta(days=self.lookback_days + 1)
        span = [first + timedelta(days=more) for more in range(self.lookback_days + 2)]
        meters = np.array([self.grid.meters[place].id for place in long])
        rows = rows_of(self.past.lake, span, meters.tolist(), [quantity])
        rows = rows.filter(pa.array(rows["revision"].to_numpy() == 0))
        history = np.full((len(long), DAY_POINTS * (len(span) + 1)), np.nan)
        at, points = in_points(rows, meters, begin_of(first))
        inside = (points >= 0) & (points < history.shape[1])
        history[at[inside], points[inside]] = rows["value"].cast(pa.float64()).to_numpy()[inside]
        return history


def _ground(verdicts: Verdicts, made: Estimate) -> str:
    """The rule that did not believe a reading of the gap, or that there was none."""
    for finding in verdicts.refused.get((made.meter, made.quantity), []):
        if finding.first <= made.last and finding.last >= made.first:
            return finding.rule
    return MISSING


def _estimates(grid: Grid, gaps: Iterable[Gap]) -> Iterator[Correction]:
    for gap in gaps:
        made, because = gap.estimate, gap.because
        number = BY_NAME[made.quantity].number
        for point, value in enumerate(made.values, made.first):
            written = Decimal(repr(value)).quantize(TEN_THOUSANDTH)
            yield Correction(
                made.meter, number, grid.at(point), written, "estimated", f"{gap.ground}: {made.method}", because
            )


def _refusals(verdicts: Verdicts, filled: Mapping[str, np.ndarray]) -> Iterator[Correction]:
    """Readings that are not believed and could not be estimated."""
    grid, rows = verdicts.grid, _rows(verdicts.grid)
    for finding, rule in verdicts.judged:
        if rule.effect != "reject":
            continue
        name, row = finding.quantity, rows[finding.meter]
        because = canonical({"rule": rule.name, "rule_id": str(rule.id), "observed": str(finding.observed)})
        for point in range(finding.first, finding.last + 1):
            if not filled[name][row, point] and grid.quality[name][row, point] != EDITED:
                raw = Decimal(repr(float(grid.raw[name][row, point]))).quantize(TEN_THOUSANDTH)
                number = BY_NAME[name].number
                yield Correction(finding.meter, number, grid.at(point), raw, "rejected", finding.rule, because)


def _late(verdicts: Verdicts, filled: Mapping[str, np.ndarray]) -> Iterator[Correction]:
    """Readings that are believed now while the lake's latest row is an estimate or a refusal: they count again."""
    grid = verdicts.grid
    because = canonical({"rule": "late", "why": "the reading is there and is believed"})
    for name, quality in grid.quality.items():
        superseded = np.isin(quality, _OF_A_RULE) & np.isfinite(verdicts.columns.values[name]) & ~filled[name]
        superseded[:, :DAY_POINTS] = superseded[:, 2 * DAY_POINTS :] = False
        for row, point in zip(*(axis.tolist() for axis in np.nonzero(superseded)), strict=True):
            raw = Decimal(repr(float(grid.raw[name][row, point]))).quantize(TEN_THOUSANDTH)
            meter, number = grid.meters[row].id, BY_NAME[name].number
            yield Correction(meter, number, grid.at(point), raw, "measured", "", because)


def _is_told(grid: Grid, rows: Mapping[int, int], one: Correction) -> bool:
    """Whether the lake's latest row says the same already."""
    name, row, point = BY_NUMBER[one.quantity].name, rows[one.meter], grid.point(one.at)
    same = grid.quality[name][row, point] == QUALITIES.index(one.quality)
    return bool(same) and Decimal(repr(float(grid.latest[name][row, point]))).quantize(TEN_THOUSANDTH) == one.value


def _rows(grid: Grid) -> dict[int, int]:
    return {meter.id: row for row, meter in enumerate(grid.meters)}


def _number(value: object) -> Any:
    text = str(value)
    return float(text) if "." in text else int(text)
