"""One session: a terminal that is on-line, its line, the jobs that wait, and the one that is being done."""

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from yinghuo.desks.metering.head_end import coverage, delivering
from yinghuo.desks.metering.head_end.drivers import Driver, Step, Steps
from yinghuo.desks.metering.head_end.house import LOST, House
from yinghuo.desks.metering.head_end.jobs import ASKED, Failed, Job, JobQueue, Measured
from yinghuo.desks.metering.head_end.line import Closed, Exchange, Line
from yinghuo.desks.metering.head_end.pace import Bucket
from yinghuo.desks.metering.head_end.plan import PlannedTerminal
from yinghuo.desks.metering.head_end.retrying import wait_s
from yinghuo.desks.metering.head_end.wanting import SLOT_MIN, ZONE, held_by, missing
from yinghuo.desks.metering.models import Cause, What

LOOK_EVERY_S = 300.0
REST_FIRST_S, REST_LONGEST_S = 600.0, 21_600.0
SPREAD_S = 20.0  # sessions look for what is missing at different moments


class Session:
    """A terminal that is on-line. `run` ends when the line is lost, or with Closed."""

    def __init__(self, terminal: PlannedTerminal, line: Line, driver: Driver, house: House) -> None:
        self.terminal, self.line, self.driver, self.house = terminal, line, driver, house
        self.queue = JobQueue()
        self.doing: Job | None = None
        self.strangers = Bucket(rate=house.limits.frames_per_min / 60, depth=house.limits.frames_per_min, now=0.0)
        self.pace = Bucket(rate=house.limits.requests_per_min / 60, depth=5.0, now=0.0)
        self._wake, self._news = asyncio.Event(), asyncio.Event()

    @property
    def page(self) -> Any:
        """Where this terminal's doings are counted."""
        return self.house.book.page(self.terminal.address)

    async def run(self, first: bytes = b"") -> None:
        """Listens, works and looks for what is missing, until one of the three ends."""
        self.page.online_since, self.page.peer = self.house.clock(), self.line.peer
        works = [self._listen(first), self._work(), self._look()]
        tasks = [asyncio.ensure_future(one) for one in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self.doing:
                self._failed(Failed(Cause.LOST, self.line.peer))
            self.line.abort()

    def put(self, job: Job, *, not_before: float = 0.0) -> bool:
        """Queues a job, unless the same waits or is being done."""
        if self.doing and self.doing.key == job.key:
            return False
        new = self.queue.put(job, not_before=not_before, now=time.monotonic())
        self._wake.set()
        return new

    def sweep(self, what: What, quantities: tuple[int, ...]) -> int:
        """Queues one reading of every meter; returns how many are new."""
        return sum(self.put(Job(one, what, held_by(one, quantities))) for one in self.terminal.meters)

    def admit(self, terminal: PlannedTerminal) -> None:
        """Takes over what the register says now."""
        if terminal != self.terminal:
            self.terminal = terminal
            self._wake.set()
            self._news.set()

    async def _listen(self, first: bytes) -> None:
        async for frame in self.line.frames(first):
            self.page.last_seen_at = self.house.clock()
            if self.strangers.spend(1, now=time.monotonic()):
                raise Closed("flood")
            self._unasked(frame)

    def _unasked(self, frame: Any) -> None:
        if not self.terminal.trusted:
            self.line.forget()
        if reply := self.driver.courtesy(frame, now=self.house.clock()):
            self.line.say(reply)
        elif self.terminal.trusted and (report := self.driver.report(frame)):
            self.house.beside(self._take_report(report.values, report.acknowledgement))
        else:
            self.line.wonder(frame)

    async def _take_report(self, values: list[tuple[str, Measured]], acknowledgement: bytes) -> None:
        """Acknowledges a report once what it says is on disk, and not before."""
        meters = {name: one.id for one in self.terminal.meters for name in (one.address, f"point:{one.point}")}
        at = self.house.clock()
        readings = [
            one
            for address, value in values
            if address in meters
            for one in delivering.readings_of(meters[address], [value], at=at)
        ]
        try:
            await self.house.keeper.keep(readings)
            self.house.gauges.readings.inc(len(readings))
            self.line.say(acknowledgement)
        except Failed as error:
            self._failed(error)
        except Closed:
            self.line.abort()

    async def _work(self) -> None:
        while True:
            job = self.queue.take(now=time.monotonic()) if self.terminal.trusted else None
            if job is None:
                await self._wait_for_work()
                continue
            self.doing = job
            values, error = await self._do(job)
            self.doing = None
            self._settle(job, values, error)

    async def _wait_for_work(self) -> None:
        self._wake.clear()
        at = self.queue.next_at()
        with suppress(TimeoutError):
            async with asyncio.timeout(None if at is None else max(0.0, at - time.monotonic())):
                await self._wake.wait()

    async def _do(self, job: Job) -> tuple[list[Measured], Failed | None]:
        """Goes through a job's exchanges; returns what was read, and what went wrong, if anything."""
        values: list[Measured] = []
        try:
            steps = self.driver.read(job, self.terminal.address)
            step = next(steps)
            while True:
                step = await self._step(steps, step, values)
        except StopAsyncIteration:
            return values, None
        except Failed as error:
            return values, error

    async def _step(self, steps: Steps, step: Step, values: list[Measured]) -> Step:
        """Goes one step on; StopAsyncIteration at the end. What an exchange fails with, the driver may make good."""
        try:
            if not isinstance(step, Exchange):
                values += step
                return next(steps)
            try:
                answer = await self._ask(step)
            except Failed as error:
                return steps.throw(error)
            return steps.send(answer)
        except StopIteration:
            raise StopAsyncIteration from None

    async def _ask(self, exchange: Exchange) -> Any:
        if pause_s := self.pace.spend(1, now=time.monotonic()):
            await asyncio.sleep(pause_s)
        began, page = time.monotonic(), self.page
        page.sent(now=began)
        try:
            answer = await self.line.ask(exchange, within_s=self.house.limits.answer_s)
        except Failed as error:
            self._failed(error)
            raise
        latency_s = time.monotonic() - began
        page.last_seen_at = answer.received_at
        page.answered(latency_s, now=began + latency_s)
        self.house.gauges.latency_s.observe(latency_s)
        return answer

    def _failed(self, error: Failed) -> None:
        self.page.failed(error.cause, error.detail, at=self.house.clock(), now=time.monotonic())
        self.house.gauges.failures.labels(error.cause.value).inc()

    def _settle(self, job: Job, values: list[Measured], error: Failed | None) -> None:
        """Hands over what came, and queues or rests what did not."""
        now, lacking = time.monotonic(), delivering.lacking(job, values)
        again = (
            error and error.cause not in (Cause.UNSUPPORTED, Cause.EMPTY) and job.tries + 1 < self.house.limits.tries
        )
        if again and (lacking or not job.quantities):
            if values:
                self.house.beside(delivering.deliver(self.house, _unasked_part(job), values, error=None))
            pause_s = wait_s(job.tries + 1, first_s=self.house.limits.retry_s, rng=self.house.rng)
            self.put(job.again(lacking), not_before=now + pause_s)
            return
        if (error or lacking) and not job.asked:
            self.house.rest(job, seconds=_rest_s, now=now)
        else:
            self.house.resting.pop(job.key, None)
        self.house.beside(delivering.deliver(self.house, job, values, error=error))

    async def _look(self) -> None:
        """Looks for what is missing: at once, after every quarter-hour, and now and then between."""
        swept_at = 0.0
        while True:
            self._news.clear()
            if self.terminal.trusted and self.terminal.meters:
                await self._queue_what_is_missing()
                every_s, now = self.house.programme.instant_every_s, time.monotonic()
                if every_s and now - swept_at >= every_s:
                    swept_at = now
                    self.sweep(What.NOW, self.house.programme.instant)
            await self._until_the_next_look()

    async def _until_the_next_look(self) -> None:
        """Waits for the next quarter-hour or so, or until the register says something new of this terminal."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause_s()):
                await self._news.wait()

    def _pause_s(self) -> float:
        local = self.house.clock().astimezone(ZONE)
        past_s = local.minute % SLOT_MIN * 60 + local.second
        next_s = SLOT_MIN * 60 - past_s + self.house.programme.settle_s
        every_s = self.house.programme.instant_every_s or LOOK_EVERY_S
        return min(next_s, LOOK_EVERY_S, every_s) + float(self.house.rng.uniform(0, min(SPREAD_S, every_s / 4)))

    async def _queue_what_is_missing(self) -> None:
        meters = {meter.id for meter in self.terminal.meters}
        now = self.house.clock()
        since = now.astimezone(ZONE).date() - timedelta(days=self.house.programme.days)
        try:
            stored = await self.house.in_database(partial(coverage.read, meters, since=since))
        except LOST:
            return  # what is queued is read meanwhile
        covered = self.house.coverage.with_notes(stored, meters)
        for job in missing(self.terminal.meters, covered, programme=self.house.programme, now=now):
            if not self.house.rests(job, now=time.monotonic()):
                self.put(job)


def _rest_s(times: int) -> float:
    return float(min(REST_LONGEST_S, REST_FIRST_S * 2.0 ** min(times - 1, 10)))


def _unasked_part(job: Job) -> Job:
    """The job without its asker, who is told once, at the end."""
    return Job(job.meter, job.what, job.quantities, job.day, job.slots, ASKED)
