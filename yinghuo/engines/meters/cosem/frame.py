"""A frame of DLMS/COSEM as values: who talks to whom, over what, which service, and the items."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from yinghuo.engines.meters.frames import Item

HDLC, WRAPPER, BARE = "hdlc", "wrapper", "bare"


class Link(NamedTuple):
    """What carries the APDU.

    framing:  "hdlc", "wrapper" or "bare" (an APDU alone)
    client:   the client's address (16: public; 1: management …)
    is_reply: the meter sent it
    width:    bytes of the meter's HDLC address: 1, 2 or 4
    segmented: more HDLC segments follow
    has_llc:  the three bytes of the link control stand before the APDU
    """

    framing: str = WRAPPER
    client: int = 16
    is_reply: bool = False
    width: int = 1
    segmented: bool = False
    has_llc: bool = True


class Association(NamedTuple):
    """What AARQ asks for or AARE grants.

    mechanism:   0 lowest, 1 low level (a password), 2 and more: high level, which is not done here
    secret:      the password of AARQ
    conformance: 24 bits of services, hexadecimal
    most_bytes:  the longest APDU that this side takes
    result:      AARE: 0 accepted, 1 rejected for good, 2 rejected for now; diagnostic: why
    """

    mechanism: int = 0
    secret: bytes = b""
    conformance: str = ""
    most_bytes: int = 0
    result: int = 0
    diagnostic: int = 0


class Said(NamedTuple):
    """What an APDU says beside its items.

    service: "get-request", "get-response", "data-notification", "ciphered" …; "" for a frame without APDU
    invoke:  invoke-id and priority (of DataNotification: the long one)
    errors:  one for each item, "" where it was read; of a whole APDU that failed, its one error
    block:   number of the block, 0 if it stands alone; last: no more blocks follow
    at:      when the meter says that it sent a notification; None where it does not: then only the receiver knows
    part:    bytes of a block whose message is not complete
    window, acknowledged: of general block transfer: blocks allowed ahead, and the last one taken in
    """

    service: str = ""
    invoke: int = 0
    errors: tuple[str, ...] = ()
    block: int = 0
    last: bool = True
    at: datetime | None = None
    part: bytes = b""
    association: Association | None = None
    window: int = 0
    acknowledged: int = 0


NO_LINK, NOTHING = Link(), Said()


@dataclass(frozen=True)
class Frame:
    """One frame, or one message of several segments or blocks joined.

    address: the meter's: "1" (WRAPPER port or one HDLC byte), "1/17" (HDLC: logical device / physical address)
    control: HDLC control byte; 0 for WRAPPER
    items:   identifiers are class(4) OBIS(12) attribute(2), hexadecimal; "" where the frame does not say
    apdu:    the bytes that `encode` writes again; items and said are what they mean
    """

    address: str
    control: int
    items: list[Item] = field(default_factory=list)
    link: Link = NO_LINK
    apdu: bytes = b""
    said: Said = NOTHING

    @property
    def service(self) -> str:
        """Which service."""
        return self.said.service

    @property
    def invoke(self) -> int:
        """Invoke-id and priority: the answer carries that of its request."""
        return self.said.invoke

    @property
    def error(self) -> str:
        """The first error, or ""."""
        return next((error for error in self.said.errors if error), "")

    @property
    def at(self) -> datetime | None:
        """The meter's wall-clock time of a notification, if it says one."""
        return self.said.at


Opened = tuple[str, int, Link, bytes]  # address, control, link and what stands in a frame
