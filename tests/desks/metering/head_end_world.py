"""A running head-end for tests: its own thread and loop, a real spool, real sockets, the test's PostgreSQL."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from yinghuo.core.areas.models import Area
from yinghuo.desks.metering.head_end.house import House
from yinghuo.desks.metering.head_end.keeping import Keeper
from yinghuo.desks.metering.head_end.pace import Limits
from yinghuo.desks.metering.head_end.running import HeadEnd, Ports
from yinghuo.desks.metering.head_end.wanting import Programme
from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.models import Meter, Protocol, Terminal
from yinghuo.engines.meters import gdw376

NOTHING = Programme(curve=(), freeze=(), instant=(), clock=False)
QUICK = Limits(answer_s=1.0, login_within_s=1.0, retry_s=0.05, requests_per_min=60_000)
NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)


def area() -> None:
    Area.objects.get_or_create(
        code="22", defaults={"level": "province", "name_zh": "吉林省", "name_en": "Jilin", "short_zh": "吉林"}
    )


def terminal(address: str = "02001234", protocol: str = "gdw376", admission: str = "admitted", **rest: Any) -> Terminal:
    return Terminal.objects.create(
        address=address, protocol=protocol, admission=admission, area_code="22", registered_at=NOON, **rest
    )


def meter(address: str, behind: Terminal, *, point: int = 1, **rest: Any) -> Meter:
    given = {
        "protocol": Protocol.DLT698 if behind.protocol == "dlt698" else Protocol.DLT645,
        "area_code": "22",
        "customer_class": "industrial",
        "wiring": "3p4w",
        "rated_v": 220,
        "rated_a": 5,
        "max_a": 60,
        "installed_on": date(2020, 6, 1),
    }
    return Meter.objects.create(address=address, terminal=behind, point=point, **(given | rest))


class Running:
    """A head-end that runs in the block; `kept` is what is on disk, in order."""

    def __init__(self, folder: Path, *, limits: Limits = QUICK, programme: Programme = NOTHING, **rest: Any) -> None:
        self.folder, self.limits, self.programme = folder, limits, programme
        self.clock: Callable[[], datetime] = rest.get("clock", lambda: datetime.now(UTC))
        self.append: Callable[[Any], None] | None = rest.get("append")
        self.kept: list[Reading] = []
        self.ready = threading.Event()

    def __enter__(self) -> "Running":
        self.spool = Spool(self.folder / "spool")
        self.thread = threading.Thread(target=asyncio.run, args=(self._main(),))
        self.thread.start()
        assert self.ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(10)
        assert not self.thread.is_alive()
        self.spool.close()

    def _keep(self, readings: Any) -> None:
        (self.append or self.spool.append)(readings)
        self.kept += readings

    async def _main(self) -> None:
        self.loop = asyncio.get_running_loop()
        house = House(
            keeper=Keeper(self._keep),
            clock=self.clock,
            rng=np.random.default_rng(1),
            limits=self.limits,
            programme=self.programme,
        )
        self.head_end = HeadEnd(house, Ports("127.0.0.1", either=0))
        self.task = asyncio.create_task(self.head_end.run())
        waiting = asyncio.create_task(self.head_end.ready.wait())
        await asyncio.wait({self.task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        self.ready.set()
        with suppress(asyncio.CancelledError):
            await self.task

    @property
    def port(self) -> int:
        return self.head_end.ports["either"]

    def connect(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        line.settimeout(5)
        return line

    def do(self, what: Callable[[], Any]) -> Any:
        """Does something in the head-end's own thread."""

        async def run() -> Any:
            return what()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(10)

    def turn(self, name: str) -> None:
        """Lets one of its regular turns happen now: `_tell`, `_take_asked`, `_look_at_the_register`."""
        asyncio.run_coroutine_threadsafe(getattr(self.head_end, name)(), self.loop).result(10)

    def sessions(self) -> set[str]:
        return set(self.do(lambda: set(self.head_end.sessions)))

    def metric(self, name: str, **labels: str) -> float:
        found = self.head_end.house.gauges.registry.get_sample_value(f"yinghuo_head_end_{name}", labels)
        return found or 0.0


def until(true: Callable[[], Any], *, within_s: float = 8.0) -> None:
    """Waits until `true()`; an assertion error if it never is."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


def log_in(running: Running, address: str = "02001234") -> socket.socket:
    """A 376.1 terminal that logs in by hand and was confirmed."""
    line = running.connect()
    line.sendall(gdw376.encode(gdw376.login(address)))
    assert hear(line, gdw376.Decoder()).is_confirmed
    return line


def hear(line: socket.socket, decoder: Any) -> Any:
    """The next frame on a line."""
    while True:
        data = line.recv(4096)
        assert data, "the line was closed"
        if frames := decoder.feed(data):
            return frames[0]


def closed(line: socket.socket, *, within_s: float = 5.0) -> bool:
    """Whether the other side closes the line in time."""
    line.settimeout(within_s)
    try:
        while line.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def ledger_kinds() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM ledger_entry ORDER BY at")
        return [row[0] for row in cursor.fetchall()]
