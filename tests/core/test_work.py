"""Orders one at a time: the state table, who may do what, clocks, and the entry that every step leaves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.at_once import at_once, refusal
from tests.core.work_world import (
    BOSS,
    CREW,
    LOOSE,
    NOON,
    OTHER,
    VISIT,
    entries,
    in_state,
    minutes,
    new,
    opened,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions, rules
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import NEXT, Kind, State

pytestmark = pytest.mark.django_db

WAY_TO = {
    State.TAKEN: lambda order: actions.take(order.id, by=CREW, at=NOON),
    State.ARRIVED: lambda order: actions.arrive(order.id, by=CREW, at=NOON),
    State.DONE: lambda order: actions.finish(order.id, by=CREW, at=NOON),
    State.CLOSED: lambda order: actions.verify(order.id, by=OTHER, at=NOON),
    State.RETURNED: lambda order: actions.send_back(order.id, reason="another reason", by=CREW, at=NOON),
    State.OPEN: lambda order: actions.reopen(order.id, reason="another reason", by=BOSS, at=NOON),
    State.CANCELLED: lambda order: actions.cancel(order.id, reason="another reason", by=BOSS, at=NOON),
}
DONE_BEFORE = {  # the same doer did it already: nothing happens, and it is no refusal
    (State.ARRIVED, State.TAKEN),
    (State.DONE, State.TAKEN),
    (State.CLOSED, State.TAKEN),
    (State.CLOSED, State.DONE),
}


@pytest.mark.parametrize("to", State)
@pytest.mark.parametrize("state", State)
def test_a_step_is_done_if_the_table_allows_it_and_refused_if_not(state: State, to: State) -> None:
    order = in_state(state)
    said = refusal(lambda: WAY_TO[to](order))
    after = Order.objects.get(id=order.id).state
    if to in NEXT[state]:
        assert (said, after) == ("", to)
    elif (state, to) in DONE_BEFORE or (state == to and to in (State.TAKEN, State.ARRIVED, State.DONE)):
        assert (said, after) == ("", state)
    else:
        assert (said, after) == ("order.step", state)


@pytest.mark.parametrize("to", [State.TAKEN, State.ARRIVED, State.DONE, State.CLOSED])
def test_doing_a_step_twice_is_the_same_as_once(to: State) -> None:
    order = in_state(State.TAKEN if to == State.ARRIVED else State.DONE if to == State.CLOSED else State.OPEN)
    WAY_TO[to](order)
    before, written = Order.objects.filter(id=order.id).values().get(), Entry.objects.count()
    WAY_TO[to](order)
    assert Order.objects.filter(id=order.id).values().get() == before
    assert Entry.objects.count() == written


@pytest.mark.parametrize(
    ("act", "state"), [(actions.send_back, State.TAKEN), (actions.reopen, State.DONE), (actions.cancel, State.OPEN)]
)
def test_what_needs_a_reason_is_refused_without_one_and_done_once_with_one(act: object, state: State) -> None:
    order = in_state(state)
    assert refusal(lambda: act(order.id, reason="  ", by=BOSS, at=NOON)) == "access.reason"
    act(order.id, reason="wrong address", by=BOSS, at=NOON)
    written = Entry.objects.count()
    assert act(order.id, reason=" wrong address ", by=BOSS, at=NOON).reason == "wrong address"
    assert Entry.objects.count() == written


def test_every_step_is_entered_with_who_when_and_why() -> None:
    order = opened()
    actions.take(order.id, by=CREW, at=NOON + minutes(1))
    actions.send_back(order.id, reason="wrong address", by=CREW, at=NOON + minutes(2))
    told = Entry.objects.filter(subject=f"order:{order.id}").order_by("at").values_list("kind", "by", "at")
    assert list(told) == [
        ("order.opened", BOSS, NOON),
        ("order.taken", CREW, NOON + minutes(1)),
        ("order.returned", CREW, NOON + minutes(2)),
    ]
    assert '"reason":"wrong address"' in Entry.objects.get(kind="order.returned").body


def test_an_order_names_the_entries_of_its_opening_its_doing_and_its_end() -> None:
    order = in_state(State.CLOSED)
    kinds = dict(Entry.objects.values_list("id", "kind"))
    named = [kinds[entry] for entry in (order.opened_entry, order.done_entry, order.closed_entry)]
    assert named == ["order.opened", "order.finished", "order.verified"]


def test_an_order_opened_twice_with_one_id_is_one_order() -> None:
    order = new()
    first = actions.open_order(order, kind=VISIT.key, by=BOSS, at=NOON)
    actions.take(first.id, by=CREW, at=NOON)
    again = actions.open_order(order, kind=VISIT.key, by=OTHER, at=NOON + minutes(5))
    assert (again.state, again.opened_by, Order.objects.count(), entries("order.opened")) == ("taken", BOSS, 1, 1)


def test_an_order_of_an_unknown_kind_is_a_bug_and_an_unknown_order_is_refused() -> None:
    with pytest.raises(KeyError):
        actions.open_order(new(), kind="test.nothing", by=BOSS, at=NOON)
    assert refusal(lambda: actions.take(uuid4(), by=CREW, at=NOON)) == "order.unknown"


@pytest.mark.parametrize("act", [actions.take, actions.arrive, actions.finish])
def test_another_cannot_work_on_an_order_that_is_taken(act: object) -> None:
    order = in_state(State.TAKEN)
    with pytest.raises(Refused, match=r"order\.taken_by_other"):
        act(order.id, by=OTHER, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_an_order_at_once_exactly_one_has_it() -> None:
    order = opened()
    said = at_once(*(lambda n=n: actions.take(order.id, by=f"user:{n}", at=NOON) for n in range(6)))
    assert sorted(said) == [""] + ["order.taken_by_other"] * 5
    assert Order.objects.get(id=order.id).crew == f"user:{said.index('')}"
    assert entries("order.taken") == 1


@pytest.mark.django_db(transaction=True)
def test_an_order_opened_by_two_at_once_is_one_order() -> None:
    order = new()
    assert at_once(*[lambda: actions.open_order(order, kind=VISIT.key, by=BOSS, at=NOON)] * 4) == [""] * 4
    assert (Order.objects.count(), entries("order.opened")) == (1, 1)


def test_who_did_the_work_cannot_verify_it() -> None:
    order = in_state(State.DONE)
    assert refusal(lambda: actions.verify(order.id, by=CREW, at=NOON)) == "order.self_verified"
    assert actions.verify(order.id, by=OTHER, at=NOON).state == State.CLOSED


def test_a_crew_cannot_verify_what_a_fact_has_finished_for_it() -> None:
    order = in_state(State.TAKEN)
    actions.finish_many([order.id], by="device:1", at=NOON)
    assert refusal(lambda: actions.verify(order.id, by=CREW, at=NOON)) == "order.self_verified"


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "closed", "closed_at": NOON, "verified_by": CREW},
        {"state": "closed", "closed_at": NOON, "verified_by": ""},
        {"state": "closed", "verified_by": OTHER},
        {"state": "taken"},
        {"state": "lost"},
        {"done_by": ""},
        {"role": "king"},
        {"area_code": "2a"},
        {"finish_by": NOON - minutes(1)},
        {"verify_by": NOON},
        {"state": "cancelled", "done_at": None, "done_by": "", "closed_at": NOON, "reason": ""},
    ],
)
def test_postgresql_refuses_an_order_that_cannot_be(wrong: dict) -> None:
    order = in_state(State.DONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(id=order.id).update(**wrong)


def test_the_clock_that_is_due_follows_the_state() -> None:
    order = opened()
    assert order.due_at == NOON + minutes(10)
    assert actions.take(order.id, by=CREW, at=NOON).due_at == NOON + minutes(60)
    assert actions.arrive(order.id, by=CREW, at=NOON).due_at == NOON + minutes(180)
    assert actions.finish(order.id, by=CREW, at=NOON).due_at == NOON + minutes(240)
    assert in_state(State.RETURNED).due_at == NOON + minutes(10)


def test_a_clock_that_a_kind_has_not_is_passed_over() -> None:
    order = opened(LOOSE, finish_by=NOON + minutes(30))
    assert order.due_at == NOON + minutes(30)
    assert actions.finish(order.id, by=CREW, at=NOON).due_at is None


def test_a_clock_given_for_one_order_goes_before_its_kinds_and_all_stay_in_order() -> None:
    order = opened(finish_by=NOON + minutes(30), verify_by=NOON + minutes(20))
    clocks = (order.accept_by, order.arrive_by, order.finish_by, order.verify_by)
    assert clocks == (NOON + minutes(10), *[NOON + minutes(30)] * 3)
    late = opened(finish_by=NOON + minutes(600))
    assert (late.arrive_by, late.verify_by) == (NOON + minutes(60), NOON + minutes(600))


def test_clocks_run_from_when_the_need_arose_not_from_when_it_was_entered() -> None:
    assert opened(opened_at=NOON - minutes(120)).accept_by == NOON - minutes(110)


@pytest.mark.parametrize("state", [State.DONE, State.CLOSED])
def test_what_was_done_wrong_is_reopened_counted_and_timed_anew_every_time(state: State) -> None:
    order = in_state(state)
    for count in (1, 2):
        at = NOON + count * timedelta(days=1)
        again = actions.reopen(order.id, reason=f"not found, {count}", by=BOSS, at=at)
        assert (again.state, again.crew, again.done_by, again.reopened) == ("open", "", "", count)
        assert (again.due_at, again.finish_by, again.opened_at) == (at + minutes(10), at + minutes(180), NOON)
        actions.take(order.id, by=CREW, at=at)
        actions.finish(order.id, by=CREW, at=at)


def test_what_was_sent_back_goes_on_with_its_clocks_and_is_not_counted() -> None:
    order = in_state(State.RETURNED)
    again = actions.reopen(order.id, reason="address corrected", by=BOSS, at=NOON + minutes(50))
    assert (again.state, again.reopened, again.due_at) == (State.OPEN, 0, NOON + minutes(10))


def test_a_kind_has_clocks_in_order_and_a_key_of_its_own() -> None:
    with pytest.raises(ValueError, match="out of order"):
        Kind("test.odd", "怪", "Odd", "duty", accept=minutes(5), finish=minutes(1))
    with pytest.raises(ValueError, match="two kinds"):
        rules.register_kind(Kind(VISIT.key, "别的", "Other", "duty"))
    assert rules.register_kind(VISIT) is VISIT


def test_the_printed_table_is_the_table() -> None:
    lines = rules.state_table_markdown().split("\n")
    heads, _, *rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in lines]
    assert {row[0]: {to for to, cell in zip(heads[1:], row[1:], strict=True) if cell} for row in rows} == NEXT
