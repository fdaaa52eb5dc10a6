"""Messages of DLMS/COSEM that come in segments and blocks: joined, asked on, and what may go wrong on the way."""

from datetime import datetime
from decimal import Decimal as D

from tests.engines.meters.test_cosem_frames import ENERGY, HDLC, LONG, one
from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.cosem import Data, Decoder, axdr, decode, encode


def test_segments_of_an_hdlc_message_are_one() -> None:
    reply = cosem.get_reply(cosem.get("1/17", [ENERGY], link=HDLC), [LONG])
    pieces = cosem.segments(reply, most_bytes=120)
    assert len(pieces) > 5 and [piece.link.segmented for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    decoder = Decoder()
    for piece in pieces[:-1]:
        assert decoder.feed(encode(piece)) == []
    (whole,) = decoder.feed(encode(pieces[-1]))
    assert whole.items[0].value == [D(n) for n in range(200)]
    assert decode(b"".join(map(encode, pieces))) == [whole]


def test_a_last_segment_that_comes_late_still_completes_its_message() -> None:
    reply = cosem.get_reply(cosem.get("1/17", [ENERGY], link=HDLC), [LONG])
    *early, last = [encode(piece) for piece in cosem.segments(reply, most_bytes=500)]
    decoder = Decoder()
    assert decoder.feed(b"".join(early) + last[:7]) == []
    assert decoder.feed(b"") == []
    assert len(decoder.feed(last[7:])) == 1
    assert not decoder.rejected


def test_a_segment_sent_twice_is_taken_once() -> None:
    reply = cosem.get_reply(cosem.get("1/17", [ENERGY], link=HDLC), [LONG])
    first, *others = [encode(piece) for piece in cosem.segments(reply, most_bytes=400)]
    assert one(first + first + b"".join(others)).items[0].value == [D(n) for n in range(200)]


def test_a_message_broken_off_does_not_spoil_the_next() -> None:
    reply = cosem.get_reply(cosem.get("1/17", [ENERGY], link=HDLC), [LONG])
    first, *_ = [encode(piece) for piece in cosem.segments(reply, most_bytes=400)]
    again = cosem.numbered(reply, sent=3, received=0)
    pieces = [encode(piece) for piece in cosem.segments(again, most_bytes=400)]
    assert len(decode(first + b"".join(pieces))) == 1


def test_each_piece_can_be_asked_on() -> None:
    reply = cosem.numbered(cosem.get_reply(cosem.get("1/17", [ENERGY], link=HDLC), [LONG]), sent=2, received=3)
    piece = cosem.segments(reply, most_bytes=400)[0]
    decoder = Decoder()
    decoder.feed(encode(piece))
    ready = cosem.receive_ready(decoder.unconfirmed.pop(0))
    assert ready.control == 0x71 and one(encode(ready)).control == 0x71


def test_two_clients_on_one_line_do_not_mix_their_segments() -> None:
    """What u9n #95 met when it changed the client."""
    lines = []
    for client, values in ((16, LONG), (1, Data(axdr.ARRAY, [Data(axdr.UINT8, 7)] * 300))):
        reply = cosem.get_reply(cosem.get("1/17", [ENERGY], link=HDLC._replace(client=client)), [values])
        lines.append([encode(piece) for piece in cosem.segments(reply, most_bytes=250)])
    mixed = [piece for pair in zip(*lines, strict=False) for piece in pair]
    mixed += [piece for line in lines for piece in line[min(map(len, lines)) :]]
    found = {frame.link.client: frame.items[0].value for frame in decode(b"".join(mixed))}
    assert found == {16: [D(n) for n in range(200)], 1: [D(7)] * 300}


def test_blocks_of_a_long_get_are_one_and_asked_on() -> None:
    ask = cosem.get("1", [ENERGY])
    blocks = cosem.get_reply_blocks(ask, LONG, most_bytes=300)
    decoder = Decoder()
    for block in blocks[:-1]:
        assert decoder.feed(encode(block)) == []
        following = one(encode(cosem.get_next(decoder.unconfirmed.pop(0))))
        assert (following.service, following.said.block) == ("get-next", block.said.block)
    (whole,) = decoder.feed(encode(blocks[-1]))
    assert whole.items == [("", [D(n) for n in range(200)], "")]
    assert one(encode(whole)).items == whole.items


def test_a_block_that_is_missing_is_noticed() -> None:
    first, _, third, *_ = cosem.get_reply_blocks(cosem.get("1", [ENERGY]), LONG, most_bytes=200)
    decoder = Decoder()
    assert decoder.feed(encode(first) + encode(third)) == []
    assert [one.reason for one in decoder.rejected] == ["content"]


def test_general_blocks_are_joined_and_acknowledged() -> None:
    push = cosem.notify("1", LONG, at=datetime(2026, 11, 23, 8, 15))  # noqa: DTZ001
    blocks = cosem.general_blocks(push, most_bytes=300)
    decoder = Decoder()
    assert decoder.feed(encode(blocks[0])) == []
    answer = one(encode(cosem.acknowledge(decoder.unconfirmed.pop(0))))
    assert (answer.service, answer.said.acknowledged) == ("general-block", 1)
    (whole,) = decoder.feed(b"".join(encode(block) for block in blocks[1:]))
    assert (whole.service, whole.items) == ("data-notification", push.items) and whole.at == push.at
