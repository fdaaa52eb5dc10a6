"""Our DLMS/COSEM beside two other implementations, both ways and over real sockets (test-only imports)."""

import contextlib
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal as D

import pytest
import structlog
from dlms_cosem import cosem as their_cosem
from dlms_cosem import enumerations
from dlms_cosem.client import DlmsClient
from dlms_cosem.hdlc import frames as their_frames
from dlms_cosem.hdlc.address import HdlcAddress
from dlms_cosem.io import BlockingTcpIO, HdlcTransport, TcpTransport
from dlms_cosem.protocol import acse, xdlms
from dlms_cosem.security import LowLevelSecurityAuthentication, NoSecurityAuthentication
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType
from gurux_dlms.objects import GXDLMSClock, GXDLMSProfileGeneric, GXDLMSRegister

from tests.engines.meters.cosem_world import ENERGY, PROFILE, ROWS, SECRET, START, VALUES, Meter, served
from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.cosem import Data, Link, axdr, profile
from yinghuo.engines.meters.cosem.axdr import whole

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
HDLC = Link("hdlc", 16, False, 2)


class Reader:
    """The first peer as a client over one line."""

    def __init__(self, line: socket.socket, secret: bytes, interface: InterfaceType) -> None:
        level = Authentication.LOW if secret else Authentication.NONE
        self.line, self.client = line, GXDLMSClient(True, 16, 1, level, secret.decode() or None, interface)
        if interface == InterfaceType.HDLC:
            reply = GXReplyData()
            self.ask(self.client.snrmRequest(), reply)
            self.client.parseUAResponse(reply.data)
        self.client.parseAareResponse(self.all(self.client.aarqRequest()).data)

    def ask(self, request: bytes, reply: GXReplyData) -> None:
        self.line.sendall(bytes(request))
        heard, unasked = GXByteBuffer(), GXReplyData()
        while not self.client.getData(heard, reply, unasked):
            heard.set(self.line.recv(4096))

    def all(self, requests: list[bytes]) -> GXReplyData:
        reply = GXReplyData()
        for request in requests:
            reply.clear()
            self.ask(request, reply)
            while reply.isMoreData():
                self.ask(self.client.receiverReady(reply), reply)
        return reply

    def read(self, thing: object, attribute: int) -> object:
        return self.client.updateValue(thing, attribute, self.all(self.client.read(thing, attribute)).value)


@contextlib.contextmanager
def reader(meter: Meter, interface: InterfaceType) -> Iterator[Reader]:
    with served(meter) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        yield Reader(line, meter.secret, interface)


@pytest.mark.parametrize("interface", [InterfaceType.WRAPPER, InterfaceType.HDLC])
@pytest.mark.parametrize("secret", [b"", SECRET])
def test_gurux_reads_our_meter_over_a_socket(interface: InterfaceType, secret: bytes) -> None:
    meter = Meter(secret=secret)
    with reader(meter, interface) as peer:
        register, clock, load = (
            GXDLMSRegister("1.0.1.8.0.255"),
            GXDLMSClock("0.0.1.0.0.255"),
            GXDLMSProfileGeneric("1.0.99.1.0.255"),
        )
        assert peer.read(register, 2) == 12_345_678
        assert peer.read(clock, 2).value.replace(tzinfo=None) == datetime(2026, 11, 23, 8, 15, 30)  # noqa: DTZ001
        for attribute in (3, 4, 2):
            peer.read(load, attribute)
    assert [number for _, number in load.buffer] == [100_000 + n for n in range(96)]
    assert load.buffer[95][0].value.replace(tzinfo=None) == START + timedelta(minutes=15 * 95)
    assert not meter.decoder.rejected


def test_gurux_and_we_fill_the_same_clocks_in() -> None:
    with reader(Meter(), InterfaceType.WRAPPER) as peer:
        load = GXDLMSProfileGeneric("1.0.99.1.0.255")
        for attribute in (3, 4, 2):
            peer.read(load, attribute)
    ours = profile.rows(whole(cosem.get_reply(cosem.get("1", [PROFILE + "02"]), [ROWS]).apdu, 4), period_s=900)
    assert [row[0] for row in ours] == [at.value.replace(tzinfo=None) for at, _ in load.buffer]


@pytest.mark.parametrize(
    ("interface", "link"), [(InterfaceType.WRAPPER, Link()), (InterfaceType.HDLC, Link("hdlc", 16, False, 1))]
)
def test_gurux_asks_in_the_same_bytes(interface: InterfaceType, link: Link) -> None:
    peer = GXDLMSClient(True, 16, 1, Authentication.NONE, None, interface)
    theirs = b"".join(map(bytes, peer.read(GXDLMSRegister("1.0.1.8.0.255"), 2)))
    (frame,) = cosem.decode(theirs)
    assert frame.items == [(ENERGY + "02", None, "")] and frame.address == "1"
    again = cosem.get("1", [ENERGY + "02"], invoke=frame.invoke, link=link)
    if link.framing == "wrapper":
        assert cosem.encode(again) == theirs
    assert cosem.encode(frame) == theirs


def test_gurux_asks_for_a_range_that_we_read() -> None:
    peer = GXDLMSClient(True, 16, 1, Authentication.NONE, None, InterfaceType.WRAPPER)
    load = GXDLMSProfileGeneric("1.0.99.1.0.255")
    (frame,) = cosem.decode(b"".join(map(bytes, peer.readRowsByEntry(load, 3, 2))))
    assert frame.items[0].identifier == PROFILE + "02"
    assert frame.items[0].value[0] == 2 and frame.items[0].value[1][:2] == [D(3), D(4)]


def test_gurux_reads_our_push_over_both_links() -> None:
    body = Data(axdr.STRUCTURE, [Data(axdr.UINT32, 5009), Data(axdr.VISIBLE, "abc")])
    for interface, link in ((InterfaceType.WRAPPER, Link()), (InterfaceType.HDLC, Link("hdlc", 16, True, 1))):
        peer = GXDLMSClient(True, 16, 1, Authentication.NONE, None, interface)
        reply, unasked = GXReplyData(), GXReplyData()
        raw = cosem.encode(cosem.notify("1", body, at=START, link=link))
        peer.getData(GXByteBuffer(raw), reply, unasked)
        assert [int(unasked.value[0]), str(unasked.value[1])] == [5009, "abc"]


@pytest.mark.parametrize("kind", ["wrapper", "hdlc"])
@pytest.mark.parametrize("secret", [b"", SECRET])
def test_dlms_cosem_reads_our_meter_over_a_socket(kind: str, secret: bytes) -> None:
    meter = Meter(secret=secret, segment_bytes=90)  # at 100, the check sequence holds a flag byte: they wait for ever
    with served(meter) as port:
        line = BlockingTcpIO(host="127.0.0.1", port=port)
        over = {"client_logical_address": 16, "server_logical_address": 1, "io": line}
        wire = TcpTransport(**over) if kind == "wrapper" else HdlcTransport(**over, server_physical_address=17)
        entry = LowLevelSecurityAuthentication(secret=secret) if secret else NoSecurityAuthentication()
        with DlmsClient(transport=wire, authentication=entry).session() as peer:
            energy = peer.get(attribute(enumerations.CosemInterface.REGISTER, 1, 0, 1, 8, 0))
            load = peer.get(attribute(enumerations.CosemInterface.PROFILE_GENERIC, 1, 0, 99, 1, 0))
    assert whole(bytes(energy)) == D(12_345_678)
    assert len(whole(bytes(load))) == 96
    assert not meter.decoder.rejected


def attribute(kind: enumerations.CosemInterface, *obis: int) -> their_cosem.CosemAttribute:
    return their_cosem.CosemAttribute(interface=kind, instance=their_cosem.Obis(*obis), attribute=2)


INVOKE = xdlms.InvokeIdAndPriority(invoke_id=1, confirmed=True, high_priority=True)
REGISTER = attribute(enumerations.CosemInterface.REGISTER, 1, 0, 1, 8, 0)
DENIED = enumerations.DataAccessResult.READ_WRITE_DENIED


@pytest.mark.parametrize(
    ("theirs", "items", "error"),
    [
        (xdlms.GetRequestNormal(REGISTER, INVOKE), [(ENERGY + "02", None, "")], ""),
        (xdlms.GetResponseNormalWithError(DENIED, INVOKE), [("", None, "")], "read-write-denied"),
        (xdlms.GetRequestNext(7, INVOKE), [], ""),
        (xdlms.SetRequestNormal(REGISTER, bytes.fromhex("1105"), None, INVOKE), [(ENERGY + "02", D(5), "")], ""),
        (xdlms.SetResponseNormal(DENIED, INVOKE), [], "read-write-denied"),
    ],
)
def test_apdus_of_dlms_cosem_are_read_and_written_back(theirs: object, items: list[object], error: str) -> None:
    raw = bytes(theirs.to_bytes())
    (frame,) = cosem.decode(raw)
    assert (frame.items, frame.error) == (items, error)
    assert cosem.encode(frame) == raw


def test_dlms_cosem_reads_what_we_write() -> None:
    ask = cosem.get("1", [ENERGY + "02"])
    theirs = xdlms.GetRequestFactory.from_bytes(ask.apdu)
    assert theirs.cosem_attribute == REGISTER
    reply = xdlms.GetResponseFactory.from_bytes(cosem.get_reply(ask, [VALUES[ENERGY + "02"]]).apdu)
    assert bytes(reply.data).hex() == "0600bc614e"
    several = cosem.get("1", [ENERGY + "02", ENERGY + "03"])
    assert len(xdlms.GetRequestFactory.from_bytes(several.apdu).cosem_attributes_with_selection) == 2
    blocks = [
        xdlms.GetResponseFactory.from_bytes(one.apdu) for one in cosem.get_reply_blocks(ask, ROWS, most_bytes=500)
    ]
    assert [block.block_number for block in blocks] == list(range(1, len(blocks) + 1))
    assert whole(b"".join(bytes(block.data) for block in blocks)) == whole(cosem.get_reply(ask, [ROWS]).apdu, 4)
    push = xdlms.DataNotification.from_bytes(cosem.notify("1", Data(axdr.UINT8, 5), at=START).apdu)
    assert bytes(push.body).hex() == "1105" and push.date_time.replace(tzinfo=None) == START


def test_associations_are_read_both_ways() -> None:
    asked = cosem.associate("1", secret=SECRET, most_bytes=1024)
    theirs = acse.ApplicationAssociationRequest.from_bytes(asked.apdu)
    assert theirs.authentication == enumerations.AuthenticationMechanism.LLS
    assert cosem.decode(bytes(theirs.to_bytes()))[0].said.association.secret == SECRET
    granted = acse.ApplicationAssociationResponse.from_bytes(cosem.accept(asked).apdu)
    assert granted.result == enumerations.AssociationResult.ACCEPTED
    assert granted.user_information.content.server_max_receive_pdu_size == 1024


def test_hdlc_frames_of_dlms_cosem_are_ours() -> None:
    client, meter = HdlcAddress(16, None, "client"), HdlcAddress(1, 17, "server")
    setup = bytes(their_frames.SetNormalResponseModeFrame(meter, client).to_bytes())
    assert cosem.encode(cosem.snrm("1/17", link=HDLC)) == setup
    ask = cosem.numbered(cosem.get("1/17", [ENERGY + "02"], link=HDLC), sent=2, received=5)
    payload = bytes.fromhex("E6E600") + ask.apdu
    theirs = their_frames.InformationFrame(
        meter, client, payload, send_sequence_number=2, receive_sequence_number=5
    ).to_bytes()
    assert cosem.encode(ask) == bytes(theirs)
    reply = their_frames.InformationFrame.from_bytes(cosem.encode(cosem.get_reply(ask, [VALUES[ENERGY + "02"]])))
    assert (reply.send_sequence_number, reply.receive_sequence_number) == (5, 3)
