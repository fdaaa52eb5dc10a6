"""Formats put together out of formats: fields in a row, registers by tariff, curves, counted lists, event records."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.gdw376.formats import A
from yinghuo.engines.meters.gdw376.primitives import Binary, Format, decimal_of, list_of, taken, text_of

DENSITY_MIN = {1: 15, 2: 30, 3: 60, 254: 5, 255: 1}  # code of the freezing density: minutes between two points
DENSITY_CODE = {Decimal(minutes): code for code, minutes in DENSITY_MIN.items()}
BYTE, WORD = Binary(1), Binary(2)
TIMED_RECORD_BYTES = 5  # the shortest event record that begins with its time


def read_each(forms: Sequence[Format], data: bytes, at: int) -> tuple[list[Value], int]:
    """The values of formats that stand one behind the other, and the offset behind them."""
    values: list[Value] = []
    for form in forms:
        value, at = form.read(data, at)
        values.append(value)
    return values, at


@dataclass(frozen=True)
class Nothing:
    """No data: the item is only named."""

    def read(self, data: bytes, at: int) -> tuple[Value, int]:  # noqa: ARG002
        return None, at

    def write(self, value: Value) -> bytes:
        if value is not None:
            raise ValueError(f"this item carries no data, not {value!r}")
        return b""


@dataclass(frozen=True)
class Perhaps:
    """A last field that some terminals leave out: None unless exactly `size` bytes are left."""

    form: Format
    size: int

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        return self.form.read(data, at) if at + self.size == len(data) else (None, at)

    def write(self, value: Value) -> bytes:
        return b"" if value is None else self.form.write(value)


@dataclass(frozen=True)
class Fields:
    """Fields in a row: a list."""

    forms: tuple[Format, ...]

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        return read_each(self.forms, data, at)

    def write(self, value: Value) -> bytes:
        values = [None] * len(self.forms) if value is None else list_of(value, len(self.forms))
        return b"".join(form.write(one) for form, one in zip(self.forms, values, strict=True))


def count_of(data: bytes, at: int, size: int = 1) -> tuple[int, int]:
    """A count of `size` bytes, low byte first, and the offset behind it."""
    return int.from_bytes(taken(data, at, size), "little"), at + size


@dataclass(frozen=True)
class Registers:
    """Number of tariffs M, then for each group its total and M tariffs: a list of them, or of such lists."""

    groups: tuple[Format, ...]

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        tariffs, at = count_of(data, at)
        found: list[Value] = []
        for form in self.groups:
            values, at = read_each([form] * (tariffs + 1), data, at)
            found.append(values)
        return (found if len(found) > 1 else found[0]), at

    def write(self, value: Value) -> bytes:
        groups = [list_of(one) for one in (list_of(value, len(self.groups)) if len(self.groups) > 1 else [value])]
        if len({len(group) for group in groups}) != 1 or not 1 <= len(groups[0]) <= 256:
            raise ValueError("each group wants its total and the same number of tariffs")
        rows = (form.write(one) for form, group in zip(self.groups, groups, strict=True) for one in group)
        return bytes([len(groups[0]) - 1]) + b"".join(rows)


@dataclass(frozen=True)
class Counted:
    """A count of `size` bytes, then as many of `each`: a list."""

    each: Format
    size: int = 1

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        count, at = count_of(data, at, self.size)
        return read_each([self.each] * count, data, at)

    def write(self, value: Value) -> bytes:
        values = list_of(value)
        return Binary(self.size).write(Decimal(len(values))) + b"".join(self.each.write(one) for one in values)


@dataclass(frozen=True)
class Octets:
    """A length of `size` bytes, then as many bytes: hexadecimal."""

    size: int = 2

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        count, at = count_of(data, at, self.size)
        return taken(data, at, count).hex().upper(), at + count

    def write(self, value: Value) -> bytes:
        raw = bytes.fromhex(text_of(value))
        return Binary(self.size).write(Decimal(len(raw))) + raw


@dataclass(frozen=True)
class Density:
    """Minutes between two points of a curve, in one byte of code; None: not frozen, or a code that nobody knows."""

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        minutes = DENSITY_MIN.get(taken(data, at, 1)[0])
        return (None if minutes is None else Decimal(minutes)), at + 1

    def write(self, value: Value) -> bytes:
        if value is None:
            return b"\0"
        if (number := decimal_of(value)) not in DENSITY_CODE:
            raise ValueError(f"no curve has a point every {number} minutes")
        return bytes([DENSITY_CODE[number]])


@dataclass(frozen=True)
class Curve:
    """Start, density in minutes and points of a curve (time stamp Td_c, then the points): [start, minutes, [points]].

    The first point is the one at the start (from memory of the standard).
    """

    each: Format

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        return read_each((A[15], Density(), Counted(self.each)), data, at)

    def write(self, value: Value) -> bytes:
        return Fields((A[15], Density(), Counted(self.each))).write(list_of(value, 3))


@dataclass(frozen=True)
class EventRecord:
    """One event: its number ERC, its time (None if it has none) and the rest, hexadecimal: [erc, at, rest]."""

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        number, at = BYTE.read(data, at)
        size, at = count_of(data, at)
        body = taken(data, at, size)
        moment = A[15].read(body, 0)[0] if size >= TIMED_RECORD_BYTES else None
        rest = body if moment is None else body[TIMED_RECORD_BYTES:]
        return [number, moment, rest.hex().upper()], at + size

    def write(self, value: Value) -> bytes:
        number, moment, rest = list_of(value, 3)
        body = (b"" if moment is None else A[15].write(moment)) + bytes.fromhex(text_of(rest))
        return BYTE.write(number) + BYTE.write(Decimal(len(body))) + body


@dataclass(frozen=True)
class Events:
    """Counters EC1 and EC2, the first and the last pointer, then records: [ec1, ec2, first, last, [records]].

    The pointers count modulo 256; there are as many records as from the first to the one before the last.
    """

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        head, at = read_each((BYTE,) * 4, data, at)
        count = (int(decimal_of(head[3])) - int(decimal_of(head[2]))) % 256
        records, at = read_each([EventRecord()] * count, data, at)
        return [*head, records], at

    def write(self, value: Value) -> bytes:
        *head, records = list_of(value, 5)
        count = int(decimal_of(head[3])) - int(decimal_of(head[2]))
        rows = list_of(records)
        if len(rows) != count % 256:
            raise ValueError(f"pointers say {count % 256} records, not {len(rows)}")
        return Fields((BYTE,) * 4).write(head) + b"".join(EventRecord().write(row) for row in rows)
