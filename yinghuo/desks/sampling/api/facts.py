"""The doors for facts: batches of facts in, the ids that are on disk out."""

from collections.abc import Callable

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yinghuo.core.doors.documents import taking
from yinghuo.core.doors.senders import Sender, sender_of
from yinghuo.desks.sampling import actions
from yinghuo.desks.sampling.actions import facts, items
from yinghuo.desks.sampling.actions.results_csv import as_batch

Keep = Callable[[bytes, Sender], facts.Answer]
router = Router(tags=["sampling"])
encoder = msgspec.json.Encoder()
PHONE, COURIER, LABORATORY = frozenset({"phone"}), frozenset({"courier", "laboratory"}), frozenset({"laboratory"})


def answer(request: HttpRequest, keep: Keep, *, kinds: frozenset[str]) -> HttpResponse:
    """Keeps the batch of a device of one of these kinds, and says which ids are on disk."""
    kept = keep(request.body, sender_of(request, kinds=kinds))
    return HttpResponse(encoder.encode(kept), content_type="application/json")


@router.post("/swabs", openapi_extra=taking("swabs", items.SwabItem, facts.Answer), summary="Swabs taken")
def swabs(request: HttpRequest) -> HttpResponse:
    """Up to 2,000 swabs, each told by its own id; sending a batch again gives the same answer."""
    return answer(request, actions.keep_swabs, kinds=PHONE)


@router.post("/tubes", openapi_extra=taking("tubes", items.SealedItem, facts.Answer), summary="Tubes sealed")
def tubes(request: HttpRequest) -> HttpResponse:
    """Tubes closed at the site, with the phone's own count."""
    return answer(request, actions.keep_sealed, kinds=PHONE)


@router.post(
    "/corrections",
    openapi_extra=taking("corrections", items.CorrectionItem, facts.Answer),
    summary="Swabs undone or moved",
)
def corrections(request: HttpRequest) -> HttpResponse:
    """Swabs that were undone or belong to another tube; they may come before the swabs that they speak of."""
    return answer(request, actions.keep_corrections, kinds=PHONE)


@router.post("/voids", openapi_extra=taking("voids", items.VoidItem, facts.Answer), summary="Tubes voided")
def voids(request: HttpRequest) -> HttpResponse:
    """Tubes that do not count, and why: whose swabs are in them were not sampled."""
    return answer(request, actions.keep_voids, kinds=PHONE)


@router.post("/boxes", openapi_extra=taking("boxes", items.BoxItem, facts.Answer), summary="Boxes packed")
def boxes(request: HttpRequest) -> HttpResponse:
    """Boxes with the tubes in them, with the packer's own count."""
    return answer(request, actions.keep_boxes, kinds=PHONE)


@router.post(
    "/handovers", openapi_extra=taking("handovers", items.HandoverItem, facts.Answer), summary="Boxes handed over"
)
def handovers(request: HttpRequest) -> HttpResponse:
    """Boxes collected by a courier or received by a laboratory."""
    return answer(request, actions.keep_handovers, kinds=COURIER)


@router.post(
    "/results",
    openapi_extra=taking(
        "results",
        items.ResultItem,
        facts.Answer,
        csv="head: tube,message,at,result,technician[,ct_orf1ab,ct_n,vehicle,id]",
    ),
    summary="Results",
)
def results(request: HttpRequest) -> HttpResponse:
    """Results per tube; the same message of a laboratory again is the same fact, a new message is a correction."""
    if request.content_type == "text/csv":
        return answer(request, _keep_csv, kinds=LABORATORY)
    return answer(request, actions.keep_results, kinds=LABORATORY)


def _keep_csv(body: bytes, sender: Sender) -> facts.Answer:
    return facts.keep_result_batch(as_batch(body, sender), sender)
