"""The worker: one thread keeps the ledger moving, beside it timed and queued jobs run."""

import asyncio
import contextlib
import logging
import signal
import threading
import time

import psycopg
from django.db import InterfaceError, OperationalError, connection
from procrastinate.exceptions import ConnectorException

from yinghuo.core.ledger import sequencer
from yinghuo.desks.sampling.jobs import judge
from yinghuo.desks.sampling.jobs.custody import follow_custody
from yinghuo.web.clock import now

log = logging.getLogger("yinghuo.worker")
PAUSE_S = 0.2
LONGEST_PAUSE_S = 1.0
FULL_TURN = 400  # entries: with so many done at once there is more, and no pause
CHECKPOINT_EVERY_S = 1.0
LONGEST_WAIT_S = 5.0
JOBS_END_WITHIN_S = 2.0
JOBS_AT_ONCE = 3  # a long import must not hold up what runs every minute
LOST = (ConnectorException, psycopg.OperationalError)


def move(*, last_signed: float) -> tuple[int, float]:
    """One turn: sequence what waits, sign at most once a second, judge what is new.

    returns: how much was done, and when (monotonic seconds) the last checkpoint was signed
    """
    done = sequencer.sequence()
    if time.monotonic() - last_signed >= CHECKPOINT_EVERY_S and sequencer.checkpoint(at=now()):
        last_signed = time.monotonic()
    return done + judge(now()) + follow_custody(now()), last_signed


def catch_up() -> None:
    """Sequences, judges and signs until nothing is left: for commands that need the state as of now."""
    while sequencer.sequence() + judge(now()) + follow_custody(now()):
        pass
    sequencer.checkpoint(at=now())


def keep_moving(stop: threading.Event) -> None:
    """Turns until `stop` is set; a lost database is waited for, never given up on.

    A turn costs nearly the same for one entry and for a hundred, so it pauses as long as it took: what comes meanwhile
    is done together. It does not pause while it is behind.
    """
    wait_s, signed = PAUSE_S, 0.0
    while not stop.is_set():
        began = time.monotonic()
        try:
            done, signed = move(last_signed=signed)
            took_s = time.monotonic() - began
            wait_s = 0 if done >= FULL_TURN else min(max(took_s, PAUSE_S), LONGEST_PAUSE_S)
        except (OperationalError, InterfaceError) as error:
            log.warning("database not reachable, trying again: %s", str(error).splitlines()[0])
            connection.close()
            wait_s = min(max(wait_s, PAUSE_S) * 2, LONGEST_WAIT_S)
        stop.wait(wait_s)
    connection.close()


def run(*, jobs: bool = True) -> None:
    """Runs until SIGINT or SIGTERM; what was begun is finished or rolled back whole.

    jobs: whether timed and queued jobs run, too; without them the ledger moves, and they wait
    """
    asyncio.run(_until_told(threading.Event(), jobs=jobs))


async def _until_told(stop: threading.Event, *, jobs: bool) -> None:
    """Moves the ledger and runs jobs, these anew whenever the database was lost; an error of the mover ends both."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    mover = asyncio.create_task(asyncio.to_thread(keep_moving, stop))
    ends = {mover, asyncio.create_task(told.wait())}
    while not any(one.done() for one in ends):
        runner = asyncio.create_task(_jobs() if jobs else told.wait())
        await asyncio.wait({runner, *ends}, return_when=asyncio.FIRST_COMPLETED)
        if any(one.done() for one in ends):
            await _end(runner)
        with contextlib.suppress(asyncio.CancelledError, *LOST):
            await runner
        await asyncio.wait(ends, timeout=LONGEST_WAIT_S, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await mover


async def _end(runner: "asyncio.Task[object]") -> None:
    """Lets a running job finish; without its database the runner would wait for it, so it is told more than once."""
    while not runner.done():
        runner.cancel()
        await asyncio.wait({runner}, timeout=JOBS_END_WITHIN_S)


async def _jobs() -> None:
    """Runs jobs until cancelled; ends, with or without an error of LOST, when the database is lost."""
    from procrastinate.contrib.django import app

    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker.open_async():
        await worker.run_worker_async(
            concurrency=JOBS_AT_ONCE, listen_notify=True, delete_jobs="successful", install_signal_handlers=False
        )
