"""Every item of Q/GDW 376.1 there and back, and no bytes that crash the decoder or are taken wrongly."""

from datetime import time
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.gdw376_world import values
from tests.engines.meters.test_gdw376_frames import KNOWN
from yinghuo.engines.meters.frames import Item
from yinghuo.engines.meters.gdw376 import Decoder, Frame, Port, Stamp, decode, encode, identifier
from yinghuo.engines.meters.gdw376.content import WITH_PASSWORD
from yinghuo.engines.meters.gdw376.tables import DOWN, UP, known

EVERY = [(True, afn, fn) for afn in UP for fn in UP[afn]] + [(False, afn, fn) for afn in DOWN for fn in DOWN[afn]]


@pytest.mark.parametrize("up", [True, False])
def test_every_known_item_comes_back_as_it_was_written(up: bool) -> None:
    entries = [(afn, fn) for way, afn, fn in EVERY if way == up]

    @settings(max_examples=len(entries) * 2, deadline=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        afn, fn = entries[data.draw(st.integers(0, len(entries) - 1))]
        form, unit = known(afn, fn, up=up)
        value, port = data.draw(values(form)), None
        if afn == 0x10:
            port = Port(*(int(one) for one in value[:-1]))
            value = value[-1]
        password = b"" if up or afn not in WITH_PASSWORD else bytes(range(16))
        item = Item(identifier(afn, data.draw(st.integers(0, 2040)), fn), value, unit)
        frame = Frame("02001234", 0x88 if up else 0x4B, [item], afn=afn, port=port, password=password)
        assert decode(encode(frame)) == [frame]

    check()


@settings(max_examples=60, deadline=None)
@given(
    counter=st.integers(0, 15),
    station=st.integers(0, 127),
    flags=st.tuples(*[st.booleans()] * 4),
    events=st.none() | st.tuples(st.integers(0, 255), st.integers(0, 255)),
    stamp=st.none()
    | st.builds(
        Stamp,
        st.integers(0, 255),
        st.integers(0, 99),
        st.times().map(lambda at: time(at.hour, at.minute, at.second)),
        st.integers(0, 255),
    ),
    address=st.from_regex(r"\A[0-9]{4}[0-9A-F]{4}\Z"),
)
def test_what_is_attached_comes_back(counter, station, flags, events, stamp, address) -> None:  # type: ignore[no-untyped-def]
    first, last, confirm, group = flags
    frame = Frame(
        address,
        0x88 if events is None else 0xA8,
        [Item("0C00000002", None, "")],
        afn=0x0C,
        counter=counter,
        station=station,
        first=first,
        last=last,
        confirm=confirm,
        group=group,
        events=events,
        stamp=stamp,
    )
    assert decode(encode(frame)) == [frame]


def honest(raw: bytes) -> int:
    """How many places of the bytes hold a frame with sound lengths and checksum, by a slow twin."""
    found = at = 0
    while at < len(raw):
        length = int.from_bytes(raw[at + 1 : at + 3], "little")
        size = (length >> 2) + 8
        sound = raw[at] == 0x68 and raw[at + 1 : at + 3] == raw[at + 3 : at + 5] and raw[at + 5 : at + 6] == b"\x68"
        sound = sound and length & 3 in (1, 2) and size >= 16 and at + size <= len(raw) and raw[at + size - 1] == 0x16
        if sound and sum(raw[at + 6 : at + size - 2]) % 256 == raw[at + size - 2]:
            found, at = found + 1, at + size
        else:
            at += 1
    return found


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(KNOWN), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 250), st.integers(0, 255), st.sampled_from("xid")), max_size=6),
    st.integers(1, 40),
)
def test_mutated_frames_crash_nothing_and_are_taken_only_if_sound(
    frames: list[bytes], changes: list[tuple[int, int, str]], step: int
) -> None:
    raw = bytearray(b"".join(frames))
    for at, byte, how in changes:
        at %= max(len(raw), 1)
        raw[at : at + (how != "i")] = b"" if how == "d" else bytes([byte])
    decoder = Decoder(joined=False)
    found = [one for at in range(0, len(raw), step) for one in decoder.feed(bytes(raw[at : at + step]))]
    found += decoder.flush()
    assert found == decode(bytes(raw))
    assert len(found) <= honest(bytes(raw))
    if not changes:
        assert len(found) == len(frames)


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=8, max_size=80), st.booleans())
def test_any_user_data_under_a_good_checksum_crashes_nothing(user: bytes, joined: bool) -> None:
    size = (len(user) << 2 | 2).to_bytes(2, "little")
    raw = b"\x68" + size * 2 + b"\x68" + user + bytes([sum(user) & 255, 0x16])
    decoder = Decoder(joined=joined)
    for frame in decoder.feed(raw):
        assert decode(encode(frame))[0].items == frame.items


@pytest.mark.parametrize("unit", ["68", "68 FE FF FE FF 68", "68 EE FF EE FF 68 16", "68 32 00 32 00 68", "68 02 00"])
def test_a_flood_of_false_starts_holds_nobody_up(unit: str) -> None:
    raw = bytes.fromhex(unit)
    flood = (raw * (65536 // len(raw) + 1))[:65536]
    begun = process_time()
    decoder = Decoder()
    assert [one for at in range(0, 65536, 1400) for one in decoder.feed(flood[at : at + 1400])] == []
    assert decode(flood) == []
    assert process_time() - begun < 2
