"""Parameters of a terminal (AFN 04 sets them, AFN 0A asks for them): one format for each Fn.

Source: F3, F10, F66 and F68 agree with public field tables (docs/sources.md), F59 with the facts that this desk was
built on; F1, F9, F25, F33, F65 and F67 are from memory of the standard, not checked against its text.
"""

from dataclasses import dataclass

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.gdw376.formats import A
from yinghuo.engines.meters.gdw376.points import identifier, items, parts, points, to_da, to_dt
from yinghuo.engines.meters.gdw376.primitives import Binary, Format, Hexadecimal, Text, list_of, taken, text_of
from yinghuo.engines.meters.gdw376.shapes import BYTE, WORD, Counted, Fields


@dataclass(frozen=True)
class Endpoint:
    """An IPv4 address and a port: "10.1.2.3:5000"."""

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        raw = taken(data, at, 6)
        return f"{'.'.join(map(str, raw[:4]))}:{int.from_bytes(raw[4:], 'little')}", at + 6

    def write(self, value: Value) -> bytes:
        host, _, port = text_of(value).partition(":")
        segments = [int(segment) for segment in host.split(".")]
        if len(segments) != 4 or not all(0 <= segment < 256 for segment in segments) or not 0 <= int(port) < 65536:
            raise ValueError(f"{value!r} is no IPv4 address with a port")
        return bytes(segments) + int(port).to_bytes(2, "little")


@dataclass(frozen=True)
class Name:
    """One pn and one Fn in four bytes: their identifier under `afn`; the bytes as they stand if they name several."""

    afn: int

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        raw = taken(data, at, 4)
        if raw[0].bit_count() > 1 or raw[2].bit_count() != 1 or bool(raw[0]) != bool(raw[1]):
            return raw.hex().upper(), at + 4
        return identifier(self.afn, points(raw[:2])[0], items(raw[2:])[0]), at + 4

    def write(self, value: Value) -> bytes:
        text = text_of(value)
        if len(text) == 8:
            return bytes.fromhex(text)
        _, point, fn = parts(text)
        return to_da([point]) + to_dt([fn])


@dataclass(frozen=True)
class Results:
    """AFN 00 F3: the AFN answered, then what became of each item: [afn, [identifier, error], …], error 00: done."""

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        afn = taken(data, at, 1)[0]
        row = Fields((Name(afn), Hexadecimal(1)))
        found: list[Value] = [f"{afn:02X}"]
        at += 1
        while at < len(data):
            value, at = row.read(data, at)
            found.append(value)
        return found, at

    def write(self, value: Value) -> bytes:
        afn, *rows = list_of(value)
        row = Fields((Name(int(text_of(afn), 16)), Hexadecimal(1)))
        return bytes.fromhex(text_of(afn)) + b"".join(row.write(one) for one in rows)


# number, pn, speed and port, protocol (1: 645-1997, 2: AC sampling, 30: 645-2007, 31: carrier module), address,
# password, tariffs, digits of the energy, address of its collector, class of user
METER = Fields((WORD, WORD, BYTE, BYTE, A[12], Hexadecimal(6), BYTE, Hexadecimal(1), A[12], Hexadecimal(1)))
PORT_SCHEDULE = Fields((BYTE, Hexadecimal(2), Hexadecimal(4), A[19], BYTE, A[18], Counted(Fields((A[19], A[19])))))


def _upload(afn: int) -> Format:
    """A task of timed uploads: period and its unit, base time, one point in so many, and what to send."""
    return Fields((BYTE, A[1], BYTE, Counted(Name(afn))))


SETTINGS: dict[int, Format] = {
    1: Fields((BYTE, BYTE, Binary(2), Hexadecimal(1), BYTE)),
    3: Fields((Endpoint(), Endpoint(), Text(16))),
    9: Fields((Hexadecimal(8), Hexadecimal(8))),
    10: Counted(METER, size=2),
    25: Fields((WORD, WORD, A[7], A[22], A[23], Hexadecimal(1))),
    33: Counted(PORT_SCHEDULE),
    59: Fields((A[22], A[22], BYTE, BYTE)),
    65: _upload(0x0C),
    66: _upload(0x0D),
    67: Hexadecimal(1),
    68: Hexadecimal(1),
}
SETTINGS_ASKED: dict[int, Format] = {10: Counted(WORD, size=2), 33: Counted(BYTE)}
