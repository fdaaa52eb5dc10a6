"""A simulated terminal, or single meter, that speaks DL/T 698.45: a request and the moment in, its answer out.

A terminal answers for itself (clock, address) and passes PROXY on to the meters behind it; a meter answers GET and SET
itself. What is refused carries its DAR in a good frame, as the standard has it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.dlt698 import Dar, Frame, Item
from yinghuo.engines.meters.dlt698.values import meter_of
from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.simulation.attributes698 import read, write
from yinghuo.engines.meters.simulation.concentrators import Concentrator
from yinghuo.engines.meters.simulation.device import Device, NotTaken
from yinghuo.engines.meters.simulation.moments import wall
from yinghuo.engines.meters.simulation.records698 import FROZEN_AT, METER, MINUTES, rows

LINK_REPLY, CONNECT, RELEASE, GET, SET, ACTION, REPORT, PROXY = 0x81, 0x02, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09
CLOCK, ADDRESS = "40000200", "40010200"
NO_SUCH, TIMED_OUT, REFUSED, NOT_KNOWN = 4, 33, 3, 6
Answers = Mapping[str, Value | Dar]
FACTORY = b"SIM0simulated"


def meter_answer(device: Device, request: Frame, at_s: float) -> Frame | None:
    """What a meter answers; None to a frame that is none of its."""
    if request.apdu is None:
        return None
    service, form = request.apdu.service, request.apdu.form
    if service == CONNECT:
        return dlt698.connect_reply(request, factory=FACTORY)
    if service == RELEASE:
        return dlt698.release_reply(request)
    if service == GET and form in (1, 2):
        return dlt698.get_reply(request, {one.identifier: read(device, one.identifier, at_s) for one in request.items})
    if service == GET and form in (3, 4):
        return dlt698.record_reply(request, *(rows(device, one, at_s) for one in dlt698.queries(request)))
    if service == SET and form in (1, 2):
        return dlt698.set_reply(request, written(device, request.items, at_s))
    if service == ACTION:
        return dlt698.action_reply(request, {one.identifier: REFUSED for one in request.items})
    return dlt698.error_reply(request, 2)


def written(device: Device, items: list[Item], at_s: float) -> dict[str, int]:
    """Writes attributes; what became of each."""
    return {one.identifier: _outcome(device, one.identifier, one.value, at_s) for one in items}


def _outcome(device: Device, oad: str, value: Value, at_s: float) -> int:
    try:
        write(device, oad, value, at_s)
    except NotTaken as refused:
        return refused.dar
    return 0


def terminal_answer(terminal: Concentrator, request: Frame, at_s: float) -> Frame | None:
    """What a terminal answers; None to answers of the head-end and to frames of other terminals."""
    if request.apdu is None or request.control & 0x80 or request.apdu.service in (LINK_REPLY, REPORT):
        return None
    service, form = request.apdu.service, request.apdu.form
    if service == PROXY:
        return PROXIED[form](terminal, request, at_s) if form in PROXIED else dlt698.error_reply(request, 2)
    if service == CONNECT:
        return dlt698.connect_reply(request, factory=FACTORY)
    if service == RELEASE:
        return dlt698.release_reply(request)
    if service == GET and form in (1, 2):
        unknown: Answers = {one.identifier: Dar(NO_SUCH) for one in request.items}
        own: Answers = {CLOCK: wall(terminal.now_s(at_s)), ADDRESS: terminal.address}
        return dlt698.get_reply(request, {**unknown, **own})
    if service == GET and form in (3, 4):
        return dlt698.record_reply(request, *(Dar(NO_SUCH) for _ in dlt698.queries(request)))
    if service == SET and form in (1, 2):
        return dlt698.set_reply(request, {one.identifier: _set(terminal, one, at_s) for one in request.items})
    return dlt698.error_reply(request, 2)


def report(terminal: Concentrator, at_s: float, *, piid: int = 0) -> Frame | None:
    """What the terminal sends unasked: the last quarter-hour freeze of every meter that it reaches; None if none."""
    columns = [METER, FROZEN_AT, "00100201"]
    asked = dlt698.query(MINUTES + "0200", columns, dlt698.nth_last(1))
    found = [rows(one, asked, at_s) for point, one in sorted(terminal.points.items()) if terminal.reaches(point)]
    kept = [row for several in found if isinstance(several, list) for row in several]
    return dlt698.report_record(terminal.address, MINUTES + "0200", columns, kept, piid=piid) if kept else None


def _set(terminal: Concentrator, one: Item, at_s: float) -> int:
    if one.identifier != CLOCK or not isinstance(one.value, datetime):
        return REFUSED
    terminal.set_clock(one.value, at_s=at_s)
    return 0


def _reached(terminal: Concentrator, meter: str) -> Device | Dar:
    for point, device in terminal.points.items():
        if device.meter.spec.address.lstrip("0") == meter.lstrip("0"):
            return device if terminal.reaches(point) else Dar(TIMED_OUT)
    return Dar(NOT_KNOWN)


def _proxy_get(terminal: Concentrator, request: Frame, at_s: float) -> Frame:
    def ask(device: Device, wanted: list[Any]) -> Mapping[str, Value | Dar]:
        return {oad: read(device, oad, at_s) for oad in wanted}

    return _each(terminal, request, ask)


def _proxy_set(terminal: Concentrator, request: Frame, at_s: float) -> Frame:
    values = {one.identifier: one.value for one in request.items}

    def put(device: Device, wanted: list[Any]) -> Mapping[str, Value | Dar]:
        return {one.oad: Dar(_outcome(device, one.oad, values[one.oad], at_s)) for one in wanted}

    return _each(terminal, request, put)


def _each(terminal: Concentrator, request: Frame, do: Callable[[Device, list[Any]], Mapping[str, Any]]) -> Frame:
    answers: dict[str, Any] = {}
    for through in _body(request).meters:
        device = _reached(terminal, meter_of(through.meter))
        answers[meter_of(through.meter)] = device if isinstance(device, Dar) else do(device, through.wanted)
    return dlt698.proxy_reply(request, answers)


def proxied(request: Frame) -> list[str]:
    """Addresses of the meters that a PROXY request is for."""
    body = _body(request)
    if request.apdu is None or request.apdu.service != PROXY or request.apdu.form not in (1, 2, 3):
        return []
    return [meter_of(one.meter) for one in (body.meters if request.apdu.form != 2 else [body])]


def _body(request: Frame) -> Any:
    return request.apdu.body if request.apdu else None


def _proxy_record(terminal: Concentrator, request: Frame, at_s: float) -> Frame:
    body = _body(request)
    device = _reached(terminal, meter_of(body.meter))
    return dlt698.proxy_record_reply(request, device if isinstance(device, Dar) else rows(device, body.query, at_s))


def _forward(terminal: Concentrator, request: Frame, at_s: float) -> Frame:
    body = _body(request)
    sent = terminal.line(body.command, at_s)
    return dlt698.forward_reply(request, b"".join(one.data for one in sent) if sent else Dar(TIMED_OUT))


PROXIED = {1: _proxy_get, 2: _proxy_record, 3: _proxy_set, 7: _forward}
