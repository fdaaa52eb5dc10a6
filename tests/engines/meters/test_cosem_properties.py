"""Typed values of DLMS/COSEM there and back, and no bytes that crash the decoder or are taken wrongly."""

from datetime import datetime
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.test_cosem_frames import C1, C2, C4_ASK, C4_REPLY, HDLC, LONG
from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.checks import crc
from yinghuo.engines.meters.cosem import Data, Decoder, Link, axdr
from yinghuo.engines.meters.cosem.apdu import PARSERS, parse
from yinghuo.engines.meters.cosem.axdr import whole
from yinghuo.engines.meters.cosem.clocks import date_time
from yinghuo.engines.meters.cosem.writing import write

ENERGY = "00030100010800FF02"
SEGMENTS = [
    cosem.encode(piece)
    for piece in cosem.segments(cosem.get_reply(cosem.get("1/17", [ENERGY], link=HDLC), [LONG]), most_bytes=300)
]
WRAPPED = [cosem.encode(cosem.message("1", raw, link=Link("wrapper", 16, True))) for raw in (C4_ASK, C4_REPLY)]
BLOCKS = [cosem.encode(one) for one in cosem.get_reply_blocks(cosem.get("1", [ENERGY]), LONG, most_bytes=400)]
PUSH = cosem.encode(cosem.notify("1", LONG, at=datetime(2026, 11, 23)))  # noqa: DTZ001
HDLC_FRAMES = [C1, C2, *SEGMENTS]
FRAMES = [*HDLC_FRAMES, *WRAPPED, *BLOCKS, PUSH]

WHOLE = st.one_of(
    st.sampled_from([(tag, size, True) for tag, size in axdr.SIGNED.items()]),
    st.sampled_from([(tag, size, False) for tag, size in axdr.UNSIGNED.items()]),
).flatmap(
    lambda kind: st.integers(-(1 << 8 * kind[1] - 1) if kind[2] else 0, (1 << 8 * kind[1] - kind[2]) - 1).map(
        lambda number: (Data(kind[0], number), Decimal(number))
    )
)
LEAVES = st.one_of(
    WHOLE,
    st.just((Data(axdr.NULL), None)),
    st.text(max_size=9).map(lambda text: (Data(axdr.UTF8, text), text)),
    st.text("01", max_size=20).map(lambda bits: (Data(axdr.BIT_STRING, bits), bits)),
    st.binary(max_size=200)
    .filter(lambda raw: date_time(raw) is None)
    .map(lambda raw: (Data(axdr.OCTETS, raw), raw.hex().upper())),
    st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001
    .map(lambda at: at.replace(microsecond=0))
    .flatmap(lambda at: st.sampled_from([(Data(axdr.OCTETS, at), at), (Data(axdr.DATE_TIME, at), at)])),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: (Data(axdr.FLOAT64, x), Decimal(repr(x)))),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=5).flatmap(
        lambda rows: st.sampled_from(
            [(Data(tag, [data for data, _ in rows]), [value for _, value in rows]) for tag in (1, 2)]
        )
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(TREES, st.sampled_from([Link("wrapper", 16, False), HDLC]))
def test_every_typed_value_comes_back_over_every_link(tree, link) -> None:  # type: ignore[no-untyped-def]
    data, value = tree
    assert whole(write(data)) == value
    ask = cosem.get("1/17" if link.framing == "hdlc" else "1", [ENERGY], link=link)
    reply = cosem.get_reply(ask, [data])
    frames = cosem.segments(reply, most_bytes=90) if link.framing == "hdlc" else [reply]
    (whole_reply,) = cosem.decode(b"".join(map(cosem.encode, frames)))
    assert whole_reply.items == [("", value, "")]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200).filter(bool), st.integers(1, 60))
def test_any_message_in_general_blocks_is_the_message(body: bytes, size: int) -> None:
    push = cosem.notify("1", Data(axdr.OCTETS, body))
    decoder = Decoder()
    found = [one for block in cosem.general_blocks(push, most_bytes=size) for one in decoder.feed(cosem.encode(block))]
    assert [(one.items, one.apdu) for one in found] == [(push.items, push.apdu)]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(PARSERS)), st.binary(max_size=60))
def test_any_apdu_is_parsed_or_refused(tag: int, rest: bytes) -> None:
    try:
        items, said = parse(bytes([tag]) + rest)
    except ValueError:
        return
    assert said.service and isinstance(items, list)


def sound(raw: bytes) -> bool:
    """Whether the bytes hold an HDLC frame with a right check sequence anywhere, by a slow twin."""
    for at in range(len(raw)):
        size = (int.from_bytes(raw[at + 1 : at + 3], "big") & 0x7FF) + 2
        body = raw[at + 1 : at + size - 1]
        closed = raw[at : at + 1] == b"\x7e" and raw[at + size - 1 : at + size] == b"\x7e" and size > 8
        if closed and crc(body[:-2]).to_bytes(2, "little") == body[-2:]:
            return True
    return False


MUTATIONS = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255), st.sampled_from("xid")), max_size=5)


def mutated(frames: list[bytes], changes: list[tuple[int, int, str]]) -> bytes:
    raw = bytearray(b"".join(frames))
    for at, byte, how in changes:
        at %= max(len(raw), 1)
        raw[at : at + (how != "i")] = b"" if how == "d" else bytes([byte])
    return bytes(raw)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(FRAMES), min_size=1, max_size=4), MUTATIONS, st.integers(1, 90))
def test_mutated_streams_crash_nothing_and_every_cut_gives_the_same(frames, changes, step) -> None:  # type: ignore[no-untyped-def]
    raw = mutated(frames, changes)
    decoder, at_once = Decoder(), Decoder()
    found = [one for at in range(0, len(raw), step) for one in decoder.feed(raw[at : at + step])] + decoder.flush()
    assert found == at_once.feed(raw) + at_once.flush()
    assert len(decoder.rejected) <= 100


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(HDLC_FRAMES), MUTATIONS.filter(bool))
def test_a_mutated_hdlc_frame_is_taken_only_if_its_check_sequence_is_right(frame, changes) -> None:  # type: ignore[no-untyped-def]
    raw = mutated([frame], changes)
    found = [one for one in cosem.decode(raw) if one.link.framing == "hdlc"]
    assert not found or sound(raw)


@pytest.mark.parametrize("unit", ["00", "7E", "7E A7 FD", "7E A7 FF", "0001 0001 0010 00FF C4", "0001"])
def test_a_flood_of_false_starts_holds_nobody_up(unit: str) -> None:
    raw = bytes.fromhex(unit)
    flood = (raw * (65536 // len(raw) + 1))[:65536]
    begun = process_time()
    decoder = Decoder()
    assert [one for at in range(0, 65536, 1400) for one in decoder.feed(flood[at : at + 1400])] == []
    assert cosem.decode(flood) == []
    assert process_time() - begun < 2
