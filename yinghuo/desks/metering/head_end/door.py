"""The door: who connects, says who it is in time, and is in the register, gets a session; all others are bounded."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from yinghuo.desks.metering.head_end.drivers import Driver
from yinghuo.desks.metering.head_end.drivers.dlt698 import Dlt698
from yinghuo.desks.metering.head_end.drivers.gdw376 import Gdw376
from yinghuo.desks.metering.head_end.house import House
from yinghuo.desks.metering.head_end.line import READ_BYTES, Closed, Line, host_of
from yinghuo.desks.metering.head_end.pace import Places
from yinghuo.desks.metering.head_end.plan import PlannedTerminal

log = logging.getLogger("yinghuo.head_end")
START = 0x68
HEAD_BYTES = 6
SEND_BYTES = 65_536  # of a connection, in the kernel
WAKE_UP = b"\xfe"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Find = Callable[[str, str, str], Awaitable[PlannedTerminal | None]]
Serve = Callable[[PlannedTerminal, Line, Driver], Awaitable[None]]


class Arrived(NamedTuple):
    """A terminal that said who it is."""

    address: str
    line: Line
    driver: Driver


def recognise(head: bytes) -> Driver | None:
    """The protocol by the first bytes of a connection; None if more are needed. Closed for what is neither.

    376.1 says its length twice and 68 again (`68 L L 68`); 698.45 once.

    >>> recognise(bytes.fromhex("6832003200 68")).name, recognise(bytes.fromhex("681e00810500")).name
    ('gdw376', 'dlt698')
    """
    head = head.lstrip(WAKE_UP)
    if head and head[0] != START:
        raise Closed("rubbish")
    if len(head) < HEAD_BYTES:
        return None
    return Gdw376() if head[1:3] == head[3:5] and head[5] == START else Dlt698()


class Door:
    """Takes connections in; `find` says who a terminal is, `serve` runs its session."""

    def __init__(self, house: House, *, find: Find, serve: Serve) -> None:
        self.house, self.find, self.serve = house, find, serve
        self.waiting = Places(house.limits.at_the_door)
        self.held = Places(house.limits.held)

    def on(self, make: Callable[[], Driver] | None) -> Callable[[Any, Any], Awaitable[None]]:
        """What is called for each connection to a port; make: the driver of its protocol, None to recognise it."""

        async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
                await self._take_in((reader, writer), make() if make else None)
            except Closed as why:
                self.house.gauges.closed.labels(why.cause).inc()
                log.info("%s closed: %s", host_of(writer), why.cause)
            except OSError as error:
                log.info("%s lost: %s", host_of(writer), error)
            finally:
                writer.transport.abort()

        return met

    async def _take_in(self, streams: Streams, driver: Driver | None) -> None:
        host = host_of(streams[1])
        async with self._place(self.waiting, host, "crowded"):
            arrived = await self._log_in(streams, driver)
            if arrived is None:
                return
            known = await self.find(arrived.address, arrived.driver.name, arrived.line.peer)
        if known is None or known.blocked:
            raise Closed("blocked")
        if known.trusted:
            await self.serve(known, arrived.line, arrived.driver)
            return
        async with self._place(self.held, host, "held"):
            await self.serve(known, arrived.line, arrived.driver)

    @asynccontextmanager
    async def _place(self, places: Places, host: str, cause: str) -> AsyncIterator[None]:
        if not places.enter(host):
            raise Closed(cause)
        try:
            yield
        finally:
            places.leave(host)

    async def _log_in(self, streams: Streams, driver: Driver | None) -> Arrived | None:
        """Waits for a login, and answers it; None if the peer went before."""
        deadline = time.monotonic() + self.house.limits.login_within_s
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + deadline - time.monotonic()):
                return await self._hear(streams, driver)
        except TimeoutError:
            raise Closed("slow login") from None

    async def _hear(self, streams: Streams, driver: Driver | None) -> Arrived | None:
        heard = b""
        while driver is None and len(heard) < self.house.limits.login_bytes:
            data = await streams[0].read(READ_BYTES)
            if not data:
                return None
            heard += data
            driver = recognise(heard)
        if driver is None:
            raise Closed("rubbish")
        return await self._first_frame(streams, driver, heard)

    async def _first_frame(self, streams: Streams, driver: Driver, heard: bytes) -> Arrived | None:
        house = self.house
        line = Line(streams, driver, limits=house.limits, gauges=house.gauges, clock=house.clock)
        while True:
            if arrived := self._arrived(line, driver, line.decoded(heard)):
                return arrived
            if line.heard_bytes > house.limits.login_bytes:
                raise Closed("rubbish")
            heard = await streams[0].read(READ_BYTES)
            if not heard:
                return None

    def _arrived(self, line: Line, driver: Driver, frames: list[Any]) -> Arrived | None:
        for frame in frames:
            if (address := driver.login(frame)) is not None:
                if reply := driver.courtesy(frame, now=self.house.clock()):
                    line.say(reply)
                return Arrived(address, line, driver)
        return None
