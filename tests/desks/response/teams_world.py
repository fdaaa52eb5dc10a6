"""One small world for teams: a district with three squads, a mobile team, and orders at places; all of it invented."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.people.models import User
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions.teams import NewTeam, keep_team
from yinghuo.desks.response.models import Event, EventState, Team, Venue

AT = datetime(2022, 5, 10, 2, 0, tzinfo=UTC)  # 10:00 in Changchun
MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)
AREA, ME, OTHER = "220106", "user:1", "user:2"
LAT, LON = 43.88, 125.25


def areas() -> None:
    """Province, prefecture, district, each with a point."""
    for code, level, name in (
        ("22", "province", "吉林省"),
        ("2201", "prefecture", "长春市"),
        (AREA, "county", "绿园区"),
    ):
        parent = Area.objects.filter(code=code[:-2]).first()
        given = {"name_zh": name, "name_en": name, "short_zh": name, "lat": LAT, "lon": LON, "parent": parent}
        Area.objects.get_or_create(code=code, defaults=given | {"level": level})


def team(code: str = "S1", *, km_north: float = 1.0, skills: dict[str, int] | None = None, **more: Any) -> Team:
    """A squad so many kilometres north of the district's point."""
    given = {"name_zh": f"应急小分队{code}（虚构）", "area_code": AREA, "lat": LAT + km_north / 111.2, "lon": LON}
    given |= {"skills": skills or {"tracing": 2, "disinfection": 2, "transfer": 1}} | more
    return keep_team(NewTeam(code=code, **given), by=ME, at=AT)


def order(kind: str = "response.check", *, area_code: str = AREA, minutes: int = 60, **more: Any) -> Order:
    """An open order of the district, due in so many minutes."""
    new = work.NewOrder(id=uuid4(), subject=f"case:{uuid4()}", area_code=area_code, **more)
    opened = work.open_order(new, kind=kind, by=ME, at=AT)
    Order.objects.filter(id=opened.id).update(accept_by=None, arrive_by=None, finish_by=AT + minutes * MIN)
    return now(opened.id)


def at_venue(kind: str = "response.tracing", *, km_north: float, **more: Any) -> Order:
    """An order of an event whose venue lies so many kilometres north."""
    given = {"name_zh": "场所（虚构）", "kind": "workplace", "area_code": AREA, "entry_id": ledger.new_id()}
    venue = Venue.objects.create(id=uuid4(), lat=LAT + km_north / 111.2, lon=LON, **given)
    given = {"area_code": AREA, "detected_at": AT, "state": EventState.OPEN, "entry_id": ledger.new_id()}
    event = Event.objects.create(id=uuid4(), number=f"2201-{uuid4().hex[:6]}", venue_id=venue.id, **given)
    new = work.NewOrder(id=uuid4(), subject=f"event:{event.id}", area_code=AREA, **more)
    return work.open_order(new, kind=kind, by=ME, at=AT)


def now(order_id: UUID) -> Order:
    """An order as it stands."""
    return Order.objects.get(id=order_id)


def fresh(one: Team) -> Team:
    """A team as it stands."""
    return Team.objects.get(id=one.id)


def user(role: str = "response", area_code: str = AREA) -> User:
    """Somebody who may sign in."""
    return User.objects.create_user(f"u{uuid4().hex[:8]}", role=role, area_code=area_code, language="en")


def signed_in(who: User) -> Client:
    """A browser of theirs."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client
