"""The door for visits: check-in codes, access control, seats of canteens and buses, from devices and other systems."""

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.doors.documents import taking
from yinghuo.core.doors.senders import sender_of
from yinghuo.core.people.models import DeviceKind
from yinghuo.desks.response.actions import visits_batch as actions
from yinghuo.desks.response.actions.followups import Answer

router = Router(tags=["visits"])
encoder = msgspec.json.Encoder()
SENDERS = frozenset({DeviceKind.PHONE, DeviceKind.TEAM})


@router.post("/visits", openapi_extra=taking("visits", actions.VisitItem, Answer), summary="Visits to venues")
def visits(request: HttpRequest) -> HttpResponse:
    """Up to 2,000 visits, each told by its own id; sending a batch again gives the same answer."""
    answer = actions.keep_batch(request.body, sender_of(request, kinds=SENDERS))
    return HttpResponse(encoder.encode(answer), content_type="application/json")
