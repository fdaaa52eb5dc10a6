"""What becomes of values that a session read: to disk, then noted as covered, then whoever asked is told."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from yinghuo.desks.metering.head_end.house import House
from yinghuo.desks.metering.head_end.jobs import Failed, Job, Measured
from yinghuo.desks.metering.head_end.wanting import CLOCK_DRIFT, ZONE, slot_of
from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.models import What


async def deliver(house: House, job: Job, values: Sequence[Measured], *, error: Failed | None) -> None:
    """Keeps what a job brought; if it is an on-demand read, its answer is ready once the values are on disk."""
    readings = readings_of(job.meter.id, values, at=house.clock())
    try:
        await house.keeper.keep(readings)
    except Failed as disk:
        error = disk
    else:
        house.gauges.readings.inc(len(readings))
        cover(house, job, values)
    if job.asked:
        cause, detail = (error.cause.value, error.detail) if error else ("", "")
        house.answers.append((job.asked, [in_json(one) for one in readings], cause, detail))


def readings_of(meter: int, values: Iterable[Measured], *, at: datetime) -> list[Reading]:
    """Readings; a value without a moment of its own is of now. Absent phases give none."""
    received = at.replace(microsecond=0)
    return [
        Reading(meter, one.quantity, one.at or received, one.value, one.frame, at)
        for one in values
        if one.value is not None
    ]


def cover(house: House, job: Job, values: Sequence[Measured]) -> None:
    """Notes which slots are on disk now."""
    today = house.clock().astimezone(ZONE).date()
    if job.what == What.CLOCK and values:
        house.coverage.note((job.meter.id, today, What.CLOCK, CLOCK_DRIFT), 1)
    for one in values:
        if job.what == What.FREEZE and job.day:
            house.coverage.note((job.meter.id, job.day, What.FREEZE, one.quantity), 1)
        elif job.what == What.CURVE and one.at and (place := slot_of(one.at)):
            house.coverage.note((job.meter.id, place[0], What.CURVE, one.quantity), 1 << place[1])


def lacking(job: Job, values: Sequence[Measured]) -> tuple[int, ...]:
    """The quantities of a job of which nothing came."""
    came = {one.quantity for one in values}
    return tuple(one for one in job.quantities if one not in came)


def in_json(reading: Reading) -> dict[str, object]:
    """A reading as an on-demand read keeps it."""
    return {"quantity": reading.quantity, "at": reading.at.isoformat(), "value": str(reading.value)}
