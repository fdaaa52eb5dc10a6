"""Reading for the exchange: imports and exports of an area, and the records of an event as neutral ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yinghuo.core.areas.queries import within
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import (
    Case,
    Contact,
    Event,
    EventState,
    Exposure,
    FollowUp,
    ForeignId,
    GivenOut,
    Import,
    ImportFault,
    LabResult,
)
from yinghuo.engines.exchange.records import (
    CaseRecord,
    ContactRecord,
    EventRecord,
    ExposureRecord,
    FollowUpRecord,
    LabRecord,
    PersonRecord,
    Records,
)

MOST_EVENTS = 200  # in a form
Newest = tuple[datetime, UUID] | None


def imports(user: User, *, after: Newest, limit: int) -> list[Import]:
    """Imports of the user's area, the newest first."""
    return list(_newest(scope(user, Import.objects.all()), "begun_at", after)[:limit])


def import_of(user: User, import_id: UUID) -> Import | None:
    """One import of the user's area."""
    return scope(user, Import.objects.filter(id=import_id)).first()


def faults(one: Import, *, after: tuple[int, int] | None, limit: int) -> list[ImportFault]:
    """Faults of an import by row."""
    found = one.faults.order_by("row", "id")
    if after:
        found = found.filter(Q(row__gt=after[0]) | Q(row=after[0], id__gt=after[1]))
    return list(found[:limit])


def taken_before(one: Import) -> Import | None:
    """The same file, taken in earlier."""
    same = Import.objects.filter(sha256=one.sha256, form=one.form, source=one.source, stage="done")
    return same.exclude(id=one.id).order_by("done_at").first()


def given_out(user: User, *, limit: int) -> list[GivenOut]:
    """Files that were given out of the user's area, the newest first."""
    return list(scope(user, GivenOut.objects.all()).order_by("-at", "-id")[:limit])


def events_to_choose(user: User) -> list[Event]:
    """Events of the area that are not merged away, those under way first."""
    found = scope(user, Event.objects.filter(merged_into=None)).exclude(state=EventState.CLOSED)
    return list(found.order_by("-detected_at")[:MOST_EVENTS])


def cases_of(user: User, event: UUID | None) -> "QuerySet[Case]":
    """Cases of an event, or of the user's whole area; those merged into others are these."""
    found = scope(user, Case.objects.filter(merged_into=None))
    return found.filter(event_id=event) if event else found


def contacts_of(user: User, event: UUID | None) -> "QuerySet[Contact]":
    """Contacts of an event, or of the user's whole area."""
    found = scope(user, Contact.objects.all())
    return found.filter(event_id=event) if event else found


def size_of(user: User, event: UUID | None) -> int:
    """How many cases and contacts a file of them would hold."""
    return cases_of(user, event).count() + contacts_of(user, event).count()


def records_for(user: User, event: UUID | None, *, source: str = "") -> Records:
    """Everything of an event (or of the area) as neutral records under pseudonyms.

    source: records that came from there go back under the ids that it gave them
    """
    gathered = _Gathered(cases_of(user, event), contacts_of(user, event), source)
    bare = scope(user, Event.objects.filter(id=event)) if event and not gathered.events else []
    return gathered.records(bare)


def sent_by(source: str, *, area_code: str) -> Records:
    """What a source sent itself, as it stands here now; nothing else, and nothing beyond the area."""
    ids = {kind: ForeignId.objects.filter(source=source, kind=kind).values("our_id") for kind in ("cases", "contacts")}
    cases = within(Case.objects.filter(id__in=ids["cases"]), area_code)
    contacts = within(Contact.objects.filter(id__in=ids["contacts"]), area_code)
    return _Gathered(cases, contacts, source).records()


class _Gathered:
    def __init__(self, cases: "QuerySet[Case]", contacts: "QuerySet[Contact]", source: str) -> None:
        self.cases = list(cases.select_related("event").order_by("reported_at", "id"))
        self.contacts = list(contacts.select_related("event").order_by("found_at", "id"))
        self.foreign = _foreign(source)
        self.events = {one.event_id: one.event for one in self.cases}
        self.events |= {one.event_id: one.event for one in self.contacts}
        self.number = {one.id: self._key("events", one.id, one.number) for one in self.events.values()}
        self.case_key = {one.id: self._key("cases", one.id, one.number) for one in self.cases}
        self.contact_key = {one.id: self._key("contacts", one.id) for one in self.contacts}

    def records(self, bare: Iterable[Event] = ()) -> Records:
        """The neutral records; `bare`: events without cases."""
        self.number |= {one.id: self._key("events", one.id, one.number) for one in bare}
        return Records(
            events=[self._event(one) for one in (*self.events.values(), *bare)],
            cases=[self._case(one) for one in self.cases],
            contacts=[self._contact(one) for one in self.contacts],
            exposures=self._exposures(),
            followups=self._followups(),
            labs=self._labs(),
        )

    def _key(self, kind: str, our_id: UUID, number: str = "") -> str:
        return self.foreign.get((kind, our_id)) or number or str(our_id)

    def _event(self, one: Event) -> EventRecord:
        return EventRecord(
            key=self.number[one.id],
            name=one.name,
            area=one.area_code,
            state=one.state,  # type: ignore[arg-type]
            emerged_on=one.emerged_on,
            detected_at=one.detected_at,
            notified_at=one.notified_at,
        )

    def _case(self, one: Case) -> CaseRecord:
        return CaseRecord(
            key=self.case_key[one.id],
            event=self.number[one.event_id],
            person=PersonRecord(key=str(one.person) if one.person else ""),
            area=one.area_code,
            held_as=one.held_as,  # type: ignore[arg-type]
            onset_on=one.onset_on,
            sampled_at=one.sampled_at,
            reported_at=one.reported_at,
            in_isolation=one.in_isolation,
            index_of_event=one.index_of_event,
        )

    def _contact(self, one: Contact) -> ContactRecord:
        return ContactRecord(
            key=self.contact_key[one.id],
            last_on=one.last_on,
            event=self.number[one.event_id],
            person=PersonRecord(key=str(one.person)),
            area=one.area_code,
            grade=one.grade,  # type: ignore[arg-type]
            state=one.state,  # type: ignore[arg-type]
            found_at=one.found_at,
            until=one.until,
        )

    def _exposures(self) -> list[ExposureRecord]:
        found = _in_pieces(Exposure.objects.order_by("day", "id"), "contact_id", self.contact_key)
        return [
            ExposureRecord(
                key=self._key("exposures", one.id),
                contact=self.contact_key[one.contact_id],
                case=self.case_key[one.case_id],
                day=one.day,
                via=self.contact_key.get(one.via_id, ""),
                minutes=one.minutes,
            )
            for one in found
            if one.case_id in self.case_key
        ]

    def _followups(self) -> list[FollowUpRecord]:
        found = _in_pieces(FollowUp.objects.order_by("day", "id"), "contact", self.contact_key)
        return [
            FollowUpRecord(
                key=self._key("followups", one.id),
                contact=self.contact_key[one.contact],
                day=one.day,
                status=one.status,
                at=one.at,
                day_number=one.day_number,
                symptoms=tuple(one.symptoms),
                temperature_c=one.temperature_c,
            )
            for one in found
        ]

    def _labs(self) -> list[LabRecord]:
        found = _in_pieces(LabResult.objects.order_by("sampled_at", "id"), "case_id", self.case_key)
        return [
            LabRecord(
                key=self._key("labs", one.id),
                case=self.case_key[one.case_id],
                sampled_at=one.sampled_at,
                result=one.result,
                reported_at=one.reported_at,
                kind=one.kind,
                laboratory=one.laboratory,
                ct=tuple((str(name), str(value)) for name, value in one.ct.items()),
            )
            for one in found
        ]


def _foreign(source: str) -> dict[tuple[str, UUID], str]:
    if not source:
        return {}
    found = ForeignId.objects.filter(source=source).values_list("kind", "our_id", "foreign_id")
    return {(kind, our_id): foreign for kind, our_id, foreign in found}


def _in_pieces(rows: "QuerySet[Any]", field: str, ids: Iterable[UUID]) -> list[Any]:
    wanted = list(ids)
    pieces = (wanted[at : at + 10_000] for at in range(0, len(wanted), 10_000))
    return [row for piece in pieces for row in rows.filter(**{f"{field}__in": piece})]


def _newest(rows: "QuerySet[Any]", field: str, after: Newest) -> "QuerySet[Any]":
    if after:
        rows = rows.filter(Q(**{f"{field}__lt": after[0]}) | Q(**{field: after[0], "id__lt": after[1]}))
    return rows.order_by(f"-{field}", "-id")
