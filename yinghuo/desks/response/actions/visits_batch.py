"""Visits from devices and other systems: a batch is read, who is named becomes a pseudonym, each visit is kept once."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from yinghuo.core.people import actions as people
from yinghuo.core.people.identity import pseudonym
from yinghuo.desks.response.actions.followup_batch import EARLIEST, LATEST, Batch, Malformed, Reader
from yinghuo.desks.response.actions.followups import Answer, Sender
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
    batch = _sound(READER.read(body))
    items = list(batch.placed.values())
    named = [item.identity for item in items if item.identity]
    area_code = sender.device.area_code
    newcomers = [people.NewPerson(who.number, who.name, area_code=area_code) for who in named]
    if newcomers:
        people.register_people(newcomers, by=sender.label, at=sender.now)
    rows = [
        NewVisit(
            item.id,
            item.person or pseudonym(item.identity.number),
            item.venue,
            item.at.astimezone(UTC),
            item.ends_at.astimezone(UTC) if item.ends_at else None,
            item.source,
            item.protected,
        )
        for item in items
    ]
    keep_visits(rows, by=sender.label, at=sender.now, area_code=area_code)
    return Answer([row.id for row in rows], batch.malformed)


def _sound(batch: Batch) -> Batch:
    """The batch with those items among the malformed that name nobody, or both ways, or leave at no possible time."""
    bad = {place: why for place, item in batch.placed.items() if (why := _fault(item))}
    malformed = [Malformed(place, str(batch.placed[place].id), *why) for place, why in bad.items()]
    good = {place: item for place, item in batch.placed.items() if place not in bad}
    return Batch(batch.sent_at, good, sorted(batch.malformed + malformed, key=lambda one: one.index))


def _fault(item: Any) -> tuple[str, str] | None:
    if (item.person is None) == (item.identity is None):
        return "visit.person", "exactly one of person and identity is needed"
    if item.ends_at and not EARLIEST < item.ends_at < LATEST:
        return "item.time", f"ends_at: outside {EARLIEST:%Y} to {LATEST:%Y}"
    return None
