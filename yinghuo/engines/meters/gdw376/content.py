"""The user data of a frame of Q/GDW 376.1 (control byte to the last attached field) to a Frame and back."""

from dataclasses import replace
from datetime import time
from typing import NamedTuple

from yinghuo.engines.meters.frames import Item
from yinghuo.engines.meters.gdw376.clocks import bcd, to_bcd
from yinghuo.engines.meters.gdw376.frame import ACD, Frame, Stamp
from yinghuo.engines.meters.gdw376.primitives import Short
from yinghuo.engines.meters.gdw376.tables import AFN_CONTROL, AFN_FILE, AFN_FORWARD, AFN_RESET, AFN_SET
from yinghuo.engines.meters.gdw376.units import read_units, unwrapped, wrapped, write_units

HEAD, PASSWORD, COUNTERS, STAMP = 8, 16, 2, 6  # bytes
MOST_AREA = 0x3FFF - HEAD - PASSWORD - COUNTERS - STAMP
WITH_PASSWORD = frozenset((AFN_RESET, AFN_SET, AFN_CONTROL, AFN_FILE, AFN_FORWARD))
TPV, FIRST, LAST, CONFIRM = 0x80, 0x40, 0x20, 0x10


class Opened(NamedTuple):
    """A frame without items yet, and the area that holds them (with the password, if there is one)."""

    frame: Frame
    area: bytes


def open_user_data(user: bytes, protocol: int) -> Opened:
    """Head and attached fields of user data; ValueError where they cannot be such."""
    afn, seq, end = user[6], user[7], len(user)
    stamp = events = None
    if seq & TPV:
        stamp, end = _stamp(user[end - STAMP : end]), end - STAMP
    if user[0] & 0x80 and user[0] & ACD:
        events, end = (user[end - 2], user[end - 1]), end - COUNTERS
    if end < HEAD:
        raise ValueError("shorter than what is attached")
    frame = Frame(
        f"{user[2]:02X}{user[1]:02X}{user[4]:02X}{user[3]:02X}",
        user[0],
        afn=afn,
        counter=seq & 0x0F,
        first=bool(seq & FIRST),
        last=bool(seq & LAST),
        confirm=bool(seq & CONFIRM),
        station=user[5] >> 1,
        group=bool(user[5] & 1),
        events=events,
        stamp=stamp,
        protocol=protocol,
    )
    return Opened(frame, user[HEAD:end])


def _stamp(raw: bytes) -> Stamp:
    second, minute, hour, day = (bcd(byte) for byte in raw[1:5])
    if day < 0:
        raise ValueError("a day that is no number")
    return Stamp(raw[0], day, time(hour, minute, second), raw[5])


def fill(opened: Opened) -> Frame:
    """The frame with its items; ValueError where its area holds none.

    Downwards, sixteen bytes of password stand behind the items of some AFN; not every head-end sends them.
    """
    frame, area = opened
    if not frame.is_up and frame.afn in WITH_PASSWORD and len(area) >= PASSWORD:
        try:
            return replace(_filled(frame, area[:-PASSWORD]), password=area[-PASSWORD:])
        except ValueError:
            return _filled(frame, area)
    return _filled(frame, area)


def _filled(frame: Frame, area: bytes) -> Frame:
    try:
        found, units = read_units(area, frame.afn, up=frame.is_up)
    except Short as error:
        raise ValueError("shorter than its items") from error
    items, port = unwrapped(found, frame.afn)
    return replace(frame, items=items, port=port, units=units)


def join(pieces: list[Opened]) -> Frame:
    """One message out of the frames that carry it; their items stand in each, or only in all together.

    ValueError if it is longer than a frame could be: such a message could not be written again.
    """
    if sum(len(piece.area) for piece in pieces) > MOST_AREA:
        raise ValueError("longer than a frame")
    head, tail = pieces[0].frame, pieces[-1].frame
    head = replace(head, last=True, confirm=tail.confirm, counter=tail.counter, events=tail.events, stamp=tail.stamp)
    try:
        filled = [fill(piece) for piece in pieces]
    except ValueError:
        return _filled(head, b"".join(piece.area for piece in pieces))
    sizes = [size for one in filled for size in one.units or (1,) * len(one.items)]
    units = () if set(sizes) <= {1} else tuple(sizes)
    return replace(head, items=[item for one in filled for item in one.items], units=units, port=filled[0].port)


def follows(pieces: list[Opened], piece: Opened) -> bool:
    """Whether a frame is the next of a message: the counter one higher, modulo 16."""
    return bool(pieces) and (pieces[-1].frame.counter + 1) % 16 == piece.frame.counter


def write_user_data(frame: Frame) -> bytes:
    """Control byte to the last attached field; ValueError for what cannot be written."""
    if len(frame.password) not in (0, PASSWORD) or (frame.password and frame.is_up):
        raise ValueError("a password has 16 bytes and goes down only")
    if (frame.events is not None) != (frame.is_up and bool(frame.control & ACD)):
        raise ValueError("event counters stand there exactly if a frame upwards has its ACD bit set")
    entries = wrapped([Item(*item) for item in frame.items], frame.port, up=frame.is_up)
    area = write_units(entries, frame.units, up=frame.is_up) + frame.password + bytes(frame.events or b"")
    return _head(frame) + area + (b"" if frame.stamp is None else _stamp_bytes(frame.stamp))


def _head(frame: Frame) -> bytes:
    address = bytes.fromhex(frame.address)
    if len(address) != 4 or not 0 <= frame.counter < 16 or not 0 <= frame.station < 128:
        raise ValueError("an address has eight digits, a counter four bits, a station seven")
    flags = (TPV, frame.stamp is not None), (FIRST, frame.first), (LAST, frame.last), (CONFIRM, frame.confirm)
    seq = frame.counter | sum(bit for bit, is_set in flags if is_set)
    tail = [frame.station << 1 | frame.group, frame.afn, seq]
    return bytes([frame.control, *address[1::-1], *address[:1:-1], *tail])


def _stamp_bytes(stamp: Stamp) -> bytes:
    if not 0 <= stamp.day < 100:
        raise ValueError(f"{stamp.day} is no day")
    clock = stamp.clock
    digits = [to_bcd(part) for part in (clock.second, clock.minute, clock.hour, stamp.day)]
    return bytes([stamp.number, *digits, stamp.delay_min])
