"""Plates: filled with what waits longest, no tube twice, controls before results, a second person's release."""

import json
from datetime import timedelta
from time import monotonic
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Max

from tests.desks.sampling.laboratory_world import (
    BLANK,
    GREY,
    KIT,
    NEGATIVE,
    POSITIVE,
    LaboratoryWorld,
    readings,
)
from tests.desks.sampling.world import NOW, START, code, stamp
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.corrections import keep_voids
from yinghuo.desks.sampling.actions.facts import keep_received
from yinghuo.desks.sampling.actions.laboratory.plates import (
    NewPlate,
    discard_plate,
    empty_well,
    fill_plate,
    make_plate,
    put_tube,
    start_plate,
)
from yinghuo.desks.sampling.actions.laboratory.reading import mark_rerun, read_plate, release_plate, send_back
from yinghuo.desks.sampling.jobs.custody import follow_custody
from yinghuo.desks.sampling.models import Bench, Plate, Result, Tube, Well
from yinghuo.engines.plates import well_name

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> LaboratoryWorld:
    return LaboratoryWorld()


def on_plate(plate: Plate) -> dict[str, str]:
    return {well_name(w.number): w.tube or w.kind for w in plate.wells.order_by("number")}


def test_a_plate_is_filled_down_its_columns_with_what_waits_longest(world: LaboratoryWorld) -> None:
    world.received(1, 100)
    plate = world.plate(start=False)
    filled = on_plate(plate)
    assert (filled["A1"], filled["B1"], filled["A2"]) == (code(1), code(2), code(9))
    assert (filled["F12"], filled["G12"], filled["H12"]) == ("blank", "negative", "positive")
    assert len(filled) == 96
    assert Bench.objects.filter(state="waiting").count() == 7


def test_a_tube_on_one_plate_is_never_taken_for_another(world: LaboratoryWorld) -> None:
    world.received(1, 100)
    first, second = world.plate(start=False), world.plate(world.wang, start=False)
    assert second.wells.filter(kind="tube").count() == 7
    assert not set(first.wells.exclude(tube="").values_list("tube")) & set(second.wells.values_list("tube"))
    with pytest.raises(Refused, match=r"bench.taken"):
        put_tube(second.id, code(1), who=world.wang)


def test_a_code_that_was_not_received_is_never_made_a_tube(world: LaboratoryWorld) -> None:
    plate = world.plate(start=False)
    with pytest.raises(Refused, match=r"bench.unknown_tube"):
        put_tube(plate.id, "JL9999999999", who=world.li)
    assert not Tube.objects.filter(tube="JL9999999999").exists()


def test_a_scanned_tube_goes_into_the_next_free_well_and_stays_there_when_scanned_again(world: LaboratoryWorld) -> None:
    world.received(1, 3)
    plate = world.plate(start=False, tubes=1)
    assert put_tube(plate.id, code(3), who=world.li).number == 2
    assert put_tube(plate.id, code(3), who=world.li).number == 2
    assert plate.wells.filter(tube=code(3)).count() == 1


def test_a_tube_taken_out_waits_again(world: LaboratoryWorld) -> None:
    world.received(1, 2)
    plate = world.plate(start=False)
    empty_well(plate.id, 1, who=world.li)
    assert Bench.objects.get(tube=code(1)).state == "waiting"
    assert fill_plate(plate.id, who=world.li) == 1


def test_another_laboratory_sees_neither_the_tubes_nor_the_plate(world: LaboratoryWorld) -> None:
    world.received(1, 5)
    other = world.technician("zhao", world.laboratory_of("第二检验所（虚构）"))
    plate = world.plate(start=False, tubes=2)
    with pytest.raises(Refused, match=r"plate.unknown"):
        fill_plate(plate.id, who=other)
    assert fill_plate(make_plate(NewPlate(plate.id.__class__(int=7), KIT.name), who=other).id, who=other) == 0


def test_the_same_plate_made_twice_is_one_plate_and_a_barcode_serves_once(world: LaboratoryWorld) -> None:
    plate = world.plate(start=False)
    assert make_plate(NewPlate(plate.id, KIT.name), who=world.li) == plate
    with pytest.raises(Refused, match=r"plate.barcode"):
        make_plate(NewPlate(plate.id.__class__(int=8), KIT.name, barcode=plate.barcode), who=world.li)


def test_a_plate_without_a_specimen_is_not_started(world: LaboratoryWorld) -> None:
    plate = world.plate(start=False)
    with pytest.raises(Refused, match=r"plate.empty"):
        start_plate(plate.id, who=world.li)


def test_a_second_person_releases_and_only_then_there_are_results(world: LaboratoryWorld) -> None:
    world.received(1, 3)
    plate = world.plate()
    read_plate(plate.id, readings(plate, **{code(2): POSITIVE, code(3): GREY}), who=world.li)
    assert not Result.objects.exists()
    with pytest.raises(Refused, match=r"plate.own_reading"):
        release_plate(plate.id, who=world.li)
    release_plate(plate.id, who=world.wang)
    release_plate(plate.id, who=world.wang)
    world.judge()
    assert dict(Tube.objects.values_list("tube", "result")) == {
        code(1): "negative",
        code(2): "positive",
        code(3): "grey",
    }
    fact = Result.objects.get(tube=code(2))
    assert (fact.laboratory, fact.technician, fact.kit) == (world.party, "li", KIT.name)
    assert fact.ct == {"ORF1ab": 25.5, "N": 26.25, "IC": 28.0}
    assert (float(fact.ct_orf1ab or 0), fact.well) == (25.5, f"{plate.barcode} B1")
    assert "ORF1ab 25.50 < 38" in fact.because
    assert Bench.objects.filter(state="done").count() == 3


def test_results_of_a_plate_are_one_statement_and_one_ledger_entry(world: LaboratoryWorld) -> None:
    world.received(1, 93)
    plate = world.plate()
    read_plate(plate.id, readings(plate), who=world.li)
    release_plate(plate.id, who=world.wang)
    assert Entry.objects.filter(kind="results.kept").count() == 1
    assert Result.objects.count() == 93


@pytest.mark.parametrize(
    ("kind", "ct", "said"),
    [
        ("positive", {"ORF1ab": None, "N": 26.0, "IC": 27.0}, "H12 positive: ORF1ab —"),
        ("negative", {"ORF1ab": 33.0, "N": None, "IC": 27.0}, "G12 negative: ORF1ab 33.00 < 38"),
        ("blank", {"ORF1ab": None, "N": 39.0, "IC": None}, "F12 blank: ORF1ab — · N 38 ≤ 39.00 < 40"),
    ],
)
def test_one_wrong_control_makes_the_whole_plate_invalid(
    world: LaboratoryWorld, kind: str, ct: dict[str, float | None], said: str
) -> None:
    world.received(1, 2)
    plate = world.plate()
    plate = read_plate(plate.id, readings(plate, **{kind: ct, code(1): POSITIVE}), who=world.li)
    assert plate.state == "invalid"
    assert said in plate.reason
    assert set(plate.wells.values_list("result", flat=True)) == {""}
    with pytest.raises(Refused, match=r"plate.step"):
        release_plate(plate.id, who=world.wang)
    discard_plate(plate.id, reason="again", who=world.li)
    assert list(Bench.objects.values_list("state", "again").distinct()) == [("waiting", "rerun")]
    assert not Result.objects.exists()


def test_a_file_of_another_plate_is_refused_whole(world: LaboratoryWorld) -> None:
    world.received(1, 2)
    plate = world.plate()
    whole = readings(plate)
    with pytest.raises(Refused, match=r"plate.wells_missing .*wells=B1"):
        read_plate(plate.id, {n: ct for n, ct in whole.items() if n != 2}, who=world.li)
    with pytest.raises(Refused, match=r"plate.well_empty .*wells=C1"):
        read_plate(plate.id, whole | {3: POSITIVE}, who=world.li)
    assert read_plate(plate.id, whole | {3: BLANK}, who=world.li).state == "read"


def test_a_single_well_is_assayed_again_while_the_others_are_released(world: LaboratoryWorld) -> None:
    world.received(1, 3)
    plate = world.plate()
    read_plate(plate.id, readings(plate, **{code(2): GREY}), who=world.li)
    mark_rerun(plate.id, [2], who=world.wang)
    release_plate(plate.id, who=world.wang)
    assert set(Result.objects.values_list("tube", flat=True)) == {code(1), code(3)}
    assert Bench.objects.get(tube=code(2)).again == "rerun"
    again = world.plate(world.wang)
    read_plate(again.id, readings(again, **{code(2): POSITIVE}), who=world.wang)
    release_plate(again.id, who=world.li)
    assert Result.objects.get(tube=code(2)).result == "positive"


def test_a_plate_sent_back_is_read_again(world: LaboratoryWorld) -> None:
    world.received(1, 1)
    plate = world.plate()
    read_plate(plate.id, readings(plate), who=world.li)
    send_back(plate.id, reason="baseline set wrongly", who=world.wang)
    plate = read_plate(plate.id, readings(plate, **{code(1): POSITIVE}), who=world.li)
    assert (plate.readings, plate.wells.get(number=1).result) == (2, "positive")


def test_what_has_a_result_by_another_way_no_longer_waits(world: LaboratoryWorld) -> None:
    world.received(1, 2)
    world.send("results", [world.result(1)])
    world.judge()
    assert Bench.objects.get(tube=code(1)).state == "done"


def test_a_plate_is_filled_as_fast_among_a_million_waiting_tubes(world: LaboratoryWorld) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sampling_bench (tube, party_id, area_code, people, received_at, due_at, state, again)"
            " SELECT 'W' || lpad(n::text, 9, '0'), %s, '220106001', 10, now(), now() + n * interval '1 ms',"
            " 'waiting', ''"
            " FROM generate_series(1, 1000000) n",
            [world.party],
        )
        plate = make_plate(NewPlate(world.campaign.id, KIT.name), who=world.li)
        touched = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'sampling_bench'"
        cursor.execute(touched)
        before, began = cursor.fetchone()[0], monotonic()
        assert fill_plate(plate.id, who=world.li) == 93
        took_ms = 1000 * (monotonic() - began)
        print(f"filled among a million in {took_ms:.0f} ms")
        assert took_ms < 500
        cursor.execute(touched)
        assert cursor.fetchone()[0] - before < 5 * 96
    assert Well.objects.filter(plate=plate).aggregate(last=Max("tube"))["last"] == "W000000093"


def test_negative_needs_its_internal_control(world: LaboratoryWorld) -> None:
    world.received(1, 1)
    plate = world.plate()
    read_plate(plate.id, readings(plate, **{code(1): NEGATIVE | {"IC": None}}), who=world.li)
    assert plate.wells.get(number=1).result == "invalid"


def test_a_tube_received_one_by_one_waits_in_the_laboratory_that_scanned_it(world: LaboratoryWorld) -> None:
    world.send("swabs", world.swabs(10))
    world.judge()
    scanned = {"id": str(uuid4()), "tube": code(1), "at": stamp(NOW)}
    body = json.dumps({"sent_at": stamp(NOW), "received": [scanned]}).encode()
    keep_received(body, Sender(world.receiver(world.party), NOW))
    world.judge()
    while follow_custody(NOW):
        pass
    waiting = Bench.objects.get(tube=code(1))
    assert (waiting.state, waiting.party_id, waiting.people) == ("waiting", world.party, 10)
    assert waiting.due_at == START + timedelta(hours=24)


def test_a_voided_tube_no_longer_waits(world: LaboratoryWorld) -> None:
    world.received(1, 2)
    void = {"id": str(uuid4()), "tube": code(1), "at": stamp(NOW), "site": world.site.id, "reason": "leaked"}
    keep_voids(json.dumps({"sent_at": stamp(NOW), "voids": [void]}).encode(), Sender(world.phone, NOW))
    world.judge()
    assert list(Bench.objects.filter(state="waiting").values_list("tube", flat=True)) == [code(2)]
