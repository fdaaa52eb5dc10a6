"""Go.Data out: one array for each of its resources, as its API takes and gives them."""

import json
from datetime import date, datetime

from yinghuo.engines.exchange.godata import words
from yinghuo.engines.exchange.holding import unsaid
from yinghuo.engines.exchange.paths import Item, flat, heads_of
from yinghuo.engines.exchange.records import (
    CaseRecord,
    ContactRecord,
    EventRecord,
    ExposureRecord,
    FollowUpRecord,
    LabRecord,
    PersonRecord,
    Records,
    Unsaid,
    Written,
)
from yinghuo.engines.exchange.sheets import as_csv


def write(records: Records, *, form: str = "json") -> Written:
    """Files by resource; general contacts, which Go.Data does not know, are left out and named as such.

    form: "json" or "csv" (flat tables with property names as heads)
    """
    general = {one.key for one in records.contacts if one.grade == "general"}
    arrays = _arrays(_without(records, general))
    lost = unsaid(records, words.HOLDS)
    lost += [Unsaid("contacts", "general", len(general))] if general else []
    files = {f"{words.FILES[kind]}.{form}": _file(items, form) for kind, items in arrays.items() if items}
    return Written(files, lost)


def _file(items: list[Item], form: str) -> bytes:
    if form == "json":
        return json.dumps(items, ensure_ascii=False, indent=1).encode()
    cells = [flat(item) for item in items]
    heads = heads_of(cells)
    return as_csv(heads, ([one.get(head, "") for head in heads] for one in cells))


def _without(records: Records, contacts: set[str]) -> Records:
    return Records(
        events=records.events,
        cases=records.cases,
        contacts=[one for one in records.contacts if one.key not in contacts],
        exposures=[one for one in records.exposures if one.contact not in contacts],
        followups=[one for one in records.followups if one.contact not in contacts],
        labs=records.labs,
    )


def _arrays(records: Records) -> dict[str, list[Item]]:
    second = {one.key for one in records.contacts if one.grade == "second"}
    return {
        "events": [_event(one) for one in records.events],
        "cases": [_case(one) for one in records.cases],
        "contacts": [_contact(one, "CONTACT") for one in records.contacts if one.key not in second],
        "contactsOfContacts": [_contact(one, "CONTACT_OF_CONTACT") for one in records.contacts if one.key in second],
        "relationships": [_relationship(one) for one in records.exposures],
        "followUps": [_followup(one) for one in records.followups],
        "labResults": [_lab(one) for one in records.labs],
    }


def _case(one: CaseRecord) -> Item:
    return _plain(
        {
            "id": one.key,
            "visualId": one.key,
            "type": f"{words.PERSON_TYPE}CASE",
            "outbreakId": one.event,
            **_person(one.person, one.area),
            "classification": words.CLASSIFIED[one.held_as],
            "dateOfOnset": _day(one.onset_on),
            "dateOfReporting": _day(one.reported_at),
        }
    )


def _contact(one: ContactRecord, kind: str) -> Item:
    return _plain(
        {
            "id": one.key,
            "visualId": one.key,
            "type": f"{words.PERSON_TYPE}{kind}",
            "outbreakId": one.event,
            **_person(one.person, one.area),
            "dateOfLastContact": _day(one.last_on),
            "dateOfReporting": _day(one.found_at),
            "followUp": {"endDate": _day(one.until)} if one.until else None,
        }
    )


def _event(one: EventRecord) -> Item:
    return _plain(
        {
            "id": one.key,
            "type": f"{words.PERSON_TYPE}EVENT",
            "outbreakId": one.key,
            "name": one.name,
            "date": _day(one.emerged_on),
            "dateOfReporting": _day(one.detected_at),
            "address": {"typeId": words.RESIDENCE, "locationId": one.area} if one.area else None,
        }
    )


def _relationship(one: ExposureRecord) -> Item:
    source, of = (one.via, "CONTACT") if one.via else (one.case, "CASE")
    to = "CONTACT_OF_CONTACT" if one.via else "CONTACT"
    return {
        "id": one.key,
        "persons": [
            {"id": source, "type": f"{words.PERSON_TYPE}{of}", "source": True},
            {"id": one.contact, "type": f"{words.PERSON_TYPE}{to}", "target": True},
        ],
        "contactDate": _day(one.day),
        "certaintyLevelId": words.CERTAINTY,
    }


def _followup(one: FollowUpRecord) -> Item:
    status = words.VISITED[one.status]
    said = {"id": one.key, "personId": one.contact, "date": _day(one.day), "statusId": status}
    return said | ({} if one.day_number is None else {"index": one.day_number})


def _lab(one: LabRecord) -> Item:
    return _plain(
        {
            "id": one.key,
            "personId": one.case,
            "sampleIdentifier": one.key,
            "dateSampleTaken": _day(one.sampled_at),
            "dateOfResult": _day(one.reported_at),
            "labName": one.laboratory,
            "testType": f"{words.TEST}{one.kind.upper()}",
            "result": words.RESULTED.get(one.result, ""),
            "status": words.IN_PROGRESS if one.result == "pending" else words.COMPLETED,
            "quantitativeResult": ";".join(f"{name}={value}" if name else value for name, value in one.ct),
        }
    )


def _person(person: PersonRecord, area: str) -> Item:
    documents = [(words.NUMBER_DOCUMENTS[0], person.number), (words.KEY_DOCUMENT, person.key)]
    address = _plain({"locationId": area, "phoneNumber": person.phone})
    return {
        "firstName": person.name or person.key or "-",
        "dob": _day(person.birth),
        "documents": [{"type": kind, "number": number} for kind, number in documents if number],
        "addresses": [{"typeId": words.RESIDENCE, **address}] if address else None,
    }


def _day(day: date | datetime | None) -> str | None:
    return f"{day.strftime('%Y-%m-%d')}T00:00:00.000Z" if day else None


def _plain(item: Item) -> Item:
    return {name: value for name, value in item.items() if value not in (None, "", [])}
