"""Which quantities (`engines.meters.quantities`, by name) the items of a meter hold, in the units of those names."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from yinghuo.engines.meters.frames import Item
from yinghuo.engines.meters.quantities import BY_OBIS

CLASS_DIGITS, OBIS_DIGITS = 4, 12
REGISTER_VALUE = "02"
INTO = {"Wh": ("kWh", -3), "varh": ("kvarh", -3), "W": ("kW", -3), "var": ("kvar", -3), "VA": ("kVA", -3)}


class Measured(NamedTuple):
    """A reading without its time: name of the quantity, value in the unit of the name."""

    quantity: str
    value: Decimal


def obis(identifier: str) -> str:
    """The OBIS of an identifier as people write it; "" for an identifier that is none.

    >>> obis("00030100010800FF02")
    '1-0:1.8.0*255'
    """
    raw = bytes.fromhex(identifier[CLASS_DIGITS : CLASS_DIGITS + OBIS_DIGITS])
    if len(raw) != OBIS_DIGITS // 2:
        return ""
    return f"{raw[0]}-{raw[1]}:{raw[2]}.{raw[3]}.{raw[4]}*{raw[5]}"


def measured(items: Sequence[Item]) -> list[Measured]:
    """The readings among items whose scalers are applied (`units.in_units`); those in a strange unit are left out."""
    found = []
    for item in items:
        quantity = BY_OBIS.get(obis(item.identifier))
        unit, power = INTO.get(item.unit, (item.unit, 0))
        is_named = quantity is not None and item.identifier.endswith(REGISTER_VALUE) and unit == quantity.unit
        if quantity is not None and is_named and isinstance(item.value, Decimal):
            found.append(Measured(quantity.name, item.value.scaleb(power)))
    return found
