"""Reports of devices and other systems: a batch is read item by item, what is well-formed is kept exactly once."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from django.db import transaction

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.core.doors.batches import EARLIEST, LATEST, Malformed, Reader, in_time
from yinghuo.core.doors.senders import Sender
from yinghuo.desks.response.actions.reports import NewReport, Who, keep_report
from yinghuo.desks.response.models import ReportDoor
from yinghuo.desks.response.rules.symptoms import CODES

MOST = 200
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Short = Annotated[str, msgspec.Meta(max_length=120)]
Words = Annotated[str, msgspec.Meta(max_length=2_000)]


class Named(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody, as far as the sender knows; sealed at once."""

    number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=24)] = ""
    born: date | None = None

    def who(self) -> Who:
        """The same for the action."""
        return Who(self.number, self.name, self.phone, self.born)


class ReportItem(msgspec.Struct, forbid_unknown_fields=True):
    """A report on the wire; `id` and `at` are the sender's."""

    id: UUID
    at: Moment
    area: Annotated[str, msgspec.Meta(pattern=AREA_CODE.replace("$", r"\Z"))]
    party: UUID | None = None
    who: Named | None = None
    person: UUID | None = None
    caller: Named | None = None
    onset: date | None = None
    symptoms: list[str] = []
    sampled_at: Moment | None = None
    isolated: bool | None = None
    place: Short = ""
    words: Words = ""


class Opened(msgspec.Struct):
    """What a kept report opened or belongs to, by their numbers."""

    id: str
    event: str
    case: str


class Answer(msgspec.Struct):
    """What the door answers after commit: the ids that are on disk, what they opened, what was malformed."""

    kept: list[str]
    opened: list[Opened]
    malformed: list[Malformed]


READER = Reader("reports", ReportItem, most=MOST)


@transaction.atomic
def keep_reports(body: bytes, sender: Sender) -> Answer:
    """Keeps a batch `{"sent_at": time, "reports": [item, …]}`; one bad item never costs the others.

    Refused: "batch.unreadable" when it is no such object, "batch.too_large" over 200 items
    """
    batch = READER.read(body)
    faults = {place: why for place, item in batch.placed.items() if (why := _fault(item, sender))}
    batch = batch.without_each(faults)
    answer = Answer([], [], batch.malformed)
    for item in batch.items:
        kept = keep_report(_as_report(item), by=sender.label, at=sender.now)
        answer.kept.append(str(kept.id))
        answer.opened.append(Opened(str(kept.id), kept.event.number, kept.case.number if kept.case else ""))
    return answer


def _fault(item: ReportItem, sender: Sender) -> tuple[str, str] | None:
    """Why a readable item is no report that this device can make."""
    if item.sampled_at and not in_time(item.sampled_at):
        return "item.time", f"sampled_at: outside {EARLIEST:%Y} to {LATEST:%Y}"
    if unknown := [code for code in item.symptoms if code not in CODES]:
        return "item.symptom", f"symptoms: {unknown[0]!r} is not in the list"
    if "\0" in item.place:
        return "item.malformed", "place: holds a character that cannot be stored"
    if not item.area.startswith(sender.device.area_code):
        return "item.area", "area: outside the device's own"
    return None


def _as_report(item: ReportItem) -> NewReport:
    nobody = Named()
    return NewReport(
        id=item.id,
        at=item.at.astimezone(UTC),
        door=ReportDoor.API,
        area_code=item.area,
        party_id=item.party,
        person=item.person,
        who=(item.who or nobody).who(),
        caller=(item.caller or nobody).who(),
        onset_on=item.onset,
        symptoms=item.symptoms,
        words=item.words,
        detail={"place": item.place} if item.place else {},
        sampled_at=item.sampled_at.astimezone(UTC) if item.sampled_at else None,
        in_isolation=item.isolated,
    )
