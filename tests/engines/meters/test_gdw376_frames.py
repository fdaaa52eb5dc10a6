"""Frames of Q/GDW 376.1: known answers both ways, streams, damage, messages of several frames."""

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal as D
from itertools import accumulate

import pytest

from yinghuo.engines.meters import gdw376
from yinghuo.engines.meters.gdw376 import Decoder, Frame, Stamp, decode, encode

G1 = "68 32 00 32 00 68 C9 00 02 34 12 00 02 71 00 00 01 00 85 16"
G2 = "68 32 00 32 00 68 0B 00 02 34 12 00 00 61 00 00 01 00 B5 16"
G3 = "68 32 00 32 00 68 C9 00 02 34 12 00 02 71 00 00 04 00 88 16"
G4 = (
    "68 E2 00 E2 00 68 4B 00 02 34 12 04 10 E0 00 00 01 00 1F 6B BC 0A 10 00 68 61 10 01 30 12 15 68 11 04 33 33 34 33"
    " 7B 16 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 13 51 23 21 05 A1 16"
)
G7 = "684a004a006888001001002c00e1000001000119441016053016"
KNOWN = [bytes.fromhex(one) for one in (G1, G2, G3, G4, G7)]


def one(text: str) -> Frame:
    (frame,) = decode(bytes.fromhex(text))
    return frame


@pytest.mark.parametrize("raw", KNOWN, ids=["G1", "G2", "G3", "G4", "G7"])
def test_a_known_frame_is_written_back_byte_for_byte(raw: bytes) -> None:
    (frame,) = decode(raw)
    assert encode(frame) == raw


def test_g1_is_a_login_of_terminal_1234_in_region_0200() -> None:
    frame = one(G1)
    assert (frame.address, frame.control, frame.items) == ("02001234", 0xC9, [("0200000001", None, "")])
    assert frame.is_up and frame.is_primary and frame.is_login and frame.confirm and frame.counter == 1
    assert not frame.is_heartbeat and frame.function == 9


def test_g2_is_the_head_ends_confirmation() -> None:
    frame = one(G2)
    assert (frame.address, frame.control, frame.items) == ("02001234", 0x0B, [("0000000001", None, "")])
    assert frame.is_confirmed and not frame.is_up and not frame.confirm


def test_g3_is_a_heartbeat() -> None:
    assert one(G3).items == [("0200000003", None, "")]
    assert one(G3).is_heartbeat


def test_g4_forwards_a_645_frame_with_its_port_password_and_time_tag() -> None:
    frame = one(G4)
    nested = "68611001301215681104333334337B16"
    assert frame.items == [("1000000001", nested, "")]
    assert frame.nested == bytes.fromhex(nested)
    assert frame.port == (0x1F, 0x6B, 0xBC, 0x0A)
    assert frame.password == bytes(16) and frame.station == 2
    assert frame.stamp == Stamp(0, 21, time(23, 51, 13), 5)


def test_g7_carries_a_time_tag() -> None:
    frame = one(G7)
    assert (frame.address, frame.station, frame.is_confirmed) == ("10000001", 22, True)
    assert frame.stamp == Stamp(1, 16, time(10, 44, 19), 5)


def test_a_published_answer_tells_the_terminals_clock() -> None:
    text = "684a004a0068cb91910400000c64000002000039071743151216"
    assert one(text).items == [("0C00000002", datetime(2015, 3, 17, 7, 39), "")]  # noqa: DTZ001
    assert encode(one(text)).hex() == text  # a Tuesday, as it says itself


def test_a_published_report_tells_an_event() -> None:
    text = (
        "68ca00ca0068c400100100000e6100000100140b13143420360915041502000102030303030303444411112222333344444455555566"
        "6666b416"
    )
    frame = one(text)
    assert frame.address == "10000001" and frame.items[0].identifier == "0E00000001"
    *counters, (record,) = frame.items[0].value
    assert counters == [D(0x14), D(0x0B), D(0x13), D(0x14)]
    assert record[:2] == [D(52), datetime(2015, 4, 15, 9, 36)] and len(record[2]) == 2 * 27  # noqa: DTZ001
    assert encode(frame).hex() == text


def test_a_frame_may_be_made_of_plain_rows() -> None:
    frame = Frame("02001234", 0xC9, [("0200000001", None, "")], counter=1, confirm=True)  # type: ignore[list-item]
    assert encode(frame) == bytes.fromhex(G1) and frame.is_login
    ask = Frame("02001234", 0x4B, [("0C00010081", None, "")])  # type: ignore[list-item]
    assert ask.afn == 0x0C and decode(encode(ask)) == [ask]


def test_a_heartbeat_may_say_the_terminals_clock() -> None:
    at = datetime(2026, 11, 23, 8, 15, 30)  # noqa: DTZ001
    frame = gdw376.heartbeat("02001234", clock=at)
    assert decode(encode(frame)) == [frame]
    assert frame.items[0].value == at


def test_event_counters_stand_in_a_frame_that_has_its_acd_bit() -> None:
    request = gdw376.read("02001234", 0x0C, [0], [7])
    answer = gdw376.answer(request, {(0, 7): [D(3), D(4)]}, events=(3, 4))
    assert decode(encode(answer)) == [answer]
    assert answer.control == 0xA8 and answer.events == (3, 4)


def test_rubbish_around_and_between_frames_does_not_matter() -> None:
    noise = bytes.fromhex("00 68 FF 68 68 16 32")
    assert decode(noise + noise.join(KNOWN) + noise) == [decode(raw)[0] for raw in KNOWN]


def test_a_stream_in_single_bytes_gives_the_same_frames() -> None:
    decoder = Decoder()
    found = [frame for byte in b"".join(KNOWN) for frame in decoder.feed(bytes([byte]))]
    assert found == [decode(raw)[0] for raw in KNOWN]
    assert not decoder.rejected


@pytest.mark.parametrize("at", range(6, 19))
def test_a_changed_byte_is_never_decoded(at: int) -> None:
    raw = bytearray.fromhex(G1)
    raw[at] ^= 0x01
    decoder = Decoder()
    assert decoder.feed(bytes(raw)) == []
    assert [one.reason for one in decoder.rejected] == ["checksum"]


def test_a_wrong_end_and_a_nonsense_length_are_named() -> None:
    decoder = Decoder()
    raw = bytes.fromhex(G1)
    assert decoder.feed(raw[:-1] + b"\x17") == []
    assert decoder.feed(bytes.fromhex("68 02 00 02 00 68")) == []
    assert [one.reason for one in decoder.rejected] == ["end", "length"]


def test_a_frame_longer_than_allowed_is_not_waited_for() -> None:
    decoder = Decoder(most_bytes=256)
    head = bytes.fromhex("68 FE FF FE FF 68")
    assert decoder.feed(head + bytes.fromhex(G1)) == [one(G1)]
    assert [one.reason for one in decoder.rejected] == ["overlong"]


def test_a_truncated_frame_costs_no_later_one() -> None:
    decoder = Decoder()
    assert decoder.feed(bytes.fromhex(G4)[:40]) == []
    later = decoder.feed(bytes.fromhex(G1) * 3)
    assert later == [one(G1)] * 3
    assert decoder.rejected[0].reason in ("end", "checksum")


def test_the_end_of_the_stream_frees_what_stands_inside_a_broken_promise() -> None:
    head = bytes.fromhex("68 FE FF FE FF 68")
    decoder = Decoder()
    assert decoder.feed(head + bytes.fromhex(G1)) == []
    assert decoder.flush() == [one(G1)]
    assert decode(head + bytes.fromhex(G1)) == [one(G1)]


def test_what_was_turned_away_is_kept_within_bounds() -> None:
    decoder = Decoder()
    decoder.feed((bytes.fromhex(G1)[:-2] + b"\x00\x16") * 500)
    assert len(decoder.rejected) == 100


def test_only_known_protocol_versions_are_frames() -> None:
    raw = bytearray.fromhex(G1)
    raw[1] = raw[3] = 0x30  # version 0
    assert decode(bytes(raw)) == []


def pieces(*seqs: str, confirm: str = "6") -> list[bytes]:
    """An answer of class 1 in several frames: F2 (the clock) of p0, p1, …"""
    found = []
    for n, seq in enumerate(seqs):
        da = "0000" if n == 0 else f"{1 << n - 1:02x}01"
        user = bytes.fromhex(f"88 0002 3412 02 0c {seq} {da} 0200 30 15 08 23 31 26")
        size = (len(user) << 2 | 2).to_bytes(2, "little")
        found.append(b"\x68" + size * 2 + b"\x68" + user + bytes([sum(user) & 255, 0x16]))
    return found


def test_a_message_of_three_frames_is_one() -> None:
    decoder = Decoder()
    first, middle, last = pieces("43", "04", "25")
    assert decoder.feed(first) == [] and decoder.feed(middle) == []
    (frame,) = decoder.feed(last)
    assert [item.identifier for item in frame.items] == ["0C00000002", "0C00010002", "0C00020002"]
    assert frame.first and frame.last and frame.counter == 5
    assert len(decode(first + middle + last)) == 3


def test_a_piece_that_comes_twice_is_taken_once_and_one_out_of_turn_turned_away() -> None:
    decoder = Decoder()
    first, _, last = pieces("43", "04", "25")
    assert decoder.feed(first + first) == []
    assert decoder.feed(last) == []
    assert [one.reason for one in decoder.rejected] == ["content"]


def test_a_heartbeat_between_two_pieces_does_not_disturb_the_message() -> None:
    decoder = Decoder()
    first, last = pieces("43", "24")
    assert decoder.feed(first + bytes.fromhex(G3)) == [one(G3)]
    assert len(decoder.feed(last)[0].items) == 2


def test_a_piece_that_wants_a_confirmation_is_shown_before_the_message_is_whole() -> None:
    decoder = Decoder()
    first, last = pieces("53", "34")
    assert decoder.feed(first) == []
    (waiting,) = decoder.unconfirmed
    assert waiting.counter == 3 and waiting.confirm
    assert len(decoder.feed(last)[0].items) == 2


def test_an_item_cut_in_two_by_the_frames_is_put_together() -> None:
    whole = bytes.fromhex("0000 0200 30 15 08 23 31 26")
    parts = []
    for seq, part in (("43", whole[:7]), ("24", whole[7:])):
        user = bytes.fromhex(f"88 0002 3412 02 0c {seq}") + part
        size = (len(user) << 2 | 2).to_bytes(2, "little")
        parts.append(b"\x68" + size * 2 + b"\x68" + user + bytes([sum(user) & 255, 0x16]))
    (frame,) = Decoder().feed(b"".join(parts))
    assert str(frame.items[0].value) == "2026-11-23 08:15:30"


def test_every_cut_of_a_stream_gives_the_same_frames() -> None:
    raw = b"".join(KNOWN)
    expected = decode(raw)
    for cut in accumulate([7] * (len(raw) // 7)):
        decoder = Decoder()
        assert decoder.feed(raw[:cut]) + decoder.feed(raw[cut:]) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "0200"},
        {"address": "0200123Z"},
        {"counter": 16},
        {"station": 128},
        {"password": b"short"},
        {"events": (1, 2)},
        {"protocol": 3},
        {"units": (2,)},
        {"stamp": Stamp(0, 100, time(1), 5)},
        {"control": 0x1C9},
    ],
)
def test_what_cannot_be_written_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        encode(replace(one(G1), **changed))  # type: ignore[arg-type]
