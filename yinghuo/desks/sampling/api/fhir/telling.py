"""How the FHIR door speaks: resources, or an OperationOutcome for what cannot be done; who asks, and for what area."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.doors.senders import Sender
from yinghuo.desks.sampling.message_rules import in_english
from yinghuo.desks.sampling.queries import messages as queries
from yinghuo.engines.messages import fhir_out
from yinghuo.engines.messages.fhir import Resource
from yinghuo.engines.messages.reports import Fault

router = Router(tags=["fhir"])
TYPE = "application/fhir+json"
KINDS = {"fhir.form": "structure", "fhir.type": "not-supported", "fhir.reference": "not-found", "id.again": "duplicate"}
KINDS |= {"field.missing": "required", "specimen.missing": "required", "value.missing": "required"}
Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


class Told(Exception):
    """An answer other than what was asked for, as an OperationOutcome."""

    def __init__(self, status: int, *issues: tuple[str, str, str]) -> None:
        self.status, self.issues = status, issues
        super().__init__(f"{status} {issues}")


def door(view: View[Rest]) -> View[Rest]:
    """A view for laboratories' devices; what it cannot do is told as an OperationOutcome."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            if sender_of(request).device.kind != "laboratory":
                raise Told(403, ("forbidden", "", "Only a laboratory's device may use this door."))
            return view(request, *args, **kwargs)
        except Told as told:
            return answer(fhir_out.outcome(told.issues), told.status)

    return guarded


def body_of(request: HttpRequest) -> Resource:
    if request.content_type not in (TYPE, "application/json"):
        raise Told(415, ("not-supported", "", f"Send {TYPE}."))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Told(400, ("structure", "", f"This is no JSON: {error}"[:200])) from error
    if not isinstance(body, dict):
        raise Told(400, ("structure", "", "A resource is expected."))
    return body


def issue_of(fault: Fault) -> tuple[str, str, str]:
    said = f"{in_english(fault.code)} {fault.detail}".strip()
    return KINDS.get(fault.code, "value"), fault.place, said


def need_form(faults: list[Fault]) -> None:
    if faults:
        raise Told(400, *(issue_of(fault) for fault in faults))


def number_of(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise Told(400, ("value", name, "A whole number is expected."))
    return int(text)


def token_of(text: str) -> str:
    """A token's value, whatever its system: "http://…|JL0001" is JL0001."""
    return text.rpartition("|")[2].replace("\x00", "")


def reader_of(request: HttpRequest) -> queries.Reader:
    device = sender_of(request).device
    return queries.Reader(device.area_code, device.id, base_of(request))


def sender_of(request: HttpRequest) -> Sender:
    sender: Sender = request.auth  # type: ignore[attr-defined]
    return sender


def base_of(request: HttpRequest) -> str:
    return request.build_absolute_uri("/api/v1/fhir")


def here(request: HttpRequest) -> str:
    return request.build_absolute_uri()


def answer(resource: Resource, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(resource, ensure_ascii=False).encode(), status=status, content_type=TYPE)
