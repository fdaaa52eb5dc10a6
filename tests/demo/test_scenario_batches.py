"""What the devices send: the door reads it all, each fact is there once, and phases follow each other."""

from collections import Counter
from datetime import datetime
from uuid import UUID

import msgspec
import numpy as np
import pytest

from yinghuo.demo.scenario import Batch, Ids, Odd, Outbox, Scenario, build
from yinghuo.demo.scenario.identifiers import uuid7_at
from yinghuo.desks.sampling.actions import facts
from yinghuo.desks.sampling.rules import CLOCK_SKEW
from yinghuo.engines.identity import identity_number_error

SENT_AT = "2022-05-10T08:00:00+08:00"
READERS = {
    "/api/v1/swabs": facts.SWAB_READER,
    "/api/v1/tubes": facts.SEALED_READER,
    "/api/v1/boxes": facts.BOX_READER,
    "/api/v1/handovers": facts.HANDOVER_READER,
    "/api/v1/results": facts.RESULT_READER,
}


def ids_for(scenario: Scenario) -> Ids:
    people = [str(UUID(int=(8 << 76) | (2 << 62) | person)) for person in range(len(scenario.people))]
    return Ids(people, [1_000 + site for site in range(len(scenario.sites))])


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return build(0.03)


@pytest.fixture(scope="module")
def outbox(scenario: Scenario) -> Outbox:
    return Outbox(scenario, ids_for(scenario))


@pytest.fixture(scope="module")
def batches(outbox: Outbox) -> list[Batch]:
    return list(outbox.all())


def once(batches: list[Batch], path: str) -> list[Batch]:
    return [batch for batch in batches if batch.path == path and not batch.repeated]


def sent(batches: list[Batch], path: str) -> list[dict]:
    name = path.rpartition("/")[2]
    return [item for batch in once(batches, path) for item in msgspec.json.decode(batch.body(SENT_AT))[name]]


def test_the_door_reads_every_batch_as_the_batch_says(batches: list[Batch]) -> None:
    for batch in batches:
        read = READERS[batch.path].read(batch.body(SENT_AT))
        assert (len(read.items), len(read.malformed)) == (batch.items, batch.malformed), batch


def test_every_fact_is_sent_and_only_repeated_batches_hold_it_again(scenario: Scenario, batches: list[Batch]) -> None:
    held = Counter({path: sum(batch.items for batch in once(batches, path)) for path in READERS})
    counts = [len(getattr(scenario, name)) for name in ("swabs", "tubes", "boxes", "handovers", "results")]
    assert list(held.values()) == counts
    first = [item["id"] for path in READERS for item in sent(batches, path)]
    assert len(set(first)) == len(first) == sum(counts) + len(scenario.malformed)


def test_malformed_items_come_once_and_are_in_no_total(scenario: Scenario, batches: list[Batch]) -> None:
    faulty = [batch for batch in batches if batch.malformed]
    assert sum(batch.malformed for batch in faulty) == scenario.expected["malformed"] == 3
    back = [one for batch in faulty for one in facts.SWAB_READER.read(batch.body(SENT_AT)).malformed]
    assert len(back) == 3
    assert all(one.code == "item.malformed" for one in back)
    assert len({one.detail for one in back}) == 3


def test_a_swab_on_the_wire_says_what_the_columns_say(scenario: Scenario, batches: list[Batch]) -> None:
    ids = ids_for(scenario)
    at = {item["id"]: item for item in sent(batches, "/api/v1/swabs") if "id" in item}
    for row in (0, 1_000, len(scenario.swabs) - 1):
        item, tube = at[scenario.swabs.id[row].decode()], scenario.swabs.tube[row]
        assert item["tube"] == scenario.tubes.code[tube].decode()
        assert item["person"] == ids.person_ids[scenario.swabs.person[row]]
        assert item["site"] == ids.site_ids[scenario.tubes.site[tube]]
        assert round(datetime.fromisoformat(item["at"]).timestamp() * 1000) == scenario.swabs.at_ms[row]


def test_people_without_a_code_are_sent_by_number_and_name_alone(scenario: Scenario, batches: list[Batch]) -> None:
    shown = [item for item in sent(batches, "/api/v1/swabs") if "identity" in item]
    assert sorted(item["identity"]["number"] for item in shown) == sorted(number for number, _ in scenario.identities)
    assert not [item for item in shown if "person" in item]
    wrong = [item["id"] for item in shown if identity_number_error(item["identity"]["number"])]
    assert {f"swab:{id_}" for id_ in wrong} == {x.subject for x in scenario.oddities if x.kind == Odd.IDENTITY.code}


def test_boxes_carry_their_tubes_and_the_packers_own_count(scenario: Scenario, batches: list[Batch]) -> None:
    boxes = sent(batches, "/api/v1/boxes")
    assert sum(len(box["tubes"]) for box in boxes) == scenario.expected["boxed"]
    assert sum(box["count"] != len(box["tubes"]) for box in boxes) == scenario.expected["doubt.box.count"]


def test_a_slow_clock_is_wrong_in_what_it_sends_and_in_nothing_else(scenario: Scenario, batches: list[Batch]) -> None:
    for batch in batches:
        behind = datetime.fromisoformat(SENT_AT) - READERS[batch.path].read(batch.body(SENT_AT)).sent_at
        assert (behind > CLOCK_SKEW) == bool(batch.clock_off_s)
        assert not batch.clock_off_s or 15 * 60 <= behind.total_seconds() == -batch.clock_off_s
    assert sum(batch.clock_off_s != 0 for batch in batches) == scenario.expected["doubt.device.clock_skew"]


def test_batches_are_small_and_come_in_the_order_of_sending(batches: list[Batch]) -> None:
    assert [batch.sent_order for batch in batches] == sorted(batch.sent_order for batch in batches)
    assert max(batch.items for batch in batches) == 500
    assert {batch.sent_order[0] for batch in batches} == {0, 1, 2, 3}


def test_a_re_collection_is_sent_in_a_later_phase_than_the_result_it_follows(
    scenario: Scenario, batches: list[Batch]
) -> None:
    phase = {}
    for path in ("/api/v1/swabs", "/api/v1/results"):
        for batch in once(batches, path):
            for item in READERS[path].read(batch.body(SENT_AT)).items:
                phase[path, item.tube] = batch.sent_order[0]
    codes = scenario.tubes.code.astype(str)
    for tube in np.flatnonzero(scenario.tubes.single).tolist():
        parent = codes[scenario.tubes.parent[tube]]
        assert phase["/api/v1/swabs", codes[tube]] == phase["/api/v1/results", parent] + 1
        assert phase["/api/v1/swabs", codes[tube]] == phase["/api/v1/swabs", parent] + 1


def test_some_batches_come_twice_some_late_and_some_out_of_order(scenario: Scenario, batches: list[Batch]) -> None:
    last_ms = dict(zip(scenario.swabs.id.astype(str).tolist(), scenario.swabs.at_ms.tolist(), strict=True))
    repeated = [batch for batch in batches if batch.repeated]
    assert {batch.path for batch in repeated} >= {"/api/v1/swabs", "/api/v1/tubes"}
    waits_h, order = [], {}
    for batch in once(batches, "/api/v1/swabs"):
        newest = max(last_ms[str(item.id)] for item in facts.SWAB_READER.read(batch.body(SENT_AT)).items)
        waits_h.append((batch.sent_order[1] - newest) / 3.6e6)
        order.setdefault((batch.device, batch.sent_order[0]), []).append(newest)
    assert max(waits_h) > 6
    assert np.median(waits_h) < 1
    assert any(times != sorted(times) for times in order.values())


def test_a_correction_is_sent_after_the_batch_that_it_corrects(scenario: Scenario, batches: list[Batch]) -> None:
    tubes = scenario.tubes.code[scenario.tubes.odd == Odd.CORRECTED].astype(str).tolist()
    for tube in tubes:
        said = [
            (batch.sent_order, item.result)
            for batch in once(batches, "/api/v1/results")
            for item in facts.RESULT_READER.read(batch.body(SENT_AT)).items
            if item.tube == tube
        ]
        assert [result for _, result in sorted(said)] == ["positive", "negative"]
        assert len({order for order, _ in said}) == 2


def test_the_same_scenario_gives_the_same_requests(scenario: Scenario, batches: list[Batch]) -> None:
    again = Outbox(build(0.03), ids_for(scenario)).all()
    assert [one.body(SENT_AT) for one in again] == [one.body(SENT_AT) for one in batches]


def test_the_batches_of_one_device_are_its_part_of_all(outbox: Outbox, batches: list[Batch]) -> None:
    for device in (0, len(outbox.scenario.devices) - 1):
        own = [(batch.path, batch.sent_order, batch.items) for batch in outbox.of(device)]
        assert own == [(one.path, one.sent_order, one.items) for one in batches if one.device == device]
        assert own


def test_ids_made_by_devices_are_version_7_and_tell_their_time() -> None:
    times = np.array([0, 1_647_100_800_000, 2**48 - 1])
    made = [UUID(text.decode()) for text in uuid7_at(times, rng=np.random.default_rng(1))]
    assert [(one.version, one.variant, one.int >> 80) for one in made] == [
        (7, "specified in RFC 4122", time) for time in times.tolist()
    ]
