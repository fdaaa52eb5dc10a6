"""The scenario of the response desk: lists of 9 and 10 May, visits by one team, one not reached, one with fever."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from yinghuo.core.doors.senders import Sender
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Device, DeviceKind, Role, User
from yinghuo.core.people.queries import DeviceRow
from yinghuo.demo.response.scene import AREA, Scene, event_id
from yinghuo.demo.world import BY, LOGINS, named
from yinghuo.desks.response.actions.followups import keep_follow_ups
from yinghuo.desks.response.actions.revealing import reveal_for_case
from yinghuo.desks.response.jobs.followups import generate
from yinghuo.desks.response.jobs.publishing import publish_week
from yinghuo.desks.response.models import CaseReveal, DueVisit, Exposure
from yinghuo.desks.response.rules.followups import CHINA

LISTED_AT, BEGUN_AT = time(5, 30), time(6, 30)
FIRST_DAY_MISSED, MINUTES_A_VISIT = 3, 3
PHONE = "随访一组（虚构）"


def play(scene: Scene) -> None:
    """Two mornings: yesterday nearly all were seen, today the team has been under way for an hour."""
    today = scene.now.astimezone(CHINA).date()
    yesterday, phone = today - timedelta(days=1), _phone(scene)
    generate(yesterday, now=_at(yesterday, LISTED_AT))
    due = _due(yesterday)
    _send(phone, due, list(_visits_of_yesterday(due)), at=_at(yesterday, time(12)))
    generate(today, now=_at(today, LISTED_AT))
    due = _due(today)
    _send(phone, due, list(_visits_of_today(due, until=scene.now)), at=scene.now)
    publish_week(today, at=_at(today, time(4, 20)))
    _look(due, scene)


def _visits_of_yesterday(due: Sequence[DueVisit]) -> Iterator[dict[str, Any]]:
    """Everybody well but three: one whom nobody reached, one who refused, one not visited at all."""
    for number, _ in enumerate(due[:-1]):
        status = {0: "not_reached", 1: "refused"}.get(number, "seen_well")
        yield {"status": status, "temperature_c": _degrees(number) if status == "seen_well" else None}


def _visits_of_today(due: Sequence[DueVisit], *, until: datetime) -> Iterator[dict[str, Any]]:
    """As many as an hour allows; the first is not reached again, the fourth has a fever."""
    for number in range(min(len(due), int((until - _at(due[0].day, BEGUN_AT)).total_seconds() // 180) if due else 0)):
        if number == 0:
            yield {"status": "not_reached", "temperature_c": None}
        elif number == FIRST_DAY_MISSED:
            yield {"status": "seen_ill", "temperature_c": 38.2, "symptoms": ["fever", "sore_throat"]}
        else:
            yield {"status": "seen_well", "temperature_c": _degrees(number)}


def _send(phone: DeviceRow, due: Sequence[DueVisit], found: Sequence[dict[str, Any]], *, at: datetime) -> None:
    items = [
        {
            "id": named("follow-up", f"{one.contact}:{one.day}"),
            "contact": one.contact,
            "day": one.day,
            "day_number": one.day_number,
            "at": _at(one.day, BEGUN_AT) + timedelta(minutes=MINUTES_A_VISIT * number),
            **what,
        }
        for number, (one, what) in enumerate(zip(due, found, strict=False))
    ]
    if items:
        keep_follow_ups(msgspec.json.encode({"sent_at": at, "follow-ups": items}), Sender(phone, at))


def _due(day: date) -> list[DueVisit]:
    """The event's contacts on the list of a day, in the same order on both days."""
    return list(DueVisit.objects.filter(event=event_id(), day=day).order_by("contact"))


def _phone(scene: Scene) -> DeviceRow:
    one = Device.objects.filter(name=PHONE, kind=DeviceKind.TEAM).first()
    if one is None:
        one, _ = people.enrol_device(PHONE, DeviceKind.TEAM.value, by=BY, at=_morning(scene), area_code=AREA)
    return DeviceRow(one.id, one.kind, one.site_id, one.area_code, one.party_id)


def _look(due: Sequence[DueVisit], scene: Scene) -> None:
    """The officer looks at the identity of whom nobody reached, once."""
    officer = User.objects.filter(username=LOGINS[Role.RESPONSE][0]).first()
    ids: list[UUID] = [one.contact for one in due[:1]]
    met = Exposure.objects.filter(contact__in=ids).select_related("contact", "case").first()
    if officer is None or met is None or CaseReveal.objects.filter(case=met.case).exists():
        return
    said = "two days without an answer at the door; to ring up"
    at = min(scene.now, _at(scene.now.astimezone(CHINA).date(), time(7, 20)))
    reveal_for_case(met.contact.person, met.case_id, "reach", words=said, by=officer, at=at)


def _degrees(number: int) -> float:
    return round(36.2 + number * 7 % 10 / 10, 1)


def _morning(scene: Scene) -> datetime:
    return _at(scene.now.astimezone(CHINA).date() - timedelta(days=1), time(5))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, CHINA).astimezone(UTC)
