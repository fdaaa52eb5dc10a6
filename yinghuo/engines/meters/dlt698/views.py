"""What an APDU says, as items: identifier, value, unit; and the codes that stand where values should be."""

from collections.abc import Callable
from typing import Any

from yinghuo.engines.meters.dlt698.apdu import Apdu
from yinghuo.engines.meters.dlt698.bodies import (
    ERROR,
    Acted,
    Block,
    Done,
    Forward,
    Query,
    Record,
    Result,
    Write,
    WriteRead,
)
from yinghuo.engines.meters.dlt698.data import ARRAY, NULL, STRUCTURE, Data
from yinghuo.engines.meters.dlt698.oads import known, shape_of
from yinghuo.engines.meters.dlt698.values import meter_of, plain
from yinghuo.engines.meters.frames import Item, Value


class View:
    """Items gathered from the body of an APDU.

    dar:     code by identifier where a code stood: errors of GET, every outcome of SET and ACTION (0 = done); for an
             answer through a terminal the key is "METER/IDENTIFIER"
    columns: of the (last) record
    """

    __slots__ = ("columns", "dar", "items", "within")

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.dar: dict[str, int] = {}
        self.columns: tuple[str, ...] = ()
        self.within = ""  # "METER/" while the answers of one meter are gathered

    def name(self, oad: str) -> None:
        self.items.append(Item(oad, None, known(oad).unit))

    def value(self, oad: str, data: Data | None) -> None:
        what = known(oad)
        self.items.append(Item(oad, None if data is None else plain(data, what.exponent), what.unit))

    def code(self, oad: str, dar: int) -> None:
        self.dar[self.within + oad] = dar

    def result(self, result: Result) -> None:
        choice, content = result.outcome
        if choice == ERROR:
            self.name(result.oad)
            self.code(result.oad, content)
        elif isinstance(content, bytes):
            self.items.append(Item(result.oad, content.hex().upper(), ""))
        else:
            self.value(result.oad, content)

    def record(self, record: Record) -> None:
        self.columns = column_names(record.columns)
        choice, content = record.outcome
        if choice == ERROR:
            self.items.append(Item(record.oad, None, ""))
            self.code(record.oad, content)
        else:
            self.items.append(Item(record.oad, [*cells(record.columns, content)], ""))

    def query(self, query: Query) -> None:
        self.columns = column_names(query.columns)
        self.items.append(Item(query.oad, None, ""))

    def write(self, write: Write | WriteRead) -> None:
        self.value(write.oad, write.data)

    def done(self, done: Done) -> None:
        self.name(done.oad)
        self.code(done.oad, done.dar)

    def acted(self, acted: Acted) -> None:
        self.value(acted.oad, acted.data)
        self.code(acted.oad, acted.dar)

    def both(self, pair: tuple[Done | Acted, Result]) -> None:
        """A write or act, and the reading that was asked for after it."""
        first, then = pair
        if isinstance(first, Done):
            self.done(first)
        else:
            self.acted(first)
        self.result(then)

    def block(self, block: Block) -> None:
        choice, content = block.content
        if choice == ERROR:
            self.code("", content)
        else:
            each(self.result if choice == 1 else self.record, content)

    def command(self, forward: Forward) -> None:
        self.items.append(Item(forward.port, forward.command.hex().upper(), ""))

    def of_results(self, form: int, results: list[Any]) -> None:
        """The answers of one meter to a PROXY list of this form."""
        gather = FROM_METERS[form]
        for one in results:
            gather(self, one)


def each(gather: Callable[[Any], None], many: list[Any]) -> None:
    for one in many:
        gather(one)


def column_names(columns: list[tuple[int, Any]]) -> tuple[str, ...]:
    """One name for each cell of a row: the attribute; behind its record object when the bare name is taken."""
    names: list[str] = []
    taken: set[str] = set()
    for related, column in columns:
        owner, attributes = column if related else ("", [column])
        names += [f"{owner}/{oad}" if oad in taken else oad for oad in attributes]
        taken.update(attributes)
    return tuple(names)


def cells(columns: list[tuple[int, Any]], rows: list[list[Data]]) -> list[list[Value]]:
    """Rows of values, one for each name of `column_names`, scaled as its attribute says."""
    exponents = [known(name[-8:]).exponent for name in column_names(columns)]
    flat = rows if not any(related for related, _ in columns) else [_apart(columns, row) for row in rows]
    return [[plain(cell, exponent) for cell, exponent in zip(row, exponents, strict=True)] for row in flat]


def _apart(columns: list[tuple[int, Any]], row: list[Data]) -> list[Data]:
    """A row with the values of related attributes side by side; they may already stand so."""
    if len(row) != len(columns):
        return row
    apart: list[Data] = []
    for (related, column), cell in zip(columns, row, strict=True):
        apart += _values(column[1], cell) if related else [cell]
    return apart


def _values(attributes: list[str], cell: Data) -> list[Data]:
    """The values in the cell of a related column: none of them where the cell does not hold as many."""
    if cell.tag in (ARRAY, STRUCTURE) and len(cell.value) == len(attributes):
        first = cell.value[0].tag if cell.value else NULL
        if len(attributes) != 1 or first in (ARRAY, STRUCTURE, NULL) or shape_of(attributes[0])[:1] != "a":
            return list(cell.value)
    return [cell] if len(attributes) == 1 else [Data(NULL, None)] * len(attributes)


def elements(item: Item) -> list[Item]:
    """An attribute read as a whole (index 0) as its elements, counted from 1; anything else as it is.

    >>> [one.identifier for one in elements(Item("20000200", ["220", None], "V"))]
    ['20000201', '20000202']
    """
    oad, value, unit = item
    if not isinstance(value, list) or oad[6:] != "00" or shape_of(oad)[:1] != "a":
        return [item]
    return [Item(f"{oad[:6]}{index:02X}", part, unit) for index, part in enumerate(value, 1)]


Gather = Callable[[View, Any], None]
ONE_OR_MANY: dict[tuple[int, int], tuple[Gather, bool]] = {
    (0x05, 1): (View.name, False),
    (0x05, 2): (View.name, True),
    (0x05, 3): (View.query, False),
    (0x05, 4): (View.query, True),
    (0x05, 6): (View.name, False),
    (0x85, 1): (View.result, False),
    (0x85, 2): (View.result, True),
    (0x85, 3): (View.record, False),
    (0x85, 4): (View.record, True),
    (0x85, 5): (View.block, False),
    (0x85, 6): (View.result, False),
    **{(service, form): (View.write, form > 1) for service in (6, 7) for form in (1, 2, 3)},
    (0x86, 1): (View.done, False),
    (0x86, 2): (View.done, True),
    (0x86, 3): (View.both, True),
    (0x87, 1): (View.acted, False),
    (0x87, 2): (View.acted, True),
    (0x87, 3): (View.both, True),
    (0x08, 1): (View.name, True),
    (0x08, 2): (View.name, True),
    (0x88, 1): (View.result, True),
    (0x88, 2): (View.record, True),
    (0x09, 7): (View.command, False),
    (0x89, 7): (View.result, False),
}
FROM_METERS: dict[int, Gather] = {1: View.result, 3: View.done, 4: View.both, 5: View.acted, 6: View.both}
TO_METERS: dict[int, Gather] = {1: View.name, 3: View.write, 4: View.write, 5: View.write, 6: View.write}


def view(apdu: Apdu) -> View:
    """The items of an APDU; none for LINK, CONNECT and RELEASE, whose content is in its body."""
    seen = View()
    gather, many = ONE_OR_MANY.get((apdu.service, apdu.form), (None, False))
    if gather and many:
        for one in apdu.body:
            gather(seen, one)
    elif gather:
        gather(seen, apdu.body)
    elif apdu.service in (0x09, 0x89):
        _view_proxy(seen, apdu)
    elif (apdu.service, apdu.form) == (0x88, 3):
        seen.items.append(Item(apdu.body[0], apdu.body[1].hex().upper(), ""))
    return seen


def _view_proxy(seen: View, apdu: Apdu) -> None:
    if apdu.form == 2 and apdu.service == 0x09:
        seen.query(apdu.body.query)
    elif apdu.form == 2:
        seen.within = meter_of(apdu.body[0]) + "/"
        seen.record(apdu.body[1])
    elif apdu.service == 0x09:
        gather = TO_METERS[apdu.form]
        for through in apdu.body.meters:
            for wanted in through.wanted:
                gather(seen, wanted)
    else:
        for meter, results in apdu.body:
            seen.within = meter_of(meter) + "/"
            seen.of_results(apdu.form, results)
