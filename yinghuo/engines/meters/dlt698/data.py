"""The data types of 698.45: a tag, then the value; every tag of the standard reads and writes itself.

Tags 0, 1, 2, 5, 6, 9, 15, 17, 18, 21, 22, 28, 81, 84, 85, 91 and 92 stand in published frames; the others are from
memory of the standard and not checked against its text.
"""

from typing import Any, NamedTuple

from yinghuo.engines.meters.dlt698.fields import (
    Bits,
    Blob,
    Byte,
    Choice,
    Field,
    Hex,
    Malformed,
    Many,
    Maybe,
    Nothing,
    Number,
    Octets,
    Reader,
    Sequence,
)


class Data(NamedTuple):
    """A value with its tag, as it stands on the wire: numbers unscaled, times and floats as their bytes."""

    tag: int
    value: Any


class AnyData:
    """The field that begins with a tag."""

    def read(self, r: Reader) -> Data:
        tag = r.byte()
        field = TAGS.get(tag)
        if field is None:
            raise Malformed(f"no data type {tag:02X}")
        if tag not in NESTING:
            return Data(tag, field.read(r))
        r.down()
        data = Data(tag, field.read(r))
        r.up()
        return data

    def write(self, out: bytearray, value: Data) -> None:
        if value.tag not in TAGS:
            raise ValueError(f"no data type {value.tag}")
        out.append(value.tag)
        TAGS[value.tag].write(out, value.value)


NULL, ARRAY, STRUCTURE, BOOL, BITS, INT32, UINT32 = 0, 1, 2, 3, 4, 5, 6
OCTETS, VISIBLE, UTF8, INT8, INT16, UINT8, UINT16, INT64, UINT64, ENUM = 9, 10, 12, 15, 16, 17, 18, 20, 21, 22
FLOAT32, FLOAT64, DATE_TIME, DATE, TIME, DATE_TIME_S = 23, 24, 25, 26, 27, 28
OI, OAD, ROAD, OMD, TI, TSA, MAC, RN, REGION, SCALER_UNIT, RSD, CSD, MS = range(80, 93)
SID, SID_MAC, COMDCB, RCSD = range(93, 97)
NESTING = frozenset((ARRAY, STRUCTURE, REGION, RSD, MS))

DATA = AnyData()
NOTHING, BYTE, U16, U32, BLOB = Nothing(), Byte(), Number(2), Number(4), Blob()
IDENTIFIER = Hex(4)  # OAD or OMD
MOMENT, LONG_MOMENT = Octets(7), Octets(10)  # DateTimeS and date_time
INTERVAL = Sequence(BYTE, U16)
RELATED = Sequence(IDENTIFIER, Many(IDENTIFIER))
COLUMN = Choice({0: IDENTIFIER, 1: RELATED})
COLUMNS = Many(COLUMN)
RANGE = Sequence(BYTE, DATA, DATA)
METERS = Choice(
    {0: NOTHING, 1: NOTHING, 2: Many(BYTE), 3: Many(BLOB), 4: Many(U16), 5: Many(RANGE), 6: Many(RANGE), 7: Many(RANGE)}
)
SPAN = Sequence(IDENTIFIER, DATA, DATA, DATA)
PERIOD = Sequence(MOMENT, MOMENT, INTERVAL, METERS)
SELECTOR = Choice(
    {
        0: NOTHING,
        1: Sequence(IDENTIFIER, DATA),
        2: SPAN,
        3: Many(SPAN),
        4: Sequence(MOMENT, METERS),
        5: Sequence(MOMENT, METERS),
        6: PERIOD,
        7: PERIOD,
        8: PERIOD,
        9: BYTE,
        10: Sequence(BYTE, METERS),
    }
)
IDENTITY = Sequence(U32, BLOB)  # SID: number and attached data
IDENTITY_MAC = Sequence(IDENTITY, BLOB)

TAGS: dict[int, Field] = {
    NULL: NOTHING,
    ARRAY: Many(DATA),
    STRUCTURE: Many(DATA),
    BOOL: BYTE,
    BITS: Bits(),
    INT32: Number(4, signed=True),
    UINT32: U32,
    OCTETS: BLOB,
    VISIBLE: BLOB,
    UTF8: BLOB,
    INT8: Number(1, signed=True),
    INT16: Number(2, signed=True),
    UINT8: BYTE,
    UINT16: U16,
    INT64: Number(8, signed=True),
    UINT64: Number(8),
    ENUM: BYTE,
    FLOAT32: Octets(4),
    FLOAT64: Octets(8),
    DATE_TIME: LONG_MOMENT,
    DATE: Octets(5),
    TIME: Octets(3),
    DATE_TIME_S: MOMENT,
    OI: Hex(2),
    OAD: IDENTIFIER,
    ROAD: RELATED,
    OMD: IDENTIFIER,
    TI: INTERVAL,
    TSA: BLOB,
    MAC: BLOB,
    RN: BLOB,
    REGION: RANGE,
    SCALER_UNIT: Sequence(Number(1, signed=True), BYTE),
    RSD: SELECTOR,
    CSD: COLUMN,
    MS: METERS,
    SID: IDENTITY,
    SID_MAC: IDENTITY_MAC,
    COMDCB: Octets(5),
    RCSD: COLUMNS,
}
MAYBE_DATA = Maybe(DATA)
