"""Where somebody of an event could be taken now: hospitals by kind of bed, sites by free room, the best first."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from yinghuo.desks.response.models import BedKind, Event, Facility, FacilityKind, Venue
from yinghuo.desks.response.queries import facilities as queries
from yinghuo.desks.response.rules.facilities import Way, cannot_climb
from yinghuo.desks.response.views.words import who

PREFECTURE_DIGITS, MOST_ROOMS = 4, 3


Choices = list[tuple[str, str]]


def destinations(event: Event, needs: Sequence[str], *, at: datetime) -> list[tuple[str, Choices]]:
    """Values "hospital:<id>:<bed kind>", "room:<id>" and, of a shared room, "with:<id>:<whose>", with words.

    Facilities of the event's prefecture, whatever the reader's area: a district has no hospital of its own. Of what is
    there, only how much is free is shown; people are named by pseudonym in rooms of this event alone.
    """
    near = Q(area_code__startswith=event.area_code[:PREFECTURE_DIGITS], closed_on__isnull=True)
    places = {one.id: one for one in Facility.objects.filter(near)}
    free = queries.free_now(places, at=at)
    ranked = queries.offers(list(places.values()), free, here=_here(event), needs=needs)
    ways = {offer.facility_id: offer.way for offer in ranked}
    beds_chosen: Choices = []
    rooms_chosen: Choices = []
    for offer in ranked:
        place = places[offer.facility_id]
        if place.kind == FacilityKind.HOSPITAL:
            beds_chosen += [
                _bed(place, kind, have - held, ways[place.id]) for kind, (have, held) in free.beds[place.id].items()
            ]
            continue
        fitting = [
            one for one in free.rooms if one.facility_id == place.id and (one.accessible or not cannot_climb(needs))
        ]
        rooms_chosen += [
            (f"room:{room.id}", _said(place, _("room %(room)s") % {"room": room.code}, room.beds, ways[place.id]))
            for room in fitting[:MOST_ROOMS]
        ]
    theirs = [one for one in queries.shared_rooms(event) if one.room.facility_id in places]
    shared = [_shared(places[one.room.facility_id], one) for one in theirs]
    groups = [(_("Hospitals"), beds_chosen), (_("Isolation sites"), rooms_chosen)]
    return [*groups, (_("With somebody they belong to"), shared)]


def _here(event: Event) -> tuple[float, float] | None:
    venue = Venue.objects.filter(id=event.venue_id, lat__isnull=False).first() if event.venue_id else None
    return (venue.lat or 0.0, venue.lon or 0.0) if venue else None


def _bed(place: Facility, kind: str, free: int, way: Way | None) -> tuple[str, str]:
    return f"hospital:{place.id}:{kind}", _said(place, str(BedKind(kind).label), max(free, 0), way)


def _shared(place: Facility, one: queries.Shared) -> tuple[str, str]:
    words = _("room %(room)s, with %(who)s") % {"room": one.room.code, "who": ", ".join(map(who, one.people))}
    return f"with:{one.room.id}:{one.together}", _said(place, words, one.room.beds - len(one.people), None)


def _said(place: Facility, what: str, free: int, way: Way | None) -> str:
    words = _("%(place)s · %(what)s · %(free)s free") % {"place": place.name, "what": what, "free": free}
    return words + (_(" · %(km)s km, %(minutes)s min") % {"km": way.km, "minutes": way.minutes} if way else "")
