"""The data formats of Q/GDW 376.1, appendix A (A.1 to A.27), in one table.

Source: A.1, A.5, A.7, A.9, A.12, A.14, A.15, A.18, A.20 and A.25 agree with public frames and field tables
(docs/sources.md); the others are from memory of the standard, not checked against its text.
"""

from dataclasses import dataclass
from decimal import Decimal

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.gdw376.clocks import Clock
from yinghuo.engines.meters.gdw376.primitives import NO_VALUE, Address, Digits, Format, decimal_of, taken


@dataclass(frozen=True)
class Exponent:
    """A.2: three digits, a sign and a power of ten from 4 (0) to -3 (7), in two bytes (from memory).

    Writes with the finest power that fits, so that what was read may come out in other bytes of the same value.
    """

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        low, high = taken(data, at, 2)
        digits = f"{high & 15:x}{low:02x}"
        if not digits.isdecimal():
            return None, at + 2
        number = Decimal(digits).scaleb(4 - (high >> 5))
        return (-number if high & 0x10 else number), at + 2

    def write(self, value: Value) -> bytes:
        if value is None:
            return bytes([NO_VALUE]) * 2
        number = decimal_of(value)
        for code in range(7, -1, -1):
            scaled = abs(number).scaleb(code - 4)
            if scaled == int(scaled) and scaled < 1000:
                digits = f"{int(scaled):03d}"
                return bytes([int(digits[1:], 16), code << 5 | 0x10 * number.is_signed() | int(digits[0])])
        raise ValueError(f"{number} has more than three digits")


@dataclass(frozen=True)
class Energy:
    """A.3: seven digits and a sign of kWh, or of MWh; reads as kWh (from memory)."""

    def read(self, data: bytes, at: int) -> tuple[Value, int]:
        raw = taken(data, at, 4)
        digits = f"{raw[3] & 15:x}{raw[2::-1].hex()}"
        if not digits.isdecimal():
            return None, at + 4
        number = Decimal(digits) * (1000 if raw[3] & 0x40 else 1)
        return (-number if raw[3] & 0x10 else number), at + 4

    def write(self, value: Value) -> bytes:
        if value is None:
            return bytes([NO_VALUE]) * 4
        number = decimal_of(value)
        in_mwh = abs(number) >= 10**7
        scaled = abs(number) / 1000 if in_mwh else abs(number)
        if scaled != int(scaled) or scaled >= 10**7:
            raise ValueError(f"{number} kWh does not fit into seven digits")
        raw = bytearray.fromhex(f"{int(scaled):08d}")
        raw[0] |= 0x40 * in_mwh | 0x10 * number.is_signed()
        return bytes(raw[::-1])


A: dict[int, Format] = {
    1: Clock("smhDwY"),
    2: Exponent(),
    3: Energy(),
    4: Digits(1, 0, signed=True),
    5: Digits(2, 1, signed=True),
    6: Digits(2, 2, signed=True),
    7: Digits(2, 1),
    8: Digits(2),
    9: Digits(3, 4, signed=True),
    10: Digits(3),
    11: Digits(4, 2),
    12: Address(),
    13: Digits(4, 4),
    14: Digits(5, 4),
    15: Clock("mhDMY"),
    16: Clock("smhD"),
    17: Clock("mhDM"),
    18: Clock("mhD"),
    19: Clock("mh"),
    20: Clock("DMY"),
    21: Clock("MY"),
    22: Digits(1, 1),
    23: Digits(3, 4),
    24: Clock("hD"),
    25: Digits(3, 3, signed=True),
    26: Digits(2, 3),
    27: Digits(4),
}
