"""What becomes of each record of a file: new, brought up to date, skipped, rejected; reads only, writes nothing."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from yinghuo.core.people.actions import NewPerson
from yinghuo.desks.response.actions.exchange import known
from yinghuo.desks.response.actions.tracing_writing import contact_id
from yinghuo.desks.response.models import Case, Class, Contact, Event, Import, ImportPolicy
from yinghuo.desks.response.rules.exchange import OUTCOMES, RESULTS, Found, Result
from yinghuo.desks.response.rules.symptoms import CODES
from yinghuo.engines.exchange.records import KINDS, EventRecord, Records, Rejected, people_in
from yinghuo.engines.exchange.values import Fault

CASE_FIELDS = ("onset_on", "sampled_at", "in_isolation")  # that a known case takes from a file that says them
COLDEST_C, WARMEST_C = 30, 45


@dataclass(frozen=True)
class Item:
    """A record, its id here, what becomes of it, and what of ours it belongs to.

    event, person: of cases and contacts; owner: the case of a result, the contact of a visit or an exposure
    here: our row, where the record is known; changes: what the file would change in it
    """

    record: Any
    id: UUID
    result: Result
    area: str = ""
    event: Any = None
    person: Any = None
    owner: Any = None
    case: Any = None
    via: UUID | None = None
    here: Any = None
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    """All items of a file by kind, those that are rejected, and the people to be registered."""

    items: dict[str, list[Item]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    rejected: list[Rejected] = field(default_factory=list)
    people: dict[UUID, NewPerson] = field(default_factory=dict)

    def counts(self) -> dict[str, dict[str, int]]:
        """Records by kind and what becomes of them; kinds that do not occur are left out."""
        found = {kind: Counter(item.result for item in items) for kind, items in self.items.items()}
        for one in self.rejected:
            found.setdefault(one.kind, Counter())["rejected"] += 1
        return {kind: {name: had[name] for name in RESULTS} for kind, had in found.items() if had}

    def of(self, kind: str, *results: Result) -> list[Item]:
        """The items of a kind with one of these results."""
        return [item for item in self.items[kind] if item.result in results]


def judge(records: Records, one: Import) -> Plan:
    """The plan for a file; the same whenever it is made, until something here changes."""
    return _Judge(records, one).plan


class _Judge:
    def __init__(self, records: Records, one: Import) -> None:
        self.records, self.one = records, one
        self.plan = Plan(rejected=list(records.rejected))
        self.latest = one.begun_at + timedelta(days=1)
        self.known = {
            kind: known.known_ids(one.source, kind, [record.key for record in records.of(kind)]) for kind in KINDS
        }
        self.place = known.places(one)
        self.people = known.People(one, people_in(records))
        self.plan.people = self.people.new
        self.ids: dict[str, dict[str, UUID]] = {"cases": {}, "contacts": {}}
        self.events = self._events()
        self._cases()
        self._contacts()
        self._parts()

    def _events(self) -> dict[str, UUID]:
        """The event of each key that records name, "" included; those that nobody knows become drafts."""
        named = {one.event for one in self.records.cases} | {one.event for one in self.records.contacts}
        told = {record.key: record for record in self.records.events}
        missing = sorted(named - set(told) - {""})
        self.known["events"] |= known.known_ids(self.one.source, "events", missing)
        here, numbered = known.events_here(self.known["events"].values(), [*missing, *told])
        found: dict[str, UUID] = {}
        for record in [*told.values(), *(EventRecord(key) for key in missing)]:
            row = here.get(self.known["events"].get(record.key, self.one.id)) or _meant(record, numbered)
            self._take("events", record, lambda record=record, row=row: self._event(record, row, found))
        if "" in named:
            found[""] = self.one.event or self._unnamed()
        return found

    def _event(self, record: EventRecord, row: Event | None, found: dict[str, UUID]) -> Item:
        self._not_later(record.emerged_on, "emerged_on")
        if row:
            self._inside(row)
            found[record.key] = row.id
            return self._item(record, row.id, here=row, changes={})
        new_id = known.our_id(self.one.source, "events", record.key)
        item = self._item(record, new_id, area=self.place(record.area))
        found[record.key] = new_id
        return item

    def _unnamed(self) -> UUID:
        """The draft event of records that name none."""
        new_id = uuid5(self.one.id, "event")
        if not Event.objects.filter(id=new_id).exists():
            record = EventRecord("", name=self.one.name)
            self.plan.items["events"].append(Item(record, new_id, "new", area=self.one.area_code))
        return new_id

    def _cases(self) -> None:
        rows, of_person = known.cases_here(self.known["cases"].values(), self.events.values())
        seen: set[tuple[UUID, UUID]] = set()
        for record in self.records.cases:
            row = rows.get(self.known["cases"].get(record.key, self.one.id))
            self._take("cases", record, lambda record=record, row=row: self._case(record, row, of_person, seen))

    def _case(self, record: Any, row: Case | None, of_person: Any, seen: set[tuple[UUID, UUID]]) -> Item:
        for name in ("onset_on", "sampled_at", "reported_at"):
            self._not_later(getattr(record, name), name)
        area, event = self.place(record.area), self._event_of(record)
        person = self.people.pseudonym(record.person, kind="cases", key=record.key, area=area)
        if person and (event, person) in seen:
            raise Fault("person", "person_twice", record.key)
        row = row or of_person.get((event, person))
        if person:
            seen.add((event, person))
        if row is None:
            new_id = known.our_id(self.one.source, "cases", record.key)
            return self._item(record, new_id, area=area, event=event, person=person)
        self._inside(row)
        return self._item(record, row.id, here=row, changes=self._case_changes(record, row))

    def _case_changes(self, record: Any, row: Case) -> dict[str, Any]:
        """What a file says otherwise; what somebody here judged stays, and the difference is told."""
        said = {name: getattr(record, name) for name in CASE_FIELDS}
        changes = {name: value for name, value in said.items() if value is not None and value != getattr(row, name)}
        if record.held_as not in (Class.DRAFT, row.held_as):
            if row.held_as != Class.DRAFT and self.one.policy == ImportPolicy.MERGE:
                raise Fault("held_as", "judged", record.held_as)
            changes |= {"held_as": record.held_as} if row.held_as == Class.DRAFT else {}
        return changes

    def _contacts(self) -> None:
        rows, of_person = known.contacts_here(self.known["contacts"].values(), self.events.values())
        seen: set[tuple[UUID, UUID]] = set()
        for record in self.records.contacts:
            row = rows.get(self.known["contacts"].get(record.key, self.one.id))
            self._take("contacts", record, lambda record=record, row=row: self._contact(record, row, of_person, seen))

    def _contact(self, record: Any, row: Contact | None, of_person: Any, seen: set[tuple[UUID, UUID]]) -> Item:
        self._not_later(record.last_on, "last_on")
        area, event = self.place(record.area), self._event_of(record)
        person = self.people.pseudonym(record.person, kind="contacts", key=record.key, area=area)
        assert person
        if (event, person) in seen:
            raise Fault("person", "person_twice", record.key)
        seen.add((event, person))
        row = row or of_person.get((event, person))
        if row is None:
            new_id = contact_id(Event(id=event), person)
            return self._item(record, new_id, area=area, event=event, person=person)
        self._inside(row)
        later = record.last_on > row.last_on and not row.decided_by
        changes = {"last_on": record.last_on} if later else {}
        changes |= {"until": record.until} if record.until and record.until != row.until and not row.decided_by else {}
        return self._item(record, row.id, here=row, changes=changes)

    def _parts(self) -> None:
        """Exposures, visits and results, which belong to contacts and cases of this file or of an earlier one."""
        owners = {"contacts": ("exposures", "followups"), "cases": ("exposures", "labs")}
        for kind, parts in owners.items():
            name = kind.removesuffix("s")
            named = {getattr(record, name) for part in parts for record in self.records.of(part)}
            named |= {record.via for record in self.records.exposures if record.via} if kind == "contacts" else set()
            earlier = known.known_ids(self.one.source, kind, sorted(named - set(self.ids[kind])))
            self.ids[kind] |= earlier
        for part, judged in (("exposures", self._exposure), ("followups", self._followup), ("labs", self._lab)):
            for record in self.records.of(part):
                self._take(part, record, lambda record=record, judged=judged: judged(record))

    def _exposure(self, record: Any) -> Item:
        self._not_later(record.day, "day")
        contact, case = self._owner("contacts", record.contact), self._owner("cases", record.case)
        via = self._owner("contacts", record.via) if record.via else None
        return self._part("exposures", record, owner=contact, case=case, via=via)

    def _followup(self, record: Any) -> Item:
        self._not_later(record.day, "day")
        if unknown := [code for code in record.symptoms if code not in CODES]:
            raise Fault("symptoms", "word", unknown[0])
        if record.temperature_c is not None and not COLDEST_C <= record.temperature_c <= WARMEST_C:
            raise Fault("temperature_c", "range", record.temperature_c)
        return self._part("followups", record, owner=self._owner("contacts", record.contact))

    def _lab(self, record: Any) -> Item:
        self._not_later(record.sampled_at, "sampled_at")
        return self._part("labs", record, owner=self._owner("cases", record.case))

    def _part(self, kind: str, record: Any, **given: Any) -> Item:
        there = self.known[kind].get(record.key)
        new_id = there or known.our_id(self.one.source, kind, record.key)
        return self._item(record, new_id, here=there, changes={}, **given)

    def _take(self, kind: str, record: Any, judged: Any) -> None:
        try:
            item = judged()
        except Fault as fault:
            self.plan.rejected.append(fault.at(record.row, kind))
            return
        self.plan.items[kind].append(item)
        if kind in self.ids:
            self.ids[kind][record.key] = item.id

    def _item(self, record: Any, new_id: UUID, **given: Any) -> Item:
        changes = given.pop("changes", {})
        found: Found = "new" if given.get("here") is None else "differs" if changes else "same"
        result = OUTCOMES[ImportPolicy(self.one.policy)][found]
        if result == "rejected":
            raise Fault("key", "known", record.key)
        return Item(record, new_id, result, changes=changes, **given)

    def _event_of(self, record: Any) -> UUID:
        if record.event not in self.events:
            raise Fault("event", "unknown", record.event)
        return self.events[record.event]

    def _owner(self, kind: str, key: str) -> UUID:
        if key not in self.ids[kind]:
            raise Fault(kind.removesuffix("s"), "unknown", key)
        return self.ids[kind][key]

    def _inside(self, row: Any) -> None:
        """What lies outside the import's area is not touched."""
        if not row.area_code.startswith(self.one.area_code):
            raise Fault("area", "elsewhere")

    def _not_later(self, at: date | datetime | None, name: str) -> None:
        if at is None:
            return
        limit = self.latest if isinstance(at, datetime) else timezone.localdate(self.latest)
        if at > limit:
            raise Fault(name, "future", at)


def _meant(record: EventRecord, numbered: dict[str, Event]) -> Event | None:
    """Our event of that number, if it is told without a name or with its own: others count as we do."""
    row = numbered.get(record.key)
    return row if row and record.name in ("", row.name) else None
