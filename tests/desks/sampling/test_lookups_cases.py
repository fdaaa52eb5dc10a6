"""Positives open a case draft for the response desk, once; a correction withdraws it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.desks.sampling.lookups_world import LATER, register, reported, swabbed
from tests.desks.sampling.world import STREET, World, code
from yinghuo.core.ledger.verify import verify
from yinghuo.core.people.models import Role
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.sampling.lookup_rules import CASE

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return World()


def drafts() -> list[tuple[str, str]]:
    found = Order.objects.filter(kind=CASE).order_by("opened_at", "id")
    return [(one.subject, one.state) for one in found]


def test_a_positive_single_tube_drafts_a_case_for_the_duty_officer(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person)
    reported(world, 1, "positive")
    order = Order.objects.get(kind=CASE)
    assert (order.subject, order.role, order.area_code) == (f"person:{person}", Role.DUTY, STREET)
    assert (order.detail["tube"], order.detail["site"], order.detail["place_zh"]) == (code(1), world.site.id, "一号点")
    assert (order.opened_at, order.finish_by) == (LATER, LATER + 2 * HOUR)
    assert order.campaign_id == world.campaign.id


def test_a_positive_pooled_tube_drafts_one_event_at_its_place_and_names_nobody(world: World) -> None:
    people = register("张三", "李四")
    swabbed(world, 1, *people)
    reported(world, 1, "positive")
    assert drafts() == [(f"tube:{code(1)}", "open")]
    told = str(Order.objects.filter(kind=CASE).values().get())
    assert not any(str(person) in told for person in people)


def test_what_is_not_positive_drafts_nothing(world: World) -> None:
    for tube, result in enumerate(("negative", "grey", "invalid"), start=1):
        swabbed(world, tube, uuid4())
        reported(world, tube, result)
    assert drafts() == []


def test_the_same_news_again_drafts_nothing_more(world: World) -> None:
    swabbed(world, 1, uuid4(), uuid4())
    for minutes in range(3):
        reported(world, 1, "positive", at=LATER + timedelta(minutes=minutes))
    swabbed(world, 1, uuid4(), at=LATER)
    assert drafts() == [(f"tube:{code(1)}", "open")]


def test_a_correction_withdraws_the_draft_and_another_one_drafts_anew(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person)
    reported(world, 1, "positive")
    reported(world, 1, "negative", at=LATER + HOUR)
    assert drafts() == [(f"person:{person}", "cancelled")]
    reported(world, 1, "positive", at=LATER + 2 * HOUR)
    assert drafts() == [(f"person:{person}", "cancelled"), (f"person:{person}", "open")]
    assert verify().ok


def test_a_late_second_swab_turns_the_case_into_an_event(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person)
    reported(world, 1, "positive")
    swabbed(world, 1, uuid4())
    assert sorted(drafts()) == [(f"person:{person}", "cancelled"), (f"tube:{code(1)}", "open")]


def test_a_draft_that_somebody_cancelled_stays_cancelled(world: World) -> None:
    swabbed(world, 1, uuid4())
    reported(world, 1, "positive")
    work.cancel(Order.objects.get(kind=CASE).id, reason="entered twice", by="user:1", at=LATER)
    reported(world, 1, "positive", at=LATER + HOUR)
    assert [state for _, state in drafts()] == [State.CANCELLED]
