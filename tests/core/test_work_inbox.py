"""The inbox: late first, complete page by page, by role and area, and by an index at every level of areas."""

from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.core.work_world import (
    BOSS,
    COUNTY,
    CREW,
    LOOSE,
    NOON,
    PREFECTURE,
    PROVINCE,
    STREET,
    VISIT,
    ids,
    in_state,
    minutes,
    new,
    opened,
    user,
)
from yinghuo.core.people.models import Role, User
from yinghuo.core.work import actions
from yinghuo.core.work.models import NEVER, Order
from yinghuo.core.work.queries import inbox, orders_of
from yinghuo.core.work.rules import ACTIVE, State

pytestmark = pytest.mark.django_db


def everything(reader: User, limit: int, **wanted: str) -> list[Order]:
    rows: list[Order] = []
    after: tuple[datetime, UUID] | None = None
    while True:
        page = inbox(reader, now=NOON, after=after, limit=limit, **wanted)
        assert len(page.rows) <= limit
        rows += page.rows
        after = page.after
        if after is None:
            return rows


def test_what_is_due_first_is_first_and_what_has_no_clock_is_last() -> None:
    loose = opened(LOOSE)
    later, late, soon = opened(at=NOON + minutes(30)), opened(at=NOON - minutes(30)), opened()
    page = inbox(user(), now=NOON)
    assert ids(page.rows) == ids([late, soon, later, loose])
    assert [order.late for order in page.rows] == [True, False, False, False]
    assert page.after is None


def test_the_inbox_holds_what_waits_for_this_role_and_nothing_that_has_ended() -> None:
    orders = {state: in_state(state) for state in State}
    assert set(ids(inbox(user(), now=NOON).rows)) == {orders[state].id for state in ACTIVE}
    for role in set(Role) - {Role.DUTY}:
        assert inbox(user(role), now=NOON).rows == []
    assert ids(inbox(user(), now=NOON, state=State.CLOSED).rows) == [orders[State.CLOSED].id]


def test_an_ended_order_is_not_late() -> None:
    in_state(State.CLOSED)
    (closed,) = inbox(user(), now=NOON + minutes(10_000), state=State.CLOSED).rows
    assert closed.late is False


@pytest.mark.parametrize("area_code", [PROVINCE, PREFECTURE, COUNTY, STREET])
def test_an_order_is_seen_in_every_area_around_it(area_code: str) -> None:
    order = opened()
    assert ids(inbox(user(area_code=area_code), now=NOON).rows) == [order.id]
    assert orders_of(user(area_code=area_code)).count() == 1


@pytest.mark.parametrize("area_code", ["", "23", "2202", "220102", "220106002", "220106001001"])
def test_a_user_of_another_area_or_of_none_sees_nothing(area_code: str) -> None:
    opened()
    assert inbox(user(area_code=area_code), now=NOON).rows == []
    assert not orders_of(user(area_code=area_code)).exists()


def test_a_role_that_may_not_see_orders_sees_none() -> None:
    opened()
    assert not orders_of(user(Role.STATISTICIAN)).exists()
    assert orders_of(user(Role.AUDITOR)).count() == 1


def test_what_nobody_could_place_is_seen_by_those_who_see_the_whole_province() -> None:
    order = opened(area_code="")
    assert ids(inbox(user(), now=NOON).rows) == [order.id]
    assert inbox(user(area_code=PREFECTURE), now=NOON).rows == []


def test_an_inbox_is_narrowed_by_kind_and_state() -> None:
    visit, loose = opened(), opened(LOOSE)
    actions.take(visit.id, by=CREW, at=NOON)
    assert ids(inbox(user(), now=NOON, kind=LOOSE.key).rows) == [loose.id]
    assert ids(inbox(user(), now=NOON, state=State.TAKEN).rows) == [visit.id]


class Paging(TestCase):
    """Whatever the clocks, and however many fall together, paging shows each order once, in order."""

    @settings(max_examples=25, deadline=None)
    @drawn(
        due_min=st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=14),
        limit=st.integers(1, 5),
        area_code=st.sampled_from([PROVINCE, PREFECTURE, COUNTY, STREET]),
    )
    def test_paging_is_complete_and_without_doubles(
        self, due_min: list[int | None], limit: int, area_code: str
    ) -> None:
        Order.objects.all().delete()
        rows = [new(finish_by=None if due is None else NOON + minutes(due)) for due in due_min]
        actions.open_many(rows, kind=LOOSE.key, by=BOSS, at=NOON)
        shown = everything(user(area_code=area_code), limit)
        slow = sorted(Order.objects.all(), key=lambda order: (order.due_at or NEVER, order.id))
        assert ids(shown) == ids(slow)


@pytest.mark.parametrize(
    ("area_code", "index"),
    [(PROVINCE, "order_inbox"), (PREFECTURE, "order_inbox_4"), (COUNTY, "order_inbox_6"), (STREET, "order_inbox_9")],
)
def test_an_inbox_and_any_page_of_it_are_read_from_an_index_in_order(area_code: str, index: str) -> None:
    rows = [new(area_code=f"2201{n % 60:02}{n % 700:03}", opened_at=NOON + minutes(n)) for n in range(6_000)]
    actions.open_many(rows, kind=VISIT.key, by=BOSS, at=NOON)
    reader = user(area_code=area_code)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE work_order")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    first = inbox(reader, now=NOON, limit=5)
    for after in (None, first.after):
        assert f"using {index} on" in plan(reader, after)


def plan(reader: User, after: tuple[datetime, UUID] | None) -> str:
    """How PostgreSQL reads this page, by the very statement that the query sent."""
    with CaptureQueriesContext(connection) as sent:
        inbox(reader, now=NOON, after=after, limit=5)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sent.captured_queries[-1]["sql"].replace("%", "%%"))
        return " ".join(row[0] for row in cursor.fetchall()).lower()
