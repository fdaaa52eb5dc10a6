"""FHIR in: the entries of a Bundle (or one resource) to neutral records; each is checked as such first."""

import json
from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from yinghuo.engines.exchange.fhir import words
from yinghuo.engines.exchange.fhir.looking import codes_of, ext, known, ours
from yinghuo.engines.exchange.paths import dig
from yinghuo.engines.exchange.records import (
    WORDS,
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
from yinghuo.engines.exchange.sheets import UnreadableError, decoded
from yinghuo.engines.exchange.values import Fault, Reader, decimal_of, key_of, text_of, whole_of

Resource = dict[str, Any]
FAULTS = (ValidationError, KeyError, AttributeError, TypeError)  # how the models fail on what is no resource inside


def read(data: bytes, *, reader: Reader) -> Records:
    """Neutral records of a Bundle or a single resource. UnreadableError: "json", "form". Rows count entries from 1."""
    try:
        given = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise UnreadableError("json") from error
    return read_bundle(given, reader=reader)


def read_bundle(given: Any, *, reader: Reader) -> Records:
    """Neutral records of a Bundle that is parsed already. UnreadableError "form"."""
    if not isinstance(given, dict) or not isinstance(given.get("resourceType"), str):
        raise UnreadableError("form")
    entries = given.get("entry", []) if given["resourceType"] == "Bundle" else [{"resource": given}]
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise UnreadableError("form")
    found = Records()
    resources = list(_sound(entries, found))
    taker = Taker({str(entry.get("fullUrl")): one for _, entry, one in resources} | _named(resources), reader)
    for row, _, resource in resources:
        taker.take(resource, row, found)
    found.unread = sorted(taker.unread)
    return found


def _sound(entries: list[Resource], found: Records) -> Any:
    """Entries whose resource is well formed; the others are rejected."""
    for row, entry in enumerate(entries, start=1):
        resource = entry.get("resource")
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if kind not in words.USED or kind == "Bundle":
            found.rejected.append(Rejected(row, "fhir", "resourceType", "word", str(kind)[:40]))
            continue
        assert isinstance(resource, dict)
        try:
            getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind).model_validate(resource)
        except FAULTS as error:
            found.rejected.append(Rejected(row, "fhir", _place(error), "form", kind))
            continue
        yield row, entry, resource


def _place(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])[:60]
    return "resource"


def _named(resources: list[tuple[int, Resource, Resource]]) -> dict[str, Resource]:
    return {f"{one['resourceType']}/{one['id']}": one for _, _, one in resources if one.get("id")}


class Taker:
    """Reads resources that may refer to each other."""

    def __init__(self, named: dict[str, Resource], reader: Reader) -> None:
        self.named, self.reader, self.unread = named, reader, set[str]()

    def take(self, resource: Resource, row: int, found: Records) -> None:
        """Adds the record of a resource, or the reason why not; a Patient is read with what refers to it."""
        kind = self._kind(resource)
        if kind == "people":
            return
        try:
            if kind is None:
                raise Fault("code", "word", codes_of(resource.get("code"))[:1])
            found.of(kind).append(READERS[kind](self, resource, row))
        except Fault as fault:
            found.rejected.append(fault.at(row, kind or "fhir"))

    def _kind(self, resource: Resource) -> str | None:
        codes = [code for _, code in codes_of(resource.get("code"))]
        match resource["resourceType"]:
            case "Patient":
                return "people"
            case "Group":
                return "events"
            case "Condition" if words.COVID[1] in codes:
                return "cases"
            case "Condition" if words.EXPOSED[1] in codes:
                return "contacts"
            case "Observation":
                said = {code for one in resource.get("category") or [] for _, code in codes_of(one)} | set(codes)
                return next((name for code, name in OBSERVED.items() if code in said), None)
        return None

    def case(self, one: Resource, row: int) -> CaseRecord:
        """A Condition (COVID-19). Entered in error is rejected."""
        status = next((code for _, code in codes_of(one.get("verificationStatus"))), "unconfirmed")
        if status not in words.HELD_AS:
            raise Fault("held_as", "word", status)
        return CaseRecord(
            key=self._key(one, "case"),
            event=self._event_of(one),
            person=self._person(one),
            area=text_of(ext(one, "area")),
            held_as=ours(one, "held-as", WORDS["held_as"]) or words.HELD_AS[status],  # type: ignore[arg-type]
            onset_on=self._day(one.get("onsetDateTime"), "onset_on"),
            sampled_at=self._moment(ext(one, "sampled-at"), "sampled_at"),
            reported_at=self._moment(one.get("recordedDate"), "reported_at"),
            in_isolation=ext(one, "in-isolation"),
            index_of_event=bool(ext(one, "index-of-event")),
            row=row,
        )

    def contact(self, one: Resource, row: int) -> ContactRecord:
        """A Condition (exposure); its onset is the day of last contact."""
        last = self._day(one.get("onsetDateTime"), "last_on")
        if last is None:
            raise Fault("last_on", "missing")
        return ContactRecord(
            key=self._key(one, "contact"),
            last_on=last,
            event=self._event_of(one),
            person=self._person(one),
            area=text_of(ext(one, "area")),
            grade=ours(one, "grade", WORDS["grade"]) or "close",
            state=known(ext(one, "state"), "state", "contact_state", "found"),
            found_at=self._moment(one.get("recordedDate"), "found_at"),
            until=self._day(ext(one, "until"), "until"),
            row=row,
        )

    def exposure(self, one: Resource, row: int) -> ExposureRecord:
        """An Observation with focus on contact, case, and the close contact in between."""
        day = self._day(one.get("effectiveDateTime"), "day")
        if day is None:
            raise Fault("day", "missing")
        via = [ref for ref in one.get("focus") or [] if ref.get("display") == "via"]
        return ExposureRecord(
            key=self._key(one, "exposure"),
            contact=self._focus(one, "contact"),
            case=self._focus(one, "case"),
            day=day,
            via=self._key_of_reference(via[0], "contact") if via else "",
            minutes=whole_of(dig(one, "valueQuantity", "value"), "minutes") or 0,
            row=row,
        )

    def followup(self, one: Resource, row: int) -> FollowUpRecord:
        """An Observation with focus on a contact."""
        day = self._day(ext(one, "day") or one.get("effectiveDateTime"), "day")
        if day is None:
            raise Fault("day", "missing")
        parts = one.get("component") or []
        warmth = next((dig(part, "valueQuantity") for part in parts if "valueQuantity" in part), None)
        status = next((code for _, code in codes_of(one.get("valueCodeableConcept"))), "")
        return FollowUpRecord(
            key=self._key(one, "followup"),
            contact=self._focus(one, "contact"),
            day=day,
            status=known(status, "status", "status"),
            at=self._moment(one.get("effectiveDateTime"), "at"),
            day_number=ext(one, "day-number"),
            symptoms=tuple(part["valueString"] for part in parts if "valueString" in part),
            temperature_c=decimal_of(ext(warmth, "exact") or dig(warmth, "value"), "temperature_c"),
            row=row,
        )

    def lab(self, one: Resource, row: int) -> LabRecord:
        """An Observation of a laboratory with focus on a case."""
        sampled = self._moment(one.get("effectiveDateTime"), "sampled_at")
        if sampled is None:
            raise Fault("sampled_at", "missing")
        results = [
            words.RESULT_OF[code] for _, code in codes_of(one.get("valueCodeableConcept")) if code in words.RESULT_OF
        ]
        if not results and one.get("status") not in ("registered", "preliminary"):
            raise Fault("result", "missing")
        kinds = [text_of(dig(said, "text")) for said in one.get("category") or [] if dig(said, "text")]
        return LabRecord(
            key=self._key(one, "lab"),
            case=self._focus(one, "case"),
            sampled_at=sampled,
            result=results[0] if results else "pending",  # type: ignore[arg-type]
            reported_at=self._moment(one.get("issued"), "reported_at"),
            kind=(kinds or ["pcr"])[0],
            laboratory=text_of(dig(one, "performer", 0, "display")),
            ct=tuple((text_of(dig(part, "code", "text")), part["valueString"]) for part in one.get("component") or []),
            row=row,
        )

    def event(self, one: Resource, row: int) -> EventRecord:
        """A Group of people with what the event is."""
        return EventRecord(
            key=self._key(one, "event"),
            name=text_of(one.get("name")),
            area=text_of(ext(one, "area")),
            state=known(ext(one, "state"), "state", "event_state", "draft"),
            emerged_on=self._day(ext(one, "emerged-on"), "emerged_on"),
            detected_at=self._moment(ext(one, "detected-at"), "detected_at"),
            notified_at=self._moment(ext(one, "notified-at"), "notified_at"),
            row=row,
        )

    def _key(self, one: Resource, kind: str) -> str:
        numbers = one.get("identifier") or []
        own = [number for number in numbers if number.get("system") == f"{words.OURS}{kind}"]
        return key_of(dig(own or numbers, 0, "value") or one.get("id"))

    def _focus(self, one: Resource, kind: str) -> str:
        """The key of the case or contact that an Observation is about."""
        for reference in one.get("focus") or []:
            target = self.named.get(text_of(reference.get("reference")))
            system = text_of(dig(reference, "identifier", "system"))
            if reference.get("display") != "via" and (
                system == f"{words.OURS}{kind}" or (target and self._kind(target) == f"{kind}s")
            ):
                return self._key_of_reference(reference, kind)
        raise Fault(kind, "missing")

    def _key_of_reference(self, reference: Resource, kind: str) -> str:
        target = self.named.get(text_of(reference.get("reference")))
        return self._key(target, kind) if target else key_of(dig(reference, "identifier", "value"), kind)

    def _person(self, one: Resource) -> PersonRecord:
        patient = self.named.get(text_of(dig(one, "subject", "reference")), {})
        numbers = {
            text_of(number.get("system")): text_of(number.get("value")) for number in patient.get("identifier") or []
        }
        phones = [text_of(way.get("value")) for way in patient.get("telecom") or [] if way.get("system") == "phone"]
        name = dig(patient, "name", 0)
        parts = [text_of(dig(name, "family")), *(text_of(part) for part in dig(name, "given") or [])]
        self.unread |= {f"Patient.{said}" for said in patient if said not in PATIENT}
        return PersonRecord(
            key=numbers.get(f"{words.OURS}person", ""),
            number=numbers.get(words.NUMBER, ""),
            name=text_of(dig(name, "text")) or "".join(parts),
            phone=(phones or [""])[0],
            birth=self._day(patient.get("birthDate"), "birth"),
        )

    def _event_of(self, one: Resource) -> str:
        return text_of(ext(one, "event"))

    def _day(self, text: Any, field: str) -> date | None:
        return self.reader.day(text, field)

    def _moment(self, text: Any, field: str) -> datetime | None:
        return self.reader.moment(text, field)


PATIENT = frozenset({"resourceType", "id", "meta", "identifier", "name", "telecom", "birthDate", "text"})
OBSERVED = {
    "exposure": "exposures",
    "followup": "followups",
    "lab": "labs",
    "laboratory": "labs",
    words.PCR[1]: "labs",
}
READERS: dict[str, Callable[[Taker, Resource, int], Any]] = {
    "events": Taker.event,
    "cases": Taker.case,
    "contacts": Taker.contact,
    "exposures": Taker.exposure,
    "followups": Taker.followup,
    "labs": Taker.lab,
}
