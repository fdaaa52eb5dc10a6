"""Frames of DLMS/COSEM as both sides send them, over HDLC or WRAPPER: opening, reading, writing, pushing, going on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from yinghuo.engines.meters.cosem import apdu, hdlc
from yinghuo.engines.meters.cosem.apdu import parse
from yinghuo.engines.meters.cosem.association import aare_bytes, aarq_bytes
from yinghuo.engines.meters.cosem.axdr import Data
from yinghuo.engines.meters.cosem.frame import HDLC, NO_LINK, Association, Frame, Link
from yinghuo.engines.meters.cosem.hdlc import FINAL, Limits, limits_bytes
from yinghuo.engines.meters.cosem.writing import octets, write

INVOKE = 0xC1  # confirmed, high priority, number 1
FIRST = 0x10  # control byte of the first data frame: both counts 0, answer wanted
CODES = {word: code for code, word in apdu.ERRORS.items()}
MOST_APDU = 0xFFFF


def message(address: str, raw: bytes, *, link: Link = NO_LINK) -> Frame:
    """An APDU on its way; over HDLC as the first data frame (see `numbered`). ValueError if the bytes are no APDU."""
    items, said = parse(raw)
    return Frame(address, FIRST if link.framing == HDLC else 0, items, link, raw, said)


def numbered(frame: Frame, *, sent: int, received: int) -> Frame:
    """The same HDLC data frame with its counts N(S) and N(R), modulo 8."""
    return replace(frame, control=received % 8 << 5 | FINAL | sent % 8 << 1)


def snrm(address: str, *, link: Link, limits: Limits | None = None) -> Frame:
    """Set up an HDLC link."""
    information = b"" if limits is None else limits_bytes(limits)
    return Frame(address, hdlc.SNRM | FINAL, link=link._replace(has_llc=False), apdu=information)


def _unnumbered(request: Frame, control: int, information: bytes = b"") -> Frame:
    link = request.link._replace(is_reply=not request.link.is_reply, has_llc=False)
    return Frame(request.address, control | FINAL, link=link, apdu=information)


def ua(request: Frame, *, limits: Limits | None = None) -> Frame:
    """Accept SNRM or DISC."""
    return _unnumbered(request, hdlc.UA, b"" if limits is None else limits_bytes(limits))


def disconnect(address: str, *, link: Link) -> Frame:
    """End an HDLC link."""
    return Frame(address, hdlc.DISC | FINAL, link=link._replace(has_llc=False))


def receive_ready(piece: Frame) -> Frame:
    """Ask for the next HDLC segment: the count goes one beyond that of the piece."""
    return _unnumbered(piece, hdlc.RR | ((piece.control >> 1) + 1) % 8 << 5)


def associate(address: str, *, secret: bytes = b"", most_bytes: int = MOST_APDU, link: Link = NO_LINK) -> Frame:
    """AARQ: open an association, with a password (LLS) if there is one."""
    asked = Association(1 if secret else 0, secret, "", most_bytes)
    return message(address, aarq_bytes(asked), link=link)


def _reply(request: Frame, raw: bytes) -> Frame:
    frame = message(request.address, raw, link=request.link._replace(is_reply=True))
    if request.link.framing != HDLC:
        return frame
    return numbered(frame, sent=request.control >> 5, received=(request.control >> 1) + 1)


def accept(request: Frame, *, conformance: str = "", most_bytes: int = 1024) -> Frame:
    """AARE: grant an association."""
    return _reply(request, aare_bytes(Association(0, b"", conformance, most_bytes)))


def reject(request: Frame, *, diagnostic: int = 13) -> Frame:
    """AARE: refuse an association for good; 13: the password is wrong."""
    return _reply(request, aare_bytes(Association(0, b"", "", 0, 1, diagnostic)))


def _described(identifier: str, access: Data | None, selector: int) -> bytes:
    name = bytes.fromhex(identifier)
    if len(name) != apdu.NAME_BYTES:
        raise ValueError(f"{identifier!r} is not class, OBIS and attribute")
    return name + (b"\0" if access is None else bytes([1, selector]) + write(access))


def get(
    address: str,
    identifiers: Sequence[str],
    *,
    invoke: int = INVOKE,
    access: tuple[int, Data] | None = None,
    link: Link = NO_LINK,
) -> Frame:
    """Ask for one attribute, or several in a list; access: selector and what of it (`profile.by_range` …)."""
    selector, chosen = access or (0, None)
    names = [_described(name, chosen, selector) for name in identifiers]
    if len(names) == 1:
        return message(address, bytes([apdu.GET, apdu.NORMAL, invoke]) + names[0], link=link)
    return message(address, bytes([apdu.GET, apdu.LIST, invoke, len(names)]) + b"".join(names), link=link)


def get_next(piece: Frame) -> Frame:
    """Ask for the block after this one."""
    raw = bytes([apdu.GET, apdu.NEXT_OR_BLOCK, piece.said.invoke]) + piece.said.block.to_bytes(4, "big")
    frame = message(piece.address, raw, link=piece.link._replace(is_reply=False, has_llc=True))
    if piece.link.framing != HDLC:
        return frame
    return numbered(frame, sent=piece.control >> 5, received=(piece.control >> 1) + 1)


def _result(value: Data | str) -> bytes:
    return bytes([1, CODES[value]]) if isinstance(value, str) else b"\0" + write(value)


def get_reply(request: Frame, values: Sequence[Data | str]) -> Frame:
    """Answer GET: typed values, or words of errors (`apdu.ERRORS`), one for each attribute asked for."""
    results = b"".join(map(_result, values))
    if request.apdu[1] == apdu.LIST:
        return _reply(request, bytes([apdu.GET_REPLY, apdu.LIST, request.invoke, len(values)]) + results)
    return _reply(request, bytes([apdu.GET_REPLY, apdu.NORMAL, request.invoke]) + results)


def get_reply_blocks(request: Frame, value: Data, *, most_bytes: int) -> list[Frame]:
    """Answer GET in blocks of at most so many bytes of data; each goes out when the one before was taken in."""
    data = write(value)
    parts = [data[at : at + most_bytes] for at in range(0, len(data), most_bytes)]
    head = bytes([apdu.GET_REPLY, apdu.NEXT_OR_BLOCK, request.invoke])
    return [
        _reply(request, head + bytes([n == len(parts)]) + n.to_bytes(4, "big") + b"\0" + octets(part))
        for n, part in enumerate(parts, 1)
    ]


def general_blocks(whole: Frame, *, most_bytes: int) -> list[Frame]:
    """Any message in general blocks of at most so many bytes."""
    parts = [whole.apdu[at : at + most_bytes] for at in range(0, len(whole.apdu), most_bytes)]
    found = []
    for n, part in enumerate(parts, 1):
        control = 0x80 * (n == len(parts)) | 1
        raw = bytes([apdu.GENERAL_BLOCK, control]) + n.to_bytes(2, "big") + b"\0\0" + octets(part)
        found.append(replace(message(whole.address, raw, link=whole.link), control=whole.control))
    return found


def acknowledge(piece: Frame) -> Frame:
    """Take a general block in: an empty block that says how far."""
    raw = bytes([apdu.GENERAL_BLOCK, 0x80 | piece.said.window]) + b"\0\1" + piece.said.block.to_bytes(2, "big") + b"\0"
    link = piece.link._replace(is_reply=not piece.link.is_reply, has_llc=True)
    return replace(message(piece.address, raw, link=link), control=piece.control)


def put(address: str, identifier: str, value: Data, *, invoke: int = INVOKE, link: Link = NO_LINK) -> Frame:
    """SET one attribute."""
    raw = bytes([apdu.SET, apdu.NORMAL, invoke]) + _described(identifier, None, 0) + write(value)
    return message(address, raw, link=link)


def put_reply(request: Frame, *, error: str = "") -> Frame:
    """Answer SET: done, or the word of an error."""
    return _reply(request, bytes([apdu.SET_REPLY, apdu.NORMAL, request.invoke, CODES[error]]))


def act(
    address: str, identifier: str, value: Data | None = None, *, invoke: int = INVOKE, link: Link = NO_LINK
) -> Frame:
    """Call a method (ACTION): class, OBIS, method."""
    given = b"\0" if value is None else b"\1" + write(value)
    name = _described(identifier, None, 0)[: apdu.NAME_BYTES]
    return message(address, bytes([apdu.ACTION, apdu.NORMAL, invoke]) + name + given, link=link)


def act_reply(request: Frame, *, error: str = "", value: Data | None = None) -> Frame:
    """Answer ACTION, perhaps with what the method gives back."""
    given = b"" if value is None else b"\1\0" + write(value)
    return _reply(request, bytes([apdu.ACTION_REPLY, apdu.NORMAL, request.invoke, CODES[error]]) + (given or b"\0"))


def notify(address: str, body: Data, *, at: datetime | None = None, invoke: int = 1, link: Link = NO_LINK) -> Frame:
    """Push (DataNotification): without a time, if the meter says none; over HDLC unnumbered (UI)."""
    head = bytes([apdu.DATA_NOTIFICATION]) + invoke.to_bytes(4, "big")
    raw = head + (b"\0" if at is None else octets(at)) + write(body)
    frame = message(address, raw, link=link._replace(is_reply=True))
    return replace(frame, control=hdlc.UI | FINAL) if link.framing == HDLC else frame


def segments(frame: Frame, *, most_bytes: int) -> list[Frame]:
    """An HDLC data frame in segments of at most so many bytes of information; the counts N(S) go up."""
    parts = [frame.apdu[at : at + most_bytes] for at in range(0, len(frame.apdu), most_bytes)]
    found = []
    for n, part in enumerate(parts):
        link = frame.link._replace(segmented=n + 1 < len(parts), has_llc=n == 0)
        piece = replace(frame, apdu=part, link=link, items=[])
        found.append(numbered(piece, sent=(frame.control >> 1 & 7) + n, received=frame.control >> 5))
    return found


def named(reply: Frame, request: Frame) -> Frame:
    """The reply to GET with the identifiers of its request; ValueError if it is not its reply."""
    if reply.invoke & 0x0F != request.invoke & 0x0F or len(reply.items) != len(request.items):
        raise ValueError("not the reply to this request")
    pairs = zip(reply.items, request.items, strict=True)
    return replace(reply, items=[item._replace(identifier=asked.identifier) for item, asked in pairs])
