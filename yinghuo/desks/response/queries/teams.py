"""Teams as the pages see them: the list, one team, its orders, what it worked of late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.core.work.models import Order
from yinghuo.desks.response.models import Sending, Team
from yinghuo.desks.response.rules.dispatching import LOAD_DAYS

LOADS = """
    SELECT team_id, count(*),
           sum(extract(epoch FROM least(coalesce(ended_at, %(now)s), %(now)s) - greatest(sent_at, %(since)s))) / 3600
    FROM response_sending
    WHERE team_id = ANY(%(teams)s) AND sent_at < %(now)s AND coalesce(ended_at, %(now)s) > %(since)s
    GROUP BY team_id
"""


@dataclass(frozen=True)
class Load:
    """Hours under way or on site in the last days, and to how many orders."""

    hours: float = 0.0
    orders: int = 0


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; "" for no matter."""

    state: str = ""
    skill: str = ""
    area: str = ""
    kind: str = ""  # mobile, squad
    text: str = ""


def teams_of(user: User, wanted: Wanted | None = None) -> QuerySet[Team]:
    """Teams that exist for this user, by code."""
    asked = wanted or Wanted()
    found = scope(user, Team.objects.all()).order_by("code")
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.skill:
        found = found.filter(skills__has_key=asked.skill)
    if asked.area:
        found = found.filter(area_code__startswith=asked.area)
    if asked.kind:
        found = found.filter(mobile=asked.kind == "mobile")
    if asked.text:
        found = found.filter(code__istartswith=asked.text) | found.filter(name_zh__contains=asked.text)
    return found


def team_page(user: User, wanted: Wanted, *, after: str, limit: int) -> Sequence[Team]:
    """A page of the list, after a code."""
    found = teams_of(user, wanted)
    return list((found.filter(code__gt=after) if after else found)[:limit])


def team(user: User, code: str) -> Team | None:
    """One team; None outside the user's area."""
    return teams_of(user).filter(code=code).first()


def loads(ids: Iterable[UUID], *, now: datetime) -> dict[UUID, Load]:
    """What each team worked in the last LOAD_DAYS days; teams that did nothing are left out."""
    values: dict[str, Any] = {"teams": list(ids), "now": now, "since": now - timedelta(days=LOAD_DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(LOADS, values)
        return {row[0]: Load(float(row[2]), row[1]) for row in cursor.fetchall()}


def sendings(one: Team, *, limit: int = 30) -> list[tuple[Sending, Order | None]]:
    """To what it was sent, the latest first, with the orders."""
    rows = list(one.sendings.order_by("-sent_at")[:limit])
    orders = Order.objects.in_bulk([row.order_id for row in rows])
    return [(row, orders.get(row.order_id)) for row in rows]


def counts(user: User) -> dict[str, int]:
    """Teams by state."""
    states = teams_of(user).order_by().values_list("state", flat=True)
    found: dict[str, int] = {}
    for state in states:
        found[state] = found.get(state, 0) + 1
    return found
