"""Serial servers are dialled: one connection each, kept up; where it fails, tried again later each time."""

import asyncio
import logging
import time

from yinghuo.desks.metering.head_end.door import Serve
from yinghuo.desks.metering.head_end.drivers.dlt645 import Dlt645
from yinghuo.desks.metering.head_end.house import House
from yinghuo.desks.metering.head_end.jobs import Failed
from yinghuo.desks.metering.head_end.line import Closed, Line
from yinghuo.desks.metering.head_end.plan import PlannedTerminal
from yinghuo.desks.metering.head_end.retrying import wait_s
from yinghuo.desks.metering.models import Cause

log = logging.getLogger("yinghuo.head_end")
CONNECT_WITHIN_S = 10.0
STEADY_S = 60.0  # a connection that held so long was a good one


async def keep_dialling(terminal: PlannedTerminal, *, house: House, serve: Serve) -> None:
    """Dials a serial server until cancelled."""
    tries = 0
    while True:
        began = time.monotonic()
        try:
            await _dial(terminal, house, serve)
        except (OSError, TimeoutError) as error:
            _note(terminal, house, Failed(Cause.OFFLINE, str(error) or "no connection"))
        except Closed as why:
            house.gauges.closed.labels(why.cause).inc()
        tries = 1 if time.monotonic() - began > STEADY_S else tries + 1
        await asyncio.sleep(wait_s(tries, first_s=house.limits.retry_s, rng=house.rng))


async def _dial(terminal: PlannedTerminal, house: House, serve: Serve) -> None:
    async with asyncio.timeout(CONNECT_WITHIN_S):
        streams = await asyncio.open_connection(terminal.host, terminal.port)
    driver = Dlt645()
    line = Line(streams, driver, limits=house.limits, gauges=house.gauges, clock=house.clock)
    try:
        await serve(terminal, line, driver)
    finally:
        line.abort()


def _note(terminal: PlannedTerminal, house: House, error: Failed) -> None:
    page = house.book.page(terminal.address)
    page.peer = f"{terminal.host}:{terminal.port}"
    page.failed(error.cause, error.detail, at=house.clock(), now=time.monotonic())
    house.gauges.failures.labels(error.cause.value).inc()
    log.info("%s at %s: %s", terminal.address, page.peer, error.detail)
