"""Terminals that dial the head-end: they log in, send heartbeats, answer, and dial again when the line breaks."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from yinghuo.demo.meters.fleet import SimulatedTerminal
from yinghuo.demo.meters.office import Office
from yinghuo.demo.meters.speaking376 import Speaker376
from yinghuo.demo.meters.speaking698 import Speaker698
from yinghuo.engines.meters.simulation.manners import Sent

RETRY_FIRST_S, RETRY_MOST_S = 0.2, 10.0


class Speaker(Protocol):
    """What a terminal says in its protocol; bytes in, bytes out."""

    def login(self) -> bytes:
        """The frame that says who is there."""

    def heartbeat(self, at_s: float) -> bytes:
        """The frame that says that it is still there."""

    def report(self, at_s: float) -> bytes:
        """What it sends unasked; empty if there is nothing."""

    def hear(self, data: bytes, at_s: float) -> list[Sent]:
        """What goes out in answer to bytes from the head-end."""

    @property
    def is_known(self) -> bool:
        """Whether the head-end confirmed the login."""

    @property
    def acknowledged(self) -> int:
        """How much of what it sent unasked the head-end acknowledged on this call (376.1 counts heartbeats, too)."""


SPEAKERS: dict[str, Callable[[Office, SimulatedTerminal], Speaker]] = {"gdw376": Speaker376, "dlt698": Speaker698}


def dial(office: Office, terminal: SimulatedTerminal, host: str, port: int) -> None:
    """Starts a terminal's calls; serial servers don't dial."""
    if terminal.protocol in SPEAKERS:
        task = asyncio.get_running_loop().create_task(_keep_calling(office, terminal, host, port))
        office.tasks.add(task)


async def _keep_calling(office: Office, terminal: SimulatedTerminal, host: str, port: int) -> None:
    wait_s = RETRY_FIRST_S
    while True:
        loop = asyncio.get_running_loop()
        lost = loop.create_future()
        try:
            await loop.create_connection(partial(Call, office, terminal, lost), host, port)
            wait_s = RETRY_FIRST_S
            await lost
        except OSError:
            wait_s = min(2 * wait_s, RETRY_MOST_S)
        await asyncio.sleep(wait_s * (0.5 + office.rng.random()))


class Call(asyncio.Protocol):
    """One call of a terminal."""

    def __init__(self, office: Office, terminal: SimulatedTerminal, lost: "asyncio.Future[None]") -> None:
        self._office = office
        self._terminal = terminal
        self._address = terminal.address
        self.speaker: Speaker = SPEAKERS[terminal.protocol](office, terminal)
        self._lost = lost
        self._transport: Any = None
        self._beating: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is open: the terminal logs in."""
        self._transport = transport
        self._office.connected.add(transport)
        self._office.calls[self._address] = self
        self._write(self.speaker.login())
        self._beat_later()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The line is broken."""
        self._office.connected.discard(self._transport)
        self._office.logged_in.discard(self._address)
        if self._office.calls.get(self._address) is self:
            del self._office.calls[self._address]
        if self._beating is not None:
            self._beating.cancel()
        if not self._lost.done():
            self._lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Requests and confirmations, whole or in pieces."""
        if self._address in self._office.silent:
            return
        manners, rng = self._terminal.manners, self._office.rng
        for sent in self.speaker.hear(data, self._office.time.now_s()):
            for one in manners.send(sent.data, rng=rng):
                self._write_later(one.data, sent.after_s + one.after_s)
        if self.speaker.is_known:
            self._office.logged_in.add(self._address)

    def report(self) -> None:
        """Sends what the terminal has, unasked."""
        self._write(self.speaker.report(self._office.time.now_s()))

    def _write_later(self, data: bytes, after_s: float) -> None:
        if after_s:
            asyncio.get_running_loop().call_later(after_s, self._write, data)
        else:
            self._write(data)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _beat_later(self) -> None:
        self._beating = asyncio.get_running_loop().call_later(self._office.heartbeat_s, self._beat)

    def _beat(self) -> None:
        if self._address not in self._office.silent:
            self._write(self.speaker.heartbeat(self._office.time.now_s()))
        self._beat_later()
