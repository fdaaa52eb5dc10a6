"""Serial servers that are dialled: PyPI's dlt645 server as the meter, and the simulated field."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.desks.metering.head_end_world import NOTHING, QUICK, Running, area, meter, terminal, until
from tests.faults.installation import free_port
from yinghuo.demo.meters.field import Field
from yinghuo.demo.meters.fleet import Plan
from yinghuo.desks.metering.head_end.pace import Limits
from yinghuo.desks.metering.head_end.wanting import ZONE, Programme, numbers
from yinghuo.desks.metering.models import Meter, TerminalSession, What
from yinghuo.engines.meters.quantities import BY_NAME

pytestmark = pytest.mark.django_db(transaction=True)
IMPORT = BY_NAME["import_kwh"].number
VOLTAGE = BY_NAME["voltage_a_v"].number
DRIFT = BY_NAME["clock_drift_s"].number
START = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)


@contextmanager
def peer_meter(address: str) -> Iterator[int]:
    """A meter that is not ours: the server of PyPI's dlt645."""
    from dlt645 import MeterServerService

    port = free_port()
    server = MeterServerService.new_tcp_server("127.0.0.1", port, 30)
    server.set_address(bytes.fromhex(address)[::-1])
    server.set_00(0x00010000, 1234.56)
    server.set_02(0x02010100, 220.5)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def test_a_meter_of_another_maker_is_read_over_tcp(tmp_path: Path) -> None:
    area()
    with peer_meter("220100000001") as port:
        meter("220100000001", terminal("64500001", "dlt645", host="127.0.0.1", port=port))
        with Running(tmp_path) as running:
            until(lambda: running.sessions() == {"64500001"})
            running.do(lambda: running.head_end.sweep(What.NOW, (IMPORT, VOLTAGE)))
            until(lambda: len(running.kept) == 2)
    found = {one.quantity: one.value for one in running.kept}
    assert found == {IMPORT: Decimal("1234.56"), VOLTAGE: Decimal("220.5")}


def field(**rest: object) -> Field:
    """Simulated meters behind two serial servers, at a time that stands still."""
    plan = {"meters": 6, "terminals": 2, "protocols": {"dlt645": 2}, "start": START, "speed": 0.0}
    return Field(Plan(**(plan | rest)))


def register(simulated: Field) -> None:
    area()
    for one in simulated.terminals.values():
        behind = terminal(one.address, one.protocol, **({"host": "127.0.0.1", "port": one.port} if one.port else {}))
        for held in one.meters.values():
            meter(held.address, behind, point=held.point, wiring=held.device.meter.spec.wiring)


def test_what_is_missing_is_read_once_and_not_again(tmp_path: Path) -> None:
    programme = Programme(curve=(), freeze=numbers(["import_kwh"]), instant=(), days=2)
    with field() as simulated:
        register(simulated)
        meters = Meter.objects.count()
        with Running(tmp_path, programme=programme, clock=lambda: START) as running:
            until(lambda: len(running.kept) == 3 * meters)
            until(lambda: all(not len(one.queue) for one in running.head_end.sessions.values()))
        asked = simulated.office.requests
        with Running(tmp_path, programme=programme, clock=lambda: START) as again:
            until(lambda: len(again.sessions()) == 2)
            running_long_enough = threading.Event()
            running_long_enough.wait(0.5)
            assert again.kept == []
        assert simulated.office.requests == asked
    midnight = datetime(2022, 5, 8, tzinfo=ZONE)
    frozen = {one.at for one in running.kept if one.quantity == IMPORT}
    assert frozen == {midnight, midnight - timedelta(days=1)}
    assert {one.value for one in running.kept if one.quantity == DRIFT} <= {Decimal(n) / 2 for n in range(-2, 3)}


def test_damaged_silent_and_misaddressed_answers_are_tried_again(tmp_path: Path) -> None:
    limits = Limits(answer_s=0.15, tries=30, retry_s=0.02, requests_per_min=60_000)
    with field() as simulated:
        register(simulated)
        for address, kind in zip(sorted(simulated.meters), ("bad-checksum", "silence", "wrong-address"), strict=False):
            simulated.fault(address, kind, "0.3")
        with Running(tmp_path, limits=limits) as running:
            until(lambda: len(running.sessions()) == 2)
            running.do(lambda: running.head_end.sweep(What.NOW, (IMPORT, VOLTAGE)))
            until(lambda: len(running.kept) == 12, within_s=20)


def test_a_serial_server_that_went_away_is_dialled_again(tmp_path: Path) -> None:
    with field() as simulated:
        register(simulated)
        with Running(tmp_path) as running:
            until(lambda: len(running.sessions()) == 2)
            simulated.hang_up()
            until(lambda: len(running.sessions()) < 2)
            until(lambda: len(running.sessions()) == 2, within_s=15)


def test_one_that_is_not_there_says_so_on_its_page(tmp_path: Path) -> None:
    area()
    terminal("64500001", "dlt645", host="127.0.0.1", port=free_port())
    with Running(tmp_path, limits=QUICK, programme=NOTHING) as running:
        until(lambda: running.metric("failures_total", cause="offline"))
        running.turn("_tell")
    page = TerminalSession.objects.get()
    assert (page.online_since, page.last_cause) == (None, "offline")
