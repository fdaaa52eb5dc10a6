"""Sample pooling: a negative pool speaks for its members, any other is decoded from the kept tubes."""

from uuid import uuid4

import pytest

from tests.desks.sampling.laboratory_world import GREY, KIT, POSITIVE, LaboratoryWorld, readings
from tests.desks.sampling.world import code
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.plates import NewPlate, fill_plate, make_plate, start_plate
from yinghuo.desks.sampling.actions.laboratory.pools import make_pool, undo_pool
from yinghuo.desks.sampling.actions.laboratory.reading import read_plate, release_plate
from yinghuo.desks.sampling.models import Bench, Plate, Pool, Result, Tube

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> LaboratoryWorld:
    world = LaboratoryWorld(mode=1)
    world.received(1, 12)
    return world


def pool_of(world: LaboratoryWorld, first: int, last: int) -> Pool:
    return make_pool(uuid4(), [code(n) for n in range(first, last + 1)], who=world.li)


def assayed(world: LaboratoryWorld, ct: dict[int, dict[str, float | None]], *, pools: int) -> Plate:
    plate = make_plate(NewPlate(uuid4(), KIT.name), who=world.li)
    fill_plate(plate.id, who=world.li, most=0, pools=pools)
    start_plate(plate.id, who=world.li)
    read_plate(plate.id, readings(plate) | ct, who=world.li)
    return release_plate(plate.id, who=world.wang)


def test_a_negative_pool_is_a_negative_result_of_each_member_with_reference_to_the_pool(world: LaboratoryWorld) -> None:
    pool = pool_of(world, 1, 5)
    assayed(world, {}, pools=1)
    world.judge()
    assert list(Result.objects.order_by("tube").values_list("tube", "result", "pool")) == [
        (code(n), "negative", pool.code) for n in range(1, 6)
    ]
    assert set(Tube.objects.filter(result="negative").values_list("tube", flat=True)) == set(pool.members)


@pytest.mark.parametrize("ct", [POSITIVE, GREY])
def test_members_of_a_pool_that_is_not_negative_are_assayed_singly(
    world: LaboratoryWorld, ct: dict[str, float | None]
) -> None:
    pool = pool_of(world, 1, 5)
    assayed(world, {1: ct}, pools=1)
    assert not Result.objects.exists()
    assert set(Bench.objects.filter(again="decode", state="waiting").values_list("tube", flat=True)) == set(
        pool.members
    )
    decode = world.plate(world.li, tubes=5)
    read_plate(decode.id, readings(decode, **{code(3): POSITIVE}), who=world.li)
    release_plate(decode.id, who=world.wang)
    world.judge()
    assert list(Tube.objects.exclude(result="").order_by("tube").values_list("result", flat=True)) == [
        "negative",
        "negative",
        "positive",
        "negative",
        "negative",
    ]


def test_a_tube_is_in_one_pool_only_and_on_no_plate_beside_it(world: LaboratoryWorld) -> None:
    pool_of(world, 1, 5)
    with pytest.raises(Refused, match=r"bench.taken"):
        pool_of(world, 5, 8)
    assert Bench.objects.get(tube=code(6)).state == "waiting"
    plate = world.plate()
    assert not plate.wells.filter(tube__in=[code(n) for n in range(1, 6)]).exists()


def test_only_tubes_of_one_person_are_mixed(world: LaboratoryWorld) -> None:
    world.received(20, 21, people_each=10)
    with pytest.raises(Refused, match=r"pool.not_single .*people=10"):
        pool_of(world, 20, 21)


def test_members_of_a_decoded_pool_are_not_mixed_again(world: LaboratoryWorld) -> None:
    undo_pool(pool_of(world, 1, 2).id, reason="spilt", who=world.li)
    with pytest.raises(Refused, match=r"pool.again"):
        pool_of(world, 1, 3)


def test_a_pool_has_a_sensible_size(world: LaboratoryWorld) -> None:
    with pytest.raises(Refused, match=r"pool.size"):
        pool_of(world, 1, 1)


def test_a_pools_code_serves_once_and_a_pool_on_a_plate_stays(world: LaboratoryWorld) -> None:
    pool = pool_of(world, 1, 2)
    assert make_pool(pool.id, [code(1), code(2)], who=world.li) == pool
    with pytest.raises(Refused, match=r"pool.code"):
        make_pool(uuid4(), [code(3), code(4)], who=world.li, code=pool.code)
    assayed(world, {}, pools=1)
    with pytest.raises(Refused, match=r"pool.on_plate"):
        undo_pool(pool.id, reason="too late", who=world.li)
