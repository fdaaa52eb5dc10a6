"""A small invented plant for tracing: an event, a case, colleagues, a workshop, a canteen, a bus, a dormitory room."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from yinghuo.core.ledger import new_id
from yinghuo.core.people.actions.persons import NewPerson, register_people
from yinghuo.desks.response.actions import tracing, visits
from yinghuo.desks.response.actions.visits import NewVenue, NewVisit
from yinghuo.desks.response.models import Case, Event, Venue

NOW = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)  # noon in Changchun
ONSET = date(2022, 5, 7)
STREET = "220106001"
PLANT = UUID(int=77)
BY = "user:1"
WHERE = {"workshop": "workplace", "canteen": "canteen", "bus": "bus", "room": "dormitory", "shop": "shop"}


def there(day: int, hour: float) -> datetime:
    """A moment of May 2022 by its hour in Changchun."""
    return datetime(2022, 5, day, tzinfo=UTC) + timedelta(hours=hour - 8)


def named(*words: object) -> UUID:
    """An id that these words always give."""
    return uuid5(UUID(int=5), "|".join(map(str, words)))


class TracingWorld:
    """An event with one case (person 0) and people 1, 2, 3 … without names; visits are told in hours of a day."""

    def __init__(self, *, area_code: str = STREET, onset: date = ONSET) -> None:
        rows = [NewPerson(f"invented-{area_code}-{one}", area_code=area_code, party_id=PLANT) for one in range(8)]
        register_people(rows, by=BY, at=NOW)
        self.people = [row.pseudonym for row in rows]
        self.venues = {
            name: visits.register_venue(
                NewVenue(named(area_code, name), f"虚构{name}", kind, area_code, name, party_id=PLANT), by=BY, at=NOW
            )
            for name, kind in WHERE.items()
        }
        self.event = Event.objects.create(
            id=new_id(), number=f"{area_code}-0001", name="虚构事件", area_code=area_code, state="open",
            detected_at=NOW, entry_id=new_id(),
        )  # fmt: skip
        self.case = self.add_case(0, onset=onset)

    def add_case(self, person: int, *, onset: date | None = ONSET, **more: object) -> Case:
        """A case of one of the people."""
        usual = {
            "number": f"{self.event.number}-{person}", "event": self.event, "person": self.people[person],
            "area_code": self.event.area_code, "held_as": "confirmed", "onset_on": onset, "reported_at": NOW,
        }  # fmt: skip
        return Case.objects.create(id=new_id(), entry_id=new_id(), **(usual | more))

    def visit(self, person: int, where: str, day: int, hours: tuple[float, float | None], **more: object) -> NewVisit:
        """Somebody was somewhere; returns what was kept."""
        begins, ends = hours
        row = NewVisit(
            named(self.people[person], where, day, hours, more), self.people[person], self.venue(where).id,
            there(day, begins),
            None if ends is None else there(day, ends), **more,
        )  # fmt: skip
        visits.keep_visits([row], by=BY, at=NOW)
        return row

    def venue(self, name: str) -> Venue:
        """One of the places."""
        return self.venues[name]

    def trace(self, *, at: datetime = NOW) -> tracing.Traced:
        """Traces the event."""
        return tracing.trace(self.event.id, by=BY, at=at)

    def contact(self, person: int) -> object:
        """This person as a contact of the event; None when there is none."""
        return self.event.contacts.filter(person=self.people[person]).first()

    def grades(self) -> dict[int, str]:
        """The grade of each of the people that is a contact."""
        found = {one.person: one.grade for one in self.event.contacts.all()}
        return {number: found[person] for number, person in enumerate(self.people) if person in found}
