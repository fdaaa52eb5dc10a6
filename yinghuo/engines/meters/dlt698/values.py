"""Between data on the wire and values as people read them: scale, times, addresses, text."""

import struct
from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any, cast

from yinghuo.engines.meters.dlt698 import data as tags
from yinghuo.engines.meters.dlt698.data import Data
from yinghuo.engines.meters.dlt698.link import octets_of, spell
from yinghuo.engines.meters.dlt698.oads import known, shape_of
from yinghuo.engines.meters.frames import Value

NUMBERS = frozenset(
    (
        tags.INT32,
        tags.UINT32,
        tags.INT8,
        tags.INT16,
        tags.UINT8,
        tags.UINT16,
        tags.INT64,
        tags.UINT64,
        tags.ENUM,
        tags.BOOL,
    )
)
INTERVAL_UNITS = ("s", "min", "h", "d", "mon", "a")
Named = tuple[int, Any]


def plain(data: Data, exponent: int = 0) -> Value:
    """The value that data stands for; numbers times 10 ** exponent, inside arrays and structures too.

    >>> plain(Data(18, 2413), -1), plain(Data(0, None))
    (Decimal('241.3'), None)
    """
    tag, value = data
    if tag in NUMBERS:
        return Decimal(value).scaleb(exponent) if exponent else Decimal(value)
    if tag in (tags.ARRAY, tags.STRUCTURE):
        return [plain(part, exponent) for part in value]
    if tag == tags.REGION:
        return [Decimal(value[0]), plain(value[1]), plain(value[2])]
    return PLAIN[tag](value)


def _nothing(_: None) -> None:
    return None


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _hex(value: bytes) -> str:
    return value.hex().upper()


def _float(value: bytes) -> Decimal | None:
    """Seven digits of a short float, all of a long one; none for what is no number."""
    short = len(value) == 4
    number = struct.unpack(">f" if short else ">d", value)[0]
    return Decimal(f"{number:.7g}" if short else repr(number)) if isfinite(number) else None


def moment_of(value: bytes) -> datetime | str | None:
    """The wall clock of a DateTimeS (7 bytes) or date_time (10); all FF is none, and what is no time stays hexadecimal.

    A meter's clock has no zone.

    >>> moment_of(bytes.fromhex("07EA0A070E101A"))
    datetime.datetime(2026, 10, 7, 14, 16, 26)
    """
    clock = value[2:7] if len(value) == 7 else value[2:4] + value[5:8]
    micros = int.from_bytes(value[8:10], "big") * 1000
    try:
        month, day, hour, minute, second = clock
        return datetime(int.from_bytes(value[:2], "big"), month, day, hour, minute, second, micros)  # noqa: DTZ001
    except ValueError:
        return None if value.count(0xFF) == len(value) else _hex(value)


def _day(value: bytes) -> datetime | str | None:
    return moment_of(value[:4] + bytes(3)) if value.count(0xFF) < 5 else None


def _time(value: bytes) -> time | str | None:
    try:
        return time(*value)
    except ValueError:
        return None if value == b"\xff\xff\xff" else _hex(value)


def meter_of(tsa: bytes) -> str:
    """The printed address in a TSA: one byte of kind and length, then the address, high byte first.

    >>> meter_of(bytes.fromhex("05123456789012"))
    '123456789012'
    """
    return spell(tsa[1:])


def tsa_of(address: str) -> bytes:
    """The TSA of a printed address.

    >>> tsa_of("123456789012").hex()
    '05123456789012'
    """
    octets = octets_of(address)
    return bytes((len(octets) - 1,)) + octets


def _interval(value: tuple[int, int]) -> str:
    unit, count = value
    return f"{count} {INTERVAL_UNITS[unit] if unit < len(INTERVAL_UNITS) else unit}"


def column(value: Named) -> Value:
    """A column descriptor: the attribute, or a record object with a list of its attributes."""
    return _related(value[1]) if value[0] else cast(str, value[1])


def _related(value: tuple[str, list[str]]) -> Value:
    return [value[0], list(value[1])]


def _parts(value: Any) -> Value:
    """Nested lists; bytes hexadecimal."""
    if isinstance(value, Data):
        return plain(value)
    if isinstance(value, tuple | list):
        return [_parts(part) for part in value]
    if isinstance(value, bytes):
        return _hex(value)
    return Decimal(value) if isinstance(value, int) else cast(Value, value)


def _meters(value: Named) -> Value:
    """A set of meters: its kind, then its members."""
    kind, members = value
    return [Decimal(kind), [meter_of(one) for one in members] if kind == 3 else _parts(members)]


def _selector(value: Named) -> Value:
    """A row selector: its kind, then its times and its set of meters, or its column and values."""
    kind, what = value
    if kind in (4, 5):
        return [Decimal(kind), moment_of(what[0]), _meters(what[1])]
    if kind in (6, 7, 8):
        return [Decimal(kind), moment_of(what[0]), moment_of(what[1]), _interval(what[2]), _meters(what[3])]
    if kind == 10:
        return [Decimal(kind), Decimal(what[0]), _meters(what[1])]
    return [Decimal(kind), _parts(what)]


def _same(value: Any) -> Value:
    return cast(Value, value)


PLAIN: dict[int, Callable[[Any], Value]] = {
    tags.NULL: _nothing,
    tags.BITS: _same,
    tags.OCTETS: _hex,
    tags.VISIBLE: _text,
    tags.UTF8: _text,
    tags.FLOAT32: _float,
    tags.FLOAT64: _float,
    tags.DATE_TIME: moment_of,
    tags.DATE: _day,
    tags.TIME: _time,
    tags.DATE_TIME_S: moment_of,
    tags.OI: _same,
    tags.OAD: _same,
    tags.ROAD: _related,
    tags.OMD: _same,
    tags.TI: _interval,
    tags.TSA: meter_of,
    tags.MAC: _hex,
    tags.RN: _hex,
    tags.SCALER_UNIT: _parts,
    tags.RSD: _selector,
    tags.CSD: column,
    tags.MS: _meters,
    tags.SID: _parts,
    tags.SID_MAC: _parts,
    tags.COMDCB: lambda value: [Decimal(part) for part in value],
    tags.RCSD: lambda value: [column(one) for one in value],
}


def moment(at: datetime) -> bytes:
    """A wall-clock time as DateTimeS, to the second."""
    return at.year.to_bytes(2, "big") + bytes((at.month, at.day, at.hour, at.minute, at.second))


def long_moment(at: datetime) -> bytes:
    """A wall-clock time as date_time: with the day of the week (0 = Sunday) and milliseconds.

    >>> long_moment(datetime(2016, 5, 19, 8, 5, 0, 164000)).hex()
    '07e005130408050000a4'
    """
    day = moment(at)
    return day[:4] + bytes((at.isoweekday() % 7,)) + day[4:] + (at.microsecond // 1000).to_bytes(2, "big")


def typed(oad: str, value: Value | Data) -> Data:
    """The data of an attribute's value, by the table `oads`; ready data passes; ValueError if it cannot be.

    >>> typed("20000201", Decimal("241.3")), typed("40000200", datetime(2026, 10, 7, 14, 16, 26)).value.hex()
    (Data(tag=18, value=2413), '07ea0a070e101a')
    """
    if isinstance(value, Data):
        return value
    what = known(oad)
    if not what.tags:
        return guessed(value)
    return _shaped(value, shape_of(oad), what.tags, what.exponent)


def _shaped(value: Value, shape: str, leaves: tuple[int, ...], exponent: int) -> Data:
    if value is None:
        return Data(tags.NULL, None)
    if not isinstance(value, list):
        return leaf(leaves[0], value, exponent)
    if not shape:
        raise ValueError("one value wanted, a list given")
    if shape == "s" and len(leaves) > 1:
        return Data(tags.STRUCTURE, [leaf(tag, part, exponent) for tag, part in zip(leaves, value, strict=True)])
    container = tags.STRUCTURE if shape[0] == "s" else tags.ARRAY
    return Data(container, [_shaped(part, shape[1:], leaves, exponent) for part in value])


def leaf(tag: int, value: Value, exponent: int = 0) -> Data:
    """One value under a tag; ValueError when it is no such value, or too fine for the scale."""
    if value is None:
        return Data(tags.NULL, None)
    if isinstance(value, datetime) and tag in (tags.DATE_TIME_S, tags.DATE_TIME):
        return Data(tag, moment(value) if tag == tags.DATE_TIME_S else long_moment(value))
    if isinstance(value, str) and tag in TEXTS:
        return Data(tag, TEXTS[tag](value))
    if isinstance(value, Decimal | int) and tag in NUMBERS:
        whole = Decimal(value).scaleb(-exponent)
        if whole != whole.to_integral_value():
            raise ValueError(f"{value} is finer than 10 ** {exponent}")
        return Data(tag, int(whole))
    raise ValueError(f"{value!r} is no value of type {tag}")


TEXTS: dict[int, Callable[[str], Any]] = {
    tags.OCTETS: bytes.fromhex,
    tags.VISIBLE: lambda text: text.encode("ascii"),
    tags.UTF8: str.encode,
    tags.BITS: str,
    tags.TSA: tsa_of,
    tags.OAD: str,
}


def guessed(value: Value) -> Data:
    """A value of an attribute that no table names: whole numbers as 32 or 64 bit, times as DateTimeS, text as text."""
    if isinstance(value, list):
        parts = [guessed(part) for part in value]
        return Data(tags.ARRAY if len({part.tag for part in parts}) == 1 else tags.STRUCTURE, parts)
    if isinstance(value, datetime):
        return leaf(tags.DATE_TIME_S, value)
    if isinstance(value, str):
        return leaf(tags.VISIBLE if value.isascii() else tags.UTF8, value)
    if isinstance(value, time):
        return Data(tags.TIME, bytes((value.hour, value.minute, value.second)))
    return leaf(tags.INT32 if value is None or abs(value) < 1 << 31 else tags.INT64, value)
