"""Thirty kills of the head-end in the middle of sweeps: nothing acknowledged is lost, nothing is stored twice."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from tests.desks.metering.head_end_world import area, hear, meter, terminal
from tests.faults.installation import ROOT, free_port, until
from yinghuo.demo.meters.field import Field
from yinghuo.demo.meters.fleet import Plan
from yinghuo.desks.metering.lake.segments import SUFFIX, scan
from yinghuo.desks.metering.lake.segments import records as packed
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Meter
from yinghuo.engines.meters import gdw376

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.django_db(transaction=True)]
KILLS, LONGEST_PAUSE_S, SEED = 30, 0.25, 20220508
REPORTER, REPORTING = "0200BEEF", "220199999999"
START = datetime(2022, 5, 7, 16, 0, tzinfo=UTC)  # of the reports: one second of it each
Key = tuple[int, int, int]  # meter, quantity, seconds since 1970


class Reporter(threading.Thread):
    """A 376.1 terminal that reports one value after the other and goes on only when the last was confirmed."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.over = port, threading.Event()
        self.confirmed = self.sent = 0

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self._call()
            except OSError:
                time.sleep(0.03)
            except AssertionError:
                continue

    def _call(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=3) as line:
            decoder = gdw376.Decoder()
            line.sendall(gdw376.encode(gdw376.login(REPORTER)))
            hear(line, decoder)
            while not self.over.is_set():
                self._report(line, decoder)

    def _report(self, line: socket.socket, decoder: gdw376.Decoder) -> None:
        wall = datetime(2022, 5, 8) + timedelta(minutes=self.confirmed)  # noqa: DTZ001 - a terminal's wall clock
        values = {(1, 129): [wall, [Decimal(self.confirmed) / 100, None, None, None, None]]}
        self.sent += 1
        counter = self.confirmed % 16
        line.sendall(gdw376.encode(gdw376.report(REPORTER, 0x0C, values, counter=counter)))
        while (frame := hear(line, decoder)).counter != counter or not frame.is_confirmed:
            pass
        self.confirmed += 1


class HeadEnds:
    """Head-ends one after the other, forked by a process that has everything imported."""

    def __init__(self, port: int, folder: Path) -> None:
        found = connection.settings_dict
        url = f"postgresql://{found['USER']}@/{found['NAME']}?host={found['HOST']}"
        command = [sys.executable, "-m", "tests.faults.head_end_forks", str(port), str(folder)]
        self.forks = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdin=-1, stdout=-1, text=True
        )
        self.running = 0

    def start(self) -> None:
        assert self.forks.stdin
        assert self.forks.stdout
        self.forks.stdin.write("go\n")
        self.forks.stdin.flush()
        self.running = int(self.forks.stdout.readline())

    def end(self, number: int) -> None:
        assert self.forks.stdout
        os.kill(self.running, number)
        assert self.forks.stdout.readline() == "ended\n"

    def close(self) -> None:
        assert self.forks.stdin
        self.forks.stdin.close()
        self.forks.wait(10)


@dataclass
class Aftermath:
    """What is left: keys seen in the spool after kills, what was confirmed, the lake, how long an end took."""

    spooled: set[Key]
    reporter: Reporter
    lake: Lake
    ended_within_s: float


@pytest.fixture(scope="module")
def dice() -> random.Random:
    return random.Random(SEED)


def register(simulated: Field) -> None:
    area()
    for one in simulated.terminals.values():
        behind = terminal(one.address, one.protocol, **({"host": "127.0.0.1", "port": one.port} if one.port else {}))
        for held in one.meters.values():
            meter(held.address, behind, point=held.point, wiring=held.device.meter.spec.wiring)
    meter(REPORTING, terminal(REPORTER))


def in_spool(folder: Path) -> set[Key]:
    """Keys of every whole record in the spool, as they lie on disk."""
    keys: set[Key] = set()
    for path in folder.glob(f"*{SUFFIX}"):
        data = b""
        with suppress(FileNotFoundError):  # a running head-end removes what is in the lake
            data = path.read_bytes()
        for body in scan(data)[0]:
            rows, _ = packed.unpack(body)
            keys |= {(int(row["meter"]), int(row["quantity"]), int(row["at_s"])) for row in rows}
    return keys


@pytest.fixture
def aftermath(tmp_path: Path, dice: random.Random) -> Iterator[Aftermath]:
    plan = Plan(
        meters=8, terminals=4, protocols={"gdw376": 2, "dlt698": 1, "dlt645": 1}, start=datetime.now(UTC), days=1
    )
    port, spooled = free_port(), set()
    with Field(plan) as simulated:
        register(simulated)
        simulated.call("127.0.0.1", port)
        reporter, head_ends = Reporter(port), HeadEnds(port, tmp_path)
        reporter.start()
        try:
            for _ in range(KILLS):
                before = reporter.confirmed
                head_ends.start()
                until(lambda known=before: reporter.confirmed > known, "reports are confirmed again", within_s=20)
                time.sleep(dice.uniform(0, LONGEST_PAUSE_S))
                head_ends.end(signal.SIGKILL)
                spooled |= in_spool(tmp_path / "spool")
            head_ends.start()
            until(lambda: not in_spool(tmp_path / "spool") & spooled, "the spool is drained", within_s=20)
            began = time.monotonic()
            head_ends.end(signal.SIGTERM)
            ended_s = time.monotonic() - began
        finally:
            reporter.over.set()
            head_ends.close()
            reporter.join(10)
        yield Aftermath(spooled, reporter, Lake(tmp_path / "lake"), ended_s)


def test_thirty_kills_lose_nothing_acknowledged_and_store_nothing_twice(aftermath: Aftermath) -> None:
    rows = aftermath.lake.rows().select(["meter", "quantity", "at"]).to_pydict()
    stored = [
        (meter, quantity, round(at.timestamp()))
        for meter, quantity, at in zip(rows["meter"], rows["quantity"], rows["at"], strict=True)
    ]
    kept = set(stored)
    assert len(stored) == len(kept), "a reading is there twice"
    mine = Meter.objects.get(address=REPORTING).id
    first_s = round(START.timestamp())
    confirmed = {(mine, 1, first_s + n * 60) for n in range(aftermath.reporter.confirmed)}
    assert len(confirmed) >= KILLS
    assert confirmed <= kept, "a report was confirmed and is lost"
    assert aftermath.spooled - kept == set(), "a reading was on disk and is lost"
    assert {meter for meter, _, _ in aftermath.spooled} > {mine}, "no poll was on disk when a kill came"
    assert aftermath.reporter.sent > aftermath.reporter.confirmed, "no report was cut off: the kills hit nothing"
    assert aftermath.ended_within_s < 5
