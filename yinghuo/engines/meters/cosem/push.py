"""What a meter pushes: names for the values of a notification, where the list itself says them.

Three habits are known from public captures: a list of objects and then their values; structures of (OBIS, value,
(scaler, unit)); OBIS and value in turns. Anything else is one item without a name. A list without a clock has no time
of its own: nothing is made up.
"""

from datetime import datetime
from decimal import Decimal

from yinghuo.engines.meters.cosem.units import scaled
from yinghuo.engines.meters.frames import Item, Value

CLOCK = "0008"
OBIS_DIGITS = 12
VALUE_ATTRIBUTE = "02"
NO_CLASS = "0000"  # the list names an OBIS, but not the class of the object
Named = tuple[list[Item], datetime | None]


def named(body: Value) -> Named:
    """The items of a notification's body, and the meter's clock if it is among them."""
    items = _described(body) or _in_rows(body) or _in_turns(body) or [Item("", body, "")]
    return items, _clock(items)


def _clock(items: list[Item]) -> datetime | None:
    """The value of a clock object, or of 0.0.1.0.0.255 where no classes are given."""
    for item in items:
        is_clock = item.identifier[:4] == CLOCK or item.identifier[4:16] == "0000010000FF"
        if is_clock and isinstance(item.value, datetime):
            return item.value
    return None


def _is_obis(value: Value) -> bool:
    return isinstance(value, str) and len(value) == OBIS_DIGITS and value.endswith("FF")


def object_name(entry: Value) -> str:
    """The identifier of an object [class, OBIS, attribute, index] of a list or profile; "" if it is none."""
    if not isinstance(entry, list) or len(entry) != 4:
        return ""
    kind, obis, attribute, _ = entry
    if not isinstance(kind, Decimal) or not isinstance(attribute, Decimal):
        return ""
    if not isinstance(obis, str) or len(obis) != OBIS_DIGITS:
        return ""
    return f"{int(kind):04X}{obis}{int(attribute) & 0xFF:02X}"


def _described(body: Value) -> list[Item]:
    """A structure that begins with the list of its objects; the list may name itself as the first."""
    if not isinstance(body, list) or not body or not isinstance(body[0], list):
        return []
    names = [object_name(entry) for entry in body[0]]
    values = body[1:] if len(names) == len(body) - 1 else body
    if not names or not all(names) or len(names) != len(values):
        return []
    pairs = zip(names, values, strict=True)
    return [Item(name, value, "") for name, value in pairs if value is not body[0]]


def _in_rows(body: Value) -> list[Item]:
    """Every element a structure (OBIS, value) or (OBIS, value, (scaler, unit))."""
    if not isinstance(body, list) or not body:
        return []
    items = []
    for row in body:
        if not isinstance(row, list) or len(row) not in (2, 3) or not _is_obis(row[0]):
            return []
        value, unit = scaled(row[1], row[2] if len(row) == 3 else None)
        items.append(Item(NO_CLASS + str(row[0]) + VALUE_ATTRIBUTE, value, unit))
    return items


def _in_turns(body: Value) -> list[Item]:
    """OBIS, value, OBIS, value …, perhaps behind one text that names the list."""
    if not isinstance(body, list):
        return []
    flat = body[1:] if len(body) % 2 else body
    names, values = flat[::2], flat[1::2]
    if not names or not all(map(_is_obis, names)):
        return []
    pairs = zip(names, values, strict=True)
    return [Item(NO_CLASS + str(name) + VALUE_ATTRIBUTE, value, "") for name, value in pairs]
