"""What all sessions share: bounds, clocks, dice, metrics, the way to disk, and a thread for PostgreSQL."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from django.db import InterfaceError, OperationalError, connection

from yinghuo.desks.metering.head_end.book import Book
from yinghuo.desks.metering.head_end.coverage import CoverageBook
from yinghuo.desks.metering.head_end.gauges import Gauges
from yinghuo.desks.metering.head_end.jobs import Job
from yinghuo.desks.metering.head_end.keeping import Keeper
from yinghuo.desks.metering.head_end.line import Clock
from yinghuo.desks.metering.head_end.pace import Limits
from yinghuo.desks.metering.head_end.wanting import Programme

log = logging.getLogger("yinghuo.head_end")
T = TypeVar("T")
LOST = (OperationalError, InterfaceError)


def _reconnecting(work: Callable[[], T]) -> T:
    """A connection that broke is closed, so that the next work opens another."""
    try:
        return work()
    except LOST:
        connection.close()
        raise


@dataclass
class House:
    """One head-end's common things.

    resting: jobs that failed all their tries, by key, until when (monotonic) they are left alone
    answers: on-demand reads that are over: id, values, cause, detail; written to PostgreSQL by the running loop
    """

    keeper: Keeper
    clock: Clock
    rng: np.random.Generator
    limits: Limits = field(default_factory=Limits)
    programme: Programme = field(default_factory=Programme)
    gauges: Gauges = field(default_factory=Gauges)
    book: Book = field(default_factory=Book)
    coverage: CoverageBook = field(default_factory=CoverageBook)
    database: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "database"))
    resting: dict[tuple[object, ...], tuple[float, int]] = field(default_factory=dict)
    answers: list[tuple[UUID, list[dict[str, object]], str, str]] = field(default_factory=list)
    _tasks: set["asyncio.Task[Any]"] = field(default_factory=set)

    async def in_database(self, work: Callable[[], T]) -> T:
        """Runs sync Django code in the one thread that talks to PostgreSQL. LOST while it is away."""
        return await asyncio.get_running_loop().run_in_executor(self.database, partial(_reconnecting, work))

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something beside the session that began it, which may end meanwhile."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    async def settle(self) -> None:
        """Waits for everything that runs beside."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def rests(self, job: Job, *, now: float) -> bool:
        """Whether a job is left alone for now."""
        return self.resting.get(job.key, (0.0, 0))[0] > now

    def rest(self, job: Job, *, seconds: Callable[[int], float], now: float) -> None:
        """Leaves a job alone, longer each time it comes to nothing."""
        times = self.resting.get(job.key, (0.0, 0))[1] + 1
        self.resting[job.key] = (now + seconds(times), times)

    def forget_old(self, *, before: date) -> None:
        """Drops what rests of days that nobody looks at any more."""
        for key in [key for key in self.resting if isinstance(key[2], date) and key[2] < before]:
            del self.resting[key]

    def _over(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("beside a session", exc_info=error)
