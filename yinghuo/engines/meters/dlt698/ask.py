"""Frames that a client (head-end) sends: to read, to set, to act, through a terminal, and its answers to a terminal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from yinghuo.engines.meters.dlt698 import apdu as services
from yinghuo.engines.meters.dlt698.apdu import Apdu
from yinghuo.engines.meters.dlt698.bodies import (
    Connect,
    Forward,
    LinkReply,
    Proxy,
    ProxyRecord,
    Query,
    Through,
    Write,
    WriteRead,
)
from yinghuo.engines.meters.dlt698.data import Data
from yinghuo.engines.meters.dlt698.frame import Frame, made
from yinghuo.engines.meters.dlt698.link import FRAGMENT, FROM_SERVER, SCRAMBLED, kind_of
from yinghuo.engines.meters.dlt698.records import EVERY_ROW, Columns, Selector, parameter, query
from yinghuo.engines.meters.dlt698.values import long_moment, tsa_of, typed
from yinghuo.engines.meters.frames import Value

REQUEST = 0x43
TRUSTED = 0x80  # in the answer to a login: the head-end's clock can be trusted
BAUDS = {300: 0, 600: 1, 1200: 2, 2400: 3, 4800: 4, 7200: 5, 9600: 6, 19200: 7, 38400: 8, 57600: 9, 115200: 10}
PARITIES = {"none": 0, "odd": 1, "even": 2}
Values = Mapping[str, Value | Data]


def _request(address: str, apdu: Apdu, client: int) -> Frame:
    return made(address, REQUEST, apdu, kind=kind_of(address), client=client)


def answering(request: Frame, service: int, form: int, body: Any) -> Frame:
    """The frame that answers another one: back along its way, under its number.

    Who was asked as one of many (wildcard, group) puts the own address in: `replace(answer, address=...)`.
    """
    if request.apdu is None:
        raise ValueError("a frame without an APDU cannot be answered")
    control = (request.control ^ FROM_SERVER) & ~(FRAGMENT | SCRAMBLED)
    apdu = Apdu(service, form, request.apdu.piid & 0xBF, body)
    link = {"kind": "single", "logical": request.logical, "client": request.client}
    return made(request.address, control, apdu, **link)


def get(address: str, oads: Sequence[str] | str, *, piid: int = 0, client: int = 0) -> Frame:
    """Reads attributes: one as normal, several as a list.

    >>> get("123456789012", ["200F0200"]).items
    [Item(identifier='200F0200', value=None, unit='Hz')]
    """
    wanted = [oads] if isinstance(oads, str) else list(oads)
    form, body = (1, wanted[0]) if len(wanted) == 1 else (2, wanted)
    return _request(address, Apdu(services.GET, form, piid, body), client)


def get_record(
    address: str, oad: str, columns: Columns, *, selector: Selector = EVERY_ROW, piid: int = 0, client: int = 0
) -> Frame:
    """Reads rows of a record object (`records` has the selectors)."""
    return _request(address, Apdu(services.GET, 3, piid, query(oad, columns, selector)), client)


def get_records(address: str, wanted: Sequence[Query], *, piid: int = 0, client: int = 0) -> Frame:
    """Reads rows of several record objects."""
    return _request(address, Apdu(services.GET, 4, piid, list(wanted)), client)


def get_next(address: str, block: int, *, piid: int = 0, client: int = 0) -> Frame:
    """Asks for the block after this one of a long answer."""
    return _request(address, Apdu(services.GET, 5, piid, block), client)


def set_values(address: str, values: Values, *, piid: int = 0, client: int = 0) -> Frame:
    """Writes attributes: one as normal, several as a list."""
    writes = [Write(oad, typed(oad, value)) for oad, value in values.items()]
    form, body = (1, writes[0]) if len(writes) == 1 else (2, writes)
    return _request(address, Apdu(services.SET, form, piid, body), client)


def set_then_get(
    address: str, steps: Sequence[tuple[str, Value | Data, str, int]], *, piid: int = 0, client: int = 0
) -> Frame:
    """Writes, waits and reads back; a step is (attribute, value, attribute to read, seconds to wait)."""
    body = [WriteRead(oad, typed(oad, value), read, wait_s) for oad, value, read, wait_s in steps]
    return _request(address, Apdu(services.SET, 3, piid, body), client)


def action(address: str, calls: Values, *, piid: int = 0, client: int = 0) -> Frame:
    """Calls methods (OMD and parameter): one as normal, several as a list."""
    writes = [Write(omd, parameter(value)) for omd, value in calls.items()]
    form, body = (1, writes[0]) if len(writes) == 1 else (2, writes)
    return _request(address, Apdu(services.ACTION, form, piid, body), client)


def connect(address: str, *, timeout_s: int = 100, longest: int = 1024, piid: int = 0, client: int = 0) -> Frame:
    """Asks for an association without security."""
    everything = b"\xff" * 8, b"\xff" * 16
    body = Connect(0x10, *everything, longest, longest, 1, longest, timeout_s, (0, None))
    return _request(address, Apdu(services.CONNECT, 0, piid, body), client)


def release(address: str, *, piid: int = 0, client: int = 0) -> Frame:
    """Ends the association."""
    return _request(address, Apdu(services.RELEASE, 0, piid, None), client)


def proxy_get(
    address: str,
    wanted: Sequence[tuple[str, Sequence[str]]],
    *,
    timeout_s: int = 60,
    each_s: int = 10,
    piid: int = 0,
    client: int = 0,
) -> Frame:
    """Has a terminal read its meters: (meter's address, attributes) for each."""
    through = [Through(tsa_of(meter), each_s, list(oads)) for meter, oads in wanted]
    return _request(address, Apdu(services.PROXY, 1, piid, Proxy(timeout_s, through)), client)


def proxy_get_record(
    address: str, meter: str, wanted: Query, *, timeout_s: int = 60, piid: int = 0, client: int = 0
) -> Frame:
    """Has a terminal read rows of a meter's record object."""
    return _request(address, Apdu(services.PROXY, 2, piid, ProxyRecord(timeout_s, tsa_of(meter), wanted)), client)


def proxy_set(address: str, wanted: Sequence[tuple[str, Values]], *, timeout_s: int = 60, piid: int = 0) -> Frame:
    """Has a terminal write attributes of its meters."""
    return _through_writes(address, 3, wanted, (timeout_s, piid))


def proxy_action(address: str, wanted: Sequence[tuple[str, Values]], *, timeout_s: int = 60, piid: int = 0) -> Frame:
    """Has a terminal call methods of its meters."""
    return _through_writes(address, 5, wanted, (timeout_s, piid))


def _through_writes(address: str, form: int, wanted: Sequence[tuple[str, Values]], timing: tuple[int, int]) -> Frame:
    timeout_s, piid = timing
    through = [
        Through(
            tsa_of(meter),
            timeout_s,
            [Write(oad, typed(oad, value) if form == 3 else parameter(value)) for oad, value in values.items()],
        )
        for meter, values in wanted
    ]
    return _request(address, Apdu(services.PROXY, form, piid, Proxy(timeout_s, through)), 0)


def line(baud: int = 2400, parity: str = "even") -> bytes:
    """How a serial port is set (COMDCB): 8 data bits, one stop bit, no flow control.

    >>> line(9600, "none").hex()
    '0600080100'
    """
    return bytes((BAUDS[baud], PARITIES[parity], 8, 1, 0))


def forward(
    address: str, port: str, command: bytes, *, over: bytes = line(), reply_wait_s: int = 10, piid: int = 0
) -> Frame:
    """Has a terminal send a foreign frame (a 645 read, say) out of a port and bring the answer."""
    return _request(address, Apdu(services.PROXY, 7, piid, Forward(port, over, reply_wait_s, 500, command)), 0)


def link_reply(request: Frame, *, received_at: datetime, replied_at: datetime, result: int = TRUSTED) -> Frame:
    """Answers login, heartbeat or logout; result: TRUSTED + 0 welcome, 1 address taken, 2 unknown device, 3 no room."""
    if request.apdu is None:
        raise ValueError("a frame without an APDU cannot be answered")
    body = LinkReply(result, request.apdu.body.at, long_moment(received_at), long_moment(replied_at))
    return answering(request, services.LINK | services.REPLY, 0, body)


def report_reply(report: Frame) -> Frame:
    """Acknowledges a report, naming what came."""
    if report.apdu is None:
        raise ValueError("a frame without an APDU cannot be answered")
    form = report.apdu.form
    return answering(report, services.REPORT, form, None if form == 3 else [one[0] for one in report.items])
