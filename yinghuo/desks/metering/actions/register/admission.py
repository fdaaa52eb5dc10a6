"""Whether a terminal is trusted: a person admits or blocks; `holding.hold` notes those that nobody announced."""

from datetime import datetime

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.models.register import Admission, Terminal

ENTRIES = {Admission.ADMITTED: "terminal.admitted", Admission.BLOCKED: "terminal.blocked"}


def admit(address: str, *, reason: str, by: str, at: datetime) -> Terminal:
    """Trusts a terminal from now on; doing it again changes nothing. Refused("terminal.unknown")."""
    return _decide(address, Admission.ADMITTED, reason=reason, by=by, at=at)


def block(address: str, *, reason: str, by: str, at: datetime) -> Terminal:
    """Talks to a terminal no more; what it delivered stays. Refused("terminal.unknown")."""
    return _decide(address, Admission.BLOCKED, reason=reason, by=by, at=at)


@transaction.atomic
def _decide(address: str, wanted: Admission, *, reason: str, by: str, at: datetime) -> Terminal:
    terminal = Terminal.objects.select_for_update().filter(address=address).first()
    if terminal is None:
        raise Refused("terminal.unknown", terminal=address)
    if terminal.admission == wanted:
        return terminal
    body = {"reason": reason, "was": terminal.admission}
    terminal.admission = wanted
    terminal.save(update_fields=["admission"])
    ledger.enter(ENTRIES[wanted], f"terminal:{address}", by=by, at=at, body=body)
    return terminal
