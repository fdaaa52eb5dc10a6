"""Segments of HDLC, blocks of a long GET and general blocks, put together again."""

from dataclasses import dataclass, field
from typing import Any

from yinghuo.engines.meters.cosem.apdu import GET_REPLY, NORMAL, parse
from yinghuo.engines.meters.cosem.frame import Frame, Opened

MOST_OPEN, MOST_BYTES = 32, 1 << 20
Key = tuple[str, int, bool]


@dataclass
class Open:
    """What has come of a message: its bytes and the number of the last piece."""

    number: int = -1
    has_llc: bool = False
    data: bytearray = field(default_factory=bytearray)


class Joiner:
    """Keeps the pieces of at most 32 messages at once, each of a megabyte at most."""

    def __init__(self) -> None:
        self._segments: dict[Key, Open] = {}
        self._blocks: dict[tuple[Key, str, int], Open] = {}

    def segment(self, opened: Opened) -> tuple[bytes, bool] | None:
        """The information of all segments and whether link control stood before it, or None before the last.

        A segment that comes twice is taken once. Link control stands before the first only: one with it begins anew.
        """
        address, control, link, information = opened
        key, number = (address, link.client, link.is_reply), control >> 1 & 7
        begun = self._segments.pop(key, None)
        if begun is None or (link.has_llc and begun.number != number):
            begun = Open(has_llc=link.has_llc)
        if number != begun.number or control & 1:
            self._grow(begun, information)
            begun.number = number
        if not link.segmented:
            return bytes(begun.data), begun.has_llc
        self._segments[key] = begun
        _bound(self._segments)
        return None

    def block(self, piece: Frame) -> Frame | None:
        """The message of all blocks, or None before the last; ValueError for a block out of turn."""
        said = piece.said
        key = ((piece.address, piece.link.client, piece.link.is_reply), said.service, said.invoke)
        found = self._blocks.pop(key, None)
        if found is None or (said.block == 1 and found.number != 1):
            found = Open(said.block - 1)
        if said.block == found.number + 1 and (found.data or said.block <= 1):
            self._grow(found, said.part)
            found.number = said.block
        elif said.block != found.number:
            raise ValueError("a block out of turn")
        if not said.last:
            self._blocks[key] = found
            _bound(self._blocks)
            return None
        return _whole(piece, bytes(found.data))

    def _grow(self, found: Open, data: bytes) -> None:
        if len(found.data) + len(data) > MOST_BYTES:
            raise ValueError("longer than a message may be")
        found.data += data


def _bound(pieces: dict[Any, Open]) -> None:
    while len(pieces) > MOST_OPEN:
        del pieces[next(iter(pieces))]


def _whole(piece: Frame, data: bytes) -> Frame:
    """The message that blocks carried: an APDU in general blocks, the data of one GET in those of GET."""
    is_get = piece.said.service == "get-response"
    apdu = bytes([GET_REPLY, NORMAL, piece.said.invoke, 0]) + data if is_get else data
    items, said = parse(apdu)
    if said.part:
        raise ValueError("blocks within blocks")
    said = said._replace(block=piece.said.block, window=piece.said.window, acknowledged=piece.said.acknowledged)
    return Frame(piece.address, piece.control, items, piece.link, apdu, said)
