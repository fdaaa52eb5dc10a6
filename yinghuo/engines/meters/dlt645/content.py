"""The data field of every function: bytes to what a frame carries, and back.

`body` is the data field without the offset of 33H. What cannot be is a ValueError.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from yinghuo.engines.meters.dlt645 import quick
from yinghuo.engines.meters.dlt645.layouts import Block, Clock, Digits, Layout, Number, whole
from yinghuo.engines.meters.dlt645.link import (
    ABNORMAL,
    CLEAR_DEMAND,
    CLEAR_EVENTS,
    CLEAR_METER,
    FOLLOWS,
    FREEZE,
    FUNCTIONS,
    READ,
    READ_ADDRESS,
    READ_ON,
    REMOTE,
    REPLY,
    SET_BAUD,
    SET_PASSWORD,
    SET_TIME,
    WRITE,
    WRITE_ADDRESS,
    Frame,
)
from yinghuo.engines.meters.dlt645.table import find
from yinghuo.engines.meters.frames import Item, Value

COUNT, ADDRESS, CLOCK, WHEN = Number(1, 0), Digits(6), Clock("YYMMDDhhmmss"), Clock("YYMMDDhhmm")
CODE, PATTERN, PASSWORD = Digits(1, is_word=True), Digits(4, is_word=True), Digits(4, is_word=True)
ADDRESS_ID, CLOCK_ID, PASSWORD_ID = "04000401", "0400010C", "04000C"
BAUDS: Mapping[int, int] = {2: 600, 4: 1200, 8: 2400, 16: 4800, 32: 9600, 64: 19200}  # memory of the standard

Reader = Callable[[str, int, bytes], Frame]
Writer = Callable[[Frame], bytes]
Kind = tuple[str, Callable[[bytes], Value], str]  # identifier, how its bytes are read, unit

known: dict[bytes, Kind] = {}  # by the bytes as sent; never more than the table has


def kind_of(sent: bytes) -> Kind:
    """What the four bytes of an identifier announce; bytes of an unknown one are read as hexadecimal."""
    found = known.get(sent)
    if found is None:
        identifier = sent[::-1].hex().upper()
        entry = find(whole(sent, 4)[::-1].hex())
        if entry is None:
            return identifier, _as_hexadecimal, ""
        found = known[bytes(sent)] = identifier, entry.layout.read, entry.layout.unit
        if isinstance(entry.layout, Number):
            quick.learn(identifier, entry.layout)
    return found


def _as_hexadecimal(raw: bytes) -> str | None:
    return raw.hex().upper() or None


def _sent(identifier: str) -> bytes:
    return PATTERN.write(identifier)


def _value_bytes(item: Item) -> bytes:
    entry = find(item.identifier)
    if entry is not None:
        return entry.layout.write(item.value)
    if item.value is not None and not isinstance(item.value, str):
        raise ValueError(f"{item.identifier} is not in the table: its value must be hexadecimal")
    return bytes.fromhex(item.value or "")


def _one(frame: Frame) -> Item:
    if len(frame.items) != 1:
        raise ValueError(f"function {frame.control:02X} carries one item, not {len(frame.items)}")
    return Item(*frame.items[0])


def _read_request(address: str, control: int, body: bytes) -> Frame:
    """Identifier; for load records also how many, and from when on (memory)."""
    identifier, _, unit = kind_of(body[:4])
    value: Value = None
    if len(body) > 4:
        count = COUNT.read(body[4:5])
        if count is None:
            raise ValueError("no count of load records")
        value = count if len(body) == 5 else [count, WHEN.read(body[5:])]
    return Frame(address, control, [Item(identifier, value, unit)])


def _write_request(frame: Frame) -> bytes:
    identifier, value, _ = _one(frame)
    if value is None:
        return _sent(identifier)
    count, *when = value if isinstance(value, list) else [value]
    if count is None or len(when) > 1:
        raise ValueError(f"{value!r} is no count of load records")
    return _sent(identifier) + COUNT.write(count) + b"".join(WHEN.write(one) for one in when)


def _read_reply(address: str, control: int, body: bytes) -> Frame:
    identifier, read, unit = kind_of(body[:4])
    return Frame(address, control, [Item(identifier, read(body[4:]), unit)])


def _write_reply(frame: Frame) -> bytes:
    item = _one(frame)
    return _sent(item.identifier) + _value_bytes(item)


def _read_part(address: str, control: int, body: bytes) -> Frame:
    """A part of a long answer: whole elements of a block as a list, else hexadecimal; its bytes in `data`."""
    sequence = None
    if control & 0x1F == READ_ON:
        body, sequence = body[:-1], body[-1] if body else 0
    identifier, _, unit = kind_of(body[:4])
    return Frame(address, control, [Item(identifier, _part(body), unit)], sequence=sequence, data=body[4:])


def _part(body: bytes) -> Value:
    entry = find(body[3::-1].hex())
    if entry is not None and isinstance(entry.layout, Block):
        try:
            return entry.layout.read(body[4:])
        except ValueError:
            return _as_hexadecimal(body[4:])
    return _as_hexadecimal(body[4:])


def _write_part(frame: Frame) -> bytes:
    item = _one(frame)
    body = _sent(item.identifier) + (frame.data or (b"" if item.value is None else _value_bytes(item)))
    return body if frame.sequence is None else body + bytes([frame.sequence])


def _read_next(address: str, control: int, body: bytes) -> Frame:
    identifier, _, unit = kind_of(whole(body, 5)[:4])
    return Frame(address, control, [Item(identifier, None, unit)], sequence=body[4])


def _write_next(frame: Frame) -> bytes:
    return _sent(_one(frame).identifier) + bytes([frame.sequence or 0])


def _authority(frame: Frame) -> bytes:
    return PASSWORD.write(frame.password)[::-1] + PASSWORD.write(frame.operator)[::-1]


def _signed(address: str, control: int, items: list[Item], by: bytes) -> Frame:
    """A frame under a password: `by` is password and operator as sent."""
    whole(by, 8)
    return Frame(address, control, items, password=by[:4].hex().upper(), operator=by[4:].hex().upper())


def _read_write(address: str, control: int, body: bytes) -> Frame:
    identifier, read, unit = kind_of(body[:4])
    return _signed(address, control, [Item(identifier, read(body[12:]), unit)], body[4:12])


def _write_write(frame: Frame) -> bytes:
    item = _one(frame)
    return _sent(item.identifier) + _authority(frame) + _value_bytes(item)


def _read_signed(address: str, control: int, body: bytes) -> Frame:
    return _signed(address, control, [], body)


def _read_clear_events(address: str, control: int, body: bytes) -> Frame:
    identifier, _, unit = kind_of(body[8:12])
    whole(body, 12)
    return _signed(address, control, [Item(identifier, None, unit)], body[:8])


def _write_clear_events(frame: Frame) -> bytes:
    return _authority(frame) + _sent(_one(frame).identifier)


def _read_remote(address: str, control: int, body: bytes) -> Frame:
    """Command (a key of COMMANDS) and the moment until which it holds."""
    value: Value = [CODE.read(body[8:9]), CLOCK.read(body[10:])]
    if body[9]:
        raise ValueError("the byte behind a command is not 00")
    return _signed(address, control, [Item("", value, "")], body[:8])


def _write_remote(frame: Frame) -> bytes:
    value = _one(frame).value
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{value!r} is no command with its moment")
    return _authority(frame) + CODE.write(value[0]) + b"\0" + CLOCK.write(value[1])


def _read_password(address: str, control: int, body: bytes) -> Frame:
    """The new password; the request has its identifier and the old one before it."""
    old = b""
    if control == SET_PASSWORD:
        identifier, old, body = whole(body, 12)[3::-1].hex().upper(), body[4:8], body[8:]
    else:
        identifier = f"{PASSWORD_ID}{whole(body, 4)[0] + 1 & 0xFF:02X}"
    return Frame(address, control, [Item(identifier, body.hex().upper(), "")], password=old.hex().upper())


def _write_password(frame: Frame) -> bytes:
    identifier, new, _ = _one(frame)
    if frame.control == SET_PASSWORD:
        return _sent(identifier) + PASSWORD.write(frame.password)[::-1] + PASSWORD.write(new)[::-1]
    return PASSWORD.write(new)[::-1]


def _read_baud(address: str, control: int, body: bytes) -> Frame:
    speed = BAUDS.get(whole(body, 1)[0])
    if speed is None:
        raise ValueError(f"no speed {body.hex()}")
    return Frame(address, control, [Item("", Decimal(speed), "bit/s")])


def _write_baud(frame: Frame) -> bytes:
    speed = _one(frame).value
    return bytes(code for code, known in BAUDS.items() if known == speed) or _refuse(f"no speed {speed}")


def _refuse(why: str) -> bytes:
    raise ValueError(why)


def _read_error(address: str, control: int, body: bytes) -> Frame:
    return Frame(address, control, error=whole(body, 1)[0])


def _write_error(frame: Frame) -> bytes:
    return bytes([frame.error or 0])


def _read_rest(address: str, control: int, body: bytes) -> Frame:
    return Frame(address, control, data=bytes(body))


def _write_rest(frame: Frame) -> bytes:
    return frame.data


def _single(layout: Layout, identifier: str) -> tuple[Reader, Writer]:
    """Of a function whose data field is one value without an identifier on the wire."""

    def read(address: str, control: int, body: bytes) -> Frame:
        return Frame(address, control, [Item(identifier, layout.read(body), "")])

    def write(frame: Frame) -> bytes:
        return layout.write(_one(frame).value)

    return read, write


REST = _read_rest, _write_rest
CODECS: Mapping[int, tuple[Reader, Writer]] = {
    **{REPLY | ABNORMAL | function: (_read_error, _write_error) for function in FUNCTIONS},
    SET_TIME: _single(CLOCK, CLOCK_ID),
    READ: (_read_request, _write_request),
    REPLY | READ: (_read_reply, _write_reply),
    REPLY | FOLLOWS | READ: (_read_part, _write_part),
    READ_ON: (_read_next, _write_next),
    REPLY | READ_ON: (_read_part, _write_part),
    REPLY | FOLLOWS | READ_ON: (_read_part, _write_part),
    REPLY | READ_ADDRESS: _single(ADDRESS, ADDRESS_ID),
    WRITE: (_read_write, _write_write),
    WRITE_ADDRESS: _single(ADDRESS, ADDRESS_ID),
    FREEZE: _single(PATTERN, ""),
    SET_BAUD: (_read_baud, _write_baud),
    REPLY | SET_BAUD: (_read_baud, _write_baud),
    SET_PASSWORD: (_read_password, _write_password),
    REPLY | SET_PASSWORD: (_read_password, _write_password),
    CLEAR_DEMAND: (_read_signed, _authority),
    CLEAR_METER: (_read_signed, _authority),
    CLEAR_EVENTS: (_read_clear_events, _write_clear_events),
    REMOTE: (_read_remote, _write_remote),
}


def read(address: str, control: int, body: bytes) -> Frame:
    """Frame of a data field; functions without data, and unknown ones, keep it as `data`."""
    return CODECS.get(control, REST)[0](address, control, body)


def write(frame: Frame) -> bytes:
    """Data field of a frame; ValueError for what the function cannot carry."""
    return CODECS.get(frame.control, REST)[1](frame)
