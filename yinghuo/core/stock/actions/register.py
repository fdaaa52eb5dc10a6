"""Adding items and places."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.stock.models import Item, Place, PlaceKind


@dataclass(frozen=True)
class NewItem:
    """An item to be added; `serialised` stays as it is for good."""

    key: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    serialised: bool = False


@dataclass(frozen=True)
class NewPlace:
    """A place inside the books to be added; `kind` is a `PlaceKind` other than outside."""

    id: UUID
    kind: str
    name_zh: str
    name_en: str
    area_code: str
    party_id: UUID | None = None


@transaction.atomic
def add_item(item: NewItem, *, by: str, at: datetime) -> Item:
    """Adds an item; the same again is the same item, Refused("stock.item_taken") for another with its key."""
    held, is_new = Item.objects.get_or_create(key=item.key, defaults=asdict(item))
    if is_new:
        ledger.enter("item.added", f"item:{item.key}", by=by, at=at, body={"serialised": item.serialised})
    elif held.serialised != item.serialised or held.name_zh != item.name_zh:
        raise Refused("stock.item_taken", item=item.key)
    return held


@transaction.atomic
def add_place(place: NewPlace, *, by: str, at: datetime) -> Place:
    """Adds a place; the same id again is the same place. Refused("stock.place_kind") for an outside place."""
    if place.kind == PlaceKind.OUTSIDE or place.kind not in PlaceKind.values:
        raise Refused("stock.place_kind", kind=place.kind)
    held, is_new = Place.objects.get_or_create(id=place.id, defaults=asdict(place))
    if is_new:
        body = {"area": place.area_code, "kind": place.kind}
        ledger.enter("place.added", f"place:{place.id}", by=by, at=at, body=body)
    return held
