"""The simulated fleet: which transformers, terminals and meters there are, who their customers are, what is wrong.

Names and addresses are invented; area codes are real streets, so that the fleet fits into the region.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np

from yinghuo.core import areas
from yinghuo.demo.meters.customers import Customer, draw_customer
from yinghuo.demo.meters.shapes import shapes
from yinghuo.demo.meters.tariffs import PROGRAMME, WRONG
from yinghuo.engines.meters.simulation.clocks import Clock
from yinghuo.engines.meters.simulation.device import Device
from yinghuo.engines.meters.simulation.faults import (
    Fault,
    Subject,
    conditions,
    counts_by_share,
    deal,
    kinds_of,
    manners_of,
)
from yinghuo.engines.meters.simulation.manners import GOOD, Manners
from yinghuo.engines.meters.simulation.meter import Condition, Meter, World
from yinghuo.engines.meters.simulation.moments import CHINA, DAY_S, number_of, seconds_of
from yinghuo.engines.meters.simulation.phasors import Connection
from yinghuo.engines.meters.simulation.shapes import Outbreak

STREETS = Path(areas.__file__).parent / "data" / "jilin_streets.csv"
CITY = "2201"
INSTALLED = date(2020, 6, 1)
PROTOCOLS = {"376.1": "gdw376", "698.45": "dlt698", "645": "dlt645"}
BEHIND = {"gdw376": "dlt645", "dlt698": "dlt698", "dlt645": "dlt645"}
USUAL = {"gdw376": 4, "dlt698": 2, "dlt645": 1}
BOOKS_A_METER = 1.3


@dataclass(frozen=True)
class Plan:
    """What is to be simulated.

    protocols:   terminals by protocol ("gdw376", "dlt698", "dlt645": serial servers); empty: shares of `USUAL`
    start:       aware: what time it is in the simulation when it begins
    days:        days before that which the meters remember
    faults:      how many meters have which fault (`faults.KINDS`); `fault_share` deals all kinds evenly instead
    outbreak:    first and last day of a shut-down
    speed:       simulated seconds a second; 0: time moves by `Field.step` only
    truth:       curves whose truth is written beside (names of `quantities`)
    """

    meters: int = 7
    terminals: int = 7
    start: datetime = field(kw_only=True)
    protocols: Mapping[str, int] = field(default_factory=dict)
    seed: int = 1
    days: int = 3
    faults: Mapping[str, int] = field(default_factory=dict)
    fault_share: float = 0.0
    outbreak: tuple[date, date] | None = None
    speed: float = 1.0
    truth: tuple[str, ...] = ("import_kwh", "power_kw", "voltage_a_v", "current_a_a")

    def terminals_by_protocol(self) -> dict[str, int]:
        """As given, or by the usual shares; ValueError if the sum is not `terminals`."""
        if self.protocols:
            if sum(self.protocols.values()) != self.terminals or not set(self.protocols) <= set(BEHIND):
                raise ValueError(f"{dict(self.protocols)} are not {self.terminals} terminals of {sorted(BEHIND)}")
            return dict(self.protocols)
        whole = sum(USUAL.values())
        counts = {one: self.terminals * share // whole for one, share in USUAL.items()}
        counts["gdw376"] += self.terminals - sum(counts.values())
        return counts


@dataclass
class SimulatedMeter:
    """A meter with its place, its customer, its faults and its manners; `right` is the same meter without faults."""

    device: Device
    right: Meter
    customer: Customer
    terminal: str
    point: int
    protocol: str
    area_code: str
    faults: list[Fault]
    manners: Manners

    @property
    def address(self) -> str:
        """As printed on the meter."""
        return self.device.meter.spec.address


@dataclass
class SimulatedTerminal:
    """A terminal or serial server with the meters behind it, by address; `port` once it listens."""

    address: str
    protocol: str
    area_code: str
    meters: dict[str, SimulatedMeter] = field(default_factory=dict)
    port: int | None = None
    manners: Manners = GOOD

    @property
    def by_point(self) -> dict[int, SimulatedMeter]:
        """Its meters by measuring point."""
        return {one.point: one for one in self.meters.values()}


@dataclass
class Fleet:
    """Everything that is simulated; `first_s` is the true moment at which the meters' memory begins."""

    plan: Plan
    world: World
    terminals: dict[str, SimulatedTerminal]
    meters: dict[str, SimulatedMeter]
    first_s: float


def terminal_address(protocol: str, number: int) -> str:
    """The invented address of a terminal.

    >>> terminal_address("gdw376", 1), terminal_address("dlt698", 1), terminal_address("dlt645", 1)
    ('22010001', '220190000001', '64500001')
    """
    return {
        "gdw376": f"{CITY}{number:04X}",
        "dlt698": f"{CITY}9{number:07d}",
        "dlt645": f"645{number:05d}",
    }[protocol]


def streets() -> list[str]:
    """Codes of the city's streets."""
    with STREETS.open(encoding="utf-8", newline="") as lines:
        return [row["code"] for row in csv.DictReader(lines) if row["code"].startswith(CITY)]


def build(plan: Plan) -> Fleet:
    """The fleet of a plan, the same for the same plan; ValueError for a plan that cannot be."""
    rng = np.random.default_rng(plan.seed)
    first_day = number_of(plan.start.astimezone(CHINA).date()) - plan.days
    shut = None if plan.outbreak is None else Outbreak(*(number_of(day) for day in plan.outbreak))
    world = World(shapes(), shut, most=max(1_000, int(plan.meters * BOOKS_A_METER)))
    terminals = _terminals(plan, rng)
    customers = [draw_customer(n, rng=rng) for n in range(1, plan.meters + 1)]
    now_s, first_s = seconds_of(plan.start), float(first_day * DAY_S)
    counts = dict(plan.faults) or counts_by_share(plan.fault_share, plan.meters)
    faults = deal(counts, [Subject(one.wiring, first_s, now_s) for one in customers], rng=rng)
    fleet = Fleet(plan, world, {one.address: one for one in terminals}, {}, first_s)
    for n, (customer, wrong) in enumerate(zip(customers, faults, strict=True)):
        _add(fleet, terminals[n % len(terminals)], customer, wrong)
    return fleet


def _terminals(plan: Plan, rng: np.random.Generator) -> list[SimulatedTerminal]:
    places = rng.permutation(streets()).tolist()
    made: list[SimulatedTerminal] = []
    for protocol, count in plan.terminals_by_protocol().items():
        for n in range(1, count + 1):
            area = places[len(made) % len(places)]
            made.append(SimulatedTerminal(terminal_address(protocol, n), protocol, area))
    return [made[n] for n in rng.permutation(len(made)).tolist()]


def _add(fleet: Fleet, terminal: SimulatedTerminal, customer: Customer, faults: list[Fault]) -> None:
    first_day = int(fleet.first_s // DAY_S)
    spec = customer.spec
    right = Condition(fleet.first_s, Clock(since_s=fleet.first_s), PROGRAMME, Connection(spec.wiring))
    held = conditions(right, faults, tables=WRONG)
    meter = Meter(spec, held[0], world=fleet.world, first_day=first_day)
    meter.conditions = held
    device = Device(meter, refuses_writes="refused-writes" in kinds_of(faults))
    added = SimulatedMeter(
        device,
        Meter(spec, right, world=fleet.world, first_day=first_day),
        customer,
        terminal.address,
        len(terminal.meters) + 1,
        BEHIND[terminal.protocol],
        terminal.area_code,
        faults,
        manners_of(faults),
    )
    terminal.meters[added.address] = fleet.meters[added.address] = added
