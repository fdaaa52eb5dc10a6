"""Opening many identities at once, for a list with names: for a reason, entered in the ledger before the first one."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from yinghuo.core import ledger
from yinghuo.core.people import identity
from yinghuo.core.people.access import may
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.queries.people import Asked, people_of

OPENED_AT_ONCE = 2_000


@transaction.atomic
def open_names(asked: Asked, *, user: User, reason: str, at: datetime) -> Iterator[tuple[UUID, dict[str, str]]]:
    """Identities of the people of a list, one by one as they are taken; that it is done, and for how many, is entered.

    Refused: "access.role", "access.reason"
    """
    if not may(user, "identity.open"):
        raise Refused("access.role", verb="identity.open")
    if not reason.strip():
        raise Refused("access.reason")
    people = people_of(user, asked).filter(identity__isnull=False)
    salt = secrets.token_hex(16)
    body = {
        "people": people.count(),
        "area": asked.area_code or user.area_code,
        "reason_sha256": hashlib.sha256(f"{salt}{reason}".encode()).hexdigest(),
        "salt": salt,
    }
    ledger.enter("roster.names_exported", f"user:{user.pk}", by=user.label, at=at, body=body)
    return _opened(people.values_list("id", "identity").order_by("id"))


def _opened(rows: "QuerySet[Any, Any]") -> Iterator[tuple[UUID, dict[str, str]]]:
    for person_id, sealed in rows.iterator(chunk_size=OPENED_AT_ONCE):
        yield person_id, identity.unseal(person_id, sealed)
