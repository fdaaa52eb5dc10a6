"""Appointments: a quiet server sends nobody away, a busy one spaces those who come, whatever their number."""

import heapq
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.pace import LONGEST_S, book, requests_per_s
from yinghuo.web.pace import Pace

TOOK_S, CPU_S, THREADS = 0.005, 0.0015, 4
BEARABLE_PER_S = requests_per_s(took_s=TOOK_S, cpu_s=CPU_S, threads=THREADS)  # 200


def arrivals(phones: int, *, every_s: float, until_s: float) -> list[float]:
    """When phones that want to send every so often come, if they do as they are told."""
    pace, dice = Pace(threads=THREADS), random.Random(7)
    calendar = [dice.random() * every_s for _ in range(phones)]
    heapq.heapify(calendar)
    came = []
    while calendar[0] < until_s:
        now = heapq.heappop(calendar)
        came.append(now)
        heapq.heappush(calendar, now + max(pace.answered(TOOK_S, CPU_S, now=now), every_s))
    return came


def rate(came: list[float], first_s: float, last_s: float) -> float:
    """Requests a second in a span."""
    return sum(first_s <= one < last_s for one in came) / (last_s - first_s)


def test_a_quiet_server_lets_phones_send_as_they_like() -> None:
    came = arrivals(100, every_s=5.0, until_s=60)
    assert rate(came, 10, 60) == pytest.approx(100 / 5, rel=0.05)


@pytest.mark.parametrize("phones", [4_000, 12_000, 40_000])
def test_however_many_phones_there_are_they_come_as_fast_as_can_be_served(phones: int) -> None:
    came = arrivals(phones, every_s=5.0, until_s=400)
    assert rate(came, 200, 400) == pytest.approx(BEARABLE_PER_S, rel=0.1)


@pytest.mark.parametrize(("took_s", "cpu_s"), [(0.05, CPU_S), (TOOK_S, 0.006)])
def test_slow_or_costly_answers_mean_fewer_appointments(took_s: float, cpu_s: float) -> None:
    quick, slow = Pace(threads=THREADS), Pace(threads=THREADS)
    for number in range(2_000):
        waits = quick.answered(0.005, CPU_S, now=number / 1_000), slow.answered(took_s, cpu_s, now=number / 1_000)
    assert 0 < waits[0] < waits[1]


@given(booked=st.floats(-1e6, 1e6), now=st.floats(0, 1e5), per_s=st.floats(0.1, 1e5))
def test_nobody_is_sent_away_for_longer_than_five_minutes_nor_into_the_past(
    booked: float, now: float, per_s: float
) -> None:
    assert now < book(booked, now=now, per_s=per_s) <= now + LONGEST_S
