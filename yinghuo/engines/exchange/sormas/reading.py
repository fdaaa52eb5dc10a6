"""SORMAS in: CSV with property paths as heads, one head row or two (the entities above), to neutral records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from yinghuo.engines.exchange.records import (
    CaseRecord,
    ContactRecord,
    EventRecord,
    ExposureRecord,
    LabRecord,
    PersonRecord,
    Records,
)
from yinghuo.engines.exchange.sheets import UnreadableError, sheets_of
from yinghuo.engines.exchange.sormas import words
from yinghuo.engines.exchange.values import Fault, Reader, code_of, key_of, text_of, yes_no

Cells = Mapping[str, str]
PLACES = ("responsibleCommunity", "responsibleDistrict", "responsibleRegion", "community", "district", "region")


@dataclass
class Line:
    """A row taken apart: the cells of its main record, and its samples, each with its tests."""

    main: dict[str, str] = field(default_factory=dict)
    samples: list[tuple[dict[str, str], list[dict[str, str]]]] = field(default_factory=list)


def read(data: bytes, *, reader: Reader) -> Records:
    """Neutral records of one of SORMAS's import files. UnreadableError: "heads", "encoding", "workbook", "empty".

    Dates with the year at their end are read in the reader's order: that of the language in which SORMAS ran.
    """
    found = Records()
    for sheet in sheets_of(data):
        heads = _heads(sheet.rows)
        kind = _kind(heads)
        known = words.KNOWN[kind] | (words.OF_SAMPLE | words.OF_TEST if kind == "cases" else frozenset())
        found.unread += [head for head in dict.fromkeys(heads) if head and head not in known]
        READERS[kind](sheet.rows, heads, reader, found)
    return found


def _heads(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    _, first = next(rows, (0, list[str]()))
    if first and all(not cell or cell in words.ENTITIES for cell in first):
        _, first = next(rows, (0, list[str]()))
    return [cell.strip() for cell in first]


def _kind(heads: list[str]) -> str:
    if "lastContactDate" in heads or "caseIdExternalSystem" in heads:
        return "contacts"
    if "eventTitle" in heads or "eventStatus" in heads:
        return "events"
    if "reportDate" in heads or "caseClassification" in heads:
        return "cases"
    raise UnreadableError("heads")


def _cases(rows: Iterator[tuple[int, list[str]]], heads: list[str], reader: Reader, found: Records) -> None:
    for number, cells in rows:
        line = _line(heads, cells)
        try:
            case = _case(line.main, reader, number)
            labs = list(_labs(line, case.key, reader, number))
        except Fault as fault:
            found.rejected.append(fault.at(number, "cases"))
            continue
        found.cases.append(case)
        found.labs += labs


def _contacts(rows: Iterator[tuple[int, list[str]]], heads: list[str], reader: Reader, found: Records) -> None:
    """Rows that name a contact again add an exposure to it."""
    known: set[str] = set()
    for number, cells in rows:
        main = dict(zip(heads, cells, strict=False))
        try:
            contact = _contact(main, reader, number)
            exposure = _exposure(main, contact, reader, number)
        except Fault as fault:
            found.rejected.append(fault.at(number, "contacts"))
            continue
        if contact.key not in known:
            found.contacts.append(contact)
            known.add(contact.key)
        found.exposures += [exposure] if exposure else []


def _events(rows: Iterator[tuple[int, list[str]]], heads: list[str], reader: Reader, found: Records) -> None:
    for number, cells in rows:
        try:
            found.events.append(_event(_line(heads, cells).main, reader, number))
        except Fault as fault:
            found.rejected.append(fault.at(number, "events"))


READERS = {"cases": _cases, "contacts": _contacts, "events": _events}


def _line(heads: list[str], cells: list[str]) -> Line:
    """Samples begin at `sampleDateTime`, tests at `testDateTime`; a test without a sample before it stands alone."""
    line = Line()
    into = line.main
    for head, cell in zip(heads, cells, strict=False):
        if head == words.SAMPLE_STARTS:
            line.samples.append((into := {}, []))
        elif head == words.TEST_STARTS:
            if not line.samples:
                line.samples.append(({}, []))
            line.samples[-1][1].append(into := {})
        elif into is not line.main and head not in words.OF_SAMPLE | words.OF_TEST:
            into = line.main
        into.setdefault(head, cell)
    return line


def _case(main: Cells, reader: Reader, row: int) -> CaseRecord:
    return CaseRecord(
        key=key_of(main.get("externalID") or main.get("epidNumber")),
        person=_person(main, reader),
        area=_first(main, *PLACES),
        held_as=code_of(main.get("caseClassification"), "held_as", words.HELD_AS, "draft"),
        onset_on=reader.day(main.get("symptoms.onsetDate"), "onset_on"),
        reported_at=reader.moment(main.get("reportDate"), "reported_at"),
        in_isolation=yes_no(main.get("wasInQuarantineBeforeIsolation"), "in_isolation"),
        row=row,
    )


def _labs(line: Line, case: str, reader: Reader, row: int) -> Iterator[LabRecord]:
    tests = [(sample, test) for sample, found in line.samples for test in found if test.get("testResult")]
    for at, (sample, test) in enumerate(tests, start=1):
        tested = reader.moment(test.get("testDateTime"), "labs.reported_at")
        sampled = reader.moment(sample.get("sampleDateTime"), "labs.sampled_at") or tested
        if sampled is None:
            raise Fault("labs.sampled_at", "missing")
        kind = text_of(test.get("testType"))
        yield LabRecord(
            key=key_of(sample.get("labSampleID") or f"{case}#{at}", "labs.key"),
            case=case,
            sampled_at=sampled,
            result=code_of(test.get("testResult"), "labs.result", words.RESULTS),
            reported_at=tested,
            kind=words.TESTS.get(kind, kind.lower()) or "pcr",
            laboratory=text_of(test.get("lab") or sample.get("lab")),
            row=row,
        )


def _contact(main: Cells, reader: Reader, row: int) -> ContactRecord:
    return ContactRecord(
        key=key_of(main.get("externalID")),
        last_on=reader.need_day(main.get("lastContactDate") or main.get("reportDateTime"), "last_on"),
        person=_person(main, reader),
        area=_first(main, "community", "district", "region"),
        state=code_of(main.get("contactStatus"), "state", words.CONTACT_STATES, "found"),
        found_at=reader.moment(main.get("reportDateTime"), "found_at"),
        until=reader.day(main.get("followUpUntil"), "until"),
        row=row,
    )


def _exposure(main: Cells, contact: ContactRecord, reader: Reader, row: int) -> ExposureRecord | None:
    if not text_of(main.get("caseIdExternalSystem")):
        return None
    case = key_of(main.get("caseIdExternalSystem"), "case")
    day = reader.day(main.get("firstContactDate"), "day") or contact.last_on
    return ExposureRecord(exposure_key(contact.key, case, day), contact.key, case, day, row=row)


def exposure_key(contact: str, case: str, day: date) -> str:
    """SORMAS gives an exposure no number of its own: it is who, with whom, and when."""
    return f"{contact}|{case}|{day}"


def _event(main: Cells, reader: Reader, row: int) -> EventRecord:
    state = code_of(main.get("eventStatus"), "state", words.EVENT_STATES, "draft")
    if state == "open":
        state = code_of(main.get("eventInvestigationStatus"), "state", words.INVESTIGATED, "open")
    return EventRecord(
        key=key_of(main.get("externalId") or main.get("externalID")),
        name=text_of(main.get("eventTitle")),
        area=_first(main, "eventLocation.community", "eventLocation.district", "eventLocation.region"),
        state=state,
        emerged_on=reader.day(main.get("startDate"), "emerged_on"),
        detected_at=reader.moment(main.get("reportDateTime"), "detected_at"),
        row=row,
    )


def _person(main: Cells, reader: Reader) -> PersonRecord:
    first, last = text_of(main.get("person.firstName")), text_of(main.get("person.lastName"))
    key = text_of(main.get("person.externalId"))
    name = first if last in ("", "-") else f"{first} {last}"
    parts = [text_of(main.get(f"person.birthdate{part}")) for part in ("YYYY", "MM", "DD")]
    return PersonRecord(
        key=key,
        number=_first(main, "person.nationalHealthId", "person.passportNumber"),
        name="" if name in (key, "-", "") else name,
        phone=text_of(main.get("person.phone")),
        birth=reader.day("-".join(parts), "birth") if all(parts) else None,
    )


def _first(main: Cells, *heads: str) -> str:
    return next((text for head in heads if (text := text_of(main.get(head)))), "")
