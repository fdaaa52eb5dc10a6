"""Swabs undone and moved, tubes voided: facts that make earlier facts count otherwise, in whatever order they come."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desks.sampling.phone_world import AFTER, moved, send, undone, void
from tests.desks.sampling.world import NOW, START, World, code, stamp
from yinghuo.core.ledger.models import Entry
from yinghuo.core.ledger.verify import verify
from yinghuo.core.work.models import Issue, Order
from yinghuo.desks.sampling.models import Corrected, Tube, Voided
from yinghuo.desks.sampling.queries import person_history
from yinghuo.desks.sampling.rules import RECOLLECT, Status

pytestmark = pytest.mark.django_db
ACTIVE = ("open", "taken", "arrived", "returned")


@pytest.fixture
def world() -> World:
    return World()


def counts() -> dict[str, int]:
    return dict(Tube.objects.order_by("tube").values_list("tube", "swabs"))


def called(state: tuple[str, ...] = ACTIVE) -> set[str]:
    return set(Order.objects.filter(kind=RECOLLECT, state__in=state).values_list("subject", flat=True))


def stands(swab: dict[str, Any]) -> Status | None:
    rows = person_history(UUID(swab["person"]), area_code="22")
    return rows[0].status if rows else None


def test_an_undone_swab_is_not_in_its_tube(world: World) -> None:
    swabs = world.swabs(3)
    world.send("swabs", swabs)
    assert send(world, "corrections", [undone(swabs[1], world, to_tube="")]).malformed == []
    world.judge()
    assert counts() == {code(1): 2}
    assert [stands(swab) for swab in swabs] == [Status.AWAITING, None, Status.AWAITING]


def test_a_moved_swab_belongs_to_its_new_tube(world: World) -> None:
    swabs = world.swabs(3)
    world.send("swabs", swabs)
    send(world, "corrections", [moved(swabs[0], world, 2)])
    world.send("results", [world.result(1, "negative"), world.result(2, "positive")])
    world.judge()
    assert counts() == {code(1): 2, code(2): 1}
    assert [stands(swab) for swab in swabs] == [Status.POSITIVE, Status.NEGATIVE, Status.NEGATIVE]
    assert person_history(UUID(swabs[0]["person"]), area_code="22")[0].tube == code(2)


def test_re_assignment_of_a_tube_no_blocking(world: World) -> None:
    """Ten people scanned under the wrong code go over to the right one while others go on, and nobody waits."""
    wrong = world.swabs(10)
    world.send("swabs", wrong)
    world.judge()
    send(world, "corrections", [moved(swab, world, 7) for swab in wrong])
    world.send("swabs", world.swabs(4, tube=7, at=START + timedelta(minutes=5)))
    world.judge()
    assert counts() == {code(1): 0, code(7): 14}
    assert {stands(swab) for swab in wrong} == {Status.AWAITING}


def test_the_latest_word_on_a_swab_counts(world: World) -> None:
    swabs = world.swabs(2)
    world.send("swabs", swabs)
    late = stamp(AFTER + timedelta(minutes=1))
    send(world, "corrections", [moved(swabs[0], world, 2, at=late), undone(swabs[0], world)])
    send(world, "corrections", [undone(swabs[1], world, at=late), moved(swabs[1], world, 2)])
    world.judge()
    assert counts() == {code(1): 0, code(2): 1}


def test_a_correction_may_come_before_its_swab_and_twice(world: World) -> None:
    swabs = world.swabs(3)
    corrections = [undone(swabs[0], world), moved(swabs[1], world, 2)]
    send(world, "corrections", corrections)
    world.judge()
    assert counts() == {}
    world.send("swabs", swabs)
    world.judge()
    assert [UUID(one["id"]) for one in corrections] == send(world, "corrections", corrections).kept
    world.judge()
    assert counts() == {code(1): 1, code(2): 1}
    assert Corrected.objects.count() == 2


def test_nobody_of_a_voided_tube_is_under_review_nor_called(world: World) -> None:
    swabs = world.swabs(3)
    world.send("swabs", swabs)
    world.send("results", [world.result(1, "positive")])
    world.judge()
    assert len(called()) == 3
    send(world, "voids", [void(world)])
    world.judge()
    assert called() == set()
    assert {stands(swab) for swab in swabs} == {Status.NOT_SAMPLED}
    assert counts() == {code(1): 0}
    assert Tube.objects.get().voided_at == AFTER
    assert [issue.code for issue in Issue.objects.all()] == ["tube.void_result"]


def test_a_result_of_a_tube_voided_before_is_asked_about_and_calls_nobody(world: World) -> None:
    send(world, "voids", [void(world)])
    world.judge()
    world.send("swabs", world.swabs(3))
    world.send("results", [world.result(1, "positive")])
    world.judge()
    assert (called(), Order.objects.filter(kind=RECOLLECT).count()) == (set(), 0)
    assert [issue.code for issue in Issue.objects.all()] == ["tube.void_result"]


def test_doubts_about_a_tube_stay_when_it_is_voided(world: World) -> None:
    world.send("swabs", world.swabs(11))
    world.judge()
    send(world, "voids", [void(world)])
    world.judge()
    assert [issue.code for issue in Issue.objects.filter(settled_at=None)] == ["tube.over_capacity"]


def test_who_is_swabbed_again_after_a_void_is_not_twice_in_a_round(world: World) -> None:
    person = str(uuid4())
    first, second = world.swab(1, person=person), world.swab(2, person=person, at=START + timedelta(hours=2))
    send(world, "voids", [void(world)])
    world.send("swabs", [first, second])
    world.judge()
    assert not Issue.objects.exists()


def test_who_leaves_a_positive_tube_is_no_longer_called(world: World) -> None:
    swabs = world.swabs(3)
    world.send("swabs", swabs)
    world.send("results", [world.result(1, "positive")])
    world.judge()
    send(world, "corrections", [undone(swabs[0], world), moved(swabs[1], world, 2)])
    world.judge()
    assert called() == set()  # one is left: their single positive is final
    assert [stands(swab) for swab in swabs] == [None, Status.AWAITING, Status.POSITIVE]


def test_a_correction_after_the_result_is_asked_about(world: World) -> None:
    swabs = world.swabs(2)
    world.send("swabs", swabs)
    world.send("results", [world.result(1, "positive", at=START + timedelta(minutes=30))])
    send(world, "corrections", [undone(swabs[0], world)])
    world.judge()
    assert [issue.code for issue in Issue.objects.all()] == ["swab.corrected_after_result"]


def test_a_correction_from_another_site_is_asked_about_and_still_counts(world: World) -> None:
    swabs = world.swabs(2)
    world.send("swabs", swabs)
    send(world, "corrections", [undone(swabs[0], world, site=world.other_site.id)])
    world.judge()
    assert [issue.code for issue in Issue.objects.all()] == ["swab.corrected_elsewhere"]
    assert counts() == {code(1): 1}


def test_a_call_that_was_answered_by_a_voided_tube_is_open_again(world: World) -> None:
    pool = world.swabs(2)
    world.send("swabs", pool)
    world.send("results", [world.result(1, "positive", at=START + timedelta(minutes=10))])
    again = world.swab(2, person=pool[0]["person"], at=START + timedelta(minutes=40))
    world.judge()
    world.send("swabs", [again])
    world.judge()
    assert called(("done",)) == {f"person:{pool[0]['person']}"}
    send(world, "voids", [void(world, 2)])
    world.judge()
    assert called(("open",)) == {f"person:{swab['person']}" for swab in pool}


@pytest.mark.parametrize(
    ("name", "fact", "why"),
    [
        ("corrections", {"what": "moved"}, "correction.to_tube"),
        ("corrections", {"what": "undone", "to_tube": "JL0000000002"}, "correction.to_tube"),
        ("corrections", {"what": "lost"}, "item.malformed"),
        ("voids", {"reason": "lost"}, "item.malformed"),
        ("voids", {"note": "x" * 101}, "item.malformed"),
        ("voids", {"at": "2022-05-08T06:00:00-22:21"}, "item.time"),
        ("corrections", {"at": "2022-05-08T06:00:00+16:00"}, "item.time"),
    ],
)
def test_what_is_no_correction_and_no_void_comes_back(world: World, name: str, fact: dict[str, str], why: str) -> None:
    base = undone(world.swab(), world) if name == "corrections" else void(world)
    good = undone(world.swab(), world) if name == "corrections" else void(world)
    answer = send(world, name, [base | fact, good])
    assert [one.code for one in answer.malformed] == [why]
    assert answer.kept == [UUID(good["id"])]


def test_corrections_and_voids_are_committed_to_and_only_ever_added(world: World) -> None:
    send(world, "corrections", [undone(world.swab(), world)])
    send(world, "voids", [void(world)])
    world.judge()
    assert set(Entry.objects.filter(kind__in=["swabs.corrected", "tubes.voided"]).values_list("kind", flat=True)) == {
        "swabs.corrected",
        "tubes.voided",
    }
    assert verify().ok
    for model in (Corrected, Voided):
        with pytest.raises(Exception, match="only ever added"), transaction.atomic():
            model.objects.update(at=NOW)


def test_without_corrections_a_turn_costs_one_probe(world: World) -> None:
    world.send("swabs", world.swabs(3))
    with CaptureQueriesContext(connection) as asked:
        world.judge()
    said = [one["sql"] for one in asked if "sampling_corrected" in one["sql"] and "sampling_tube AS t" in one["sql"]]
    assert [sql for sql in said if sql.lstrip().startswith("WITH member")] == []
    assert sum("SELECT EXISTS (SELECT FROM sampling_corrected)" in one["sql"] for one in asked) == 1


def picture(people: list[str]) -> dict[str, Any]:
    """All that must be the same in whatever order the facts came."""
    columns = ("tube", "swabs", "first_at", "last_at", "result", "voided_at", "site_id", "campaign_id")
    stand = [[(row.tube, row.status) for row in person_history(UUID(one), area_code="22")] for one in people]
    orders = Order.objects.filter(kind=RECOLLECT, state__in=ACTIVE)
    return {
        "tubes": sorted(Tube.objects.values_list(*columns)),
        "people": stand,
        "called": sorted((order.subject, order.detail["tube"]) for order in orders),
    }


Step = Callable[[], object]
PEOPLE = st.lists(st.integers(0, 3), min_size=2, max_size=6)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("undone"), st.integers(0, 5), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("moved"), st.integers(0, 5), st.integers(0, 9), st.integers(1, 3)),
        st.tuples(st.just("void"), st.integers(1, 3), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("result"), st.integers(1, 3), st.integers(0, 9), st.sampled_from([1, 2, 3])),
    ),
    max_size=6,
)
SAID = {1: "negative", 2: "positive", 3: "grey"}


def steps(world: World, tubes: list[int], changes: list[tuple[str, int, int, int]]) -> tuple[list[Step], list[str]]:
    """Each swab, correction, void and result as one batch of its own, one of them twice."""
    swabs = [world.swab(1 + tube % 3, at=START + timedelta(minutes=n)) for n, tube in enumerate(tubes)]
    made: list[Step] = [lambda swab=swab: world.send("swabs", [swab]) for swab in swabs]
    for what, which, minute, more in changes:
        at = stamp(AFTER + timedelta(minutes=minute))
        if what == "result":
            fact = world.result(which, SAID[more], at=AFTER + timedelta(minutes=minute))
            made.append(lambda fact=fact: world.send("results", [fact]))
        elif what == "void":
            fact = void(world, which, at=at)
            made.append(lambda fact=fact: send(world, "voids", [fact]))
        else:
            swab = swabs[which % len(swabs)]
            fact = undone(swab, world, at=at) if what == "undone" else moved(swab, world, more, at=at)
            made.append(lambda fact=fact: send(world, "corrections", [fact]))
    return [*made, made[-1]], [swab["person"] for swab in swabs]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tubes=PEOPLE, changes=CHANGES, data=st.data())
def test_corrections_and_voids_come_to_the_same_in_every_order(
    tubes: list[int], changes: list[tuple[str, int, int, int]], data: st.DataObject
) -> None:
    with transaction.atomic():
        world = World()
        made, people = steps(world, tubes, changes)
        pictures = []
        for order in (made, data.draw(st.permutations(made)), made[::-1]):
            place = transaction.savepoint()
            for step in order:
                step()
                if data.draw(st.booleans()):
                    world.judge()
            world.judge()
            pictures.append(picture(people))
            transaction.savepoint_rollback(place)
        transaction.set_rollback(True)
    assert pictures[0] == pictures[1] == pictures[2]
