"""Many orders by one statement: once each, one entry with count and digest, escalation once for each clock."""

import json
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from tests.at_once import at_once, refusal
from tests.core.work_world import (
    BOSS,
    CREW,
    LOOSE,
    NOON,
    OTHER,
    STREET,
    VISIT,
    entries,
    in_state,
    minutes,
    new,
    opened,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work import actions
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import NEXT, State

pytestmark = pytest.mark.django_db
SELECT = """
    SELECT md5('t' || n)::uuid, 'tube:' || n, %(area)s, NULL::uuid, NULL::uuid, jsonb_build_object('n', n),
           %(noon)s + n * interval '1 minute', CASE WHEN n = 1 THEN %(noon)s + interval '5 minutes' END
    FROM generate_series(1, %(count)s) AS n
"""
GIVEN = "SELECT id, at, who FROM json_to_recordset(%(rows)s::json) AS r (id uuid, at timestamptz, who text)"


def given(*rows: tuple[UUID, str]) -> dict[str, str]:
    return {"rows": json.dumps([{"id": str(key), "at": NOON.isoformat(), "who": who} for key, who in rows])}


def open_selected(count: int) -> int:
    params = {"area": STREET, "noon": NOON, "count": count}
    return actions.open_from_select(SELECT, params, kind=VISIT.key, by=BOSS, at=NOON)


def digest(ids: object) -> str:
    return sha256("\n".join(sorted(map(str, ids))).encode()).hexdigest()


def body(kind: str) -> dict:
    return json.loads(Entry.objects.filter(kind=kind).latest("id").body)


def test_orders_are_opened_straight_from_a_select_and_only_once() -> None:
    assert (open_selected(3), open_selected(3), open_selected(5)) == (3, 0, 2)
    first, second, *_ = Order.objects.order_by("opened_at")
    assert (first.subject, first.detail, first.state, first.role) == ("tube:1", {"n": 1}, "open", "duty")
    assert (first.finish_by, first.due_at) == (NOON + minutes(5), NOON + minutes(5))
    assert (second.finish_by, second.due_at) == (NOON + minutes(182), NOON + minutes(12))
    assert entries("orders.opened") == 2


def test_a_batch_is_one_entry_with_count_and_digest_and_each_row_names_it() -> None:
    open_selected(4)
    said = body("orders.opened")
    ids = Order.objects.values_list("id", flat=True)
    assert said == {"count": 4, "digest": digest(ids), "of": VISIT.key}
    assert {order.opened_entry for order in Order.objects.all()} == {Entry.objects.get(kind="orders.opened").id}


def test_orders_are_opened_from_rows_and_mappings_alike() -> None:
    mapping = {"id": uuid4(), "subject": "tube:2", "area_code": ""}
    rows = [new(detail={"floor": 3}, opened_at=NOON - minutes(5)), mapping]
    assert actions.open_many(rows, kind=LOOSE.key, by=BOSS, at=NOON) == 2
    assert actions.open_many(rows, kind=LOOSE.key, by=BOSS, at=NOON) == 0
    kept = Order.objects.order_by("opened_at").values_list("detail", "opened_at", "area_code", "due_at")
    assert list(kept) == [({"floor": 3}, NOON - minutes(5), STREET, None), ({}, NOON, "", None)]


def test_an_id_twice_in_one_list_is_one_order() -> None:
    row = new()
    assert actions.open_many([row, row], kind=VISIT.key, by=BOSS, at=NOON) == 1


def test_no_entry_is_made_when_nothing_happened() -> None:
    nothing = given((uuid4(), CREW))
    assert actions.open_many([], kind=VISIT.key, by=BOSS, at=NOON) == 0
    assert actions.finish_from_select(GIVEN, nothing, by=BOSS, at=NOON) == 0
    assert actions.verify_from_select(GIVEN, nothing, by=BOSS, at=NOON) == 0
    assert actions.escalate_due(now=NOON) == 0
    assert not Entry.objects.exists()


@pytest.mark.parametrize("state", State)
def test_a_fact_finishes_whatever_the_table_lets_it(state: State) -> None:
    order, allowed = in_state(state), State.DONE in NEXT[state]
    assert actions.finish_from_select(GIVEN, given((order.id, "device:7")), by=BOSS, at=NOON) == allowed
    after = Order.objects.get(id=order.id)
    assert (after.state, after.done_by) == (("done", "device:7") if allowed else (state, order.done_by))


def test_finished_orders_say_when_and_by_whom_and_the_earliest_counts() -> None:
    order = opened()
    rows = [{"id": str(order.id), "at": (NOON + minutes(m)).isoformat(), "who": f"device:{m}"} for m in (9, 4, 6)]
    assert actions.finish_from_select(GIVEN, {"rows": json.dumps(rows)}, by="system:judge", at=NOON + minutes(20)) == 1
    order.refresh_from_db()
    assert (order.done_at, order.done_by, order.due_at) == (NOON + minutes(4), "device:4", NOON + minutes(240))
    entry = Entry.objects.get(kind="orders.finished")
    assert (entry.id, entry.by) == (order.done_entry, "system:judge")


def test_a_batch_verifies_only_what_another_did() -> None:
    mine, theirs, still_open = in_state(State.DONE), in_state(State.DONE), opened()
    rows = given((mine.id, CREW), (theirs.id, CREW), (theirs.id, "result:1"), (still_open.id, OTHER))
    assert actions.verify_from_select(GIVEN, rows, by="system:judge", at=NOON) == 1
    states = {order.id: (order.state, order.verified_by) for order in Order.objects.all()}
    assert states == {mine.id: ("done", ""), theirs.id: ("closed", "result:1"), still_open.id: ("open", "")}
    assert body("orders.verified")["digest"] == digest([theirs.id])


def test_many_are_finished_and_verified_by_their_ids() -> None:
    ids = [opened().id for _ in range(3)]
    assert (actions.finish_many(ids, by=CREW, at=NOON), actions.finish_many(ids, by=CREW, at=NOON)) == (3, 0)
    assert actions.verify_many(ids, by=CREW, at=NOON) == 0
    assert (actions.verify_many(ids, by=OTHER, at=NOON), actions.verify_many(ids, by=OTHER, at=NOON)) == (3, 0)


def test_unfinished_orders_are_cancelled_with_a_reason_and_done_ones_stay() -> None:
    ids = {state: in_state(state).id for state in State}
    cancel = {"ids": list(ids.values())}
    select = "SELECT unnest(%(ids)s::uuid[])"
    assert refusal(lambda: actions.cancel_from_select(select, cancel, by=BOSS, at=NOON, reason=" ")) == "access.reason"
    assert actions.cancel_from_select(select, cancel, by=BOSS, at=NOON, reason="result corrected") == 4
    done, closed = Order.objects.get(id=ids[State.DONE]), Order.objects.get(id=ids[State.CLOSED])
    assert (done.state, closed.state) == ("done", "closed")
    assert body("orders.cancelled")["reason"] == "result corrected"


def test_each_missed_clock_escalates_exactly_once() -> None:
    order = opened()

    def escalation(after_min: float) -> int:
        actions.escalate_due(now=NOON + minutes(after_min))
        return Order.objects.get(id=order.id).escalation

    assert [escalation(m) for m in (9, 10, 11, 12, 50)] == [0, 0, 1, 1, 1]
    actions.take(order.id, by=CREW, at=NOON + minutes(50))
    assert [escalation(m) for m in (55, 61, 62)] == [1, 2, 2]
    actions.arrive(order.id, by=CREW, at=NOON + minutes(62))
    actions.finish(order.id, by=CREW, at=NOON + minutes(70))
    assert [escalation(m) for m in (200, 241, 242)] == [2, 3, 3]
    actions.verify(order.id, by=OTHER, at=NOON + minutes(243))
    assert escalation(10_000) == 3
    assert entries("orders.escalated") == 3


def test_sending_back_does_not_bring_a_missed_clock_up_again() -> None:
    order = opened()
    actions.escalate_due(now=NOON + minutes(11))
    actions.take(order.id, by=CREW, at=NOON + minutes(12))
    actions.escalate_due(now=NOON + minutes(61))
    actions.send_back(order.id, reason="wrong address", by=CREW, at=NOON + minutes(62))
    assert actions.escalate_due(now=NOON + minutes(63)) == 0
    assert Order.objects.get(id=order.id).escalation == 2


def test_a_reopened_order_escalates_by_its_new_clocks() -> None:
    order = in_state(State.DONE)
    actions.escalate_due(now=NOON + minutes(300))
    actions.reopen(order.id, reason="not found", by=BOSS, at=NOON + minutes(400))
    assert [actions.escalate_due(now=NOON + minutes(m)) for m in (409, 411, 412)] == [0, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_escalations_at_once_count_each_order_once() -> None:
    open_selected(200)
    at_once(*[lambda: actions.escalate_due(now=NOON + minutes(1000))] * 4)
    actions.escalate_due(now=NOON + minutes(1000))
    assert set(Order.objects.values_list("escalation", flat=True)) == {1}
    assert sum(json.loads(entry.body)["count"] for entry in Entry.objects.filter(kind="orders.escalated")) == 200


@pytest.mark.django_db(transaction=True)
def test_batches_in_opposite_order_do_not_deadlock_and_finish_each_order_once() -> None:
    ids = [order.id for order in (opened() for _ in range(60))]

    def finish(count: int) -> None:
        actions.finish_many(ids if count % 2 else ids[::-1], by=f"device:{count}", at=NOON)

    assert at_once(*(lambda n=n: finish(n) for n in range(6))) == [""] * 6
    assert sum(json.loads(entry.body)["count"] for entry in Entry.objects.filter(kind="orders.finished")) == 60
    assert len(set(Order.objects.values_list("done_by", flat=True))) == 1
