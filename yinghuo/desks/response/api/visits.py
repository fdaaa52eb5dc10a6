"""The door for visits: check-in codes, access control, seats of canteens and buses, from devices and other systems."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.people.models import DeviceKind
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import visits_batch as actions
from yinghuo.desks.response.actions.followup_batch import LARGEST_BATCH
from yinghuo.desks.response.api.followups import PROBLEMS, _inlined, _problem

router = Router(tags=["visits"])
encoder = msgspec.json.Encoder()
SENDERS = frozenset({DeviceKind.PHONE, DeviceKind.TEAM})


def _documented() -> dict[str, Any]:
    """OpenAPI of the door, read off the wire types."""
    (item, answer), parts = msgspec.json.schema_components(
        [actions.VisitItem, actions.Answer], ref_template="#/components/schemas/{name}"
    )
    batch = {
        "type": "object",
        "required": ["sent_at", "visits"],
        "properties": {
            "sent_at": {"type": "string", "format": "date-time"},
            "schema": {"enum": [2, None]},
            "visits": {"type": "array", "maxItems": LARGEST_BATCH, "items": _inlined(item, parts)},
        },
    }
    problems = {
        400: _problem("The body is not a batch at all"),
        403: _problem("This kind of device sends no visits"),
        409: _problem("The form of the items is not read; keep them and update the program"),
        413: _problem(f"More than {LARGEST_BATCH:,} items"),
    }
    said = {"description": "Kept, after commit", "content": {"application/json": {"schema": _inlined(answer, parts)}}}
    body = {"required": True, "content": {"application/json": {"schema": batch}}}
    return {"requestBody": body, "responses": {200: said} | PROBLEMS | problems}


@router.post("/visits", openapi_extra=_documented(), summary="Visits to venues")
def visits(request: HttpRequest) -> HttpResponse:
    """Up to 2,000 visits, each told by its own id; sending a batch again gives the same answer."""
    sender: actions.Sender = request.auth  # type: ignore[attr-defined]
    if sender.device.kind not in SENDERS:
        raise Refused("access.device", kind=sender.device.kind)
    return HttpResponse(encoder.encode(actions.keep_batch(request.body, sender)), content_type="application/json")
