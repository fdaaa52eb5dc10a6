"""Drivers: what each protocol makes of a job; bytes and values only, no sockets.

A driver's `read` is a generator: it yields exchanges, is sent their answers, and yields `Measured` values in between,
so that what was read before a failure is not lost with it.
"""

from collections.abc import Generator
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from yinghuo.desks.metering.head_end.jobs import Job, Measured
from yinghuo.desks.metering.head_end.line import Decoder, Exchange

Step = Exchange | list[Measured]
Steps = Generator[Step, Any, None]  # is sent an Answer for each Exchange, and None for values


class Report(NamedTuple):
    """What a terminal sent unasked: values by meter (its address, or "point:N"), and the bytes that acknowledge it."""

    values: list[tuple[str, Measured]]
    acknowledgement: bytes


class Driver(Protocol):
    """What the head-end needs to know of a protocol that terminals speak to it."""

    name: str

    def decoder(self) -> Decoder:
        """A fresh strict decoder."""

    def due(self, decoder: Any) -> list[bytes]:
        """What the decoder wants sent at once."""

    def login(self, frame: Any) -> str | None:
        """The terminal's address, if this frame says who is there; every frame of a terminal does."""

    def courtesy(self, frame: Any, *, now: datetime) -> bytes | None:
        """The answer to a login, heartbeat or logout; None for other frames. now: the head-end's time, aware."""

    def report(self, frame: Any) -> Report | None:
        """What was reported unasked; None for other frames."""

    def read(self, job: Job, terminal: str) -> Steps:
        """The exchanges that a job takes."""
