"""The door of custody for phones: the system's count of tubes that wait to be boxed at a site."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router

from yinghuo.core.areas.queries import within
from yinghuo.core.doors.documents import REVOKED, answering
from yinghuo.core.doors.senders import sender_of
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.api.facts import PHONE
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
DOCUMENTED = answering(
    ANSWER,
    {
        400: "This is no number of a site",
        401: REVOKED,
        403: "This kind of device does not pack boxes",
        404: "There is no such site in the device's area",
    },
    description="Tubes sealed at the site and in no box",
)


@router.get("/phone/unboxed", openapi_extra=DOCUMENTED, summary="Tubes that wait to be boxed")
def phone_unboxed(request: HttpRequest, site: int) -> JsonResponse:
    """The system's count, to be held against the packer's before a box is sealed; at most 500 codes are named."""
    sender = sender_of(request, kinds=PHONE)
    known = 0 <= site < 2**63 and within(Site.objects.filter(pk=site), sender.device.area_code).exists()
    if not known:
        raise Refused("site.unknown", site=site)
    found = unboxed(site)
    return JsonResponse({"count": found.count, "tubes": found.tubes})
