"""Scaler and unit of a register: the value as people read it.

The numbers of units are those of the standard's table, from memory; those that a meter of electricity uses agree with
public frames.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from yinghuo.engines.meters.frames import Item, Value

UNITS = {
    5: "h",
    6: "min",
    7: "s",
    8: "°",
    9: "°C",
    13: "m³",
    27: "W",
    28: "VA",
    29: "var",
    30: "Wh",
    31: "VAh",
    32: "varh",
    33: "A",
    34: "C",
    35: "V",
    38: "Ω",
    44: "Hz",
    45: "1/Wh",
    46: "1/varh",
    47: "1/VAh",
    56: "%",
    57: "Ah",
    70: "dBm",
    72: "dB",
    255: "",
}
MOST_SCALER = 20


def scaled(value: Value, scaler_unit: Value) -> tuple[Value, str]:
    """A value times ten to its scaler, and its unit; as it stands where there is no such [scaler, unit].

    >>> scaled(Decimal(12345), [Decimal(-1), Decimal(35)])
    (Decimal('1234.5'), 'V')
    """
    if not isinstance(scaler_unit, list) or len(scaler_unit) != 2:
        return value, ""
    scaler, unit = scaler_unit
    if not isinstance(scaler, Decimal) or not isinstance(unit, Decimal):
        return value, ""
    if isinstance(value, Decimal) and abs(scaler) <= MOST_SCALER:
        value = value.scaleb(int(scaler))
    return value, UNITS.get(int(unit), f"unit-{unit}")


def in_units(items: Sequence[Item], scalers: Mapping[str, Value]) -> list[Item]:
    """Items with scalers and units applied; scalers: by identifier of the value, [scaler, unit] as read.

    Attribute 3 of a register is the scaler of its attribute 2.
    """
    return [Item(item.identifier, *scaled(item.value, scalers.get(item.identifier))) for item in items]
