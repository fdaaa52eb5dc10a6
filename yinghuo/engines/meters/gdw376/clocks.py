"""Times in frames of Q/GDW 376.1: BCD, low byte first, with or without date, weekday and seconds."""

from dataclasses import dataclass
from datetime import datetime, time

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.gdw376.primitives import NO_VALUE, taken


def bcd(byte: int) -> int:
    """The number of one BCD byte; -1 if it is none."""
    high, low = byte >> 4, byte & 15
    return 10 * high + low if high < 10 and low < 10 else -1


def to_bcd(number: int) -> int:
    """One BCD byte of 0..99."""
    return number // 10 << 4 | number % 10


@dataclass(frozen=True)
class Clock:
    """A time, its parts named in the order of the wire: s m h (clock), D M Y (date), w (month with weekday, A.1).

    Reads as a wall-clock date-time; as a time where there is no date; as text "DD hh:mm[:ss]" or "MM-DD hh:mm" where
    the date is only half there.
    """

    parts: str

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        raw = taken(data, at, len(self.parts))
        found = {"M" if part == "w" else part: byte for part, byte in zip(self.parts, raw, strict=True)}
        if "w" in self.parts:
            found["M"] &= 0x1F
        numbers = {part: bcd(byte) for part, byte in found.items()}
        return (None if min(numbers.values()) < 0 else self._value(numbers)), at + len(raw)

    def _value(self, of: dict[str, int]) -> Value:
        try:
            if "Y" in of:
                return datetime(2000 + of["Y"], of["M"], of.get("D", 1), of.get("h", 0), of.get("m", 0), of.get("s", 0))  # noqa: DTZ001
            clock = time(of.get("h", 0), of["m"], of.get("s", 0))
        except ValueError:
            return None
        if "D" not in of:
            return clock
        day = f"{of['M']:02d}-{of['D']:02d}" if "M" in of else f"{of['D']:02d}"
        return f"{day} {clock:%H:%M:%S}" if "s" in of else f"{day} {clock:%H:%M}"

    def write(self, value: Value) -> bytes:
        if value is None:
            return bytes([NO_VALUE]) * len(self.parts)
        found = self._parts(value)
        raw = bytearray(to_bcd(found["M" if part == "w" else part]) for part in self.parts)
        if "w" in self.parts and isinstance(value, datetime):
            raw[self.parts.index("w")] |= value.isoweekday() << 5
        return bytes(raw)

    def _parts(self, value: Value) -> dict[str, int]:
        if isinstance(value, datetime) and "Y" in self.parts and 2000 <= value.year < 2100:
            day = {"Y": value.year - 2000, "M": value.month, "D": value.day}
            return {**day, "h": value.hour, "m": value.minute, "s": value.second}
        if isinstance(value, time) and not {"D", "Y"} & set(self.parts):
            return {"h": value.hour, "m": value.minute, "s": value.second}
        if isinstance(value, str) and "D" in self.parts and "Y" not in self.parts:
            return self._from_text(value)
        raise ValueError(f"{value!r} is no time of the form {self.parts}")

    def _from_text(self, text: str) -> dict[str, int]:
        names = [part for part in "MDhms" if part in self.parts]
        pieces = text.replace("-", " ").replace(":", " ").split()
        if len(pieces) != len(names) or not all(len(piece) == 2 and piece.isdecimal() for piece in pieces):
            raise ValueError(f"{text!r} is no time of the form {self.parts}")
        return {name: int(piece) for name, piece in zip(names, pieces, strict=True)}
