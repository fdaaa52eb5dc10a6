"""Holding a terminal that logged in and that nobody announced: it gets a row, and nothing is asked of it."""

from datetime import datetime

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.models import Terminal
from yinghuo.desks.metering.models.register import Admission

HEAD_END = "system:head-end"
MOST_HELD = 1_000  # who invents addresses must not fill the register


@transaction.atomic
def hold(address: str, *, protocol: str, peer: str, at: datetime) -> Terminal:
    """The terminal's row; a new one is held, in the widest area that is known, until somebody decides.

    Refused("terminal.too_many_held") when so many wait that nobody looks at them; Refused("terminal.no_area").
    """
    if known := Terminal.objects.filter(address=address).first():
        return known
    if Terminal.objects.filter(admission=Admission.HELD).count() >= MOST_HELD:
        raise Refused("terminal.too_many_held", most=MOST_HELD)
    widest = Area.objects.filter(parent__isnull=True).order_by("code").values_list("code", flat=True).first()
    if widest is None:
        raise Refused("terminal.no_area")
    terminal, new = Terminal.objects.get_or_create(
        address=address,
        defaults={"protocol": protocol, "admission": Admission.HELD, "area_code": widest, "registered_at": at},
    )
    if new:
        body = {"protocol": protocol, "peer": peer}
        ledger.enter("terminal.held", f"terminal:{address}", by=HEAD_END, at=at, body=body)
    return terminal
