"""A frame of 698.45: whom, how and what; and its bytes."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from yinghuo.engines.meters.dlt698 import apdu as apdus
from yinghuo.engines.meters.dlt698.apdu import Apdu
from yinghuo.engines.meters.dlt698.bodies import ROWS, Result, Sealed
from yinghuo.engines.meters.dlt698.link import FRAGMENT, FROM_SERVER, LONGEST, Packet, octets_of, pack
from yinghuo.engines.meters.dlt698.security import Security
from yinghuo.engines.meters.dlt698.values import moment, typed
from yinghuo.engines.meters.dlt698.views import view
from yinghuo.engines.meters.frames import Item

FIRST, LAST, ACKNOWLEDGED, MIDDLE = range(4)  # what a fragment is: bits 14 and 15 of its head


class Fragment(NamedTuple):
    """The head of a fragment: what it is and its number (0..4095)."""

    part: int
    number: int


@dataclass(frozen=True)
class Frame:
    """One frame.

    address: the server's address as printed on the meter or terminal; kind: single, wildcard, group or broadcast;
             logical: its logical device (0..3); client: the client's address (0..255)
    control: 43 request of a client, C3 its answer, 83 report, 03 its answer, 81 login or heartbeat, 01 its answer;
             +20 a fragment, +08 scrambled
    items:   what it names or says; `dar` holds the code of each identifier whose value is missing (and 0 for what was
             written), `columns` those of a record
    apdu:    the parts as they stand on the wire; without it the items are written as GET or its answer
    wrapper: the SECURITY wrapper, where there was one; sealed: nobody could look inside
    fragment: set on an acknowledgement of a fragment, which says nothing else
    """

    address: str
    control: int
    items: list[Item] = field(default_factory=list)
    apdu: Apdu | None = None
    _: KW_ONLY
    kind: str = "single"
    logical: int = 0
    client: int = 0
    dar: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    wrapper: Sealed | None = None
    sealed: bool = False
    fragment: Fragment | None = None


def made(address: str, control: int, apdu: Apdu, **link: Any) -> Frame:
    """The frame around an APDU, its items read out."""
    seen = view(apdu)
    return Frame(address, control, seen.items, apdu, dar=seen.dar, columns=seen.columns, **link)


def unwrapped(packet: Packet, security: Security | None) -> Frame:
    """The frame of a packet; ValueError when its content is none, or its proof wrong."""
    address, kind, logical, client, control, payload = packet
    apdu = apdus.read(payload)
    if apdu.service not in apdus.SEALING:
        seen = view(apdu)
        return Frame(
            address,
            control,
            seen.items,
            apdu,
            kind=kind,
            logical=logical,
            client=client,
            dar=seen.dar,
            columns=seen.columns,
        )
    link = {"kind": kind, "logical": logical, "client": client, "wrapper": apdu.body}
    choice, unit = apdu.body.unit
    if choice == 2:
        return Frame(address, control, apdu=apdu, dar={"": unit}, **link)
    if security is None:
        item = Item(f"{apdu.service:02X}", unit.hex().upper(), "")
        return Frame(address, control, [item], apdu, sealed=True, **link)
    return made(address, control, apdus.read(security.open(apdu.body)), **link)


def sealed(frame: Frame, security: Security) -> Frame:
    """The frame in the wrapper that a backend makes for it."""
    if frame.apdu is None:
        raise ValueError("a frame without an APDU cannot be sealed")
    return replace(frame, wrapper=security.seal(apdus.write(frame.apdu)))


def stamped(frame: Frame, sent_at: datetime, allowed: tuple[int, int]) -> Frame:
    """The frame with a time tag: when it was sent, and how long it may take as (unit 0 s, 1 min, 2 h, count)."""
    if frame.apdu is None:
        raise ValueError("a frame without an APDU cannot carry a time tag")
    return replace(frame, apdu=frame.apdu._replace(tag=(moment(sent_at), allowed)))


def payload_of(frame: Frame) -> bytes:
    """The link user data of a frame; ValueError when it cannot be written."""
    if frame.fragment is not None:
        return fragment_head(frame.fragment)
    if frame.wrapper is not None:
        answering = (frame.apdu.service if frame.apdu else frame.control) & apdus.REPLY
        service = apdus.SECURITY | answering
        return apdus.write(Apdu(service, 0, 0, frame.wrapper))
    if frame.apdu is None:
        return apdus.write(implied(frame))
    if frame.items and view(frame.apdu).items != frame.items:
        raise ValueError("the items are not those of the APDU; a frame with other items has no APDU")
    return apdus.write(frame.apdu)


def fragment_head(fragment: Fragment) -> bytes:
    return (fragment.part << 14 | fragment.number & 0xFFF).to_bytes(2, "little")


def implied(frame: Frame) -> Apdu:
    """GET of the items, or its answer, by the direction of the frame."""
    if frame.control & 7 != 3 or not frame.items:
        raise ValueError("a frame without an APDU must be GET or its answer, and have items")
    if not frame.control & FROM_SERVER:
        oads = [one[0] for one in frame.items]
        return Apdu(apdus.GET, *((2, 0, oads) if len(oads) > 1 else (1, 0, oads[0])))
    results = [Result(oad, _outcome(oad, value, frame.dar)) for oad, value, _ in frame.items]
    return Apdu(apdus.GET | apdus.REPLY, *((2, 0, results) if len(results) > 1 else (1, 0, results[0])))


def _outcome(oad: str, value: Any, dar: Mapping[str, int]) -> tuple[int, Any]:
    return (0, dar[oad]) if oad in dar else (ROWS, typed(oad, value))


def split(frame: Frame, *, longest: int = LONGEST) -> list[bytes]:
    """The frame as one run of bytes, or as many as its length needs; the next may go when the last is acknowledged.

    longest: what the length field may say, in bytes: two less than a frame is long
    """
    payload = payload_of(frame)
    room = longest - 9 - len(octets_of(frame.address))
    parts = [payload]
    if len(payload) > room:
        if room < 3:
            raise ValueError(f"no room for anything in {longest} bytes")
        parts = [payload[at : at + room - 2] for at in range(0, len(payload), room - 2)]
        ends = [FIRST, *[MIDDLE] * (len(parts) - 2), LAST]
        parts = [fragment_head(Fragment(end, n)) + part for n, (end, part) in enumerate(zip(ends, parts, strict=True))]
    control = frame.control | (FRAGMENT if len(parts) > 1 or frame.fragment else 0)
    head = (frame.address, frame.kind, frame.logical, frame.client, control)
    return [pack(Packet(*head, part)) for part in parts]


def encode(frame: Frame, *, longest: int = LONGEST) -> bytes:
    """The bytes of a frame, its fragments one after the other; ValueError when it cannot be written.

    >>> encode(Frame("000000000000", 0x43, [Item("20000201", None, "V")])).hex()
    '681700430500000000000000727905010020000201003da716'
    """
    return b"".join(split(frame, longest=longest))
