"""Data units of a frame of Q/GDW 376.1: DA DT and what follows them, to items and back."""

from collections.abc import Sequence
from decimal import Decimal

from yinghuo.engines.meters.frames import Item, Value
from yinghuo.engines.meters.gdw376.frame import Port
from yinghuo.engines.meters.gdw376.points import identifier, items, parts, points, to_da, to_dt
from yinghuo.engines.meters.gdw376.primitives import Short, decimal_of
from yinghuo.engines.meters.gdw376.tables import AFN_FORWARD, UNKNOWN, Known, known

Units = tuple[list[Item], tuple[int, ...]]


def read_units(data: bytes, afn: int, *, up: bool) -> Units:
    """The items of a user data area, and how many each data unit identifier covers.

    Within a unit the data stand point by point, and for each point item by item. Short or ValueError if it is none.
    """
    found: list[Item] = []
    sizes: list[int] = []
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise Short
        names = [(point, fn) for point in points(data[at : at + 2]) for fn in items(data[at + 2 : at + 4])]
        at += 4
        for point, fn in names:
            item, at = _read_item(data, at, identifier(afn, point, fn), known(afn, fn, up=up))
            found.append(item)
        sizes.append(len(names))
    return found, (() if set(sizes) <= {1} else tuple(sizes))


def _read_item(data: bytes, at: int, name: str, entry: Known) -> tuple[Item, int]:
    form, unit = entry
    if entry is UNKNOWN and at == len(data):
        return Item(name, None, ""), at
    value, at = form.read(data, at)
    return Item(name, value, unit), at


def write_units(entries: Sequence[Item], sizes: Sequence[int], *, up: bool) -> bytes:
    """The user data area of items; ValueError if they cannot stand in such units."""
    sizes = sizes or [1] * len(entries)
    if sum(sizes) != len(entries):
        raise ValueError(f"units of {list(sizes)} items cannot hold {len(entries)}")
    raw = b""
    for size in sizes:
        raw += _write_unit(entries[:size], up=up)
        entries = entries[size:]
    return raw


def _write_unit(entries: Sequence[Item], *, up: bool) -> bytes:
    names = [parts(item.identifier) for item in entries]
    at_points = sorted({point for _, point, _ in names})
    fns = sorted({fn for _, _, fn in names})
    if [(point, fn) for _, point, fn in names] != [(point, fn) for point in at_points for fn in fns]:
        raise ValueError("the items of a unit are every Fn at every pn, point by point, ascending")
    raw = to_da(at_points) + to_dt(fns)
    for (afn, _, fn), item in zip(names, entries, strict=True):
        entry = known(afn, fn, up=up)
        raw += b"" if entry is UNKNOWN and item.value is None else entry.form.write(item.value)
    return raw


def unwrapped(entries: list[Item], afn: int) -> tuple[list[Item], Port | None]:
    """Of AFN 10 the port apart and the nested frame as the one value; all others as they are."""
    if afn != AFN_FORWARD or not entries or not isinstance(entries[0].value, list):
        return entries, None
    if len(entries) > 1:
        raise ValueError("more than one forwarded frame")
    *settings, nested = entries[0].value
    return [entries[0]._replace(value=nested)], Port(*(int(decimal_of(one)) for one in settings))


def wrapped(entries: Sequence[Item], port: Port | None, *, up: bool) -> list[Item]:
    """The way back of `unwrapped`."""
    if port is None:
        return list(entries)
    settings: list[Value] = [Decimal(one) for one in (port[:1] if up else port)]
    return [item._replace(value=[*settings, item.value]) for item in entries]
