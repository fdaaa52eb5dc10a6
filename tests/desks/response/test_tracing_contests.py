"""A contact contests: an order with a clock, decided by another person; what a person decided, tracing leaves alone."""

import json

import pytest

from tests.desks.response.tracing_world import BY, NOW, TracingWorld, named
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.response.actions.contesting import Verdict, contest, decide
from yinghuo.desks.response.models import Contact, ContactState, Contest

pytestmark = pytest.mark.django_db
OTHER = "user:2"
DROP = Verdict("dropped", "elsewhere", "刷卡记录为他人代刷")


@pytest.fixture
def world() -> TracingWorld:
    made = TracingWorld()
    for person in (0, 1):
        made.visit(person, "canteen", 6, (12, 13))
    made.trace()
    return made


def contested(world: TracingWorld) -> Contest:
    return contest(world.contact(1).id, contest_id=named("c"), ground="elsewhere", words="我当天请假", by=BY, at=NOW)


def test_a_contest_is_an_order_with_a_clock(world: TracingWorld) -> None:
    made = contested(world)
    order = Order.objects.get(id=made.order)
    assert (order.kind, order.subject) == ("response.contest", f"contact:{world.contact(1).id}")
    assert order.finish_by is not None


def test_the_same_contest_again_is_the_same(world: TracingWorld) -> None:
    assert contested(world) == contested(world)
    assert Order.objects.filter(kind="response.contest").count() == 1


def test_a_second_contest_waits_for_the_first(world: TracingWorld) -> None:
    contested(world)
    with pytest.raises(Refused, match=r"contact\.contested"):
        contest(world.contact(1).id, contest_id=named("d"), ground="shorter", by=BY, at=NOW)


def test_who_took_it_down_does_not_decide_it(world: TracingWorld) -> None:
    with pytest.raises(Refused, match=r"contest\.own"):
        decide(contested(world).id, DROP, by=BY, at=NOW)


def test_a_dropped_contact_stays_dropped_however_often_one_traces(world: TracingWorld) -> None:
    decide(contested(world).id, DROP, by=OTHER, at=NOW)
    assert world.contact(1).state == ContactState.DROPPED
    for person in (0, 1):
        world.visit(person, "room", 7, (22, 23))
    assert world.trace().counts["kept"] == 1
    assert (world.contact(1).state, world.contact(1).until) == (ContactState.DROPPED, None)


def test_a_lowered_contact_is_not_raised_again_by_the_rule(world: TracingWorld) -> None:
    decide(contested(world).id, Verdict("lowered", "protected"), by=OTHER, at=NOW)
    world.trace()
    assert (world.contact(1).grade, world.contact(1).until) == ("general", None)


def test_a_contact_that_stands_is_as_it_was(world: TracingWorld) -> None:
    before = Contact.objects.values().get(id=world.contact(1).id)
    decide(contested(world).id, Verdict("stands", "other"), by=OTHER, at=NOW)
    assert Contact.objects.values().get(id=world.contact(1).id) == before


def test_the_order_closes_with_the_decision_and_the_ledger_has_the_reason_but_no_words(world: TracingWorld) -> None:
    made = decide(contested(world).id, DROP, by=OTHER, at=NOW)
    order = Order.objects.get(id=made.order)
    assert (order.state, order.done_by) == (State.CLOSED, OTHER)
    said = json.loads(Entry.objects.get(kind="contest.decided").body)
    assert said == {"outcome": "dropped", "reason": "elsewhere", "grade": "close"}
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    assert "请假" not in bodies
    assert "代刷" not in bodies


def test_a_decision_is_made_once(world: TracingWorld) -> None:
    made = decide(contested(world).id, DROP, by=OTHER, at=NOW)
    assert decide(made.id, DROP, by=OTHER, at=NOW).decided_at == NOW
    with pytest.raises(Refused, match=r"contest\.decided"):
        decide(made.id, Verdict("stands", "other"), by=OTHER, at=NOW)


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict("shot", "other"), "contest.outcome"), (Verdict("stands", "moon"), "contact.ground")]
)
def test_only_known_outcomes_for_known_reasons(world: TracingWorld, verdict: Verdict, code: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(contested(world).id, verdict, by=OTHER, at=NOW)
    assert refused.value.code == code


def test_a_dropped_contact_has_nothing_to_contest_and_nobody_is_not_a_contact(world: TracingWorld) -> None:
    decide(contested(world).id, DROP, by=OTHER, at=NOW)
    with pytest.raises(Refused, match=r"contact\.dropped"):
        contest(world.contact(1).id, contest_id=named("e"), ground="other", by=BY, at=NOW)
    with pytest.raises(Refused, match=r"contact\.unknown"):
        contest(named("nobody"), contest_id=named("e"), ground="other", by=BY, at=NOW)
    with pytest.raises(Refused, match=r"contest\.unknown"):
        decide(named("nothing"), DROP, by=OTHER, at=NOW)
