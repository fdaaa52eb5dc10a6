"""People of rosters under their pseudonyms, and the groups they are in: for pages, exports and phones."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet

from yinghuo.core.areas.queries import within
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import Person, User


class Asked(NamedTuple):
    """What a list of people is narrowed to; "" and None ask for all."""

    area_code: str = ""
    party_id: UUID | None = None
    group: str = ""


class Group(NamedTuple):
    """A group: household, building, workshop, line; and how many people of the roster are in it."""

    area_code: str
    party_id: UUID | None
    group: str
    people: int


def people_of(user: User, asked: Asked) -> QuerySet[Person]:
    """The people of a list that the reader may see, by pseudonym."""
    return _narrowed(scope(user, Person.objects.defer("identity")), asked).order_by("id")


def groups(*, area_code: str, party_id: UUID | None = None, limit: int = 2_000) -> list[Group]:
    """Groups of an area's subtree, or of one party in it, by party and name; those without a name are left out."""
    found = _narrowed(within(Person.objects.all(), area_code), Asked(party_id=party_id)).exclude(group="")
    counted = found.values("area_code", "party_id", "group").annotate(people=Count("id"))
    rows = counted.order_by("party_id", "group", "area_code")[:limit]
    return [Group(row["area_code"], row["party_id"], row["group"], row["people"]) for row in rows]


def members(group: Group, *, limit: int = 2_000) -> list[UUID]:
    """Pseudonyms of a group's people, for a phone's manifest; nothing else of them."""
    found = Person.objects.filter(area_code=group.area_code, party_id=group.party_id, group=group.group)
    return list(found.order_by("id").values_list("id", flat=True)[:limit])


def _narrowed(found: QuerySet[Person], asked: Asked) -> QuerySet[Person]:
    if asked.area_code:
        found = within(found, asked.area_code)
    if asked.party_id:
        found = found.filter(party_id=asked.party_id)
    return found.filter(group=asked.group) if asked.group else found
