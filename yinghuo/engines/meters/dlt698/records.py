"""Record objects (freezes, curves, events): which rows are wanted, which those are, and rows with named cells."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from yinghuo.engines.meters.dlt698.bodies import Query, Record
from yinghuo.engines.meters.dlt698.data import ARRAY, NULL, STRUCTURE, TI, Data
from yinghuo.engines.meters.dlt698.frame import Frame
from yinghuo.engines.meters.dlt698.oads import known
from yinghuo.engines.meters.dlt698.values import guessed, meter_of, moment, moment_of, plain, tsa_of, typed
from yinghuo.engines.meters.dlt698.views import View, cells, column_names
from yinghuo.engines.meters.frames import Item, Value

Selector = tuple[int, Any]
Columns = Sequence[str | tuple[str, Sequence[str]]]  # attributes, or (record object, its attributes)

EVERY_ROW: Selector = (0, None)
NO_METERS: Selector = (0, None)
EVERY_METER: Selector = (1, None)
FROZEN_AT, METER = "20210200", "202A0200"
TIMES = {4: "60400200", 5: "60420200", 6: "60400200", 7: "60420200", 8: "60410200"}  # begun, stored, succeeded
STEP_SECONDS = (1, 60, 3600, 86400)  # by the unit of an interval: s, min, h, d


def exactly(column: str, value: Value | Data) -> Selector:
    """Rows whose column is this value: the freeze of one midnight."""
    return 1, (column, typed(column, value))


def between(column: str, first: Value | Data, end: Value | Data, *, step: tuple[int, int] | None = None) -> Selector:
    """Rows from `first` up to, but without, `end`; step: (unit 0 s, 1 min, 2 h, 3 d, 4 months, count)."""
    return 2, (column, typed(column, first), typed(column, end), Data(TI, step) if step else Data(NULL, None))


def nth_last(n: int) -> Selector:
    """One row: the last (1), the last but one (2), …"""
    return 9, n


def latest(n: int, meters: Selector = NO_METERS) -> Selector:
    """The last n rows."""
    return 10, (n, meters)


def collected(at: datetime, meters: Selector = EVERY_METER) -> Selector:
    """Rows of a terminal's collection that began at this time."""
    return 4, (moment(at), meters)


def stored(at: datetime, meters: Selector = EVERY_METER) -> Selector:
    """Rows of a terminal's collection that were stored under this time."""
    return 5, (moment(at), meters)


def those(addresses: Sequence[str]) -> Selector:
    """A set of meters by their printed addresses."""
    return 3, [tsa_of(address) for address in addresses]


def columns_of(columns: Columns) -> list[tuple[int, Any]]:
    """Columns as they stand on the wire.

    >>> columns_of(["20210200", ("50040200", ["00100201"])])
    [(0, '20210200'), (1, ('50040200', ['00100201']))]
    """
    return [(0, one) if isinstance(one, str) else (1, (one[0], list(one[1]))) for one in columns]


def query(oad: str, columns: Columns, selector: Selector = EVERY_ROW) -> Query:
    """What to ask of a record object; no columns means those that the device keeps."""
    return Query(oad, selector, columns_of(columns))


def queries(frame: Frame) -> list[Query]:
    """What a GET asks of record objects."""
    if frame.apdu is None or frame.apdu.service != 0x05 or frame.apdu.form not in (3, 4):
        return []
    return [frame.apdu.body] if frame.apdu.form == 3 else frame.apdu.body


def choose(selector: Selector, rows: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    """Those rows (oldest first, cells by column) that a selector wants; ValueError for one that is not understood."""
    kind, what = selector
    match kind:
        case 0:
            return list(rows)
        case 1:
            return [row for row in rows if row.get(what[0]) == plain(what[1], known(what[0]).exponent)]
        case 2:
            column, first, end, step = what
            width = _width(step.value) if step.tag == TI else timedelta(0)
            low, high = (plain(limit, known(column).exponent) for limit in (first, end))
            return [row for row in rows if _inside(row.get(column), low, high, width)]
        case 4 | 5:
            return [row for row in rows if row.get(TIMES[kind]) == moment_of(what[0]) and _is_of(row, what[1])]
        case 6 | 7 | 8:
            first, end, width = moment_of(what[0]), moment_of(what[1]), _width(what[2])
            return [row for row in rows if _inside(row.get(TIMES[kind]), first, end, width) and _is_of(row, what[3])]
        case 9:
            return list(rows[-what : len(rows) - what + 1]) if 0 < what <= len(rows) else []
        case 10:
            return [row for row in rows if _is_of(row, what[1])][-what[0] :] if what[0] else []
    raise ValueError(f"no rows are chosen by selector {kind}")


def _width(step: tuple[int, int]) -> timedelta:
    unit, count = step
    if unit >= len(STEP_SECONDS):
        raise ValueError(f"no step is {count} of unit {unit}")
    return timedelta(seconds=STEP_SECONDS[unit] * count)


def _inside(value: Value, first: Value, end: Value, width: timedelta) -> bool:
    """Whether a value lies in [first, end), and on a step counted from first."""
    if isinstance(value, datetime) and isinstance(first, datetime) and isinstance(end, datetime):
        return first <= value < end and not (width and (value - first) % width)
    if isinstance(value, Decimal) and isinstance(first, Decimal) and isinstance(end, Decimal):
        return first <= value < end
    return False


def _is_of(row: Mapping[str, Value], meters: Selector) -> bool:
    kind, which = meters
    if kind in (0, 1):
        return True
    if kind != 3:
        raise ValueError(f"no meters are found by set {kind}")
    return row.get(METER) in [meter_of(one) for one in which]


def record(asked: Query, rows: Sequence[Sequence[Value | Data]]) -> Record:
    """The answer to a query: rows with one cell for each name of its columns, typed by the table `oads`."""
    names = column_names(asked.columns)
    typed_rows = [[typed(name[-8:], cell) for name, cell in zip(names, row, strict=True)] for row in rows]
    return Record(asked.oad, asked.columns, (1, [_together(asked.columns, row) for row in typed_rows]))


def _together(columns: list[tuple[int, Any]], row: list[Data]) -> list[Data]:
    """The cells of a row; the attributes of a related column share one, an array, or a structure of different types."""
    rest = iter(row)
    return [_joined([next(rest) for _ in column[1]]) if related else next(rest) for related, column in columns]


def _joined(parts: list[Data]) -> Data:
    return Data(ARRAY if len({part.tag for part in parts}) == 1 else STRUCTURE, parts)


def records(frame: Frame) -> list[Record]:
    """The records of an answer or report, as they stand on the wire."""
    if frame.apdu is None:
        return []
    body = frame.apdu.body
    match frame.apdu.service, frame.apdu.form:
        case (0x85, 3):
            return [body]
        case (0x85, 4) | (0x88, 2):
            return list(body)
        case (0x85, 5) if body.content[0] == 2:
            return list(body.content[1])
        case (0x89, 2):
            return [body[1]]
    return []


def rows(frame: Frame) -> list[dict[str, Value]]:
    """The rows of all records of a frame, each cell under its column; no rows is a normal answer."""
    return [
        dict(zip(names, row, strict=True))
        for one in records(frame)
        if one.outcome[0] == 1
        for names in (column_names(one.columns),)
        for row in cells(one.columns, one.outcome[1])
    ]


class Readings(NamedTuple):
    """What one meter answered through a terminal: items, and the codes that stood in place of values."""

    items: list[Item]
    dar: dict[str, int]


def meters(frame: Frame) -> dict[str, Readings]:
    """The answers of a PROXY list by the meters' printed addresses; {} for any other frame."""
    if frame.apdu is None or frame.apdu.service != 0x89 or frame.apdu.form in (2, 7):
        return {}
    found: dict[str, Readings] = {}
    for tsa, results in frame.apdu.body:
        seen = View()
        seen.of_results(frame.apdu.form, results)
        found[meter_of(tsa)] = Readings(seen.items, seen.dar)
    return found


def followed(frame: Frame) -> list[Item]:
    """The items of the report that a server appended to an answer."""
    seen = View()
    kind, content = (frame.apdu and frame.apdu.follow) or (0, [])
    for one in content:
        (seen.result if kind == 1 else seen.record)(one)
    return seen.items


def parameter(value: Value | Data) -> Data:
    """The parameter of a method: ready data, or the nearest type to a plain value."""
    return value if isinstance(value, Data) else guessed(value)
