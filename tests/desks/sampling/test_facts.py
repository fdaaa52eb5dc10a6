"""Facts at the door: stored once, never refused when well-formed, every id on disk is named."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests.desks.sampling.world import NOW, START, World, code, ids, stamp
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger.models import Entry
from yinghuo.core.ledger.verify import verify
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Person
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions import keep_swabs
from yinghuo.desks.sampling.actions.facts import keep_result_batch
from yinghuo.desks.sampling.actions.results_csv import as_batch
from yinghuo.desks.sampling.models import Boxed, Result, Swab

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_swab_sent_twice_is_one_swab(world: World) -> None:
    batch = world.swabs(5)
    first, second = world.send("swabs", batch), world.send("swabs", batch)
    assert first == second
    assert first.kept == ids(batch)
    assert Swab.objects.count() == 5


def test_a_batch_sent_again_adds_nothing_to_the_ledger(world: World) -> None:
    batch = world.swabs(5)
    world.send("swabs", batch)
    entries = Entry.objects.count()
    world.send("swabs", batch)
    assert Entry.objects.count() == entries


def test_the_same_swab_twice_in_one_batch_is_one_swab(world: World) -> None:
    swab = world.swab()
    assert world.send("swabs", [swab, swab]).kept == ids([swab, swab])
    assert Swab.objects.count() == 1


def test_a_batch_with_old_and_new_swabs_keeps_the_new_ones_under_their_own_entry(world: World) -> None:
    old, new = world.swabs(3), world.swabs(2, tube=2)
    world.send("swabs", old)
    assert world.send("swabs", old + new).kept == ids(old + new)
    counts = [json.loads(e.body)["count"] for e in Entry.objects.filter(kind="swabs.kept").order_by("id")]
    assert counts == [3, 2]


def test_each_fact_carries_the_entry_of_its_batch(world: World) -> None:
    world.send("swabs", world.swabs(3))
    entry = Entry.objects.get(kind="swabs.kept")
    assert set(Swab.objects.values_list("entry_id", flat=True)) == {entry.id}
    assert entry.by == f"device:{world.phone.id}"


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        ({"id": "no-uuid"}, "uuid"),
        ({"tube": "a b"}, "tube"),
        ({"tube": None}, "tube"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2022-05-08T06:00:00"}, "at"),
        ({"at": "1850-01-01T00:00:00Z"}, "at"),
        ({"site": -1}, "site"),
        ({"site": 1.5}, "site"),
        ({"person": None}, "person"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_malformed_item_comes_back_and_the_others_are_kept(world: World, spoil: dict, word: str) -> None:
    good, bad = world.swab(), world.swab() | spoil
    answer = world.send("swabs", [good, bad])
    assert answer.kept == ids([good])
    assert [(one.index, one.id) for one in answer.malformed] == [(1, bad["id"])]
    assert word in answer.malformed[0].detail.lower()
    assert Swab.objects.count() == 1


def test_malformed_items_keep_their_places_whatever_is_wrong_with_them(world: World) -> None:
    items = [world.swab(at=datetime(1901, 1, 1, tzinfo=UTC)), {"id": 5}, world.swab(), 7, world.swab(person=None)]
    assert [one.index for one in world.send("swabs", items).malformed] == [0, 1, 3, 4]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"swabs": []}', b'{"sent_at": 5, "swabs": []}', b"\xff\xfe", b"null"]
)
def test_what_is_no_batch_at_all_is_refused_with_a_reason(world: World, body: bytes) -> None:
    with pytest.raises(Refused, match=r"batch\.unreadable"):
        keep_swabs(body, Sender(world.phone, NOW))


def test_more_than_two_thousand_items_are_refused_whole(world: World) -> None:
    with pytest.raises(Refused, match=r"batch\.too_large"):
        world.send("swabs", [{}] * 2001)
    assert not Swab.objects.exists()


def test_an_empty_batch_is_kept_without_an_entry(world: World) -> None:
    assert world.send("swabs", []).kept == []
    assert not Entry.objects.filter(kind="swabs.kept").exists()


def test_somebody_on_no_roster_is_registered_under_a_pseudonym(world: World) -> None:
    number = "11010519491231002X"
    swab = world.swab() | {"identity": {"number": number, "name": "赵甲（虚构）"}}
    del swab["person"]
    world.send("swabs", [swab])
    assert Swab.objects.get().person == pseudonym(number)
    assert Swab.objects.get().doubt == ""
    person = Person.objects.get()
    assert person.id == pseudonym(number)
    assert number.encode() not in bytes(person.identity)
    assert not Entry.objects.filter(body__contains=number).exists()


def test_both_a_person_and_an_identity_is_malformed(world: World) -> None:
    answer = world.send("swabs", [world.swab() | {"identity": {"number": "1", "name": ""}}])
    assert [one.code for one in answer.malformed] == ["swab.person"]


def test_postgresql_refuses_to_change_a_fact(world: World) -> None:
    world.send("swabs", world.swabs(2))
    for statement in ("UPDATE sampling_swab SET tube = 'X'", "DELETE FROM sampling_swab", "TRUNCATE sampling_swab"):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            connection.cursor().execute(statement)
    assert Swab.objects.count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sampling_swab SET at = at + interval '1 second' WHERE id = %s",
        "UPDATE sampling_swab SET person = gen_random_uuid() WHERE id = %s",
        "DELETE FROM sampling_swab WHERE id = %s",
    ],
)
def test_a_fact_changed_behind_the_back_is_found_under_its_entry(world: World, statement: str) -> None:
    batch = world.swabs(4)
    world.send("swabs", batch)
    world.judge()
    assert verify().ok
    entry = Entry.objects.get(kind="swabs.kept")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, [batch[2]["id"]])
        cursor.execute("SET session_replication_role = DEFAULT")
    assert [(f.code, f.where) for f in verify().faults] == [("facts.changed", f"sampling_swab, entry {entry.id}")]


def test_a_box_is_a_row_for_each_of_its_tubes(world: World) -> None:
    tubes = [code(n) for n in range(1, 6)]
    box = {"id": str(uuid4()), "box": "BOX-0001", "at": stamp(START), "site": world.site.id, "count": 5, "tubes": tubes}
    assert world.send("boxes", [box]).kept == ids([box])
    world.send("boxes", [box])
    assert sorted(Boxed.objects.values_list("tube", flat=True)) == tubes


def test_the_same_message_of_a_laboratory_is_one_result_even_under_another_id(world: World) -> None:
    first = world.result()
    again = first | {"id": str(uuid4())}
    assert world.send("results", [first]).kept == ids([first])
    assert world.send("results", [again]).kept == ids([again])
    assert Result.objects.count() == 1


def test_a_csv_file_of_results_names_its_bad_rows_by_line(world: World) -> None:
    file = (
        "tube,message,at,result,technician,ct_n\n"
        f"{code(1)},M1,2022-05-08T12:00:00+08:00,negative,T001,\n"
        f"{code(2)},M2,not a time,negative,T001,\n"
        f"{code(3)},M3,2022-05-08T12:00:00+08:00,positive,T001,31.2\n"
        f"{code(4)},M4\n"
    ).encode()
    sender = Sender(world.laboratory, NOW)
    answer = keep_result_batch(as_batch(file, sender), sender)
    assert len(answer.kept) == 2
    assert [one.index for one in answer.malformed] == [3, 5]
    keep_result_batch(as_batch(file, sender), sender)
    assert Result.objects.count() == 2
    assert str(Result.objects.get(tube=code(3)).ct_n) == "31.20"


@pytest.mark.parametrize("file", [b"\xff\xff", b"", b"tube,message\n", b"tube,tube,message,at,result,technician\n"])
def test_a_file_that_is_no_result_file_is_refused_whole(world: World, file: bytes) -> None:
    with pytest.raises(Refused, match=r"csv\."):
        as_batch(file, Sender(world.laboratory, NOW))


def test_times_with_any_offset_are_the_same_moment(world: World) -> None:
    swab = world.swab() | {"at": "2022-05-08T14:00:00.5+08:00"}
    world.send("swabs", [swab])
    assert Swab.objects.get().at == datetime(2022, 5, 8, 6, 0, 0, 500000, tzinfo=UTC)


def test_a_late_fact_is_a_fact(world: World) -> None:
    world.send("swabs", [world.swab(at=START - timedelta(days=300))])
    assert Swab.objects.count() == 1
