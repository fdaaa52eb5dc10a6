"""Frames of Q/GDW 376.1 as both sides send them: login, confirmation, requests, answers, forwarding.

Control bytes agree with public captures (G1 to G4, G7); those of settings and of the head-end's confirmation of an
unasked report are from memory of the standard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from yinghuo.engines.meters.frames import Item, Value
from yinghuo.engines.meters.gdw376.frame import ACD, PRIMARY, UP, Frame, Port
from yinghuo.engines.meters.gdw376.points import grouped, identifier
from yinghuo.engines.meters.gdw376.tables import (
    AFN_CONFIRM,
    AFN_CONTROL,
    AFN_EVENTS,
    AFN_FORWARD,
    AFN_LINK,
    AFN_QUERY,
    AFN_RESET,
    AFN_SET,
    AFN_VERSION,
    ALL_CONFIRMED,
    ALL_DENIED,
    EACH_CONFIRMED,
    HEARTBEAT,
    LOGIN,
    LOGOUT,
    SET_CLOCK,
    known,
)

ACKNOWLEDGE, RESET, SEND, DATA, LINK_TEST, CLASS_1, CLASS_2, LINK_STATE = 0, 1, 4, 8, 9, 10, 11, 11
NO_PASSWORD = bytes(16)
PORT = Port()
STATION = 1  # the head-end's MSA: not 0, which says that the terminal began


def _link(address: str, fn: int, counter: int, value: Value = None) -> Frame:
    item = Item(identifier(AFN_LINK, 0, fn), value, "")
    return Frame(address, UP | PRIMARY | LINK_TEST, [item], afn=AFN_LINK, counter=counter, confirm=True)


def login(address: str, *, counter: int = 0) -> Frame:
    """A terminal logs in.

    >>> from yinghuo.engines.meters.gdw376 import encode
    >>> encode(login("02001234", counter=1)).hex()
    '683200320068c900023412000271000001008516'
    """
    return _link(address, LOGIN, counter)


def logout(address: str, *, counter: int = 0) -> Frame:
    """A terminal logs out."""
    return _link(address, LOGOUT, counter)


def heartbeat(address: str, *, counter: int = 0, clock: datetime | None = None) -> Frame:
    """A terminal is still there; later editions let it say its clock (from memory of the standard)."""
    return _link(address, HEARTBEAT, counter, clock)


def _answer(request: Frame, function: int, items: list[Item], afn: int) -> Frame:
    way = 0 if request.is_up else UP
    return Frame(
        request.address,
        way | function,
        items,
        afn=afn,
        counter=request.counter,
        station=request.station,
        protocol=request.protocol,
    )


def _acknowledgement(frame: Frame, fn: int, value: Value = None) -> Frame:
    function = LINK_STATE if frame.afn == AFN_LINK else ACKNOWLEDGE if frame.is_up else DATA
    return _answer(frame, function, [Item(identifier(AFN_CONFIRM, 0, fn), value, "")], AFN_CONFIRM)


def confirm(frame: Frame) -> Frame:
    """All of a frame was taken in: what either side answers to a login, a setting, a report."""
    return _acknowledgement(frame, ALL_CONFIRMED)


def deny(frame: Frame) -> Frame:
    """Nothing of a frame was done; also: there is no such data."""
    return _acknowledgement(frame, ALL_DENIED)


def confirm_each(frame: Frame, errors: Sequence[str]) -> Frame:
    """What became of each item of a frame; errors: one byte each, hexadecimal, "00" for done."""
    rows: list[Value] = [[item.identifier, error] for item, error in zip(frame.items, errors, strict=True)]
    return _acknowledgement(frame, EACH_CONFIRMED, [f"{frame.afn:02X}", *rows])


def read(
    address: str, afn: int, points: Sequence[int], fns: Sequence[int], *, counter: int = 0, value: Value = None
) -> Frame:
    """Ask for every Fn at every pn (AFN 09, 0A, 0C, 0D), as few data unit identifiers as it takes.

    value: what the request of an item carries: of class 2 the day or month (a date-time), of a curve
           [start, minutes between points, number of points], of AFN 0A F10 the meters' numbers; else None
    """
    units = [(some, few) for some in grouped(points) for few in grouped(fns)]
    names = [identifier(afn, point, fn) for some, few in units for point in some for fn in few]
    sizes = tuple(len(some) * len(few) for some, few in units)
    return Frame(
        address,
        PRIMARY | (CLASS_1 if afn in (AFN_QUERY, AFN_VERSION) else CLASS_2),
        [Item(name, value, known(afn, int(name[6:], 16), up=False).unit) for name in names],
        afn=afn,
        counter=counter,
        station=STATION,
        units=() if set(sizes) <= {1} else sizes,
    )


def read_events(address: str, fn: int, *, first: int, last: int, counter: int = 0) -> Frame:
    """Ask for important (F1) or general (F2) events from one pointer to before another (AFN 0E)."""
    return read(address, AFN_EVENTS, [0], [fn], counter=counter, value=[Decimal(first), Decimal(last)])


def _items(afn: int, values: Mapping[tuple[int, int], Value], *, up: bool) -> list[Item]:
    return [Item(identifier(afn, pn, fn), value, known(afn, fn, up=up).unit) for (pn, fn), value in values.items()]


def answer(request: Frame, values: Mapping[tuple[int, int], Value], *, events: tuple[int, int] | None = None) -> Frame:
    """The terminal's answer: values by (pn, Fn), those it has; event counters if it wants them asked for."""
    frame = _answer(request, DATA, _items(request.afn, values, up=True), request.afn)
    return frame if events is None else replace(frame, control=frame.control | ACD, events=events)


def report(address: str, afn: int, values: Mapping[tuple[int, int], Value], *, counter: int = 0) -> Frame:
    """What a terminal sends unasked (AFN 0C, 0D, 0E) and wants confirmed."""
    items = _items(afn, values, up=True)
    return Frame(address, UP | PRIMARY | SEND, items, afn=afn, counter=counter, confirm=True)


def _command(address: str, afn: int, items: list[Item], counter: int, password: bytes) -> Frame:
    control = PRIMARY | (RESET if afn == AFN_RESET else CLASS_1)
    return Frame(address, control, items, afn=afn, counter=counter, confirm=True, station=STATION, password=password)


def change(
    address: str, values: Mapping[tuple[int, int], Value], *, counter: int = 0, password: bytes = NO_PASSWORD
) -> Frame:
    """Set parameters of a terminal, by (pn, Fn) (AFN 04)."""
    return _command(address, AFN_SET, _items(AFN_SET, values, up=False), counter, password)


def set_clock(address: str, at: datetime, *, counter: int = 0, password: bytes = NO_PASSWORD) -> Frame:
    """Set the terminal's clock to a wall-clock time (AFN 05 F31)."""
    return _command(address, AFN_CONTROL, _items(AFN_CONTROL, {(0, SET_CLOCK): at}, up=False), counter, password)


def reset(address: str, fn: int, *, counter: int = 0, password: bytes = NO_PASSWORD) -> Frame:
    """Start a terminal anew (F1), or its data (F2), its parameters too (F3), or but for those of communication (F4)."""
    return _command(address, AFN_RESET, _items(AFN_RESET, {(0, fn): None}, up=False), counter, password)


def forward(
    address: str, nested: bytes, *, port: Port = PORT, counter: int = 0, password: bytes = NO_PASSWORD
) -> Frame:
    """Have a terminal send a frame (of DL/T 645, say) to a meter, and the reply back (AFN 10 F1)."""
    item = Item(identifier(AFN_FORWARD, 0, 1), nested.hex().upper(), "")
    control = PRIMARY | CLASS_2
    frame = Frame(address, control, [item], afn=AFN_FORWARD, counter=counter, station=STATION, password=password)
    return replace(frame, port=port)


def forwarded(request: Frame, nested: bytes) -> Frame:
    """The meter's reply on its way back; b"" where it was silent."""
    frame = _answer(request, DATA, [Item(identifier(AFN_FORWARD, 0, 1), nested.hex().upper(), "")], AFN_FORWARD)
    return replace(frame, port=Port((request.port or PORT).number))
