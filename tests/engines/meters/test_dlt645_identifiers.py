"""DL/T 645: the one table of identifiers; every row of it goes there and back."""

from datetime import datetime, time
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.dlt645_made import ENTRIES, fits, one_identifier, replies, values
from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.dlt645.layouts import Number
from yinghuo.engines.meters.frames import Item

METER = "000000000161"


def reply(identifier: str, value: object) -> dlt645.Frame:
    return dlt645.Frame(METER, 0x91, [Item(identifier, value, dlt645.find(identifier).layout.unit)])


def raw(body: bytes) -> bytes:
    """An answer of our meter around these bytes, put together without the codec."""
    head = bytes.fromhex("686101000000006891") + bytes([len(body)])
    frame = head + bytes((one + 0x33) % 256 for one in body)
    return frame + bytes([sum(frame) % 256, 0x16])


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.pattern for entry in ENTRIES])
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_every_row_of_the_table_goes_there_and_back(entry: dlt645.Entry, data: st.DataObject) -> None:
    identifier, value = data.draw(one_identifier(entry)), data.draw(values(entry.layout))
    frame = dlt645.Frame(METER, 0x91, [Item(identifier, value, entry.layout.unit)])
    if fits(frame):
        assert dlt645.decode(dlt645.encode(frame)) == [frame]
    else:
        assert len(entry.layout.write(value)) > 196


@settings(max_examples=60, deadline=None)
@given(replies().filter(fits), st.integers(0, 4))
def test_an_answer_goes_there_and_back(frame: dlt645.Frame, wake_up: int) -> None:
    assert dlt645.decode(dlt645.encode(frame, wake_up=wake_up)) == [frame]


def test_every_identifier_of_the_table_is_found_in_its_own_row() -> None:
    known = list(dlt645.identifiers())
    assert len(known) == len({identifier for identifier, _ in known}) > 80_000
    assert all(dlt645.find(identifier) is entry for identifier, entry in known[::37])


@pytest.mark.parametrize(
    ("identifier", "sent", "value"),
    [
        ("0001FF00", "00000001 00000000", [Decimal("10000.00"), Decimal("0.00")]),
        ("00010100", "99999999", Decimal("999999.99")),
        ("00000000", "34120080", Decimal("-12.34")),
        ("00030000", "00000083", Decimal("-30000.00")),
        ("02010100", "0123", Decimal("230.1")),
        ("0201FF00", "0123 FFFF 9922", [Decimal("230.1"), None, Decimal("229.9")]),
        ("02020100", "010080", Decimal("-0.001")),
        ("02060000", "0090", Decimal("-1.000")),
        ("0207FF00", "0000 0012 0024", [Decimal("0.0"), Decimal("120.0"), Decimal("240.0")]),
        ("02800007", "5081", Decimal("-15.0")),
        ("04000106", "0000010726", datetime(2026, 7, 1, 0, 0)),  # noqa: DTZ001
        ("04000107", "0000000000", None),
        ("04000102", "595923", time(23, 59, 59)),
        ("04000204", "04", Decimal(4)),
        ("04000503", "1000", "0010"),
        ("04010000", "010101 020107", [["0101", Decimal(1)], ["0701", Decimal(2)]]),
        ("04020001", "040000 023008", [[time(0, 0), Decimal(4)], [time(8, 30), Decimal(2)]]),
        ("04090101", "0018", Decimal("180.0")),
        ("05060001", "0000071026", datetime(2026, 10, 7)),  # noqa: DTZ001
        ("05060101", "56341200 00341200", [Decimal("1234.56"), Decimal("1234.00")]),
        ("03300500", "050000", Decimal(5)),
    ],
)
def test_bytes_of_an_identifier_mean_what_the_table_says(identifier: str, sent: str, value: object) -> None:
    frames = dlt645.decode(raw(bytes.fromhex(identifier)[::-1] + bytes.fromhex(sent)))
    assert [frame.items[0].value for frame in frames] == [value]


def test_a_demand_carries_its_moment() -> None:
    sent = bytes.fromhex("00000101 785612 3008150126")
    (frame,) = dlt645.decode(raw(sent))
    assert frame.items == [("01010000", [Decimal("12.5678"), datetime(2026, 1, 15, 8, 30)], "kW")]  # noqa: DTZ001


@pytest.mark.parametrize("sent", ["00000100 0000A000", "00000101 785612 3008151326", "00010102 01", "00FF0102 012345"])
def test_what_is_no_value_of_its_identifier_is_refused_as_a_whole_and_noted(sent: str) -> None:
    decoder = dlt645.Decoder()
    assert decoder.feed(raw(bytes.fromhex(sent))) == []
    assert [one.reason for one in decoder.rejected] == ["content"]


def test_an_identifier_that_nobody_knows_keeps_its_bytes_as_digits() -> None:
    (frame,) = dlt645.decode(raw(bytes.fromhex("EFBEADDE 0102FF")))
    assert frame.items == [("DEADBEEF", "0102FF", "")]
    assert dlt645.decode(dlt645.encode(frame)) == [frame]


def test_a_number_is_read_exactly_whatever_precision_the_caller_has_set() -> None:
    sent = raw(bytes.fromhex("00000100 78563412"))
    with localcontext() as context:
        context.prec = 3
        frames = dlt645.decode(sent), dlt645.decode(sent)
    assert [frame.items[0].value for (frame,) in frames] == [Decimal("123456.78")] * 2


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("00010000", Decimal("0.001")),
        ("00010000", Decimal("1000000.00")),
        ("00010000", Decimal("-1")),
        ("00030000", Decimal("-800000.00")),
        ("00010000", Decimal("NaN")),
        ("00010000", "many"),
        ("04000101", datetime(2026, 1, 1, 12, 0)),  # noqa: DTZ001
        ("04000101", datetime(1999, 1, 1)),  # noqa: DTZ001
        ("04000102", time(1, 2, 3, 4)),
        ("04000401", "12345"),
        ("04000401", "12345678901G"),
        ("0201FF00", [Decimal(1)] * 4),
        ("01010000", [Decimal(1)]),
    ],
)
def test_what_does_not_fit_is_not_written(identifier: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        dlt645.encode(reply(identifier, value))


def test_most_rows_from_memory_say_so() -> None:
    assert {entry.source for entry in ENTRIES} == {"", "memory"}
    assert isinstance(dlt645.find("00010000").layout, Number)
    assert dlt645.find("06000001").source == "memory"
