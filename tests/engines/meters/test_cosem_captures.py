"""Frames that meters of three makers pushed from their customers' ports, as published: read, and written back."""

from datetime import datetime
from decimal import Decimal as D

import pytest

from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.cosem import Decoder, Frame

AIDON = "7ea02a410883130413e6e7000f40000000000101020309060100010700ff0600001d3a02020f00161b16f97e"
KAIFA = "7ea027010201105a87e6e7000f40000000090c07e4020f06010830ff800000020106" + "00001fc7cec37e"
KAIFA_FLAG_INSIDE = "7ea027010201105a87e6e7000f40000000090c07e4020f06011922ff80000002010600 00157eea5e7e"
KAIFA_ESCAPE_INSIDE = "7ea02a410883130413e6e7000f40000000000101020309060100010700ff060000067d02020f00161b1c057e"
KAMSTRUP = (
    "7EA0E22B2113239AE6E7000F000000000C07E6011801123A32FF80000002190A0E4B616D73747275705F563030303109060101000005FF0A10"
    "3537303635363733323635393034303709060101600101FF0A1236383431313338424E32343531303130393009060101010700FF060000033A"
    "09060101020700FF060000000009060101030700FF060000006809060101040700FF06000000B0090601011F0700FF06000000ED0906010133"
    "0700FF060000005909060101470700FF060000004B09060101200700FF1200E809060101340700FF1200E909060101480700FF1200EC84467E"
)
ALL = [AIDON, KAIFA, KAIFA_FLAG_INSIDE, KAIFA_ESCAPE_INSIDE, KAMSTRUP]


def one(text: str) -> Frame:
    (frame,) = cosem.decode(bytes.fromhex(text))
    return frame


@pytest.mark.parametrize("text", ALL)
def test_a_published_frame_is_written_back_byte_for_byte(text: str) -> None:
    assert cosem.encode(one(text)) == bytes.fromhex(text)


def test_all_of_them_in_one_stream_of_single_bytes() -> None:
    decoder = Decoder()
    found = [frame for byte in bytes.fromhex("".join(ALL)) for frame in decoder.feed(bytes([byte]))]
    assert found == [one(text) for text in ALL]
    assert decoder.rejected == []


def test_aidon_names_its_registers_with_scaler_and_unit_and_has_no_time() -> None:
    frame = one(AIDON)
    assert (frame.address, frame.link.client, frame.service) == ("4/65", 32, "data-notification")
    assert frame.items == [("00000100010700FF02", D(7482), "W")] and frame.at is None
    assert one(KAIFA_ESCAPE_INSIDE).items[0].value == D(0x67D)


def test_kaifa_says_its_time_and_no_names() -> None:
    assert one(KAIFA).at == datetime(2020, 2, 15, 1, 8, 48)  # noqa: DTZ001
    assert one(KAIFA).items == [("", [D(0x1FC7)], "")]
    assert one(KAIFA_FLAG_INSIDE).items == [("", [D(0x157E)], "")]


def test_kamstrup_names_and_values_in_turns_behind_the_name_of_its_list() -> None:
    frame = one(KAMSTRUP)
    assert frame.at == datetime(2022, 1, 24, 18, 58, 50)  # noqa: DTZ001
    found = {item.identifier[4:16]: item.value for item in frame.items}
    assert found["0101010700FF"] == D(826) and found["0101200700FF"] == D(232)
    assert found["0101000005FF"] == "5706567326590407" and len(found) == 12
