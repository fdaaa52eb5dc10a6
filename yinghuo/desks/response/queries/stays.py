"""Who is isolated where, until when, and what is asked for; rides and rooms for the pages."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import ENDED
from yinghuo.desks.response.models import Event, Facility, Need, Occupancy, Stay, Transfer
from yinghuo.desks.response.rules.track_kinds import ASSAY, NEED

Key = tuple[date, UUID]


class Stays(NamedTuple):
    """Stays of one page; after: where the next page begins, None on the last."""

    rows: Sequence[Stay]
    after: Key | None


def stays(
    user: User, *, event: str = "", facility: UUID | None = None, ended: str = "", after: Key | None = None
) -> Stays:
    """Stays of the user's area by their last day, 50 a page; ended: "yes" for those that have ended."""
    found = scope(user, Stay.objects.select_related("event", "occupancy__room__facility"))
    found = found.filter(ended_at__isnull=ended != "yes")
    if event:
        found = found.filter(event__number=event)
    if facility:
        found = found.filter(occupancy__room__facility_id=facility)
    if after:
        found = found.filter(TupleGreaterThan(Tuple("until", "id"), after))
    rows = list(found.order_by("until", "id")[:51])
    return Stays(rows[:50], (rows[49].until, rows[49].id) if len(rows) > 50 else None)


def stay(user: User, stay_id: UUID) -> Stay | None:
    """One stay, if it exists for this user."""
    found = scope(user, Stay.objects.select_related("event", "contact", "occupancy__room__facility"))
    return found.filter(id=stay_id).first()


def needs_of(stay_ids: Sequence[UUID]) -> list[tuple[Need, Order]]:
    """What was asked for in these stays with its order, the newest first."""
    needs = list(Need.objects.filter(stay_id__in=stay_ids).order_by("-asked_at"))
    orders = Order.objects.in_bulk([need.id for need in needs])
    return [(need, orders[need.id]) for need in needs if need.id in orders]


def open_orders(stay_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Needs and assays that are not done, by stay: {"response.need": 2}."""
    subjects = {f"stay:{stay_id}": stay_id for stay_id in stay_ids}
    waiting = Order.objects.filter(subject__in=subjects, kind__in=[NEED, ASSAY]).exclude(state__in=[*ENDED, "done"])
    counts: dict[UUID, dict[str, int]] = {}
    for row in waiting.values("subject", "kind").annotate(count=Count("id")):
        counts.setdefault(subjects[row["subject"]], {})[row["kind"]] = row["count"]
    return counts


def orders_of(stay_id: UUID) -> list[Order]:
    """Assays and the like of one stay, the latest first."""
    return list(Order.objects.filter(subject=f"stay:{stay_id}").exclude(kind=NEED).order_by("-opened_at"))


def facilities(user: User) -> list[Facility]:
    """Facilities of the user's area by kind and name; hospitals outside of it cannot be chosen here."""
    return list(scope(user, Facility.objects.filter(closed_on__isnull=True)).order_by("kind", "name_zh"))


def occupied(facility_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Of each site: people in it or awaited, rooms that they hold."""
    running = Q(stays__ended_at__isnull=True)
    held = Occupancy.objects.filter(room__facility_id__in=facility_ids, ended_at__isnull=True)
    rows = held.values("room__facility_id").annotate(
        people=Count("stays", filter=running), rooms=Count("room_id", distinct=True)
    )
    return {row["room__facility_id"]: (row["people"], row["rooms"]) for row in rows}


def rides(event: Event) -> QuerySet[Transfer]:
    """Rides of an event, the latest first."""
    found = Transfer.objects.filter(event=event).select_related(
        "facility", "arrived_at_facility", "case", "stay__occupancy__room", "stay__contact"
    )
    return found.order_by("-reserved_at", "id")


def needs_waiting(user: User, *, limit: int = 200) -> list[tuple[Need, Order]]:
    """What is asked for in the user's area and not yet met, the nearest clock first."""
    orders = scope(user, Order.objects.filter(kind=NEED).exclude(state__in=[*ENDED, "done"]))
    waiting = list(orders.order_by("due_at", "id")[:limit])
    needs = Need.objects.in_bulk([order.id for order in waiting])
    return [(needs[order.id], order) for order in waiting if order.id in needs]


def people_by_room(facility_id: UUID) -> dict[UUID, int]:
    """People in each held room of a site, those awaited among them."""
    held = Occupancy.objects.filter(room__facility_id=facility_id, ended_at__isnull=True)
    rows = held.values("room_id").annotate(people=Count("stays", filter=Q(stays__ended_at__isnull=True)))
    return {row["room_id"]: row["people"] for row in rows}
