"""The door for reports of devices and other systems: a batch in, the ids that are on disk out."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.people.models import DeviceKind
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.reports_batch import LARGEST_BATCH, Answer, ReportItem, keep_reports

router = Router(tags=["response"])
encoder = msgspec.json.Encoder()
KINDS = frozenset({DeviceKind.PHONE, DeviceKind.LABORATORY, DeviceKind.TEAM})
TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "code": TEXT},
}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": PROBLEM}}}


PROBLEMS = {
    400: _problem("The body is not a batch at all"),
    401: _problem("No token, or the device was revoked"),
    403: _problem("This kind of device sends no reports"),
    413: _problem(f"More than {LARGEST_BATCH} items"),
    503: _problem("Nothing can be stored now; keep what you have and send it again"),
}


def _inlined(schema: Any, parts: dict[str, Any]) -> Any:
    """The schema with each reference replaced by what it names."""
    if isinstance(schema, list):
        return [_inlined(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(parts[schema["$ref"].rpartition("/")[2]], parts)
    plain = {key: _inlined(value, parts) for key, value in schema.items()}
    if isinstance(plain.get("pattern"), str):  # JSON Schema writes the end as ECMA-262 does
        plain["pattern"] = plain["pattern"].replace(r"\Z", "$")
    return plain


def _documented() -> dict[str, Any]:
    """OpenAPI for the door, read off the wire types."""
    (item, answer), parts = msgspec.json.schema_components(
        [ReportItem, Answer], ref_template="#/components/schemas/{name}"
    )
    reports = {"type": "array", "maxItems": LARGEST_BATCH, "items": _inlined(item, parts)}
    batch = {
        "type": "object",
        "required": ["sent_at", "reports"],
        "properties": {"sent_at": {"type": "string", "format": "date-time"}, "reports": reports},
    }
    said = {"description": "Kept, after commit", "content": {"application/json": {"schema": _inlined(answer, parts)}}}
    body = {"required": True, "content": {"application/json": {"schema": batch}}}
    return {"requestBody": body, "responses": {200: said} | PROBLEMS}


@router.post("/reports", openapi_extra=_documented(), summary="Suspected cases reported")
def reports(request: HttpRequest) -> HttpResponse:
    """Up to 200 reports, each told by its own id; sending a batch again gives the same answer."""
    sender: Any = request.auth  # type: ignore[attr-defined]
    if sender.device.kind not in KINDS:
        raise Refused("access.device", kind=sender.device.kind)
    return HttpResponse(encoder.encode(keep_reports(request.body, sender)), content_type="application/json")
