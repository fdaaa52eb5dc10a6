"""Readings on their way to disk: what many sessions hand over at once is appended to the spool in one go."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.head_end.jobs import Failed
from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.models import Cause

log = logging.getLogger("yinghuo.head_end")
MOST_WAITING = 200_000  # readings in memory; whoever brings more waits

Append = Callable[[Sequence[Reading]], None]


class Keeper:
    """Hands readings to `append` (`Spool.append`), which runs in a thread of its own, one batch after the other."""

    def __init__(self, append: Append) -> None:
        self.kept = 0
        self._append = append
        self._waiting: list[tuple[Sequence[Reading], asyncio.Future[None]]] = []
        self._count = 0
        self._something = asyncio.Event()
        self._room = asyncio.Condition()

    async def keep(self, readings: Sequence[Reading]) -> None:
        """Returns once all of them are on disk. Failed("disk") if they are not."""
        if not readings:
            return
        async with self._room:
            await self._room.wait_for(lambda: self._count < MOST_WAITING)
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((readings, told))
        self._count += len(readings)
        self._something.set()
        await told

    async def run(self) -> None:
        """Appends until cancelled; what was handed over by then is on disk or its owner is told otherwise."""
        with ThreadPoolExecutor(1, "spool") as thread:
            while True:
                await self._something.wait()
                self._something.clear()
                batch, self._waiting = self._waiting, []
                await asyncio.shield(self._write(thread, batch))

    async def _write(
        self, thread: ThreadPoolExecutor, batch: list[tuple[Sequence[Reading], "asyncio.Future[None]"]]
    ) -> None:
        loop = asyncio.get_running_loop()
        together = [one for readings, _ in batch for one in readings]
        try:
            await loop.run_in_executor(thread, self._append, together)
        except ValueError:  # one session's odd value must not cost the others theirs
            for readings, told in batch:
                await self._write_one(thread, readings, told)
        except (Refused, OSError) as error:
            log.error("the spool takes nothing: %s", error)
            for _, told in batch:
                _tell(told, Failed(Cause.DISK, str(error)))
        else:
            self.kept += len(together)
            for _, told in batch:
                _tell(told, None)
        async with self._room:
            self._count -= len(together)
            self._room.notify_all()

    async def _write_one(
        self, thread: ThreadPoolExecutor, readings: Sequence[Reading], told: "asyncio.Future[None]"
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(thread, self._append, readings)
        except (Refused, OSError, ValueError) as error:
            log.error("not stored: %s", error)
            _tell(told, Failed(Cause.DISK, str(error)))
        else:
            self.kept += len(readings)
            _tell(told, None)


def _tell(told: "asyncio.Future[None]", error: Failed | None) -> None:
    if told.done():
        return
    if error:
        told.set_exception(error)
    else:
        told.set_result(None)
