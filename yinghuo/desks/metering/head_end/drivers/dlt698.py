"""DL/T 698.45: terminals that log in; their meters are read by proxy, a meter that logs in itself is read straight."""

from datetime import datetime
from typing import Any

from yinghuo.desks.metering.head_end.drivers import Report, Steps
from yinghuo.desks.metering.head_end.drivers.clocks import aware
from yinghuo.desks.metering.head_end.drivers.hashes import frame_hash
from yinghuo.desks.metering.head_end.drivers.meters698 import FROZEN_AT, by_proxy, read, same, straight
from yinghuo.desks.metering.head_end.jobs import Job, Measured
from yinghuo.desks.metering.head_end.wanting import ZONE
from yinghuo.desks.metering.models.register import Protocol
from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.dlt698 import Frame
from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.quantities import BY_DLT698

LINK, REPORT = 0x01, 0x88
NUMBERS = 64  # PIID counts so far
METER = "202A0200"


class Dlt698:
    """One terminal's connection."""

    name = Protocol.DLT698.value

    def __init__(self) -> None:
        self.number = 0

    def decoder(self) -> dlt698.Decoder:
        return dlt698.Decoder()

    def due(self, decoder: dlt698.Decoder) -> list[bytes]:
        """Acknowledgements of fragments of a message that is not whole yet."""
        due, decoder.acknowledgements = decoder.acknowledgements, []
        return due

    def login(self, frame: Frame) -> str | None:
        """Any frame that a terminal begins says who it is."""
        return frame.address if frame.apdu and frame.apdu.service in (LINK, REPORT) else None

    def courtesy(self, frame: Frame, *, now: datetime) -> bytes | None:
        """Answers login, heartbeat and logout."""
        if frame.apdu and frame.apdu.service == LINK:
            wall = now.astimezone(ZONE).replace(tzinfo=None)
            return dlt698.encode(dlt698.link_reply(frame, received_at=wall, replied_at=wall))
        return None

    def report(self, frame: Frame) -> Report | None:
        """Rows of records that the terminal sends by itself, by the meter that each row names."""
        if not (frame.apdu and frame.apdu.service == REPORT):
            return None
        seen = frame_hash(dlt698.encode(frame))
        values = [one for row in dlt698.rows(frame) for one in _of_row(row, frame.address, seen)]
        return Report(values, dlt698.encode(dlt698.report_reply(frame)))

    def read(self, job: Job, terminal: str) -> Steps:
        """The exchanges of a job."""
        meter = job.meter.address
        way = straight(terminal, self._next) if same(meter, terminal) else by_proxy(meter, terminal, self._next)
        return read(job, way)

    def _next(self) -> int:
        self.number = (self.number + 1) % NUMBERS
        return self.number


def _of_row(row: dict[str, Value], reporter: str, seen: bytes) -> list[tuple[str, Measured]]:
    at, meter = row.get(FROZEN_AT), row.get(METER)
    who = meter if isinstance(meter, str) else reporter
    when = aware(at) if isinstance(at, datetime) else None
    found: list[tuple[str, Measured]] = []
    for name, cell in row.items():
        found += [(who, Measured(number, when, value, seen)) for number, value in _cells(name[-8:], cell)]
    return found


def _cells(oad: str, cell: Value) -> list[tuple[int, Any]]:
    if isinstance(cell, list):
        return [pair for place, one in enumerate(cell, 1) for pair in _cells(f"{oad[:6]}{place:02X}", one)]
    known = BY_DLT698.get(oad) or BY_DLT698.get(f"{oad[:6]}01")
    return [(known.number, cell)] if known and cell is not None and oad[6:] != "00" else []
