"""How readings stand in the spool: records of length, checksum and rows of fixed width, their reasons behind them."""

import struct
import zlib
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import numpy as np

from yinghuo.desks.metering.lake.readings import Reading

QUALITIES = ("measured", "estimated", "edited", "rejected")
SCALE_DIGITS = 4
LARGEST = 10**18  # of a value in ten-thousandths: decimal(18,4)
METERS, NUMBERS = 2**31, 2**15
FRAME_BYTES = 16
LONGEST_REASON = 1_000

ROW = struct.Struct("<ihqq16sqBH")
ROWS = np.dtype(
    [
        ("meter", "<i4"),
        ("quantity", "<i2"),
        ("at_s", "<i8"),
        ("value", "<i8"),
        ("frame", "V16"),
        ("received_us", "<i8"),
        ("quality", "u1"),
        ("reason_bytes", "<u2"),
    ]
)
HEAD = struct.Struct("<II")  # bytes of the record's body, CRC-32 over it
COUNT = struct.Struct("<I")
_CODES = {name: number for number, name in enumerate(QUALITIES)}


def pack(readings: Sequence[Reading]) -> bytes:
    """One record; ValueError for a reading that the lake could not hold (then nothing of the record is kept)."""
    rows, reasons = bytearray(), bytearray()
    for one in readings:
        reason = one.reason.encode()
        rows += _row(one, len(reason))
        reasons += reason
    body = COUNT.pack(len(readings)) + rows + reasons
    return HEAD.pack(len(body), zlib.crc32(body)) + body


def _row(one: Reading, reason_bytes: int) -> bytes:
    if one.at.tzinfo is None or one.received_at.tzinfo is None:
        raise ValueError(f"a reading's times must be aware: {one}")
    if not (0 <= one.meter < METERS and 0 <= one.quantity < NUMBERS) or one.quality not in _CODES:
        raise ValueError(f"meter, quantity or quality is none: {one}")
    if len(one.frame) != FRAME_BYTES or reason_bytes > LONGEST_REASON:
        raise ValueError(f"a frame's hash has {FRAME_BYTES} bytes, a reason at most {LONGEST_REASON}: {one}")
    at_s, received_us = int(one.at.timestamp() // 1), round(one.received_at.timestamp() * 1_000_000)
    code = _CODES[one.quality]
    return ROW.pack(one.meter, one.quantity, at_s, scaled(one.value), bytes(one.frame), received_us, code, reason_bytes)


def scaled(value: Decimal) -> int:
    """A value in ten-thousandths; ValueError where that is not exact or does not fit.

    >>> scaled(Decimal("220.10")), scaled(Decimal("-0.0001"))
    (2201000, -1)
    >>> scaled(Decimal("1.00001"))
    Traceback (most recent call last):
    ValueError: not a decimal(18,4): 1.00001
    """
    if not value.is_finite() or value.adjusted() >= 18 - SCALE_DIGITS:
        raise ValueError(f"not a decimal(18,4): {value}")
    number = int(value.scaleb(SCALE_DIGITS))
    if number != value.scaleb(SCALE_DIGITS):
        raise ValueError(f"not a decimal(18,4): {value}")
    return number


def unpack(body: bytes) -> tuple[np.ndarray, list[str]]:
    """The rows of a record's body (dtype ROWS) and the reason of each."""
    (count,) = COUNT.unpack_from(body)
    rows = np.frombuffer(body, dtype=ROWS, count=count, offset=COUNT.size)
    ends = np.concatenate([[0], np.cumsum(rows["reason_bytes"], dtype=np.int64)]) + COUNT.size + count * ROW.size
    if ends[-1] == ends[0]:
        return rows, [""] * count
    return rows, [body[start:end].decode() for start, end in pairwise(ends)]


def record_at(data: bytes, offset: int) -> bytes | None:
    """The body of the record that begins at `offset`; None where none stands there whole and undamaged."""
    start = offset + HEAD.size
    if start > len(data):
        return None
    length, checksum = HEAD.unpack_from(data, offset)
    body = data[start : start + length]
    if len(body) < length or length < COUNT.size or zlib.crc32(body) != checksum:
        return None
    (count,) = COUNT.unpack_from(body)
    return body if COUNT.size + count * ROW.size <= length else None
