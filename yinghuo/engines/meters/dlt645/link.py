"""What a DL/T 645-2007 frame is: address, control, what it carries, and the words of its codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from yinghuo.engines.meters.frames import Item

BROADCAST = "999999999999"
WILDCARD = "AAAAAAAAAAAA"

SET_TIME, READ, READ_ON, READ_ADDRESS, WRITE, WRITE_ADDRESS = 0x08, 0x11, 0x12, 0x13, 0x14, 0x15
FREEZE, SET_BAUD, SET_PASSWORD = 0x16, 0x17, 0x18
CLEAR_DEMAND, CLEAR_METER, CLEAR_EVENTS, REMOTE = 0x19, 0x1A, 0x1B, 0x1C
REPLY, ABNORMAL, FOLLOWS = 0x80, 0x40, 0x20

FUNCTIONS: Mapping[int, str] = {
    SET_TIME: "broadcast time",
    READ: "read",
    READ_ON: "read what follows",
    READ_ADDRESS: "read address",
    WRITE: "write",
    WRITE_ADDRESS: "write address",
    FREEZE: "freeze",
    SET_BAUD: "change speed",
    SET_PASSWORD: "change password",
    CLEAR_DEMAND: "clear maximum demand",
    CLEAR_METER: "clear meter",
    CLEAR_EVENTS: "clear events",
    REMOTE: "remote control",
}
# Bits 3 to 6 and the last three commands are from memory of the standard; not checked against its text.
ERRORS: Mapping[int, str] = {
    0: "other error",
    1: "no such data",
    2: "wrong password or not authorised",
    3: "speed cannot be changed",
    4: "too many time zones of the year",
    5: "too many day periods",
    6: "too many tariffs",
}
COMMANDS: Mapping[str, str] = {
    "1A": "trip",
    "1B": "allow closing",
    "1C": "close",
    "2A": "alarm",
    "2B": "end alarm",
    "3A": "keep power on",
    "3B": "no longer keep power on",
}


@dataclass(frozen=True)
class Frame:
    """A frame as values.

    address:  twelve digits as printed on the meter; "AA…" where bytes are wildcards, BROADCAST for all
    control:  the control byte: bit 7 from the meter, bit 6 abnormal, bit 5 more follows, bits 4 to 0 the function
    items:    what it carries; a request names its identifier with the value None
    error:    error word of an abnormal reply; see `error_words`
    password: eight digits, level first (PA P0 P1 P2); operator: eight digits as sent (C0 C1 C2 C3); of writes
    sequence: number of a follow-up frame (function 12)
    data:     the bytes behind the identifier of a part (B1, 92, B2), which `join` puts together, and the whole data
              field of a function not known here; empty in every other frame
    """

    address: str = ""
    control: int = 0
    items: list[Item] = field(default_factory=list)
    error: int | None = None
    password: str = ""
    operator: str = ""
    sequence: int | None = None
    data: bytes = b""

    @property
    def function(self) -> int:
        """The function without direction and state: READ, WRITE, …"""
        return self.control & 0x1F

    @property
    def is_reply(self) -> bool:
        """Whether it comes from the meter."""
        return bool(self.control & REPLY)

    @property
    def is_broadcast(self) -> bool:
        """Whether no meter may answer it."""
        return self.address == BROADCAST

    @property
    def more_follows(self) -> bool:
        """Whether the meter has more to say; ask with function 12."""
        return self.control & (REPLY | ABNORMAL | FOLLOWS) == REPLY | FOLLOWS


def error_words(error: int) -> list[str]:
    """What the bits of an error word say, lowest first.

    >>> error_words(0x06)
    ['no such data', 'wrong password or not authorised']
    """
    return [ERRORS.get(bit, f"bit {bit}") for bit in range(8) if error >> bit & 1]


def shortened(tail: str) -> str:
    """Address of all meters whose number ends in `tail` (an even count of digits, at most twelve).

    >>> shortened("0161")
    'AAAAAAAA0161'
    """
    if len(tail) % 2 or len(tail) > 12:
        raise ValueError(f"an address is shortened by whole bytes, not to {tail!r}")
    return tail.rjust(12, "A")


def is_addressed(frame_address: str, meter: str) -> bool:
    """Whether a frame to `frame_address` is meant for the meter of the twelve digits `meter`.

    >>> is_addressed("AAAAAAAA0161", "000000000161"), is_addressed("999999999999", "000000000161")
    (True, True)
    """
    if frame_address in (meter, BROADCAST):
        return True
    pairs = zip(frame_address[::2], frame_address[1::2], meter[::2], meter[1::2], strict=True)
    return all(a + b in ("AA", c + d) for a, b, c, d in pairs)
