"""Older forms of a batch are read until their last day, and refused afterwards with everything still on the phone."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desks.sampling.phone_world import undone, void
from tests.desks.sampling.world import NOW, START, World, code, ids, stamp
from yinghuo.core.doors.senders import Sender
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling import actions
from yinghuo.desks.sampling.actions import schemas
from yinghuo.desks.sampling.actions.facts import SWAB_READER, Answer
from yinghuo.desks.sampling.models import Sealed, Swab
from yinghuo.web.refusals import sentence, status_of

pytestmark = pytest.mark.django_db
LAST_DAY = schemas.OLDER[0].last_day
CHANGCHUN = ZoneInfo("Asia/Shanghai")
Keep = Callable[[bytes, Sender], Answer]


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=CHANGCHUN)


@pytest.fixture
def world() -> World:
    return World()


def send(
    world: World, name: str, facts: list, *, now: datetime = NOW, keep: Keep | None = None, **more: object
) -> Answer:
    usual = {"swabs": actions.keep_swabs, "tubes": actions.keep_sealed, "boxes": actions.keep_boxes}
    body = {"sent_at": stamp(NOW), name: facts} | more
    return (keep or usual[name])(json.dumps(body).encode(), Sender(world.phone, now))


def pilot(fact: dict) -> dict:
    """A fact in the words of the pilot's phones."""
    names = {"tube": "tube_code", "site": "site_id"}
    return {names.get(name, name): value for name, value in fact.items()}


def test_an_old_client_is_accepted_until_its_end_date(world: World) -> None:
    over = midnight_after(LAST_DAY)
    swabs = world.swabs(4)
    answer = send(world, "swabs", [pilot(one) for one in swabs[:2]], schema=1, now=over - timedelta(seconds=1))
    assert (answer.kept, answer.malformed) == (ids(swabs[:2]), [])
    assert set(Swab.objects.values_list("tube", "site")) == {(code(1), world.site.id)}
    with pytest.raises(Refused) as refused:
        send(world, "swabs", [pilot(one) for one in swabs[2:]], schema=1, now=over)
    assert (refused.value.code, status_of(refused.value.code)) == ("batch.schema_over", 409)
    assert refused.value.facts["last_day"] == LAST_DAY
    assert sentence(refused.value)
    assert Swab.objects.count() == 2


def test_todays_words_under_an_old_number_end_with_it(world: World) -> None:
    before, after = midnight_after(LAST_DAY) - timedelta(seconds=1), midnight_after(LAST_DAY)
    assert len(send(world, "swabs", world.swabs(1), schema=1, now=before).kept) == 1
    with pytest.raises(Refused, match="schema_over"):
        send(world, "swabs", world.swabs(1), schema=1, now=after)


@pytest.mark.parametrize("schema", [{}, {"schema": 2}, {"schema": None}])
def test_todays_form_is_read_with_and_without_its_number(world: World, schema: dict) -> None:
    swabs = world.swabs(2)
    assert send(world, "swabs", swabs, now=midnight_after(LAST_DAY), **schema).kept == ids(swabs)


@pytest.mark.parametrize("schema", [0, 3, -1, 2**60])
def test_a_form_that_nobody_knows_is_refused_and_nothing_is_stored(world: World, schema: int) -> None:
    for facts in (world.swabs(1), [{"id": str(uuid4()), "of": "tomorrow"}]):
        with pytest.raises(Refused) as refused:
            send(world, "swabs", facts, schema=schema)
        assert (refused.value.code, status_of(refused.value.code)) == ("batch.schema", 409)
    assert not Swab.objects.exists()


@pytest.mark.parametrize("schema", ["2", 2.5, [2]])
def test_a_number_that_is_none_makes_the_batch_unreadable(world: World, schema: object) -> None:
    with pytest.raises(Refused, match=r"batch\.unreadable"):
        send(world, "swabs", world.swabs(1), schema=schema)


def test_one_bad_item_of_an_old_batch_does_not_cost_the_others(world: World) -> None:
    swabs = world.swabs(3)
    odd = pilot(swabs[1]) | {"site_id": "north"}
    answer = send(world, "swabs", [pilot(swabs[0]), odd, 7, pilot(swabs[2])], schema=1)
    assert answer.kept == [UUID(swabs[0]["id"]), UUID(swabs[2]["id"])]
    assert [one.index for one in answer.malformed] == [1, 2]


def test_sealed_tubes_of_the_pilot_are_read_too(world: World) -> None:
    fact = {"id": str(uuid4()), "tube_code": code(1), "at": stamp(START), "site_id": world.site.id, "count": 3}
    assert send(world, "tubes", [fact], schema=1).malformed == []
    assert Sealed.objects.get().site == world.site.id


def test_old_words_without_their_number_are_no_facts(world: World) -> None:
    answer = send(world, "swabs", [pilot(world.swab())])
    assert (answer.kept, [one.code for one in answer.malformed]) == ([], ["item.malformed"])


def test_doors_that_the_pilot_did_not_have_read_its_number_as_todays_words(world: World) -> None:
    assert send(world, "corrections", [undone(world.swab(), world)], schema=1, keep=actions.keep_corrections).kept
    assert send(world, "voids", [void(world)], schema=1, keep=actions.keep_voids).kept


@given(st.sampled_from([None, 1, 2]), st.integers(0, 5), st.binary(max_size=3))
def test_whatever_the_form_each_item_is_kept_or_comes_back(schema: int | None, count: int, odd: bytes) -> None:
    items: list[object] = [
        {"id": str(uuid4()), "tube": code(1), "at": stamp(NOW), "site": 1, "person": str(uuid4())} for _ in range(count)
    ]
    items.append({"id": odd.hex(), "tube_code": odd.hex()})
    batch = SWAB_READER.read(json.dumps({"sent_at": stamp(NOW), "swabs": items, "schema": schema}).encode(), now=NOW)
    assert len(batch.items) + len(batch.malformed) == len(items)
