"""DL/T 645: the flood path gives what the plain one gives, on every kind of stream."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.dlt645_made import ADDRESSES, fits, items, noise, replies
from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.dlt645 import content, quick
from yinghuo.engines.meters.dlt645.columns import ROW, rows_of
from yinghuo.engines.meters.dlt645.layouts import Block, Number
from yinghuo.engines.meters.dlt645.table import TABLE

GOOD = bytes.fromhex("6861010000000068910833333433593333338A16")
READ = bytes.fromhex("686101000000006811043333343314" + "16")
NUMBERS = [entry for entry in TABLE if isinstance(entry.layout, Number)]
BLOCKS = [entry for entry in TABLE if isinstance(entry.layout, Block) and isinstance(entry.layout.part, Number)]


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Answers with a number or a block, some with a byte that is wrong under a good check sum."""
    entry = draw(st.sampled_from(NUMBERS) | st.sampled_from(BLOCKS))
    raw = bytearray(dlt645.encode(dlt645.Frame(draw(ADDRESSES), 0x91, [draw(items(entry))])))
    if draw(st.booleans()) and len(raw) > 16:
        raw[draw(st.integers(14, len(raw) - 3))] = draw(st.integers(0, 255))
        raw[-2] = sum(raw[:-2]) & 0xFF
    return bytes(raw)


STREAMS = st.lists(noise() | answers() | replies().filter(fits).map(dlt645.encode), max_size=12).map(b"".join)


def twin(data: bytes) -> list[tuple]:
    """The rows of `decode`, without the place in the stream."""
    return [row[1:] for frame in dlt645.decode(data) for row in rows_of(frame, 0)]


@settings(max_examples=150, deadline=None)
@given(STREAMS)
def test_columns_say_what_the_plain_decoder_says_noise_included(stream: bytes) -> None:
    rows = dlt645.decode_many(stream)
    assert [row[1:] for row in rows.tolist()] == twin(stream)


@settings(max_examples=80, deadline=None)
@given(st.lists(answers(), min_size=1, max_size=4).map(b"".join))
def test_the_short_way_says_what_the_long_way_says(stream: bytes) -> None:
    by_the_long_way = [frame for part in _parts(stream) for frame in _forgetful(part)]
    dlt645.decode(stream)  # learns the identifiers
    assert dlt645.decode(stream) == by_the_long_way


def _forgetful(part: bytes) -> list[dlt645.Frame]:
    """Frames of a decoder that has not seen their identifiers yet, and takes the long way."""
    quick.numbers.clear()
    content.known.clear()
    return dlt645.decode(part)


@settings(max_examples=40, deadline=None)
@given(STREAMS)
def test_at_its_offset_every_row_has_its_frame(stream: bytes) -> None:
    for row in dlt645.decode_many(stream):
        at = int(row["offset"])
        frame = dlt645.decode(stream[at : at + 12 + stream[at + 9]])[0]
        assert int(frame.address, 16) == row["address"]
        assert row.tolist() in rows_of(frame, at)


def test_every_number_of_the_table_stands_in_columns() -> None:
    values = {
        identifier: "80" * (entry.layout.size - 1) + "70"
        for identifier, entry in dlt645.identifiers()
        if isinstance(entry.layout, Number)
    }
    stream = b"".join(
        dlt645.encode(dlt645.Frame("000000000161", 0xB1, [(one, None, "")], data=bytes.fromhex(sent)))
        for one, sent in list(values.items())[::97]
    ).replace(b"\x68\xb1", b"\x68\x91")
    assert dlt645.decode_many(stream).size == 0  # the check sums were of B1
    stream = b"".join(_with_sum(part) for part in _parts(stream))
    rows = dlt645.decode_many(stream)
    assert [f"{row['identifier']:08X}" for row in rows] == list(values)[::97]
    assert rows["known"].all()
    assert [row[1:] for row in rows.tolist()] == twin(stream)


def _parts(stream: bytes) -> list[bytes]:
    parts = []
    while stream:
        size = 12 + stream[9]
        parts.append(stream[:size])
        stream = stream[size:]
    return parts


def _with_sum(frame: bytes) -> bytes:
    return frame[:-2] + bytes([sum(frame[:-2]) & 0xFF, 0x16])


def test_a_request_an_error_and_a_moment_are_rows_that_are_not_known() -> None:
    error = bytes.fromhex("68129078563412" + "68D101358D16")
    date = bytes.fromhex("6818556006000068910834343337395C454B3316")
    rows = dlt645.decode_many(READ + error + date + GOOD)
    assert rows["known"].tolist() == [False, False, False, True]
    assert rows["identifier"].tolist() == [0x00010000, 0, 0x04000101, 0x00010000]
    assert rows["offset"].tolist() == [0, 16, 29, 49]


def test_a_block_is_a_row_for_each_of_its_values_and_an_absent_phase_is_not_known() -> None:
    sent = bytes.fromhex("33323435" + "33563232" + "CC55")
    frame = _with_sum(bytes.fromhex("68610100000000") + b"\x68\x91" + bytes([len(sent)]) + sent + b"\0\0")
    rows = dlt645.decode_many(frame)
    assert (rows["part"].tolist(), rows["known"].tolist()) == ([0, 1, 2], [True, False, True])
    assert dlt645.floats(rows)[[0, 2]].tolist() == [230.0, 229.9]
    assert np.isnan(dlt645.floats(rows)[1])


@pytest.mark.parametrize("data", [b"", b"\x68", b"\x68" * 300, bytearray(GOOD), memoryview(GOOD)])
def test_any_bytes_will_do(data: bytes) -> None:
    rows = dlt645.decode_many(data)
    assert rows.dtype == ROW
    assert len(rows) == len(dlt645.decode(data))
