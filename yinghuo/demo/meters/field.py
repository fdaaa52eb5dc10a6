"""The simulated field as a context manager: inside it, meters answer and terminals dial, in a thread of their own."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Self, TypeVar

import pyarrow.parquet as pq

from yinghuo.demo.meters.clock import SimulatedTime
from yinghuo.demo.meters.concentrators import concentrator_of
from yinghuo.demo.meters.dialling import dial
from yinghuo.demo.meters.files import write_registers
from yinghuo.demo.meters.fleet import Plan, SimulatedMeter, SimulatedTerminal, build
from yinghuo.demo.meters.lines import SerialServer
from yinghuo.demo.meters.office import Office
from yinghuo.demo.meters.tariffs import WRONG
from yinghuo.demo.meters.truth import SCHEMA, tables, write_lists
from yinghuo.engines.meters.simulation.clocks import Clock
from yinghuo.engines.meters.simulation.faults import LINE, Fault, spoilt

Given = TypeVar("Given")
ENDING_S = 10


class Field:
    """Everything a plan describes, alive.

    >>> from datetime import datetime, UTC
    >>> plan = Plan(meters=2, terminals=1, protocols={"dlt645": 1}, start=datetime(2022, 5, 1, tzinfo=UTC))
    >>> with Field(plan) as field:
    ...     sorted(field.meters), len(field.ports)
    (['220100000001', '220100000002'], 1)

    head_end:   (host, port) that terminals dial; None: only serial servers are there until `call`
    serve_from: port of the first serial server, the next take the following; 0: any that are free
    """

    def __init__(self, plan: Plan, *, head_end: tuple[str, int] | None = None, serve_from: int = 0) -> None:
        self.plan = plan
        self.fleet = build(plan)
        self.time = SimulatedTime(plan.start, speed=plan.speed)
        self.office = Office(self.fleet, self.time)
        self._head_end = head_end
        self._serve_from = serve_from
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulated-field", daemon=True)

    @property
    def meters(self) -> dict[str, SimulatedMeter]:
        """Meters by address."""
        return self.fleet.meters

    @property
    def terminals(self) -> dict[str, SimulatedTerminal]:
        """Terminals and serial servers by address."""
        return self.fleet.terminals

    @property
    def ports(self) -> dict[str, int]:
        """Ports of the serial servers, by address."""
        return {one.address: one.port for one in self.terminals.values() if one.port is not None}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listens, and dials the head-end if there is one."""
        self._thread.start()
        self._wait(asyncio.run_coroutine_threadsafe(self._listen(), self._loop))
        if self._head_end is not None:
            self.call(*self._head_end)

    def stop(self) -> None:
        """Hangs up everywhere."""
        self._wait(asyncio.run_coroutine_threadsafe(self._close(), self._loop))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ENDING_S)
        self._loop.close()

    def call(self, host: str, port: int) -> None:
        """Lets every terminal that logs in dial this head-end, and dial again whenever the line breaks."""

        def all_dial() -> None:
            for one in self.terminals.values():
                dial(self.office, one, host, port)

        self.do(all_dial)

    def now_s(self) -> float:
        """The true moment in the simulation."""
        return self.time.now_s()

    def step(self, seconds: float) -> None:
        """Lets simulated time jump ahead."""
        self.do(lambda: self.time.step(seconds))

    def silence(self, terminal: str) -> None:
        """From now on a terminal hears and says nothing; its line stays open."""
        self.do(lambda: self.office.silent.add(terminal))

    def answer_again(self, terminal: str) -> None:
        """Ends a terminal's silence."""
        self.do(lambda: self.office.silent.discard(terminal))

    def report(self, terminal: str) -> None:
        """Lets a terminal that is connected send its meters' registers unasked; KeyError if it is not connected."""
        self.do(lambda: self.office.calls[terminal].report())

    def acknowledged(self, terminal: str) -> int:
        """How many frames that a terminal sent of itself the head-end confirmed on its present call."""
        return self.do(lambda: int(self.office.calls[terminal].speaker.acknowledged))

    def hang_up(self) -> None:
        """Breaks every connection; terminals dial again."""
        self.do(self.office.hang_up)

    def fault(self, address: str, kind: str, size: str = "1") -> None:
        """Gives a meter a fault (`faults.KINDS`) from now on, or a terminal a wrong clock or a fault of the line.

        size: as in `Fault`; of the line the share of replies. "0" mends the line, and lets writes be taken again.
        """
        if address in self.terminals:
            self.do(lambda: self._disturb(self.terminals[address], kind, float(size)))
        else:
            self.do(lambda: self._spoil(self.meters[address], Fault(kind, self.now_s(), size)))

    def _disturb(self, terminal: SimulatedTerminal, kind: str, size: float) -> None:
        if kind == "clock":
            concentrator_of(self.office, terminal).clock = Clock(size, since_s=self.now_s())
        else:
            terminal.manners = terminal.manners.with_share(kind, size)

    def _spoil(self, meter: SimulatedMeter, fault: Fault) -> None:
        meter.faults.append(fault)
        if fault.kind in LINE:
            meter.manners = meter.manners.with_share(fault.kind, float(fault.size))
        elif fault.kind == "refused-writes":
            meter.device.refuses_writes = fault.size != "0"
        else:
            held = spoilt(meter.device.meter.condition, fault, tables=WRONG)
            what = {name: getattr(held, name) for name in ("clock", "programme", "connection", "rate")}
            meter.device.meter.change(fault.since_s, **what)

    def do(self, what: Callable[[], Given]) -> Given:
        """Does something in the field's own thread, and gives back what it gives."""
        done: Future[Given] = Future()

        def run() -> None:
            try:
                done.set_result(what())
            except BaseException as error:  # noqa: BLE001 - belongs to whoever asked
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return self._wait(done)

    def _wait(self, done: "Future[Given]") -> Given:
        return done.result(ENDING_S)

    def write(self, folder: Path) -> None:
        """Writes the register files, and the truth beside; meters go on answering meanwhile."""
        now_s = self.now_s()
        write_registers(self.fleet, folder, now_s=now_s)
        write_lists(self.fleet, folder / "truth")
        some = tables(self.fleet, now_s=now_s)
        with pq.ParquetWriter(folder / "truth" / "readings.parquet", SCHEMA) as writer:
            while (table := self.do(lambda: next(some, None))) is not None:
                writer.write_table(table)

    async def _listen(self) -> None:
        servers = [one for one in self.terminals.values() if one.protocol == "dlt645"]
        for n, terminal in enumerate(servers):
            port = self._serve_from + n if self._serve_from else 0
            server = await self._loop.create_server(self._serving(terminal), "127.0.0.1", port)
            self.office.servers.append(server)
            terminal.port = server.sockets[0].getsockname()[1]

    def _serving(self, terminal: SimulatedTerminal) -> Callable[[], SerialServer]:
        return lambda: SerialServer(self.office, terminal)

    async def _close(self) -> None:
        for server in self.office.servers:
            server.close()
        for task in self.office.tasks:
            task.cancel()
        await asyncio.gather(*self.office.tasks, return_exceptions=True)
        self.office.hang_up()
        await asyncio.sleep(0)
