"""Registers: exact at every second, tariffs by the meter's own clock, truncated as displays do; against slow twins."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.simulated import FIRST_S, PROGRAMME, a_meter, at
from yinghuo.engines.meters.simulation.books import IMPORT, Stretch, day_book
from yinghuo.engines.meters.simulation.clocks import Clock
from yinghuo.engines.meters.simulation.clockwork import Programme, TableSet
from yinghuo.engines.meters.simulation.meter import Meter
from yinghuo.engines.meters.simulation.moments import DAY_S, QUARTER_S, wall
from yinghuo.engines.meters.simulation.values import energy, value

PERIODS = st.lists(
    st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30, 45]), st.integers(1, 4)),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[:2],
).map(lambda rows: tuple(sorted(rows)))


def by_the_minute(meter: Meter, until_s: float) -> list[int]:
    """A slow twin: every minute's energy goes to the tariff that the meter's clock names at its beginning."""
    tariffs = [0, 0, 0, 0]
    condition = meter.condition
    for minute in range(int((until_s - FIRST_S) // 60)):
        start = FIRST_S + minute * 60
        grown = meter.registers(start + 60)[IMPORT] - meter.registers(start)[IMPORT]
        tariffs[condition.programme.tariff(condition.clock.shows(start)) - 1] += int(grown)
    return tariffs


@given(PERIODS, st.integers(-120, 120))
@settings(max_examples=8, deadline=None)
def test_tariff_registers_agree_with_a_slow_twin(periods: tuple[tuple[int, int, int], ...], ahead_min: int) -> None:
    one = TableSet(((1, 1, 1),), (periods,))
    meter = a_meter(programme=Programme((one, one)), clock=Clock(60 * ahead_min, 0, FIRST_S))
    until = FIRST_S + 6 * 3600
    assert meter.registers(until)[1:5].tolist() == by_the_minute(meter, until)


@given(st.lists(st.integers(0, 3 * DAY_S), min_size=2, max_size=6), st.integers(-2_000, 2_000), st.integers(-50, 50))
@settings(max_examples=25, deadline=None)
def test_tariffs_always_sum_to_the_total_and_nothing_runs_backwards(
    moments: list[int], ahead_s: int, drift: int
) -> None:
    meter = a_meter(clock=Clock(ahead_s, drift, FIRST_S))
    rows = np.array([meter.registers(FIRST_S + one) for one in sorted(moments)])
    assert (rows[:, 1:5].sum(axis=1) == rows[:, 0]).all()
    assert (np.diff(rows, axis=0) >= 0).all()


def test_registers_count_the_load_exactly() -> None:
    meter = a_meter()
    days = [meter.spec.load.active_mwh(meter.world.shapes, meter.first_day + n) for n in range(3)]
    assert meter.registers(FIRST_S + 3 * DAY_S)[IMPORT] == sum(int(day.sum()) for day in days)
    quarter = meter.registers(FIRST_S + 40 * QUARTER_S) - meter.registers(FIRST_S + 39 * QUARTER_S)
    assert quarter[IMPORT] == days[0][39]


def test_displayed_tariffs_are_cut_off_so_that_their_sum_falls_short_by_up_to_two_hundredths() -> None:
    meter = a_meter()
    gaps = set()
    for hour in range(1, 72):
        registers = meter.registers(FIRST_S + hour * 3600)
        gaps.add(energy(registers[0]) - sum((energy(one) for one in registers[1:5]), Decimal(0)))
    assert gaps == {Decimal("0.00"), Decimal("0.01"), Decimal("0.02")}


def test_many_moments_at_once_are_the_same_as_one_by_one() -> None:
    meter = a_meter(clock=Clock(77, 3, FIRST_S))
    moments = FIRST_S + np.sort(np.random.default_rng(1).integers(0, 3 * DAY_S, 60)).astype(float)
    assert (meter.registers_many(moments) == [meter.registers(one) for one in moments.tolist()]).all()


def test_a_clock_that_is_ahead_books_the_next_tariff_early() -> None:
    right, ahead = a_meter(), a_meter(clock=Clock(1_200, 0, FIRST_S))
    before = at(5, 8, 20)  # peak begins at 8:30; the second clock shows 8:40
    grown = [meter.registers(before + 60) - meter.registers(before) for meter in (right, ahead)]
    assert (grown[0][3] > 0, grown[0][2]) == (True, 0)
    assert (grown[1][3], grown[1][2] > 0) == (0, True)
    assert ahead.registers(before)[0] == right.registers(before)[0]


def test_a_changed_condition_leaves_the_past_as_it_was() -> None:
    meter = a_meter()
    before = meter.registers(at(7, 10)).tolist()
    later = meter.registers(at(8, 10)).tolist()
    meter.change(at(7, 10), rate=0.0)
    assert meter.registers(at(7, 10)).tolist() == before
    assert meter.registers(at(8, 10)).tolist() == before
    assert meter.registers(at(8, 10)).tolist() != later
    with pytest.raises(ValueError, match="order of time"):
        meter.change(at(6), rate=1.0)


@given(st.lists(st.floats(0, 2 * DAY_S), min_size=1, max_size=4), st.integers(-100, 100))
@settings(max_examples=25, deadline=None)
def test_clocks_set_at_any_moment_lose_no_energy(moments: list[float], drift: int) -> None:
    meter = a_meter(clock=Clock(0, drift, FIRST_S))
    for n, moment in enumerate(sorted(moments)):
        meter.change(
            FIRST_S + moment, clock=meter.condition.clock.set_to(FIRST_S + moment + 300 * n, at_s=FIRST_S + moment)
        )
    end = meter.registers(FIRST_S + 3 * DAY_S)
    assert end[0] == end[1:5].sum() == a_meter().registers(FIRST_S + 3 * DAY_S)[0]


def test_a_stopped_register_stands_and_a_runaway_runs_while_power_is_shown_as_it_is() -> None:
    right = a_meter()
    spans = (right.registers(at(6)) - right.registers(at(5)))[IMPORT]
    for rate, grown in ((0.0, 0), (10.0, 10 * spans)):
        meter = a_meter(rate=rate)
        assert (meter.registers(at(6)) - meter.registers(at(5)))[IMPORT] == pytest.approx(grown, rel=1e-9)
        assert value(meter, "power_kw", at(6, 10)) == value(right, "power_kw", at(6, 10))


def test_a_switch_over_moves_the_standby_set_into_force_at_its_minute() -> None:
    switching = replace(PROGRAMME, tables_switch_s=at(6, 9))
    assert [switching.tariff(at(6, 9) - 1), switching.tariff(at(6, 9))] == [2, 1]
    meter = a_meter(programme=switching)
    grown = meter.registers(at(6, 9, 30)) - meter.registers(at(6, 9))
    assert grown[1] == grown[0] > 0


@given(PERIODS, PERIODS, st.integers(0, 2 * DAY_S), st.integers(0, 2 * DAY_S))
@settings(max_examples=60, deadline=None)
def test_changes_of_tariff_agree_with_asking_every_minute(
    one: tuple[tuple[int, int, int], ...], other: tuple[tuple[int, int, int], ...], switch_s: int, start_s: int
) -> None:
    sets = TableSet(((1, 1, 1),), (one,)), TableSet(((1, 1, 1),), (other,))
    programme = Programme(sets, tables_switch_s=switch_s // 60 * 60)
    first = start_s // 60 * 60
    changes = programme.changes(first, first + DAY_S)
    assert changes[0][0] == first
    marks = iter([*changes[1:], (float("inf"), 0)])
    now, following = changes[0][1], next(marks)
    for minute in range(first, first + DAY_S, 60):
        if minute >= following[0]:
            now, following = following[1], next(marks)
        assert programme.tariff(minute) == now, wall(minute)


def test_the_year_zone_names_the_day_table() -> None:
    december = PROGRAMME.changes(FIRST_S + 210 * DAY_S, FIRST_S + 211 * DAY_S)
    assert [tariff for _, tariff in december] == [4, 3, 1, 3, 4]
    assert [tariff for _, tariff in PROGRAMME.changes(FIRST_S, FIRST_S + DAY_S)] == [4, 3, 2, 3, 2, 3, 4]


@given(st.integers(-5_000, 5_000), st.integers(-100, 100), st.integers(0, 10**7))
def test_a_clock_read_backwards_gives_the_moment_again(ahead_s: int, drift: int, moment: int) -> None:
    clock = Clock(ahead_s, drift, 1_000)
    assert clock.true_of(clock.shows(moment)) == pytest.approx(moment, abs=1e-4)


def test_a_clock_that_drifts_is_ahead_by_so_much_a_day() -> None:
    clock = Clock(0, 12, FIRST_S)
    assert clock.shows(FIRST_S + 5 * DAY_S) - (FIRST_S + 5 * DAY_S) == pytest.approx(60)
    assert clock.set_to(FIRST_S, at_s=FIRST_S).drift_s_a_day == 12


def test_the_greatest_demand_is_the_greatest_quarter_of_the_month() -> None:
    meter = a_meter()
    quarters = [
        (meter.registers(FIRST_S + (n + 1) * QUARTER_S) - meter.registers(FIRST_S + n * QUARTER_S))[IMPORT]
        for n in range(2 * 96 + 40)
    ]
    peak = meter.demand(FIRST_S + (2 * 96 + 40) * QUARTER_S)
    assert peak.energy_mwh == max(quarters)
    assert peak.end_s == FIRST_S + (quarters.index(max(quarters)) + 1) * QUARTER_S


def test_a_book_without_load_says_zero() -> None:
    book = day_book(np.zeros(96, dtype=np.int64), np.zeros(96, dtype=np.int64), [Stretch(0, [(0, 4)])])
    assert book.at(5_000).tolist() == [0] * 12
    assert book.peak() == (0, QUARTER_S)
    assert wall(0) + timedelta(seconds=1) == wall(1)
