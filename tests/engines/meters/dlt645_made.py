"""Values, frames and noise made by hypothesis for the tests of DL/T 645."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.dlt645.layouts import Block, Clock, Digits, Layout, Number, OfDay, Row, Text
from yinghuo.engines.meters.dlt645.loads import CLASSES, LoadRecords
from yinghuo.engines.meters.dlt645.table import TABLE as ENTRIES
from yinghuo.engines.meters.dlt645.table import numbers_of
from yinghuo.engines.meters.frames import Item

DATES = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59, 59))  # noqa: DTZ001
STEPS = {
    "YYMMDDhhmmss": timedelta(seconds=1),
    "YYMMDDhhmm": timedelta(minutes=1),
    "YYMMDDWW": timedelta(days=1),
    "YYMMDDWWhhmmss": timedelta(seconds=1),
}


def numbers(layout: Number) -> st.SearchStrategy[Decimal]:
    most = (8 if layout.signed else 10) * 10 ** (2 * layout.size - 1) - 1
    least = -most if layout.signed else 0
    return st.integers(least, most).map(lambda n: Decimal(n).scaleb(-layout.decimals))


def moments(layout: Clock) -> st.SearchStrategy[datetime]:
    start, step = datetime(2000, 1, 1), STEPS[layout.form]  # noqa: DTZ001
    return DATES.map(lambda at: start + (at - start) // step * step)


def digits(size: int, *, words: bool) -> st.SearchStrategy[str]:
    found = st.binary(min_size=size, max_size=size).map(lambda raw: raw.hex().upper())
    return found if words else found.filter(lambda text: set(text) != {"F"})


def load_records() -> st.SearchStrategy[list]:
    classes = [st.none() | present(layout) for layout in CLASSES]
    return st.lists(st.tuples(moments(Clock("YYMMDDhhmm")), *classes).map(list), max_size=2)


def present(layout: Layout) -> st.SearchStrategy:
    """Values of a layout that are there."""
    match layout:
        case Number():
            return numbers(layout)
        case Clock():
            return moments(layout)
        case OfDay():
            return st.times().map(lambda one: one.replace(second=one.second * (layout.size == 3), microsecond=0))
        case Digits():
            return digits(layout.size, words=layout.is_word)
        case Text():
            return st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=layout.size)
        case Row():
            parts = st.tuples(*(values(part) for part in layout.parts)).map(list)
            return parts.filter(lambda row: any(one not in (None, []) for one in row))
        case Block():
            return st.lists(values(layout.part), max_size=min(layout.most, 160 // layout.part.size))
        case LoadRecords():
            return load_records()
    raise AssertionError(layout)


def values(layout: Layout) -> st.SearchStrategy:
    """Values of a layout; None where the meter may say that there is nothing."""
    if layout.size == 0 or getattr(layout, "is_word", False):
        return present(layout)
    return present(layout) | st.none()


def one_identifier(entry: dlt645.Entry) -> st.SearchStrategy[str]:
    parts = [st.sampled_from(sorted(part)) for part in map(numbers_of, entry.pattern.split())]
    return st.tuples(*parts).map(lambda codes: bytes(codes).hex().upper())


def items(entry: dlt645.Entry) -> st.SearchStrategy[Item]:
    return st.builds(Item, one_identifier(entry), values(entry.layout), st.just(entry.layout.unit))


ADDRESSES = st.integers(0, 10**12 - 1).map(lambda n: f"{n:012d}")
HEX8 = digits(4, words=True)


@st.composite
def replies(draw: st.DrawFn) -> dlt645.Frame:
    """Answers to a read, of every row of the table."""
    return dlt645.Frame(draw(ADDRESSES), 0x91, [draw(items(draw(st.sampled_from(ENTRIES))))])


def fits(frame: dlt645.Frame) -> bool:
    try:
        dlt645.encode(frame)
    except ValueError:
        return False
    return True


def noise() -> st.SearchStrategy[bytes]:
    """Bytes of a bad line: anything, wake-up bytes, starts of frames."""
    heads = st.builds(
        lambda a, n: b"\x68" + a + b"\x68\x91" + bytes([n]), st.binary(min_size=6, max_size=6), st.integers(0, 255)
    )
    return st.one_of(st.binary(max_size=30), st.just(b"\xfe" * 4), st.just(b"\x68"), heads, st.just(b"\x16"))
