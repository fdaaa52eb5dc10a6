"""A simulated meter that speaks DL/T 645-2007: a request and the moment in, its reply out, or nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

from yinghuo.engines.meters.dlt645 import Frame, find
from yinghuo.engines.meters.dlt645.link import (
    ABNORMAL,
    BROADCAST,
    FOLLOWS,
    FREEZE,
    READ,
    READ_ADDRESS,
    READ_ON,
    REPLY,
    SET_TIME,
    WRITE,
    is_addressed,
)
from yinghuo.engines.meters.frames import Item, Value
from yinghuo.engines.meters.simulation.device import NOT_AUTHORISED, OTHER, UNKNOWN_DATA, Device, NotTaken
from yinghuo.engines.meters.simulation.loads645 import load_records
from yinghuo.engines.meters.simulation.moments import seconds_of_wall, wall
from yinghuo.engines.meters.simulation.reading645 import read

EVENTS, LOADS = "03", "06"
MOST_BYTES = 195


def answer(device: Device, request: Frame, at_s: float) -> Frame | None:
    """What the meter sends back at a true moment; None for other meters' frames and for broadcasts."""
    if request.is_reply or not is_addressed(request.address, device.meter.spec.address):
        return None
    if request.address == BROADCAST:
        _hear(device, request, at_s)
        return None
    reply = Frame(address=device.meter.spec.address, control=request.function | REPLY)
    try:
        if request.function == READ_ON:
            return _part(device, reply, request.items[0].identifier, request.sequence or 0)
        return _in_parts(device, replace(reply, items=_do(device, request, at_s)))
    except NotTaken as refused:
        return replace(reply, control=reply.control | ABNORMAL, error=refused.word)
    except LookupError:
        return replace(reply, control=reply.control | ABNORMAL, error=UNKNOWN_DATA[0])


def _in_parts(device: Device, reply: Frame) -> Frame:
    """The reply, or its first part if it is too long for one frame; the others wait to be asked for."""
    may_be_long = reply.function == READ and reply.items[0].identifier[:2] in (EVENTS, LOADS)
    entry = find(reply.items[0].identifier) if may_be_long else None
    if entry is None or entry.layout.size:
        return reply
    data = entry.layout.write(reply.items[0].value)
    if len(data) <= MOST_BYTES:
        return reply
    device.parts = (reply.items[0].identifier, [data[n : n + MOST_BYTES] for n in range(0, len(data), MOST_BYTES)])
    return _part(device, reply, reply.items[0].identifier, 0)


def _part(device: Device, reply: Frame, identifier: str, number: int) -> Frame:
    whose, parts = device.parts
    if whose != identifier or not 0 <= number < len(parts):
        raise LookupError(identifier)
    follows = FOLLOWS if number + 1 < len(parts) else 0
    item = Item(identifier, None, "")
    return replace(reply, control=reply.control | follows, items=[item], data=parts[number], sequence=number or None)


def _do(device: Device, request: Frame, at_s: float) -> list[Item]:
    if request.function == READ:
        one = request.items[0]
        is_load = one.identifier[:2] == LOADS
        value = load_records(device, one.identifier, one.value, at_s) if is_load else read(device, one.identifier, at_s)
        return [Item(one.identifier, value, "")]
    if request.function == READ_ADDRESS:
        return [Item("04000401", device.meter.spec.address, "")]
    if request.function == WRITE:
        device.authorise(request.password)
        one = request.items[0]
        _write(device, one.identifier, one.value, at_s=at_s, operator=request.operator)
        return []
    if request.function == FREEZE:
        return []
    raise NotTaken(*NOT_AUTHORISED)


def _hear(device: Device, request: Frame, at_s: float) -> None:
    if request.function == SET_TIME and isinstance(shown := request.items[0].value, datetime):
        device.hear_time(seconds_of_wall(shown), at_s=at_s)


def _write(device: Device, identifier: str, value: Value, *, at_s: float, operator: str) -> None:
    if identifier in CLOCKS:
        shown = CLOCKS[identifier](value, wall(device.meter.shows(at_s)))
        device.set_clock(seconds_of_wall(shown), at_s=at_s, operator=operator)
    elif identifier in ("04000106", "04000107"):
        at = seconds_of_wall(value) if isinstance(value, datetime) else None
        device.set_switch("zones" if identifier == "04000106" else "tables", at, at_s=at_s)
    elif identifier[:4] in ("0401", "0402") and isinstance(value, list):
        which, table = int(identifier[3]) - 1, int(identifier[4:], 16)
        if table == 0:
            device.write_zones(which, [_zone(row) for row in value], at_s=at_s, operator=operator)
        else:
            device.write_periods(which, table, [_period(row) for row in value], at_s=at_s, operator=operator)
    else:
        raise NotTaken(*UNKNOWN_DATA)


def _date(value: Value, now: datetime) -> datetime:
    if not isinstance(value, datetime):
        raise NotTaken(*OTHER)
    return datetime.combine(value.date(), now.time())


def _time(value: Value, now: datetime) -> datetime:
    if not isinstance(value, time):
        raise NotTaken(*OTHER)
    return datetime.combine(now.date(), value)


def _both(value: Value, now: datetime) -> datetime:  # noqa: ARG001 - the three are called alike
    if not isinstance(value, datetime):
        raise NotTaken(*OTHER)
    return value


CLOCKS: dict[str, Callable[[Value, datetime], datetime]] = {"04000101": _date, "04000102": _time, "0400010C": _both}


def _zone(row: Value) -> tuple[int, int, int]:
    match row:
        case [str(day), number] if len(day) == 4 and number is not None:
            return int(day[:2]), int(day[2:]), int(number)  # type: ignore[arg-type]
    raise NotTaken(*OTHER)


def _period(row: Value) -> tuple[int, int, int]:
    match row:
        case [time() as start, tariff] if tariff is not None:
            return start.hour, start.minute, int(tariff)  # type: ignore[arg-type]
    raise NotTaken(*OTHER)
