"""DL/T 645 meters on one line behind a TCP serial server: what is heard, who answers, what goes out and when."""

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np

from yinghuo.demo.meters.fleet import SimulatedMeter, SimulatedTerminal
from yinghuo.demo.meters.office import Office
from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.dlt645.link import ABNORMAL, FOLLOWS
from yinghuo.engines.meters.simulation.answers645 import answer
from yinghuo.engines.meters.simulation.device import OTHER
from yinghuo.engines.meters.simulation.manners import Sent, garbled

ANOTHER = "900000000001"


class Line:
    """The meters of a terminal as they share one line: half duplex, each answers to its own address only."""

    def __init__(self, terminal: SimulatedTerminal, *, rng: np.random.Generator) -> None:
        self._terminal = terminal
        self._rng = rng

    def hear(self, request: dlt645.Frame, at_s: float) -> list[Sent]:
        """What comes back over the line; two meters that answer at once spoil each other's frames."""
        meter = self._terminal.meters.get(request.address)
        if meter is not None:
            return self._say(meter, request, at_s)
        sent = [one for meter in self._terminal.meters.values() for one in self._say(meter, request, at_s)]
        return sent if len(sent) < 2 else [Sent(one.after_s, garbled(one.data, rng=self._rng)) for one in sent]

    def pass_on(self, data: bytes, at_s: float) -> list[Sent]:
        """The same for bytes that a terminal forwards."""
        return [sent for request in dlt645.decode(data) for sent in self.hear(request, at_s)]

    def _say(self, meter: SimulatedMeter, request: dlt645.Frame, at_s: float) -> list[Sent]:
        reply = answer(meter.device, request, at_s)
        if reply is None:
            return []
        data = encoded(reply)
        if meter.manners.are_good:
            return [Sent(0, data)]
        return meter.manners.send(data, rng=self._rng, other=encoded(replace(reply, address=ANOTHER)))


def encoded(reply: dlt645.Frame) -> bytes:
    """The reply; error word 01 for a value that its display has no room for (a runaway register, say)."""
    try:
        return dlt645.encode(reply)
    except ValueError:
        control = reply.control & ~FOLLOWS | ABNORMAL
        return dlt645.encode(replace(reply, control=control, items=[], error=OTHER[0]))


class SerialServer(asyncio.Protocol):
    """One connection to a serial server."""

    def __init__(self, office: Office, terminal: SimulatedTerminal) -> None:
        self._office = office
        self._terminal = terminal
        self._line = Line(terminal, rng=office.rng)
        self._decoder = dlt645.Decoder()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A head-end has dialled."""
        self._transport = transport
        self._office.connected.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """It has hung up."""
        if self._transport is not None:
            self._office.connected.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Requests, whole or in pieces."""
        for request in self._decoder.feed(data):
            self._office.requests += 1
            if self._terminal.address in self._office.silent:
                continue
            for sent in self._line.hear(request, self._office.time.now_s()):
                self._put(sent)

    def _put(self, sent: Sent) -> None:
        if sent.after_s:
            asyncio.get_running_loop().call_later(sent.after_s, self._transport.write, sent.data)
        else:
            self._transport.write(sent.data)
