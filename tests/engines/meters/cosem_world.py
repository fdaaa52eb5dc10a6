"""A meter of a few lines that speaks DLMS/COSEM with our own codec, for peers to read it over a real socket."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.cosem import Data, Decoder, Frame, axdr
from yinghuo.engines.meters.cosem.frame import HDLC
from yinghuo.engines.meters.cosem.hdlc import Limits

START = datetime(2026, 11, 23)  # noqa: DTZ001
ENERGY, VOLTAGE, CLOCK, PROFILE = "00030100010800FF", "00030100200700FF", "00080000010000FF", "00070100630100FF"
SECRET = b"12345678"


def unit(scaler: int, number: int) -> Data:
    return Data(axdr.STRUCTURE, [Data(axdr.INT8, scaler), Data(axdr.ENUM, number)])


def column(name: str) -> Data:
    kind, obis = Data(axdr.UINT16, int(name[:4], 16)), Data(axdr.OCTETS, name[4:])
    return Data(axdr.STRUCTURE, [kind, obis, Data(axdr.INT8, 2), Data(axdr.UINT16, 0)])


def row(n: int) -> Data:
    """A row of the profile: the clock only in every fourth, as thrifty meters do."""
    at = Data(axdr.NULL) if n % 4 else Data(axdr.OCTETS, START + timedelta(minutes=15 * n))
    return Data(axdr.STRUCTURE, [at, Data(axdr.UINT32, 100_000 + n)])


ROWS = Data(axdr.ARRAY, [row(n) for n in range(96)])
VALUES: dict[str, Data] = {
    ENERGY + "02": Data(axdr.UINT32, 12_345_678),
    ENERGY + "03": unit(1, 30),
    VOLTAGE + "02": Data(axdr.UINT16, 2301),
    VOLTAGE + "03": unit(-1, 35),
    CLOCK + "02": Data(axdr.OCTETS, datetime(2026, 11, 23, 8, 15, 30)),  # noqa: DTZ001
    PROFILE + "02": ROWS,
    PROFILE + "03": Data(axdr.ARRAY, [column(CLOCK), column(ENERGY)]),
    PROFILE + "04": Data(axdr.UINT32, 900),
}


class Meter:
    """Answers one client; what does not fit goes in segments (HDLC) or blocks (WRAPPER)."""

    def __init__(self, *, block_bytes: int = 300, segment_bytes: int = 100, secret: bytes = b"") -> None:
        self.decoder = Decoder()
        self.block_bytes, self.segment_bytes, self.secret = block_bytes, segment_bytes, secret
        self.waiting: list[Frame] = []
        self.blocks: list[Frame] = []
        self.sent = 0

    def hear(self, data: bytes) -> bytes:
        return b"".join(
            cosem.encode(self._numbered(one)) for frame in self.decoder.feed(data) for one in self.answer(frame)
        )

    def _numbered(self, frame: Frame) -> Frame:
        if frame.link.framing != HDLC or frame.control & 1:
            return frame
        self.sent += 1
        return cosem.numbered(frame, sent=self.sent - 1, received=frame.control >> 5)

    def answer(self, frame: Frame) -> list[Frame]:
        if frame.link.framing == HDLC and frame.control & 1:
            return self._manage(frame)
        if frame.service == "aarq":
            right = frame.said.association is not None and frame.said.association.secret == self.secret
            return [cosem.accept(frame) if right else cosem.reject(frame)]
        if frame.service == "release-request":
            return [self._out(frame, bytes.fromhex("6303800100"))]
        if frame.service == "get-next":
            return self._segmented(replace(self.blocks.pop(0), control=self._reply_control(frame)))
        if frame.service == "set-request":
            return [cosem.put_reply(frame, error="" if frame.items[0].identifier in VALUES else "object-undefined")]
        if frame.service == "action-request":
            return [cosem.act_reply(frame, value=Data(axdr.UINT8, 1))]
        return self._segmented(self._get(frame))

    def _manage(self, frame: Frame) -> list[Frame]:
        if frame.control & 0x0F == 0x01:
            return [self.waiting.pop(0)]
        self.sent = 0
        limits = Limits(128, 128, 1, 1) if frame.control & ~0x10 == 0x83 else None
        return [cosem.ua(frame, limits=limits)]

    def _out(self, request: Frame, raw: bytes) -> Frame:
        out = cosem.message(request.address, raw, link=request.link._replace(is_reply=True))
        return replace(out, control=self._reply_control(request)) if request.link.framing == HDLC else out

    @staticmethod
    def _reply_control(request: Frame) -> int:
        return ((request.control >> 1) + 1) % 8 << 5 | 0x10 if request.link.framing == HDLC else 0

    def _get(self, frame: Frame) -> Frame:
        found = [VALUES.get(item.identifier, "object-undefined") for item in frame.items]
        if len(found) == 1 and found[0] is ROWS:
            first, *self.blocks = cosem.get_reply_blocks(frame, ROWS, most_bytes=self.block_bytes)
            return first
        return cosem.get_reply(frame, found)

    def _segmented(self, frame: Frame) -> list[Frame]:
        if frame.link.framing != HDLC:
            return [frame]
        first, *self.waiting = cosem.segments(frame, most_bytes=self.segment_bytes)
        self.waiting = [replace(one, control=(one.control & 0xE0) | 0x10) for one in self.waiting]
        return [first]


@contextlib.contextmanager
def served(meter: Meter) -> Iterator[int]:
    """The meter behind a port of loopback, for one client."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            line, _ = server.accept()
            with line:
                while data := line.recv(4096):
                    line.sendall(meter.hear(data))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(timeout=5)
