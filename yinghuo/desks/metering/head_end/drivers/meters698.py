"""DL/T 698.45 meters: what is asked of one for a job, straight, through its terminal's proxy or nested in 376.1."""

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from yinghuo.desks.metering.head_end.drivers import Step, Steps
from yinghuo.desks.metering.head_end.drivers.clocks import aware, drift_s
from yinghuo.desks.metering.head_end.drivers.hashes import frame_hash
from yinghuo.desks.metering.head_end.jobs import Failed, Job, Measured
from yinghuo.desks.metering.head_end.line import Answer, Exchange
from yinghuo.desks.metering.head_end.wanting import CLOCK_DRIFT, SLOT_MIN
from yinghuo.desks.metering.models import Cause, What
from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.dlt698 import Frame
from yinghuo.engines.meters.dlt698.dars import word
from yinghuo.engines.meters.dlt698.grammar import Query
from yinghuo.engines.meters.frames import Item, Value
from yinghuo.engines.meters.quantities import BY_NUMBER

CLOCK, FROZEN_AT = "40000200", "20210200"
DAILY, MINUTES = "50040200", "50020200"
WHOLE = "00"
NO_SUCH, TIMED_OUT = (4, 6, 8), 33  # DAR
SLOTS_AT_ONCE = 24

Get = Callable[[list[str]], Frame]
GetRecord = Callable[[Query], Frame]
Number = Callable[[], int]


class Way:
    """How a meter is reached: `get` and `record` make the requests; `of` picks the items of an answer."""

    def __init__(self, get: Get, record: GetRecord, of: Callable[[Frame], list[Item]]) -> None:
        self.get, self.record, self.of = get, record, of


def straight(meter: str, number: Number = lambda: 0) -> Way:
    """The meter itself is on the line."""
    return Way(
        lambda oads: dlt698.get(meter, oads, piid=number()),
        lambda query: dlt698.get_records(meter, [query], piid=number()),
        lambda frame: list(frame.items),
    )


def by_proxy(meter: str, terminal: str, number: Number) -> Way:
    """The terminal asks the meter (PROXY)."""

    def of(frame: Frame) -> list[Item]:
        found = dlt698.meters(frame)
        mine = next((one for address, one in found.items() if same(address, meter)), None)
        return mine.items if mine else []

    return Way(
        lambda oads: dlt698.proxy_get(terminal, [(meter, oads)], piid=number()),
        lambda query: dlt698.proxy_get_record(terminal, meter, query, piid=number()),
        of,
    )


def frames_in(data: bytes) -> list[Frame]:
    """The frames that a terminal forwarded."""
    return dlt698.decode(data)


def same(one: str, other: str) -> bool:
    """Whether two printed addresses are of one meter, however many zeros stand before them."""
    return one.lstrip("0") == other.lstrip("0")


def read(job: Job, way: Way | None = None) -> Steps:
    """The exchanges with one meter. Failed("empty") where it has nothing, ("refused") where it does not say."""
    way = way or straight(job.meter.address)
    kinds = {What.NOW: _now, What.FREEZE: _freeze, What.CURVE: _curve, What.CLOCK: _clock}
    return kinds[job.what](job, way)


def wholes(quantities: Iterable[int]) -> dict[str, dict[int, int | None]]:
    """Attributes to ask for, whole where several of their elements are wanted.

    >>> wholes([1, 41, 42])
    {'00100201': {1: None}, '20000200': {41: 0, 42: 1}}
    """
    found: dict[str, dict[int, int | None]] = {}
    for number in quantities:
        oad = BY_NUMBER[number].dlt698
        if oad:
            found.setdefault(oad[:6], {})[number] = int(oad[6:], 16) - 1
    return dict(_asked(found))


def _asked(found: dict[str, dict[int, int | None]]) -> Iterator[tuple[str, dict[int, int | None]]]:
    for attribute, wanted in found.items():
        if len(wanted) == 1:
            (number,) = wanted
            yield BY_NUMBER[number].dlt698, {number: None}
        else:
            yield attribute + WHOLE, wanted


def _exchange(request: Frame) -> Exchange:
    asked = request.apdu

    def fits(frame: Frame) -> bool:
        if frame.apdu is None or asked is None or not same(frame.address, request.address):
            return False
        if frame.apdu.service == 0xEE:
            raise Failed(Cause.REFUSED, "error response")
        return frame.apdu.service == asked.service | 0x80 and frame.apdu.piid & 0x3F == asked.piid & 0x3F

    return Exchange(dlt698.encode(request), fits)


def _ask(request: Frame) -> Generator[Step, Any, tuple[Frame, bytes, Answer]]:
    answer: Answer = yield _exchange(request)
    return answer.frame, frame_hash(dlt698.encode(answer.frame)), answer


def _now(job: Job, way: Way) -> Steps:
    wanted = wholes(job.quantities)
    if not wanted:
        raise Failed(Cause.UNSUPPORTED, "698.45")
    frame, seen, _ = yield from _ask(way.get(list(wanted)))
    items = [one for one in way.of(frame) if one.identifier in wanted and one.value is not None]
    if not items:
        raise _refusal(frame)
    for item in items:
        yield list(_elements(item.value, wanted[item.identifier], None, seen))


def _elements(value: Value, wanted: dict[int, int | None], at: datetime | None, seen: bytes) -> Iterator[Measured]:
    for number, place in wanted.items():
        one = value
        if isinstance(value, list):
            at_place = place or 0
            one = value[at_place] if at_place < len(value) else None
        yield Measured(number, at, one if isinstance(one, Decimal) else None, seen)


def _refusal(frame: Frame) -> Failed:
    dars = sorted(set(frame.dar.values()))
    if not dars:
        return Failed(Cause.EMPTY, "no values")
    said = ", ".join(word(one) for one in dars)
    if TIMED_OUT in dars:
        return Failed(Cause.SILENT, said)
    return Failed(Cause.EMPTY if set(dars) <= set(NO_SUCH) else Cause.REFUSED, said)


def _freeze(job: Job, way: Way) -> Steps:
    assert job.day
    midnight = datetime.combine(job.day, time())
    yield from _records(job, way, DAILY, dlt698.exactly(FROZEN_AT, midnight))


def _curve(job: Job, way: Way) -> Steps:
    assert job.day
    first, last = job.slots
    midnight = datetime.combine(job.day, time())
    for start in range(first, last + 1, SLOTS_AT_ONCE):
        end = min(start + SLOTS_AT_ONCE, last + 1)
        span = [midnight + timedelta(minutes=SLOT_MIN * slot) for slot in (start, end)]
        yield from _records(job, way, MINUTES, dlt698.between(FROZEN_AT, span[0], span[1], step=(1, SLOT_MIN)))


def _records(job: Job, way: Way, oad: str, selector: Any) -> Steps:
    wanted = wholes(job.quantities)
    if not wanted:
        raise Failed(Cause.UNSUPPORTED, "698.45")
    frame, seen, _ = yield from _ask(way.record(dlt698.query(oad, [FROZEN_AT, *wanted], selector)))
    if frame.dar:
        raise _refusal(frame)
    rows = dlt698.rows(frame)
    for row in rows:
        at = row.get(FROZEN_AT)
        if isinstance(at, datetime):
            yield [
                one for name, cell in row.items() if name in wanted for one in _of_cell(cell, wanted[name], at, seen)
            ]
    if not rows:
        raise Failed(Cause.EMPTY, "no rows")


def _of_cell(cell: Value, wanted: dict[int, int | None], at: datetime, seen: bytes) -> Iterator[Measured]:
    yield from _elements(cell, wanted, aware(at), seen) if cell is not None else ()


def _clock(job: Job, way: Way) -> Steps:  # noqa: ARG001 - as the others
    frame, seen, answer = yield from _ask(way.get([CLOCK]))
    shown = next((one.value for one in way.of(frame) if one.identifier == CLOCK), None)
    if not isinstance(shown, datetime):
        raise _refusal(frame)
    drift = drift_s(shown, sent_at=answer.sent_at, received_at=answer.received_at)
    yield [Measured(CLOCK_DRIFT, None, drift, seen)]
