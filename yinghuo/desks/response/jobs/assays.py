"""Assays that the rule in force asks of people in isolation become orders each day; ends that passed become doubts."""

from datetime import date, datetime, time, timedelta
from uuid import uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core.work import actions as work
from yinghuo.desks.response.actions import needs
from yinghuo.desks.response.actions.stays import rejudge
from yinghuo.desks.response.actions.transfers import raise_lost
from yinghuo.desks.response.models import Stay
from yinghuo.desks.response.rules.stays import assays_due, terms_of
from yinghuo.desks.response.rules.track_kinds import ASSAY
from yinghuo.desks.response.rules.versions import Version, version_on

__all__ = ["daily", "open_due", "raise_lost", "raise_past_end"]
BY = "system:assays"
PAST_END = "stay.past_end"
DUE_H = 16  # counted from 05:00: the day's samples are taken by 21:00


def daily(day: date, *, at: datetime) -> int:
    """One day's turn: rules judged anew, ends that passed told, old words emptied, assays opened.

    returns: how many orders are new
    """
    needs.forget(at)
    rejudge(day, at=at)
    raise_past_end(day, at=at)
    return open_due(day, at=at)


@transaction.atomic
def open_due(day: date, *, at: datetime) -> int:
    """Opens an order for each stay of which the rule in force wants an assay on `day`; once a stay and day."""
    version = version_on(day)
    running = Stay.objects.filter(started_at__isnull=False, ended_at__isnull=True, until__gte=day)
    orders = [_order(stay, day) for stay in running.iterator() if _is_due(stay, day, version)]
    return work.open_many(orders, kind=ASSAY, by=BY, at=at) if orders else 0


def raise_past_end(day: date, *, at: datetime) -> int:
    """A doubt on each stay whose last day is past and that nobody ended: a restriction without ground."""
    past = Stay.objects.filter(started_at__isnull=False, ended_at__isnull=True, until__lt=day)
    doubts = [
        work.NewIssue(PAST_END, f"stay:{stay.id}", area_code=stay.area_code, detail={"until": stay.until})
        for stay in past.iterator()
    ]
    return work.raise_many(doubts, by=BY, at=at) if doubts else 0


def _is_due(stay: Stay, day: date, version: Version) -> bool:
    terms = terms_of(stay.grade, stay.counted_from, version)
    assert stay.started_at
    first_on = timezone.localdate(stay.started_at)
    return terms is not None and day in assays_due(terms, first_on=first_on, until=stay.until)


def _order(stay: Stay, day: date) -> work.NewOrder:
    begins = datetime.combine(day, time(5), timezone.get_default_timezone())
    return work.NewOrder(
        id=uuid5(stay.id, f"assay {day}"),
        subject=f"stay:{stay.id}",
        area_code=stay.area_code,
        detail={"day": day.isoformat()},
        finish_by=begins + timedelta(hours=DUE_H),
    )
