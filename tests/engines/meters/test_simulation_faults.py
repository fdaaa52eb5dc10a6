"""Faults: dealt by seed, each with a size, each visible in bytes or values and nowhere else."""

import numpy as np
import pytest

from tests.engines.meters.simulated import FIRST_S, PROGRAMME, RIGHT, a_meter, at
from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.simulation.books import EXPORT, IMPORT
from yinghuo.engines.meters.simulation.clockwork import TableSet
from yinghuo.engines.meters.simulation.device import Device, NotTaken
from yinghuo.engines.meters.simulation.faults import (
    KINDS,
    WIRING,
    Fault,
    Subject,
    WrongTables,
    conditions,
    counts_by_share,
    counts_of,
    deal,
    kinds_of,
    manners_of,
    spoilt,
)
from yinghuo.engines.meters.simulation.manners import GOOD
from yinghuo.engines.meters.simulation.manners import KINDS as LINE_KINDS
from yinghuo.engines.meters.simulation.meter import Meter
from yinghuo.engines.meters.simulation.values import value

WRONG = WrongTables((TableSet(RIGHT.zones, (((0, 0, 2),),) * 2),), (TableSet(((1, 1, 2),), RIGHT.tables),))
SUBJECTS = [Subject(("3p4w", "3p3w", "1p2w")[n % 3], FIRST_S, FIRST_S + 3 * 86_400) for n in range(60)]
REPLY = bytes.fromhex("68610100000000689108333334335933 33338A16")


def spoilt_meter(kind: str, size: str, wiring: str = "3p4w") -> Meter:
    meter = a_meter(wiring)
    meter.conditions = conditions(meter.condition, [Fault(kind, FIRST_S, size)], tables=WRONG)
    return meter


def test_faults_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    counts = {"clock": 5, "miswired": 5, "silence": 3}
    dealt = [deal(counts, SUBJECTS, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert dealt[0] == dealt[1] != dealt[2]


def test_as_many_meters_have_a_fault_as_were_asked_for_and_each_at_most_one() -> None:
    counts = {"wrong-periods": 10, "clock": 8, "miswired": 7, "stopped": 6, "refused-writes": 4}
    dealt = deal(counts, SUBJECTS, rng=np.random.default_rng(3))
    assert {kind: sum(kind in kinds_of(one) for one in dealt) for kind in counts} == counts
    assert max(len(one) for one in dealt) == 1


def test_only_meters_of_three_phases_are_wired_wrong() -> None:
    for kind in WIRING:
        dealt = deal({kind: 40}, SUBJECTS, rng=np.random.default_rng(1))
        assert all(not faults for faults, one in zip(dealt, SUBJECTS, strict=True) if one.wiring == "1p2w")
        with pytest.raises(ValueError, match="only 40 meters"):
            deal({kind: 41}, SUBJECTS, rng=np.random.default_rng(1))


def test_a_share_of_faults_brings_every_kind() -> None:
    counts = counts_by_share(0.3, len(SUBJECTS))
    assert set(counts) == set(KINDS) and sum(counts.values()) == pytest.approx(18, abs=len(KINDS) / 2)
    assert counts_by_share(0, 60) == {}


@pytest.mark.parametrize("text", ["clock", "clock=x", "nonsense=3", "clock=-1"])
def test_what_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no fault"):
        counts_of(text)


def test_wrong_periods_book_energy_to_the_wrong_tariff_and_leave_the_total() -> None:
    right, wrong = a_meter(), spoilt_meter("wrong-periods", "0")
    mine, theirs = (meter.registers(at(7)) for meter in (right, wrong))
    assert mine[0] == theirs[0] and theirs[2] == theirs[0] and mine[2] < theirs[2]


def test_wrong_zones_use_another_day_table() -> None:
    assert spoilt_meter("wrong-zones", "0").registers(at(7))[1] > 0 == a_meter().registers(at(7))[1]
    assert spoilt_meter("wrong-zones", "0").condition.programme.sets[1] == PROGRAMME.sets[1]


def test_clock_and_drift_are_as_large_as_they_say() -> None:
    assert value(spoilt_meter("clock", "-226"), "clock_drift_s", at(7)) == -226
    assert value(spoilt_meter("drift", "20"), "clock_drift_s", at(7)) == 40


def test_a_reversed_transformer_takes_away_a_third_twice() -> None:
    right, wrong = a_meter().registers(at(7)), spoilt_meter("reversed-ct", "a").registers(at(7))
    assert wrong[IMPORT] / right[IMPORT] == pytest.approx(1 / 3, abs=0.01)
    both = spoilt_meter("reversed-ct", "ac", "3p3w").registers(at(7))
    assert both[IMPORT] == 0 and both[EXPORT] > 0


def test_a_fault_begins_when_it_says() -> None:
    meter = a_meter()
    meter.conditions = conditions(meter.condition, [Fault("stopped", at(6, 12), "")], tables=WRONG)
    assert (meter.registers(at(6, 12)) == a_meter().registers(at(6, 12))).all()
    assert (meter.registers(at(7)) == meter.registers(at(6, 12))).all()


def test_a_fault_of_the_line_changes_no_value() -> None:
    assert spoilt(a_meter().condition, Fault("silence", FIRST_S, "1"), tables=WRONG).rate == 1
    assert manners_of([Fault("silence", FIRST_S, "0.25")]).silence == 0.25
    assert manners_of([Fault("clock", FIRST_S, "90")]) == GOOD


def sent(kind: str, *, times: int = 40) -> list[list[tuple[float, bytes]]]:
    manners, rng = GOOD.with_share(kind, 1.0), np.random.default_rng(1)
    return [[tuple(one) for one in manners.send(REPLY, rng=rng, other=b"another")] for _ in range(times)]


def test_good_manners_send_the_reply_once_and_at_once() -> None:
    assert dlt645.decode(REPLY)[0].address == "000000000161"
    assert GOOD.send(REPLY, rng=np.random.default_rng(1)) == [(0, REPLY)]


def test_bad_manners_show_in_the_bytes() -> None:
    assert all(dlt645.decode(data) == [] and len(data) == len(REPLY) for ((_, data),) in sent("bad-checksum"))
    assert all(REPLY.startswith(data) and len(data) < len(REPLY) for ((_, data),) in sent("truncation"))
    assert sent("silence") == [[]] * 40
    assert sent("duplicates") == [[(0, REPLY)] * 2] * 40
    assert sent("slow") == [[(GOOD.slow_s, REPLY)]] * 40
    assert sent("wrong-address") == [[(0, b"another")]] * 40


def test_a_share_of_replies_goes_wrong_and_the_others_not() -> None:
    manners, rng = GOOD.with_share("silence", 0.3), np.random.default_rng(5)
    silent = sum(manners.send(REPLY, rng=rng) == [] for _ in range(2_000))
    assert silent / 2_000 == pytest.approx(0.3, abs=0.04)
    assert GOOD.with_share("silence", 0.5).with_share("truncation", 0.5).useless == 0.75
    assert {name.replace("_", "-") for name in LINE_KINDS} < set(KINDS)


@pytest.mark.parametrize(
    ("rows", "word"),
    [([(0, 0, 5)], 0x40), ([(0, n, 1 + n % 4) for n in range(15)], 0x20), ([(24, 0, 1)], 0x01), ([], 0x01)],
)
def test_a_day_table_that_does_not_fit_is_refused_by_its_error_bit(rows: list[tuple[int, int, int]], word: int) -> None:
    device = Device(a_meter())
    with pytest.raises(NotTaken) as refused:
        device.write_periods(1, 1, rows, at_s=at(6))
    assert refused.value.word == word
    assert device.diary.counts == {}


@pytest.mark.parametrize(
    ("rows", "word"),
    [([(1, 1, 9)], 0x10), ([(1 + n // 4, 1 + n % 4, 1) for n in range(15)], 0x10), ([(13, 1, 1)], 0x01)],
)
def test_a_year_zone_table_that_does_not_fit_is_refused(rows: list[tuple[int, int, int]], word: int) -> None:
    with pytest.raises(NotTaken) as refused:
        Device(a_meter()).write_zones(1, rows, at_s=at(6))
    assert refused.value.word == word


def test_a_set_that_took_over_is_the_running_one_and_the_former_stands_by() -> None:
    device = Device(a_meter())
    device.write_periods(1, 1, [(0, 0, 3)], at_s=at(6))
    device.set_switch("tables", at(6, 1), at_s=at(6))
    assert device.programme(at(6, 2)).tables_run == 1
    with pytest.raises(NotTaken):
        device.write_periods(1, 1, [(0, 0, 2)], at_s=at(6, 2))
    device.write_periods(0, 1, [(0, 0, 2)], at_s=at(6, 2))
    assert device.programme(at(6, 3)).sets[0].tables[0] == ((0, 0, 2),)
    grown = device.meter.registers(at(6, 4)) - device.meter.registers(at(6, 3))
    assert grown[3] == grown[0] > 0
