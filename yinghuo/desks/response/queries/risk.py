"""Risk of the places of an event: who infectious was there and how long, who met them, what assays found."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from yinghuo.desks.response.models import Case, Class, Contact, ContactState, Event, Exposure, PlaceResult, Venue, Visit
from yinghuo.desks.response.rules.contacts import OPEN_STAY_H
from yinghuo.desks.response.rules.risk import PlaceFacts, Suggestion, suggest
from yinghuo.desks.response.rules.versions import version_on

INFECTED = (Class.CONFIRMED, Class.ASYMPTOMATIC, Class.SUSPECTED)


@dataclass(frozen=True)
class Window:
    """When a case was infectious and not yet found."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class PlaceRisk:
    """A place of an event with its facts and what the rule makes of them; last_at: when somebody infectious left."""

    venue: Venue
    facts: PlaceFacts
    suggestion: Suggestion
    last_at: datetime


@dataclass
class Presence:
    """The infectious people at one place, added up."""

    cases: set[UUID]
    minutes: int
    last_at: datetime


def places_of(event: Event, *, on: date) -> list[PlaceRisk]:
    """The places of an event by the rule in force on a day, the riskiest first; five queries."""
    visits, windows = _visits(event, version_on(on).look_back_days)
    known = Venue.objects.in_bulk({visit.venue for visit in visits})
    there = _presences(visits, windows, known)
    venues = [known[venue] for venue in there]
    met, onward, positives = _met(event, there), _onward(event, there), _positives(there)
    facts = [
        PlaceFacts(
            kind=venue.kind,
            ventilation=venue.ventilation,
            cases=len(there[venue.id].cases),
            infectious_min=there[venue.id].minutes,
            people=met.get(venue.id, 0),
            onward=onward.get(venue.id, 0),
            positives=positives.get(venue.id, 0),
        )
        for venue in venues
    ]
    judged = suggest(version_on(on), facts, on)
    rows = [
        PlaceRisk(venue, fact, suggestion, there[venue.id].last_at)
        for venue, fact, suggestion in zip(venues, facts, judged, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row.suggestion.total, str(row.venue.id)))


def place_of(event: Event, venue_id: UUID, *, on: date) -> PlaceRisk | None:
    """One place of an event; None where nobody infectious is known to have been."""
    return next((one for one in places_of(event, on=on) if one.venue.id == venue_id), None)


def window_of(case: Case, look_back_days: int) -> Window:
    """From the days before onset, or before the sample of who had no symptoms, until the case was found.

    A case without onset and sample counts from the day of its report.
    """
    sampled_at = case.sampled_at or case.reported_at
    anchor = case.onset_on or timezone.localdate(sampled_at)
    begins = datetime.combine(anchor - timedelta(days=look_back_days), time.min)
    return Window(timezone.make_aware(begins), max(sampled_at, case.reported_at))


def _visits(event: Event, look_back_days: int) -> tuple[list[Visit], dict[UUID, Window]]:
    """The visits of the cases around their infectious days, and these days by person."""
    cases = event.cases.filter(held_as__in=INFECTED, merged_into=None).exclude(person=None)
    windows = {case.person: window_of(case, look_back_days) for case in cases if case.person}
    if not windows:
        return [], windows
    first = min(window.begins_at for window in windows.values())
    return list(Visit.objects.filter(person__in=windows, begins_at__gte=first - timedelta(days=1))), windows


def _presences(
    visits: Iterable[Visit], windows: Mapping[UUID, Window], known: Mapping[UUID, Venue]
) -> dict[UUID, Presence]:
    there: dict[UUID, Presence] = {}
    for visit in visits:
        if visit.venue not in known:
            continue
        minutes, until = _overlap(visit, windows[visit.person], known[visit.venue].kind)
        if minutes <= 0:
            continue
        place = there.setdefault(visit.venue, Presence(set(), 0, until))
        place.cases.add(visit.person)
        place.minutes += minutes
        place.last_at = max(place.last_at, until)
    return there


def _overlap(visit: Visit, window: Window, kind: str) -> tuple[int, datetime]:
    """Minutes of a visit that lie in the window, and when they end; without check-out as long as the place allows."""
    left_at = visit.ends_at or visit.begins_at + timedelta(hours=OPEN_STAY_H[kind])
    until = min(left_at, window.ends_at)
    return int((until - max(visit.begins_at, window.begins_at)).total_seconds() // 60), until


def _met(event: Event, venues: Iterable[UUID]) -> dict[UUID, int]:
    found = Exposure.objects.filter(contact__event=event, venue__in=list(venues)).exclude(
        contact__state=ContactState.DROPPED
    )
    return dict(found.values_list("venue").annotate(people=Count("contact", distinct=True)))


def _onward(event: Event, venues: Iterable[UUID]) -> dict[UUID, int]:
    """Contacts of the place who became cases themselves."""
    ill = Q(state=ContactState.CASE)
    ill |= Q(person__in=event.cases.filter(held_as__in=INFECTED, index_of_event=False).values("person"))
    contacts = Contact.objects.filter(ill, event=event)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Exposure.objects.filter(contact__in=contacts, venue__in=list(venues)).values_list("venue", "contact_id")
    for venue, contact in rows:
        if venue:
            found[venue].add(contact)
    return {venue: len(people) for venue, people in found.items()}


def _positives(venues: Iterable[UUID]) -> dict[UUID, int]:
    rows = PlaceResult.objects.filter(venue__in=list(venues), positive__gt=0)
    return dict(rows.values_list("venue").annotate(positives=Sum("positive")))
