"""The FHIR door for cases: a hospital's or laboratory's device sends a Bundle, and reads back what it sent itself."""

import hashlib
import io
import json
from typing import Any
from uuid import uuid5

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.doors.senders import Sender, sender_of
from yinghuo.core.people.models import DeviceKind
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import exchange as actions
from yinghuo.desks.response.models import Form, Import, ImportPolicy, ImportStage
from yinghuo.desks.response.queries.exchange import sent_by
from yinghuo.desks.response.rules.exchange import IN_REQUEST_BYTES
from yinghuo.engines.exchange.fhir.writing import bundle
from yinghuo.engines.messages.fhir_out import outcome

router = Router(tags=["fhir"])
TYPE = "application/fhir+json"
MOST_ISSUES = 200


@router.post("/response/fhir", include_in_schema=False)
def take_bundle(request: HttpRequest) -> HttpResponse:
    """Takes in a Bundle of at most 1 MiB, entry by entry; `?policy=merge` brings known records up to date.

    The same Bundle again gets the same answer and changes nothing. What is not taken is an issue with its entry.
    """
    sender = sender_of(request, kinds=(DeviceKind.LABORATORY,))
    if len(request.body) > IN_REQUEST_BYTES:
        raise Refused("exchange.too_large", most=IN_REQUEST_BYTES)
    policy = str(request.GET.get("policy", ImportPolicy.SKIP))
    digest = hashlib.sha256(request.body).hexdigest()
    upload = actions.Upload("bundle.json", io.BytesIO(request.body), Form.FHIR, _source(sender), policy)
    import_id = uuid5(sender.device.id, f"{policy}|{digest}")
    one = actions.begin(upload, import_id=import_id, area_code=sender.device.area_code, by=sender.label, at=sender.now)
    if one.stage != ImportStage.DONE:
        actions.start_applying(one.id, by=sender.label)
        one = actions.apply(one.id, at=sender.now)
    return _answer(_told(one))


@router.get("/response/fhir", include_in_schema=False)
def give_bundle(request: HttpRequest) -> HttpResponse:
    """What this device sent, as it stands here now, under pseudonyms and its own numbers."""
    sender = sender_of(request, kinds=(DeviceKind.LABORATORY,))
    return _answer(bundle(sent_by(_source(sender), area_code=sender.device.area_code)))


def _source(sender: Sender) -> str:
    return f"device:{sender.device.id}"


def _told(one: Import) -> dict[str, Any]:
    """An OperationOutcome: what was done, then every entry that was not taken."""
    done = ", ".join(
        f"{kind}: {count} {name}" for kind, had in one.counts.items() for name, count in had.items() if count
    )
    told = outcome([("informational", "", done or "Nothing in it is read here.")], severity="information")
    faults = one.faults.order_by("row", "id")[:MOST_ISSUES]
    issues = [
        ("value", f"Bundle.entry[{fault.row - 1}]", f"{fault.kind}.{fault.field}: {fault.cause}") for fault in faults
    ]
    return told | {"issue": told["issue"] + outcome(issues)["issue"]}


def _answer(resource: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(resource, ensure_ascii=False).encode(), content_type=TYPE)
