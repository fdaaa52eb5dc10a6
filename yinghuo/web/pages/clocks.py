"""The clocks of a work order: which one runs, which were met."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import Due, Words
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import ENDED, State

LABELS: dict[str, Words] = {
    "accept": _("To be taken"),
    "arrive": _("To be on site"),
    "finish": _("To be done"),
    "verify": _("To be checked"),
}


def clock_now(order: Order) -> Due | None:
    """The clock that is due now, from when the order was opened or reopened; None where none runs."""
    if order.due_at is None:
        return None
    since = order.done_at if order.state == State.DONE else order.clocks_from
    return Due(order.due_at, since, (order.done_at or order.closed_at) if order.state in ENDED else None)


def clocks(order: Order) -> list[tuple[Words, Due]]:
    """Every clock of an order with its label, in the order in which they run out; none of one that was cancelled."""
    if order.state == State.CANCELLED:
        return []
    ends = list(_ends(order))[::-1]
    return [(LABELS[name], Due(due_at, order.clocks_from, met)) for name, due_at, met in ends if due_at]


def _ends(order: Order) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    """Name, due time, when it was met; the last first, for a later step meets the earlier clocks, too."""
    met = order.closed_at
    yield "verify", order.verify_by, met
    met = order.done_at or met
    yield "finish", order.finish_by, met
    met = order.arrived_at or met
    yield "arrive", order.arrive_by, met
    yield "accept", order.accept_by, order.taken_at or met
