"""The services of 698.45 as a table: after service, form and number of the exchange, which fields follow.

Every form but two agrees with published examples or with how independent public programs read it: the passwords of
CONNECT and the report of foreign data (88 03) are from memory of the standard and not checked against its text.
"""

from typing import Any

from yinghuo.engines.meters.dlt698.bodies import (
    ERROR,
    ROWS,
    Acted,
    Block,
    Connect,
    ConnectReply,
    Done,
    Forward,
    Link,
    LinkReply,
    Proxy,
    ProxyRecord,
    Query,
    Record,
    Result,
    Sealed,
    Through,
    Write,
    WriteRead,
)
from yinghuo.engines.meters.dlt698.data import (
    BLOB,
    BYTE,
    COLUMNS,
    DATA,
    IDENTIFIER,
    IDENTITY,
    IDENTITY_MAC,
    INTERVAL,
    LONG_MOMENT,
    MAYBE_DATA,
    MOMENT,
    NOTHING,
    SELECTOR,
    U16,
    U32,
)
from yinghuo.engines.meters.dlt698.fields import (
    Choice,
    Field,
    Malformed,
    Many,
    Maybe,
    Octets,
    Reader,
    Sequence,
    write_length,
)


class RecordField:
    """A record reply: a row has one cell for each column; that of a related column is an array of its attributes.

    So the standard's example has it. A reader with `apart` reads rows where they stand apart, as if each were a
    column of its own, since some devices may write so (from memory). Rows of either kind can be written again.
    """

    def read(self, r: Reader) -> Record:
        oad, columns, choice = IDENTIFIER.read(r), COLUMNS.read(r), r.byte()
        if choice == ERROR:
            return Record(oad, columns, (ERROR, r.byte()))
        if choice != ROWS:
            raise Malformed(f"no alternative {choice}")
        r.related = r.related or any(related for related, _ in columns)
        width = width_of(columns) if r.apart else len(columns)
        return Record(oad, columns, (ROWS, [[DATA.read(r) for _ in range(width)] for _ in range(r.length())]))

    def write(self, out: bytearray, value: Record) -> None:
        IDENTIFIER.write(out, value.oad)
        COLUMNS.write(out, value.columns)
        choice, content = value.outcome
        out.append(choice)
        if choice == ERROR:
            out.append(content)
            return
        write_length(out, len(content))
        widths = (len(value.columns), width_of(value.columns))
        for row in content:
            if len(row) not in widths:
                raise ValueError(f"a row of {len(row)} cells under {widths[0]} columns")
            for cell in row:
                DATA.write(out, cell)


def width_of(columns: list[tuple[int, Any]]) -> int:
    """How many attributes stand under the columns, those of related objects counted one by one."""
    return sum(len(column[1]) if related else 1 for related, column in columns)


RESULT = Sequence(IDENTIFIER, Choice({0: BYTE, 1: DATA}), made=Result)
RECORD = RecordField()
QUERY = Sequence(IDENTIFIER, SELECTOR, COLUMNS, made=Query)
WRITE = Sequence(IDENTIFIER, DATA, made=Write)
WRITE_READ = Sequence(IDENTIFIER, DATA, IDENTIFIER, BYTE, made=WriteRead)
DONE = Sequence(IDENTIFIER, BYTE, made=Done)
ACTED = Sequence(IDENTIFIER, BYTE, MAYBE_DATA, made=Acted)
MECHANISM = Choice({0: NOTHING, 1: BLOB, 2: Sequence(BLOB, BLOB), 3: Sequence(BLOB, BLOB)})
TERMS: tuple[Field, ...] = (U16, Octets(8), Octets(16), U16, U16, BYTE, U16, U32)
OUTCOME_BYTES = Choice({0: BYTE, 1: BLOB})


def _through(wanted: Field) -> Field:
    return Sequence(U16, Many(Sequence(BLOB, U16, Many(wanted), made=Through)), made=Proxy)


def _from_meters(result: Field) -> Field:
    return Many(Sequence(BLOB, Many(result)))


def _forms(service: int, *fields: Field) -> dict[tuple[int, int], Field]:
    """The forms of a service, counted from 1."""
    return {(service, form): field for form, field in enumerate(fields, 1)}


WRITES = (WRITE, Many(WRITE), Many(WRITE_READ))
FORMS: dict[tuple[int, int], Field] = {
    (0x01, 0): Sequence(BYTE, U16, LONG_MOMENT, made=Link),
    (0x81, 0): Sequence(BYTE, LONG_MOMENT, LONG_MOMENT, LONG_MOMENT, made=LinkReply),
    (0x02, 0): Sequence(*TERMS, MECHANISM, made=Connect),
    (0x82, 0): Sequence(Octets(32), *TERMS, BYTE, Maybe(Sequence(BLOB, BLOB)), made=ConnectReply),
    (0x03, 0): NOTHING,
    (0x83, 0): BYTE,
    (0x84, 0): Sequence(MOMENT, MOMENT),
    (0x6E, 0): BYTE,
    (0xEE, 0): BYTE,
    **_forms(0x05, IDENTIFIER, Many(IDENTIFIER), QUERY, Many(QUERY), U16, IDENTIFIER),
    **_forms(
        0x85,
        RESULT,
        Many(RESULT),
        RECORD,
        Many(RECORD),
        Sequence(BYTE, U16, Choice({0: BYTE, 1: Many(RESULT), 2: Many(RECORD)}), made=Block),
        Sequence(IDENTIFIER, OUTCOME_BYTES, made=Result),
    ),
    **_forms(0x06, *WRITES),
    **_forms(0x86, DONE, Many(DONE), Many(Sequence(DONE, RESULT))),
    **_forms(0x07, *WRITES),
    **_forms(0x87, ACTED, Many(ACTED), Many(Sequence(ACTED, RESULT))),
    **_forms(0x08, Many(IDENTIFIER), Many(IDENTIFIER), NOTHING),
    **_forms(0x88, Many(RESULT), Many(RECORD), Sequence(IDENTIFIER, BLOB)),
    **_forms(
        0x09,
        _through(IDENTIFIER),
        Sequence(U16, BLOB, QUERY, made=ProxyRecord),
        _through(WRITE),
        _through(WRITE_READ),
        _through(WRITE),
        _through(WRITE_READ),
        Sequence(IDENTIFIER, Octets(5), U16, U16, BLOB, made=Forward),
    ),
    **_forms(
        0x89,
        _from_meters(RESULT),
        Sequence(BLOB, RECORD),
        _from_meters(DONE),
        _from_meters(Sequence(DONE, RESULT)),
        _from_meters(ACTED),
        _from_meters(Sequence(ACTED, RESULT)),
        Sequence(IDENTIFIER, OUTCOME_BYTES, made=Result),
    ),
}
SEALED_REQUEST = Sequence(
    Choice({0: BLOB, 1: BLOB}),
    Choice({0: IDENTITY_MAC, 1: BLOB, 2: Sequence(BLOB, BLOB), 3: IDENTITY}),
    made=Sealed,
)
SEALED_REPLY = Sequence(Choice({0: BLOB, 1: BLOB, 2: BYTE}), Maybe(Choice({0: BLOB})), made=Sealed)
FOLLOW = Maybe(Choice({1: Many(RESULT), 2: Many(RECORD)}))
TIME_TAG = Maybe(Sequence(MOMENT, INTERVAL))
