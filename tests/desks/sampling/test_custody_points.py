"""The seven points where results go missing: each has two counts, and what differs is named by tube."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.desks.sampling.custody_world import MIN, CustodyWorld, doubts, gaps, stages
from tests.desks.sampling.phone_world import send, void
from tests.desks.sampling.world import NOW, START, code
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Issue
from yinghuo.desks.sampling.models import BoxRow, Custody, CustodyTally, Tube
from yinghuo.desks.sampling.queries.custody import reconciliation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> CustodyWorld:
    return CustodyWorld()


def test_a_tube_that_goes_all_the_way_leaves_no_gap_but_persons_nobody_knows(world: CustodyWorld) -> None:
    world.fill(1)
    world.pack("BX0001", 1, seal="S1")
    world.hand("BX0001", "collected", 1, at=START + 20 * MIN, seal="S1", temperature_c=4)
    world.hand("BX0001", "received", 1, at=START + 50 * MIN)
    world.send("results", [world.result(1)])
    world.settle_down()
    assert stages() == {code(1): "reported"}
    assert [gaps(point) for point in ("unbound", "unsealed", "unreceived", "differ", "keyed_twice")] == [{}] * 5
    assert gaps("nobody") == {code(1): 2}


def test_1_an_invalid_result_is_a_swab_to_be_taken_again(world: CustodyWorld) -> None:
    world.fill(1, 2)
    world.send("results", [world.result(1, "invalid"), world.result(2)])
    world.settle_down()
    assert gaps("bad_swab") == {code(1): 1}


def test_2_people_counted_at_sealing_but_not_bound_are_missing_until_their_swabs_arrive(world: CustodyWorld) -> None:
    world.fill(1, people=2, counted=5)
    world.fill(2, people=3, counted=2)
    world.settle_down()
    assert gaps("unbound") == {code(1): 3}
    assert gaps("overbound") == {code(2): 1}
    world.send("swabs", world.swabs(3, 1))
    world.settle_down()
    assert gaps("unbound") == {}


def test_a_voided_tube_stands_on_neither_side_of_a_comparison(world: CustodyWorld) -> None:
    world.fill(1, people=2, counted=2)
    world.fill(2, people=3, counted=5)
    send(world, "voids", [void(world, 2)])
    world.settle_down()
    total = reconciliation.totals(world.campaign.id, area_code="22")
    assert (total.tubes, total.counted, total.bound, total.sealed, total.swabs) == (2, 2, 2, 1, 2)
    assert gaps("unbound") == {}


def test_3_a_failing_identity_number_is_in_doubt_until_somebody_settles_it(world: CustodyWorld) -> None:
    wrong = world.swab(1, person=None, identity={"number": "220106199001010011", "name": "张虚构"})
    del wrong["person"]
    world.send("swabs", [wrong])
    world.settle_down()
    assert gaps("identity") == {code(1): 1}
    issue = Issue.objects.get(code="swab.identity_check")
    work.settle_issue(issue.id, settlement="confirmed", reason="passport holder", by="user:1", at=NOW)
    world.settle_down()
    assert gaps("identity") == {}


def test_4_somebody_elses_code_shown_is_the_same_person_twice(world: CustodyWorld) -> None:
    first = world.swab(1)
    world.send("swabs", [first, world.swab(2, person=first["person"], at=START + MIN)])
    world.settle_down()
    assert gaps("twice") == {code(2): 1}


def test_5_a_swab_of_a_person_nobody_knows_has_no_identity_behind_it(world: CustodyWorld) -> None:
    known = world.swab(1, identity={"number": "11010519491231002X", "name": "李虚构"})
    del known["person"]
    world.send("swabs", [known, world.swab(2)])
    world.settle_down()
    assert gaps("nobody") == {code(2): 1}


def test_6_what_skips_a_hand_off_is_surplus_at_the_next(world: CustodyWorld) -> None:
    world.send("swabs", [world.swab(1), world.swab(2)])
    world.pack("BX0001", 1, 2)
    world.hand("BX0001", "received", 2, at=START + 50 * MIN)
    world.send("results", [world.result(3)])
    world.settle_down()
    assert gaps("unsealed") == {code(1): 1, code(2): 1}
    assert gaps("uncollected") == {code(1): 1, code(2): 1}
    assert gaps("unreceived") == {code(3): 1}
    assert gaps("no_tube") == {code(3): 1}


def test_7_a_code_keyed_twice_and_results_that_differ_are_listed(world: CustodyWorld) -> None:
    world.fill(1, 2, 3)
    world.send("results", [world.result(1), world.result(1, at=START + timedelta(hours=6))])
    world.send("results", [world.result(2), world.result(2, "positive", at=START + timedelta(hours=6))])
    world.send("results", [world.result(3)])
    world.settle_down()
    assert gaps("keyed_twice") == {code(1): 1, code(2): 1}
    assert gaps("differ") == {code(2): 1}


def test_a_gap_keeps_the_moment_since_when_it_is_there(world: CustodyWorld) -> None:
    world.fill(1, people=2, counted=5)
    world.settle_down()
    world.send("swabs", world.swabs(1, 1, at=START + 30 * MIN))
    world.settle_down()
    assert gaps("unbound") == {code(1): 2}
    assert Custody.objects.get(tube=code(1)).swabs == 3


def test_the_tallies_are_what_counting_the_rows_gives(world: CustodyWorld) -> None:
    world.fill(1, 2, 3, people=3, counted=2)
    world.send("swabs", [world.swab(9)])
    world.pack("BX0001", 1, 2)
    world.hand("BX0001", "collected", 2, at=START + 20 * MIN)
    world.settle_down()
    world.hand("BX0001", "received", 2, at=START + 40 * MIN)
    world.send("results", [world.result(1), world.result(1)])
    world.settle_down()
    row = CustodyTally.objects.get(campaign_id=world.campaign.id, site_id=world.site.id)
    rows = Custody.objects.filter(site_id=world.site.id)
    assert (row.tubes, row.swabs) == (rows.count(), sum(one.swabs for one in rows)) == (4, 10)
    assert (row.counted, row.bound) == (6, 9)
    assert (row.sealed, row.boxed, row.collected, row.received, row.reported, row.reports) == (3, 2, 2, 2, 1, 2)
    assert (row.at_sealed, row.at_boxed, row.at_collected, row.at_received) == (1, 0, 0, 1)


def test_a_tube_found_in_a_second_box_stands_in_the_later_one(world: CustodyWorld) -> None:
    world.fill(1, 2)
    world.pack("BX0001", 1, 2)
    world.pack("BX0002", 2, at=START + 30 * MIN)
    world.settle_down()
    assert Tube.objects.get(tube=code(2)).box == Custody.objects.get(tube=code(2)).box == "BX0002"
    world.hand("BX0001", "collected", 2, at=START + 40 * MIN)
    world.settle_down()
    assert Tube.objects.get(tube=code(2)).box == "BX0002"
    assert Tube.objects.get(tube=code(2)).collected_at is None
    assert gaps("two_boxes") == {code(2): 1}
    assert [one["box"] for one in doubts("tube.two_boxes")] == ["BX0002"]
    assert BoxRow.objects.get(box="BX0001").moved == 1


def test_every_hand_off_is_counted_on_both_sides(world: CustodyWorld) -> None:
    world.fill(1, 2, 3)
    world.pack("BX0001", 1, 2, 3)
    world.hand("BX0001", "collected", 2, at=START + 20 * MIN)
    world.hand("BX0001", "received", 3, at=START + 40 * MIN)
    world.settle_down()
    row = BoxRow.objects.get(box="BX0001")
    assert (row.counted, row.scanned, row.collected_count, row.received_count) == (3, 3, 2, 3)
    assert [(one["stage"], one["counted"], one["scanned"]) for one in doubts("handover.count")] == [("collected", 2, 3)]


def test_another_seal_and_a_warm_box_are_in_doubt(world: CustodyWorld) -> None:
    world.fill(1)
    world.pack("BX0001", 1, seal="FQ-100")
    world.hand("BX0001", "collected", 1, at=START + 20 * MIN, seal="fq-100", temperature_c=8)
    world.hand("BX0001", "received", 1, at=START + 40 * MIN, seal="FQ-101", temperature_c=8.01)
    world.settle_down()
    assert [(one["sealed_with"], one["seen"]) for one in doubts("handover.seal")] == [("FQ-100", "FQ-101")]
    assert [(one["stage"], one["temperature_c"]) for one in doubts("handover.temperature")] == [("received", "8.01")]


def test_custody_killed_half_way_finds_the_same(world: CustodyWorld) -> None:
    world.fill(1, 2, people=2, counted=3)
    world.pack("BX0001", 1, 2)
    world.settle_down()
    before = list(Custody.objects.order_by("tube").values()), gaps("unbound")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_follower SET next_index = 0 WHERE name = 'sampling.custody'")
    world.settle_down()
    assert (list(Custody.objects.order_by("tube").values()), gaps("unbound")) == before
