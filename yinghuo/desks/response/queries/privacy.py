"""Reading what the desk has forgotten, what it still holds, and who looked at identities for what."""

import json
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min

from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import CaseReveal, Exposure, Visit
from yinghuo.desks.response.rules.followups import day_of

ERASURES = ("visits.erased", "exposures.blurred", "visit_sources.erased")


class Erasure(NamedTuple):
    """One record of an erasure: its entry, when, what, how many rows of which days, the digest over their ids."""

    entry: UUID
    at: datetime
    kind: str
    rows: int
    days: str
    digest: str


class Held(NamedTuple):
    """What the desk still holds of where people were: the first day, and of how many exposures the place."""

    oldest_visit: date | None
    places: int


def erasures(limit: int = 20) -> list[Erasure]:
    """The last erasures, the newest first; they name nobody and are every reader's."""
    found = Entry.objects.filter(kind__in=ERASURES).order_by("-at", "-id")[:limit]
    return [_erasure(entry.id, entry.at, entry.kind, json.loads(entry.body)) for entry in found]


def held() -> Held:
    """What is held still; with the rule beside it everybody sees whether the erasure ran."""
    oldest = Visit.objects.aggregate(at=Min("begins_at"))["at"]
    return Held(day_of(oldest) if oldest else None, Exposure.objects.exclude(venue=None).count())


def reveals_by_reason(user: User, *, now: datetime, days: int = 7) -> list[tuple[str, int, int]]:
    """(reason, looks, users) of the last days in the user's area."""
    found = scope(user, CaseReveal.objects.filter(at__gt=now - timedelta(days=days)))
    counted = found.values("reason").annotate(looks=Count("id"), users=Count("by", distinct=True)).order_by("reason")
    return [(row["reason"], row["looks"], row["users"]) for row in counted]


def _erasure(entry_id: UUID, at: datetime, kind: str, body: dict[str, Any]) -> Erasure:
    count = int(body.get("count", 0)) or int(body.get("lines", 0)) + int(body.get("files", 0))
    days = f"{body['first_day']} – {body['last_day']}" if "first_day" in body else f"< {body.get('before', '')}"
    return Erasure(entry_id, at, kind, count, days, str(body.get("digest", "")))
