"""Keeping what tracing found: new contacts, grades that rise, exposures; a person's decision is left alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from django.utils import timezone

from yinghuo.desks.response.actions.tracing_grading import Graded, Home, homes_of
from yinghuo.desks.response.models import Case, Contact, ContactState, Event, Exposure
from yinghuo.desks.response.rules.contacts import GRADES, managed_until
from yinghuo.desks.response.rules.versions import Version

CHANGING = ["grade", "state", "last_on", "rule", "because", "until", "entry_id"]
ROWS = 2_000  # in one statement


class Run(NamedTuple):
    """What all contacts of one run share. `via`: close contacts by person, when contacts of contacts are listed."""

    event: Event
    version: Version
    cases: Sequence[Case]
    entry_id: UUID
    at: datetime
    via: Mapping[UUID, Contact] = {}


def write(run: Run, graded: Sequence[Graded]) -> dict[str, int]:
    """Writes contacts and exposures; returns how many are new, raised, moved on and kept as a person decided."""
    known = {one.person: one for one in Contact.objects.select_for_update().filter(event=run.event)}
    homes = homes_of({one.person for one in graded})
    case_people, index = {one.person for one in run.cases}, {one.person for one in run.cases if one.index_of_event}
    counts = {"new": 0, "raised": 0, "moved_on": 0, "kept": 0}
    new: list[Contact] = []
    changed: list[Contact] = []
    held: dict[UUID, Contact] = {}
    for one in graded:
        if one.person in index:
            continue
        contact = known.get(one.person)
        if contact is None:
            contact = _new(run, one, homes.get(one.person), is_case=one.person in case_people)
            new.append(contact)
        elif (change := _change(contact, run, one, is_case=one.person in case_people)) != "same":
            counts[change] += 1
            changed += [contact] if change != "kept" else []
        held[one.person] = contact
    Contact.objects.bulk_create(new, batch_size=ROWS)
    Contact.objects.bulk_update(changed, CHANGING, batch_size=ROWS)
    _write_exposures(run, [one for one in graded if one.person in held], held)
    return counts | {"new": len(new)}


def contact_id(event: Event, person: UUID) -> UUID:
    """The id of a person as a contact of an event, the same in every run."""
    return uuid5(event.id, str(person))


def _new(run: Run, one: Graded, home: Home | None, *, is_case: bool) -> Contact:
    last_on = _day(one.last_at)
    return Contact(
        id=contact_id(run.event, one.person),
        event=run.event,
        person=one.person,
        area_code=(home.area_code if home else "") or run.event.area_code,
        party_id=home.party_id if home else run.event.party_id,
        grade=one.grade,
        state=ContactState.CASE if is_case else ContactState.FOUND,
        last_on=last_on,
        rule=run.version.name,
        because=one.because,
        found_at=run.at,
        until=managed_until(one.grade, last_on, run.version),
        entry_id=run.entry_id,
    )


def _change(contact: Contact, run: Run, one: Graded, *, is_case: bool) -> str:
    """Brings a contact up to date; says "raised", "moved_on", "same", or "kept" where a person decided otherwise."""
    last_on = max(contact.last_on, _day(one.last_at))
    rises = GRADES.index(one.grade) > GRADES.index(contact.grade)
    becomes_case = is_case and contact.state != ContactState.CASE
    if not (rises or becomes_case or last_on > contact.last_on):
        return "same"
    if contact.decided_by and not becomes_case:
        return "kept"
    if becomes_case:
        contact.state = ContactState.CASE
    if rises:
        contact.grade, contact.rule, contact.because = one.grade, run.version.name, one.because
    if contact.state == ContactState.RELEASED and last_on > contact.last_on:
        contact.state = ContactState.FOUND
    contact.last_on, contact.entry_id = last_on, run.entry_id
    contact.until = managed_until(contact.grade, last_on, run.version)
    return "raised" if rises else "moved_on"


def _write_exposures(run: Run, graded: Sequence[Graded], held: Mapping[UUID, Contact]) -> None:
    case_of = {one.person: one for one in run.cases}
    rows = {}
    for one in graded:
        for met in one.met:
            via = run.via.get(met.of)
            case = via.exposures.all()[0].case if via else case_of[met.of]
            contact = held[one.person]
            row = Exposure(
                id=uuid5(contact.id, f"{met.of}|{met.venue}|{met.day}"),
                contact=contact,
                case=case,
                via=via,
                venue=met.venue,
                day=met.day,
                minutes=met.minutes,
                first_at=met.first_at,
                last_at=met.last_at,
            )
            rows[row.id] = row
    Exposure.objects.bulk_create(
        rows.values(),
        batch_size=ROWS,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["minutes", "first_at", "last_at"],
    )


def _day(at: datetime) -> date:
    return timezone.localdate(at)
