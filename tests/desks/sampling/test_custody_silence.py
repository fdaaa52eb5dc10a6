"""Tubes that are silent beyond their clock become orders: one for each place and stage, closed when they reappear."""

from datetime import timedelta

import pytest

from tests.desks.sampling.custody_world import MIN, CustodyWorld, gaps
from tests.desks.sampling.world import START, code
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.sampling.actions.custody.clocks import set_clock
from yinghuo.desks.sampling.custody_rules import SILENT
from yinghuo.desks.sampling.jobs.custody import raise_silent
from yinghuo.desks.sampling.models import GapTally

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> CustodyWorld:
    return CustodyWorld()


def silent() -> list[tuple[str, str, int, str]]:
    """Orders for silent tubes: where, at which point, how many tubes, in which state."""
    found = Order.objects.filter(kind=SILENT).order_by("opened_at", "subject")
    return [(one.subject, one.detail["point"], one.detail["tubes"], one.state) for one in found]


def test_tubes_sealed_and_not_boxed_in_time_are_one_order_for_their_site(world: CustodyWorld) -> None:
    world.fill(1, 2, 3)
    world.settle_down()
    assert raise_silent(START + 2 * HOUR) == 0
    assert raise_silent(START + 2 * HOUR + 2 * MIN) == 1
    assert silent() == [(f"site:{world.site.id}", "silent_sealed", 3, "open")]
    assert raise_silent(START + 3 * HOUR) == 0


def test_a_box_that_nobody_collects_is_one_order_however_many_tubes_are_in_it(world: CustodyWorld) -> None:
    world.fill(*range(1, 21))
    world.pack("BX0001", *range(1, 21))
    world.settle_down()
    raise_silent(START + 3 * HOUR)
    assert silent() == [("box:BX0001", "silent_boxed", 20, "open")]


def test_the_order_closes_by_itself_when_the_last_silent_tube_reappears(world: CustodyWorld) -> None:
    world.fill(1, 2)
    world.settle_down()
    raise_silent(START + 3 * HOUR)
    world.pack("BX0001", 1, at=START + 3 * HOUR)
    world.settle_down()
    assert gaps("silent_sealed") == {code(2): 1}
    assert silent()[0][3] == State.OPEN
    world.pack("BX0002", 2, at=START + 3 * HOUR)
    world.settle_down(START + 4 * HOUR)
    assert gaps("silent_sealed") == {}
    order = Order.objects.get(kind=SILENT)
    assert (order.state, order.verified_by) == (State.CLOSED, "system:facts")


def test_tubes_that_move_on_and_fall_silent_again_are_a_new_order(world: CustodyWorld) -> None:
    world.fill(1)
    world.settle_down()
    raise_silent(START + 3 * HOUR)
    world.pack("BX0001", 1, at=START + 3 * HOUR)
    world.settle_down()
    raise_silent(START + 6 * HOUR)
    assert [(one[1], one[3]) for one in silent()] == [("silent_sealed", "closed"), ("silent_boxed", "open")]
    world.hand("BX0001", "collected", 1, at=START + 6 * HOUR)
    world.settle_down()
    raise_silent(START + 10 * HOUR)
    assert [(one[1], one[3]) for one in silent()][-1] == ("silent_collected", "open")
    world.hand("BX0001", "received", 1, at=START + 11 * HOUR)
    world.settle_down()
    raise_silent(START + 20 * HOUR)
    world.send("results", [world.result(1, at=START + 21 * HOUR)])
    world.settle_down()
    assert [one[3] for one in silent()] == ["closed"] * 4


def test_a_campaign_sets_its_own_clock_from_a_moment_on(world: CustodyWorld) -> None:
    set_clock(world.campaign, stage="sealed", within_min=30, by="user:1", at=START + 2 * MIN)
    world.fill(1)
    world.fill(2, at=START + 5 * MIN)
    world.settle_down()
    assert raise_silent(START + 40 * MIN) == 1
    assert gaps("silent_sealed") == {code(2): 1}


def test_the_count_of_gaps_is_what_counting_them_gives(world: CustodyWorld) -> None:
    world.fill(1, 2, people=2, counted=5)
    world.settle_down()
    raise_silent(START + 3 * HOUR)
    world.send("swabs", world.swabs(2, 1))
    world.pack("BX0001", 1, 2)
    world.settle_down()
    kept = {row.point: (row.tubes, row.amount) for row in GapTally.objects.all()}
    assert kept["unbound"] == (2, 4)
    assert kept["silent_sealed"] == (0, 0)
    assert kept["nobody"] == (2, 6)
