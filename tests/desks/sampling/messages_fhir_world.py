"""Another system that speaks FHIR with a laboratory's token, and checks each answer with the R4B models."""

import json
from importlib import import_module
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.desks.sampling.world import START, code
from yinghuo.core.people import actions as people

BASE = "/api/v1/fhir"
FHIR = "application/fhir+json"


class Peer:
    """Another system with a laboratory's token."""

    def __init__(self, *, area: str = "2201", kind: str = "laboratory") -> None:
        _, token = people.enrol_device("FHIR", kind, by="user:1", at=START, area_code=area)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def post(self, resource: Any, path: str = "", **headers: str) -> tuple[int, dict[str, Any], HttpResponse]:
        """Posts a resource; its status, body, answer."""
        answer = self.client.post(f"{BASE}{path}", json.dumps(resource), content_type=FHIR, headers=headers)
        return answer.status_code, checked(answer), answer

    def report(self, **more: Any) -> tuple[int, dict[str, Any], HttpResponse]:
        """Posts a DiagnosticReport."""
        headers = more.pop("headers", {})
        return self.post(report(**more), "/DiagnosticReport", **headers)

    def get(self, path: str) -> dict[str, Any]:
        """A resource that must be there."""
        answer = self.client.get(path if path.startswith("http") else f"{BASE}{path}")
        assert answer.status_code == 200, answer.content
        return checked(answer)


def checked(answer: HttpResponse) -> dict[str, Any]:
    """The body of an answer, as the R4B models take it; each resource in a bundle, too."""
    assert answer["Content-Type"] == FHIR
    body: dict[str, Any] = json.loads(answer.content)
    for resource in [body, *(one["resource"] for one in body.get("entry", []) if "resource" in one)]:
        kind = resource["resourceType"]
        getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind).model_validate(resource)
    return body


def concept(system: str, value: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": value}]}


def observation(value: dict[str, Any], *, gene: str = "94309-2", **more: Any) -> dict[str, Any]:
    """An Observation with a result."""
    named = {"resourceType": "Observation", "status": "final", "code": concept("http://loinc.org", gene)}
    return named | value | more


DETECTED = {"valueCodeableConcept": concept("http://snomed.info/sct", "260373001")}
NOT_DETECTED = {"valueCodeableConcept": concept("http://snomed.info/sct", "260415000")}


def report(number: str = "R1", tube: int = 1, value: Any = None, **more: Any) -> dict[str, Any]:
    """A DiagnosticReport with a contained tube, group and observations."""
    whole = observation(value or NOT_DETECTED, id="rna", specimen={"reference": "#tube"})
    ct = observation({"valueQuantity": {"value": 31.2}}, gene="94639-2", id="ct")
    group = {"resourceType": "Group", "id": "people", "type": "person", "actual": True, "quantity": 10}
    specimen = {
        "resourceType": "Specimen",
        "id": "tube",
        "identifier": [{"system": "urn:tube", "value": code(tube)}],
        "subject": {"reference": "#people"},
    }
    return {
        "resourceType": "DiagnosticReport",
        "contained": [whole, ct, group, specimen],
        "identifier": [{"system": "urn:lab", "value": number}],
        "status": "final",
        "code": concept("http://loinc.org", "94309-2"),
        "subject": {"reference": "#people"},
        "issued": "2022-05-08T13:00:00+08:00",
        "specimen": [{"reference": "#tube"}],
        "result": [{"reference": "#rna"}, {"reference": "#ct"}],
    } | more


def bundle(*resources: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    """A Bundle of resources to be posted."""
    entries = [
        {"fullUrl": f"urn:uuid:{at}", "resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
        for at, one in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def parts(number: str, tube: int) -> list[dict[str, Any]]:
    """A report and what it refers to as entries of their own."""
    whole = report(number, tube)
    contained = {one["id"]: one for one in whole.pop("contained")}
    specimen = {"resourceType": "Specimen", "identifier": [{"value": code(tube)}]}
    return [
        whole
        | {"result": [{"reference": "urn:uuid:1"}], "specimen": [{"reference": "urn:uuid:2"}]}
        | {"subject": {"display": "group"}},
        {key: value for key, value in contained["rna"].items() if key not in ("id", "specimen")},
        specimen,
    ]
