"""The flood path: a captured stream of many frames becomes columns at once, by compiled loops.

First all frames are found and judged, then the rows are filled. Answers that carry a number or a block of numbers stay
in the compiled loops; every other frame is read by `content.read`, so that both ways always say the same.
"""

from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np

from yinghuo.engines.meters.dlt645.content import read
from yinghuo.engines.meters.dlt645.layouts import Block, Number
from yinghuo.engines.meters.dlt645.link import Frame
from yinghuo.engines.meters.dlt645.stream import MINUS_33
from yinghuo.engines.meters.dlt645.table import identifiers

ROW = np.dtype(
    [
        ("offset", "<i8"),
        ("address", "<u8"),
        ("scaled", "<i8"),
        ("identifier", "<u4"),
        ("control", "u1"),
        ("part", "u1"),
        ("exponent", "i1"),
        ("known", "?"),
    ]
)
START, ROWS, SLOW = 0, 2, -1  # columns of what was found; rows that only the long way can tell
SHORTEST = 12


@cache
def specifications() -> tuple[np.ndarray, np.ndarray]:
    """How the numbers of each identifier stand: keys, shape (slots,), and size, decimals, signed, most beside them."""
    from yinghuo.engines.meters.dlt645.kernels import SLOTS, put_all

    wanted: list[int] = []
    rows: list[tuple[int, int, bool, int]] = []
    for identifier, entry in identifiers():
        most = entry.layout.most if isinstance(entry.layout, Block) else 0
        number = entry.layout.part if isinstance(entry.layout, Block) else entry.layout
        if isinstance(number, Number):
            wanted.append(int(identifier, 16))
            rows.append((number.size, number.decimals, number.signed, most))
    keys, specs = np.full(SLOTS, -1, np.int64), np.zeros((SLOTS, 4), np.uint8)
    specs[put_all(np.array(wanted), keys)] = rows
    return keys, specs


def decode_many(data: bytes) -> np.ndarray:
    """Rows of all frames in `data`, in their order; what `decode` gives on the same bytes, as columns.

    data: bytes, bytearray, memoryview or array of uint8; rubbish around and between frames is passed over; while it
          works it needs about four times as much memory beside
    returns: structured array (rows,); one row a frame, or one for each value of a list of numbers
      offset:     where the frame begins in `data` (its first 68H)
      address:    twelve digits packed in 48 bits: f"{address:012X}" is what is printed on the meter
      control:    the control byte
      identifier: DI3 to DI0 as a number; 0 where the frame has none
      part:       place in a block, from 0
      scaled, exponent, known: the number is scaled * 10**exponent, exactly, if known; not known is what is absent (FF)
                  and whatever is no number (moments, texts, requests, errors): decode(data[offset:]) tells it

    >>> rows = decode_many(bytes.fromhex("686101000000006891083333343359333333 8A16"))
    >>> f"{rows['address'][0]:012X}", f"{rows['identifier'][0]:08X}", rows["scaled"][0], rows["exponent"][0]
    ('000000000161', '00010000', np.int64(26), np.int8(-2))
    """
    from yinghuo.engines.meters.dlt645.kernels import fill_rows, find_frames

    given = np.frombuffer(memoryview(data).toreadonly(), np.uint8)  # one kind of array: compiled once
    keys, specs = specifications()
    found = np.empty((len(given) // SHORTEST + 1, 4), np.int64)
    found = found[: find_frames(given, keys, specs, found)]
    counts = found[:, ROWS]
    indexes = np.flatnonzero(counts == SLOW).tolist()
    slow = [_long_way(given, int(found[index, START])) for index in indexes]
    counts[indexes] = [len(rows) for rows in slow]
    firsts = np.cumsum(counts) - counts
    table = np.zeros(int(counts.sum()), ROW)
    for index, rows in zip(indexes, slow, strict=True):
        table[firsts[index] : firsts[index] + len(rows)] = rows
    counts[indexes] = 0
    fill_rows(given, specs, found, firsts, table)
    return table


def floats(rows: np.ndarray) -> np.ndarray:
    """Values of rows as float64, not-a-number where they are not known; shape (rows,)."""
    return np.where(rows["known"], rows["scaled"] / 10.0 ** -rows["exponent"].astype(np.int64), np.nan)


def _long_way(given: np.ndarray, at: int) -> list[tuple[Any, ...]]:
    head = given[at : at + 10].tobytes()
    body = given[at + 10 : at + 10 + head[9]].tobytes().translate(MINUS_33)
    try:
        frame = read(head[6:0:-1].hex().upper(), head[8], body)
    except ValueError:
        return []
    return rows_of(frame, at)


def rows_of(frame: Frame, offset: int) -> list[tuple[Any, ...]]:
    """The rows of one decoded frame: the slow twin of the compiled loops."""
    identifier, value = (frame.items[0].identifier, frame.items[0].value) if frame.items else ("", None)
    is_block = isinstance(value, list) and value and all(one is None or isinstance(one, Decimal) for one in value)
    values = value if is_block and isinstance(value, list) else [value]
    head, code = (offset, int(frame.address, 16)), int(identifier or "0", 16)
    return [
        (*head, scaled, code, frame.control, part, exponent, known)
        for part, (scaled, exponent, known) in enumerate(_scaled(one) for one in values)
    ]


def _scaled(value: object) -> tuple[int, int, bool]:
    if not isinstance(value, Decimal):
        return 0, 0, False
    sign, digits, exponent = value.as_tuple()
    size = int("".join(map(str, digits)))
    return (-size if sign else size), int(exponent), True
