"""698.45 as a stream: addresses, noise, damage, fragments; nothing is raised and nothing wrong is taken."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.dlt698.link import LONGEST, Packet, pack

METER = "123456789012"
UNHURRIED = settings(deadline=None)  # a busy machine is no fault
ASK = dlt698.get(METER, ["00100200", "20000200"], piid=9)
ANSWER = dlt698.get_reply(
    ASK, {"00100200": [Decimal("1234.56"), Decimal(100)], "20000200": [Decimal("220.1"), Decimal(0), Decimal("219.9")]}
)
WIRE = dlt698.encode(ANSWER)


@pytest.mark.parametrize("address", ["1", "12", "12345", METER, "9" * 31, "1234567890" * 3 + "12"])
@pytest.mark.parametrize("kind", ["single", "wildcard", "group", "broadcast"])
def test_an_address_of_any_length_and_kind_comes_back_as_printed(address: str, kind: str) -> None:
    frame = replace(dlt698.get(address, ["20000201"], client=0xA5), kind=kind, logical=1)
    assert dlt698.decode(dlt698.encode(frame)) == [frame]


def test_an_address_that_stands_for_any_says_so() -> None:
    assert dlt698.get("AA", ["40010200"]).kind == "broadcast"
    assert dlt698.get("AAAAAAAAAAAA", ["40010200"]).kind == "wildcard"
    assert dlt698.encode(dlt698.get("AA", ["40010200"]))[4:6] == b"\xc0\xaa"


@pytest.mark.parametrize("address", ["", "12 G", "1" * 33, "电表"])
def test_an_address_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        dlt698.encode(dlt698.Frame(address, 0x43, [dlt698.Item("20000201", None, "V")]))


def test_a_frame_whose_items_were_changed_is_not_sent_with_the_old_ones() -> None:
    [read] = dlt698.decode(WIRE)
    changed = replace(read, items=[dlt698.Item("20000201", Decimal("1.5"), "V")])
    with pytest.raises(ValueError, match="not those of the APDU"):
        dlt698.encode(changed)
    assert dlt698.decode(dlt698.encode(replace(changed, apdu=None, dar={})))[0].items == changed.items


def test_a_scrambled_frame_says_the_same_and_shows_nothing_on_the_line() -> None:
    scrambled = replace(ANSWER, control=ANSWER.control | 0x08)
    wire = dlt698.encode(scrambled)
    assert dlt698.decode(wire)[0].items == ANSWER.items
    assert bytes.fromhex("00100200") not in wire
    assert bytes((n + 0x33) & 0xFF for n in bytes.fromhex("00100200")) in wire


def test_bytes_one_by_one_make_the_same_frames_as_all_at_once() -> None:
    decoder = dlt698.Decoder()
    stream = b"\xfe\xfe" + WIRE + b"\x68\x16\x00" + dlt698.encode(ASK)
    frames = [frame for n in range(len(stream)) for frame in decoder.feed(stream[n : n + 1])]
    assert frames == [ANSWER, ASK] == dlt698.decode(stream)


@UNHURRIED
@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60))
def test_noise_around_and_between_frames_costs_no_frame(before: bytes, between: bytes, after: bytes) -> None:
    assert dlt698.decode(before + WIRE + between + WIRE + after) == [ANSWER, ANSWER]


@UNHURRIED
@given(st.integers(0, len(WIRE) - 1), st.integers(1, 255))
def test_one_changed_byte_is_never_taken_and_the_next_frame_still_is(at: int, change: int) -> None:
    hurt = bytearray(WIRE)
    hurt[at] ^= change
    decoder = dlt698.Decoder()
    frames = decoder.feed(bytes(hurt) + dlt698.encode(ASK)) + decoder.flush()
    assert frames == [ASK]
    assert at == 0 or decoder.rejected


@UNHURRIED
@given(st.integers(1, len(WIRE) - 1))
def test_a_frame_cut_short_does_not_swallow_the_next(kept: int) -> None:
    assert dlt698.decode(WIRE[:kept] + WIRE) == [ANSWER]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (WIRE[:-2] + b"\0" + WIRE[-1:], "checksum"),
        (WIRE[:12] + b"\0" + WIRE[13:], "checksum"),
        (WIRE[:-1] + b"\x17", "end"),
        (b"\x68\x05\x00" + WIRE[3:], "length"),
        (b"\x68\xff\xff" + WIRE[3:], "length"),
        (WIRE[:1] + b"\xff\x3f" + WIRE[3:], "overlong"),
        (pack(Packet(METER, "single", 0, 0, 0xC3, b"\x85\x01\x00\x20\x00\x02\x01\x07\x00\x00")), "content"),
        (pack(Packet(METER, "single", 0, 0, 0xC3, b"\x42\x01\x00\x00")), "content"),
        (pack(Packet(METER, "single", 0, 0, 0x43, b"\x05\x01\x00\x20\x00\x02\x01\x00\x00\x00")), "content"),
        (pack(Packet(METER, "single", 0, 0, 0xC3, b"\x85\x01\x00\x20\x00\x02\x01\x01" + b"\x01\x01" * 90)), "content"),
    ],
)
def test_what_is_turned_away_stands_with_its_reason(data: bytes, reason: str) -> None:
    decoder = dlt698.Decoder(longest=2048)
    assert decoder.feed(data) + decoder.flush() == []
    assert decoder.rejected[0].reason == reason
    assert decoder.rejected[0].data[:3] == data[:3]


def test_no_more_than_a_hundred_rejections_are_kept() -> None:
    decoder = dlt698.Decoder()
    decoder.feed((WIRE[:-2] + b"\0\x16") * 150)
    assert len(decoder.rejected) == 100


@UNHURRIED
@given(st.binary(max_size=400))
def test_a_well_framed_apdu_of_any_bytes_raises_nothing(content: bytes) -> None:
    decoder = dlt698.Decoder()
    frames = decoder.feed(pack(Packet(METER, "single", 0, 0, 0xC3, content or b"\0")))
    assert len(frames) + len(decoder.rejected) == 1


@UNHURRIED
@given(st.data())
def test_a_changed_apdu_under_right_checksums_is_read_or_rejected_but_never_raises(data: st.DataObject) -> None:
    content = bytearray(WIRE[14:-3])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    decoder = dlt698.Decoder()
    frames = decoder.feed(pack(Packet(METER, "single", 0, 0, data.draw(st.integers(0, 255)), bytes(content))))
    assert len(frames) + len(decoder.rejected) + len(decoder.acknowledgements) == 1


LONG = dlt698.record_reply(
    dlt698.get_record(METER, "50020200", ["00100201"], piid=3), [[Decimal(n) / 100] for n in range(300)]
)


def test_a_long_frame_goes_in_fragments_that_are_acknowledged_one_by_one() -> None:
    parts = dlt698.split(LONG, longest=512)
    receiver, sender = dlt698.Decoder(), dlt698.Decoder()
    assert len(parts) == 4
    assert all(len(part) <= 514 for part in parts)
    got: list[dlt698.Frame] = []
    for number, part in enumerate(parts):
        got += receiver.feed(part)
        acknowledged = [ack.fragment for wire in receiver.acknowledgements for ack in sender.feed(wire)]
        receiver.acknowledgements.clear()
        assert acknowledged == ([dlt698.Fragment(2, number)] if number < 3 else [])
    assert got == [LONG]
    assert dlt698.decode(dlt698.encode(LONG, longest=512)) == [LONG]


def test_the_acknowledgement_goes_the_other_way_and_carries_no_content() -> None:
    receiver = dlt698.Decoder()
    receiver.feed(dlt698.split(LONG, longest=512)[0])
    [ack] = dlt698.decode(receiver.acknowledgements[0])
    assert (ack.address, ack.control, ack.items) == (METER, 0x63, [])
    assert dlt698.encode(ack) == receiver.acknowledgements[0]


def test_a_fragment_sent_twice_counts_once_and_is_acknowledged_twice() -> None:
    first, *others = dlt698.split(LONG, longest=512)
    receiver = dlt698.Decoder()
    assert receiver.feed(first + first + others[0] + others[0] + b"".join(others[1:])) == [LONG]
    assert len(receiver.acknowledgements) == 5


def test_a_missing_fragment_makes_no_frame() -> None:
    parts = dlt698.split(LONG, longest=512)
    receiver = dlt698.Decoder()
    assert receiver.feed(parts[0] + parts[2] + parts[3]) == []
    assert [one.reason for one in receiver.rejected] == ["content", "content"]
    assert receiver.feed(b"".join(parts)) == [LONG]


def test_fragments_of_two_meters_do_not_mix() -> None:
    other = replace(LONG, address="000000000077")
    mine, theirs = dlt698.split(LONG, longest=600), dlt698.split(other, longest=600)
    mixed = b"".join(part for pair in zip(mine, theirs, strict=True) for part in pair)
    assert dlt698.decode(mixed) == [LONG, other]


def test_what_is_longer_than_the_length_field_goes_in_fragments_by_itself() -> None:
    long = dlt698.record_reply(
        dlt698.get_record(METER, "50020200", ["00100201"]), [[Decimal(n) / 100] for n in range(5000)]
    )
    parts = dlt698.split(long)
    assert len(parts) == 2
    assert len(parts[0]) == LONGEST + 2
    assert dlt698.decode(b"".join(parts)) == [long]
