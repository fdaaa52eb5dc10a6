"""Frames of DLMS/COSEM in a stream of bytes: HDLC and WRAPPER told apart, segments and blocks joined; and written."""

import re

from yinghuo.engines.meters.cosem import hdlc, wrapper
from yinghuo.engines.meters.cosem.apdu import parse
from yinghuo.engines.meters.cosem.frame import BARE, HDLC, Frame, Link, Opened
from yinghuo.engines.meters.cosem.joining import Joiner
from yinghuo.engines.meters.frames import Rejected

MOST_BYTES = 0xFFFF + wrapper.HEAD
MOST_REJECTED, MOST_UNCONFIRMED = 100, 8
SHOWN = 64  # bytes kept of what was turned away
EITHER, HDLC_ONLY = re.compile(rb"[\x7e\x00]"), re.compile(rb"\x7e")


def encode(frame: Frame) -> bytes:
    """The frame as it goes over the wire: its APDU in its link; ValueError for what cannot be written."""
    if frame.items and not frame.apdu:
        raise ValueError("items have no types to write them in: `building` makes frames of typed values")
    if frame.link.framing == HDLC:
        return hdlc.write_frame(frame)
    return frame.apdu if frame.link.framing == BARE else wrapper.write_frame(frame)


def decode(data: bytes) -> list[Frame]:
    """Every sound frame in the bytes, whatever stands around and between; an APDU alone, if it is all there is."""
    decoder = Decoder(mixed=True)
    found = decoder.feed(data) + decoder.flush()
    if found or decoder.unconfirmed:
        return found
    try:
        items, said = parse(data)
    except ValueError:
        return []
    return [Frame("", 0, items, Link(BARE), data, said)]


class Decoder:
    """Reads a stream: keeps what is not complete, turns away what is no frame, joins segments and blocks.

    most_bytes:  the longest frame that is waited for
    mixed:       HDLC and WRAPPER may stand in turns; else one sound HDLC frame ends the search for WRAPPER, which has
                 no check sequence
    rejected:    the last hundred that were turned away, the first 64 bytes of each
    unconfirmed: pieces of a message not yet complete; the other side waits for `receive_ready`, `get_next` or
                 `acknowledge` of `building`. Whoever answers takes them out
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES, mixed: bool = False) -> None:
        self.rejected: list[Rejected] = []
        self.unconfirmed: list[Frame] = []
        self._most_bytes = most_bytes
        self._buffer = bytearray()
        self._wanted = 0
        self._mixed, self._starts = mixed, EITHER
        self._joiner = Joiner()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames and messages that these bytes complete."""
        self._buffer += data
        return self._take(0) if len(self._buffer) >= self._wanted else []

    def flush(self) -> list[Frame]:
        """Nothing more comes (a time-out, the end): what waits is no frame, but one may stand inside it."""
        found: list[Frame] = []
        while self._buffer:
            self._reject(bytes(self._buffer), "length")
            found += self._take(1)
        return found

    def _take(self, at: int) -> list[Frame]:
        found: list[Frame] = []
        data, end = bytes(self._buffer), len(self._buffer)
        self._wanted = 0
        while start := self._starts.search(data, at):
            at = start.start()
            size = self._size(data, at)
            if size is None or at + size > end:
                self._wanted = size or 0
                break
            at += self._one(data[at : at + size], found) if size else 1
        del self._buffer[: at if start else end]
        return found

    def _size(self, data: bytes, at: int) -> int | None:
        """Bytes of the frame that begins here; 0 if none does, None if more bytes must come to tell."""
        size = (hdlc if data[at] else wrapper).size_of(data, at)
        if size and size > self._most_bytes:
            self._reject(data[at : at + wrapper.HEAD], "overlong")
            return 0
        return size

    def _one(self, raw: bytes, found: list[Frame]) -> int:
        """Takes one frame in; gives how far to go on."""
        is_hdlc = raw[0] == hdlc.FLAG
        wrong = hdlc.fault(raw) if is_hdlc else ""
        if not wrong:
            try:
                message = self._message(hdlc.open_frame(raw) if is_hdlc else wrapper.open_frame(raw))
            except ValueError:
                wrong = "content"
            else:
                found += [] if message is None else [message]
                return len(raw) - is_hdlc
        self._reject(raw, wrong)
        return len(raw) - 1 if is_hdlc and wrong == "content" else 1

    def _message(self, opened: Opened) -> Frame | None:
        address, control, link, whole = opened
        if link.framing == HDLC:
            self._starts = EITHER if self._mixed else HDLC_ONLY
            if not hdlc.is_data(control):
                return Frame(address, control, [], link, whole)
            segments = self._joiner.segment(opened)
            if segments is None:
                self._wait(Frame(address, control, [], link, whole))
                return None
            whole, has_llc = segments
            link = link._replace(has_llc=has_llc)
        items, said = parse(whole)
        message = Frame(address, control, items, link, whole, said)
        whole_message = self._joiner.block(message) if said.part else message
        if whole_message is None:
            self._wait(message)
        return whole_message

    def _wait(self, piece: Frame) -> None:
        self.unconfirmed.append(piece)
        del self.unconfirmed[:-MOST_UNCONFIRMED]

    def _reject(self, data: bytes, reason: str) -> None:
        self.rejected.append(Rejected(data[:SHOWN], reason))
        del self.rejected[:-MOST_REJECTED]
