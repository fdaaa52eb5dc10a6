"""SORMAS out: the files that its imports of cases, contacts and events take."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby

from yinghuo.engines.exchange.holding import unsaid
from yinghuo.engines.exchange.records import (
    CaseRecord,
    ContactRecord,
    EventRecord,
    ExposureRecord,
    LabRecord,
    PersonRecord,
    Records,
    Unsaid,
    Written,
)
from yinghuo.engines.exchange.sheets import as_csv
from yinghuo.engines.exchange.sormas import words

Places = Mapping[str, tuple[str, str]]  # area to SORMAS's region and district


def write(records: Records, *, places: Places | None = None) -> Written:
    """Files of cases, contacts, events. Contacts of contacts and general contacts are left out and named.

    places: names of region and district in the receiving system; else the area stands for both
    """
    where = places or {}
    close = [one for one in records.contacts if one.grade == "close"]
    kept = {one.key for one in close}
    exposures = [one for one in records.exposures if one.contact in kept]
    lost = unsaid(
        Records(records.events, records.cases, close, exposures, records.followups, records.labs), words.HOLDS
    )
    for grade in ("second", "general"):
        count = sum(one.grade == grade for one in records.contacts)
        lost += [Unsaid("contacts", grade, count)] if count else []
    files = {
        "cases.csv": _cases(records.cases, records.labs, where) if records.cases else b"",
        "contacts.csv": _contacts(close, exposures, where) if close else b"",
        "events.csv": as_csv(words.EVENT_HEADS, (_event(one, where) for one in records.events))
        if records.events
        else b"",
    }
    return Written({name: data for name, data in files.items() if data}, lost)


def _cases(cases: list[CaseRecord], labs: list[LabRecord], where: Places) -> bytes:
    """Two head rows, the entities above; as many samples beside each other as the case with most has."""
    of_case = {case: list(found) for case, found in groupby(sorted(labs, key=_case_of), key=_case_of)}
    most = max((len(found) for found in of_case.values()), default=0)
    entities = ["CaseData"] * len(words.CASE_HEADS)
    entities += (["Sample"] * len(words.SAMPLE_HEADS) + ["PathogenTest"] * len(words.TEST_HEADS)) * most
    heads = [*words.CASE_HEADS, *(words.SAMPLE_HEADS + words.TEST_HEADS) * most]
    rows = [heads]
    for one in cases:
        samples = [cell for lab in of_case.get(one.key, []) for cell in _lab(lab)]
        rows.append([*_case(one, where), *samples, *[""] * (len(heads) - len(words.CASE_HEADS) - len(samples))])
    return as_csv(entities, rows)


def _case_of(lab: LabRecord) -> str:
    return lab.case


def _case(one: CaseRecord, where: Places) -> list[str]:
    region, district = where.get(one.area, (one.area, one.area))
    isolated = {None: "", True: "YES", False: "NO"}[one.in_isolation]
    return [
        one.key,
        words.DISEASE,
        *_person(one.person),
        _day(one.reported_at),
        words.CLASSIFIED[one.held_as],
        "PENDING",
        region,
        district,
        _day(one.onset_on),
        isolated,
    ]


def _lab(one: LabRecord) -> list[str]:
    sample = [_day(one.sampled_at), one.key, "EXTERNAL", one.laboratory]
    kind = words.TESTED.get(one.kind, one.kind.upper())
    return [*sample, _day(one.reported_at), words.DISEASE, kind, words.RESULTED[one.result], "true"]


def _contacts(contacts: list[ContactRecord], exposures: list[ExposureRecord], where: Places) -> bytes:
    of_contact: dict[str, list[ExposureRecord]] = {}
    for one in exposures:
        of_contact.setdefault(one.contact, []).append(one)
    rows = [
        _contact(contact, exposure, where) for contact in contacts for exposure in of_contact.get(contact.key, [None])
    ]
    return as_csv(words.CONTACT_HEADS, rows)


def _contact(one: ContactRecord, exposure: ExposureRecord | None, where: Places) -> list[str]:
    region, district = where.get(one.area, (one.area, one.area))
    first = exposure.day if exposure else None
    return [
        one.key,
        exposure.case if exposure else "",
        words.DISEASE,
        _day(one.found_at),
        region,
        district,
        "true" if first and first != one.last_on else "false",
        _day(first),
        _day(one.last_on),
        "NO_CONTACT" if one.state == "dropped" else "CONFIRMED",
        words.CONTACT_STATUS[one.state],
        _day(one.until),
        *_person(one.person),
    ]


def _event(one: EventRecord, where: Places) -> list[str]:
    region, district = where.get(one.area, (one.area, one.area))
    status, investigation = words.EVENT_SAID[one.state]
    dates = [_day(one.emerged_on), _day(one.detected_at)]
    return [one.key, status, investigation, one.name, *dates, region, district, words.DISEASE]


def _person(person: PersonRecord) -> list[str]:
    born = person.birth
    birth = [str(born.day), str(born.month), str(born.year)] if born else ["", "", ""]
    return [person.name or person.key or "-", "-", "UNKNOWN", *birth, person.number, person.phone, person.key]


def _day(day: date | datetime | None) -> str:
    return day.strftime("%m/%d/%Y") if day else ""
