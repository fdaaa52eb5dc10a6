"""FHIR out: neutral records as one Bundle of type collection."""

import json
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from yinghuo.engines.exchange.fhir import words
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
    Written,
)

Resource = dict[str, Any]


def write(records: Records) -> Written:
    """A Bundle in one file; everything that our records say has a place in it."""
    return Written({"bundle.json": json.dumps(bundle(records), ensure_ascii=False, indent=1).encode()}, [])


def bundle(records: Records) -> Resource:
    """The Bundle. Of a person whose key stands in several records, one Patient."""
    entries: dict[str, Resource] = {}
    for event in records.events:
        entries[urn("event", event.key)] = _event(event)
    for kind, one in [("case", one) for one in records.cases] + [("contact", one) for one in records.contacts]:
        entries[_patient_urn(kind, one)] = _patient(one.person, f"{kind}:{one.key}")
        entries[urn(kind, one.key)] = _case(one) if isinstance(one, CaseRecord) else _contact(one)
    owner = {("case", one.key): _patient_urn("case", one) for one in records.cases}
    owner |= {("contact", one.key): _patient_urn("contact", one) for one in records.contacts}
    entries |= {urn("exposure", one.key): _exposure(one, owner) for one in records.exposures}
    entries |= {urn("followup", one.key): _followup(one, owner) for one in records.followups}
    entries |= {urn("lab", one.key): _lab(one, owner) for one in records.labs}
    rows = [{"fullUrl": name, "resource": resource} for name, resource in entries.items()]
    return {"resourceType": "Bundle", "type": "collection"} | ({"entry": rows} if rows else {})


def urn(kind: str, key: str) -> str:
    """The address of a record in a Bundle, the same for the same key."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{words.OURS}{kind}:{key}')}"


def _patient_urn(kind: str, one: Any) -> str:
    return urn("person", one.person.key or f"{kind}:{one.key}")


def _patient(person: PersonRecord, of: str) -> Resource:
    numbers = [(f"{words.OURS}person", person.key), (words.NUMBER, person.number)]
    numbers += [(f"{words.OURS}unnamed", of)] if person == NOBODY else []
    return _plain(
        {
            "resourceType": "Patient",
            "identifier": [{"system": system, "value": value} for system, value in numbers if value],
            "name": [{"text": person.name}] if person.name else None,
            "telecom": [{"system": "phone", "value": person.phone}] if person.phone else None,
            "birthDate": _day(person.birth),
        }
    )


def _case(one: CaseRecord) -> Resource:
    said = [
        _ext("event", "valueString", one.event),
        _ext("area", "valueString", one.area),
        _ext("sampled-at", "valueDateTime", _moment(one.sampled_at)),
        _ext("in-isolation", "valueBoolean", one.in_isolation),
        _ext("index-of-event", "valueBoolean", one.index_of_event or None),
    ]
    return _plain(
        {
            "resourceType": "Condition",
            "extension": [one for one in said if one],
            "identifier": _identifier("case", one.key),
            "verificationStatus": _concept((words.STATUS_SYSTEM, words.VERIFIED[one.held_as], "")),
            "category": [_concept((f"{words.OURS}held-as", one.held_as, ""))],
            "code": _concept(words.COVID),
            "subject": {"reference": _patient_urn("case", one)},
            "onsetDateTime": _day(one.onset_on),
            "recordedDate": _moment(one.reported_at),
        }
    )


def _contact(one: ContactRecord) -> Resource:
    said = [
        _ext("event", "valueString", one.event),
        _ext("area", "valueString", one.area),
        _ext("state", "valueCode", one.state),
        _ext("until", "valueDate", _day(one.until)),
    ]
    return _plain(
        {
            "resourceType": "Condition",
            "extension": [one for one in said if one],
            "identifier": _identifier("contact", one.key),
            "category": [_concept((f"{words.OURS}grade", one.grade, ""))],
            "code": _concept(words.EXPOSED),
            "subject": {"reference": _patient_urn("contact", one)},
            "onsetDateTime": _day(one.last_on),
            "recordedDate": _moment(one.found_at),
        }
    )


def _exposure(one: ExposureRecord, owner: dict[tuple[str, str], str]) -> Resource:
    focus = [_reference("contact", one.contact), _reference("case", one.case)]
    focus += [_reference("contact", one.via, "via")] if one.via else []
    return _observation("exposure", one.key, owner.get(("contact", one.contact)), focus) | {
        "effectiveDateTime": _day(one.day),
        "valueQuantity": {"value": one.minutes, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min"},
    }


def _followup(one: FollowUpRecord, owner: dict[tuple[str, str], str]) -> Resource:
    said = [_ext("day", "valueDate", _day(one.day)), _ext("day-number", "valueInteger", one.day_number)]
    parts = [{"code": {"text": "symptom"}, "valueString": symptom} for symptom in one.symptoms]
    if one.temperature_c is not None:
        exact = _ext("exact", "valueString", str(one.temperature_c))
        value = {"value": float(one.temperature_c), "unit": "Cel", "extension": [exact]}
        parts.append({"code": _concept(words.TEMPERATURE), "valueQuantity": value})
    plain = _plain(
        {"extension": [one for one in said if one], "effectiveDateTime": _moment(one.at), "component": parts}
    )
    observation = _observation(
        "followup", one.key, owner.get(("contact", one.contact)), [_reference("contact", one.contact)]
    )
    return observation | plain | {"valueCodeableConcept": _concept((f"{words.OURS}status", one.status, ""))}


def _lab(one: LabRecord, owner: dict[tuple[str, str], str]) -> Resource:
    focus = [_reference("case", one.case)]
    observation = _observation("lab", one.key, owner.get(("case", one.case)), focus)
    code, word = words.RESULTS.get(one.result, ("", ""))
    return observation | _plain(
        {
            "status": "registered" if one.result == "pending" else "final",
            "category": [_concept((f"{words.OURS}observation", "lab", "")), {"text": one.kind}],
            "code": _concept(words.PCR) if one.kind == "pcr" else {"text": one.kind},
            "effectiveDateTime": _moment(one.sampled_at),
            "issued": _moment(one.reported_at),
            "valueCodeableConcept": _concept((words.SNOMED, code, word)) if code else None,
            "performer": [{"display": one.laboratory}] if one.laboratory else None,
            "component": [{"code": {"text": name or "ct"}, "valueString": value} for name, value in one.ct],
        }
    )


def _event(one: EventRecord) -> Resource:
    said = [
        _ext("area", "valueString", one.area),
        _ext("state", "valueCode", one.state),
        _ext("emerged-on", "valueDate", _day(one.emerged_on)),
        _ext("detected-at", "valueDateTime", _moment(one.detected_at)),
        _ext("notified-at", "valueDateTime", _moment(one.notified_at)),
    ]
    return _plain(
        {
            "resourceType": "Group",
            "extension": [one for one in said if one],
            "identifier": _identifier("event", one.key),
            "type": "person",
            "actual": True,
            "name": one.name,
        }
    )


def _observation(kind: str, key: str, subject: str | None, focus: list[Resource]) -> Resource:
    said: Resource = {
        "resourceType": "Observation",
        "identifier": _identifier(kind, key),
        "status": "final",
        "category": [_concept((f"{words.OURS}observation", kind, ""))],
        "code": _concept((f"{words.OURS}observation", kind, "")),
        "focus": focus,
    }
    return said | ({"subject": {"reference": subject}} if subject else {})


def _reference(kind: str, key: str, display: str = "") -> Resource:
    said = {"reference": urn(kind, key), "identifier": {"system": f"{words.OURS}{kind}", "value": key}}
    return said | ({"display": display} if display else {})


def _identifier(kind: str, key: str) -> list[Resource]:
    return [{"system": f"{words.OURS}{kind}", "value": key}]


def _concept(coding: tuple[str, str, str]) -> Resource:
    system, code, display = coding
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def _ext(name: str, kind: str, value: Any) -> Resource | None:
    return None if value in (None, "") else {"url": f"{words.EXT}{name}", kind: value}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds") if at else None


def _plain(item: Resource) -> Resource:
    return {name: value for name, value in item.items() if value not in (None, "", [])}
