"""The judge: one row per tube, an issue for whatever is odd, re-collection for whoever was in a doubtful tube."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.desks.sampling.world import NOW, START, World, code, stamp
from yinghuo.core.people import actions as people
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Issue, Order
from yinghuo.desks.sampling.models import Tube
from yinghuo.desks.sampling.queries import person_history, timeline
from yinghuo.desks.sampling.rules import RECOLLECT, Status

pytestmark = pytest.mark.django_db
LATER = START + timedelta(hours=6)


@pytest.fixture
def world() -> World:
    return World()


def codes() -> list[str]:
    return sorted(Issue.objects.values_list("code", flat=True))


def sealed(world: World, tube: int, *, at: object, count: int) -> dict:
    return {"id": str(uuid4()), "tube": code(tube), "at": stamp(at), "site": world.site.id, "count": count}


def test_an_ordinary_day_raises_no_issue(world: World) -> None:
    world.send("swabs", world.swabs(10))
    world.send("tubes", [sealed(world, 1, at=START + timedelta(minutes=5), count=10)])
    box = {
        "id": str(uuid4()),
        "box": "BOX-1",
        "at": stamp(LATER),
        "site": world.site.id,
        "count": 1,
        "tubes": [code(1)],
    }
    world.send("boxes", [box])
    for stage in ("collected", "received"):
        handover = {"id": str(uuid4()), "box": "BOX-1", "at": stamp(LATER), "stage": stage, "vehicle": "V1", "count": 1}
        world.send("handovers", [handover])
    world.send("results", [world.result()])
    world.judge()
    assert codes() == []
    tube = Tube.objects.get()
    assert (tube.swabs, tube.result, tube.box, tube.campaign_id) == (10, "negative", "BOX-1", world.campaign.id)
    assert None not in (tube.sealed_at, tube.boxed_at, tube.collected_at, tube.received_at, tube.result_at)


def test_the_order_of_arrival_makes_no_difference(world: World) -> None:
    world.send("results", [world.result()])
    world.judge()
    handover = {"id": str(uuid4()), "box": "BOX-1", "at": stamp(LATER), "stage": "received", "vehicle": "V", "count": 1}
    world.send("handovers", [handover])
    world.judge()
    box = {
        "id": str(uuid4()),
        "box": "BOX-1",
        "at": stamp(LATER),
        "site": world.site.id,
        "count": 1,
        "tubes": [code(1)],
    }
    world.send("boxes", [box])
    world.judge()
    world.send("tubes", [sealed(world, 1, at=LATER, count=3)])
    world.judge()
    world.send("swabs", world.swabs(3))
    world.judge()
    tube = Tube.objects.get()
    assert (tube.swabs, tube.result, tube.box, tube.site_id) == (3, "negative", "BOX-1", world.site.id)
    assert tube.received_at == LATER
    assert codes() == []


def test_the_same_person_twice_in_a_round_is_asked_about_once(world: World) -> None:
    person = str(uuid4())
    world.send("swabs", [world.swab(1, person=person), world.swab(2, person=person, at=LATER)])
    world.judge()
    assert codes() == ["swab.person_twice"]
    assert Issue.objects.get().detail == {"tube": code(2), "other_tube": code(1)}


def test_the_same_person_in_the_next_round_is_no_matter(world: World) -> None:
    person = str(uuid4())
    world.send("swabs", [world.swab(1, person=person), world.swab(2, person=person, at=START + timedelta(hours=24))])
    world.judge()
    assert codes() == []


def test_a_tube_over_its_capacity_is_asked_about(world: World) -> None:
    world.send("swabs", world.swabs(10))
    world.judge()
    assert codes() == []
    world.send("swabs", world.swabs(1))
    world.judge()
    assert codes() == ["tube.over_capacity"]


def test_a_tube_that_was_never_issued_is_asked_about(world: World) -> None:
    world.send("swabs", [world.swab() | {"tube": "XX0000000001"}])
    world.judge()
    assert codes() == ["tube.unknown"]


@pytest.mark.parametrize("swab_first", [True, False])
def test_a_swab_after_sealing_is_asked_about_whichever_came_first(world: World, swab_first: bool) -> None:
    sends = [
        lambda: world.send("swabs", [world.swab(at=LATER)]),
        lambda: world.send("tubes", [sealed(world, 1, at=START, count=0)]),
    ]
    for send in sends if swab_first else reversed(sends):
        send()
        world.judge()
    assert codes() == ["swab.after_sealing"]


def test_a_late_arrival_of_an_early_swab_is_no_matter(world: World) -> None:
    world.send("tubes", [sealed(world, 1, at=LATER, count=1)])
    world.judge()
    world.send("swabs", [world.swab(at=START)])
    world.judge()
    assert codes() == []


def test_a_wrong_check_digit_is_kept_and_asked_about(world: World) -> None:
    swab = world.swab() | {"identity": {"number": "110105194912310021", "name": "钱乙（虚构）"}}
    del swab["person"]
    assert len(world.send("swabs", [swab]).kept) == 1
    world.judge()
    assert codes() == ["swab.identity_check"]


@pytest.mark.parametrize(
    ("minutes", "expected"), [(9, []), (-9, []), (11, ["device.clock_skew"]), (-700, ["device.clock_skew"])]
)
def test_a_clock_more_than_ten_minutes_off_is_asked_about(world: World, minutes: int, expected: list[str]) -> None:
    world.send("swabs", world.swabs(2), sent_at=NOW + timedelta(minutes=minutes))
    world.judge()
    assert codes() == expected


def test_a_phone_at_another_site_is_asked_about_once_however_many_swabs(world: World) -> None:
    world.send("swabs", world.swabs(3), device=world.other_phone)
    world.judge()
    assert codes() == ["device.other_site"]


def test_an_unknown_site_is_kept_and_asked_about(world: World) -> None:
    world.send("swabs", [world.swab(site=999_999)])
    world.judge()
    assert "swab.unknown_site" in codes()
    assert Tube.objects.get().swabs == 1


def test_a_box_with_another_count_than_was_scanned_is_asked_about(world: World) -> None:
    box = {
        "id": str(uuid4()),
        "box": "BOX-1",
        "at": stamp(LATER),
        "site": world.site.id,
        "count": 9,
        "tubes": [code(1)],
    }
    world.send("boxes", [box])
    world.judge()
    assert codes() == ["box.count"]
    assert Issue.objects.get().detail == {"counted": 9, "scanned": 1}


def test_judging_twice_is_judging_once(world: World) -> None:
    person = str(uuid4())
    world.send("swabs", [*world.swabs(11), world.swab(2, person=person), world.swab(3, person=person)])
    world.judge()
    before = codes(), list(Tube.objects.order_by("tube").values())
    world.judge()
    assert (codes(), list(Tube.objects.order_by("tube").values())) == before


@pytest.mark.parametrize("result", ["positive", "grey", "invalid"])
def test_everybody_in_a_doubtful_tube_is_collected_again_within_the_campaigns_hours(world: World, result: str) -> None:
    swabs = world.swabs(4)
    world.send("swabs", swabs)
    world.send("results", [world.result(result=result)])
    world.judge()
    orders = Order.objects.filter(kind=RECOLLECT)
    assert {order.subject for order in orders} == {f"person:{swab['person']}" for swab in swabs}
    assert {order.due_at - order.opened_at for order in orders} == {timedelta(hours=24)}
    assert {order.area_code for order in orders} == {"220106001"}


def test_a_negative_tube_opens_nothing(world: World) -> None:
    world.send("swabs", world.swabs(4))
    world.send("results", [world.result()])
    world.judge()
    assert not Order.objects.filter(kind=RECOLLECT).exists()


def test_a_swab_that_arrives_after_the_positive_result_is_collected_again_too(world: World) -> None:
    world.send("swabs", world.swabs(2))
    world.send("results", [world.result(result="positive")])
    world.judge()
    world.send("swabs", world.swabs(1))
    world.judge()
    assert Order.objects.filter(kind=RECOLLECT).count() == 3


def test_a_single_swab_finishes_the_order_and_its_result_closes_it(world: World) -> None:
    swabs = world.swabs(2)
    world.send("swabs", swabs)
    world.send("results", [world.result(result="positive", at=START + timedelta(hours=5))])
    world.judge()
    again = [world.swab(10 + n, person=swab["person"], at=LATER) for n, swab in enumerate(swabs)]
    world.send("swabs", again)
    world.judge()
    assert {order.state for order in Order.objects.filter(kind=RECOLLECT)} == {"done"}
    evening = START + timedelta(hours=11)
    world.send("results", [world.result(10, "positive", at=evening), world.result(11, "negative", at=evening)])
    world.judge()
    assert {order.state for order in Order.objects.filter(kind=RECOLLECT)} == {"closed"}
    verified = {order.verified_by for order in Order.objects.filter(kind=RECOLLECT)}
    assert verified == {f"result:{code(10)}", f"result:{code(11)}"}
    assert codes() == []
    statuses = [person_history(UUID(swab["person"]), area_code="22")[0].status for swab in swabs]
    assert statuses == [Status.POSITIVE, Status.NEGATIVE]


def test_a_swab_into_another_pooled_tube_is_no_re_collection(world: World) -> None:
    swabs = world.swabs(2)
    world.send("swabs", swabs)
    world.send("results", [world.result(result="positive")])
    world.judge()
    world.send("swabs", [*world.swabs(3, tube=7, at=LATER), world.swab(7, person=swabs[0]["person"], at=LATER)])
    world.judge()
    assert {order.state for order in Order.objects.filter(kind=RECOLLECT)} == {"open"}


def test_until_then_a_member_is_under_review_and_before_a_result_awaiting(world: World) -> None:
    swabs = world.swabs(2)
    person = UUID(swabs[0]["person"])
    world.send("swabs", swabs)
    world.judge()
    assert person_history(person, area_code="22")[0].status == Status.AWAITING
    world.send("results", [world.result(result="positive")])
    world.judge()
    assert person_history(person, area_code="22")[0].status == Status.UNDER_REVIEW
    assert person_history(person, area_code="2202") == []


def test_a_result_corrected_to_negative_withdraws_the_open_orders(world: World) -> None:
    world.send("swabs", world.swabs(3))
    world.send("results", [world.result(result="positive")])
    world.judge()
    world.send("results", [world.result(result="negative", at=LATER)])
    world.judge()
    assert {order.state for order in Order.objects.filter(kind=RECOLLECT)} == {"cancelled"}
    assert Tube.objects.get().result == "negative"


def test_an_invalid_single_swab_is_collected_once_more(world: World) -> None:
    world.send("swabs", world.swabs(1))
    world.send("results", [world.result(result="invalid")])
    world.judge()
    assert Order.objects.filter(kind=RECOLLECT).count() == 1


def test_a_positive_tube_with_one_person_needs_no_second_swab(world: World) -> None:
    world.send("swabs", world.swabs(1))
    world.send("results", [world.result(result="positive")])
    world.judge()
    assert not Order.objects.filter(kind=RECOLLECT).exists()


def test_the_timeline_of_a_tube_is_in_order_and_names_its_entries(world: World) -> None:
    world.send("swabs", world.swabs(2))
    world.send("tubes", [sealed(world, 1, at=START + timedelta(minutes=3), count=2)])
    world.send("results", [world.result()])
    assert [moment.what for moment in timeline(code(1))] == ["swabbed", "swabbed", "sealed", "reported"]
    assert all(moment.entry_id for moment in timeline(code(1)))
    assert timeline(code(1))[2].detail == {"count": 2}


def test_a_revoked_phone_is_turned_away(world: World) -> None:
    from yinghuo.core.people.queries import device_by_token

    device, token = people.enrol_device("p", "phone", by="user:1", at=START, area_code="2201")
    assert device_by_token(token)
    people.revoke_device(device.id, by="user:1", at=NOW, reason="lost")
    with pytest.raises(Refused, match=r"device\.revoked"):
        device_by_token(token)
