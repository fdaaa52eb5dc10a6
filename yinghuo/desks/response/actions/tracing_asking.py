"""What is asked of the engine: whose contacts, since when, until when; and its answer in numbers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Case, Class, Event
from yinghuo.desks.response.queries.visits_loading import Asked, Loaded
from yinghuo.desks.response.rules import contacts as rules
from yinghuo.engines import tracing

CHINA_S = 8 * 3600  # the desk's days are Beijing's


def locked(event_id: UUID) -> Event:
    """The event, held until the transaction ends; Refused("event.unknown")."""
    event = Event.objects.select_for_update().filter(id=event_id).first()
    if event is None:
        raise Refused("event.unknown")
    return event


def cases_of(event: Event) -> list[Case]:
    """The cases of an event whose contacts are looked for: those with a person, neither merged nor ruled out."""
    found = Case.objects.filter(event=event, person__isnull=False, merged_into__isnull=True)
    return list(found.exclude(held_as=Class.DISCARDED).order_by("reported_at", "id"))


def reference(case: Case) -> datetime:
    """The moment from which the look-back counts: midnight of the day of onset, of first positive sample, or of report.

    The rule says days, so the whole of the first day belongs to it.
    """
    day = case.onset_on or timezone.localdate(case.sampled_at or case.reported_at)
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware in the same breath


def asked_of(cases: list[Case], *, back_days: int, until: datetime) -> list[Asked]:
    """Each case with the span in which its contacts count; the earliest where a person stands in two cases."""
    back = timedelta(days=back_days)
    return [Asked(case.person, reference(case) - back, until) for case in cases if case.person]


def meet(loaded: Loaded, asked: list[Asked], *, minutes: int) -> Any:
    """The exposures of the asked people by place and day, as the engine finds them; numbers only."""
    known = [(number, one) for one in asked if (number := loaded.numbers.get(one.person, -1)) >= 0]
    columns = {
        "person": np.array([number for number, _ in known], dtype=np.int64),
        "since": np.array([int(one.since.timestamp()) for _, one in known], dtype=np.int64),
        "until": np.array([int(one.until.timestamp()) for _, one in known], dtype=np.int64),
    }
    return tracing.exposures(
        loaded.visits,
        columns,
        minutes=minutes,
        look_back_days=0,
        stay_s=_stays(loaded),
        utc_offset_s=CHINA_S,
        skew_s=rules.CLOCK_SKEW_S,
    )


def _stays(loaded: Loaded) -> dict[int, int]:
    """Seconds of a visit without an end, by the number of its kind of place."""
    hours = {number: rules.OPEN_STAY_H[kind] for number, kind in enumerate(loaded.kinds)}
    return {number: 3600 * hour for number, hour in hours.items()} | {-1: 3600 * rules.OPEN_STAY_H["other"]}
