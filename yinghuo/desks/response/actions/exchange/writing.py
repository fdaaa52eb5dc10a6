"""Writing what a plan says, kind by kind as sets: persons sealed, events, cases, contacts and what belongs to them."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.ledger import facts
from yinghuo.core.people import actions as people
from yinghuo.core.rosters.actions import key_people
from yinghuo.desks.response.actions.duplicates import propose_alike
from yinghuo.desks.response.actions.exchange.judging import Item, Plan
from yinghuo.desks.response.actions.followups import FOLLOWUPS
from yinghuo.desks.response.actions.numbering import event_number
from yinghuo.desks.response.models import Case, Class, Contact, Event, Exposure, ForeignId, Import, LabResult
from yinghuo.desks.response.rules.contacts import managed_until
from yinghuo.desks.response.rules.exchange import COMPARED
from yinghuo.desks.response.rules.versions import version_on
from yinghuo.engines.exchange.records import KINDS
from yinghuo.engines.rosters.matching import Facets

ROWS = 2_000  # in one statement
NUMBERS = """
    INSERT INTO response_series AS s (name, last) VALUES (%(name)s, %(count)s)
    ON CONFLICT (name) DO UPDATE SET last = s.last + %(count)s RETURNING last
"""


class Run(NamedTuple):
    """What all rows of one file share."""

    one: Import
    entry_id: UUID
    at: datetime


def write(plan: Plan, one: Import, *, entry_id: UUID, at: datetime) -> None:
    """Writes a plan in the caller's transaction."""
    run = Run(one, entry_id, at)
    _register(plan, run)
    _write_events(plan, run)
    new = _write_cases(plan, run)
    _write_contacts(plan, run)
    _write_exposures(plan)
    _write_labs(plan, run)
    _write_followups(plan, run)
    _write_foreign_ids(plan, run)
    _propose(new, plan, run)


def _register(plan: Plan, run: Run) -> None:
    if plan.people:
        by = run.one.done_by
        people.register_people(list(plan.people.values()), by=by, at=run.at)
        key_people([(person, _facets(new)) for person, new in plan.people.items()])


def _facets(new: people.NewPerson) -> Facets:
    born = datetime.fromisoformat(new.born).date() if new.born else None
    return Facets(new.number, new.name, born, new.phone)


def _write_events(plan: Plan, run: Run) -> None:
    """Events come as drafts, whatever the other system held them to be: a person here opens them."""
    for item in plan.of("events", "new"):
        record, entry_id = item.record, ledger.new_id()
        event = Event.objects.create(
            id=item.id,
            number=event_number(item.area),
            name=record.name or record.key,
            area_code=item.area,
            emerged_on=record.emerged_on,
            detected_at=record.detected_at or run.one.begun_at,
            notified_at=record.notified_at or run.at,
            entry_id=entry_id,
        )
        body = {"number": event.number, "area": event.area_code}
        subject = f"event:{event.id}"
        ledger.enter("event.drafted", subject, by=run.one.done_by, at=run.at, body=body, entry_id=entry_id)


def _write_cases(plan: Plan, run: Run) -> list[Case]:
    new = plan.of("cases", "new")
    numbers = _numbers(Counter(item.area[:4] for item in new))
    rows = [_case(item, next(numbers[item.area[:4]]), run) for item in new]
    Case.objects.bulk_create(rows, batch_size=ROWS)
    merged = [_changed(item, run) for item in plan.of("cases", "merged")]
    Case.objects.bulk_update(
        merged, ["onset_on", "sampled_at", "in_isolation", "held_as", "judged_at", "entry_id"], ROWS
    )
    return rows


def _case(item: Item, number: str, run: Run) -> Case:
    record = item.record
    return Case(
        id=item.id,
        number=number,
        event_id=item.event,
        person=item.person,
        area_code=item.area,
        held_as=record.held_as,
        onset_on=record.onset_on,
        sampled_at=record.sampled_at,
        reported_at=record.reported_at or run.at,
        judged_at=None if record.held_as == Class.DRAFT else run.at,
        in_isolation=record.in_isolation,
        index_of_event=record.index_of_event,
        found_by="import",
        entry_id=run.entry_id,
    )


def _changed(item: Item, run: Run) -> Any:
    row = item.here
    for name, value in item.changes.items():
        setattr(row, name, value)
    if "held_as" in item.changes:
        row.judged_at = run.at
    row.entry_id = run.entry_id
    return row


def _numbers(counts: Counter[str]) -> dict[str, Iterator[str]]:
    """Numbers of cases by prefecture, taken from its series at once."""
    found = {}
    with connection.cursor() as cursor:
        for place, count in sorted(counts.items()):
            cursor.execute(NUMBERS, {"name": f"case:{place}", "count": count})
            last = int(cursor.fetchone()[0])
            found[place] = iter([f"{place}-C{number:05d}" for number in range(last - count + 1, last + 1)])
    return found


def _write_contacts(plan: Plan, run: Run) -> None:
    Contact.objects.bulk_create([_contact(item, run) for item in plan.of("contacts", "new")], batch_size=ROWS)
    merged = [_changed(item, run) for item in plan.of("contacts", "merged")]
    Contact.objects.bulk_update(merged, ["last_on", "until", "entry_id"], ROWS)


def _contact(item: Item, run: Run) -> Contact:
    record, version = item.record, version_on(item.record.last_on)
    return Contact(
        id=item.id,
        event_id=item.event,
        person=item.person,
        area_code=item.area,
        grade=record.grade,
        state=record.state,
        last_on=record.last_on,
        rule=version.name,
        because={"import": run.one.source},
        found_at=record.found_at or run.at,
        until=record.until or managed_until(record.grade, record.last_on, version),
        entry_id=run.entry_id,
    )


def _write_exposures(plan: Plan) -> None:
    rows = [
        Exposure(
            id=item.id,
            contact_id=item.owner,
            case_id=item.case,
            via_id=item.via,
            day=item.record.day,
            minutes=item.record.minutes,
            first_at=_midnight(item.record.day),
            last_at=_midnight(item.record.day) + timedelta(minutes=min(item.record.minutes, 24 * 60 - 1)),
        )
        for item in plan.of("exposures", "new")
    ]
    Exposure.objects.bulk_create(rows, batch_size=ROWS)


def _write_labs(plan: Plan, run: Run) -> None:
    rows = [
        LabResult(
            id=item.id,
            case_id=item.owner,
            sampled_at=item.record.sampled_at,
            reported_at=item.record.reported_at or item.record.sampled_at,
            result=item.record.result,
            kind=item.record.kind[:20],
            laboratory=item.record.laboratory,
            message=f"{run.one.source}:{item.record.key}",
            ct=dict(item.record.ct),
            entry_id=run.entry_id,
        )
        for item in plan.of("labs", "new")
    ]
    LabResult.objects.bulk_create(rows, batch_size=ROWS)


def _write_followups(plan: Plan, run: Run) -> None:
    """Visits are facts with a batch of their own; what an old visit found calls nobody out."""
    last_on = {item.id: item.record.last_on for item in plan.items["contacts"]}
    items = plan.of("followups", "new")
    for at in range(0, len(items), ROWS):
        rows = [_followup(item, last_on) for item in items[at : at + ROWS]]
        by = run.one.done_by
        facts.keep(FOLLOWUPS, json.dumps(rows), {"device": None}, by=by, at=run.at, sent_at=run.one.begun_at)


def _followup(item: Item, last_on: dict[UUID, Any]) -> dict[str, Any]:
    record = item.record
    number = record.day_number
    if number is None:
        number = max((record.day - last_on.get(item.owner or item.id, record.day)).days, 0)
    return {
        "contact": str(item.owner),
        "id": str(item.id),
        "at": (record.at or _midnight(record.day)).isoformat(),
        "day": record.day.isoformat(),
        "day_number": min(number, 1_000),
        "status": record.status,
        "symptoms": list(record.symptoms),
        "temperature_c": None if record.temperature_c is None else str(record.temperature_c),
    }


def _write_foreign_ids(plan: Plan, run: Run) -> None:
    """Also of records that were known by their person only: next time they are known by their id."""
    rows = [
        ForeignId(source=run.one.source, kind=kind, foreign_id=item.record.key, our_id=item.id, imported=run.one.id)
        for kind in KINDS
        for item in plan.items[kind]
        if item.record.key
    ]
    ForeignId.objects.bulk_create(rows, batch_size=ROWS, ignore_conflicts=True)


def _propose(new: list[Case], plan: Plan, run: Run) -> None:
    """Likely duplicates are looked for in small files only: each new case is compared with up to thousands."""
    for case in new if len(new) <= COMPARED else ():
        if case.person in plan.people:
            propose_alike(case, _facets(plan.people[case.person]), at=run.at)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
