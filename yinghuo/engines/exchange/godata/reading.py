"""Go.Data in: an array of one kind, an object of arrays, or a flat table, to neutral records."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from yinghuo.engines.exchange.godata import words
from yinghuo.engines.exchange.paths import Item, dig, nest, unread
from yinghuo.engines.exchange.records import (
    NOBODY,
    CaseRecord,
    ContactRecord,
    EventRecord,
    ExposureRecord,
    FollowUpRecord,
    LabRecord,
    PersonRecord,
    Records,
    Rejected,
)
from yinghuo.engines.exchange.sheets import UnreadableError, decoded, sheets_of
from yinghuo.engines.exchange.values import Fault, Reader, code_of, key_of, text_of, whole_of

OURS = {"contactsOfContacts": "contacts", "relationships": "exposures", "followUps": "followups", "labResults": "labs"}
TELLS = (  # a property that only one kind of record has; the first that fits
    ("persons", "relationships"),
    ("dateSampleTaken", "labResults"),
    ("statusId", "followUps"),
    ("classification", "cases"),
    ("dateOfOnset", "cases"),
    ("dateOfLastContact", "contacts"),
    ("visualId", "cases"),
    ("name", "events"),
)


def read(data: bytes, *, reader: Reader) -> Records:
    """Neutral records of a Go.Data file. UnreadableError: "json", "form", "encoding", "workbook", "empty"."""
    found = Records()
    for kind, items in _arrays(data).items():
        found.unread += unread((item for _, item in items), words.KNOWN[kind], kind)
        _read_all(kind, items, reader, found)
    _resolve_chains(found)
    return found


def _arrays(data: bytes) -> dict[str, list[tuple[int, Item]]]:
    """Items by kind, each with its number, counted from 1 (in a table: its row)."""
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in (b"[", b"{"):
        return _by_kind(_table(data))
    try:
        given = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("json") from error
    if isinstance(given, list):
        return _by_kind(enumerate(given, start=1))
    named = {kind: given[kind] for kind in words.FILES if isinstance(given.get(kind), list)}
    if not named:
        raise UnreadableError("form")
    return {kind: [(at, item) for at, item in enumerate(items, start=1)] for kind, items in named.items()}


def _table(data: bytes) -> Iterable[tuple[int, Item]]:
    for sheet in sheets_of(data):
        heads: list[str] | None = None
        for number, cells in sheet.rows:
            if heads is None:
                heads = cells
            else:
                yield number, nest(dict(zip(heads, cells, strict=False)))


def _by_kind(items: Iterable[tuple[int, Any]]) -> dict[str, list[tuple[int, Item]]]:
    found: dict[str, list[tuple[int, Item]]] = {}
    for number, item in items:
        if not isinstance(item, Mapping):
            raise UnreadableError("form")
        kind = words.TYPES.get(str(item.get("type"))) or next((kind for name, kind in TELLS if name in item), None)
        if kind is None:
            raise UnreadableError("form")
        found.setdefault(kind, []).append((number, dict(item)))
    if not found:
        raise UnreadableError("empty")
    return found


def _read_all(kind: str, items: list[tuple[int, Item]], reader: Reader, found: Records) -> None:
    ours = OURS.get(kind, kind)
    for number, item in items:
        try:
            found.of(ours).append(READERS[kind](item, reader, number))
        except Fault as fault:
            found.rejected.append(fault.at(number, ours))


def _case(item: Item, reader: Reader, row: int) -> CaseRecord:
    return CaseRecord(
        key=_key(item),
        event=text_of(item.get("outbreakId")),
        person=_person(item, reader),
        area=_area(dig(item, "addresses", 0)),
        held_as=code_of(item.get("classification"), "held_as", words.HELD_AS, "suspected"),
        onset_on=_day(item, "dateOfOnset", "onset_on", reader),
        reported_at=_midnight(item, "dateOfReporting", "reported_at", reader),
        row=row,
    )


def _contact(item: Item, reader: Reader, row: int) -> ContactRecord:
    last = _day(item, "dateOfLastContact", "last_on", reader)
    if last is None:
        raise Fault("last_on", "missing")
    return ContactRecord(
        key=_key(item),
        last_on=last,
        event=text_of(item.get("outbreakId")),
        person=_person(item, reader),
        area=_area(dig(item, "addresses", 0)),
        found_at=_midnight(item, "dateOfReporting", "found_at", reader),
        until=_day(item.get("followUp") or {}, "endDate", "until", reader),
        row=row,
    )


def _second(item: Item, reader: Reader, row: int) -> ContactRecord:
    one = _contact(item, reader, row)
    return ContactRecord(
        one.key, one.last_on, one.event, one.person, one.area, "second", "found", one.found_at, one.until, row
    )


def _event(item: Item, reader: Reader, row: int) -> EventRecord:
    return EventRecord(
        key=_key(item),
        name=text_of(item.get("name")),
        area=_area(item.get("address")),
        emerged_on=_day(item, "date", "emerged_on", reader),
        detected_at=_midnight(item, "dateOfReporting", "detected_at", reader),
        row=row,
    )


def _exposure(item: Item, reader: Reader, row: int) -> ExposureRecord:
    """A relationship; between two contacts its case is filled in by `_resolve_chains`."""
    sides = {bool(one.get("source")): one for one in item.get("persons") or [] if isinstance(one, Mapping)}
    source, target = sides.get(True), sides.get(False)
    if source is None or target is None:
        raise Fault("persons", "missing")
    kind = words.TYPES.get(str(source.get("type")))
    if kind not in ("cases", "contacts"):
        raise Fault("persons", "word", source.get("type"))
    day = _day(item, "contactDate", "day", reader)
    if day is None:
        raise Fault("day", "missing")
    who = key_of(source.get("id"), "case")
    case, via = (who, "") if kind == "cases" else ("", who)
    return ExposureRecord(_key(item), key_of(target.get("id"), "contact"), case, day, via, row=row)


def _followup(item: Item, reader: Reader, row: int) -> FollowUpRecord:
    if text_of(item.get("statusId")) in words.NOT_DONE:
        raise Fault("status", "not_done", item.get("statusId"))
    day = _day(item, "date", "day", reader)
    if day is None:
        raise Fault("day", "missing")
    status = code_of(item.get("statusId"), "status", words.SEEN)
    number = whole_of(item.get("index"), "day_number")
    return FollowUpRecord(_key(item), key_of(item.get("personId"), "contact"), day, status, day_number=number, row=row)


def _lab(item: Item, reader: Reader, row: int) -> LabRecord:
    sampled = _midnight(item, "dateSampleTaken", "sampled_at", reader)
    if sampled is None:
        raise Fault("sampled_at", "missing")
    pending = text_of(item.get("status")) == words.IN_PROGRESS and not item.get("result")
    pairs = [part.partition("=") for part in text_of(item.get("quantitativeResult")).split(";") if part]
    return LabRecord(
        key=key_of(item.get("sampleIdentifier") or item.get("id")),
        case=key_of(item.get("personId"), "case"),
        sampled_at=sampled,
        result="pending" if pending else code_of(item.get("result"), "result", words.RESULTS),
        reported_at=_midnight(item, "dateOfResult", "reported_at", reader),
        kind=text_of(item.get("testType")).removeprefix(words.TEST).lower() or "pcr",
        laboratory=text_of(item.get("labName")),
        ct=tuple((name if value else "", value or name) for name, _, value in pairs),
        row=row,
    )


READERS: dict[str, Callable[[Item, Reader, int], Any]] = {
    "events": _event,
    "cases": _case,
    "contacts": _contact,
    "contactsOfContacts": _second,
    "relationships": _exposure,
    "followUps": _followup,
    "labResults": _lab,
}


def _resolve_chains(found: Records) -> None:
    """A contact of a contact is exposed to the case that its close contact was exposed to, the first one named."""
    case_of: dict[str, str] = {}
    for one in found.exposures:
        if one.case:
            case_of.setdefault(one.contact, one.case)
    kept = []
    for one in found.exposures:
        case = one.case or case_of.get(one.via, "")
        if case:
            kept.append(ExposureRecord(one.key, one.contact, case, one.day, one.via, one.minutes, one.row))
        else:
            found.rejected.append(Rejected(one.row, "exposures", "case", "unknown", one.via))
    found.exposures = kept


def _key(item: Item) -> str:
    return key_of(item.get("id") or item.get("visualId"))


def _person(item: Item, reader: Reader) -> PersonRecord:
    documents = {text_of(dig(one, "type")): text_of(dig(one, "number")) for one in item.get("documents") or []}
    key = documents.get(words.KEY_DOCUMENT, "")
    names = [text_of(item.get(name)) for name in ("firstName", "middleName", "lastName")]
    name = " ".join(one for one in names if one)
    person = PersonRecord(
        key=key,
        number=next((documents[one] for one in words.NUMBER_DOCUMENTS if one in documents), ""),
        name="" if name in (key, "-") else name,
        phone=text_of(dig(item, "addresses", 0, "phoneNumber")),
        birth=_day(item, "dob", "birth", reader),
    )
    return person if person != PersonRecord() else NOBODY


def _area(address: Any) -> str:
    return text_of(dig(address, "locationId")) or text_of(dig(address, "city"))


def _day(item: Item, name: str, field: str, reader: Reader) -> date | None:
    """Go.Data writes a day as its midnight in UTC: the date is what is written, in no zone."""
    return reader.day(text_of(item.get(name)).partition("T")[0], field)


def _midnight(item: Item, name: str, field: str, reader: Reader) -> datetime | None:
    day = _day(item, name, field, reader)
    return datetime.combine(day, time(), reader.zone) if day else None
