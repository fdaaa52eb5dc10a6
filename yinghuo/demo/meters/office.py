"""What the simulated terminals of one process share: time, dice, who is silent, how much was asked."""

import asyncio
from typing import Any

import numpy as np

from yinghuo.demo.meters.clock import SimulatedTime
from yinghuo.demo.meters.fleet import Fleet
from yinghuo.engines.meters.simulation.concentrators import Concentrator

HEARTBEAT_S = 60.0


class Office:
    """Lives in the event loop's thread.

    silent:    addresses of terminals that hear and say nothing
    logged_in: addresses whose login was confirmed on the line that is open
    concentrators: terminals that have called, by address, with what they remember between calls
    calls:     what is connected to the head-end now, by the terminal's address
    requests:  what was asked of meters and terminals so far
    """

    def __init__(self, fleet: Fleet, time: SimulatedTime) -> None:
        self.fleet = fleet
        self.time = time
        self.rng = np.random.default_rng(fleet.plan.seed + 1)
        self.silent: set[str] = set()
        self.logged_in: set[str] = set()
        self.connected: set[Any] = set()
        self.servers: list[asyncio.Server] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.concentrators: dict[str, Concentrator] = {}
        self.heartbeat_s = HEARTBEAT_S
        self.calls: dict[str, Any] = {}
        self.requests = 0

    def hang_up(self) -> None:
        """Breaks every connection."""
        for one in list(self.connected):
            one.abort()
