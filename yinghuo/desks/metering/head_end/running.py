"""The head-end as a whole: doors, dialled lines, the register as it changes, what is asked on demand, what is told."""

import asyncio
import logging
import resource
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import connection

from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions import asking, holding
from yinghuo.desks.metering.head_end import book, coverage
from yinghuo.desks.metering.head_end.dialling import keep_dialling
from yinghuo.desks.metering.head_end.door import Door
from yinghuo.desks.metering.head_end.drivers import Driver
from yinghuo.desks.metering.head_end.drivers.dlt698 import Dlt698
from yinghuo.desks.metering.head_end.drivers.gdw376 import Gdw376
from yinghuo.desks.metering.head_end.house import LOST, House
from yinghuo.desks.metering.head_end.jobs import ASKED, Job, PlannedMeter
from yinghuo.desks.metering.head_end.line import Line
from yinghuo.desks.metering.head_end.pace import Bucket
from yinghuo.desks.metering.head_end.plan import Plan, PlannedTerminal, load_plan
from yinghuo.desks.metering.head_end.session import Session
from yinghuo.desks.metering.head_end.wanting import ZONE
from yinghuo.desks.metering.models import Cause, OnDemandRead, What

log = logging.getLogger("yinghuo.head_end")
PLAN_EVERY_S, ASKED_EVERY_S, TELL_EVERY_S, ALL_TOLD_EVERY_S = 10.0, 0.5, 3.0, 60.0
FORGET_EVERY_S = 3_600.0
OFFLINE_AFTER_S = 60.0  # an on-demand read waits so long for its terminal
BACKLOG = 1_024


@dataclass(frozen=True)
class Ports:
    """Where terminals log in: `either` recognises the protocol by the first bytes; 0 is a free port, None is none."""

    host: str = "0.0.0.0"  # noqa: S104 - terminals come from outside
    either: int | None = None
    gdw376: int | None = None
    dlt698: int | None = None


class HeadEnd:
    """One head-end; `run` until cancelled.

    sessions: by terminal's address; ports: those that are open, by name, once `run` has opened them
    """

    def __init__(self, house: House, ports: Ports) -> None:
        self.house, self.wanted_ports = house, ports
        self.plan: Plan = {}
        self.sessions: dict[str, Session] = {}
        self.ports: dict[str, int] = {}
        self.ready = asyncio.Event()
        self._dialled: dict[str, tuple[PlannedTerminal, asyncio.Task[None]]] = {}
        self._unplaced: list[tuple[float, str, Job]] = []
        rate = house.limits.strangers_per_s
        self._strangers = Bucket(rate=rate, depth=10 * rate, now=time.monotonic())
        self._door = Door(house, find=self._find, serve=self._serve)

    async def run(self) -> None:
        """Opens the doors and works until cancelled; what was read by then is on disk."""
        _many_sockets()
        await self.house.in_database(_begin)
        self._take_over(await self.house.in_database(load_plan))
        keeper = asyncio.create_task(self.house.keeper.run())
        servers = await self._open()
        self.ready.set()
        turns = [asyncio.create_task(self._every(s, turn)) for s, turn in self._turns()]
        try:
            done, _ = await asyncio.wait([*turns, keeper], return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            for turn in turns:
                turn.cancel()
            await asyncio.gather(*turns, return_exceptions=True)
            await self._close(servers)
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    def sweep(self, what: What, quantities: tuple[int, ...] = ()) -> int:
        """Queues one reading of every meter that is on-line; returns how many jobs are new."""
        return sum(one.sweep(what, quantities) for one in self.sessions.values() if one.terminal.trusted)

    def _turns(self) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        return [
            (PLAN_EVERY_S, self._look_at_the_register),
            (ASKED_EVERY_S, self._take_asked),
            (TELL_EVERY_S, self._tell),
            (ALL_TOLD_EVERY_S, self._freshen),
            (FORGET_EVERY_S, self._forget),
        ]

    async def _every(self, seconds: float, turn: Callable[[], Awaitable[None]]) -> None:
        """A turn now and then; while PostgreSQL is away, sessions go on reading to disk."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await turn()
            except LOST as error:
                log.warning("database not reachable, trying again: %s", str(error).splitlines()[0])

    async def _open(self) -> list[asyncio.Server]:
        wanted = self.wanted_ports
        doors: list[tuple[str, int | None, Callable[[], Driver] | None]] = [
            ("either", wanted.either, None),
            ("gdw376", wanted.gdw376, Gdw376),
            ("dlt698", wanted.dlt698, Dlt698),
        ]
        servers = []
        for name, port, make in doors:
            if port is not None:
                server = await asyncio.start_server(self._door.on(make), wanted.host, port, backlog=BACKLOG)
                self.ports[name] = server.sockets[0].getsockname()[1]
                servers.append(server)
        return servers

    async def _close(self, servers: list[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        for _, task in self._dialled.values():
            task.cancel()
        for session in self.sessions.values():
            session.line.abort()
        await self.house.settle()
        with suppress(*LOST):
            await self._take_asked()
            await self._tell()
            await self.house.in_database(_hang_up)

    async def _find(self, address: str, protocol: str, peer: str) -> PlannedTerminal | None:
        """Who a terminal is by the register; an unknown one is held. None if not even that can be."""
        if known := self.plan.get(address):
            return known
        if not self._strangers.take(now=time.monotonic()):
            return None
        try:
            row = await self.house.in_database(
                partial(holding.hold, address, protocol=protocol, peer=peer, at=self.house.clock())
            )
        except (Refused, *LOST) as error:
            log.warning("terminal %s from %s is sent away: %s", address, peer, error)
            return None
        return PlannedTerminal(row.address, row.protocol, row.admission)

    async def _serve(self, terminal: PlannedTerminal, line: Line, driver: Driver) -> None:
        """A session from its login to its end; the newest connection of a terminal is the one that counts."""
        if older := self.sessions.get(terminal.address):
            older.line.abort()
        session = Session(terminal, line, driver, self.house)
        self.sessions[terminal.address] = session
        try:
            await session.run()
        finally:
            if self.sessions.get(terminal.address) is session:
                del self.sessions[terminal.address]
                self.house.book.page(terminal.address).online_since = None
            left = [session.doing, *session.queue.drain()]
            now = time.monotonic()
            self._unplaced += [(now, terminal.address, job) for job in left if job and job.asked]

    async def _look_at_the_register(self) -> None:
        self._take_over(await self.house.in_database(load_plan))
        silent = time.monotonic() - self.house.limits.silent_s
        for session in self.sessions.values():
            if session.line.seen_at < silent and not session.terminal.host:
                self._shut(session, "silent")

    def _take_over(self, plan: Plan) -> None:
        self.plan = plan
        for address, session in list(self.sessions.items()):
            known = plan.get(address)
            if known is None or known.blocked:
                self._shut(session, "blocked")
            else:
                session.admit(known)
        self._dial({one.address: one for one in plan.values() if one.host and one.trusted})

    def _shut(self, session: Session, cause: str) -> None:
        self.house.gauges.closed.labels(cause).inc()
        session.line.abort()

    def _dial(self, wanted: dict[str, PlannedTerminal]) -> None:
        for address, (terminal, task) in list(self._dialled.items()):
            now = wanted.get(address)
            if now is None or (now.host, now.port) != (terminal.host, terminal.port):
                task.cancel()
                del self._dialled[address]
        for address, terminal in wanted.items():
            if address not in self._dialled:
                work = keep_dialling(terminal, house=self.house, serve=self._serve)
                self._dialled[address] = terminal, asyncio.create_task(work)

    async def _take_asked(self) -> None:
        now = time.monotonic()
        for read in await self.house.in_database(partial(asking.take_asked, at=self.house.clock())):
            self._unplaced.append((now, read.meter.terminal_id, _job_of(read)))
        waiting, self._unplaced = self._unplaced, []
        for since, terminal, job in waiting:
            session = self.sessions.get(terminal)
            if session and session.terminal.trusted:
                session.put(job)
            elif now - since > OFFLINE_AFTER_S and job.asked:
                self.house.answers.append((job.asked, [], Cause.OFFLINE, terminal))
            else:
                self._unplaced.append((since, terminal, job))
        await self._answer_asked()

    async def _answer_asked(self) -> None:
        """Tells who asked; what could not be told is told later (a read that is closed already stays as it is)."""
        answers, self.house.answers = self.house.answers, []
        try:
            if answers:
                await self.house.in_database(partial(_answer, answers, self.house))
        except LOST:
            self.house.answers = answers + self.house.answers
            raise

    async def _tell(self) -> None:
        """Writes what is new about sessions and coverage, and sets the gauges."""
        states = [session.terminal.trusted for session in self.sessions.values()]
        self.house.gauges.sessions.labels("trusted").set(sum(states))
        self.house.gauges.sessions.labels("held").set(len(states) - sum(states))
        self.house.gauges.queued.set(sum(len(one.queue) for one in self.sessions.values()))
        rows = self.house.book.take_rows(at=self.house.clock(), now=time.monotonic())
        notes = self.house.coverage.begin_writing()
        try:
            await self.house.in_database(partial(_write, rows, notes))
        except LOST:
            self.house.coverage.not_written()
            self.house.book.changed |= {row["terminal_id"] for row in rows}
            raise
        self.house.coverage.written()

    async def _forget(self) -> None:
        """Drops notes on days that nobody looks at any more."""
        oldest = self.house.clock().astimezone(ZONE).date() - timedelta(days=self.house.programme.days + 1)
        self.house.forget_old(before=oldest)
        await self.house.in_database(partial(coverage.forget, before=oldest))

    async def _freshen(self) -> None:
        """Counts of the last hour change also where nothing happens."""
        self.house.book.changed |= set(self.house.book.pages)


def _job_of(read: OnDemandRead) -> Job:
    meter = read.meter
    planned = PlannedMeter(meter.id, meter.address, meter.protocol, meter.point, meter.wiring)
    return Job(planned, What(read.what), tuple(read.quantities), read.day, urgency=ASKED, asked=read.id)


def _begin() -> None:
    book.begin()
    asking.put_back()


def _write(rows: list[dict[str, object]], notes: list[tuple[coverage.Key, int]]) -> None:
    book.write(rows)
    coverage.write(notes)


def _answer(answers: list[tuple[UUID, list[dict[str, object]], str, str]], house: House) -> None:
    for read_id, values, cause, detail in answers:
        if cause:
            asking.fail(read_id, cause=cause, detail=detail, at=house.clock())
        else:
            asking.answer(read_id, values=values, at=house.clock())


def _many_sockets() -> None:
    """Raises the soft limit of open files to the hard one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _hang_up() -> None:
    connection.close()
