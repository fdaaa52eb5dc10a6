"""The WRAPPER of DLMS/COSEM over TCP and UDP: version 1, source, destination, length; eight bytes before an APDU."""

import struct
from functools import lru_cache

from yinghuo.engines.meters.cosem.apdu import PARSERS, REPLIES
from yinghuo.engines.meters.cosem.frame import WRAPPER, Frame, Link, Opened

HEAD = 8
VERSION = 1
HEADER = struct.Struct(">HHHH")


def size_of(buffer: bytes, at: int) -> int | None:
    """Bytes of the frame that begins at `at`; 0 if none does, None if more bytes must come first.

    Without a check sequence, version, length and a known first byte of the APDU are all there is to hold on to.
    """
    if at + HEAD >= len(buffer):
        return None if buffer[at : at + 2] in (b"\0", b"\0\1") else 0
    version, _, _, size = HEADER.unpack_from(buffer, at)
    return HEAD + size if version == VERSION and size and buffer[at + HEAD] in PARSERS else 0


@lru_cache(maxsize=256)
def _ends(source: int, destination: int, tag: int) -> tuple[str, Link]:
    meter, client = (source, destination) if tag in REPLIES else (destination, source)
    return str(meter), Link(WRAPPER, client, tag in REPLIES)


def open_frame(raw: bytes) -> Opened:
    """What stands around an APDU, and the APDU."""
    _, source, destination, _ = HEADER.unpack_from(raw)
    address, link = _ends(source, destination, raw[HEAD])
    return address, 0, link, raw[HEAD:]


def write_frame(frame: Frame) -> bytes:
    """The APDU behind its wrapper; ValueError for what cannot be written."""
    meter, client = int(frame.address), frame.link.client
    source, destination = (meter, client) if frame.link.is_reply else (client, meter)
    try:
        return HEADER.pack(VERSION, source, destination, len(frame.apdu)) + frame.apdu
    except struct.error as error:
        raise ValueError("ports and length have sixteen bits") from error
