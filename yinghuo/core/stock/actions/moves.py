"""Moves: lines that sum to zero, booked once; PostgreSQL decides whether there is enough."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import IntegrityError, connection, transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.stock.models import Item, Move, MoveLine, Place, PlaceKind
from yinghuo.core.stock.rules import OUTSIDE, Line, digest, merged

BEGIN = """
    INSERT INTO stock_move (id, at, by, reason, entry_id) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (id) DO NOTHING
"""


@transaction.atomic
def move(lines: Sequence[Line], *, move_id: UUID, by: str, at: datetime, reason: str) -> Move:
    """Books a move and returns it; the same id again, with the same lines, is the same move.

    Refused: "stock.unbalanced", "stock.nothing", "stock.short", "stock.serial", "stock.serial_elsewhere",
             "stock.unknown", "stock.move_differs", "access.reason"
    """
    booked = merged(lines)
    if not booked:
        raise Refused("stock.nothing")
    entry_id = ledger.new_id()
    if not begin(move_id, by=by, at=at, reason=reason, entry_id=entry_id):
        return _moved_before(move_id, booked)
    book(move_id, booked)
    body = {"count": len(booked), "digest": digest(booked), "reason": reason.strip()}
    ledger.enter("stock.moved", f"move:{move_id}", by=by, at=at, body=body, entry_id=entry_id)
    return Move.objects.get(id=move_id)


def begin(move_id: UUID, *, by: str, at: datetime, reason: str, entry_id: UUID) -> bool:
    """Writes a move's head; False when there is one with this id, waiting for it if it is being written now."""
    if not (why := reason.strip()):
        raise Refused("access.reason")
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [move_id, at, by, why, entry_id])
        return cursor.rowcount == 1


def book(move_id: UUID, lines: Iterable[Line]) -> None:
    """Writes the lines of a move that has begun, all or none."""
    rows = [
        MoveLine(move_id=move_id, item_id=line.item, place_id=line.place, quantity=line.quantity, serial=line.serial)
        for line in lines
    ]
    _know(rows)
    try:
        with transaction.atomic():
            MoveLine.objects.bulk_create(rows)
    except IntegrityError as error:
        raise _refusal(error, rows) from error


def _know(rows: Sequence[MoveLine]) -> None:
    """Every item and place is there; the outside places come with the first line that names them."""
    places, items = {row.place_id for row in rows}, {row.item_id for row in rows}
    beyond = [
        Place(id=place.id, kind=PlaceKind.OUTSIDE, name_zh=place.name_zh, name_en=place.name_en)
        for place in OUTSIDE.values()
        if place.id in places
    ]
    Place.objects.bulk_create(beyond, ignore_conflicts=True)
    strange_items = items - set(Item.objects.filter(key__in=items).values_list("key", flat=True))
    strange_places = places - set(Place.objects.filter(id__in=places).values_list("id", flat=True))
    if strange := [*strange_items, *strange_places]:
        raise Refused("stock.unknown", what=", ".join(sorted(map(str, strange))))


def _refusal(error: IntegrityError, rows: Sequence[MoveLine]) -> Refused:
    """What PostgreSQL refused, as a business error; any other breach is a bug and is raised as it is."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        raise error
    broken = cause.diag.constraint_name
    if broken == "balance_not_negative":
        return Refused("stock.short", **_short(json.loads(cause.diag.message_detail or "{}")))
    if broken in ("a_piece_is_in_one_place", "a_piece_is_there_once"):
        return Refused("stock.serial_elsewhere", serials=", ".join(sorted({r.serial for r in rows if r.quantity > 0})))
    if broken in ("line_serial_fits_item", "line_serial_is_one_piece"):
        return Refused("stock.serial", items=", ".join(sorted({row.item_id for row in rows})))
    raise error


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return {"item": row["item_id"], "place": row["place_id"], "have": row["have"], "need": row["need"]}


def _moved_before(move_id: UUID, lines: Sequence[Line]) -> Move:
    held = Move.objects.get(id=move_id)
    rows = held.lines.values_list("item_id", "place_id", "quantity", "serial")
    if digest(Line(*row) for row in rows) != digest(lines):
        raise Refused("stock.move_differs")
    return held
