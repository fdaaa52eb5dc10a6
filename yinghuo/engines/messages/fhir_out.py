"""FHIR R4 out: results as DiagnosticReport, Observation, Specimen and Group; bundles, outcomes, capabilities."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yinghuo.engines.messages.answers import SAID, ReportOut

Resource = dict[str, Any]
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
GENES = {"r": ("94309-2", "SARS-CoV-2 RNA"), "o": ("94639-2", "ORF1ab"), "n": ("94316-7", "N gene")}
R4 = "4.0.1"
FROM_FHIR = re.compile(r"FHIR/[0-9a-f]{8}/(.*?)(?:@\d{14})?\Z")


@dataclass(frozen=True)
class Shown:
    """A result as it goes out, with its id here, and when it became known here."""

    id: UUID
    one: ReportOut
    updated_at: datetime
    base: str
    last_at: datetime | None = None

    @property
    def name(self) -> str:
        """The resource's id: the tube, by which rows are spread, and the fact."""
        return f"{self.one.tube}.{short(self.id)}"

    @property
    def number(self) -> str:
        """The number under which a report came by FHIR, as its sender gave it; of other ways, the message's whole."""
        own = FROM_FHIR.match(self.one.message)
        return own[1] if own else self.one.message


def short(given: UUID) -> str:
    """A UUID in 22 letters and digits; FHIR's ids hold 64 characters at the most.

    >>> short(UUID(int=62 ** 21 + 5)), long("1000000000000000000005") == UUID(int=62 ** 21 + 5)
    ('1000000000000000000005', True)
    """
    number, out = given.int, ""
    for _ in range(22):
        number, digit = divmod(number, 62)
        out = DIGITS[digit] + out
    return out


def long(text: str) -> UUID | None:
    """The UUID behind 22 letters and digits; None for anything else."""
    if len(text) != 22 or not set(text) <= set(DIGITS):
        return None
    number = 0
    for letter in text:
        number = number * 62 + DIGITS.index(letter)
    return UUID(int=number) if number < 2**128 else None


def diagnostic_report(shown: Shown) -> Resource:
    """The report of a tube's result; its subject is the group of people in the tube."""
    one = shown.one
    return {
        "resourceType": "DiagnosticReport",
        "id": shown.name,
        "meta": {"lastUpdated": _instant(shown.updated_at)},
        "identifier": [{"system": f"{shown.base}/sid/message", "value": shown.number}],
        "status": "amended" if one.corrected else "final",
        "category": [_concept("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB", "Laboratory")],
        "code": _concept(LOINC, *GENES["r"]),
        "subject": {"reference": f"Group/{one.tube}"},
        "effectiveDateTime": _instant(one.at),
        "issued": _instant(one.at),
        "specimen": [{"reference": f"Specimen/{one.tube}", "identifier": _tube_number(shown)}],
        "result": [{"reference": f"Observation/{row['id']}"} for row in observations(shown)],
    } | ({"performer": [{"display": one.laboratory}]} if one.laboratory else {})


def observations(shown: Shown) -> list[Resource]:
    """What was found: the RNA as a whole, and each gene of which there is a Ct."""
    one = shown.one
    found = [("o", one.ct_orf1ab), ("n", one.ct_n)]
    code, text, system = SAID[one.outcome]
    named = SNOMED if system == "SCT" else f"{shown.base}/sid/outcome"
    whole = _observation(shown, "r") | {"valueCodeableConcept": _concept(named, code, text)}
    cts = [_observation(shown, gene) | {"valueQuantity": {"value": ct, "unit": "Ct"}} for gene, ct in found if ct]
    return [whole, *cts]


def specimen(shown: Shown) -> Resource:
    """The tube: one specimen, whoever reported of it how often."""
    one = shown.one
    taken: Resource = {}
    if one.first_at:
        taken = {"collection": {"collectedPeriod": {"start": _instant(one.first_at)}}}
        taken["collection"]["collectedPeriod"] |= {"end": _instant(shown.last_at)} if shown.last_at else {}
    return {
        "resourceType": "Specimen",
        "id": one.tube,
        "identifier": [_tube_number(shown)],
        "accessionIdentifier": _tube_number(shown),
        "type": _concept(SNOMED, "258500001", "Nasopharyngeal swab"),
        "subject": {"reference": f"Group/{one.tube}"},
        **({"receivedTime": _instant(one.received_at)} if one.received_at else {}),
        **taken,
    }


def group(shown: Shown) -> Resource:
    """The people in a tube: how many, and nobody by name."""
    return {
        "resourceType": "Group",
        "id": shown.one.tube,
        "identifier": [_tube_number(shown)],
        "type": "person",
        "actual": True,
        "quantity": shown.one.people,
    }


def search_set(
    matches: Sequence[Resource], included: Iterable[Resource], *, here: str, following: str = ""
) -> Resource:
    """A page of what a search found; `following` is the address of the next page."""
    links = [{"relation": "self", "url": here}] + ([{"relation": "next", "url": following}] if following else [])
    entries = [_entry(one, "match") for one in matches] + [_entry(one, "include") for one in included]
    return {"resourceType": "Bundle", "type": "searchset", "link": links} | ({"entry": entries} if entries else {})


def outcome(issues: Iterable[tuple[str, str, str]], *, severity: str = "error") -> Resource:
    """An OperationOutcome; each issue is FHIR's kind of it, its place, and a sentence."""
    said = [
        {"severity": severity, "code": code, "diagnostics": text or code}
        | ({"location": [place], "expression": [place]} if place else {})
        for code, place, text in issues
    ]
    return {"resourceType": "OperationOutcome", "issue": said}


def capability(base: str, *, at: datetime) -> Resource:
    """What this door can do."""
    said = {
        "DiagnosticReport": (["create", "read", "search-type"], ["specimen.identifier", "identifier", "_lastUpdated"]),
        "Specimen": (["read", "search-type"], ["identifier"]),
        "Observation": (["read"], []),
        "Group": (["read"], []),
    }
    kinds = {"specimen.identifier": "token", "identifier": "token", "_lastUpdated": "date"}
    resources = [
        {
            "type": name,
            "interaction": [{"code": code} for code in codes],
            **({"conditionalCreate": True} if name == "DiagnosticReport" else {}),
            **({"searchParam": [{"name": one, "type": kinds[one]} for one in searched]} if searched else {}),
        }
        for name, (codes, searched) in said.items()
    ]
    rest = {"mode": "server", "resource": resources, "interaction": [{"code": "transaction"}, {"code": "batch"}]}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _instant(at),
        "kind": "instance",
        "implementation": {"description": "Yinghuo 萤火", "url": base},
        "fhirVersion": R4,
        "format": ["application/fhir+json"],
        "rest": [rest],
    }


def _observation(shown: Shown, gene: str) -> Resource:
    one = shown.one
    return {
        "resourceType": "Observation",
        "id": f"{gene}.{shown.name}",
        "meta": {"lastUpdated": _instant(shown.updated_at)},
        "status": "amended" if one.corrected else "final",
        "code": _concept(LOINC, *GENES[gene]),
        "subject": {"reference": f"Group/{one.tube}"},
        "specimen": {"reference": f"Specimen/{one.tube}"},
        "effectiveDateTime": _instant(one.at),
        **({"method": {"text": one.kit}} if one.kit else {}),
    }


def _tube_number(shown: Shown) -> Resource:
    return {"system": f"{shown.base}/sid/tube", "value": shown.one.tube}


def _concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _entry(resource: Resource, mode: str) -> Resource:
    return {"resource": resource, "search": {"mode": mode}}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
