"""Frames of Q/GDW 376.1 in a stream of bytes: found, checked, joined; and written."""

import numpy as np

from yinghuo.engines.meters.frames import Rejected
from yinghuo.engines.meters.gdw376.content import Opened, fill, follows, join, open_user_data, write_user_data
from yinghuo.engines.meters.gdw376.frame import Frame

START, END = 0x68, 0x16
AROUND, LEAST = 8, 8  # bytes around the user data, and of the least user data
MOST_BYTES = 0x3FFF + AROUND
PROTOCOLS = (1, 2)
MOST_REJECTED, MOST_OPEN, MOST_PIECES = 100, 8, 256
LONG, SHOWN = 512, 64  # bytes summed by numpy from; bytes kept of what was turned away


def checksum(user: bytes) -> int:
    """The sum of the user data, modulo 256; by numpy where it is long, so that false frames cost a stream little."""
    return (int(np.frombuffer(user, np.uint8).sum(dtype=np.int64)) if len(user) > LONG else sum(user)) & 0xFF


def fault(raw: bytes) -> str:
    """What is wrong with the bytes of a frame: "end", "checksum" or nothing."""
    if raw[-1] != END:
        return "end"
    return "" if checksum(raw[6:-2]) == raw[-2] else "checksum"


def encode(frame: Frame) -> bytes:
    """The frame as it goes over the wire; ValueError for what cannot be written."""
    user = write_user_data(frame)
    if len(user) > 0x3FFF or frame.protocol not in PROTOCOLS:
        raise ValueError(f"{len(user)} bytes under protocol {frame.protocol} do not fit into a frame")
    size = (len(user) << 2 | frame.protocol).to_bytes(2, "little")
    return bytes([START, *size, *size, START, *user, checksum(user), END])


def decode(data: bytes) -> list[Frame]:
    """Every sound frame in the bytes, whatever stands around and between; frames of one message stay apart."""
    decoder = Decoder(joined=False)
    return decoder.feed(data) + decoder.flush()


class Decoder:
    """Reads a stream: keeps what is not complete, turns away what is no frame, joins messages of several frames.

    most_bytes: the longest frame that is waited for
    rejected:   the last hundred that were turned away, the first 64 bytes of each
    unconfirmed: frames of a message not yet complete that want a confirmation before the next comes; whoever
                 confirms them takes them out
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES, joined: bool = True) -> None:
        self.rejected: list[Rejected] = []
        self.unconfirmed: list[Frame] = []
        self._most_bytes = most_bytes
        self._joined = joined
        self._buffer = bytearray()
        self._open: dict[tuple[str, int, bool], list[Opened]] = {}

    def feed(self, data: bytes) -> list[Frame]:
        """The frames and messages that these bytes complete."""
        self._buffer += data
        return self._take(0)

    def flush(self) -> list[Frame]:
        """Nothing more comes (a time-out, the end): what waits is no frame, but one may stand inside it."""
        found: list[Frame] = []
        while self._buffer:
            self._reject(bytes(self._buffer), "length")
            found += self._take(1)
        return found

    def _take(self, at: int) -> list[Frame]:
        found: list[Frame] = []
        while (at := self._buffer.find(START, at)) >= 0:
            size = self._size(at)
            if size is None:
                break
            raw = bytes(self._buffer[at : at + size])
            wrong = fault(raw) if raw else ""
            if wrong:
                self._reject(raw, wrong)
            found += self._content(raw) if raw and not wrong else []
            at += size if not wrong and size else 1
        del self._buffer[: at if at >= 0 else len(self._buffer)]
        return found

    def _size(self, at: int) -> int | None:
        """Bytes of the frame that begins here; 0 if none does, None if more bytes must come first."""
        head = self._buffer[at : at + 6]
        if len(head) < 6:
            return None
        length = int.from_bytes(head[1:3], "little")
        if head[5] != START or head[1:3] != head[3:5] or length & 3 not in PROTOCOLS:
            return 0
        size = (length >> 2) + AROUND
        if not AROUND + LEAST <= size <= self._most_bytes:
            self._reject(bytes(head), "overlong" if size > self._most_bytes else "length")
            return 0
        return size if at + size <= len(self._buffer) else None

    def _content(self, raw: bytes) -> list[Frame]:
        try:
            return self._message(open_user_data(raw[6:-2], raw[1] & 3))
        except ValueError:
            self._reject(raw, "content")
            return []

    def _message(self, piece: Opened) -> list[Frame]:
        frame = piece.frame
        if not self._joined or (frame.first and frame.last):
            return [fill(piece)]
        key = (frame.address, frame.afn, frame.is_up)
        pieces = [] if frame.first else self._open.pop(key, [])
        if frame.first or (follows(pieces, piece) and len(pieces) < MOST_PIECES):
            pieces.append(piece)
        elif not pieces or pieces[-1].frame.counter != frame.counter:
            raise ValueError("a piece out of turn")
        return [join(pieces)] if frame.last else self._wait(key, pieces)

    def _wait(self, key: tuple[str, int, bool], pieces: list[Opened]) -> list[Frame]:
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[key] = pieces
        if pieces[-1].frame.confirm:
            self.unconfirmed.append(pieces[-1].frame)
            del self.unconfirmed[:-MOST_OPEN]
        return []

    def _reject(self, data: bytes, reason: str) -> None:
        self.rejected.append(Rejected(data[:SHOWN], reason))
        del self.rejected[:-MOST_REJECTED]
