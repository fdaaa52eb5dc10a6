"""MLLP: messages between 0x0B and 0x1C 0x0D on a stream that may be cut, doubled or dirty (HL7 v2.5.1, appendix C)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

START, END, CR = 0x0B, 0x1C, 0x0D
LARGEST_FRAME_BYTES = 8 * 1024 * 1024


class FrameTooLong(ValueError):
    """A frame grew beyond what is taken; the stream cannot be followed any further."""


def framed(message: bytes) -> bytes:
    """A message as it goes over the wire."""
    return bytes((START,)) + message + bytes((END, CR))


@dataclass
class Framer:
    """Finds the frames in a stream, however it is cut into packets.

    largest: most bytes of one frame
    skipped: bytes seen outside frames, and in frames that were begun anew before their end

    >>> framer = Framer()
    >>> list(framer.feed(b"noise\\x0bMSH|1")), list(framer.feed(b"\\x1c\\r\\x0bMSH|2\\x1c\\r")), framer.skipped
    ([], [b'MSH|1', b'MSH|2'], 5)
    """

    largest: int = LARGEST_FRAME_BYTES
    skipped: int = 0
    _held: bytearray = field(default_factory=bytearray)
    _inside: bool = False

    @property
    def held(self) -> int:
        """Bytes of a frame that has not ended yet."""
        return len(self._held)

    @property
    def inside(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._inside

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that end in `data`; FrameTooLong when one is longer than `largest`."""
        at = 0
        while at < len(data):
            if not self._inside:
                at = self._seek(data, at)
                continue
            end = data.find(END, at)
            self._take(data[at : len(data) if end < 0 else end])
            if end < 0:
                return
            at = end + 1
            self._inside = False
            frame, self._held = bytes(self._held), bytearray()
            yield frame

    def _seek(self, data: bytes, at: int) -> int:
        """Skips to the byte after the next start; the carriage return that ends a frame is no dirt."""
        start = data.find(START, at)
        between = data[at : len(data) if start < 0 else start]
        self.skipped += len(between.strip(b"\r\n"))
        self._inside = start >= 0
        return len(data) if start < 0 else start + 1

    def _take(self, piece: bytes) -> None:
        again = piece.rfind(START)
        if again >= 0:  # the sender broke off and began anew
            self.skipped += len(self._held) + again
            self._held.clear()
            piece = piece[again + 1 :]
        self._held += piece
        if len(self._held) > self.largest:
            raise FrameTooLong(f"a frame of more than {self.largest} bytes")
