"""Reading users, devices and persons; a row outside the reader's area does not exist, identities are not read here."""

import hashlib
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import Device, Objection, Person, Reveal, User
from yinghuo.core.refusal import Refused

DEVICE_BY_TOKEN = """
    SELECT id, kind, site_id, area_code, party_id, revoked_at FROM people_device WHERE token_hash = %s
"""  # noqa: S105 - a query


class DeviceRow(NamedTuple):
    """A device at the door."""

    id: UUID
    kind: str
    site_id: int | None
    area_code: str
    party_id: UUID | None


class PersonRow(NamedTuple):
    """A person under their pseudonym."""

    id: UUID
    area_code: str
    party_id: UUID | None
    group: str
    keep_until: date
    erased_at: datetime | None


def device_by_token(token: str) -> DeviceRow | None:
    """The device that holds this token; None for an unknown token, Refused("device.revoked") for one shut out."""
    with connection.cursor() as cursor:
        cursor.execute(DEVICE_BY_TOKEN, [hashlib.sha256(token.encode()).hexdigest()])
        row = cursor.fetchone()
    if row is None:
        return None
    *fields, revoked_at = row
    if revoked_at:
        raise Refused("device.revoked", at=revoked_at)
    return DeviceRow(*fields)


def users(user: User, *, after: str = "", limit: int = 50) -> list[User]:
    """Users of the reader's area by user name, those after `after`."""
    return list(scope(user, User.objects.filter(username__gt=after)).order_by("username")[:limit])


def devices(user: User, *, after: tuple[str, UUID] | None = None, limit: int = 50) -> list[Device]:
    """Devices of the reader's area by name, those after (name, id); revoked ones too, for they are history."""
    found = scope(user, Device.objects.all())
    if after:
        found = found.filter(Q(name__gt=after[0]) | Q(name=after[0], id__gt=after[1]))
    return list(found.order_by("name", "id")[:limit])


def device(user: User, device_id: UUID) -> Device | None:
    """One device of the reader's area."""
    return scope(user, Device.objects.filter(id=device_id)).first()


def person(user: User, person_id: UUID) -> PersonRow | None:
    """One person of the reader's area."""
    row = scope(user, Person.objects.filter(id=person_id)).values_list(*PersonRow._fields).first()
    return PersonRow(*row) if row else None


def persons(
    user: User, *, party_id: UUID | None = None, group: str = "", after: UUID | None = None, limit: int = 50
) -> list[PersonRow]:
    """Persons of the reader's area by pseudonym, those after `after`; of one party, of one group."""
    found = scope(user, Person.objects.all())
    if party_id:
        found = found.filter(party_id=party_id)
    if group:
        found = found.filter(group=group)
    if after:
        found = found.filter(id__gt=after)
    return [PersonRow(*row) for row in found.order_by("id").values_list(*PersonRow._fields)[:limit]]


def open_objections(user: User, *, limit: int = 50) -> list[Objection]:
    """Objections in the reader's area that nobody has answered, the oldest first."""
    found = scope(user, Objection.objects.filter(settled_at__isnull=True))
    return list(found.order_by("raised_at", "id")[:limit])


def reveals(user: User, *, limit: int = 50) -> list[Reveal]:
    """Who looked at identities in the reader's area, and why; the newest first."""
    return list(scope(user, Reveal.objects.all()).order_by("-at", "id")[:limit])
