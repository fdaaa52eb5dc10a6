"""Reading venues: of an area, of an event ranked by risk of exposure, the visits of one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import Event, Exposure, Venue, Visit
from yinghuo.desks.response.rules.contacts import AIR_WEIGHTS
from yinghuo.engines.tracing import rank_places


class Ranked(NamedTuple):
    """A place of an event: cases and others who met there, minutes in all, and those times the weight of its air."""

    venue: Venue | None
    id: UUID
    cases: int
    people: int
    person_minutes: int
    risk: float


class OfDay(NamedTuple):
    """The visits of one day to one place."""

    day: date
    visits: int
    people: int
    no_end: int


def venues(user: User, *, kind: str = "", text: str = "") -> QuerySet[Venue]:
    """The venues of the reader's area by name."""
    found = scope(user, Venue.objects.all())
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(building__icontains=text))
    return found.order_by("name_zh", "id")


def after(found: QuerySet[Venue], place: tuple[str, UUID] | None) -> QuerySet[Venue]:
    """The rows after a place in the list."""
    if place is None:
        return found
    name, venue = place
    return found.filter(Q(name_zh__gt=name) | Q(name_zh=name, id__gt=venue))


def venue(user: User, venue_id: UUID) -> Venue | None:
    """One venue of the reader's area."""
    return scope(user, Venue.objects.filter(id=venue_id)).first()


def days(one: Venue) -> list[OfDay]:
    """The visits of a venue by day, the latest first; at most the 21 days that visits are kept."""
    rows = (
        Visit.objects.filter(venue=one.id)
        .annotate(day=TruncDate("begins_at"))
        .values("day")
        .annotate(
            visits=Count("id"), people=Count("person", distinct=True), no_end=Count("id", Q(ends_at__isnull=True))
        )
        .order_by("-day")[:22]
    )
    return [OfDay(**row) for row in rows]


def visits(one: Venue, *, day: date | None, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Visit]:
    """Visits of a venue, the latest first; those after (begins_at, id)."""
    found = Visit.objects.filter(venue=one.id)
    if day:
        found = found.filter(begins_at__date=day)
    if after:
        found = found.filter(Q(begins_at__lt=after[0]) | Q(begins_at=after[0], id__gt=after[1]))
    return list(found.order_by("-begins_at", "id")[:limit])


def ranked(event: Event) -> list[Ranked]:
    """The places of an event by risk of exposure, the greatest first; only cases' own contacts count."""
    found = Exposure.objects.filter(contact__event=event, via__isnull=True, venue__isnull=False)
    rows = list(found.values_list("case", "contact", "venue", "minutes"))
    known = {one.id: one for one in Venue.objects.filter(id__in={row[2] for row in rows})}
    numbers: dict[UUID, int] = {}
    met: dict[str, list[Any]] = {"case": [], "person": [], "place": [], "minutes": []}
    for case, contact, place, minutes in rows:
        for name, one in (("case", case), ("person", contact), ("place", place)):
            assert one is not None
            met[name].append(numbers.setdefault(one, len(numbers)))
        met["minutes"].append(minutes)
    weights = {numbers[one.id]: AIR_WEIGHTS[one.ventilation] for one in known.values()}
    ids = {number: one for one, number in numbers.items()}
    table = rank_places(met, weights=weights).to_pylist()
    return [
        Ranked(
            known.get(ids[row["place"]]),
            ids[row["place"]],
            row["cases"],
            row["people"],
            row["person_minutes"],
            row["risk"],
        )
        for row in table
    ]
