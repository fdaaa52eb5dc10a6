"""How numbers, texts and bytes stand in a frame of Q/GDW 376.1: each format reads a value and writes it back.

Digits are BCD, low byte first; EE or FF in every byte means "no such value" and reads as None, as do digits that are
none; None is written as EE.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from yinghuo.engines.meters.frames import Value

NO_VALUE = 0xEE
MOST_DIGITS = 24


class Short(Exception):
    """The bytes end before the value does."""


class Format(Protocol):
    """Reads a value at an offset, giving it with the offset behind it; writes it back (ValueError if it cannot)."""

    def read(self, data: bytes, at: int) -> tuple[Value, int]: ...

    def write(self, value: Value) -> bytes: ...


def taken(data: bytes, at: int, size: int) -> bytes:
    """`size` bytes at `at`; Short where there are fewer."""
    if at + size > len(data):
        raise Short
    return data[at : at + size]


def is_absent(raw: bytes) -> bool:
    """Whether every byte says "no value"."""
    return not raw.strip(b"\xee") or not raw.strip(b"\xff")


def decimal_of(value: Value) -> Decimal:
    """The value as a number; ValueError if it is none."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < MOST_DIGITS:
        return value
    raise ValueError(f"a number is wanted, not {value!r}")


def list_of(value: Value, size: int = -1) -> list[Value]:
    """The value as a list (of `size` elements); ValueError if it is none."""
    if isinstance(value, list) and size in (-1, len(value)):
        return value
    raise ValueError(f"a list{'' if size < 0 else f' of {size}'} is wanted, not {value!r}")


def text_of(value: Value) -> str:
    """The value as text; ValueError if it is none."""
    if isinstance(value, str):
        return value
    raise ValueError(f"text is wanted, not {value!r}")


@dataclass(frozen=True)
class Digits:
    """A BCD number of `size` bytes with `decimals` places; the highest bit is its sign if `signed`.

    >>> Digits(3, 4, signed=True).read(bytes.fromhex("341280"), 0)
    (Decimal('-0.1234'), 3)
    """

    size: int
    decimals: int = 0
    signed: bool = False

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        raw = taken(data, at, self.size)
        digits = raw[::-1].hex()
        negative = self.signed and raw[-1] >= 0x80
        if negative and not is_absent(raw):
            digits = f"{raw[-1] & 0x7F:02x}{digits[2:]}"
        if not digits.isdecimal():
            return None, at + self.size
        number = Decimal(digits).scaleb(-self.decimals)
        return (-number if negative else number), at + self.size

    def write(self, value: Value) -> bytes:
        if value is None:
            return bytes([NO_VALUE]) * self.size
        number = decimal_of(value)
        scaled = number.scaleb(self.decimals)
        digits = f"{abs(int(scaled)):0{2 * self.size}d}"
        if scaled != int(scaled) or len(digits) > 2 * self.size or (self.signed and digits[0] > "7"):
            raise ValueError(f"{number} does not fit into {self.size} bytes with {self.decimals} places")
        if number < 0 and not self.signed:
            raise ValueError(f"{number} is negative")
        raw = bytearray.fromhex(digits)
        raw[0] |= 0x80 if number.is_signed() else 0
        return bytes(raw[::-1])


@dataclass(frozen=True)
class Binary:
    """A whole number of `size` bytes, low byte first."""

    size: int

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        return Decimal(int.from_bytes(taken(data, at, self.size), "little")), at + self.size

    def write(self, value: Value) -> bytes:
        number = decimal_of(value)
        if number != int(number) or not 0 <= number < 256**self.size:
            raise ValueError(f"{number} does not fit into {self.size} bytes")
        return int(number).to_bytes(self.size, "little")


@dataclass(frozen=True)
class Hexadecimal:
    """Bytes as they stand (bit strings, passwords), hexadecimal in the order of the wire; size -1: all that is left."""

    size: int = -1

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        raw = taken(data, at, len(data) - at if self.size < 0 else self.size)
        return raw.hex().upper(), at + len(raw)

    def write(self, value: Value) -> bytes:
        raw = bytes.fromhex(text_of(value))
        if self.size not in (-1, len(raw)):
            raise ValueError(f"{len(raw)} bytes given, {self.size} wanted")
        return raw


@dataclass(frozen=True)
class Text:
    """ASCII text of `size` bytes, filled up with zeros."""

    size: int

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        return taken(data, at, self.size).rstrip(b"\0").decode("latin-1"), at + self.size

    def write(self, value: Value) -> bytes:
        try:
            raw = text_of(value).encode("latin-1")
        except UnicodeEncodeError as error:
            raise ValueError(f"{value!r} is not ASCII") from error
        if len(raw) > self.size:
            raise ValueError(f"{value!r} is longer than {self.size} bytes")
        return raw.ljust(self.size, b"\0")


@dataclass(frozen=True)
class Address:
    """A.12: twelve digits of an address, as printed; EE and FF in all bytes: None."""

    size: int = 6

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        raw = taken(data, at, self.size)
        return (None if is_absent(raw) else raw[::-1].hex().upper()), at + self.size

    def write(self, value: Value) -> bytes:
        if value is None:
            return bytes([NO_VALUE]) * self.size
        raw = bytes.fromhex(text_of(value))
        if len(raw) != self.size:
            raise ValueError(f"{value!r} is not {2 * self.size} digits")
        return raw[::-1]
