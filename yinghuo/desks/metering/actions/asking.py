"""On-demand reads (召测): asked for by somebody, taken up by the running head-end, answered with values or a cause."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.models import Cause, Meter, OnDemandRead, ReadState, What
from yinghuo.engines.meters.quantities import BY_NAME, BY_NUMBER

HEAD_END = "system:head-end"
OPEN = (ReadState.ASKED, ReadState.TAKEN)
OF_A_DAY = (What.CURVE, What.FREEZE)
TAKEN_AT_ONCE = 500
CLOCK_DRIFT = BY_NAME["clock_drift_s"].number


@transaction.atomic
def ask(
    meter_id: int, *, what: str, quantities: Sequence[int] = (), day: date | None = None, by: str, at: datetime
) -> OnDemandRead:
    """Asks for a reading now; the same question while it is open gives the same row.

    what:       a `What`; quantities: numbers, left out for the clock; day: for curve and freeze
    Refused("reading.meter"), Refused("reading.what"), Refused("reading.quantity"), Refused("reading.day").
    """
    meter = Meter.objects.select_for_update().filter(id=meter_id, retired_on__isnull=True).first()
    if meter is None:
        raise Refused("reading.meter", meter=meter_id)
    _check(what, quantities, day, at)
    wanted = {"meter": meter, "what": what, "quantities": sorted(set(quantities)), "day": day}
    if known := OnDemandRead.objects.filter(state__in=OPEN, **wanted).first():
        return known
    read = OnDemandRead.objects.create(
        id=ledger.new_id(), area_code=meter.area_code, asked_by=by, asked_at=at, **wanted
    )
    body = {"what": what, "quantities": wanted["quantities"], "day": day.isoformat() if day else ""}
    ledger.enter("reading.asked", _subject(read), by=by, at=at, body=body | {"meter": meter.address})
    return read


@transaction.atomic
def take_asked(*, at: datetime) -> list[OnDemandRead]:
    """The reads that wait, the oldest first, now being read; for the head-end."""
    waiting = OnDemandRead.objects.filter(state=ReadState.ASKED).order_by("asked_at")
    taken = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("meter")[:TAKEN_AT_ONCE])
    OnDemandRead.objects.filter(id__in=[one.id for one in taken]).update(state=ReadState.TAKEN, taken_at=at)
    return taken


def put_back() -> int:
    """What a head-end took up that no longer runs waits again; returns how many. Call when a head-end starts."""
    return OnDemandRead.objects.filter(state=ReadState.TAKEN).update(state=ReadState.ASKED, taken_at=None)


@transaction.atomic
def answer(read_id: UUID, *, values: Sequence[dict[str, object]], at: datetime) -> None:
    """Notes what was read, which is on disk by now; a read that is closed already stays as it is."""
    read = OnDemandRead.objects.select_for_update().filter(id=read_id, state__in=OPEN).first()
    if read:
        _close(read, ReadState.DONE, at)
        read.values = list(values)
        read.save(update_fields=["state", "done_at", "values"])
        ledger.enter("reading.answered", _subject(read), by=HEAD_END, at=at, body={"values": len(values)})


@transaction.atomic
def fail(read_id: UUID, *, cause: str, detail: str, at: datetime) -> None:
    """Notes that it could not be read, and why; a read that is closed already stays as it is."""
    read = OnDemandRead.objects.select_for_update().filter(id=read_id, state__in=OPEN).first()
    if read:
        _close(read, ReadState.FAILED, at)
        read.cause, read.detail = Cause(cause), detail[:200]
        read.save(update_fields=["state", "done_at", "cause", "detail"])
        ledger.enter("reading.answered", _subject(read), by=HEAD_END, at=at, body={"cause": cause})


def _close(read: OnDemandRead, state: ReadState, at: datetime) -> None:
    read.state, read.done_at = state, at


def _subject(read: OnDemandRead) -> str:
    return f"reading:{read.id}"


def _check(what: str, quantities: Sequence[int], day: date | None, at: datetime) -> None:
    if what not in What.values:
        raise Refused("reading.what", what=what)
    unknown = [one for one in quantities if one not in BY_NUMBER or one == CLOCK_DRIFT]
    if unknown or bool(quantities) == (what == What.CLOCK):
        raise Refused("reading.quantity", quantity=", ".join(map(str, unknown)))
    if (day is not None) != (what in OF_A_DAY) or (day is not None and day > localdate(at)):
        raise Refused("reading.day", day=day.isoformat() if day else "")
