"""A small world for validation: a hospital, a factory and a dwelling, whose readings go into a lake of this test."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np

from yinghuo.core import ledger
from yinghuo.desks.metering.jobs.settling import settle
from yinghuo.desks.metering.lake import batches
from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.lake.store import Lake, Origin
from yinghuo.desks.metering.models import Meter, Terminal
from yinghuo.engines.meters.quantities import BY_NAME

DAY = date(2022, 5, 11)  # a Wednesday
NOW = datetime(2022, 5, 12, 1, tzinfo=UTC)
STREET, ELSEWHERE = "220106001", "220203001"
FRAME = bytes(range(16))


class MeterWorld:
    """Meters of a terminal, and a lake at `folder`."""

    def __init__(self, folder: Path, *, area_code: str = STREET) -> None:
        self.lake = Lake(folder)
        self.terminal = Terminal.objects.create(
            address="22010600", protocol="dlt698", admission="admitted", area_code=area_code, registered_at=NOW
        )

    def meter(self, customer_class: str = "industrial", **more: object) -> Meter:
        """A meter, installed long ago."""
        number = Meter.objects.count() + 1
        usual = {
            "address": f"{number:012d}", "protocol": "dlt645", "terminal": self.terminal, "point": number,
            "area_code": STREET, "customer_class": customer_class, "wiring": "3p4w", "rated_v": Decimal(220),
            "rated_a": Decimal("1.5"), "max_a": Decimal(6), "ct_ratio": Decimal(100), "contract_kw": Decimal(400),
            "installed_on": date(2020, 1, 1),
        }  # fmt: skip
        return Meter.objects.create(**(usual | more))

    def keep(self, readings: Sequence[Reading]) -> None:
        """Commits readings as the head-end's would be, those that the lake has already left out."""
        from yinghuo.desks.metering.lake import records

        rows = [records.unpack(records.pack(readings[n : n + 5000])[8:]) for n in range(0, len(readings), 5000)]
        entry = ledger.new_id()
        table = batches.measured(np.concatenate([part for part, _ in rows]), [""] * len(readings), entry=entry)
        self.lake.commit(self.lake.fresh(table), Origin(entry, "system:head-end", NOW))
        settle(self.lake)

    def days(self, meter: Meter, days: Sequence[date], *, load: "Load | None" = None) -> None:
        """Whole days of quarter-hours: power by a load curve, the register as its trapezoid says."""
        self.keep([one for day in days for one in curve(meter, day, load or usual_load)])


def usual_load(day: date) -> np.ndarray:
    """97 points in kW on the meter's side: a working day's, with its own small noise."""
    hour = np.arange(97) / 4
    shape = 1 + 1.2 * np.exp(-(((hour - 11) / 3) ** 2)) + 0.8 * np.exp(-(((hour - 19) / 2) ** 2))
    noise = np.random.default_rng(day.toordinal()).normal(0, 0.02, 97)
    return np.round(shape * (0.5 if day.weekday() > 4 else 1) + noise, 4)


Load = type(usual_load)


def curve(meter: Meter, day: date, load: "Load") -> list[Reading]:
    """The readings of one day, 00:00 to 23:45."""
    power, begin = load(day), begins(day)
    points = register_on(day) + np.concatenate([[0], np.cumsum((power[1:] + power[:-1]) / 8)])
    return [
        reading(meter, name, begin + timedelta(minutes=15 * n), values[n])
        for n in range(96)
        for name, values in (("power_kw", power), ("import_kwh", np.floor(points * 100) / 100))
    ]


@cache
def register_on(day: date) -> float:
    """The register at the beginning of a day, kWh, as the usual load of the days before has it."""
    if day <= date(2022, 3, 1):
        return 1000.0
    power = usual_load(day - timedelta(days=1))
    return register_on(day - timedelta(days=1)) + float(((power[1:] + power[:-1]) / 8).sum())


def reading(meter: Meter, name: str, at: datetime, value: float) -> Reading:
    """One reading, four decimals."""
    return Reading(meter.id, BY_NAME[name].number, at, Decimal(f"{value:.4f}"), FRAME, at + timedelta(minutes=5))


def begins(day: date) -> datetime:
    """Midnight in Changchun."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


def point(day: date, hour: float) -> datetime:
    """A moment of a day by its hour there."""
    return begins(day) + timedelta(hours=hour)


def without(readings: Sequence[Reading], first: datetime, last: datetime, *names: str) -> list[Reading]:
    """The readings but those from `first` to `last`, of these quantities or of all."""
    numbers = {BY_NAME[name].number for name in names} or set(range(1000))
    return [one for one in readings if not (first <= one.at <= last and one.quantity in numbers)]


def weekdays_before(day: date, count: int) -> list[date]:
    """All days of some weeks before, oldest first."""
    return [day - timedelta(days=back) for back in range(count, 0, -1)]
