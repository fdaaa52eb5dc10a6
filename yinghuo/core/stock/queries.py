"""What is where; a place outside the user's area does not exist."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from yinghuo.core.areas.queries import within
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.core.stock.models import Balance, Item, Place


class Held(NamedTuple):
    """A quantity of an item, in its unit, at a place."""

    item: Item
    place: Place
    quantity: int


class HeldPage(NamedTuple):
    """Balances of one page; `after` (item, place) is where the next begins, None on the last."""

    rows: list[Held]
    after: tuple[str, UUID] | None


class Piece(NamedTuple):
    """A piece by its serial, and the place where it is."""

    serial: str
    place: Place


def balance(place_id: UUID, item_key: str) -> int:
    """How much of an item is at a place now, in its unit; below zero only outside the books."""
    rows = Balance.objects.filter(place_id=place_id, item_id=item_key)
    return int(rows.aggregate(total=Sum("quantity"))["total"] or 0)


def balances(
    user: User, *, item_key: str | None = None, after: tuple[str, UUID] | None = None, limit: int = 50
) -> HeldPage:
    """What the places of the user's area hold, by item and place; nothing of what is at zero."""
    rows = scope(user, Balance.objects.filter(outside=False, quantity__gt=0), "place__area_code")
    if item_key:
        rows = rows.filter(item_id=item_key)
    if after:
        rows = rows.filter(TupleGreaterThan(Tuple(F("item_id"), F("place_id")), after))
    sums = rows.values("item_id", "place_id").annotate(total=Sum("quantity")).order_by("item_id", "place_id")
    found = list(sums[: limit + 1].values_list("item_id", "place_id", "total"))
    items = Item.objects.in_bulk({item for item, _place, _total in found})
    places = Place.objects.in_bulk({place for _item, place, _total in found})
    held = [Held(items[item], places[place], total) for item, place, total in found[:limit]]
    return HeldPage(held, found[limit - 1][:2] if len(found) > limit else None)


def serials(item_key: str, area_code: str | None = None) -> list[Piece]:
    """The pieces of an item inside the books, by serial; if `area_code` is given, those in its subtree."""
    rows = Balance.objects.filter(item_id=item_key, outside=False, quantity__gt=0).exclude(serial="")
    if area_code is not None:
        rows = within(rows, area_code, "place__area_code")
    return [Piece(row.serial, row.place) for row in rows.select_related("place").order_by("serial")]
