"""One small world for the stock tests: swabs that are counted, readers that have serials, a store and two sites."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from yinghuo.core.stock import actions
from yinghuo.core.stock.actions import NewItem, NewPlace
from yinghuo.core.stock.models import Balance, Move, MoveLine
from yinghuo.core.stock.rules import SUPPLIER, Line, carry

NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
BY = "user:1"
STORE, SITE, FAR_SITE = UUID(int=1), UUID(int=2), UUID(int=3)
AREAS = {STORE: "2201", SITE: "220106001", FAR_SITE: "220202001"}
SWAB, READER = "swab", "reader"


def furnish() -> None:
    """Items and places; nothing is anywhere yet."""
    for key, serialised in ((SWAB, False), (READER, True)):
        item = NewItem(key, f"物资{key}", key, "件", "pieces", serialised)
        actions.add_item(item, by=BY, at=NOON)
    for place, area_code in AREAS.items():
        kind = "store" if place == STORE else "site"
        actions.add_place(NewPlace(place, kind, f"地点{place.int}", f"place {place.int}", area_code), by=BY, at=NOON)


def moved(lines: Sequence[Line], move_id: UUID | None = None, reason: str = "for the round") -> Move:
    return actions.move(lines, move_id=move_id or uuid4(), by=BY, at=NOON, reason=reason)


def supply(quantity: int = 0, *, place: UUID = STORE, serials: Sequence[str] = ()) -> Move:
    """Swabs, or readers by their serials, from the supplier."""
    item = READER if serials else SWAB
    return moved(carry(item, source=SUPPLIER.id, target=place, quantity=quantity, serials=serials))


def swabs(quantity: int, source: UUID = STORE, target: UUID = SITE) -> list[Line]:
    return carry(SWAB, source=source, target=target, quantity=quantity)


def readers(*serials: str, source: UUID = STORE, target: UUID = SITE) -> list[Line]:
    return carry(READER, source=source, target=target, serials=serials)


def books() -> dict[tuple[UUID, str, str], int]:
    """What PostgreSQL keeps as balances, without zeros."""
    rows = Balance.objects.exclude(quantity=0).values_list("place_id", "item_id", "serial", "quantity")
    return {(place, item, serial): quantity for place, item, serial, quantity in rows}


def recounted() -> dict[tuple[UUID, str, str], int]:
    """The same from the lines, added up one by one: the slow twin."""
    sums: dict[tuple[UUID, str, str], int] = {}
    for line in MoveLine.objects.all():
        key = (line.place_id, line.item_id, line.serial)
        sums[key] = sums.get(key, 0) + line.quantity
    return {key: quantity for key, quantity in sums.items() if quantity}
