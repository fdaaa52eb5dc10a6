"""A frame of Q/GDW 376.1 as values: who, which way, which AFN, the items, and what is attached to them."""

from dataclasses import KW_ONLY, dataclass, field
from datetime import time
from typing import NamedTuple

from yinghuo.engines.meters.frames import Item
from yinghuo.engines.meters.gdw376.points import parts
from yinghuo.engines.meters.gdw376.tables import (
    AFN_CONFIRM,
    AFN_FORWARD,
    AFN_LINK,
    ALL_CONFIRMED,
    ALL_DENIED,
    HEARTBEAT,
    HEARTBEAT_BARE,
    LOGIN,
    LOGOUT,
)

UP, PRIMARY, ACD = 0x80, 0x40, 0x20
OF_ITEMS = -1


class Stamp(NamedTuple):
    """Time tag Tp: number of the request, day of the month and time of sending, and after how long it is void."""

    number: int
    day: int
    clock: time
    delay_min: int


class Port(NamedTuple):
    """A terminal's port and how to forward over it (AFN 10 F1).

    control: baud rate, stop bit and parity as the standard codes them (6B: 2400 baud, even parity)
    wait:    for the reply; bit 7 set: seconds, otherwise 10 ms
    gap:     between two bytes of the reply, 10 ms
    """

    number: int = 0x1F
    control: int = 0x6B
    wait: int = 0xBC
    gap: int = 0x0A


@dataclass(frozen=True)
class Frame:
    """One frame, or one message of several frames joined.

    address:  region (A1, four digits) and terminal (A2, hexadecimal): region 0200, terminal 1234h -> "02001234"
    control:  control byte C
    items:    identifiers are AFN(2) pn(4) Fn(4); of AFN 10 the value is the nested frame, hexadecimal
    afn:      that of the first item, if not given
    counter:  low four bits of SEQ; first, last: FIR, FIN; confirm: CON, the other side wants an answer
    station:  number of the head-end's station (MSA); group: A2 names a group of terminals
    port:     of AFN 10 only
    password: PW, 16 bytes or none (downwards); events: counters EC1, EC2 (upwards, if ACD); stamp: Tp
    units:    how many items each data unit identifier covers; empty: each its own
    protocol: 2 = Q/GDW 376.1, 1 = the version of 2005
    """

    address: str
    control: int
    items: list[Item] = field(default_factory=list)
    _: KW_ONLY
    afn: int = OF_ITEMS
    counter: int = 0
    first: bool = True
    last: bool = True
    confirm: bool = False
    station: int = 0
    group: bool = False
    port: Port | None = None
    password: bytes = b""
    events: tuple[int, int] | None = None
    stamp: Stamp | None = None
    units: tuple[int, ...] = ()
    protocol: int = 2

    def __post_init__(self) -> None:
        if self.afn == OF_ITEMS:
            object.__setattr__(self, "afn", parts(self.items[0][0])[0] if self.items else AFN_LINK)

    @property
    def is_up(self) -> bool:
        """Whether the terminal sent it."""
        return bool(self.control & UP)

    @property
    def is_primary(self) -> bool:
        """Whether it begins an exchange (PRM)."""
        return bool(self.control & PRIMARY)

    @property
    def function(self) -> int:
        """Function code of the link layer: 0 confirm, 4 send, 8 data, 9 link test, 10 and 11 class 1 and 2 …"""
        return self.control & 0x0F

    @property
    def nested(self) -> bytes:
        """The forwarded frame of AFN 10; b"" where there is none."""
        value = self.items[0][1] if self._has(AFN_FORWARD, 1) else ""
        return bytes.fromhex(value) if isinstance(value, str) else b""

    def _has(self, afn: int, *fns: int) -> bool:
        return self.afn == afn and any(parts(item[0])[2] in fns for item in self.items)

    @property
    def is_login(self) -> bool:
        """Whether a terminal logs in."""
        return self.is_up and self._has(AFN_LINK, LOGIN)

    @property
    def is_logout(self) -> bool:
        """Whether a terminal logs out."""
        return self.is_up and self._has(AFN_LINK, LOGOUT)

    @property
    def is_heartbeat(self) -> bool:
        """Whether a terminal says that it is still there."""
        return self.is_up and self._has(AFN_LINK, HEARTBEAT, HEARTBEAT_BARE)

    @property
    def is_confirmed(self) -> bool:
        """Whether it says that all was done."""
        return self._has(AFN_CONFIRM, ALL_CONFIRMED)

    @property
    def is_denied(self) -> bool:
        """Whether it says that nothing was done."""
        return self._has(AFN_CONFIRM, ALL_DENIED)
