"""Frames of DLMS/COSEM: known answers, streams of both framings, segments, blocks, and the traps others fell into."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.checks import crc
from yinghuo.engines.meters.cosem import Data, Decoder, Frame, Link, axdr, decode, encode
from yinghuo.engines.meters.cosem.building import snrm
from yinghuo.engines.meters.cosem.hdlc import Limits, limits

C1 = bytes.fromhex("7ea00802232193bd647e")
C2 = bytes.fromhex("7EA01F21022373E6C781801205019A06019A070400000001080400000001CCA27E")
C4_ASK, C4_REPLY = bytes.fromhex("c001c1000100002b0100ff0200"), bytes.fromhex("c401c1000600001391")
HDLC, METER = Link("hdlc", 16, False, 2), Link("hdlc", 16, True, 2)
ENERGY = "00030100010800FF02"
LONG = Data(axdr.ARRAY, [Data(axdr.UINT32, n) for n in range(200)])


def one(raw: bytes) -> Frame:
    (frame,) = decode(raw)
    return frame


def test_the_check_sequence_is_that_of_the_standard() -> None:
    assert crc(b"123456789") == 0x906E


def test_c1_sets_a_link_up_with_logical_device_1_at_17() -> None:
    frame = one(C1)
    assert (frame.address, frame.control, frame.items) == ("1/17", 0x93, [])
    assert frame.link.client == 16 and not frame.link.is_reply
    assert encode(frame) == C1 == encode(snrm("1/17", link=HDLC))


def test_c2_grants_154_bytes_each_way() -> None:
    frame = one(C2)
    assert (frame.address, frame.control) == ("1/17", 0x73)
    assert limits(frame) == Limits(154, 154, 1, 1)
    assert encode(frame) == C2 == encode(cosem.ua(one(C1), limits=Limits(154, 154, 1, 1)))


def test_c4_asks_for_0_0_43_1_0_and_gets_5009() -> None:
    assert one(C4_ASK).items == [("000100002B0100FF02", None, "")]
    assert one(C4_REPLY).items == [("", D(5009), "")]
    assert encode(one(C4_REPLY)) == C4_REPLY
    assert cosem.named(one(C4_REPLY), one(C4_ASK)).items == [("000100002B0100FF02", D(5009), "")]


@pytest.mark.parametrize("link", [Link("wrapper", 16, True), METER, Link("hdlc", 1, True, 1), Link("hdlc", 1, True, 4)])
def test_the_same_apdu_over_every_link(link: Link) -> None:
    address = "1/300" if link.width == 4 else "1/17" if link.width == 2 else "1"
    frame = cosem.message(address, C4_REPLY, link=link)
    arrived = one(encode(frame))
    assert arrived == frame
    assert arrived.items == [("", D(5009), "")]


def test_wrapper_ports_say_who_is_who_in_both_directions() -> None:
    ask = one(bytes.fromhex("0001 0010 0001 000D") + C4_ASK)
    reply = one(bytes.fromhex("0001 0001 0010 0009") + C4_REPLY)
    assert (ask.address, ask.link.client, ask.link.is_reply) == ("1", 16, False)
    assert (reply.address, reply.link.client, reply.link.is_reply) == ("1", 16, True)


def test_rubbish_around_and_between_frames_does_not_matter() -> None:
    wrapped = bytes.fromhex("0001 0001 0010 0009") + C4_REPLY
    noise = bytes.fromhex("7E 00 01 FF 7E A0 00 00")
    decoder = Decoder(mixed=True)
    found = decoder.feed(noise + C1 + noise + wrapped + noise + C2 + noise) + decoder.flush()
    assert [frame.control for frame in found] == [0x93, 0, 0x73]


def test_one_flag_may_end_a_frame_and_begin_the_next() -> None:
    assert decode(C1 + C2[1:] + C1[1:]) == [one(C1), one(C2), one(C1)]


def test_a_stream_in_single_bytes_gives_the_same_frames() -> None:
    stream = C1 + bytes.fromhex("0001 0001 0010 0009") + C4_REPLY + C2
    decoder = Decoder(mixed=True)
    assert [frame for byte in stream for frame in decoder.feed(bytes([byte]))] == decode(stream)
    assert len(decode(stream)) == 3


@pytest.mark.parametrize("at", range(1, len(C2) - 1))
def test_a_changed_byte_of_an_hdlc_frame_is_never_decoded(at: int) -> None:
    raw = bytearray(C2)
    raw[at] ^= 0x04
    decoder = Decoder()
    assert decoder.feed(bytes(raw)) + decoder.flush() == []


def test_a_damaged_frame_is_turned_away_with_its_reason() -> None:
    decoder = Decoder()
    assert len(decoder.feed(C1)) == 1
    assert decoder.feed(C2[:-3] + b"\0\0\x7e") == []
    assert decoder.feed(C2[:-1] + b"\x7d") == []
    assert [one.reason for one in decoder.rejected] == ["checksum", "end"]
    other = Decoder()
    assert other.feed(bytes.fromhex("0001 0001 0010 000A") + C4_REPLY + b"\0") == []
    assert [one.reason for one in other.rejected] == ["content"]


def test_after_one_sound_hdlc_frame_nothing_passes_for_a_wrapper() -> None:
    wrapped = bytes.fromhex("0001 0001 0010 0009") + C4_REPLY
    decoder = Decoder()
    assert decoder.feed(C1 + wrapped + C2) == [one(C1), one(C2)]


def test_both_check_sequences_are_held_against_the_frame() -> None:
    broken = bytearray(C2)
    broken[8] ^= 1  # of the header
    body = bytes(broken[1:-3])
    raw = b"\x7e" + body + crc(body).to_bytes(2, "little") + b"\x7e"
    decoder = Decoder()
    assert decoder.feed(raw) == []
    assert decoder.rejected[0].reason == "content"


def test_a_decoder_that_needs_more_data_says_so_and_goes_on() -> None:
    """No endless "need more data" (u9n #62): half a frame gives nothing, its rest gives the frame."""
    decoder = Decoder()
    for cut in range(1, len(C2)):
        assert decoder.feed(C2[:cut]) == []
        assert decoder.feed(C2[cut:]) == [one(C2)]


def test_a_flag_byte_inside_a_frame_does_not_end_it() -> None:
    """Reading up to the next 7E hangs or breaks here; the length says where a frame ends."""
    numbers = (cosem.message("1/17", bytes.fromhex(f"c401c10006{n:08x}"), link=METER) for n in range(1000))
    raw = next(raw for raw in map(encode, numbers) if raw[-2] == 0x7E)
    inside = encode(cosem.message("1/17", bytes.fromhex("c401c100067e7e7e7e"), link=METER))
    decoder = Decoder()
    assert next(frame.items[0].value for byte in inside + raw for frame in decoder.feed(bytes([byte]))) == D(0x7E7E7E7E)
    assert len(decode(inside + raw)) == 2 and not decoder.rejected


def test_a_false_start_that_promises_much_does_not_hold_up_the_stream_for_ever() -> None:
    decoder = Decoder(most_bytes=512)
    false = bytes.fromhex("0001 0001 0010 FFFF C4")
    assert decoder.feed(false + C1) == [one(C1)]
    assert [one.reason for one in decoder.rejected] == ["overlong"]


def test_errors_have_words() -> None:
    ask = cosem.get("1", [ENERGY])
    reply = one(encode(cosem.get_reply(ask, ["object-undefined"])))
    assert reply.items == [("", None, "")] and reply.error == "object-undefined"
    asked = cosem.get("1", [ENERGY, ENERGY])
    several = one(encode(cosem.get_reply(asked, [Data(axdr.UINT8, 1), "read-write-denied"])))
    assert [item.value for item in several.items] == [D(1), None]
    assert several.said.errors == ("", "read-write-denied")


def test_writing_and_acting_say_what_and_how_it_went() -> None:
    put = one(encode(cosem.put("1", ENERGY, Data(axdr.UINT8, 1))))
    assert (put.service, put.items) == ("set-request", [(ENERGY, D(1), "")])
    assert one(encode(cosem.put_reply(put, error="read-write-denied"))).error == "read-write-denied"
    act = one(encode(cosem.act("1", "0046000060030AFF01", Data(axdr.INT8, 0))))
    assert (act.service, act.items) == ("action-request", [("0046000060030AFF01", D(0), "")])
    assert one(encode(cosem.act_reply(act))).error == ""


@pytest.mark.parametrize("secret", [b"", b"12345678"])
def test_an_association_is_asked_for_and_granted(secret: bytes) -> None:
    ask = one(encode(cosem.associate("1", secret=secret, most_bytes=1024)))
    assert ask.said.association is not None
    assert (ask.said.association.secret, ask.said.association.mechanism) == (secret, 1 if secret else 0)
    granted = one(encode(cosem.accept(ask))).said.association
    assert granted is not None and (granted.result, granted.most_bytes) == (0, 1024)
    refused = one(encode(cosem.reject(ask))).said.association
    assert refused is not None and (refused.result, refused.diagnostic) == (1, 13)


@pytest.mark.parametrize("raw", ["DB08 4142434445464748 05 30000000 01", "C8 03 010203", "DB 00 02 ABCD"])
def test_what_is_ciphered_is_recognised_and_not_opened(raw: str) -> None:
    frame = one(bytes.fromhex(raw))
    assert (frame.service, frame.items) == ("ciphered", [])


def test_an_apdu_alone_is_taken_only_if_it_is_all_there_is() -> None:
    assert decode(C4_REPLY + b"\0") == []
    assert decode(C4_REPLY[:-1]) == []
    assert Decoder().feed(C4_REPLY) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "1"},
        {"address": "1/200"},
        {"address": "x/1"},
        {"control": 256},
        {"apdu": bytes(3000)},
        {"link": HDLC._replace(client=200)},
        {"link": HDLC._replace(width=3)},
    ],
)
def test_what_cannot_be_written_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        encode(replace(one(C2), **changed))  # type: ignore[arg-type]


def test_items_without_their_apdu_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="types"):
        encode(Frame("1", 0, one(C4_REPLY).items))


def test_a_wrapper_has_room_for_65535_bytes() -> None:
    frame = replace(cosem.message("1", C4_REPLY), apdu=bytes(65536))
    with pytest.raises(ValueError, match="sixteen bits"):
        encode(frame)
