"""Visits from devices and other systems: a batch is read, who is named becomes a pseudonym, each visit is kept once."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from yinghuo.core.doors.batches import EARLIEST, LATEST, Reader, in_time
from yinghuo.core.doors.senders import Sender
from yinghuo.core.people import actions as people
from yinghuo.core.people.identity import pseudonym
from yinghuo.desks.response.actions.followups import Answer
from yinghuo.desks.response.actions.visits import NewVisit, keep_visits

Moment = Annotated[datetime, Meta(tz=True, description="ISO 8601 with offset")]
Words = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00]+\Z")]


class Identity(Struct, forbid_unknown_fields=True):
    """Who it was, where a gate knows numbers and no pseudonyms; sealed at once, kept apart from the visit."""

    number: Words
    name: Words = "-"


class VisitItem(Struct, forbid_unknown_fields=True):
    """Somebody was at a venue from `at` on; `ends_at` where they checked out. One of person and identity."""

    id: UUID
    venue: UUID
    at: Moment
    person: UUID | None = None
    identity: Identity | None = None
    ends_at: Moment | None = None
    source: Literal["check_in", "access", "seat", "roster"] = "check_in"
    protected: bool | None = None


READER = Reader("visits", VisitItem)


def keep_batch(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch `{"sent_at": time, "visits": [...]}`, at most 2,000; again, it gives the same answer.

    Refused: "batch.unreadable", "batch.too_large", "batch.schema"
    """
    batch = READER.read(body)
    batch = batch.without_each({place: why for place, item in batch.placed.items() if (why := _fault(item))})
    items = batch.items
    named = [item.identity for item in items if item.identity]
    area_code = sender.device.area_code
    newcomers = [people.NewPerson(who.number, who.name, area_code=area_code) for who in named]
    if newcomers:
        people.register_people(newcomers, by=sender.label, at=sender.now)
    rows = [_as_visit(item) for item in items]
    keep_visits(rows, by=sender.label, at=sender.now, area_code=area_code)
    return Answer([row.id for row in rows], batch.malformed)


def _as_visit(item: VisitItem) -> NewVisit:
    person = item.person or pseudonym(item.identity.number if item.identity else "")
    ends_at = item.ends_at.astimezone(UTC) if item.ends_at else None
    return NewVisit(item.id, person, item.venue, item.at.astimezone(UTC), ends_at, item.source, item.protected)


def _fault(item: VisitItem) -> tuple[str, str] | None:
    if (item.person is None) == (item.identity is None):
        return "visit.person", "exactly one of person and identity is needed"
    if item.ends_at and not in_time(item.ends_at):
        return "item.time", f"ends_at: outside {EARLIEST:%Y} to {LATEST:%Y}"
    return None
