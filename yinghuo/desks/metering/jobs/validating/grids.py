"""From rows of the lake to columns on a grid of 15-minute points: the day, the one before and the one after."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinghuo.desks.metering.lake.records import QUALITIES
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Meter
from yinghuo.desks.metering.queries.moments import begin_of
from yinghuo.desks.metering.validation_rules import REGISTERS, VOLTAGES
from yinghuo.engines.meters.quantities import BY_NAME
from yinghuo.engines.meters.vee import Columns, to_grid

STEP_S = 900
LATE_S = 5  # a reading so long after a point is still of that point: meters date theirs exactly, terminals do not all
DAY_POINTS = 96
POINTS = 3 * DAY_POINTS
READ = (*REGISTERS, "power_kw", *VOLTAGES, "clock_drift_s")
COLUMNS = ["meter", "quantity", "at", "value", "quality", "revision"]
NOTHING = -1  # where a point has no row


class Outage(NamedTuple):
    """A meter without supply, from and to aware."""

    meter: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Grid:
    """What the lake says of some meters around a day.

    raw:     by quantity, what was measured, shape (meters, POINTS); NaN: nothing
    latest:  by quantity, the latest row's value; quality: its place in QUALITIES, NOTHING where there is no row
    copies:  by quantity, how many measured readings claim a point
    """

    day: date
    meters: Sequence[Meter]
    raw: Mapping[str, np.ndarray]
    latest: Mapping[str, np.ndarray]
    quality: Mapping[str, np.ndarray]
    copies: Mapping[str, np.ndarray]
    outage: np.ndarray

    @cached_property
    def begin(self) -> datetime:
        """The moment of the first point."""
        return begin_of(self.day - timedelta(days=1))

    def at(self, point: int) -> datetime:
        """The moment of a point."""
        return self.begin + timedelta(seconds=STEP_S * point)

    def point(self, at: datetime) -> int:
        """The point of a moment."""
        return int((at - self.begin).total_seconds()) // STEP_S


def read(lake: Lake, day: date, meters: Sequence[Meter], outages: Collection[Outage] = ()) -> Grid:
    """The grid of some meters around a day."""
    span = [day + timedelta(days=more) for more in (-1, 0, 1)]
    rows = rows_of(lake, span, [meter.id for meter in meters], READ)
    first = rows["revision"].to_numpy() == 0
    measured = first & (rows["quality"].to_numpy(zero_copy_only=False) == "measured")
    places = _Places(rows, np.array([meter.id for meter in meters]), begin_of(span[0]))
    raw, copies, latest, quality = ({} for _ in range(4))
    codes = pc.index_in(rows["quality"], pa.array(QUALITIES)).to_numpy().astype(float)
    values = rows["value"].cast(pa.float64()).to_numpy()
    for name in READ:
        raw[name], copies[name] = places.grid(name, values, measured)
        latest[name], _copies = places.grid(name, values)
        quality[name] = np.nan_to_num(places.grid(name, codes)[0], nan=NOTHING).astype(np.int8)
    outage = _dark(raw) | _outage(outages, meters, begin_of(span[0]))
    return Grid(day, meters, raw, latest, quality, copies, outage)


def rows_of(lake: Lake, days: Sequence[date], meters: Sequence[int], quantities: Sequence[str]) -> pa.Table:
    """The lake's rows of some days, meters and quantities, in the order of their revisions."""
    numbers = pa.array([BY_NAME[name].number for name in quantities], pa.int16())
    wanted = pc.field("quantity").isin(numbers) & pc.field("meter").isin(pa.array(meters, pa.int32()))
    rows = lake.dataset(days).to_table(columns=COLUMNS, filter=wanted)
    return rows.take(pa.array(np.argsort(rows["revision"].to_numpy(), kind="stable")))


def columns(grid: Grid, values: Mapping[str, np.ndarray]) -> Columns:
    """The columns to be judged: the middle day, with these values."""
    ratios = [(float(one.ct_ratio * one.pt_ratio), float(one.contract_kw or np.nan)) for one in grid.meters]
    ratio, contract_kw = np.array(ratios).reshape(-1, 2).T
    register = values["import_kwh"]
    return Columns(
        meters=np.array([meter.id for meter in grid.meters]),
        values=values,
        begins=DAY_POINTS,
        ends=2 * DAY_POINTS,
        copies=grid.copies,
        outage=grid.outage,
        ratio=ratio,
        contract_kw=contract_kw,
        previous={"import_kwh": register[:, DAY_POINTS] - register[:, 0]},
    )


def in_points(rows: pa.Table, meters: np.ndarray, begin: datetime) -> tuple[np.ndarray, np.ndarray]:
    """Which row of the grid and which point each reading belongs to; -1 for one that is of no point."""
    order = np.argsort(meters)
    found = np.minimum(np.searchsorted(meters[order], rows["meter"].to_numpy()), len(meters) - 1)
    seconds = rows["at"].cast(pa.int64()).to_numpy() // 1_000_000 - int(begin.timestamp())
    points = np.where(seconds % STEP_S <= LATE_S, seconds // STEP_S, -1)
    return order[found], points


class _Places:
    """Where the readings of a table stand on the grid."""

    def __init__(self, rows: pa.Table, meters: np.ndarray, begin: datetime) -> None:
        self._quantity = rows["quantity"].to_numpy()
        self._shape = len(meters), POINTS
        self._rows, self._points = in_points(rows, meters, begin)

    def grid(self, name: str, values: np.ndarray, wanted: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The values of a quantity; of several at a point the latest revision's."""
        chosen = self._quantity == BY_NAME[name].number
        chosen = chosen if wanted is None else chosen & wanted
        return to_grid(self._rows[chosen], self._points[chosen], values[chosen], self._shape)


def _dark(raw: Mapping[str, np.ndarray]) -> np.ndarray:
    """Points at which every voltage that was read is 0."""
    voltages = np.stack([raw[name] for name in VOLTAGES])
    return np.isfinite(voltages).any(axis=0) & ~(np.nan_to_num(voltages) != 0).any(axis=0)


def _outage(outages: Collection[Outage], meters: Sequence[Meter], begin: datetime) -> np.ndarray:
    """Given outages; a point counts as dark when supply failed within a step of it."""
    dark = np.zeros((len(meters), POINTS), dtype=np.bool_)
    places = {meter.id: row for row, meter in enumerate(meters)}
    for one in outages:
        first, last = ((moment - begin).total_seconds() / STEP_S for moment in (one.first, one.last))
        if one.meter in places:
            dark[places[one.meter], max(int(np.floor(first)), 0) : max(int(np.ceil(last)) + 1, 0)] = True
    return dark
