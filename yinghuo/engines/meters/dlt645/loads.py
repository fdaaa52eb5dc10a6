"""Load records of DL/T 645 (06 xx xx xx): six classes of values at a moment. From memory of the standard.

A record: A0 A0, count of the bytes up to the check sum, moment (YYMMDDhhmm), then the six classes, each closed by AA
and empty where the meter does not keep it; a check sum over all before it, E5. Not checked against the standard's text.
"""

from dataclasses import dataclass

from yinghuo.engines.meters.dlt645.layouts import Clock, Layout, Number, Row
from yinghuo.engines.meters.frames import Value

HEAD, SEPARATOR, END = b"\xa0\xa0", 0xAA, 0xE5
AT = Clock("YYMMDDhhmm")
_KW, _KVAR = Number(3, 4, "kW", signed=True), Number(3, 4, "kvar", signed=True)
_KWH, _KVARH = Number(4, 2, "kWh"), Number(4, 2, "kvarh", signed=True)
CLASSES: tuple[Row, ...] = (
    Row((*(Number(2, 1, "V"),) * 3, *(Number(3, 3, "A", signed=True),) * 3, Number(2, 2, "Hz"))),
    Row((_KW,) * 4 + (_KVAR,) * 4),
    Row((Number(2, 3, "", signed=True),) * 4),
    Row((_KWH, _KWH, _KVARH, _KVARH)),
    Row((Number(4, 2, "kvarh"),) * 4),
    Row((_KW, _KVAR)),
)


def _take(raw: bytes) -> tuple[list[Value], bytes]:
    """The first record of `raw`, and what stands behind it."""
    if len(raw) < 10 or raw[:2] != HEAD or len(raw) < 5 + raw[2] or raw[4 + raw[2]] != END:
        raise ValueError("no load record")
    stop = 3 + raw[2]
    if sum(raw[:stop]) & 0xFF != raw[stop]:
        raise ValueError("check sum of a load record")
    values: list[Value] = [AT.read(raw[3:8])]
    at = 8
    for layout in CLASSES:
        value, at = _class(raw, at, layout)
        values.append(value)
    if at != stop:
        raise ValueError("length of a load record")
    return values, raw[stop + 2 :]


def _class(raw: bytes, at: int, layout: Layout) -> tuple[Value, int]:
    if raw[at : at + 1] == bytes([SEPARATOR]):
        return None, at + 1
    end = at + layout.size
    if end >= len(raw) or raw[end] != SEPARATOR:
        raise ValueError("a class of a load record")
    return layout.read(raw[at:end]), end + 1


def _put(value: Value) -> bytes:
    if not isinstance(value, list) or len(value) != 1 + len(CLASSES):
        raise ValueError(f"{value!r} is no load record")
    parts = [b"" if one is None else layout.write(one) for layout, one in zip(CLASSES, value[1:], strict=True)]
    body = AT.write(value[0]) + b"".join(part + bytes([SEPARATOR]) for part in parts)
    record = HEAD + bytes([len(body)]) + body
    return record + bytes([sum(record) & 0xFF, END])


@dataclass(frozen=True)
class LoadRecords:
    """Load records one behind the other: a list of [moment, class 1 to 6 as a list or None]."""

    unit: str = ""
    size: int = 0

    def read(self, raw: bytes) -> list[Value]:
        """The records; ValueError where one is damaged."""
        records: list[Value] = []
        while raw:
            record, raw = _take(raw)
            records.append(record)
        return records

    def write(self, value: Value) -> bytes:
        """Bytes of the records."""
        if not isinstance(value, list):
            raise ValueError(f"{value!r} are no load records")
        return b"".join(_put(one) for one in value)
