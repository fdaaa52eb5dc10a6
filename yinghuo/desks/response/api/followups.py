"""The doors for follow-up teams: the rounds of the day, the visits of one round, and what was found."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from yinghuo.core.areas.queries import names
from yinghuo.core.doors.documents import DAY, REVOKED, TEXT, UUID_TEXT, WHOLE, answering, record, several, taking
from yinghuo.core.doors.senders import sender_of
from yinghuo.core.people.models import DeviceKind
from yinghuo.desks.response.actions import followups as actions
from yinghuo.desks.response.queries import followups as queries
from yinghuo.desks.response.rules.followups import day_of

router = Router(tags=["follow-up"])
encoder = msgspec.json.Encoder()
TEAM = frozenset({DeviceKind.TEAM})
ROUND = record(
    id=UUID_TEXT,
    area_zh=TEXT,
    building=TEXT,
    part=WHOLE,
    visits=WHOLE,
    seen=WHOLE,
    overdue=WHOLE,
    mine={"type": "boolean"},
)
VISIT = record(contact=UUID_TEXT, label=TEXT, room=TEXT, day_number=WHOLE, missed_days=WHOLE, status=TEXT)


OF_TEAMS = {401: REVOKED, 403: "This kind of device does no follow-up"}


@router.post(
    "/follow-ups",
    openapi_extra=taking("follow-ups", actions.FollowUpItem, actions.Answer),
    summary="Follow-up visits made",
)
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Up to 2,000 visits, each told by its own id; sending a batch again gives the same answer."""
    answer = actions.keep_follow_ups(request.body, sender_of(request, kinds=TEAM))
    return HttpResponse(encoder.encode(answer), content_type="application/json")


@router.get(
    "/follow-ups/rounds", openapi_extra=answering(record(day=DAY, rounds=several(ROUND)), OF_TEAMS), summary="Rounds"
)
def rounds(request: HttpRequest) -> HttpResponse:
    """Today's rounds in the device's area that are free or its own."""
    sender = sender_of(request, kinds=TEAM)
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
    openapi_extra=answering(
        record(id=UUID_TEXT, day=DAY, building=TEXT, part=WHOLE, visits=several(VISIT)),
        OF_TEAMS
        | {
            400: "This is no id of a round",
            404: "There is no such round today in this area",
            409: "Another team has this round",
        },
    ),
    summary="Take a round",
)
def take_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The visits of a round, which thereby is this phone's: masked names and rooms, nothing of case or exposure."""
    one = actions.take_round(round_id, sender_of(request, kinds=TEAM))
    shown = {"id": str(one.id), "day": one.day.isoformat(), "building": one.building, "part": one.part}
    return _json(shown | {"visits": queries.visits_of(one.id)})


def _json(given: dict[str, Any]) -> HttpResponse:
    return JsonResponse(given, headers={"Cache-Control": "no-store"}, json_dumps_params={"ensure_ascii": False})
