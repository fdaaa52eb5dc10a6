"""DL/T 645-2007: what is asked of a meter for a job, straight over a serial server or nested by a terminal."""

from collections.abc import Generator, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from yinghuo.desks.metering.head_end.drivers import Report, Step, Steps
from yinghuo.desks.metering.head_end.drivers.blocks import requests, singles, values
from yinghuo.desks.metering.head_end.drivers.clocks import aware, date_and_time, drift_s
from yinghuo.desks.metering.head_end.drivers.hashes import frame_hash
from yinghuo.desks.metering.head_end.jobs import Failed, Job, Measured
from yinghuo.desks.metering.head_end.line import Answer, Exchange
from yinghuo.desks.metering.head_end.wanting import CLOCK_DRIFT, SLOT_MIN, ZONE
from yinghuo.desks.metering.models import Cause, What
from yinghuo.desks.metering.models.register import Protocol
from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.dlt645 import Frame
from yinghuo.engines.meters.dlt645.link import ABNORMAL, READ, READ_ON
from yinghuo.engines.meters.frames import Item, Value
from yinghuo.engines.meters.quantities import BY_NUMBER

NO_SUCH_DATA = 0x02
WAKE_UP = 4
MOST_FREEZES = 62
MOST_PARTS = 32
RECORDS_AT_ONCE = 12  # quarter-hours of load records in one request
DATE, TIME = "04000101", "04000102"
# Load records by class: which class holds a quantity, and at which place.
CLASSES: Mapping[int, tuple[int, int]] = (
    {41 + n: (1, n) for n in range(3)}
    | {44 + n: (1, 3 + n) for n in range(3)}
    | {69: (1, 6), 47: (2, 0), 48: (2, 4), 68: (3, 0), 1: (4, 0), 11: (4, 1), 21: (4, 2), 22: (4, 3)}
    | {50 + n: (2, 1 + n) for n in range(3)}
    | {54 + n: (2, 5 + n) for n in range(3)}
    | {62 + n: (3, 1 + n) for n in range(3)}
)


class Dlt645:
    """Meters behind a serial server; nobody logs in."""

    name = "dlt645"

    def decoder(self) -> dlt645.Decoder:
        return dlt645.Decoder()

    def login(self, frame: Frame) -> str | None:  # noqa: ARG002 - as every driver
        return None

    def due(self, decoder: dlt645.Decoder) -> list[bytes]:  # noqa: ARG002 - as every driver
        return []

    def courtesy(self, frame: Frame, *, now: datetime) -> bytes | None:  # noqa: ARG002 - as every driver
        return None

    def report(self, frame: Frame) -> Report | None:  # noqa: ARG002 - as every driver
        return None

    def read(self, job: Job, terminal: str) -> Steps:  # noqa: ARG002 - as every driver
        if job.meter.protocol != Protocol.DLT645:
            raise Failed(Cause.UNSUPPORTED, f"{job.meter.protocol} on a serial server")
        return read(job)


def read(job: Job) -> Steps:
    """The exchanges with one meter. Failed("empty") where it has nothing, ("unsupported") where 645 knows no such."""
    kinds = {What.NOW: _now, What.FREEZE: _freeze, What.CURVE: _curve, What.CLOCK: _clock}
    return kinds[job.what](job)


def frames_in(data: bytes) -> list[Frame]:
    """The frames that a terminal forwarded."""
    return dlt645.decode(data)


Reply = Generator[Step, Any, tuple[Value, bytes, Answer]]


def _ask(meter: str, identifier: str, value: Value = None) -> Reply:
    """One value of a meter, with follow-up frames if it is long; returns it, the frame's hash and the last answer."""
    request = Frame(meter, READ, [Item(identifier, value, "")])
    answer = yield _exchange(request, identifier)
    frame: Frame = answer.frame
    seen = [dlt645.encode(frame)]
    parts = [frame]
    while frame.more_follows and len(parts) < MOST_PARTS:
        follow = Frame(meter, READ_ON, [Item(identifier, None, "")], sequence=len(parts))
        answer = yield _exchange(follow, identifier)
        frame = answer.frame
        parts.append(frame)
        seen.append(dlt645.encode(frame))
    whole = _joined(parts)
    return whole.items[0].value, frame_hash(b"".join(seen)), answer


def _joined(parts: list[Frame]) -> Frame:
    try:
        return dlt645.join(parts) if len(parts) > 1 else parts[0]
    except ValueError as error:
        raise Failed(Cause.GARBLED, str(error)) from error


def _exchange(request: Frame, identifier: str) -> Exchange:
    def fits(frame: Frame) -> bool:
        if frame.address != request.address or not frame.is_reply or frame.function != request.function:
            return False
        if frame.control & ABNORMAL:
            raise _refusal(frame)
        return bool(frame.items) and frame.items[0].identifier == identifier

    return Exchange(dlt645.encode(request, wake_up=WAKE_UP), fits)


def _refusal(frame: Frame) -> Failed:
    error = frame.error or 0
    cause = Cause.EMPTY if error & NO_SUCH_DATA else Cause.REFUSED
    return Failed(cause, ", ".join(dlt645.error_words(error)))


def _now(job: Job) -> Steps:
    last: Failed | None = None
    for identifier, wanted in requests(job.quantities).items():
        try:
            yield from _values(job, identifier, wanted)
        except Failed as error:
            if error.cause != Cause.EMPTY:
                raise
            last = error
            if len(wanted) > 1:
                last = yield from _one_by_one(job, wanted)
    if last:
        raise last


def _values(job: Job, identifier: str, wanted: Mapping[int, int | None]) -> Steps:
    value, seen, _ = yield from _ask(job.meter.address, identifier)
    yield [Measured(number, None, one, seen) for number, one in values(value, dict(wanted))]


def _one_by_one(job: Job, wanted: Mapping[int, int | None]) -> Generator[Step, Any, Failed | None]:
    """For meters that know no blocks; returns the last refusal."""
    last: Failed | None = None
    for identifier, alone in singles(wanted).items():
        try:
            yield from _values(job, identifier, alone)
        except Failed as error:
            if error.cause != Cause.EMPTY:
                raise
            last = error
    return last


def _freeze(job: Job) -> Steps:
    """The daily freeze at 0 o'clock of the day; its own time stamp says whether it is that one."""
    assert job.day
    number, at, seen = yield from _stamp(job.meter.address, job.day)
    ways: dict[str, dict[int, int | None]] = {}
    for quantity in job.quantities:
        identifier = BY_NUMBER[quantity].dlt645
        if identifier[:2] != "00" or identifier[2:4] == "00":
            raise Failed(Cause.UNSUPPORTED, BY_NUMBER[quantity].name)
        ways.setdefault(identifier[2:4], {})[quantity] = int(identifier[4:6], 16)
    for way, wanted in ways.items():
        value, seen, _ = yield from _ask(job.meter.address, f"0506{way}{number:02X}")
        yield [Measured(quantity, at, one, seen) for quantity, one in values(value, wanted)]


def _stamp(meter: str, day: date) -> Generator[Step, Any, tuple[int, datetime, bytes]]:
    """Which of the meter's daily freezes is the one of `day`, and its moment."""
    last, seen, _ = yield from _ask(meter, "05060001")
    number = 1 + (_day_of(last) - day).days
    if not 1 <= number <= MOST_FREEZES:
        raise Failed(Cause.EMPTY, f"last freeze {_day_of(last)}")
    if number > 1:
        last, seen, _ = yield from _ask(meter, f"050600{number:02X}")
    if not isinstance(last, datetime) or last.date() != day:
        raise Failed(Cause.EMPTY, f"freeze {number} is of {last}")
    return number, aware(last), seen


def _day_of(stamp: Value) -> date:
    if not isinstance(stamp, datetime):
        raise Failed(Cause.EMPTY, "no daily freeze")
    return stamp.date()


def _curve(job: Job) -> Steps:
    assert job.day
    classes: dict[int, list[int]] = {}
    for quantity in job.quantities:
        if quantity in CLASSES:
            classes.setdefault(CLASSES[quantity][0], []).append(quantity)
    if not classes:
        raise Failed(Cause.UNSUPPORTED, "no load record holds this")
    first, last = job.slots
    for start in range(first, last + 1, RECORDS_AT_ONCE):
        count = min(RECORDS_AT_ONCE, last + 1 - start)
        for number, quantities in classes.items():
            since = datetime.combine(job.day, time()) + timedelta(minutes=SLOT_MIN * start)
            asked: list[Value] = [Decimal(count), since]
            value, seen, _ = yield from _ask(job.meter.address, f"060{number}0001", asked)
            yield list(_of_records(value, number, quantities, seen))


def _of_records(value: Value, number: int, quantities: list[int], seen: bytes) -> Iterator[Measured]:
    for record in value if isinstance(value, list) else []:
        row = record[number] if isinstance(record, list) and len(record) > number else None
        if not isinstance(record, list) or not isinstance(record[0], datetime) or not isinstance(row, list):
            continue
        for quantity in quantities:
            one = row[CLASSES[quantity][1]]
            yield Measured(quantity, aware(record[0]), one if isinstance(one, Decimal) else None, seen)


def _clock(job: Job) -> Steps:
    day, _, _ = yield from _ask(job.meter.address, DATE)
    clock, seen, answer = yield from _ask(job.meter.address, TIME)
    if not isinstance(day, datetime) or not isinstance(clock, time):
        raise Failed(Cause.GARBLED, f"{day} {clock}")
    near = answer.received_at.astimezone(ZONE)
    shown = date_and_time(day, datetime.combine(day.date(), clock), near=near)
    yield [Measured(CLOCK_DRIFT, None, drift_s(shown, sent_at=answer.sent_at, received_at=answer.received_at), seen)]
