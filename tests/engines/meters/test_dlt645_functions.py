"""DL/T 645: every function of the protocol, as request and as reply, and what may not be written."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.dlt645_made import ADDRESSES, HEX8, items
from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.dlt645.layouts import Block
from yinghuo.engines.meters.dlt645.table import TABLE
from yinghuo.engines.meters.frames import Item

METER, BY = "000000000161", {"password": "02000000", "operator": "78563412"}
AT = datetime(2026, 10, 7, 14, 16, 26)  # noqa: DTZ001


def frame(control: int, *row: Item, **fields: object) -> dlt645.Frame:
    return dlt645.Frame(METER, control, list(row), **fields)


DATA = {
    "broadcast time": (dlt645.Frame("999999999999", 0x08, [Item("0400010C", AT, "")]), "26 16 14 07 10 26"),
    "read": (frame(0x11, Item("00010000", None, "kWh")), "00 00 01 00"),
    "read load records": (frame(0x11, Item("06010001", Decimal(5), "")), "01 00 01 06 05"),
    "read load records since": (
        frame(0x11, Item("06010001", [Decimal(5), AT.replace(second=0)], "")),
        "01 00 01 06 05 16 14 07 10 26",
    ),
    "read on": (frame(0x12, Item("0001FF00", None, "kWh"), sequence=1), "00 FF 01 00 01"),
    "more follows": (
        frame(0xB1, Item("0001FF00", [Decimal("1.00")], "kWh"), data=bytes.fromhex("00010000")),
        "00 FF 01 00 00 01 00 00",
    ),
    "last of it": (
        frame(0x92, Item("0001FF00", "0100", "kWh"), sequence=2, data=bytes.fromhex("0100")),
        "00 FF 01 00 01 00 02",
    ),
    "not on": (frame(0xD2, error=2), "02"),
    "read address": (dlt645.Frame("AAAAAAAAAAAA", 0x13), ""),
    "address": (frame(0x93, Item("04000401", METER, "")), "61 01 00 00 00 00"),
    "write": (
        frame(0x14, Item("04000107", datetime(2026, 7, 1), ""), **BY),  # noqa: DTZ001
        "07 01 00 04 02 00 00 00 78 56 34 12 00 00 01 07 26",
    ),
    "written": (frame(0x94), ""),
    "not written": (frame(0xD4, error=4), "04"),
    "write address": (dlt645.Frame("AAAAAAAAAAAA", 0x15, [Item("04000401", METER, "")]), "61 01 00 00 00 00"),
    "address written": (frame(0x95), ""),
    "freeze": (dlt645.Frame("999999999999", 0x16, [Item("", "99990000", "")]), "00 00 99 99"),
    "frozen": (frame(0x96), ""),
    "not frozen": (frame(0xD6, error=1), "01"),
    "change speed": (frame(0x17, Item("", Decimal(9600), "bit/s")), "20"),
    "speed changed": (frame(0x97, Item("", Decimal(2400), "bit/s")), "08"),
    "speed not changed": (frame(0xD7, error=8), "08"),
    "change password": (
        frame(0x18, Item("04000C03", "02112233", ""), password="02000000"),
        "03 0C 00 04 02 00 00 00 02 11 22 33",
    ),
    "password changed": (frame(0x98, Item("04000C03", "02112233", "")), "02 11 22 33"),
    "password not changed": (frame(0xD8, error=4), "04"),
    "clear demand": (frame(0x19, **BY), "02 00 00 00 78 56 34 12"),
    "demand cleared": (frame(0x99), ""),
    "clear meter": (frame(0x1A, **BY), "02 00 00 00 78 56 34 12"),
    "meter not cleared": (frame(0xDA, error=4), "04"),
    "clear events": (frame(0x1B, Item("FFFFFFFF", None, ""), **BY), "02 00 00 00 78 56 34 12 FF FF FF FF"),
    "events cleared": (frame(0x9B), ""),
    "remote control": (
        frame(0x1C, Item("", ["1A", AT], ""), **BY),
        "02 00 00 00 78 56 34 12 1A 00 26 16 14 07 10 26",
    ),
    "controlled": (frame(0x9C), ""),
    "not controlled": (frame(0xDC, error=4), "04"),
    "a function nobody knows": (frame(0x03, data=b"\x01\x02"), "01 02"),
}


def plain(sent: bytes) -> bytes:
    """Data field of a frame, without the codec."""
    return bytes((one - 0x33) % 256 for one in sent[10:-2])


@pytest.mark.parametrize(("one", "data"), DATA.values(), ids=DATA)
def test_a_function_is_written_as_the_tables_say_and_read_again(one: dlt645.Frame, data: str) -> None:
    sent = dlt645.encode(one)
    assert plain(sent) == bytes.fromhex(data)
    assert sent[8] == one.control
    assert dlt645.decode(sent) == [one]


def test_every_function_of_the_protocol_is_here() -> None:
    assert {one.function for one, _ in DATA.values()} >= set(dlt645.FUNCTIONS)


@settings(max_examples=60, deadline=None)
@given(st.data(), ADDRESSES, HEX8, HEX8)
def test_a_write_under_password_goes_there_and_back(
    data: st.DataObject, address: str, password: str, operator: str
) -> None:
    entry = data.draw(st.sampled_from([one for one in TABLE if one.pattern.startswith("04")]))
    one = dlt645.Frame(address, 0x14, [data.draw(items(entry))], password=password, operator=operator)
    assert dlt645.decode(dlt645.encode(one)) == [one]


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(5, 190))
def test_parts_of_a_long_answer_are_joined_wherever_it_was_cut(data: st.DataObject, size: int) -> None:
    entry = data.draw(st.sampled_from([one for one in TABLE if isinstance(one.layout, Block)]))
    item = data.draw(items(entry))
    whole = entry.layout.write(item.value)
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    if len(pieces) < 2:
        pieces = [whole[: len(whole) // 2], whole[len(whole) // 2 :]]
    last = len(pieces) - 1
    sent = [
        dlt645.encode(
            frame(0xB1, item, data=piece)
            if number == 0
            else frame(0xB2 if number < last else 0x92, item, sequence=number, data=piece)
        )
        for number, piece in enumerate(pieces)
        if piece or number
    ]
    if len(whole) > 1:
        assert dlt645.join(dlt645.decode(b"".join(sent))) == frame(0x91, item)


def test_parts_that_do_not_belong_together_are_not_joined() -> None:
    item = Item("0001FF00", None, "kWh")
    first, last = frame(0xB1, item, data=b"\0" * 4), frame(0x92, item, sequence=1, data=b"\0" * 4)
    assert dlt645.join([first, last]).items[0].value == [Decimal(0), Decimal(0)]
    strangers = (
        [first],
        [last, first],
        [first, first, last],
        [first, frame(0x92, item, sequence=2, data=b"")],
        [first, dlt645.Frame("000000000162", 0x92, [item], sequence=1)],
        [first, frame(0x92, Item("0002FF00", None, "kWh"), sequence=1)],
        [first, frame(0xB2, item, sequence=1)],
    )
    for parts in strangers:
        with pytest.raises(ValueError, match=r"part|answer"):
            dlt645.join(parts)


def test_a_wildcard_or_shortened_address_is_kept_as_sent_and_meant_for_who_matches() -> None:
    (one,) = dlt645.decode(dlt645.encode(dlt645.Frame(dlt645.shortened("0161"), 0x13)))
    assert one.address == "AAAAAAAA0161"
    meters = [METER, "999900000161", "000000000162"]
    assert [dlt645.is_addressed(one.address, meter) for meter in meters] == [True, True, False]
    assert all(dlt645.is_addressed(to, METER) for to in (dlt645.WILDCARD, dlt645.BROADCAST, METER))


def test_a_broadcast_is_known_as_one() -> None:
    assert DATA["broadcast time"][0].is_broadcast
    assert not DATA["read"][0].is_broadcast
    assert [DATA[name][0].more_follows for name in ("more follows", "last of it", "read")] == [True, False, False]
    assert [DATA[name][0].is_reply for name in ("read", "written")] == [False, True]


@pytest.mark.parametrize(
    "bad",
    [
        dlt645.Frame("161", 0x13),
        dlt645.Frame(METER, 0x11),
        dlt645.Frame(METER, 0x1FF),
        frame(0x11, Item("0001", None, "")),
        frame(0x14, Item("04000204", Decimal(4), ""), password="1234", operator="00000000"),
        frame(0x17, Item("", Decimal(300), "bit/s")),
        frame(0x1C, Item("", "1A", ""), **BY),
        frame(0xB1, Item("0001FF00", None, ""), data=bytes(200)),
        frame(0x91, Item("DEADBEEF", Decimal(1), "")),
    ],
)
def test_what_no_frame_can_carry_is_refused(bad: dlt645.Frame) -> None:
    with pytest.raises(ValueError, match=r"."):
        dlt645.encode(bad)


def test_a_status_word_tells_which_tables_are_in_force_and_what_is_wrong() -> None:
    assert [dlt645.sets_in_force(word) for word in ("0000", "0001", "0020", "0021")] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert dlt645.status_words(4, "0081") == ["lost voltage", "broken phase"]
    assert dlt645.status_words(1, "8000") == ["bit 15"]
    assert all(len(dlt645.status_words(number, "FFFF")) == 16 for number in range(1, 8))
