"""Persons: registered in floods under pseudonyms, revealed one at a time for a reason, heard when they object."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.people import identity
from yinghuo.core.people.access import may, scope
from yinghuo.core.people.models import Objection, Person, Reveal, User
from yinghuo.core.people.rules import keep_until
from yinghuo.core.refusal import Refused

# Somebody known stays in their first area and party, and is kept longer; somebody erased starts anew.
REGISTER = """
    WITH kept AS (
        INSERT INTO people_person AS known (id, area_code, party_id, "group", identity, keep_until, created_at)
        SELECT id, area_code, party_id, "group", identity, %(keep_until)s, %(at)s
        FROM unnest(%(ids)s::uuid[], %(areas)s::text[], %(parties)s::uuid[], %(groups)s::text[], %(sealed)s::bytea[])
             AS given (id, area_code, party_id, "group", identity)
        ORDER BY id
        ON CONFLICT (id) DO UPDATE SET
            area_code = CASE WHEN known.erased_at IS NULL THEN known.area_code ELSE excluded.area_code END,
            party_id = CASE WHEN known.erased_at IS NULL THEN known.party_id ELSE excluded.party_id END,
            "group" = CASE WHEN known.erased_at IS NULL THEN known."group" ELSE excluded."group" END,
            created_at = CASE WHEN known.erased_at IS NULL THEN known.created_at ELSE excluded.created_at END,
            identity = coalesce(known.identity, excluded.identity),
            keep_until = excluded.keep_until,
            erased_at = NULL
        WHERE known.erased_at IS NOT NULL OR known.keep_until < excluded.keep_until
        RETURNING id, created_at
    )
    SELECT count(*) FILTER (WHERE created_at = %(at)s), count(*),
           encode(sha256(convert_to(%(salt)s || string_agg(id::text, '' ORDER BY id), 'UTF8')), 'hex')
    FROM kept
"""


class NewPerson(NamedTuple):
    """Somebody to be registered, by their identity number; without one, by `key`: other words that tell them apart.

    born: birth date in ISO form, where no number says it
    """

    number: str
    name: str = ""
    phone: str = ""
    area_code: str = ""
    party_id: UUID | None = None
    group: str = ""
    born: str = ""
    key: str = ""

    @property
    def pseudonym(self) -> UUID:
        """What facts know this person by."""
        return identity.pseudonym(self.number or self.key)


@transaction.atomic
def register_people(rows: Sequence[NewPerson], *, by: str, at: datetime) -> int:
    """Registers persons under their pseudonyms, identities sealed, in one statement with one ledger entry.

    returns: how many were not known (or erased) before; who is known is kept for longer, and otherwise left alone
    """
    persons = {row.pseudonym: row for row in rows}
    entry_id = ledger.new_id()
    params = _columns(persons) | {
        "at": at,
        "keep_until": keep_until("identity", timezone.localdate(at)),
        "salt": str(entry_id),
    }
    with connection.cursor() as cursor:
        cursor.execute(REGISTER, params)
        new, touched, digest = cursor.fetchone()
    if touched:
        body = {"new": new, "kept_longer": touched - new, "digest": digest}
        ledger.enter("people.registered", "people_person", by=by, at=at, body=body, entry_id=entry_id)
    return int(new)


@transaction.atomic
def reveal_identity(person_id: UUID, *, user: User, reason: str, at: datetime) -> dict[str, str]:
    """Number, name and phone of a person in the user's area; that it was done, and why, is entered.

    Refused: "access.role", "access.reason", "person.unknown" (also for a person outside the area), "person.erased".
    """
    if not may(user, "identity.reveal"):
        raise Refused("access.role", verb="identity.reveal")
    if not reason.strip():
        raise Refused("access.reason")
    person = scope(user, Person.objects.filter(id=person_id)).first()
    if person is None:
        raise Refused("person.unknown", person=str(person_id))
    if person.identity is None:
        raise Refused("person.erased", person=str(person_id))
    _note_reveal(person, by=user.label, reason=reason, at=at)
    return identity.unseal(person.id, person.identity)


@transaction.atomic
def raise_objection(person_id: UUID, *, text: str, by: str, at: datetime) -> Objection:
    """Writes down what a person holds against the processing of their data, for somebody to settle.

    The same text about the same person again is the same objection.
    Refused("person.unknown"), Refused("access.reason") without a text.
    """
    if not text.strip():
        raise Refused("access.reason")
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise Refused("person.unknown", person=str(person_id))
    objection, new = Objection.objects.get_or_create(
        id=uuid5(person_id, text),
        defaults={
            "person": person,
            "area_code": person.area_code,
            "text": text,
            "raised_at": at,
            "raised_by": by,
            "keep_until": keep_until("record", timezone.localdate(at)),
        },
    )
    if new:
        ledger.enter("objection.raised", f"objection:{objection.id}", by=by, at=at)
    return objection


@transaction.atomic
def settle_objection(objection_id: UUID, *, answer: str, by: str, at: datetime) -> Objection:
    """Answers an objection; the first answer stands. Refused("objection.unknown"), Refused("access.reason")."""
    if not answer.strip():
        raise Refused("access.reason")
    objection = Objection.objects.select_for_update().filter(id=objection_id).first()
    if objection is None:
        raise Refused("objection.unknown", objection=str(objection_id))
    if objection.settled_at:
        return objection
    objection.answer, objection.settled_by, objection.settled_at = answer, by, at
    objection.keep_until = keep_until("record", timezone.localdate(at))
    objection.save(update_fields=["answer", "settled_by", "settled_at", "keep_until"])
    ledger.enter("objection.settled", f"objection:{objection.id}", by=by, at=at)
    return objection


def _said(row: NewPerson) -> dict[str, str]:
    said = {"number": row.number, "name": row.name, "phone": row.phone}
    return said | {"born": row.born} if row.born else said


def _columns(persons: dict[UUID, NewPerson]) -> dict[str, Any]:
    sealed = [identity.seal(person_id, _said(row)) for person_id, row in persons.items()]
    return {
        "ids": list(persons),
        "areas": [row.area_code for row in persons.values()],
        "parties": [row.party_id for row in persons.values()],
        "groups": [row.group for row in persons.values()],
        "sealed": sealed,
    }


def _note_reveal(person: Person, *, by: str, reason: str, at: datetime) -> None:
    salt = secrets.token_hex(16)
    digest = hashlib.sha256(f"{salt}{reason}".encode()).hexdigest()
    entry_id = ledger.enter("identity.revealed", f"person:{person.id}", by=by, at=at, body={"reason_sha256": digest})
    Reveal.objects.create(
        id=entry_id,
        person=person,
        area_code=person.area_code,
        by=by,
        at=at,
        reason=reason,
        salt=salt,
        keep_until=keep_until("record", timezone.localdate(at)),
    )
