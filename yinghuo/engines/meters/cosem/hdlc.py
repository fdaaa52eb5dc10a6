"""HDLC frames of DLMS/COSEM (IEC 62056-46): found in a stream, checked by both check sequences, written.

`7E | A or A8, length | destination | source | control | HCS | information | FCS | 7E`; nothing is stuffed, the length
says where the frame ends, and one 7E may end a frame and begin the next.
"""

from typing import NamedTuple

from yinghuo.engines.meters.checks import crc, with_crc
from yinghuo.engines.meters.cosem.frame import HDLC, Frame, Link, Opened

FLAG, TYPE, SEGMENTED, MOST_LENGTH = 0x7E, 0xA0, 0x08, 0x7FF
LEAST_BYTES = 9  # both flags, format, two addresses, control, FCS
FINAL = 0x10
SNRM, UA, DISC, DM, FRMR, UI = 0x83, 0x63, 0x43, 0x0F, 0x87, 0x03
RR, RNR = 0x01, 0x05
COMMAND_LLC, REPLY_LLC = bytes.fromhex("E6E600"), bytes.fromhex("E6E700")
FROM_METER = (UA, DM, FRMR)
CLIENT_BYTES = 1


class Limits(NamedTuple):
    """What SNRM asks for or UA grants: bytes of information and frames in a row, each way; 0: not said."""

    transmit_bytes: int = 0
    receive_bytes: int = 0
    transmit_window: int = 0
    receive_window: int = 0


def size_of(buffer: bytes, at: int) -> int | None:
    """Bytes of the frame whose flag stands at `at`, flags included; 0 if none, None if more bytes must come first."""
    if at + 3 > len(buffer):
        return None if at + 2 > len(buffer) or buffer[at + 1] & 0xF0 == TYPE else 0
    if buffer[at + 1] & 0xF0 != TYPE:
        return 0
    size = ((buffer[at + 1] & 0x07) << 8 | buffer[at + 2]) + 2
    return size if size >= LEAST_BYTES else 0


def fault(raw: bytes) -> str:
    """What is wrong with a frame between its flags: "end", "checksum" or nothing."""
    if raw[-1] != FLAG:
        return "end"
    return "checksum" if crc(raw[1:-3]).to_bytes(2, "little") != raw[-3:-1] else ""


def _address(raw: bytes, at: int) -> tuple[bytes, int]:
    """Bytes of an address, the last with its lowest bit set; ValueError unless 1, 2 or 4."""
    end = at
    while not raw[end] & 1:
        end += 1
    if end - at not in (0, 1, 3):
        raise ValueError("an address of a strange length")
    return raw[at : end + 1], end + 1


def _printed(raw: bytes) -> str:
    halves = [raw] if len(raw) == 1 else [raw[: len(raw) // 2], raw[len(raw) // 2 :]]
    return "/".join(str(_seven_bits(half)) for half in halves)


def _seven_bits(raw: bytes) -> int:
    number = 0
    for byte in raw:
        number = number << 7 | byte >> 1
    return number


def _is_reply(control: int, information: bytes, source: bytes, destination: bytes) -> bool:
    """Whether the meter sent it: its address is the longer; else by what only one side sends.

    Where neither tells (RR between two addresses of one byte), the client is taken to have sent it.
    """
    if len(source) != len(destination):
        return len(source) > len(destination)
    return control & ~FINAL in FROM_METER or information[:3] == REPLY_LLC


def open_frame(raw: bytes) -> Opened:
    """Meter, control byte and link of a frame, and its information without link control; ValueError if it is none."""
    try:
        destination, at = _address(raw, 3)
        source, at = _address(raw, at)
        control = raw[at]
    except IndexError as error:
        raise ValueError("an address that does not end") from error
    information, left = raw[at + 3 : -3], len(raw) - 3 - (at + 1)
    if left < 0 or 0 < left < 3:
        raise ValueError("no room for the check sequence of the header")
    if information and crc(raw[1 : at + 1]).to_bytes(2, "little") != raw[at + 1 : at + 3]:
        raise ValueError("the check sequence of the header is wrong")
    is_reply = _is_reply(control, information, source, destination)
    meter, client = (source, destination) if is_reply else (destination, source)
    if len(client) != CLIENT_BYTES:
        raise ValueError("a client's address has one byte")
    has_llc = is_data(control) and information[:3] == (REPLY_LLC if is_reply else COMMAND_LLC)
    link = Link(HDLC, _seven_bits(client), is_reply, len(meter), bool(raw[1] & SEGMENTED), has_llc)
    return _printed(meter), control, link, information[3 * has_llc :]


def is_unnumbered(control: int) -> bool:
    """Whether a frame manages the link and carries no APDU."""
    return control & 0x03 == 0x03 and control & ~FINAL != UI


def is_data(control: int) -> bool:
    """Whether a frame carries (a part of) an APDU."""
    return control & 1 == 0 or control & ~FINAL == UI


def _address_bytes(address: str, width: int) -> bytes:
    parts = [int(part) for part in address.split("/")]
    if width not in (1, 2, 4) or len(parts) != (1 if width == 1 else 2):
        raise ValueError(f"{address!r} is no address of {width} bytes")
    bits = 14 if width == 4 else 7
    if not all(0 <= part < 1 << bits for part in parts):
        raise ValueError(f"{address!r} does not fit into {width} bytes")
    pieces = [
        part >> 7 << 1 if high else (part & 0x7F) << 1 for part in parts for high in ((1, 0) if width == 4 else (0,))
    ]
    pieces[-1] |= 1
    return bytes(pieces)


def write_frame(frame: Frame) -> bytes:
    """The frame with both check sequences; ValueError for what cannot be written."""
    link = frame.link
    meter, client = _address_bytes(frame.address, link.width), _address_bytes(str(link.client), CLIENT_BYTES)
    ends = client + meter if link.is_reply else meter + client
    llc = (REPLY_LLC if link.is_reply else COMMAND_LLC) if link.has_llc and is_data(frame.control) else b""
    information = llc + frame.apdu
    length = 2 + len(ends) + 1 + 2 + (2 + len(information) if information else 0)
    if length > MOST_LENGTH or not 0 <= frame.control < 256:
        raise ValueError(f"{length} bytes do not fit into one frame")
    kind = TYPE | (SEGMENTED if link.segmented else 0) | length >> 8
    head = bytes([kind, length & 0xFF]) + ends + bytes([frame.control])
    body = with_crc(with_crc(head) + information) if information else with_crc(head)
    return bytes([FLAG]) + body + bytes([FLAG])


def limits(frame: Frame) -> Limits:
    """The limits that SNRM or UA carry; Limits() where they carry none."""
    found, at, raw = {}, 3, frame.apdu
    while at + 1 < len(raw):
        tag, size = raw[at], raw[at + 1]
        found[tag] = int.from_bytes(raw[at + 2 : at + 2 + size], "big")
        at += 2 + size
    return Limits(found.get(5, 0), found.get(6, 0), found.get(7, 0), found.get(8, 0))


def limits_bytes(of: Limits) -> bytes:
    """The information of SNRM and UA that says limits; sizes take one byte where that is enough."""
    sizes = [of.transmit_bytes, of.receive_bytes]
    fields = [bytes([5 + n, 1 + (size > 255)]) + size.to_bytes(1 + (size > 255), "big") for n, size in enumerate(sizes)]
    windows = [of.transmit_window, of.receive_window]
    fields += [bytes([7 + n, 4]) + size.to_bytes(4, "big") for n, size in enumerate(windows)]
    body = b"".join(fields)
    return bytes([0x81, 0x80, len(body)]) + body
