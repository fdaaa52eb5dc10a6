"""What is odd in the invented scenario is exactly what is listed as odd: a second look finds the same and no more."""

from collections import Counter

import numpy as np

from yinghuo.demo.scenario import Odd, Outcome, Scenario
from yinghuo.demo.scenario.shapes import HOUR_MS, MANY, epoch_ms
from yinghuo.engines.identity import identity_number_error


def round_of(scenario: Scenario, campaign: np.ndarray, at_ms: np.ndarray) -> np.ndarray:
    starts = np.array([epoch_ms(one.starts_at) for one in scenario.campaigns])
    hours = np.array([one.round_h for one in scenario.campaigns])
    return (at_ms - starts[campaign]) // (hours[campaign] * HOUR_MS)


def test_nobody_is_swabbed_twice_in_a_round_but_the_listed_and_the_re_collected(scenario: Scenario) -> None:
    tubes, swabs = scenario.tubes, scenario.swabs
    pooled = np.flatnonzero(~tubes.single[swabs.tube])
    campaign = tubes.campaign[swabs.tube]
    key = np.stack([swabs.person, campaign, round_of(scenario, campaign, swabs.at_ms)], axis=1)[pooled]
    order = np.lexsort((swabs.at_ms[pooled], *key.T))
    again = np.r_[False, (np.diff(key[order], axis=0) == 0).all(axis=1)]
    found = {f"swab:{scenario.swabs.id[row].decode()}" for row in pooled[order][again]}
    assert found == subjects(scenario, Odd.PERSON_TWICE)
    assert found


def test_nobody_listed_twice_was_ever_called_for_re_collection_before(scenario: Scenario) -> None:
    tubes, swabs = scenario.tubes, scenario.swabs
    called = (tubes.outcome != Outcome.NEGATIVE) | (tubes.odd == Odd.CORRECTED)
    people = set(swabs.person[(called & (tubes.campaign == MANY))[swabs.tube]].tolist())
    assert people.isdisjoint(swabs.person[swabs.odd == Odd.PERSON_TWICE].tolist())


def subjects(scenario: Scenario, odd: Odd) -> set[str]:
    return {one.subject for one in scenario.oddities if one.kind == odd.code}


def test_tubes_over_capacity_are_those_listed(scenario: Scenario) -> None:
    over = scenario.tubes.code[scenario.tubes.swabs > 10]
    assert {f"tube:{code.decode()}" for code in over} == subjects(scenario, Odd.OVER_CAPACITY)
    assert scenario.tubes.swabs.max() <= 12


def test_tubes_outside_the_issued_ranges_are_those_listed(scenario: Scenario) -> None:
    tubes = scenario.tubes
    first, last = (np.array([getattr(site, end).encode() for site in scenario.sites]) for end in ("first", "last"))
    inside = (tubes.code >= first[tubes.site]) & (tubes.code <= last[tubes.site])
    assert {f"tube:{code.decode()}" for code in tubes.code[~inside]} == subjects(scenario, Odd.UNKNOWN_TUBE)
    assert len(np.unique(tubes.code)) == len(tubes)


def test_swabs_after_sealing_are_those_listed(scenario: Scenario) -> None:
    late = scenario.swabs.at_ms > scenario.tubes.sealed_ms[scenario.swabs.tube]
    assert {f"swab:{id_.decode()}" for id_ in scenario.swabs.id[late]} == subjects(scenario, Odd.AFTER_SEALING)


def test_identity_numbers_that_fail_their_check_are_those_listed(scenario: Scenario) -> None:
    shown = {row: error for row in range(len(scenario.identities)) if (error := fault(scenario, row))}
    rows = np.flatnonzero(np.isin(scenario.swabs.identity, list(shown)))
    assert {f"swab:{scenario.swabs.id[row].decode()}" for row in rows} == subjects(scenario, Odd.IDENTITY)
    assert set(shown.values()) == {"check"}
    assert len(scenario.identities) > len(shown)


def fault(scenario: Scenario, row: int) -> str | None:
    return identity_number_error(scenario.identities[row][0])


def test_phones_away_from_their_site_are_those_listed(scenario: Scenario) -> None:
    home = np.array([device.site for device in scenario.devices])
    away = scenario.tubes.device[home[scenario.tubes.device] != scenario.tubes.site]
    names = Counter(f"device:{scenario.devices[device].code}" for device in away.tolist())
    assert names == Counter(one.subject for one in scenario.oddities if one.kind == Odd.OTHER_SITE.code)


def test_boxes_counted_wrongly_are_those_listed(scenario: Scenario) -> None:
    wrong = scenario.boxes.code[scenario.boxes.said != scenario.boxes.tubes]
    assert {f"box:{code.decode()}" for code in wrong} == subjects(scenario, Odd.BOX_COUNT)


def test_lost_tubes_are_missing_from_their_box_and_arrive_later_alone(scenario: Scenario) -> None:
    boxes, lost = scenario.boxes, np.flatnonzero(scenario.tubes.odd == Odd.LOST)
    assert (boxes.tubes - boxes.received_tubes).sum() == len(lost) >= 1
    assert (boxes.tubes[scenario.tubes.box[lost]] == 1).all()
    assert (np.bincount(scenario.members)[lost] == 2).all()
    assert (np.bincount(scenario.members) <= 2).all()


def test_a_corrected_result_is_positive_first_and_negative_in_the_end(scenario: Scenario) -> None:
    results = scenario.results
    tubes = results.tube[results.odd == Odd.CORRECTED]
    assert len(tubes) >= 1
    for tube in tubes.tolist():
        rows = np.flatnonzero(results.tube == tube)
        rows = rows[np.argsort(results.at_ms[rows])]
        assert results.outcome[rows].tolist() == [Outcome.POSITIVE, Outcome.NEGATIVE]
        assert len(set(results.message[rows].tolist())) == 2


def test_there_is_at_least_one_of_each_oddity_at_every_scale(scenario: Scenario) -> None:
    assert {one.kind for one in scenario.oddities} == {odd.code for odd in Odd if odd != Odd.NONE}
    assert all(one.truth for one in scenario.oddities)
