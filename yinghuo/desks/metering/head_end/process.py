"""The head-end as a process: spool and lake around it, a line about how it goes, and an end within seconds."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from yinghuo.desks.metering.head_end.house import House
from yinghuo.desks.metering.head_end.keeping import Keeper
from yinghuo.desks.metering.head_end.line import Clock
from yinghuo.desks.metering.head_end.pace import Limits
from yinghuo.desks.metering.head_end.running import HeadEnd, Ports
from yinghuo.desks.metering.head_end.wanting import Programme
from yinghuo.desks.metering.jobs.draining import keep_draining
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake

log = logging.getLogger("yinghuo.head_end")
TELL_EVERY_S = 1.0
DRAINED_WITHIN_S = 3.0  # what is left in the spool then is drained by the next process

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Store:
    """Where readings go: the folder of the spool, the address of the lake."""

    spool: Path
    lake: str


@dataclass(frozen=True)
class Ways:
    """How a head-end is to run; metrics_port 0 opens no metrics door."""

    ports: Ports
    limits: Limits
    programme: Programme
    metrics_port: int = 0
    drain_every_s: float = 3.0


def run(ways: Ways, store: Store, *, clock: Clock, tell: Tell) -> None:
    """Runs until SIGINT or SIGTERM. OSError if a port is taken, Refused("spool.in_use") beside another head-end."""
    spool = Spool(store.spool)
    stop = threading.Event()
    draining = partial(keep_draining, spool, Lake(store.lake), stop, pause_s=ways.drain_every_s)
    drainer = threading.Thread(target=draining, name="drainer", daemon=True)
    drainer.start()
    try:
        asyncio.run(_until_told(ways, spool, clock=clock, tell=tell))
    finally:
        stop.set()
        drainer.join(DRAINED_WITHIN_S)


async def _until_told(ways: Ways, spool: Spool, *, clock: Clock, tell: Tell) -> None:
    house = House(
        keeper=Keeper(spool.append),
        clock=clock,
        rng=np.random.default_rng(),
        limits=ways.limits,
        programme=ways.programme,
    )
    if ways.metrics_port:
        house.gauges.serve(ways.metrics_port)
    head_end = HeadEnd(house, ways.ports)
    work = asyncio.create_task(head_end.run())
    telling = asyncio.create_task(_keep_telling(head_end, spool, tell))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    with suppress(asyncio.CancelledError):
        await work
    telling.cancel()


async def _keep_telling(head_end: HeadEnd, spool: Spool, tell: Tell) -> None:
    await head_end.ready.wait()
    tell(" ".join(f"{name}: port {port}" for name, port in head_end.ports.items()) + "\n")
    while True:
        await asyncio.sleep(TELL_EVERY_S)
        waiting = spool.waiting()
        head_end.house.gauges.spool_bytes.set(waiting.size_bytes)
        queued = sum(len(one.queue) for one in head_end.sessions.values())
        kept = head_end.house.keeper.kept
        tell(
            f"\r{len(head_end.sessions):,} sessions  {queued:,} jobs wait  {kept:,} readings on disk"
            f"  {waiting.size_bytes / 1e6:,.1f} MB not in the lake yet "
        )
