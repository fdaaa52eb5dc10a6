"""FHIR R4 in: a DiagnosticReport with its Specimen and Observations, alone or in a Bundle, read into tube reports.

Checked with the R4B models of fhir.resources; what is used here is the same in R4 (4.0.1) and R4B (4.3.0).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter, ValidationError

from yinghuo.engines.messages.oru import MOST_CT, TUBE
from yinghuo.engines.messages.reports import LOINC, SNOMED, Fault, Gene, Outcome, Status, TubeReport, together

Resource = dict[str, Any]
OURS = frozenset({"DiagnosticReport", "Observation", "Specimen", "Group", "Bundle", "OperationOutcome"})
STATUS: dict[str, Status] = {
    "final": "final",
    "amended": "corrected",
    "corrected": "corrected",
    "appended": "corrected",
    "registered": "preliminary",
    "partial": "preliminary",
    "preliminary": "preliminary",
    "cancelled": "cannot",
    "entered-in-error": "cannot",
    "unknown": "cannot",
}
PERSONAL = frozenset({"Patient", "RelatedPerson", "Person", "Practitioner", "PractitionerRole"})
SAID_OF_PERSONS = frozenset({"name", "display", "text", "telecom", "address", "birthDate", "photo", "contact"})
MOMENT: "TypeAdapter[datetime]" = TypeAdapter(datetime)


@dataclass
class Posted:
    """A DiagnosticReport, where it stands, and what it can refer to: by "#id", full address or "Type/id"."""

    path: str
    report: Resource
    others: Mapping[str, tuple[str, Resource]] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """The report's own number, by which it is known again; "" for none."""
        given = self.report.get("identifier") or [{}]
        return str(given[0].get("value") or "").strip()


def faults_of(resource: Any, path: str) -> list[Fault]:
    """What is wrong with a resource as such, each with its place."""
    kind = kind_of(resource)
    if kind not in OURS:
        return [Fault("fhir.type", path=f"{path}.resourceType", detail=kind[:60])]
    if not isinstance(resource.get("contained", []), list):
        return [Fault("fhir.form", path=f"{path}.contained")]
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    try:
        model.model_validate(_without_contained(resource))
    except ValidationError as error:
        return [
            Fault("fhir.form", path=_place(path, one["loc"]), detail=one["msg"][:200])
            for one in error.errors(include_url=False, include_input=False, include_context=False)[:20]
        ]
    except (KeyError, AttributeError, TypeError) as error:  # how the models fail on what is no resource inside
        return [Fault("fhir.form", path=path, detail=str(error)[:200])]
    return [
        fault
        for at, inner in enumerate(resource.get("contained", []))
        if kind_of(inner) not in PERSONAL
        for fault in faults_of(inner, f"{path}.contained[{at}]")
    ]


def kind_of(resource: Any) -> str:
    """The type that a resource says it is; "" for what is none."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind if isinstance(kind, str) else ""


def alone(report: Resource) -> Posted:
    """A report that was posted by itself, with what it contains."""
    return Posted("DiagnosticReport", report, dict(_contained(report, "DiagnosticReport")))


def of_bundle(bundle: Resource, *, without: Collection[int]) -> dict[int, Posted]:
    """The reports of a bundle by the place of their entry; each can refer to every other one not in `without`."""
    entries = {at: one for at, one in enumerate(bundle.get("entry") or []) if at not in without}
    named: dict[str, tuple[str, Resource]] = {}
    for at, entry in entries.items():
        resource, path = entry["resource"], f"Bundle.entry[{at}].resource"
        for name in (entry.get("fullUrl"), f"{resource.get('resourceType')}/{resource.get('id')}"):
            if name:
                named[name] = (path, resource)
    return {
        at: Posted(path, entry["resource"], named | dict(_contained(entry["resource"], path)))
        for at, entry in entries.items()
        if (path := f"Bundle.entry[{at}].resource") and kind_of(entry["resource"]) == "DiagnosticReport"
    }


def read(posted: Posted) -> tuple[TubeReport | None, list[Fault]]:
    """The tube report of a DiagnosticReport, or its faults."""
    report, path, faults = posted.report, posted.path, list[Fault]()
    if not posted.identifier:
        faults.append(Fault("field.missing", path=f"{path}.identifier"))
    status = STATUS.get(str(report.get("status")))
    if status is None:
        faults.append(Fault("status.unknown", path=f"{path}.status", detail=str(report.get("status"))[:40]))
    at = _at(report, path, faults)
    observations = list(_observations(posted, faults))
    tube = _tube(posted, observations, faults)
    if status is None or at is None or not tube:
        return None, faults
    read_report = TubeReport(tube, status, at, reason=str(report.get("conclusion") or "")[:100])
    if status in ("final", "corrected"):
        _add_values(read_report, observations, path, faults)
    _add_hands(read_report, report, observations)
    return (None if faults else read_report), faults


def redacted(value: Any) -> Any:
    """A resource without what it says of persons: their resources, and names, addresses and free text everywhere."""
    if isinstance(value, list):
        return [redacted(one) for one in value if kind_of(one) not in PERSONAL]
    if not isinstance(value, dict):
        return value
    if kind_of(value) in PERSONAL:
        return {"resourceType": value["resourceType"]}
    return {key: redacted(one) for key, one in value.items() if key not in SAID_OF_PERSONS}


def _tube(posted: Posted, observations: list[tuple[str, Resource]], faults: list[Fault]) -> str:
    """The tube's code: by the specimen's identifier, or by a reference to the specimen as it is known here."""
    given = list(posted.report.get("specimen") or [])
    given += [one["specimen"] for _path, one in observations if one.get("specimen")]
    codes = {code for reference in given if (code := _code_of(reference, posted))}
    path = f"{posted.path}.specimen"
    if len(codes) != 1:
        code = "specimen.second" if codes else "specimen.missing"
        faults.append(Fault(code, path=path, detail=" ".join(sorted(codes))[:200]))
        return ""
    (tube,) = codes
    if not TUBE.match(tube):
        faults.append(Fault("tube.form", path=path, detail=tube[:60]))
    return tube


def _code_of(reference: Resource, posted: Posted) -> str:
    named = str(reference.get("reference") or "")
    if named in posted.others:
        specimen = posted.others[named][1]
        places = [*(specimen.get("identifier") or []), specimen.get("accessionIdentifier") or {}]
        return next((str(one["value"]) for one in places if one.get("value")), "")
    if (reference.get("identifier") or {}).get("value"):
        return str(reference["identifier"]["value"])
    return named.rpartition("/")[2] if "Specimen/" in named else ""


def _observations(posted: Posted, faults: list[Fault]) -> Iterator[tuple[str, Resource]]:
    for at, reference in enumerate(posted.report.get("result") or []):
        named = str(reference.get("reference") or "")
        if named in posted.others:
            yield posted.others[named]
        else:
            faults.append(Fault("fhir.reference", path=f"{posted.path}.result[{at}]", detail=named[:100]))


def _add_values(report: TubeReport, observations: list[tuple[str, Resource]], path: str, faults: list[Fault]) -> None:
    found: dict[Gene, Outcome] = {}
    known = False
    for place, one in _parts(observations):
        gene = _meant(one.get("code"), LOINC)
        if gene is None:
            continue
        known = True
        if "valueQuantity" in one or "valueInteger" in one:
            _add_ct(report, gene, one, place, faults)
        elif one.get("valueCodeableConcept"):
            outcome = _meant(one["valueCodeableConcept"], SNOMED)
            if outcome is None:
                faults.append(Fault("value.unknown", path=f"{place}.valueCodeableConcept"))
            else:
                found[gene] = outcome
    if not known:
        faults.append(Fault("observation.unknown", path=f"{path}.result"))
    report.outcome = together(found)
    for gene, outcome in found.items():
        if outcome == "negative" and gene != "rna":
            report.ct.setdefault(gene, None)


def _parts(observations: list[tuple[str, Resource]]) -> Iterator[tuple[str, Resource]]:
    for path, one in observations:
        yield path, one
        for at, part in enumerate(one.get("component") or []):
            yield f"{path}.component[{at}]", part


def _add_ct(report: TubeReport, gene: Gene, one: Resource, place: str, faults: list[Fault]) -> None:
    given = one.get("valueInteger", (one.get("valueQuantity") or {}).get("value"))
    if not isinstance(given, int | float) or not 0 <= given <= MOST_CT:
        faults.append(Fault("number.form", path=f"{place}.value", detail=str(given)[:40]))
        return
    report.ct[gene] = float(given)


def _meant(concept: Any, known: Mapping[str, Any]) -> Any:
    codings = (concept or {}).get("coding") or []
    return next((known[str(one.get("code"))] for one in codings if str(one.get("code")) in known), None)


def _add_hands(report: TubeReport, resource: Resource, observations: list[tuple[str, Resource]]) -> None:
    seen = [one for _path, one in observations] + [resource]
    performers = [by for one in seen for by in one.get("performer") or []]
    numbers = (str((by.get("identifier") or {}).get("value") or by.get("reference") or "") for by in performers)
    report.technician = next((number.rpartition("/")[2][:100] for number in numbers if number), "")
    report.kit = next((text[:100] for one in seen if (text := (one.get("method") or {}).get("text"))), "")
    tools = (((one.get("device") or {}).get("identifier") or {}).get("value") for one in seen)
    report.instrument = next((str(tool)[:100] for tool in tools if tool), "")


def _at(report: Resource, path: str, faults: list[Fault]) -> datetime | None:
    name = "issued" if report.get("issued") else "effectiveDateTime"
    if not report.get(name):
        faults.append(Fault("field.missing", path=f"{path}.issued"))
        return None
    try:
        at = MOMENT.validate_python(report[name])
    except ValidationError:
        at = None
    if at is None or at.tzinfo is None:
        faults.append(Fault("time.form", path=f"{path}.{name}", detail=str(report[name])[:40]))
        return None
    return at


def _contained(resource: Resource, path: str) -> Iterator[tuple[str, tuple[str, Resource]]]:
    for at, inner in enumerate(resource.get("contained") or []):
        yield f"#{inner.get('id')}", (f"{path}.contained[{at}]", inner)


def _without_contained(resource: Resource) -> Resource:
    if resource.get("resourceType") == "Bundle":
        return resource | {"entry": [{k: v for k, v in one.items() if k != "resource"} for one in _entries(resource)]}
    return {key: value for key, value in resource.items() if key != "contained"}


def _entries(bundle: Resource) -> list[Resource]:
    given = bundle.get("entry")
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _place(path: str, location: tuple[int | str, ...]) -> str:
    return path + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
