"""The doors for follow-up teams: the rounds of the day, the visits of one round, and what was found."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from yinghuo.core.areas.queries import names
from yinghuo.core.people.models import DeviceKind
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import followups as actions
from yinghuo.desks.response.actions.followup_batch import LARGEST_BATCH
from yinghuo.desks.response.queries import followups as queries
from yinghuo.desks.response.rules.followups import day_of

router = Router(tags=["follow-up"])
encoder = msgspec.json.Encoder()
TEXT, WHOLE, UUID_TEXT = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "uuid"}
DAY, MOMENT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "code": TEXT},
}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": PROBLEM}}}


PROBLEMS = {
    401: _problem("No token, or the device was revoked"),
    403: _problem("This kind of device does no follow-up"),
    503: _problem("The database does not answer; keep what you have and ask again"),
}
ROUND = _object(
    id=UUID_TEXT,
    area_zh=TEXT,
    building=TEXT,
    part=WHOLE,
    visits=WHOLE,
    seen=WHOLE,
    overdue=WHOLE,
    mine={"type": "boolean"},
)
VISIT = _object(contact=UUID_TEXT, label=TEXT, room=TEXT, day_number=WHOLE, missed_days=WHOLE, status=TEXT)


def _documented(answer: dict[str, Any], **problems: str) -> dict[str, Any]:
    said = {int(name[3:]): _problem(words) for name, words in problems.items()}
    given: dict[int, Any] = {200: {"description": "OK", "content": {"application/json": {"schema": answer}}}}
    return {"responses": given | said | PROBLEMS}


def _kept() -> dict[str, Any]:
    """OpenAPI for the door of facts, read off the wire types."""
    (item, answer), parts = msgspec.json.schema_components(
        [actions.FollowUpItem, actions.Answer], ref_template="#/components/schemas/{name}"
    )
    batch = _object(sent_at=MOMENT) | {"required": ["sent_at", "follow-ups"]}
    batch["properties"]["follow-ups"] = _list(_inlined(item, parts)) | {"maxItems": LARGEST_BATCH}
    batch["properties"]["schema"] = {"enum": [2, None]}
    said = _documented(
        _inlined(answer, parts),
        on_400="The body is not a batch at all",
        on_409="The form of the items is not read; keep them and update the program",
        on_413=f"More than {LARGEST_BATCH:,} items",
    )
    return said | {"requestBody": {"required": True, "content": {"application/json": {"schema": batch}}}}


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


@router.post("/follow-ups", openapi_extra=_kept(), summary="Follow-up visits made")
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Up to 2,000 visits, each told by its own id; sending a batch again gives the same answer."""
    answer = actions.keep_follow_ups(request.body, _team(request))
    return HttpResponse(encoder.encode(answer), content_type="application/json")


@router.get("/follow-ups/rounds", openapi_extra=_documented(_object(day=DAY, rounds=_list(ROUND))), summary="Rounds")
def rounds(request: HttpRequest) -> HttpResponse:
    """Today's rounds in the device's area that are free or its own."""
    sender = _team(request)
    today = day_of(sender.now)
    found = queries.rounds_for(sender.device, today)
    areas = names([one.area_code for one in found])
    shown = [
        {
            "id": str(one.id),
            "area_zh": areas.get(one.area_code, one.area_code),
            "building": one.building,
            "part": one.part,
            "visits": one.visits,
            "seen": one.seen,
            "overdue": one.overdue,
            "mine": one.device is not None,
        }
        for one in found
    ]
    return _json({"day": today.isoformat(), "rounds": shown})


@router.get(
    "/follow-ups/rounds/{round_id}",
    openapi_extra=_documented(
        _object(id=UUID_TEXT, day=DAY, building=TEXT, part=WHOLE, visits=_list(VISIT)),
        on_400="This is no id of a round",
        on_404="There is no such round today in this area",
        on_409="Another team has this round",
    ),
    summary="Take a round",
)
def take_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The visits of a round, which thereby is this phone's: masked names and rooms, nothing of case or exposure."""
    one = actions.take_round(round_id, _team(request))
    shown = {"id": str(one.id), "day": one.day.isoformat(), "building": one.building, "part": one.part}
    return _json(shown | {"visits": queries.visits_of(one.id)})


def _team(request: HttpRequest) -> actions.Sender:
    sender: actions.Sender = request.auth  # type: ignore[attr-defined]
    if sender.device.kind != DeviceKind.TEAM:
        raise Refused("access.device", kind=sender.device.kind)
    return sender


def _json(given: dict[str, Any]) -> HttpResponse:
    return JsonResponse(given, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False})
