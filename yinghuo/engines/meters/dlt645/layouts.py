"""How the bytes of one value stand in a DL/T 645 frame, and back: numbers, clocks, digits, text, rows, blocks.

`raw` is always as sent, without the offset of 33H: the lowest byte first. All bytes FF is None: the meter has no such
phase, tariff or moment. A layout raises ValueError for bytes or values that are none of its kind.
"""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Context, Decimal, InvalidOperation
from typing import Protocol

from yinghuo.engines.meters.frames import Value


class Layout(Protocol):
    """A kind of value: its unit, how many bytes it takes (0: as many as there are), and both directions."""

    @property
    def unit(self) -> str:
        """As written on the meter."""

    @property
    def size(self) -> int:
        """Bytes."""

    def read(self, raw: bytes) -> Value:
        """Value of bytes."""

    def write(self, value: Value) -> bytes:
        """Bytes of a value."""


def is_absent(raw: bytes) -> bool:
    """Whether the meter says that there is nothing."""
    return raw.count(0xFF) == len(raw)


def whole(raw: bytes, size: int) -> bytes:
    """The bytes, if they are as many as they must be."""
    if len(raw) != size:
        raise ValueError(f"{len(raw)} bytes instead of {size}")
    return raw


EXACT = Context(prec=40).multiply  # whatever precision the caller has set
STEPS = tuple(Decimal(1).scaleb(-decimals) for decimals in range(5))


@dataclass(frozen=True)
class Number:
    """A decimal number in packed digits; the top bit is the sign where it has one."""

    size: int
    decimals: int
    unit: str = ""
    signed: bool = False

    def read(self, raw: bytes) -> Decimal | None:
        """Number, None if absent."""
        digits = whole(raw, self.size)[::-1].hex()
        if digits.isdigit() and not (self.signed and digits > "8"):
            return EXACT(int(digits), STEPS[self.decimals])
        if is_absent(raw):
            return None
        top = int(digits[0], 16)
        rest = f"{top & 7}{digits[1:]}"
        if not self.signed or top < 8 or not rest.isdigit():
            raise ValueError(f"{digits} is no number")
        return EXACT(-int(rest), STEPS[self.decimals])

    def write(self, value: Value) -> bytes:
        """Bytes; ValueError for what does not fit exactly."""
        if value is None:
            return b"\xff" * self.size
        try:
            number = Decimal(value)  # type: ignore[arg-type]
            scaled = number.scaleb(self.decimals)
        except (InvalidOperation, TypeError) as bad:
            raise ValueError(f"{value!r} is no number") from bad
        top = 8 if self.signed else 10
        most = top * 10 ** (2 * self.size - 1)
        if not number.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) >= most:
            raise ValueError(f"{value} does not fit {self.size} bytes with {self.decimals} decimals")
        if scaled < 0 and not self.signed:
            raise ValueError(f"{value} has a sign, and its identifier has none")
        raw = bytearray.fromhex(f"{abs(int(scaled)):0{2 * self.size}d}")[::-1]
        raw[-1] |= 0x80 * (scaled < 0)
        return bytes(raw)


CLOCK_SIZES = {"YYMMDDhhmmss": 6, "YYMMDDhhmm": 5, "YYMMDDWW": 4, "YYMMDDWWhhmmss": 7}
NEVER = ({"0"}, {"9"})  # a moment that has not been, as meters write it; from memory


@dataclass(frozen=True)
class Clock:
    """A date with time, as wall clock; years are 2000 to 2099; a moment of zeros or nines only is None."""

    form: str
    unit: str = ""

    @property
    def size(self) -> int:
        """Bytes."""
        return CLOCK_SIZES[self.form]

    def read(self, raw: bytes) -> datetime | None:
        """Moment, None if there is none."""
        digits = whole(raw, self.size)[::-1].hex()
        if is_absent(raw) or set(digits) in NEVER:
            return None
        if not digits.isdigit():
            raise ValueError(f"{digits} is no moment")
        if "WW" in self.form:
            digits = digits[:6] + digits[8:]
        parts = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
        return datetime(2000 + parts[0], *parts[1:])  # type: ignore[arg-type]  # noqa: DTZ001

    def write(self, value: Value) -> bytes:
        """Bytes; ValueError for a moment that the form cannot tell."""
        if value is None:
            return b"\xff" * self.size
        if not isinstance(value, datetime) or not 2000 <= value.year <= 2099 or value.tzinfo:
            raise ValueError(f"{value!r} is no wall-clock moment of 2000 to 2099")
        weekday = f"{value.isoweekday() % 7:02d}"
        text = value.strftime({6: "%y%m%d%H%M%S", 5: "%y%m%d%H%M", 4: "%y%m%d", 7: "%y%m%d%H%M%S"}[self.size])
        if "WW" in self.form:
            text = text[:6] + weekday + text[6:]
        raw = bytes.fromhex(text)[::-1]
        if self.read(raw) != value:
            raise ValueError(f"{value} does not fit {self.form}")
        return raw


@dataclass(frozen=True)
class OfDay:
    """A time of day, with or without seconds."""

    size: int
    unit: str = ""

    def read(self, raw: bytes) -> time | None:
        """Time of day, None if absent."""
        digits = whole(raw, self.size)[::-1].hex()
        if is_absent(raw):
            return None
        if not digits.isdigit():
            raise ValueError(f"{digits} is no time of day")
        return time.fromisoformat(":".join(digits[at : at + 2] for at in range(0, len(digits), 2)))

    def write(self, value: Value) -> bytes:
        """Bytes; ValueError for what is no time, or has more than the form tells."""
        if value is None:
            return b"\xff" * self.size
        if not isinstance(value, time):
            raise ValueError(f"{value!r} is no time of day")
        raw = bytes.fromhex(value.strftime("%H%M%S")[: 2 * self.size])[::-1]
        if self.read(raw) != value:
            raise ValueError(f"{value} does not fit {self.size} bytes")
        return raw


HEXADECIMAL = frozenset("0123456789ABCDEFabcdef")


@dataclass(frozen=True)
class Digits:
    """Digits as they are printed, highest first: addresses, identifiers, days, words of bits (hexadecimal)."""

    size: int
    unit: str = ""
    is_word: bool = False

    def read(self, raw: bytes) -> str | None:
        """Hexadecimal capitals; None if absent, which a word of bits never is."""
        if is_absent(whole(raw, self.size)) and not self.is_word:
            return None
        return raw[::-1].hex().upper()

    def write(self, value: Value) -> bytes:
        """Bytes; ValueError unless all digits are given."""
        if value is None and not self.is_word:
            return b"\xff" * self.size
        if not isinstance(value, str) or len(value) != 2 * self.size or not HEXADECIMAL.issuperset(value):
            raise ValueError(f"{value!r} is not {2 * self.size} digits")
        return bytes.fromhex(value)[::-1]


@dataclass(frozen=True)
class Text:
    """ASCII text of fixed length, sent from its last letter; filled with NUL. From memory of the standard."""

    size: int
    unit: str = ""

    def read(self, raw: bytes) -> str | None:
        """Text without what fills it."""
        if is_absent(whole(raw, self.size)):
            return None
        return raw[::-1].decode("ascii").rstrip("\0")

    def write(self, value: Value) -> bytes:
        """Bytes."""
        if value is None:
            return b"\xff" * self.size
        if not isinstance(value, str) or len(value) > self.size or value.endswith("\0"):
            raise ValueError(f"{value!r} is no text of {self.size} letters")
        return value.ljust(self.size, "\0").encode("ascii")[::-1]


@dataclass(frozen=True)
class Row:
    """Several values one after the other: a list; a row without any is None. A block may be its last part."""

    parts: tuple[Layout, ...]
    unit: str = ""

    @property
    def size(self) -> int:
        """Bytes, 0 if they vary."""
        return sum(part.size for part in self.parts) if self.parts[-1].size else 0

    def read(self, raw: bytes) -> list[Value] | None:
        """The values in their order."""
        if is_absent(whole(raw, self.size or len(raw))) and raw:
            return None
        values: list[Value] = []
        for part in self.parts:
            end = part.size or len(raw)
            values.append(part.read(raw[:end]))
            raw = raw[end:]
        return values

    def write(self, value: Value) -> bytes:
        """Bytes."""
        if value is None:
            return b"\xff" * sum(part.size for part in self.parts)
        if not isinstance(value, list) or len(value) != len(self.parts):
            raise ValueError(f"{value!r} is no row of {len(self.parts)}")
        return b"".join(part.write(one) for part, one in zip(self.parts, value, strict=True))


@dataclass(frozen=True)
class Slot(Row):
    """A row that is printed as one number, hhmmNN or MMDDNN: the last part is sent first."""

    def read(self, raw: bytes) -> list[Value] | None:
        """The values in the order of print."""
        values = Row(self.parts[::-1]).read(raw)
        return values and values[::-1]

    def write(self, value: Value) -> bytes:
        """Bytes."""
        return Row(self.parts[::-1]).write(value[::-1] if isinstance(value, list) else value)


@dataclass(frozen=True)
class Block:
    """As many of one kind as there are, at most `most`: a list."""

    part: Layout
    most: int
    size: int = 0

    @property
    def unit(self) -> str:
        """That of its parts."""
        return self.part.unit

    def read(self, raw: bytes) -> list[Value]:
        """The values in their order; there may be none."""
        step = self.part.size
        if len(raw) % step or len(raw) > step * self.most:
            raise ValueError(f"{len(raw)} bytes are no block of {self.part}")
        return [self.part.read(raw[at : at + step]) for at in range(0, len(raw), step)]

    def write(self, value: Value) -> bytes:
        """Bytes."""
        if not isinstance(value, list) or len(value) > self.most:
            raise ValueError(f"{value!r} is no block of at most {self.most}")
        return b"".join(self.part.write(one) for one in value)
