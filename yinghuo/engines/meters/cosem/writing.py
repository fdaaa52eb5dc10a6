"""Typed values of DLMS/COSEM to bytes (A-XDR): what a meter, a simulator or a request writes."""

import struct
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import cast

from yinghuo.engines.meters.cosem import axdr
from yinghuo.engines.meters.cosem.axdr import Data, length_bytes
from yinghuo.engines.meters.cosem.clocks import DateTime, date_time_bytes


def write(data: Data) -> bytes:
    """A typed value with its tag; ValueError where the value does not fit the type.

    >>> write(Data(axdr.UINT32, 5009)).hex()
    '0600001391'
    """
    writer = WRITERS.get(data.tag)
    if writer is None:
        raise ValueError(f"no such type: {data.tag}")
    return bytes([data.tag]) + writer(data.value)


def octets(raw: object) -> bytes:
    """Bytes, hexadecimal text or a moment, behind their length."""
    if isinstance(raw, str):
        raw = bytes.fromhex(raw)
    if isinstance(raw, datetime | DateTime):
        raw = date_time_bytes(raw)
    if not isinstance(raw, bytes):
        raise ValueError(f"{raw!r} is no octet string")
    return length_bytes(len(raw)) + raw


def _whole(size: int, *, signed: bool) -> Callable[[object], bytes]:
    def writer(value: object) -> bytes:
        if not isinstance(value, int | Decimal) or value != int(value):
            raise ValueError(f"{value!r} is no whole number")
        try:
            return int(value).to_bytes(size, "big", signed=signed)
        except OverflowError as error:
            raise ValueError(f"{value} does not fit into {size} bytes") from error

    return writer


def _float(form: str) -> Callable[[object], bytes]:
    def writer(value: object) -> bytes:
        if not isinstance(value, int | float | Decimal):
            raise ValueError(f"{value!r} is no number")
        return struct.pack(form, float(value))

    return writer


def _list(value: object) -> bytes:
    rows = list(cast(Iterable[Data], value))
    return length_bytes(len(rows)) + b"".join(write(row) for row in rows)


def _bits(value: object) -> bytes:
    text = str(value)
    if set(text) - {"0", "1"}:
        raise ValueError(f"{value!r} is no bit string")
    padded = text.ljust((len(text) + 7) // 8 * 8, "0")
    return length_bytes(len(text)) + (int(padded, 2).to_bytes(len(padded) // 8, "big") if padded else b"")


def _text(value: object) -> bytes:
    raw = str(value).encode()
    return length_bytes(len(raw)) + raw


def _moment(value: object) -> bytes:
    if not isinstance(value, datetime | DateTime):
        raise ValueError(f"{value!r} is no moment")
    return date_time_bytes(value)


WRITERS: dict[int, Callable[[object], bytes]] = {
    axdr.NULL: lambda _: b"",
    axdr.DONT_CARE: lambda _: b"",
    axdr.ARRAY: _list,
    axdr.STRUCTURE: _list,
    axdr.BIT_STRING: _bits,
    axdr.OCTETS: octets,
    axdr.VISIBLE: _text,
    axdr.UTF8: _text,
    axdr.FLOAT32: _float(">f"),
    axdr.FLOAT64: _float(">d"),
    axdr.DATE_TIME: _moment,
    **{tag: _whole(size, signed=True) for tag, size in axdr.SIGNED.items()},
    **{tag: _whole(size, signed=False) for tag, size in axdr.UNSIGNED.items()},
}
