"""Positives of the sampling desk become draft events and cases without anybody pressing a key."""

from datetime import datetime

from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions.reports_laboratory import take_up
from yinghuo.desks.response.queries.reports import WAITING
from yinghuo.desks.response.rules.cases import DRAFT_ORDER

BY = "system:response.drafts"
AT_ONCE = 200


def take_up_waiting(now: datetime) -> int:
    """Takes up the case drafts that wait, each in a transaction of its own; returns how many.

    One that was withdrawn in this moment is left alone.
    """
    waiting = Order.objects.filter(kind=DRAFT_ORDER, state__in=WAITING).order_by("opened_at", "id")
    return sum(_taken(order_id, now) for order_id in waiting.values_list("id", flat=True)[:AT_ONCE])


def _taken(order_id: object, now: datetime) -> bool:
    try:
        take_up(order_id, by=BY, at=now)  # type: ignore[arg-type]
    except Refused as refused:
        if refused.code != "case.draft_withdrawn":
            raise
        return False
    return True
