"""Frames out of a stream and back: start, length, check sum, end; noise is passed over.

A frame is `68 A0…A5 68 C L data CS 16`; the sum runs from the first 68 to the byte before CS, every data byte is sent
with 33H added, FE bytes before a frame belong to nothing. Where a frame fails, the search goes on one byte further.
"""

from collections.abc import Callable, Sequence
from zlib import adler32

from yinghuo.engines.meters.dlt645.content import read, write
from yinghuo.engines.meters.dlt645.layouts import EXACT, Digits
from yinghuo.engines.meters.dlt645.link import FOLLOWS, READ, READ_ON, REPLY, Frame
from yinghuo.engines.meters.dlt645.quick import HEAD, address_of, numbers
from yinghuo.engines.meters.frames import Item, Rejected

START, END, WAKE_UP = 0x68, 0x16, b"\xfe"
AROUND, LONGEST = 12, 200  # bytes of a frame around its data; most data bytes of a reply
REJECTED_KEPT = 256
ANSWER = REPLY | READ
PADDING = bytes(HEAD.size)  # so that the head of whatever begins near the end can be looked at
ANSWER_MARK = START | ANSWER << 8  # the second start and the control byte behind it
_head, _bare, _tuple = HEAD.unpack_from, object.__new__, tuple.__new__
MINUS_33 = bytes((n - 0x33) & 0xFF for n in range(256))
PLUS_33 = bytes((n + 0x33) & 0xFF for n in range(256))
Note = Callable[[bytes, str], None]


def scan(data: bytes, at: int, frames: list[Frame], note: Note) -> int:
    """Frames from `at` on are added to `frames`; returns where the first one begins that is not yet whole.

    The sum of the bytes is the lower half of Adler-32 less one: exact below 65521, and 212 bytes sum to less.
    """
    size, data = len(data), data + PADDING
    find, keep, kind_of = data.find, frames.append, numbers.get
    while at < size and (at := find(START, at)) >= 0:
        address, mark, length, sent, low, high = _head(data, at + 1)
        stop = at + AROUND + length
        kind = kind_of(sent) if mark == ANSWER_MARK and stop <= size else None
        if kind and data[stop - 1] == END and adler32(data[at : stop - 2]) - 1 & 0xFF == data[stop - 2]:
            identifier, unit, step, due, low_of, mask, high_of = kind
            number = low_of[low] + high_of[high & mask]
            if number >= 0 and length == due:
                frame = _bare(Frame)  # what is not given here stands in the class; a fifth of the time of Frame(…)
                fields = frame.__dict__
                fields["address"] = address_of(address)
                fields["control"] = ANSWER
                fields["items"] = [_tuple(Item, (identifier, EXACT(number, step), unit))]
                keep(frame)
                at = stop
                continue
        if at + 7 < size and data[at + 7] != START:
            at += 1
        elif at + 10 > size or (data[at + 9] <= LONGEST and at + AROUND + data[at + 9] > size):
            return at
        else:
            at = _take(data, at, keep, note)
    return size


def _take(data: bytes, at: int, keep: Callable[[Frame], None], note: Note) -> int:
    """Keeps or notes the frame that begins at `at`; returns where the search goes on."""
    stop = at + AROUND + data[at + 9]
    reason = _fault(data, at, stop)
    if reason:
        note(data[at : at + 10 if reason == "overlong" else stop], reason)
        return at + 1
    body = data[at + 10 : stop - 2].translate(MINUS_33)
    try:
        keep(read(data[at + 6 : at : -1].hex().upper(), data[at + 8], body))
    except ValueError:
        note(data[at:stop], "content")
    return stop


def _fault(data: bytes, at: int, stop: int) -> str:
    if stop - at > AROUND + LONGEST:
        return "overlong"
    if data[stop - 1] != END:
        return "end"
    return "" if sum(data[at : stop - 2]) & 0xFF == data[stop - 2] else "checksum"


class Decoder:
    """Reads a stream in pieces of any size; what comes out does not depend on the pieces.

    rejected: the latest of what looked like a frame and is none, at most 256; rejected_count: how many there were
    """

    def __init__(self) -> None:
        self.rejected: list[Rejected] = []
        self.rejected_count = 0
        self._tail = b""

    def feed(self, data: bytes) -> list[Frame]:
        """Frames that are whole now; an incomplete one waits for more, or for `flush`."""
        data = self._tail + data if self._tail else bytes(data)
        frames: list[Frame] = []
        self._tail = data[scan(data, 0, frames, self._note) :]
        return frames

    def flush(self) -> list[Frame]:
        """Frames in what is left when nothing more comes (a time-out, the end): an incomplete one is rejected."""
        data, self._tail = self._tail, b""
        frames: list[Frame] = []
        at = 0
        while at < len(data):
            if data[at + 7 : at + 8] == bytes([START]):
                self._note(data[at:], "length")
            at = scan(data, at + 1, frames, self._note)
        return frames

    def _note(self, data: bytes, reason: str) -> None:
        self.rejected_count += 1
        self.rejected.append(Rejected(data, reason))
        if len(self.rejected) > REJECTED_KEPT:
            del self.rejected[0]


def decode(data: bytes) -> list[Frame]:
    """All frames in any bytes; rubbish around and between them is passed over, damaged ones too."""
    if type(data) is not bytes:
        data = bytes(data)
    frames: list[Frame] = []
    at = scan(data, 0, frames, _ignore)
    while at < len(data):
        at = scan(data, at + 1, frames, _ignore)
    return frames


def _ignore(data: bytes, reason: str) -> None:
    """Who asks for frames only is not told of the rest."""


def encode(frame: Frame, *, wake_up: int = 0) -> bytes:
    """Bytes of a frame, with `wake_up` bytes FE before it (meters on a line want four); ValueError if it cannot be."""
    address = Digits(6, is_word=True).write(frame.address)
    data = write(frame).translate(PLUS_33)
    if len(data) > LONGEST or not 0 <= frame.control <= 0xFF:
        raise ValueError(f"control {frame.control}, {len(data)} data bytes: no frame")
    body = bytes([START, *address, START, frame.control, len(data)]) + data
    return WAKE_UP * wake_up + body + bytes([sum(body) & 0xFF, END])


def join(frames: Sequence[Frame]) -> Frame:
    """The answer that a B1 frame and its follow-up frames (B2 … 92) are the parts of, as one reply 91.

    ValueError if a part is missing, out of order or of another meter or identifier, or the whole is damaged.
    """
    if len(frames) < 2 or not all(one.items for one in frames):
        raise ValueError("an answer of several frames has a first one and others")
    first, last = frames[0], len(frames) - 1
    for number, one in enumerate(frames):
        function = READ_ON if number else READ
        control = REPLY | function | (FOLLOWS if number < last else 0)
        due = (first.address, control, number or None, first.items[0].identifier)
        if (one.address, one.control, one.sequence, one.items[0].identifier) != due:
            raise ValueError(f"part {number} is not the one that is due")
    identifier = bytes.fromhex(first.items[0].identifier)[::-1]
    return read(first.address, ANSWER, identifier + b"".join(one.data for one in frames))
