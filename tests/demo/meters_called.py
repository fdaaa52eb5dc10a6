"""A small head-end for tests of the simulated field: accepts terminals, dials serial servers, asks, and waits."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from yinghuo.demo.meters import Plan
from yinghuo.engines.meters import dlt645, dlt698, gdw376
from yinghuo.engines.meters.frames import Item

START = datetime(2022, 5, 8, 2, 30, tzinfo=UTC)  # half past ten in China
WALL = datetime(2022, 5, 8, 10, 30)  # noqa: DTZ001 - what the meters' clocks show then
WAIT_S = 3.0
MODULES: dict[str, Any] = {"dlt645": dlt645, "gdw376": gdw376, "dlt698": dlt698}


def a_plan(protocol: str, *, meters: int = 3, **more: Any) -> Plan:
    """Meters behind one terminal; time stands still unless a test moves it."""
    settings: dict[str, Any] = {"meters": meters, "terminals": 1, "protocols": {protocol: 1}, "speed": 0.0}
    return Plan(start=START, **(settings | more))


class Caller:
    """One connection, from the head-end's side."""

    def __init__(self, connection: socket.socket, protocol: str) -> None:
        self.connection = connection
        self.codec = MODULES[protocol]
        self.decoder = self.codec.Decoder()
        self.parts = 0
        connection.settimeout(WAIT_S)

    def next(self) -> Any:
        """The next frame; TimeoutError if none comes."""
        while True:
            frames = self.decoder.feed(self.connection.recv(65_536))
            for one in getattr(self.decoder, "acknowledgements", []):
                self.connection.sendall(one)
            if hasattr(self.decoder, "acknowledgements"):
                self.decoder.acknowledgements.clear()
            if frames:
                return frames[0]

    def ask(self, request: Any) -> Any:
        """A request, and the frame that comes next."""
        self.connection.sendall(self.codec.encode(request))
        return self.next()

    def read(self, meter: str, identifier: str) -> Any:
        """A 645 value, or the error word."""
        reply = self.ask(dlt645.Frame(meter, 0x11, [Item(identifier, None, "")]))
        return reply.items[0].value if reply.items else reply.error

    def read_long(self, meter: str, identifier: str, value: Any = None) -> Any:
        """A 645 value that may come in parts; `parts` says how many there were."""
        frames = [self.ask(dlt645.Frame(meter, 0x11, [Item(identifier, value, "")]))]
        while frames[-1].more_follows:
            follow = dlt645.Frame(meter, 0x12, [Item(identifier, None, "")], sequence=len(frames))
            frames.append(self.ask(follow))
        self.parts = len(frames)
        return (dlt645.join(frames) if self.parts > 1 else frames[0]).items[0].value

    def write(self, meter: str, identifier: str, value: Any, *, password: str = "02000000") -> int | None:
        """Writes under 645; None, or the error word."""
        item = Item(identifier, value, "")
        frame = dlt645.Frame(meter, 0x14, [item], password=password, operator="00000001")
        return self.ask(frame).error


def dialled(port: int) -> Caller:
    """Dials a serial server."""
    return Caller(socket.create_connection(("127.0.0.1", port)), "dlt645")


def welcomed(listener: socket.socket, protocol: str) -> tuple[Caller, str]:
    """Waits for a terminal, welcomes it; returns its address, too."""
    listener.settimeout(WAIT_S)
    caller = Caller(listener.accept()[0], protocol)
    login = caller.next()
    answer: Callable[[], Any] = {
        "gdw376": lambda: gdw376.confirm(login),
        "dlt698": lambda: dlt698.link_reply(login, received_at=WALL, replied_at=WALL),
    }[protocol]
    caller.connection.sendall(caller.codec.encode(answer()))
    return caller, login.address
