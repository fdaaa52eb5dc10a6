"""What is wanted and in which order; clocks; bounds; where a reading goes: without sockets and without a database."""

import asyncio
import urllib.request
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.faults.installation import free_port
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.head_end.door import recognise
from yinghuo.desks.metering.head_end.drivers.clocks import date_and_time, drift_s
from yinghuo.desks.metering.head_end.drivers.dlt698 import Dlt698
from yinghuo.desks.metering.head_end.drivers.gdw376 import Gdw376
from yinghuo.desks.metering.head_end.gauges import Gauges
from yinghuo.desks.metering.head_end.jobs import ASKED, CATCH_UP, FRESH, Failed, Job, JobQueue, PlannedMeter
from yinghuo.desks.metering.head_end.keeping import Keeper
from yinghuo.desks.metering.head_end.line import Closed
from yinghuo.desks.metering.head_end.wanting import SLOTS, ZONE, Programme, missing, numbers
from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.models import What
from yinghuo.engines.meters import dlt698, gdw376

METER = PlannedMeter(7, "220100000007", "dlt645", 1)
TODAY = date(2022, 5, 8)
NOW = datetime(2022, 5, 8, 10, 1, tzinfo=ZONE)


def reading(number: int, value: str = "1") -> Reading:
    return Reading(number, 1, NOW, Decimal(value), bytes(16), NOW)


def test_what_is_asked_by_somebody_goes_first_then_today_then_old_days_from_the_newest() -> None:
    queue = JobQueue()
    days = [TODAY - timedelta(days=n) for n in (3, 1, 2)]
    for day in days:
        queue.put(Job(METER, What.CURVE, (1,), day, urgency=CATCH_UP))
    queue.put(Job(METER, What.CURVE, (1,), TODAY, urgency=FRESH))
    queue.put(Job(METER, What.NOW, (1,), urgency=ASKED))
    taken = [queue.take(now=0.0) for _ in range(5)]
    assert [one and one.day for one in taken] == [None, TODAY, *sorted(days, reverse=True)]
    assert queue.take(now=0.0) is None


def test_a_job_is_queued_once_and_one_that_must_wait_waits() -> None:
    queue, job = JobQueue(), Job(METER, What.CLOCK)
    assert queue.put(job, not_before=5.0, now=0.0)
    assert not queue.put(job)
    assert queue.take(now=4.9) is None
    assert queue.next_at() == 5.0
    assert queue.take(now=5.0) == job


def test_missing_slots_agree_with_a_slow_count() -> None:
    rng = np.random.default_rng(8)
    programme = Programme(curve=numbers(["import_kwh", "power_kw"]), freeze=(), clock=False, days=3, settle_s=0)
    for _ in range(50):
        days = [TODAY - timedelta(days=n) for n in range(3)]
        covered = {(7, day, "curve", one): int(rng.integers(0, 2**62)) for day in days for one in programme.curve}
        found = {job.day: job for job in missing([METER], covered, programme=programme, now=NOW)}
        for day in days:
            expected = [n for n in range(SLOTS) if _moment(day, n) <= NOW]
            gaps = {one: [n for n in expected if not covered[7, day, "curve", one] >> n & 1] for one in programme.curve}
            every = sorted(n for gap in gaps.values() for n in gap)
            assert found[day].slots == (every[0], every[-1])
            assert found[day].quantities == tuple(one for one, gap in gaps.items() if gap)


def _moment(day: date, slot: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=15 * slot)


def test_nothing_is_missing_where_everything_is_covered() -> None:
    programme = Programme(days=1)
    covered: dict[Any, int] = {(7, TODAY, "curve", one): 2**96 - 1 for one in programme.curve}
    covered |= {(7, TODAY, "freeze", one): 1 for one in programme.freeze} | {(7, TODAY, "clock", 72): 1}
    assert list(missing([METER], covered, programme=programme, now=NOW)) == []


def test_a_clocks_drift_allows_for_the_time_that_the_answer_took() -> None:
    sent, received = NOW, NOW + timedelta(seconds=8)
    shown = (NOW + timedelta(seconds=64)).replace(tzinfo=None)
    assert drift_s(shown, sent_at=sent, received_at=received) == Decimal("60.5")


@pytest.mark.parametrize(
    ("day", "clock", "near"),
    [("2022-05-08", "00:00:01", "2022-05-09 00:00:02"), ("2022-05-08", "23:59:59", "2022-05-09 00:00:01")],
)
def test_a_date_read_before_midnight_and_a_time_after_it_make_the_right_moment(day: str, clock: str, near: str) -> None:
    at = datetime.fromisoformat(near).replace(tzinfo=ZONE)
    read = datetime.fromisoformat(day)
    both = date_and_time(read, datetime.fromisoformat(f"{day} {clock}"), near=at)
    assert abs(both.replace(tzinfo=ZONE) - at) < timedelta(seconds=5)


def test_the_first_bytes_tell_the_protocol_and_rubbish_is_turned_away() -> None:
    login = dlt698.encode(dlt698.login("220100000001", at=NOW.replace(tzinfo=None)))
    assert isinstance(recognise(login), Dlt698)
    assert isinstance(recognise(b"\xfe\xfe" + gdw376.encode(gdw376.login("02001234"))), Gdw376)
    assert recognise(login[:4]) is None
    with pytest.raises(Closed):
        recognise(b"GET / HTTP/1.1")


def test_one_sessions_odd_value_does_not_cost_the_others_theirs() -> None:
    kept: list[Reading] = []

    def append(readings: Any) -> None:
        if any(one.value > 10**12 for one in readings):
            raise ValueError("too large")
        kept.extend(readings)

    async def both() -> list[Any]:
        keeper = Keeper(append)
        waiting = [asyncio.ensure_future(keeper.keep([one])) for one in (reading(1, "1e15"), reading(2))]
        await asyncio.sleep(0)
        run = asyncio.create_task(keeper.run())
        told = await asyncio.gather(*waiting, return_exceptions=True)
        run.cancel()
        return told

    first, second = asyncio.run(both())
    assert isinstance(first, Failed)
    assert second is None
    assert [one.meter for one in kept] == [2]


def test_a_full_disk_is_said_to_who_waits_and_the_next_is_kept_again() -> None:
    full = [True]

    def append(readings: Any) -> None:
        if full[0]:
            raise Refused("spool.full", folder="")

    async def twice() -> list[Any]:
        keeper = Keeper(append)
        run = asyncio.create_task(keeper.run())
        first = await asyncio.gather(keeper.keep([reading(1)]), return_exceptions=True)
        full[0] = False
        second = await asyncio.gather(keeper.keep([reading(1)]), return_exceptions=True)
        run.cancel()
        return [*first, *second]

    first, second = asyncio.run(twice())
    assert isinstance(first, Failed)
    assert first.cause == "disk"
    assert second is None


def test_the_metrics_door_answers_on_the_loopback() -> None:
    gauges, port = Gauges(), free_port()
    gauges.serve(port)
    gauges.failures.labels("silent").inc()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        said = answer.read().decode()
    assert 'yinghuo_head_end_failures_total{cause="silent"} 1.0' in said
