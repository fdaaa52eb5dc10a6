"""A whole simulated field, three protocols at once: curves, freezes, clocks, values of the moment, gaps."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.desks.metering.head_end_world import QUICK, Running, area, meter, terminal, until
from yinghuo.demo.meters.field import Field
from yinghuo.demo.meters.fleet import Plan
from yinghuo.desks.metering.head_end.wanting import Programme, numbers
from yinghuo.desks.metering.models import Coverage, Meter, What
from yinghuo.engines.meters.quantities import BY_NAME

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2022, 5, 7, 17, 50, tzinfo=UTC)  # 01:50 in the meters' time
CURVE = numbers(["power_kw", "voltage_a_v", "import_kwh"])
FREEZE = numbers(["import_kwh", "import_peak_kwh"])
SLOTS = 8  # 00:00 to 01:45, which the meters have at 01:47
READ = 12 * (SLOTS * len(CURVE) + len(FREEZE) + 1)  # with each meter's clock
PROTOCOLS = {"gdw376": 2, "dlt698": 2, "dlt645": 2}


@pytest.fixture
def simulated() -> Iterator[Field]:
    plan = Plan(meters=12, terminals=6, protocols=PROTOCOLS, start=START, speed=0.0, days=3)
    with Field(plan) as simulated:
        area()
        for one in simulated.terminals.values():
            dialled = {"host": "127.0.0.1", "port": one.port} if one.port else {}
            behind = terminal(one.address, one.protocol, **dialled)
            for held in one.meters.values():
                meter(held.address, behind, point=held.point, wiring=held.device.meter.spec.wiring)
        yield simulated


def settled(running: Running) -> bool:
    """Whether every session has nothing left to do."""
    sessions = running.head_end.sessions.values()
    return len(sessions) == 6 and all(not len(one.queue) and one.doing is None for one in sessions)


def protocol_of(running: Running) -> dict[int, str]:
    return {one.id: one.terminal.protocol for one in Meter.objects.select_related("terminal")}


def test_ten_quantities_of_every_meter_over_three_protocols(simulated: Field, tmp_path: Path) -> None:
    names = ("import_kwh", "import_peak_kwh", "power_kw", "voltage_a_v", "current_a_a", "power_factor_share")
    with Running(tmp_path, clock=lambda: START) as running:
        simulated.call("127.0.0.1", running.port)
        until(lambda: len(running.sessions()) == 6)
        running.do(lambda: running.head_end.sweep(What.NOW, numbers(names)))
        until(lambda: settled(running))
        until(lambda: len(running.kept) == 12 * len(names))
    found = Counter(one.meter for one in running.kept)
    assert set(found.values()) == {len(names)}
    assert all(one.at == START for one in running.kept), "values of the moment have the head-end's time"
    assert {one.meter: one.value for one in running.kept if one.quantity == 1} == energy_now(simulated)


def energy_now(simulated: Field) -> dict[int, object]:
    """What the registers say, read off the simulated meters without any protocol."""
    from yinghuo.engines.meters.simulation.reading645 import read

    ids = dict(Meter.objects.values_list("address", "id"))
    at_s = simulated.now_s()
    return {ids[name]: read(one.device, "00010000", at_s) for name, one in simulated.meters.items()}


def test_curves_freezes_and_clocks_come_by_schedule_and_are_noted(simulated: Field, tmp_path: Path) -> None:
    programme = Programme(curve=CURVE, freeze=FREEZE, instant=(), days=1)
    with Running(tmp_path, programme=programme, clock=lambda: START) as running:
        simulated.call("127.0.0.1", running.port)
        until(lambda: len(running.sessions()) == 6)
        until(lambda: len(running.kept) >= READ and settled(running))
        protocols = protocol_of(running)
    curve = Counter(protocols[one.meter] for one in running.kept if one.quantity == BY_NAME["power_kw"].number)
    frozen = Counter(protocols[one.meter] for one in running.kept if one.quantity == FREEZE[1])
    assert frozen == dict.fromkeys(PROTOCOLS, 4)
    assert curve == dict.fromkeys(PROTOCOLS, 4 * SLOTS)
    days = Coverage.objects.filter(what="curve", quantity=BY_NAME["power_kw"].number).values_list("slots", flat=True)
    assert {one.rstrip("0") for one in days} == {"1" * SLOTS}


def test_after_an_outage_what_is_missing_is_fetched_and_nothing_else(simulated: Field, tmp_path: Path) -> None:
    programme = Programme(curve=CURVE, freeze=FREEZE, instant=(), days=1)
    with Running(tmp_path, programme=programme, clock=lambda: START) as running:
        simulated.call("127.0.0.1", running.port)
        until(lambda: len(running.sessions()) == 6)
        until(lambda: len(running.kept) >= READ and settled(running))
    before = {(one.meter, one.quantity, one.at) for one in running.kept}
    later = START + timedelta(hours=1)
    simulated.step(3600)
    with Running(tmp_path, programme=programme, clock=lambda: later, limits=QUICK) as again:
        simulated.call("127.0.0.1", again.port)
        until(lambda: len(again.sessions()) == 6)
        until(lambda: len(again.kept) >= 12 * 4 * len(CURVE))
        until(lambda: settled(again))
    after = {(one.meter, one.quantity, one.at) for one in again.kept}
    assert not before & after
    assert len(after) == 12 * 4 * len(CURVE)
