"""Lines of a move as plain values: merging them, summing them, and the places outside the books."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

from yinghuo.core.refusal import Refused

PLACES = UUID("5b3a2c0e-9a52-5d43-8f66-1e0d7c4b9f21")  # the space in which the outside places have their ids


@dataclass(frozen=True)
class Outside:
    """A place beyond the books: what it holds may fall below zero."""

    id: UUID
    name_zh: str
    name_en: str


SUPPLIER = Outside(uuid5(PLACES, "supplier"), "供应商", "supplier")
USED = Outside(uuid5(PLACES, "used"), "已使用", "used")
LOST = Outside(uuid5(PLACES, "lost"), "损耗", "lost or broken")
DIFFERENCE = Outside(uuid5(PLACES, "difference"), "盘点差异", "stock-take difference")
OUTSIDE = {place.id: place for place in (SUPPLIER, USED, LOST, DIFFERENCE)}


@dataclass(frozen=True, order=True)
class Line:
    """A quantity, in the item's unit, that comes to a place, or leaves it (below zero); 1 or -1 with a serial."""

    item: str
    place: UUID
    quantity: int
    serial: str = ""


def carry(item: str, *, source: UUID, target: UUID, quantity: int = 0, serials: Collection[str] = ()) -> list[Line]:
    """The lines that carry an item from one place to another: a quantity, or pieces by their serials.

    >>> a, b = UUID(int=1), UUID(int=2)
    >>> [(line.place.int, line.quantity) for line in carry("swab", source=a, target=b, quantity=500)]
    [(1, -500), (2, 500)]
    """
    pieces = [(serial, 1) for serial in serials] or [("", quantity)]
    return [
        Line(item, place, sign * count, serial)
        for serial, count in pieces
        for place, sign in ((source, -1), (target, 1))
    ]


def merged(lines: Iterable[Line]) -> list[Line]:
    """One line for each item, place and serial, sorted; what cancels out is left out.

    Refused("stock.unbalanced") unless each item, and each piece, sums to zero.
    """
    per_place: Counter[tuple[str, UUID, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    for line in lines:
        per_place[line.item, line.place, line.serial] += line.quantity
        sums[line.item, line.serial] += line.quantity
    for (item, serial), total in sums.items():
        if total:
            raise Refused("stock.unbalanced", item=item, serial=serial, sum=total)
    return sorted(Line(item, place, count, serial) for (item, place, serial), count in per_place.items() if count)


def digest(lines: Iterable[Line]) -> str:
    """SHA-256 in hexadecimal over the sorted lines, item|place|serial|quantity, one a line of text."""
    text = "\n".join(f"{line.item}|{line.place}|{line.serial}|{line.quantity}" for line in sorted(lines))
    return sha256(text.encode()).hexdigest()


def count_difference(item: str, place: UUID, *, have: int, counted: int) -> list[Line]:
    """The lines that bring a balance to what was counted; none when they agree."""
    return carry(item, source=DIFFERENCE.id, target=place, quantity=counted - have) if counted != have else []


def piece_difference(
    item: str, place: UUID, *, have: Collection[str], found: Collection[str], elsewhere: Mapping[str, UUID]
) -> list[Line]:
    """The lines that bring the pieces booked at a place to those found there.

    elsewhere: the place at which a piece that was found here is booked; others come from "difference"
    """
    gone, new = set(have) - set(found), set(found) - set(have)
    lines = carry(item, source=place, target=DIFFERENCE.id, serials=sorted(gone)) if gone else []
    for serial in sorted(new):
        lines += carry(item, source=elsewhere.get(serial, DIFFERENCE.id), target=place, serials=[serial])
    return lines
