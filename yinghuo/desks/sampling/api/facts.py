"""The doors for facts: batches of facts in, the ids that are on disk out."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling import actions
from yinghuo.desks.sampling.actions import facts, items
from yinghuo.desks.sampling.actions.results_csv import as_batch
from yinghuo.desks.sampling.rules import LARGEST_BATCH

Keep = Callable[[bytes, facts.Sender], facts.Answer]
router = Router(tags=["sampling"])
encoder = msgspec.json.Encoder()
SCHEMA = "the form of the items: 2 is today's, and the same as none; an older one is read until its last day"
SENT_AT = "the device's clock when it sent this, with its offset; a year from 1970 to 2998"


def _documented(name: str, item: type[msgspec.Struct], *, csv: str = "") -> dict[str, Any]:
    """OpenAPI for one door: its body and its answer, read off the wire types."""
    (body, answer), components = msgspec.json.schema_components(
        [item, facts.Answer], ref_template="#/components/schemas/{name}"
    )
    inline = {"$defs": components}
    batch = {
        "type": "object",
        "required": ["sent_at", name],
        "properties": {
            "sent_at": {"type": "string", "format": "date-time", "description": SENT_AT},
            "schema": {"enum": [2, None], "description": SCHEMA},
            name: {"type": "array", "maxItems": LARGEST_BATCH, "items": body},
        },
    }
    content: dict[str, Any] = {"application/json": {"schema": _inlined(batch, inline["$defs"])}}
    if csv:
        content["text/csv"] = {"schema": {"type": "string", "description": csv}}
    said = {
        "description": "Kept, after commit",
        "content": {"application/json": {"schema": _inlined(answer, components)}},
    }
    return {"requestBody": {"required": True, "content": content}, "responses": {200: said} | PROBLEMS}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with each reference replaced by what it names."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    plain = {key: _inlined(value, definitions) for key, value in schema.items()}
    if "pattern" in plain:  # JSON Schema writes the end as ECMA-262 does
        plain["pattern"] = plain["pattern"].replace(r"\Z", "$")
    return plain


def documented_problem(description: str) -> dict[str, Any]:
    """OpenAPI for an answer in problem details (RFC 9457)."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
        },
    }
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


PROBLEMS = {
    400: documented_problem("The body is not a batch at all"),
    401: documented_problem("No token, or the device was revoked"),
    403: documented_problem("This kind of device does not send such facts"),
    409: documented_problem("The form of the items is not read, or no longer; keep them and update the program"),
    413: documented_problem(f"More than {LARGEST_BATCH:,} items"),
    503: documented_problem("Nothing can be stored now; keep what you have and send it again"),
}


def _answer(request: HttpRequest, keep: Keep, *, kinds: frozenset[str]) -> HttpResponse:
    sender: facts.Sender = request.auth  # type: ignore[attr-defined]
    if sender.device.kind not in kinds:
        raise Refused("access.device", kind=sender.device.kind)
    return HttpResponse(encoder.encode(keep(request.body, sender)), content_type="application/json")


PHONE, COURIER, LABORATORY = frozenset({"phone"}), frozenset({"courier", "laboratory"}), frozenset({"laboratory"})


@router.post("/swabs", openapi_extra=_documented("swabs", items.SwabItem), summary="Swabs taken")
def swabs(request: HttpRequest) -> HttpResponse:
    """Up to 2,000 swabs, each told by its own id; sending a batch again gives the same answer."""
    return _answer(request, actions.keep_swabs, kinds=PHONE)


@router.post("/tubes", openapi_extra=_documented("tubes", items.SealedItem), summary="Tubes sealed")
def tubes(request: HttpRequest) -> HttpResponse:
    """Tubes closed at the site, with the phone's own count."""
    return _answer(request, actions.keep_sealed, kinds=PHONE)


@router.post(
    "/corrections", openapi_extra=_documented("corrections", items.CorrectionItem), summary="Swabs undone or moved"
)
def corrections(request: HttpRequest) -> HttpResponse:
    """Swabs that were undone or belong to another tube; they may come before the swabs that they speak of."""
    return _answer(request, actions.keep_corrections, kinds=PHONE)


@router.post("/voids", openapi_extra=_documented("voids", items.VoidItem), summary="Tubes voided")
def voids(request: HttpRequest) -> HttpResponse:
    """Tubes that do not count, and why: whose swabs are in them were not sampled."""
    return _answer(request, actions.keep_voids, kinds=PHONE)


@router.post("/boxes", openapi_extra=_documented("boxes", items.BoxItem), summary="Boxes packed")
def boxes(request: HttpRequest) -> HttpResponse:
    """Boxes with the tubes in them, with the packer's own count."""
    return _answer(request, actions.keep_boxes, kinds=PHONE)


@router.post("/handovers", openapi_extra=_documented("handovers", items.HandoverItem), summary="Boxes handed over")
def handovers(request: HttpRequest) -> HttpResponse:
    """Boxes collected by a courier or received by a laboratory."""
    return _answer(request, actions.keep_handovers, kinds=COURIER)


@router.post(
    "/results",
    openapi_extra=_documented(
        "results", items.ResultItem, csv="head: tube,message,at,result,technician[,ct_orf1ab,ct_n,vehicle,id]"
    ),
    summary="Results",
)
def results(request: HttpRequest) -> HttpResponse:
    """Results per tube; the same message of a laboratory again is the same fact, a new message is a correction."""
    if request.content_type == "text/csv":
        sender: facts.Sender = request.auth  # type: ignore[attr-defined]
        return _answer(request, lambda body, _: _keep_csv(body, sender), kinds=LABORATORY)
    return _answer(request, actions.keep_results, kinds=LABORATORY)


def _keep_csv(body: bytes, sender: facts.Sender) -> facts.Answer:
    return facts.keep_result_batch(as_batch(body, sender), sender)
