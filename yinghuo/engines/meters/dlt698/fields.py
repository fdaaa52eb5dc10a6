"""The bricks of 698.45's encoding (A-XDR): each field reads itself off bytes and writes itself onto them."""

from collections.abc import Mapping
from typing import Any, Protocol

DEEPEST = 24  # levels of nesting that a reader follows; real frames have at most six


class Malformed(ValueError):
    """The bytes are no well-formed APDU."""


class Reader:
    """A place in a run of bytes; every step past the end raises `Malformed`."""

    __slots__ = ("apart", "at", "data", "depth", "end", "related")

    def __init__(self, data: bytes, *, apart: bool = False) -> None:
        self.data, self.at, self.end, self.depth = data, 0, len(data), 0
        self.apart, self.related = apart, False  # see `RecordField`

    def take(self, size: int) -> bytes:
        at = self.at
        self.at = to = at + size
        if to > self.end:
            raise Malformed("it ends too early")
        return self.data[at:to]

    def byte(self) -> int:
        at = self.at
        if at >= self.end:
            raise Malformed("it ends too early")
        self.at = at + 1
        return self.data[at]

    def length(self) -> int:
        """A count or length: below 128 one byte, else 81..84 and that many bytes; never more than bytes are left."""
        length = self.byte()
        if length > 0x7F:
            if not 0x81 <= length <= 0x84:
                raise Malformed("no such length")
            length = int.from_bytes(self.take(length & 0x7F), "big")
        if length > self.end - self.at:
            raise Malformed("longer than what is there")
        return length

    def down(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Malformed("nested too deep")

    def up(self) -> None:
        self.depth -= 1


def write_length(out: bytearray, length: int) -> None:
    if length < 0x80:
        out.append(length)
        return
    size = (length.bit_length() + 7) // 8
    out.append(0x80 | size)
    out += length.to_bytes(size, "big")


class Field(Protocol):
    """One element of the grammar."""

    def read(self, r: Reader) -> Any: ...
    def write(self, out: bytearray, value: Any) -> None: ...


class Nothing:
    """No bytes at all; its value is None."""

    def read(self, r: Reader) -> None:  # noqa: ARG002 — every field is asked alike
        return None

    def write(self, out: bytearray, value: Any) -> None:  # noqa: ARG002
        if value is not None:
            raise ValueError(f"{value!r} stands where nothing may stand")


class Number:
    """A whole number of `size` bytes, high byte first."""

    def __init__(self, size: int, *, signed: bool = False) -> None:
        self.size, self.signed = size, signed

    def read(self, r: Reader) -> int:
        return int.from_bytes(r.take(self.size), "big", signed=self.signed)

    def write(self, out: bytearray, value: int) -> None:
        try:
            out += value.to_bytes(self.size, "big", signed=self.signed)
        except OverflowError as wide:
            raise ValueError(f"{value} does not fit into {self.size} bytes") from wide


class Byte:
    """A number of one byte: the one that is read most often."""

    def read(self, r: Reader) -> int:
        return r.byte()

    def write(self, out: bytearray, value: int) -> None:
        out.append(value)


class Octets:
    """Exactly `size` bytes, as they stand."""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self, r: Reader) -> bytes:
        return r.take(self.size)

    def write(self, out: bytearray, value: bytes) -> None:
        if len(value) != self.size:
            raise ValueError(f"{self.size} bytes wanted, {len(value)} given")
        out += value


class Hex:
    """An identifier of `size` bytes; its value is text, hexadecimal, capitals."""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self, r: Reader) -> str:
        return r.take(self.size).hex().upper()

    def write(self, out: bytearray, value: str) -> None:
        octets = bytes.fromhex(value)
        if len(octets) != self.size:
            raise ValueError(f"{value} is not an identifier of {self.size} bytes")
        out += octets


class Blob:
    """Bytes behind their length."""

    def read(self, r: Reader) -> bytes:
        return r.take(r.length())

    def write(self, out: bytearray, value: bytes) -> None:
        write_length(out, len(value))
        out += value


class Bits:
    """A bit string: the count of bits, then the bits, high bit first; its value is text of 0 and 1."""

    def read(self, r: Reader) -> str:
        first = r.byte()
        count = first if first < 0x80 else int.from_bytes(r.take(first & 0x7F), "big")
        octets = r.take((count + 7) // 8)
        return f"{int.from_bytes(octets, 'big'):0{len(octets) * 8}b}"[:count] if count else ""

    def write(self, out: bytearray, value: str) -> None:
        write_length(out, len(value))
        size = (len(value) + 7) // 8
        out += int(value.ljust(size * 8, "0") or "0", 2).to_bytes(size, "big")


class Sequence:
    """Fields in a row; their values make a tuple, or the named tuple `made`."""

    def __init__(self, *fields: Field, made: Any = tuple) -> None:
        self.fields, self.make = fields, getattr(made, "_make", made)

    def read(self, r: Reader) -> Any:
        return self.make([field.read(r) for field in self.fields])

    def write(self, out: bytearray, value: Any) -> None:
        for field, part in zip(self.fields, value, strict=True):
            field.write(out, part)


class Many:
    """A count, then so many of one field; their values make a list."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def read(self, r: Reader) -> list[Any]:
        read = self.field.read
        return [read(r) for _ in range(r.length())]

    def write(self, out: bytearray, value: list[Any]) -> None:
        write_length(out, len(value))
        for part in value:
            self.field.write(out, part)


class Choice:
    """A number that says which field follows; the value is (number, value of the field)."""

    def __init__(self, fields: Mapping[int, Field]) -> None:
        self.fields = fields

    def read(self, r: Reader) -> tuple[int, Any]:
        number = r.byte()
        field = self.fields.get(number)
        if field is None:
            raise Malformed(f"no alternative {number}")
        return number, field.read(r)

    def write(self, out: bytearray, value: tuple[int, Any]) -> None:
        number, inner = value
        if number not in self.fields:
            raise ValueError(f"no alternative {number}")
        out.append(number)
        self.fields[number].write(out, inner)


class Maybe:
    """A field that may be absent, told by one byte in front; absent is None."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def read(self, r: Reader) -> Any:
        flag = r.byte()
        if flag > 1:
            raise Malformed("neither present nor absent")
        return self.field.read(r) if flag else None

    def write(self, out: bytearray, value: Any) -> None:
        out.append(value is not None)
        if value is not None:
            self.field.write(out, value)
