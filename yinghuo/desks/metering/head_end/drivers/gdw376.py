"""Q/GDW 376.1: terminals that log in; curves, freezes and scheduled values from the terminal, the rest forwarded.

What a terminal keeps is asked of it (AFN 0C and 0D); what somebody asks for now, the meter's clock, and whatever the
terminal denies is forwarded to the meter itself (AFN 10) in the meter's own protocol.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from yinghuo.desks.metering.head_end.drivers import Report, Steps, dlt645, meters698
from yinghuo.desks.metering.head_end.drivers.clocks import aware
from yinghuo.desks.metering.head_end.drivers.forwarding import through
from yinghuo.desks.metering.head_end.drivers.hashes import frame_hash
from yinghuo.desks.metering.head_end.jobs import ASKED, Failed, Job, Measured
from yinghuo.desks.metering.head_end.line import Answer, Exchange
from yinghuo.desks.metering.head_end.wanting import SLOT_MIN
from yinghuo.desks.metering.models import Cause, What
from yinghuo.desks.metering.models.register import Protocol
from yinghuo.engines.meters import gdw376
from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.gdw376 import Frame, measuring
from yinghuo.engines.meters.quantities import BY_NAME

PRESENT, HISTORY, EVENTS, CONFIRM = 0x0C, 0x0D, 0x0E, 0x00
COUNTERS = 16
INNER: dict[str, tuple[Callable[[Job], Steps], Callable[[bytes], list[Any]]]] = {
    Protocol.DLT645: (dlt645.read, dlt645.frames_in),
    Protocol.DLT698: (meters698.read, meters698.frames_in),
}
A_DAY = timedelta(days=1)
FRESH_WITHIN = timedelta(minutes=15)  # a terminal's "present" value that is older keeps the terminal's own time


def _fns(table: dict[int, list[tuple[str | None, ...]]]) -> dict[int, int]:
    """Fn by quantity: the items with one register each."""
    single = {fn: groups[0] for fn, groups in table.items() if len(groups) == 1}
    return {BY_NAME[name].number: fn for fn, names in single.items() for name in names if name}


INSTANTS = {BY_NAME[name].number: 25 for name in measuring.F25 if name} | _fns(measuring.PRESENT)
FREEZES = _fns(measuring.DAILY)
CURVES = {BY_NAME[name].number: fn for fn, name in measuring.CURVES.items() if name}


class Gdw376:
    """One terminal's connection; requests are numbered through it."""

    name = Protocol.GDW376.value

    def __init__(self) -> None:
        self.counter = 0

    def decoder(self) -> gdw376.Decoder:
        return gdw376.Decoder()

    def due(self, decoder: gdw376.Decoder) -> list[bytes]:
        """Confirmations of the parts of a message that is not whole yet."""
        parts = list(decoder.unconfirmed)
        decoder.unconfirmed.clear()
        return [gdw376.encode(gdw376.confirm(part)) for part in parts]

    def login(self, frame: Frame) -> str | None:
        """Any frame that a terminal begins says who it is."""
        return frame.address if frame.is_up and frame.is_primary else None

    def courtesy(self, frame: Frame, *, now: datetime) -> bytes | None:  # noqa: ARG002 - as every driver
        """Confirms login, heartbeat and logout."""
        if frame.is_login or frame.is_heartbeat or frame.is_logout:
            return gdw376.encode(gdw376.confirm(frame))
        return None

    def report(self, frame: Frame) -> Report | None:
        """Values of classes 1 and 2 that the terminal sends by itself; the points are named "point:N"."""
        if not (frame.is_up and frame.is_primary and frame.afn in (PRESENT, HISTORY, EVENTS)):
            return None
        seen = frame_hash(gdw376.encode(frame))
        values = [(f"point:{one.point}", _measured(one, seen)) for one in gdw376.measured(frame)]
        return Report(values, gdw376.encode(gdw376.confirm(frame)))

    def read(self, job: Job, terminal: str) -> Steps:
        """The exchanges of a job."""
        if job.what == What.CLOCK or (job.what == What.NOW and job.urgency == ASKED):
            yield from self._forwarded(job, terminal)
            return
        came: set[int] = set()
        refusal: Failed | None = None
        try:
            yield from self._own(job, terminal, came)
        except Failed as error:
            refusal = error
        left = tuple(one for one in job.quantities if one not in came)
        if left and job.what != What.CURVE:
            yield from self._forwarded(_only(job, left), terminal)
        elif refusal:
            raise refusal

    def _own(self, job: Job, terminal: str, came: set[int]) -> Steps:
        """What the terminal itself keeps; the quantities that came are added to `came`."""
        table = {What.NOW: INSTANTS, What.FREEZE: FREEZES, What.CURVE: CURVES}[job.what]
        fns = sorted({table[one] for one in job.quantities if one in table})
        if not fns:
            raise Failed(Cause.UNSUPPORTED, "376.1")
        afn = PRESENT if job.what == What.NOW else HISTORY
        request = gdw376.read(terminal, afn, [job.meter.point], fns, counter=self._next(), value=_when(job))
        answer: Answer = yield exchange(request)
        seen = frame_hash(gdw376.encode(answer.frame))
        found = list(_wanted(job, answer, seen))
        came |= {one.quantity for one in found}
        yield found

    def _forwarded(self, job: Job, terminal: str) -> Steps:
        """The meter itself is asked, by way of the terminal."""
        if job.meter.protocol not in INNER:
            raise Failed(Cause.UNSUPPORTED, job.meter.protocol)
        read, decode = INNER[job.meter.protocol]

        def wrap(request: bytes) -> Exchange:
            return exchange(gdw376.forward(terminal, request, counter=self._next()))

        def unwrap(frame: Frame) -> list[Any]:
            return decode(frame.nested)

        yield from through(read(job), wrap=wrap, unwrap=unwrap)

    def _next(self) -> int:
        self.counter = (self.counter + 1) % COUNTERS
        return self.counter


def exchange(request: Frame) -> Exchange:
    """A request to a terminal; its answer has the same number and AFN, or denies."""

    def fits(frame: Frame) -> bool:
        if not frame.is_up or frame.is_primary or frame.counter != request.counter:
            return False
        if frame.is_denied:
            raise Failed(Cause.EMPTY, f"AFN {request.afn:02X} denied")
        return frame.afn == request.afn

    return Exchange(gdw376.encode(request), fits)


def _when(job: Job) -> Value:
    """What the request of class 2 carries; a terminal's daily freeze of a day is of the midnight that ends it."""
    if job.day is None:
        return None
    midnight = datetime.combine(job.day, time())
    if job.what == What.FREEZE:
        return midnight - A_DAY
    first, last = job.slots
    return [midnight + timedelta(minutes=SLOT_MIN * first), Decimal(SLOT_MIN), Decimal(last - first + 1)]


def _wanted(job: Job, answer: Answer, seen: bytes) -> Iterator[Measured]:
    """The readings of an answer that the job wants."""
    for one in gdw376.measured(answer.frame):
        reading = _measured(one, seen)
        if one.point != job.meter.point or reading.quantity not in job.quantities:
            continue
        if job.what == What.NOW and reading.at and abs(reading.at - answer.received_at) < FRESH_WITHIN:
            reading = reading._replace(at=None)
        yield reading


def _measured(one: gdw376.Measured, seen: bytes) -> Measured:
    return Measured(BY_NAME[one.quantity].number, aware(one.at), one.value, seen)


def _only(job: Job, quantities: Iterable[int]) -> Job:
    return Job(job.meter, job.what, tuple(quantities), job.day, job.slots, job.urgency, job.asked, job.tries)
