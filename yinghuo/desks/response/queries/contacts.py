"""Reading contacts: of an area, of an event, one with what it met; never who the case is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import Contact, ContactState, Contest, Event, Exposure, Trace, Venue


@dataclass(frozen=True)
class Wanted:
    """Filters of the list: event number, grade, state, beginning of the pseudonym; "" for all."""

    event: str = ""
    grade: str = ""
    state: str = ""
    who: str = ""
    contested: str = ""


class Spent(NamedTuple):
    """What a contact spent with cases, or with close contacts, at one place on one day; not with whom."""

    venue: UUID | None
    day: date
    minutes: int
    first_at: datetime
    last_at: datetime


class Exposed(NamedTuple):
    """A place of an event: how many cases were there with others, how many others, for how many minutes in all."""

    venue: UUID
    cases: int
    people: int
    person_minutes: int
    last_at: datetime


def of_event(event: Event) -> QuerySet[Contact]:
    """The contacts of an event that stand, close contacts first."""
    return Contact.objects.filter(event=event).exclude(state=ContactState.DROPPED).order_by("grade", "-last_on", "id")


def contacts(user: User, wanted: Wanted) -> QuerySet[Contact]:
    """The contacts of the reader's area, the latest contact first."""
    found = scope(user, Contact.objects.select_related("event"))
    if wanted.event:
        found = found.filter(event__number=wanted.event)
    if wanted.grade:
        found = found.filter(grade=wanted.grade)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.contested:
        found = found.filter(contests__isnull=False, contests__decided_at__isnull=True)
    if wanted.who:
        first, last = UUID(wanted.who.ljust(32, "0")), UUID(wanted.who.ljust(32, "f"))
        found = found.filter(person__gte=first, person__lte=last)
    return found.order_by("-last_on", "id")


def after(found: QuerySet[Contact], place: tuple[date, UUID] | None) -> QuerySet[Contact]:
    """The rows after a place in the list."""
    if place is None:
        return found
    day, contact = place
    return found.filter(Q(last_on__lt=day) | Q(last_on=day, id__gt=contact))


def contact(user: User, contact_id: UUID) -> Contact | None:
    """One contact of the reader's area."""
    return scope(user, Contact.objects.select_related("event").filter(id=contact_id)).first()


def spent(one: Contact) -> list[Spent]:
    """Where and when the contact was with cases, the latest day first; several cases are one line."""
    rows = (
        Exposure.objects.filter(contact=one)
        .values("venue", "day")
        .annotate(minutes=Max("minutes"), first_at=Min("first_at"), last_at=Max("last_at"))
        .order_by("-day", "-minutes")
    )
    return [Spent(**row) for row in rows]


def contests(one: Contact) -> list[Contest]:
    """The contact's contests, the newest first."""
    return list(one.contests.order_by("-raised_at"))


def waiting(user: User, event: Event) -> int:
    """Contests of the event that nobody has decided."""
    return scope(user, Contest.objects.filter(contact__event=event, decided_at__isnull=True)).count()


def latest_trace(event: Event) -> Trace | None:
    """The newest run of tracing."""
    return Trace.objects.filter(event=event).order_by("-at").first()


def grades(event: Event) -> dict[str, int]:
    """Contacts that stand, by grade."""
    rows = of_event(event).order_by().values_list("grade").annotate(Count("id"))
    return dict(rows)


def exposed_places(event: Event) -> list[Exposed]:
    """The places where people met cases of the event, by person-minutes."""
    rows = (
        Exposure.objects.filter(contact__event=event, via__isnull=True, venue__isnull=False)
        .values("venue")
        .annotate(
            cases=Count("case", distinct=True),
            people=Count("contact", distinct=True),
            person_minutes=Sum("minutes"),
            last_at=Max("last_at"),
        )
        .order_by("-person_minutes", "venue")
    )
    return [Exposed(**row) for row in rows]  # type: ignore[arg-type] # the filter leaves no venue out


def names_of(venues: Sequence[UUID | None]) -> dict[UUID, Venue]:
    """The venues by id; those that nobody registered are left out."""
    return {one.id: one for one in Venue.objects.filter(id__in=[venue for venue in venues if venue])}
