"""A small simulated world for tests: one meter at a time, wired and programmed as asked, from 5 May 2022 on."""

from datetime import date, datetime
from typing import Any

from yinghuo.engines.meters.simulation.clocks import Clock
from yinghuo.engines.meters.simulation.clockwork import Programme, TableSet
from yinghuo.engines.meters.simulation.device import Device
from yinghuo.engines.meters.simulation.load import Load
from yinghuo.engines.meters.simulation.meter import Condition, Meter, Spec, World
from yinghuo.engines.meters.simulation.moments import CHINA, DAY_S, number_of, seconds_of
from yinghuo.engines.meters.simulation.phasors import Connection
from yinghuo.engines.meters.simulation.shapes import Shapes

FIRST_DAY = number_of(date(2022, 5, 5))
FIRST_S = FIRST_DAY * DAY_S
RIGHT = TableSet(
    ((1, 1, 2), (3, 1, 1), (12, 1, 2)),
    (
        ((0, 0, 4), (7, 0, 3), (8, 30, 2), (11, 30, 3), (16, 0, 2), (21, 0, 3), (23, 0, 4)),
        ((0, 0, 4), (7, 0, 3), (8, 30, 1), (11, 30, 3), (23, 0, 4)),
    ),
)
STANDBY = TableSet(((1, 1, 1),), (((0, 0, 4), (6, 0, 1)),))
PROGRAMME = Programme((RIGHT, STANDBY))
ADDRESS = "220100000161"


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> float:
    """Seconds of a moment of May 2022 in China."""
    return seconds_of(datetime(2022, 5, day, hour, minute, second, tzinfo=CHINA))


def a_meter(wiring: str = "3p4w", *, load: Load | None = None, outbreak: Any = None, **what: Any) -> Meter:
    """A meter; `what` are parts of its condition (clock, programme, connection, rate)."""
    held = {"clock": Clock(since_s=FIRST_S), "programme": PROGRAMME, "connection": Connection(wiring)} | what
    volts = 100.0 if wiring == "3p3w" else 220.0
    spec = Spec(ADDRESS, load or Load("two_shifts", 1_000.0, seed=7), wiring, volts, 1.5, 6.0, seed=3)
    if wiring == "1p2w":
        spec = Spec(ADDRESS, spec.load, wiring, volts, 5.0, 60.0, shares=(1.0, 0.0, 0.0))
    return Meter(spec, Condition(FIRST_S, **held), world=World(Shapes(), outbreak), first_day=FIRST_DAY)


def a_device(wiring: str = "3p4w", **what: Any) -> Device:
    """A meter as a device."""
    return Device(a_meter(wiring, **what))
