"""The scenario of the response desk: a dormitory at high level, a workshop proposed, an old level that is overdue.

All invented, as the whole scenario is. The rules for areas in May 2022 are from memory (`rules.versions` says so).
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from yinghuo.core.people.models import Role, User
from yinghuo.demo.response.scene import Scene, event_id
from yinghuo.demo.world import LOGINS, named
from yinghuo.desks.response.actions.levels import NewLevel, confirm_level, propose_level, publish_level
from yinghuo.desks.response.actions.levels_measures import (
    NewMeasure,
    confirm_measure,
    propose_measure,
    publish_measure,
)
from yinghuo.desks.response.actions.levels_results import NewResult, keep_result
from yinghuo.desks.response.jobs.levels import judge_levels
from yinghuo.desks.response.models import AreaLevel, Event
from yinghuo.desks.response.queries.risk import PlaceRisk, places_of

OLD_STREET = "220104001"  # of another district than the plant's
OLD_SINCE = date(2022, 4, 20)


def play(scene: Scene) -> None:
    """The levels of the plant's event, one of the wave before; judged every morning since that one was due."""
    officer, duty = _label(Role.RESPONSE), _label(Role.DUTY)
    _taken_over(officer, duty)
    event = Event.objects.filter(id=event_id()).first()
    today = timezone.localdate(scene.now)
    places = places_of(event, on=today) if event else []
    if event and places:
        _dormitory(event, _first(places, "dormitory"), by=officer, confirmed_by=duty)
        _workshop(event, _first(places, "workplace"), by=officer)
    for days in range(6, -1, -1):
        day = today - timedelta(days=days)
        judge_levels(day, at=_at(day, 6, 20))


def _taken_over(officer: str, duty: str) -> None:
    """A street that became high in the wave before and whose step down nobody has confirmed."""
    new = NewLevel(
        id=named("response-level", "taken over"),
        rank="high",
        extent="street",
        starts_on=OLD_SINCE,
        area_code=OLD_STREET,
        because={"taken_over": True},
    )
    _in_force(new, officer, duty, _at(OLD_SINCE, 9, 0))


def _dormitory(event: Event, place: PlaceRisk | None, *, by: str, confirmed_by: str) -> None:
    """The dormitory building: high since 8 May, closed for a week."""
    if place is None:
        return
    day = date(2022, 5, 8)
    new = NewLevel(
        id=named("response-level", "dormitory"),
        rank="high",
        extent="building",
        starts_on=day,
        event=event,
        venue=place.venue.id,
        names=("", "Dormitory 3 (invented)"),
    )
    level = _in_force(new, by, confirmed_by, _at(day, 9, 10))
    measure = NewMeasure(
        id=named("response-measure", "dormitory"),
        kind="close_building",
        starts_on=day,
        ends_on=date(2022, 5, 14),
        basis=("law.places", "notice.class_a"),
        reason="两名病例同住，楼道共用。Two cases live there and the stairs are shared.",
        level=level.id,
    )
    propose_measure(measure, by=by, at=_at(day, 9, 30))
    confirm_measure(measure.id, by=confirmed_by, at=_at(day, 9, 50))
    publish_measure(measure.id, by=confirmed_by, at=_at(day, 9, 52))


def _workshop(event: Event, place: PlaceRisk | None, *, by: str) -> None:
    """The workshop: surfaces were positive, medium is proposed and waits for the duty officer."""
    if place is None:
        return
    day = date(2022, 5, 9)
    surfaces = NewResult(
        id=named("response-result", "workshop"),
        of="surfaces",
        on=day,
        expected=24,
        swabbed=24,
        positive=1,
        evidence="区疾控实验室报告 0509-17（虚构） / District laboratory, report 0509-17 (invented)",
        venue=place.venue.id,
    )
    keep_result(surfaces, by=by, at=_at(day, 16, 0))
    new = NewLevel(
        id=named("response-level", "workshop"),
        rank="medium",
        extent="venue",
        starts_on=date(2022, 5, 10),
        event=event,
        venue=place.venue.id,
    )
    propose_level(new, by=by, at=_at(day, 18, 0))


def _in_force(new: NewLevel, by: str, confirmed_by: str, at: datetime) -> AreaLevel:
    level = propose_level(new, by=by, at=at)
    why = "沿用前一轮的划定。Taken over as it stood." if level.excess else ""
    confirm_level(level.id, because_above=why, by=confirmed_by, at=at + timedelta(minutes=30))
    return publish_level(level.id, by=confirmed_by, at=at + timedelta(minutes=32))


def _first(places: list[PlaceRisk], kind: str) -> PlaceRisk | None:
    return next((one for one in places if one.venue.kind == kind), None)


def _label(role: Role) -> str:
    """The user of the scenario with this role, as the ledger names them."""
    return User.objects.get(username=LOGINS[role][0]).label


def _at(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
