"""The invented scenario: its totals are exact, its people move as people do, and only what is listed is odd."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from yinghuo.demo.scenario import Odd, Outcome, Scenario, build
from yinghuo.demo.scenario.shapes import DAY_MS, HOUR_MS, MANY, MINUTE_MS, ONE_DAY, epoch_ms
from yinghuo.engines.identity import identity_number_error


def test_the_long_campaign_has_exactly_its_swabs_and_tubes(scenario: Scenario) -> None:
    own = scenario.tubes.campaign == MANY
    assert scenario.tubes.swabs[own].sum() == round(825_321 * scenario.scale)
    assert own.sum() == round(135_988 * scenario.scale)
    assert np.isin(scenario.swabs.tube, np.flatnonzero(own)).sum() == round(825_321 * scenario.scale)


def test_the_one_day_has_exactly_its_people_each_once_beside_re_collections(scenario: Scenario) -> None:
    own = (scenario.tubes.campaign == ONE_DAY)[scenario.swabs.tube]
    pooled = own & ~scenario.tubes.single[scenario.swabs.tube]
    people = scenario.swabs.person[pooled]
    assert len(people) == len(np.unique(people)) == round(14_000 * scenario.scale)
    assert set(scenario.people.plant[people].tolist()) == {0}
    assert own.sum() - pooled.sum() == scenario.expected["one_day.recollected"] > 0


def test_staff_phones_and_vehicles_all_appear_in_the_facts(full: Scenario) -> None:
    phones = Counter(device.campaign for device in full.devices if device.kind == "phone")
    assert phones == {MANY: 254, ONE_DAY: 30}
    named = {
        name: full.expected[name] for name in ("campaign.samplers", "one_day.samplers", "technicians", "laboratories")
    }
    assert named == {"campaign.samplers": 254, "one_day.samplers": 30, "technicians": 163, "laboratories": 11}
    assert len({device.code for device in full.devices}) == len(full.devices)


@pytest.mark.parametrize("scale", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_totals_hold_for_any_seed(scale: float, seed: int) -> None:
    made = build(scale, seed)
    assert made.expected["campaign.swabs"] == round(825_321 * scale)
    assert made.expected["campaign.tubes"] == round(135_988 * scale)
    assert made.expected["one_day.people"] == round(14_000 * scale)
    assert made.expected["campaign.positive_pooled_tubes"] >= 1
    assert made.expected["one_day.waiting_people"] >= 2


def test_the_same_seed_gives_the_same_scenario_and_another_seed_another() -> None:
    one, same, other = build(0.01), build(0.01), build(0.01, seed=7)
    for name in ("tubes", "swabs", "boxes", "handovers", "results"):
        for column, values in vars(getattr(one, name)).items():
            assert np.array_equal(values, getattr(getattr(same, name), column), equal_nan=values.dtype.kind == "f"), (
                column
            )
    assert one.oddities == same.oddities
    assert not np.array_equal(one.swabs.id[:100], other.swabs.id[:100])


@pytest.mark.parametrize("scale", [0.0, 0.009, 4.1, float("nan")])
def test_a_scale_too_small_or_too_large_is_an_error(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        build(scale)


def test_swabs_stand_in_their_tubes(scenario: Scenario) -> None:
    tubes = scenario.tubes
    assert np.array_equal(scenario.swabs.tube, np.repeat(np.arange(len(tubes)), tubes.swabs))
    assert np.array_equal(tubes.first, np.cumsum(tubes.swabs) - tubes.swabs)
    assert np.array_equal(tubes.first_ms, scenario.swabs.at_ms[tubes.first])
    assert np.array_equal(tubes.last_ms, np.maximum.reduceat(scenario.swabs.at_ms, tubes.first))


def test_the_mean_fill_is_that_of_the_page_and_full_and_small_tubes_both_occur(full: Scenario) -> None:
    pooled = full.tubes.swabs[(full.tubes.campaign == MANY) & ~full.tubes.single]
    assert full.tubes.swabs[full.tubes.campaign == MANY].mean() == pytest.approx(6.07, abs=0.005)
    shares = np.bincount(pooled)[1:11] / len(pooled)
    assert shares.argmax() + 1 == 10
    assert (shares > 0.02).all()
    assert (full.tubes.swabs[full.tubes.single] == 1).all()


def test_everybody_has_a_valid_number_of_an_area_that_does_not_exist(full: Scenario) -> None:
    numbers = full.people.number.tolist()
    assert len(set(numbers)) == len(numbers) > 30_000
    assert {number[:6] for number in numbers} == {"229999"}
    assert not [number for number in numbers if identity_number_error(number)]


def test_positive_tubes_are_few_and_fewer_towards_the_end(full: Scenario) -> None:
    tubes = full.tubes
    pooled = (tubes.campaign == MANY) & ~tubes.single
    positive = pooled & (tubes.outcome == Outcome.POSITIVE)
    assert 2e-4 <= positive.sum() / pooled.sum() <= 5e-4
    assert (positive & (tubes.day < 28)).sum() > 2 * (positive & (tubes.day >= 28)).sum()


def test_infected_people_share_blocks_far_more_often_than_in_a_shuffled_twin(full: Scenario) -> None:
    block = full.groups.block[full.people.group]
    infected = np.unique(full.swabs.person[full.swabs.positive])

    def pairs(blocks: np.ndarray) -> int:
        counts = np.bincount(blocks[infected])
        return int((counts * (counts - 1) // 2).sum())

    rng = np.random.default_rng(1)
    shuffled = max(pairs(rng.permutation(block)) for _ in range(50))
    assert pairs(block) > 5 * max(shuffled, 1)


def test_every_tube_that_is_not_negative_is_taken_again_singly_but_one(scenario: Scenario) -> None:
    tubes, swabs = scenario.tubes, scenario.swabs
    needed = ~tubes.single & (tubes.outcome != Outcome.NEGATIVE) & (tubes.swabs > 1)
    waiting = []
    for parent in np.flatnonzero(needed).tolist():
        again = np.flatnonzero(tubes.parent == parent)
        members = swabs.person[tubes.first[parent] : tubes.first[parent] + tubes.swabs[parent]]
        if not len(again):
            waiting.append(parent)
            continue
        assert sorted(swabs.person[tubes.first[again]].tolist()) == sorted(members.tolist())
        assert (tubes.first_ms[again] > tubes.result_ms[parent]).all()
        positive = int((tubes.outcome[again] == Outcome.POSITIVE).sum())
        least, most = {Outcome.POSITIVE: (1, 5), Outcome.GREY: (0, 1), Outcome.INVALID: (0, 0)}[tubes.outcome[parent]]
        assert least <= positive <= most
    assert len(waiting) == 1
    assert tubes.campaign[waiting[0]] == ONE_DAY
    assert scenario.expected["one_day.waiting_people"] == tubes.swabs[waiting[0]]
    assert set(tubes.parent[tubes.single].tolist()) == set(np.flatnonzero(needed).tolist()) - set(waiting)


def test_most_positive_tubes_hold_one_infected_person(full: Scenario) -> None:
    tubes, swabs = full.tubes, full.swabs
    infected = np.bincount(swabs.tube, weights=swabs.positive)[~tubes.single & (tubes.outcome == Outcome.POSITIVE)]
    assert (infected >= 1).all()
    assert (infected == 1).mean() > 0.6


def test_nobody_is_swabbed_in_a_pool_between_a_doubtful_result_and_the_single_swab(scenario: Scenario) -> None:
    tubes, swabs = scenario.tubes, scenario.swabs
    for tube in np.flatnonzero(tubes.single).tolist():
        row = tubes.first[tube]
        own = swabs.at_ms[swabs.person == swabs.person[row]]
        called = tubes.result_ms[tubes.parent[tube]]
        assert not ((own > called) & (own < swabs.at_ms[row])).any()


def test_the_stages_of_a_tube_follow_each_other_at_likely_distances(scenario: Scenario) -> None:
    tubes, boxes = scenario.tubes, scenario.boxes
    usual = (tubes.odd == Odd.NONE) | (tubes.odd == Odd.UNKNOWN_TUBE)
    box = tubes.box
    stages = [tubes.first_ms, tubes.last_ms, tubes.sealed_ms, boxes.at_ms[box], boxes.collected_ms[box]]
    stages += [boxes.received_ms[box], tubes.result_ms]
    for earlier, later in pairwise(stages):
        assert (earlier[usual] <= later[usual]).all()
    spans = [(later - earlier)[usual] / MINUTE_MS for earlier, later in pairwise(stages[1:])]
    sealing, packing, waiting, road, assay = spans
    assert np.median(sealing) < 5
    assert packing.max() < 120
    assert waiting.max() <= 30
    assert road.min() >= 20
    assert road.max() <= 60
    assert assay.min() >= 3 * 60
    assert boxes.tubes.max() <= 100


def test_half_of_the_results_are_there_in_six_to_ten_hours(full: Scenario) -> None:
    turnaround_h = (full.tubes.result_ms - full.tubes.first_ms)[full.tubes.campaign == MANY] / HOUR_MS
    assert np.quantile(turnaround_h, 0.25) >= 6
    assert 7 <= np.median(turnaround_h) <= 8.5
    assert np.quantile(turnaround_h, 0.95) <= 10


def test_everything_lies_within_its_campaign(scenario: Scenario) -> None:
    for index, campaign in enumerate(scenario.campaigns):
        own = (scenario.tubes.campaign == index)[scenario.swabs.tube]
        assert epoch_ms(campaign.starts_at) <= scenario.swabs.at_ms[own].min()
        assert scenario.swabs.at_ms[own].max() < epoch_ms(campaign.ends_at)
    spent = scenario.swabs.at_ms[(scenario.tubes.campaign == ONE_DAY)[scenario.swabs.tube]]
    assert np.ptp(spent) > 14 * HOUR_MS
    assert len(np.unique(scenario.swabs.at_ms[(scenario.tubes.campaign == MANY)[scenario.swabs.tube]] // DAY_MS)) >= 57


def test_no_phone_of_the_long_campaign_is_in_two_tubes_at_once(full: Scenario) -> None:
    tubes = full.tubes
    order = np.lexsort((tubes.first_ms, tubes.device))
    order = order[tubes.campaign[order] == MANY]
    same = np.diff(tubes.device[order]) == 0
    gap = (tubes.first_ms[order][1:] - tubes.last_ms[order][:-1])[same]
    assert (gap > 0).all()
