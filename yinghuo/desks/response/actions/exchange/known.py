"""What is known here already of the records of a file: by their foreign ids, by their persons, by their areas."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import QuerySet

from yinghuo.core.areas.models import Area
from yinghuo.core.people import identity
from yinghuo.core.people.actions import NewPerson
from yinghuo.core.people.models import Person
from yinghuo.desks.response.models import Case, Contact, Event, Import
from yinghuo.engines.exchange.records import NOBODY, PersonRecord
from yinghuo.engines.exchange.values import Fault
from yinghuo.engines.rosters.matching import plain_name

OURS = UUID("3f0c8a52-5a0e-5d7b-9a55-0d6f5b1c7e21")  # ids made of foreign ids are made in it
PIECE = 10_000
KNOWN = """
    SELECT foreign_id, our_id FROM response_foreignid WHERE source = %s AND kind = %s AND foreign_id = ANY(%s)
"""


def our_id(source: str, kind: str, key: str) -> UUID:
    """The id here of a record of another system, the same for the same source, kind and key."""
    return uuid5(OURS, f"{source}|{kind}|{key}")


def known_ids(source: str, kind: str, keys: Sequence[str]) -> dict[str, UUID]:
    """Our ids by foreign id."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [source, kind, list(keys)])
        return dict(cursor.fetchall())


def by_field(rows: "QuerySet[Any]", field: str, values: Iterable[Any]) -> list[Any]:
    """The rows whose field is one of many values, asked for in pieces."""
    wanted = list(values)
    pieces = (wanted[at : at + PIECE] for at in range(0, len(wanted), PIECE))
    return [row for piece in pieces for row in rows.filter(**{f"{field}__in": piece})]


def cases_here(ids: Iterable[UUID], events: Iterable[UUID]) -> tuple[dict[UUID, Case], dict[tuple[UUID, UUID], Case]]:
    """Cases by id, and those of some events by event and person."""
    by_id = {one.id: one for one in by_field(Case.objects.all(), "id", ids)}
    found = by_field(Case.objects.filter(merged_into=None, person__isnull=False), "event_id", events)
    return by_id, {(one.event_id, one.person): one for one in found}


def contacts_here(
    ids: Iterable[UUID], events: Iterable[UUID]
) -> tuple[dict[UUID, Contact], dict[tuple[UUID, UUID], Contact]]:
    """Contacts by id, and those of some events by event and person."""
    by_id = {one.id: one for one in by_field(Contact.objects.all(), "id", ids)}
    found = by_field(Contact.objects.all(), "event_id", events)
    return by_id, {(one.event_id, one.person): one for one in found}


def events_here(ids: Iterable[UUID], numbers: Iterable[str]) -> tuple[dict[UUID, Event], dict[str, Event]]:
    """Events by id, and by the number that people call them."""
    by_id = {one.id: one for one in by_field(Event.objects.all(), "id", ids)}
    return by_id, {one.number: one for one in by_field(Event.objects.all(), "number", numbers)}


def places(one: Import) -> Callable[[str], str]:
    """From an area as a file writes it to its code; nothing: the import's own. Fault "elsewhere", "unknown", "several".

    Codes and names, in both languages; a name that two areas in it share is no name.
    """
    codes: dict[str, str] = {}
    for area in Area.objects.defer("outline").filter(code__startswith=one.area_code):
        codes[area.code] = area.code
        for name in {area.name_zh, area.name_en, area.short_zh} - {""}:
            codes[name] = "" if codes.get(name, area.code) != area.code else area.code

    def code_of(text: str) -> str:
        if not text:
            return one.area_code
        if code := codes.get(text):
            return code
        cause = "several" if text in codes else "elsewhere" if text.isdecimal() else "unknown"
        raise Fault("area", cause, text)

    return code_of


class People:
    """Who the records speak of: persons to be registered by pseudonym, and pseudonyms of ours that come back."""

    def __init__(self, one: Import, persons: Iterable[PersonRecord]) -> None:
        self.one, self.new = one, dict[UUID, NewPerson]()
        back = {person.key for person in persons if _is_uuid(person.key)}
        ours = by_field(Person.objects.filter(area_code__startswith=one.area_code), "id", map(UUID, back))
        self.ours = {str(person.id) for person in ours}

    def pseudonym(self, person: PersonRecord, *, kind: str, key: str, area: str) -> UUID | None:
        """The pseudonym of a record's person; None for a case of which nothing is said of anybody."""
        if person == NOBODY and kind == "cases":
            return None
        if person.key in self.ours and not person.number:
            return UUID(person.key)
        new = NewPerson(
            number=identity.normalised(person.number),
            name=person.name,
            phone=person.phone,
            area_code=area,
            born=person.birth.isoformat() if person.birth else "",
            key=self._key(person, kind, key),
        )
        found = new.pseudonym
        self.new.setdefault(found, new)
        return found

    def _key(self, person: PersonRecord, kind: str, key: str) -> str:
        """What tells somebody without a number apart: as in a report, else the other system's own number."""
        name = plain_name(person.name)
        if name and (person.birth or person.phone):
            return f"{name}|{person.birth or ''}|{person.phone}"
        return f"{self.one.source}|person|{person.key}" if person.key else f"{self.one.source}|{kind}|{key}"


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
