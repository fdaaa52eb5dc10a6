"""One small world for the tests of orders and issues: a kind with four clocks, people of several areas, and a noon."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role, User
from yinghuo.core.work import actions
from yinghuo.core.work.actions import NewOrder
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import Kind, State, register_kind

NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
STREET, COUNTY, PREFECTURE, PROVINCE = "220106001", "220106", "2201", "22"
CREW, OTHER, BOSS = "user:1", "user:2", "user:9"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


VISIT = register_kind(
    Kind("test.visit", "上门", "Visit", Role.DUTY.value, minutes(10), minutes(60), minutes(180), minutes(240))
)
LOOSE = register_kind(Kind("test.loose", "无时限", "No clocks", Role.DUTY.value))


def new(**fields: Any) -> NewOrder:
    return NewOrder(**{"id": uuid4(), "subject": "place:1", "area_code": STREET} | fields)


def opened(kind: Kind = VISIT, at: datetime = NOON, **fields: Any) -> Order:
    return actions.open_order(new(**fields), kind=kind.key, by=BOSS, at=at)


def in_state(state: State) -> Order:
    """An order that went the ordinary way to `state`."""
    order = opened()
    if state in (State.TAKEN, State.ARRIVED, State.DONE, State.CLOSED, State.RETURNED):
        actions.take(order.id, by=CREW, at=NOON)
    if state == State.ARRIVED:
        actions.arrive(order.id, by=CREW, at=NOON)
    if state in (State.DONE, State.CLOSED):
        actions.finish(order.id, by=CREW, at=NOON)
    if state == State.CLOSED:
        actions.verify(order.id, by=BOSS, at=NOON)
    if state == State.RETURNED:
        actions.send_back(order.id, reason="wrong address", by=CREW, at=NOON)
    if state == State.CANCELLED:
        actions.cancel(order.id, reason="not needed", by=BOSS, at=NOON)
    return Order.objects.get(id=order.id)


def user(role: Role = Role.DUTY, area_code: str = PROVINCE) -> User:
    return User.objects.create(username=f"u{uuid4().hex[:12]}", role=role, area_code=area_code)


def entries(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def ids(rows: Any) -> list[UUID]:
    return [row.id for row in rows]
