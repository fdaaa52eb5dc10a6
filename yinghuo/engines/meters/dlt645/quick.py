"""What the short way through a stream needs: numbers by look-up, two bytes at a time, still with their 33H.

Nearly every frame is a sound answer to a read that carries one number; `stream.scan` takes it with these tables.
Whatever is not of this kind is left to the long way, which decides; both give the same.
"""

from decimal import Decimal
from functools import lru_cache
from struct import Struct

import numpy as np

from yinghuo.engines.meters.dlt645.layouts import STEPS, Number

HEAD = Struct("<6sHBIHH")  # address, second start and control, length, identifier, first four bytes of the value
NONE = -(10**9)


# identifier, unit, step, length of the data field, table of the low two bytes, mask and table of those above; a plain
# tuple, because it is taken apart for every frame
Kind = tuple[str, str, Decimal, int, list[int], int, list[int]]

numbers: dict[int, Kind] = {}  # by the identifier as sent; never more than the table has


@lru_cache(1 << 16)
def address_of(raw: bytes) -> str:
    """Address as printed of its bytes as sent; remembered, for the same meters answer again and again."""
    return raw[::-1].hex().upper()


def digits_of_byte() -> np.ndarray:
    """Number 0 to 99 of each byte as sent (with 33H), NONE where it is none; shape (256,)."""
    own = (np.arange(256) - 0x33) & 0xFF
    tens, ones = own >> 4, own & 15
    return np.where((tens < 10) & (ones < 10), 10 * tens + ones, NONE)


def _pairs(*, signed: bool) -> np.ndarray:
    one = digits_of_byte()
    top = np.where(one >= 80, NONE, one) if signed else one
    return np.maximum(one[None, :] + 100 * top[:, None].clip(NONE // 100), NONE).reshape(65536)


def _tables(layout: Number) -> tuple[list[int], int, list[int]]:
    low, top = PAIRS[layout.signed and layout.size == 2], np.maximum(digits_of_byte(), NONE)
    if layout.size == 2:
        return low, 0, [0]
    if layout.size == 3:
        top = np.where(top >= 80, NONE, top) if layout.signed else top
        return low, 0xFF, np.where(top < 0, NONE, 10_000 * top).tolist()
    return low, 0xFFFF, HIGH_PAIRS[layout.signed]


PAIRS = {signed: _pairs(signed=signed).tolist() for signed in (False, True)}
HIGH_PAIRS = {signed: [NONE if n < 0 else 10_000 * n for n in pairs] for signed, pairs in PAIRS.items()}


def learn(identifier: str, layout: Number) -> None:
    """From now on numbers of this identifier go the short way."""
    if layout.size in (2, 3, 4):
        sent = int.from_bytes(bytes((n + 0x33) & 0xFF for n in bytes.fromhex(identifier)))
        tables = _tables(layout)
        numbers[sent] = (identifier, layout.unit, STEPS[layout.decimals], 4 + layout.size, *tables)
