"""Looking a result up as JSON, for everybody: who it is for an address, the address for where they stand."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from ninja import Router

from yinghuo.console.clock import now
from yinghuo.core.doors.documents import TEXT, answering, taking
from yinghuo.core.doors.senders import Sender
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling import lookup_rules as rules
from yinghuo.desks.sampling.actions.facts import Answer
from yinghuo.desks.sampling.actions.lookups import CodeItem, keep_codes
from yinghuo.desks.sampling.api.facts import PHONE, answer
from yinghuo.desks.sampling.queries import asking
from yinghuo.desks.sampling.queries.lookups import Standing, standing
from yinghuo.desks.sampling.rules import Status

public = Router(tags=["results"])
router = Router(tags=["sampling"])
LARGEST_QUESTION_BYTES = 4_096
MOMENT_OR_NONE: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
QUESTION = {
    "type": "object",
    "properties": {
        "number": TEXT | {"description": "identity number"},
        "name": TEXT | {"description": "name, as registered"},
        "code": TEXT | {"description": "code from the slip, instead of number and name"},
    },
}
ADDRESS = {"type": "object", "required": ["address", "token"], "properties": {"address": TEXT, "token": TEXT}}
STATUSES = ["none", *(status.value for status in Status)]
STANDING = {
    "type": "object",
    "required": ["status", "name", "sampled_at", "result_at", "review_by", "valid_until", "as_of"],
    "properties": {
        "status": TEXT | {"enum": STATUSES},
        "name": TEXT | {"description": "masked"},
        "sampled_at": MOMENT_OR_NONE,
        "result_at": MOMENT_OR_NONE,
        "review_by": MOMENT_OR_NONE,
        "valid_until": MOMENT_OR_NONE,
        "as_of": TEXT | {"format": "date-time", "description": "when this answer was made, to the minute"},
    },
}


class Question(msgspec.Struct):
    """What is asked."""

    number: str = ""
    name: str = ""
    code: str = ""


_ASKING = answering(
    ADDRESS,
    {
        400: "The question could not be read, or a number or code is misspelt",
        404: "No match; this does not tell whether the number is known",
        429: "Too many wrong tries from here, or about this number",
    },
) | {"requestBody": {"required": True, "content": {"application/json": {"schema": QUESTION}}}}


@public.post("/look-ups", openapi_extra=_ASKING, summary="Ask for the address of a result")
def ask(request: HttpRequest) -> HttpResponse:
    """By code, or by identity number and name; the address answers for three days without either."""
    if len(request.body) > LARGEST_QUESTION_BYTES:
        raise Refused("look_up.too_long")
    try:
        question = msgspec.json.decode(request.body, type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("look_up.unreadable") from error
    moment = now()
    asked = asking.Asked(asked_from(request), question.number, question.name, question.code)
    token = asking.address_of(asking.find(asked, now=moment), now=moment)
    return JsonResponse({"address": f"/r/{token}", "token": token}, headers={"Cache-Control": "no-store"})


_LOOKING = answering(STANDING, {404: "There is no such address", 410: "The address is over; ask anew"})


@public.get("/look-ups/{token}", openapi_extra=_LOOKING, summary="A result")
def look_up(request: HttpRequest, token: str) -> HttpResponse:
    """Where the person stands; it may be cached for seconds, and for hours while the database does not answer."""
    moment = now()
    found = standing(asking.person_at(token, now=moment))
    body = as_json(found, moment.replace(second=0, microsecond=0))
    return cacheable(request, JsonResponse(body, json_dumps_params={"ensure_ascii": False}))


@router.post("/codes", openapi_extra=taking("codes", CodeItem, Answer), summary="Codes given on slips")
def codes(request: HttpRequest) -> HttpResponse:
    """Codes that phones printed, each bound to one swab; sending a batch again gives the same answer."""
    return answer(request, _keep, kinds=PHONE)


def _keep(body: bytes, sender: Sender) -> Any:
    return keep_codes(body, sender)


def as_json(found: Standing, as_of: datetime) -> dict[str, Any]:
    """A standing as programs read it."""
    one, certificate = found.sample, found.certificate
    moments = {
        "sampled_at": one and one.at,
        "result_at": one and one.result_at,
        "review_by": found.review_by,
        "valid_until": certificate and certificate.valid_until,
        "as_of": as_of,
    }
    told = {"status": found.status.value if found.status else "none", "name": found.name}
    return told | {name: at.isoformat() if at else None for name, at in moments.items()}


def cacheable(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Lets caches keep an answer for seconds, and for hours while nothing behind them answers; 304 for no news."""
    response["Cache-Control"] = (
        f"public, max-age={rules.FRESH_S}, stale-while-revalidate={6 * rules.FRESH_S}, stale-if-error={rules.STALE_S}"
    )
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, noarchive"
    response["ETag"] = tag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    return get_conditional_response(request, etag=tag, response=response) or response


def asked_from(request: HttpRequest) -> str:
    """Where a request came from: behind our own proxy the address that it added last, else the peer's."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
