"""GET-responses of DLMS/COSEM a second, ours beside gurux_dlms and dlms-cosem on the same bytes.

`rows()` for bench/codec.py, which prints them; alone: `python bench/codec_cosem.py`. 1,000 different values of four
bytes, each in a WRAPPER frame of 17 bytes. dlms-cosem reads an APDU and leaves its data as bytes, so it stands here
twice: as it is, and with what it takes to come as far as the others. Rates are of the processor's time, best of ten
turns: whatever else runs on the machine counts for nobody.
"""

import time
from collections.abc import Callable

from dlms_cosem.io import WrapperProtocolDataUnit
from dlms_cosem.protocol.xdlms import GetResponseFactory
from dlms_cosem.utils import parse_as_dlms_data
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType

from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.cosem import Data, Link, axdr
from yinghuo.engines.meters.cosem.apdu import parse

FRAMES, TURNS = 1_000, 10
ATTRIBUTE = "00030100010800FF02"


def responses() -> list[bytes]:
    """WRAPPER frames with as many values."""
    ask = cosem.get("1", [ATTRIBUTE], link=Link("wrapper", 16))
    return [cosem.encode(cosem.get_reply(ask, [Data(axdr.UINT32, 7_919 * n)])) for n in range(FRAMES)]


def gurux(raw: bytes) -> int:
    """What gurux_dlms makes of a frame."""
    reply = GXReplyData()
    GURUX.getData(GXByteBuffer(raw), reply, None)
    return int(reply.value)


GURUX = GXDLMSClient(
    useLogicalNameReferencing=True, forAuthentication=Authentication.NONE, interfaceType=InterfaceType.WRAPPER
)


def dlms_cosem(raw: bytes) -> int:
    """What dlms-cosem makes of a frame."""
    apdu = WrapperProtocolDataUnit.from_bytes(raw).data
    return int(parse_as_dlms_data(GetResponseFactory.from_bytes(apdu).data))


def plain(raw: bytes) -> int:
    """The value of a frame that is believed to be such a response."""
    if raw[8:10] != b"\xc4\x01" or raw[11:13] != b"\0\x06" or int.from_bytes(raw[6:8], "big") != len(raw) - 8:
        raise ValueError("no response with a number of four bytes")
    return int.from_bytes(raw[13:], "big")


def rows() -> list[tuple[str, float]]:
    """(what, responses a second); the first is the peer that the others are compared with."""
    sent = responses()
    apdus, stream, decoder = [raw[8:] for raw in sent], b"".join(sent), cosem.Decoder()
    for raw in sent:
        assert cosem.decode(raw)[0].items[0].value == gurux(raw) == dlms_cosem(raw) == plain(raw)
    return in_turns(
        {
            "peer: gurux_dlms, frame and value": lambda: [gurux(raw) for raw in sent],
            "peer: dlms-cosem, frame and value": lambda: [dlms_cosem(raw) for raw in sent],
            "peer: dlms-cosem, APDU only, value left as bytes": lambda: [
                GetResponseFactory.from_bytes(a) for a in apdus
            ],
            "limit: plain slices, value only": lambda: [plain(raw) for raw in sent],
            "ours: decode, frame and value": lambda: [cosem.decode(raw) for raw in sent],
            "ours: Decoder.feed, frame and value": lambda: [decoder.feed(raw) for raw in sent],
            "ours: decode, a buffer": lambda: cosem.decode(stream),
            "ours: APDU only, with its value": lambda: [parse(apdu) for apdu in apdus],
        }
    )


def in_turns(ways: dict[str, Callable[[], object]]) -> list[tuple[str, float]]:
    """Responses a second of each way: its best turn."""
    best = dict.fromkeys(ways, 0.0)
    for _ in range(TURNS):
        for what, run in ways.items():
            started = time.process_time()
            run()
            best[what] = max(best[what], FRAMES / (time.process_time() - started))
    return list(best.items())


if __name__ == "__main__":
    for name, rate in rows():
        print(f"{name:54} {rate:14,.0f} /s")
