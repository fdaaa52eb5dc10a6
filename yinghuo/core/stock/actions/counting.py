"""The stock-take: what was counted otherwise than booked goes to the outside place "difference", with the reason."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.stock.actions.moves import begin, book
from yinghuo.core.stock.models import Balance, Item, Move
from yinghuo.core.stock.rules import DIFFERENCE, Line, count_difference, digest, merged, piece_difference

Counted = int | Collection[str]


@transaction.atomic
def take_stock(
    place_id: UUID, counts: Mapping[str, Counted], *, take_id: UUID, by: str, at: datetime, reason: str
) -> Move:
    """Brings a place's balances to what was counted there; the same id again is the same stock-take.

    counts:  per item that was counted (others stay as they are) the quantity, or the serials that were found;
             a piece that was found here and is booked elsewhere is booked here
    returns: the move; it has no lines when all agreed
    Refused: "stock.unknown", "stock.count", "access.reason"
    """
    entry_id = ledger.new_id()
    _refuse_wrong_counts(counts)
    if not begin(take_id, by=by, at=at, reason=reason, entry_id=entry_id):
        return Move.objects.get(id=take_id)
    lines = _differences(place_id, counts)
    if lines:
        book(take_id, lines)
    body = {"count": len(lines), "digest": digest(lines), "items": sorted(counts), "move": str(take_id)}
    body["reason"] = reason.strip()
    ledger.enter("stock.counted", f"place:{place_id}", by=by, at=at, body=body, entry_id=entry_id)
    return Move.objects.get(id=take_id)


def _refuse_wrong_counts(counts: Mapping[str, Counted]) -> None:
    serialised = dict(Item.objects.filter(key__in=counts).values_list("key", "serialised"))
    for item, counted in counts.items():
        if item not in serialised:
            raise Refused("stock.unknown", what=item)
        if isinstance(counted, int) == serialised[item] or (isinstance(counted, int) and counted < 0):
            raise Refused("stock.count", item=item)


def _differences(place_id: UUID, counts: Mapping[str, Counted]) -> list[Line]:
    held = _held(place_id, counts)
    lines: list[Line] = []
    for item, counted in counts.items():
        have = held.get(item, {})
        if isinstance(counted, int):
            lines += count_difference(item, place_id, have=have.get("", 0), counted=counted)
        else:
            elsewhere = _elsewhere(item, set(counted) - set(have))
            lines += piece_difference(item, place_id, have=have, found=counted, elsewhere=elsewhere)
    return merged(lines)


def _held(place_id: UUID, items: Collection[str]) -> dict[str, dict[str, int]]:
    """Balances of the place by item and serial, locked, in the order in which lines lock them."""
    rows = Balance.objects.select_for_update().filter(place_id__in=[place_id, DIFFERENCE.id], item_id__in=list(items))
    held: dict[str, dict[str, int]] = {}
    for row in rows.order_by("place_id", "item_id", "serial"):
        if row.place_id == place_id and row.quantity:
            held.setdefault(row.item_id, {})[row.serial] = row.quantity
    return held


def _elsewhere(item: str, serials: Collection[str]) -> dict[str, UUID]:
    rows = Balance.objects.filter(item_id=item, serial__in=list(serials), outside=False, quantity__gt=0)
    return dict(rows.values_list("serial", "place_id"))
