"""The door of custody for phones: the system's count of tubes that wait to be boxed at a site."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router

from yinghuo.core.areas.queries import within
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import Sender
from yinghuo.desks.sampling.api.facts import PHONE, documented_problem
from yinghuo.desks.sampling.models import Site
from yinghuo.desks.sampling.queries.custody.boxes import MOST_UNBOXED, unboxed

router = Router(tags=["sampling"])
ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["count", "tubes"],
    "properties": {
        "count": {"type": "integer", "minimum": 0},
        "tubes": {"type": "array", "maxItems": MOST_UNBOXED, "items": {"type": "string"}},
    },
}
DOCUMENTED = {
    "responses": {
        200: {
            "description": "Tubes sealed at the site and in no box",
            "content": {"application/json": {"schema": ANSWER}},
        },
        400: documented_problem("This is no number of a site"),
        401: documented_problem("No token, or the device was revoked"),
        403: documented_problem("This kind of device does not pack boxes"),
        404: documented_problem("There is no such site in the device's area"),
        503: documented_problem("The database does not answer; ask again"),
    }
}


@router.get("/phone/unboxed", openapi_extra=DOCUMENTED, summary="Tubes that wait to be boxed")
def phone_unboxed(request: HttpRequest, site: int) -> JsonResponse:
    """The system's count, to be held against the packer's before a box is sealed; at most 500 codes are named."""
    sender: Sender = request.auth  # type: ignore[attr-defined]
    if sender.device.kind not in PHONE:
        raise Refused("access.device", kind=sender.device.kind)
    known = 0 <= site < 2**63 and within(Site.objects.filter(pk=site), sender.device.area_code).exists()
    if not known:
        raise Refused("site.unknown", site=site)
    found = unboxed(site)
    return JsonResponse({"count": found.count, "tubes": found.tubes})
