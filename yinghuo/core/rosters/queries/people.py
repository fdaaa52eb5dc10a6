"""People of rosters under their pseudonyms, and the groups they are in: for pages, exports and phones."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from yinghuo.core.areas.queries import within
from yinghuo.core.areas.rules import beyond
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import Person, User

# Keys of the index in its own order, so that the reading stops when the page is full. Parties without one come first.
GROUPS = """
    SELECT area_code, party_id, "group", count(*) FROM people_person
    WHERE area_code >= %(area)s AND area_code < %(beyond)s AND "group" <> ''
      AND (area_code, "group") >= (%(from)s, %(name)s)
      AND ((area_code, "group") > (%(from)s, %(name)s) OR party_id > %(party)s
           OR %(party)s::uuid IS NULL AND party_id IS NOT NULL)
      AND (%(only)s::uuid IS NULL OR party_id = %(only)s)
    GROUP BY area_code, "group", party_id ORDER BY area_code, "group", party_id NULLS FIRST LIMIT %(limit)s
"""


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


def groups(
    *, area_code: str, party_id: UUID | None = None, after: tuple[str, str, str] | None = None, limit: int | None = None
) -> list[Group]:
    """Groups of an area's subtree, or of one party in it, by area, name and party; nameless ones are left out.

    after: area code, name and party ("" for none) of the group that the list goes on behind
    A page of them reads its own people only, by the index `person_by_group`.
    """
    if not area_code.isdigit():  # nowhere
        return []
    area, name, party = after or (area_code, "", "")
    params: dict[str, Any] = {"area": area_code, "beyond": beyond(area_code), "from": area, "name": name}
    params |= {"party": party or None, "only": party_id, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, params)
        return [Group(*row) for row in cursor.fetchall()]


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
