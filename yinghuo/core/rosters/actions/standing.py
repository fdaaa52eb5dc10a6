"""One pseudonym stands for another from now on, and no longer when that was wrong; no fact is rewritten."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people.access import require, scope
from yinghuo.core.people.models import Person, User
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.models import Standing


@transaction.atomic
def merge(person: UUID, *, into: UUID, reason: str, user: User, at: datetime) -> Standing:
    """`into` stands for `person` as well. Doing it again changes nothing.

    Refused: "access.role", "access.reason", "person.unknown" (also outside the area), "roster.self",
             "roster.stands_already" when another one stands for `person`, or `person` for `into`
    """
    if not reason.strip():
        raise Refused("access.reason")
    if person == into:
        raise Refused("roster.self")
    found = {one.id: one for one in scope(user, Person.objects.select_for_update().filter(id__in=[person, into]))}
    for wanted in (person, into):
        if wanted not in found:
            raise Refused("person.unknown", person=str(wanted))
        require(user, "roster.manage", area_code=found[wanted].area_code or user.area_code)
    known = Standing.objects.filter(person=person, undone_at=None).first()
    if known and known.stands == into:
        return known
    if known or _root(into) == person:
        raise Refused("roster.stands_already")
    standing = Standing.objects.create(
        id=ledger.new_id(),
        person=person,
        stands=into,
        area_code=found[into].area_code,
        reason=reason,
        at=at,
        by=user.label,
    )
    body = {"stands": str(into)}
    ledger.enter("person.merged", f"person:{person}", by=user.label, at=at, body=body, entry_id=standing.id)
    return standing


@transaction.atomic
def unmerge(standing_id: UUID, *, user: User, at: datetime) -> Standing:
    """Takes a merge back; both are people of their own again. Refused: "roster.unknown", "access.role"."""
    standing = scope(user, Standing.objects.select_for_update().filter(id=standing_id)).first()
    if standing is None:
        raise Refused("roster.unknown", roster=str(standing_id))
    require(user, "roster.manage", area_code=standing.area_code or user.area_code)
    if standing.undone_at:
        return standing
    standing.undone_at, standing.undone_by = at, user.label
    standing.save(update_fields=["undone_at", "undone_by"])
    body = {"stands": str(standing.stands), "standing": str(standing.id)}
    ledger.enter("person.unmerged", f"person:{standing.person}", by=user.label, at=at, body=body)
    return standing


def _root(person: UUID) -> UUID:
    """Who stands for somebody in the end."""
    above = Standing.objects.filter(person=person, undone_at=None).values_list("stands", flat=True).first()
    return _root(above) if above else person
