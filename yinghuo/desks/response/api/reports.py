"""The door for reports of devices and other systems: a batch in, the ids that are on disk out."""

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.doors.documents import taking
from yinghuo.core.doors.senders import sender_of
from yinghuo.core.people.models import DeviceKind
from yinghuo.desks.response.actions.reports_batch import MOST, Answer, ReportItem, keep_reports

router = Router(tags=["response"])
encoder = msgspec.json.Encoder()
KINDS = frozenset({DeviceKind.PHONE, DeviceKind.LABORATORY, DeviceKind.TEAM})


@router.post(
    "/reports", openapi_extra=taking("reports", ReportItem, Answer, most=MOST), summary="Suspected cases reported"
)
def reports(request: HttpRequest) -> HttpResponse:
    """Up to 200 reports, each told by its own id; sending a batch again gives the same answer."""
    answer = keep_reports(request.body, sender_of(request, kinds=KINDS))
    return HttpResponse(encoder.encode(answer), content_type="application/json")
