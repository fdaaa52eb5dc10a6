"""DL/T 645: frames out of a bad line: noise, cuts, frames inside the claims of broken ones, pieces of any size."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.dlt645_made import fits, noise, replies
from yinghuo.engines.meters import dlt645

GOOD = bytes.fromhex("6861010000000068910833333433593333338A16")
OTHER = bytes.fromhex("681290785634126891083333343389674533" + "5416")
READ = bytes.fromhex("6861010000000068110433333433" + "1416")
STREAMS = st.lists(noise() | replies().filter(fits).map(dlt645.encode), max_size=6).map(b"".join)


def values(frames: list[dlt645.Frame]) -> list[str]:
    return [frame.address for frame in frames]


@pytest.mark.parametrize(
    "before",
    [
        b"\xfe" * 4,
        b"\x68",
        b"\x68" * 7,
        b"\x16\x68\xfe",
        bytes.fromhex("686161616161616168"),
        b"+++\r\nOK 192.168.1.104:8899\r\n",
        GOOD[:13],
        GOOD[:9],
        GOOD[:-1],
        GOOD[:-2] + b"\x00\x16",
    ],
)
def test_a_good_frame_is_found_behind_rubbish(before: bytes) -> None:
    assert values(dlt645.decode(before + GOOD + OTHER)) == ["000000000161", "123456789012"]


def test_a_good_frame_inside_the_claimed_length_of_a_broken_one_is_found() -> None:
    claim = bytes.fromhex("686101000000006891C8")
    decoder = dlt645.Decoder()
    assert values(dlt645.decode(claim + GOOD + OTHER)) == ["000000000161", "123456789012"]
    assert values(decoder.feed(claim + GOOD * 20)) + values(decoder.flush()) == ["000000000161"] * 20
    assert [one.reason for one in decoder.rejected] == ["end"]


def test_a_frame_that_waits_for_the_rest_of_a_claim_comes_out_when_nothing_more_comes() -> None:
    decoder = dlt645.Decoder()
    assert decoder.feed(bytes.fromhex("686101000000006891C8") + GOOD) == []
    assert values(decoder.flush()) == ["000000000161"]
    assert [one.reason for one in decoder.rejected] == ["length"]
    assert decoder.flush() == []


def test_a_frame_cut_by_the_line_is_whole_with_its_rest() -> None:
    decoder = dlt645.Decoder()
    assert [len(decoder.feed(bytes([one]))) for one in GOOD] == [0] * 19 + [1]
    assert decoder.rejected == []


@pytest.mark.parametrize("place", range(20))
@pytest.mark.parametrize("flip", [0x01, 0x80])
def test_a_frame_with_one_wrong_bit_is_never_decoded(place: int, flip: int) -> None:
    broken = bytearray(GOOD)
    broken[place] ^= flip
    decoder = dlt645.Decoder()
    assert values(decoder.feed(bytes(broken) + GOOD)) + values(decoder.flush()) == ["000000000161"]
    assert decoder.rejected_count >= (place not in (0, 7))


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (GOOD[:-2] + bytes([GOOD[-2] ^ 1]) + b"\x16", "checksum"),
        (GOOD[:-1] + b"\x17", "end"),
        (GOOD[:9] + b"\xc9" + GOOD[10:], "overlong"),
        (bytes.fromhex("686101000000006891083333343359333DA70816"), "content"),
    ],
)
def test_what_is_turned_away_is_kept_with_its_reason(sent: bytes, reason: str) -> None:
    decoder = dlt645.Decoder()
    assert decoder.feed(sent) == []
    assert [one.reason for one in decoder.rejected] == [reason]
    assert sent.startswith(decoder.rejected[0].data)


def test_what_is_turned_away_is_bounded_and_counted() -> None:
    decoder = dlt645.Decoder()
    decoder.feed((GOOD[:-2] + b"\x00\x16") * 1000)
    assert (len(decoder.rejected), decoder.rejected_count) == (256, 1000)


@settings(max_examples=60, deadline=None)
@given(STREAMS, st.lists(st.integers(0, 400), max_size=6))
def test_what_comes_out_does_not_depend_on_the_pieces(stream: bytes, cuts: list[int]) -> None:
    ends = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    decoder, at_once = dlt645.Decoder(), dlt645.Decoder()
    pieces = [frame for start, end in pairwise(ends) for frame in decoder.feed(stream[start:end])]
    assert pieces + decoder.flush() == dlt645.decode(stream) == at_once.feed(stream) + at_once.flush()
    assert decoder.rejected_count == at_once.rejected_count


@settings(max_examples=30, deadline=None)
@given(st.lists(replies().filter(fits), min_size=1, max_size=4), st.binary(max_size=40))
def test_frames_between_noise_without_a_start_all_come_out(frames: list[dlt645.Frame], rubbish: bytes) -> None:
    rubbish = rubbish.replace(b"\x68", b"\x00")
    assert dlt645.decode(rubbish.join([b"", *map(dlt645.encode, frames), b""])) == frames


@settings(max_examples=60, deadline=None)
@given(STREAMS)
def test_whatever_is_decoded_stands_in_the_stream_and_goes_there_and_back(stream: bytes) -> None:
    for frame in dlt645.decode(stream):
        assert dlt645.decode(dlt645.encode(frame)) == [frame]


def test_any_kind_of_bytes_will_do() -> None:
    assert dlt645.decode(bytearray(GOOD)) == dlt645.decode(memoryview(GOOD)) == dlt645.decode(GOOD)
    assert dlt645.decode(b"") == []
    decoder = dlt645.Decoder()
    assert decoder.feed(bytearray(READ[:5])) + decoder.feed(memoryview(READ[5:])) == dlt645.decode(READ)
