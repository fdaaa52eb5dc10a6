"""Queues, days and rounds: known answers, limits, a slow twin, directions."""

import math
from decimal import Decimal, getcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinghuo.engines.capacity import (
    Break,
    Day,
    Norms,
    SimulatedDay,
    erlang_c,
    plan_round,
    project_finish,
    servers_for,
    simulate_day,
    staff_pace,
)
from yinghuo.engines.capacity.days import PLAIN_UP_TO


def erlang_twin(load: Decimal, servers: int) -> float:
    """Erlang's C as printed: the sum over all states, in 60 digits."""
    getcontext().prec = 60
    terms, term = Decimal(0), Decimal(1)
    for number in range(servers):
        terms += term
        term = term * load / (number + 1)
    waiting = term * servers / (servers - load)
    return float(waiting / (terms + waiting))


def test_one_server_waits_as_often_as_it_is_busy() -> None:
    queue = erlang_c(3, 4, 1)
    assert (queue.wait_probability, queue.wait_h, queue.queue) == pytest.approx((0.75, 0.75, 2.25))


@settings(deadline=None)
@given(servers=st.integers(1, 60), rho=st.floats(0.01, 0.99))
def test_erlang_c_agrees_with_the_printed_sum(servers: int, rho: float) -> None:
    load = servers * rho
    ours = erlang_c(load * 6, 6, servers).wait_probability
    assert ours == pytest.approx(erlang_twin(Decimal(load * 6) / 6, servers), rel=1e-9)


def test_thousands_of_servers_neither_overflow_nor_cancel() -> None:
    ours = erlang_c(5_990 * 20, 20, 6_000)
    assert ours.wait_probability == pytest.approx(erlang_twin(Decimal(5_990), 6_000), rel=1e-9)
    assert erlang_c(20_000 * 20, 20, 55_556).wait_probability == 0


@pytest.mark.parametrize("arrival", [12, 12.5, 1e9])
def test_a_queue_that_gets_more_than_it_serves_never_ends(arrival: float) -> None:
    queue = erlang_c(arrival, 6, 2)
    assert (queue.wait_probability, queue.wait_h, queue.queue) == (1, math.inf, math.inf)


@settings(deadline=None)
@given(load=st.floats(0.5, 200), extra=st.integers(1, 30))
def test_another_server_shortens_every_wait(load: float, extra: int) -> None:
    servers = math.floor(load) + extra
    assert erlang_c(load, 1, servers + 1).wait_h < erlang_c(load, 1, servers).wait_h


@settings(deadline=None)
@given(arrival=st.floats(1, 5_000), service=st.floats(5, 60), wait_min=st.floats(0.1, 60))
def test_the_fewest_servers_for_a_wait_are_enough_and_one_less_is_not(
    arrival: float, service: float, wait_min: float
) -> None:
    servers = servers_for(arrival, service, longest_wait_h=wait_min / 60)
    assert erlang_c(arrival, service, servers).wait_h <= wait_min / 60
    assert servers == 1 or erlang_c(arrival, service, servers - 1).wait_h > wait_min / 60


def test_a_day_of_random_arrivals_waits_as_erlang_says() -> None:
    rng = np.random.default_rng(5)
    waits = []
    for _day in range(12):
        invited = rng.poisson(1_000, 60)
        day = simulate_day(Day(invited=invited.tolist(), servers=18, service_s=60), rng=rng)
        waits.append(day.wait_h[day.arrival_h > 5].mean())
    expected = erlang_c(1_000, 60, 18).wait_h
    assert np.mean(waits) == pytest.approx(expected, abs=4 * np.std(waits) / len(waits) ** 0.5)
    assert np.std(waits) < expected / 2


def play(day: Day, seed: int = 3) -> SimulatedDay:
    return simulate_day(day, rng=np.random.default_rng(seed))


def test_the_same_dice_give_the_same_day() -> None:
    day = Day(invited=[300] * 4, servers=4, service_s=45, no_show=0.1)
    assert np.array_equal(play(day).wait_h, play(day).wait_h)
    assert not np.array_equal(play(day).arrival_h, play(day, 4).arrival_h)


def test_compiled_and_plain_loop_play_the_same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = (Break(2, 0.5, 9), Break(5, 1, 20), Break(7, math.inf, 4))
    day = Day(invited=[1_100] * 8, servers=32, service_s=95, breaks=pauses)
    assert sum(day.invited) > PLAIN_UP_TO
    compiled = play(day)
    monkeypatch.setattr("yinghuo.engines.capacity.days.PLAIN_UP_TO", 10_000)
    assert np.array_equal(play(day).start_h, compiled.start_h)


def slow_day(arrivals: np.ndarray, service_h: float, servers: int, pause: Break) -> list[float]:
    """A twin that steps from event to event and keeps each server by name."""
    free, rested, waiting, starts = [0.0] * servers, 0, list(arrivals), []
    while waiting:
        server = min(range(servers), key=free.__getitem__)
        if rested < pause.servers and max(free[server], waiting[0]) >= pause.from_h:
            tired = sorted(range(servers), key=free.__getitem__)[: pause.servers]
            for one in tired:
                free[one] = max(free[one], pause.from_h) + pause.length_h
            rested = pause.servers
            continue
        starts.append(max(free[server], waiting.pop(0)))
        free[server] = starts[-1] + service_h
    return starts


@settings(deadline=None)
@given(seed=st.integers(0, 99), away=st.integers(1, 3), begin=st.floats(0, 3), length=st.floats(0, 2))
def test_a_day_with_a_break_agrees_with_its_slow_twin(seed: int, away: int, begin: float, length: float) -> None:
    pause = Break(begin, length, away)
    day = play(Day(invited=[40, 60, 30], servers=3, service_s=200, service_cv=0, breaks=(pause,)), seed)
    assert day.start_h == pytest.approx(np.array(slow_day(day.arrival_h, 200 / 3600, 3, pause)))


def test_nobody_starts_during_a_break_of_everybody() -> None:
    day = play(Day(invited=[100] * 3, servers=5, service_s=60, breaks=(Break(1, 0.5, 5),)))
    assert not ((day.start_h > 1) & (day.start_h < 1.5)).any()
    assert day.queue_at([1.5])[0] > 20


def test_servers_who_leave_for_good_leave_people_unserved() -> None:
    day = play(Day(invited=[100, 100], servers=2, service_s=60, breaks=(Break(1, math.inf, 2),)))
    assert day.served < 200 and np.isinf(day.wait_h).sum() == 200 - day.served
    assert day.finish_h < 1.2


def test_who_does_not_come_is_not_served() -> None:
    day = play(Day(invited=[1_000], servers=50, service_s=60, no_show=0.2))
    assert day.no_shows + day.served == 1_000
    assert 150 < day.no_shows < 250


def test_uneven_arrivals_wait_longer_than_even_ones() -> None:
    even, surge = [300] * 8, [100] * 6 + [900] * 2
    waits = [play(Day(invited=counts, servers=10, service_s=100)).wait_h.mean() for counts in (even, surge)]
    assert waits[1] > 3 * waits[0]


def test_a_queue_holds_who_came_and_has_not_begun() -> None:
    day = play(Day(invited=[200, 50], servers=2, service_s=60))
    for hour in (0.3, 0.9, 1.7):
        waiting = sum(came <= hour < start for came, start in zip(day.arrival_h, day.start_h, strict=True))
        assert day.queue_at([hour]).tolist() == [waiting]


def test_one_day_at_the_car_maker_asks_a_sample_every_two_minutes_of_each() -> None:
    """14,000 people in 16 hours with 30 staff, printed on 14 May 2022."""
    pace = staff_pace(14_000, 30, 16)
    assert (round(pace.people_per_staff_h, 2), round(pace.break_even_s, 1)) == (29.17, 123.4)
    assert play(Day([875] * 16, servers=30, service_s=118, service_cv=0.3)).finish_h < 16.3
    assert play(Day([875] * 16, servers=30, service_s=130, service_cv=0.3)).finish_h > 16.6


def test_a_city_of_twenty_million_in_a_day() -> None:
    ten, twenty = (plan_round(20_000_000, 24, mode, share=1e-4) for mode in (10, 20))
    assert (ten.sites, ten.samplers, ten.tubes) == ((6_667, 10_000), 55_556, 2_000_000)
    assert round(ten.people_per_s) == 231
    assert (round(ten.positive_tubes), round(ten.recollected), round(twenty.recollected)) == (1_999, 19_991, 39_962)


def test_clustered_positives_fill_fewer_tubes() -> None:
    tubes = [plan_round(10_000, 24, 10, share=0.02, clustering=rho).positive_tubes for rho in (0, 0.1, 0.5)]
    assert tubes == sorted(tubes, reverse=True) and tubes[0] == pytest.approx(1_000 * (1 - 0.98**10))


def test_single_tubes_are_final_and_nobody_is_collected_again() -> None:
    plan = plan_round(50_000, 24, 1, share=0.01)
    assert (plan.tubes, plan.positive_tubes, plan.recollected) == (50_000, pytest.approx(500), 0)


@settings(deadline=None)
@given(population=st.integers(1, 10**8), hours=st.floats(1, 100), mode=st.sampled_from([1, 5, 10, 20]))
def test_what_a_round_takes_is_enough_and_not_one_too_many(population: int, hours: float, mode: int) -> None:
    plan, norms = plan_round(population, hours, mode), Norms()
    for count, holds in (
        (plan.tubes, mode),
        (plan.samplers, norms.people_per_sampler),
        (plan.sites[0], norms.people_per_site[1]),
        (plan.sites[1], norms.people_per_site[0]),
    ):
        assert (count - 1) * holds < population <= count * holds
    capacity = plan.laboratories * norms.tubes_per_laboratory * hours / 24
    assert capacity * (1 + 1e-12) >= plan.tubes


def test_other_norms_give_another_plan() -> None:
    plan = plan_round(6_000, 24, 10, norms=Norms(people_per_site=(1_000, 1_500), people_per_sampler=200))
    assert (plan.sites, plan.samplers) == ((4, 6), 30)


def test_four_of_five_rounds_end_within_the_band() -> None:
    rng = np.random.default_rng(11)
    within = []
    for _round in range(600):
        counts = rng.normal(100, 12, 60)
        band = project_finish(counts[:6].tolist(), 1_500)
        ends = float(np.interp(1_500, np.concatenate([[0], counts[6:].cumsum()]), np.arange(55)))
        within.append(band.early_h <= ends <= band.late_h)
    assert 0.74 < np.mean(within) < 0.88


@settings(deadline=None)
@given(counts=st.lists(st.integers(1, 500), min_size=2, max_size=9), left=st.integers(1, 10_000))
def test_a_finish_lies_within_its_band_and_more_people_take_longer(counts: list[int], left: int) -> None:
    one, more = project_finish(counts, left), project_finish(counts, left + 500)
    assert one.early_h <= one.likely_h <= one.late_h
    assert more.early_h > one.early_h and more.likely_h > one.likely_h


def test_a_finish_is_open_where_nobody_can_know_it() -> None:
    assert project_finish([], 10).likely_h == math.inf
    assert project_finish([0, 0], 10).likely_h == math.inf
    single = project_finish([20], 10)
    assert (single.early_h, single.likely_h, single.late_h) == (0, 0.5, math.inf)
    assert project_finish([20, 30], 0).late_h == 0
    assert project_finish([1, 300], 10_000).late_h == math.inf


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("servers is at least 1", lambda: erlang_c(1, 1, 0)),
        ("servers is a whole number", lambda: erlang_c(1, 1, 1.5)),
        ("service rate is above 0", lambda: erlang_c(1, 0, 1)),
        ("0 or more an hour", lambda: erlang_c(-1, 1, 1)),
        ("population is at least 1", lambda: plan_round(0, 24, 10)),
        ("time is above 0", lambda: plan_round(10, 0, 10)),
        ("share is a number", lambda: plan_round(10, 24, 10, share=2)),
        ("at least one interval", lambda: play(Day([], servers=1, service_s=60))),
        ("time for one person is above 0", lambda: play(Day([1], servers=1, service_s=0))),
        ("do not come", lambda: play(Day([1], servers=1, service_s=60, no_show=1.1))),
        ("a break begins", lambda: play(Day([1], servers=1, service_s=60, breaks=(Break(0, 1, 2),)))),
        ("spread", lambda: play(Day([1], servers=1, service_s=60, service_cv=-1))),
    ],
)
def test_what_cannot_be_is_refused_in_words(words: str, call: Any) -> None:
    with pytest.raises(ValueError, match=words):
        call()
