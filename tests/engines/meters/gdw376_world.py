"""Values for every format of Q/GDW 376.1, drawn by hypothesis."""

from datetime import datetime, time
from decimal import Decimal

from hypothesis import strategies as st

from yinghuo.engines.meters.gdw376 import shapes
from yinghuo.engines.meters.gdw376.clocks import Clock
from yinghuo.engines.meters.gdw376.formats import Energy, Exponent
from yinghuo.engines.meters.gdw376.points import identifier
from yinghuo.engines.meters.gdw376.primitives import Address, Binary, Digits, Format, Hexadecimal, Text
from yinghuo.engines.meters.gdw376.settings import Endpoint, Name, Results

Values = st.SearchStrategy[object]


def octets(least: int, most: int) -> Values:
    return st.binary(min_size=least, max_size=most).map(lambda raw: raw.hex().upper())


def digits(form: Digits) -> Values:
    most = 10 ** (2 * form.size) - 1
    signed_most = 8 * 10 ** (2 * form.size - 1) - 1
    numbers = st.integers(-signed_most, signed_most) if form.signed else st.integers(0, most)
    return st.none() | numbers.map(lambda number: Decimal(number).scaleb(-form.decimals))


def clocks(form: Clock) -> Values:
    moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001
    if "Y" in form.parts:
        zero = {"microsecond": 0} | {
            word: 0 for part, word in zip("smh", ("second", "minute", "hour"), strict=True) if part not in form.parts
        }
        zero |= {"day": 1} if "D" not in form.parts else {}
        return st.none() | moments.map(lambda at: at.replace(**zero))
    if "D" not in form.parts:
        return st.none() | st.times().map(lambda at: time(at.hour, at.minute))
    pattern = ("%m-%d " if "M" in form.parts else "%d ") + ("%H:%M:%S" if "s" in form.parts else "%H:%M")
    return st.none() | moments.map(lambda at: at.strftime(pattern))


def names(afn: int) -> Values:
    return st.tuples(st.integers(0, 2040), st.integers(1, 248)).map(lambda one: identifier(afn, *one))


def registers(form: shapes.Registers) -> Values:
    def of(tariffs: int) -> Values:
        groups = [st.lists(values(one), min_size=tariffs + 1, max_size=tariffs + 1) for one in form.groups]
        return st.tuples(*groups).map(list) if len(groups) > 1 else groups[0]

    return st.integers(0, 4).flatmap(of)


def events() -> Values:
    def of(first: int, records: list[object]) -> list[object]:
        return [Decimal(1), Decimal(2), Decimal(first), Decimal((first + len(records)) % 256), records]

    moments = st.none() | clocks(Clock("mhDMY")).filter(bool)
    timed = st.tuples(st.integers(1, 64).map(Decimal), moments.filter(bool), octets(0, 9))
    bare = st.tuples(st.integers(1, 64).map(Decimal), st.none(), octets(0, 4))
    return st.builds(of, st.integers(0, 255), st.lists((timed | bare).map(list), max_size=3))


def endpoints() -> Values:
    return st.tuples(st.ip_addresses(v=4), st.integers(0, 65535)).map(lambda one: f"{one[0]}:{one[1]}")


def results() -> Values:
    rows = st.lists(st.tuples(names(0x04), octets(1, 1)).map(list), max_size=3)
    return rows.map(lambda found: ["04", *found])


SIMPLE = {
    shapes.Nothing: lambda _: st.none(),
    shapes.Density: lambda _: st.sampled_from([None, *shapes.DENSITY_CODE]),
    shapes.Octets: lambda _: octets(0, 30),
    shapes.Events: lambda _: events(),
    Endpoint: lambda _: endpoints(),
    Results: lambda _: results(),
    Digits: digits,
    Clock: clocks,
    shapes.Registers: registers,
    Address: lambda form: st.none() | st.from_regex(r"\A[0-9]{12}\Z"),
    Binary: lambda form: st.integers(0, 256**form.size - 1).map(Decimal),
    Hexadecimal: lambda form: octets(form.size, form.size) if form.size >= 0 else octets(1, 20),
    Text: lambda form: st.text("abcXYZ019.", max_size=form.size),
    Exponent: lambda _: st.integers(-999, 999).map(Decimal),
    Energy: lambda _: st.integers(-(10**7) + 1, 10**7 - 1).map(Decimal),
    Name: lambda form: names(form.afn),
    shapes.Fields: lambda form: st.tuples(*map(values, form.forms)).map(list),
    shapes.Counted: lambda form: st.lists(values(form.each), max_size=4),
    shapes.Curve: lambda form: st.tuples(
        clocks(Clock("mhDMY")), st.sampled_from([*shapes.DENSITY_CODE]), st.lists(values(form.each), max_size=9)
    ).map(list),
    shapes.Perhaps: lambda form: values(form.form),
}


def values(form: Format) -> Values:
    """Values that a format can write."""
    return SIMPLE[type(form)](form)
