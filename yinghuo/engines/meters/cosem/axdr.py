"""The data of DLMS/COSEM in A-XDR: every type to a value, and typed values to bytes.

Whole numbers, enumerations, booleans and floats read as Decimal, bit strings as "0" and "1", octet strings as
hexadecimal or, if they are a date-time of twelve bytes, as a wall-clock reading; structures and arrays as lists.
Readers take what they need without asking how much is left: `whole` compares at the end.
"""

import struct
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from yinghuo.engines.meters.cosem.clocks import clock, date, date_time
from yinghuo.engines.meters.frames import Value

NULL, ARRAY, STRUCTURE, BOOLEAN, BIT_STRING, INT32, UINT32, OCTETS = 0, 1, 2, 3, 4, 5, 6, 9
VISIBLE, UTF8, BCD, INT8, INT16, UINT8, UINT16, COMPACT, INT64, UINT64 = 10, 12, 13, 15, 16, 17, 18, 19, 20, 21
ENUM, FLOAT32, FLOAT64, DATE_TIME, DATE, TIME, DONT_CARE = 22, 23, 24, 25, 26, 27, 255
DEEPEST = 16
Read = tuple[Value, int]
Reader = Callable[[bytes, int, int], Read]


class Data(NamedTuple):
    """A value with the type that it is to be written in; of structures and arrays, a list of such."""

    tag: int
    value: object = None


def length(data: bytes, at: int) -> tuple[int, int]:
    """A length, and the offset behind it: one byte below 128, or 8n and then n bytes."""
    first = data[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    if not 1 <= size <= 4:
        raise ValueError("a length of no or too many bytes")
    return int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size


def length_bytes(size: int) -> bytes:
    """The way back of `length`.

    >>> length_bytes(127).hex(), length_bytes(200).hex(), length_bytes(1000).hex()
    ('7f', '81c8', '8203e8')
    """
    if size < 0x80:
        return bytes([size])
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(raw)]) + raw


def octets(data: bytes, at: int) -> tuple[bytes, int]:
    """A length and as many bytes; ValueError where they are not there."""
    size, at = length(data, at)
    if at + size > len(data):
        raise ValueError("shorter than it says")
    return data[at : at + size], at + size


def whole(data: bytes, at: int = 0) -> Value:
    """One value that takes all the bytes from `at`; ValueError if they are another number of bytes.

    >>> whole(bytes.fromhex("0600001391"))
    Decimal('5009')
    """
    try:
        value, end = read(data, at)
    except IndexError as error:
        raise ValueError("shorter than it says") from error
    if end != len(data):
        raise ValueError("not as long as it says")
    return value


def read(data: bytes, at: int, depth: int = 0) -> Read:
    """One typed value and the offset behind it (which may lie behind the end); IndexError or ValueError if none."""
    return READERS[data[at]](data, at + 1, depth)


def _number(size: int, *, signed: bool) -> Reader:
    def reader(data: bytes, at: int, _: int) -> Read:
        end = at + size
        return Decimal(int.from_bytes(data[at:end], "big", signed=signed)), end

    return reader


def _nothing(_data: bytes, at: int, _depth: int) -> Read:
    return None, at


def _list(data: bytes, at: int, depth: int) -> Read:
    if depth >= DEEPEST:
        raise ValueError("nested too deep")
    count, at = length(data, at)
    found: list[Value] = []
    for _ in range(count):
        value, at = READERS[data[at]](data, at + 1, depth + 1)
        found.append(value)
    return found, at


def _octets(data: bytes, at: int, _: int) -> Read:
    raw, at = octets(data, at)
    moment = date_time(raw) if len(raw) == 12 else None
    return (raw.hex().upper() if moment is None else moment.at), at


def _text(data: bytes, at: int, _: int) -> Read:
    raw, at = octets(data, at)
    return raw.decode("utf-8", errors="replace"), at


def _bits(data: bytes, at: int, _: int) -> Read:
    count, at = length(data, at)
    size = (count + 7) // 8
    if at + size > len(data):
        raise ValueError("shorter than it says")
    digits = "".join(f"{byte:08b}" for byte in data[at : at + size])
    return digits[:count], at + size


def _float32(data: bytes, at: int, _: int) -> Read:
    raw = data[at : at + 4].ljust(4, b"\0")
    (number,) = struct.unpack(">f", raw)
    if not abs(number) < float("inf"):
        return None, at + 4
    texts = (f"{number:.{digits}g}" for digits in range(6, 10))
    return Decimal(next(text for text in texts if struct.pack(">f", float(text)) == raw)), at + 4


def _float64(data: bytes, at: int, _: int) -> Read:
    (number,) = struct.unpack(">d", data[at : at + 8].ljust(8, b"\0"))
    return (Decimal(repr(number)) if abs(number) < float("inf") else None), at + 8


def _moment(size: int, form: Callable[[bytes], Value]) -> Reader:
    def reader(data: bytes, at: int, _: int) -> Read:
        raw = data[at : at + size]
        value = form(raw)
        return (raw.hex().upper() if value is None else value), at + size

    return reader


def _date_time(raw: bytes) -> Value:
    found = date_time(raw)
    return None if found is None else found.at


def _described(data: bytes, at: int, depth: int) -> tuple[Reader, int]:
    """A reader of untagged values by the description of a compact array, and the offset behind the description."""
    tag = data[at]
    if depth >= DEEPEST:
        raise ValueError("nested too deep")
    if tag == ARRAY:
        count = int.from_bytes(data[at + 1 : at + 3], "big")
        inner, at = _described(data, at + 3, depth + 1)
        return _row([inner] * count), at
    if tag != STRUCTURE:
        return (_no_such_type if tag in (NULL, DONT_CARE) else READERS[tag]), at + 1
    count, at = length(data, at + 1)
    parts: list[Reader] = []
    for _ in range(count):
        part, at = _described(data, at, depth + 1)
        parts.append(part)
    return _row(parts), at


def _row(parts: list[Reader]) -> Reader:
    if not parts:
        raise ValueError("rows of nothing")

    def reader(data: bytes, at: int, depth: int) -> Read:
        found: list[Value] = []
        for part in parts:
            value, at = part(data, at, depth)
            if at > len(data):
                raise ValueError("shorter than it says")
            found.append(value)
        return found, at

    return reader


def _compact(data: bytes, at: int, depth: int) -> Read:
    reader, at = _described(data, at, depth)
    body, end = octets(data, at)
    found: list[Value] = []
    at = 0
    while at < len(body):
        begin = at
        value, at = reader(body, at, depth + 1)
        if not begin < at <= len(body):
            raise ValueError("a compact array that does not end where it says")
        found.append(value)
    return found, end


def _no_such_type(_data: bytes, _at: int, _depth: int) -> Read:
    raise ValueError("no such type")


READERS: list[Reader] = [_no_such_type] * 256
READERS[NULL] = READERS[DONT_CARE] = _nothing
READERS[ARRAY] = READERS[STRUCTURE] = _list
READERS[BIT_STRING], READERS[OCTETS], READERS[COMPACT] = _bits, _octets, _compact
READERS[VISIBLE] = READERS[UTF8] = _text
READERS[FLOAT32], READERS[FLOAT64] = _float32, _float64
READERS[DATE_TIME], READERS[DATE], READERS[TIME] = _moment(12, _date_time), _moment(5, date), _moment(4, clock)
SIGNED = {INT8: 1, INT16: 2, INT32: 4, INT64: 8, 28: 1, 29: 2, 30: 4}  # 28 to 30: deltas
UNSIGNED = {BOOLEAN: 1, BCD: 1, UINT8: 1, ENUM: 1, UINT16: 2, UINT32: 4, UINT64: 8, 31: 1, 32: 2, 33: 4}
for _tag, _size in SIGNED.items():
    READERS[_tag] = _number(_size, signed=True)
for _tag, _size in UNSIGNED.items():
    READERS[_tag] = _number(_size, signed=False)
