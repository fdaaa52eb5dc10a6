"""What the ledger tells about a meter or terminal, as lines of a timeline."""

import json
from uuid import UUID

from django.urls import reverse

from yinghuo.console.pieces import Moment, Tone
from yinghuo.console.who import names_of
from yinghuo.core.ledger import queries as ledger
from yinghuo.desks.metering.register_words import ENTRIES

TONES: dict[str, Tone] = {"terminal.held": "waiting", "terminal.blocked": "off", "meter.retired": "off"}


def moments(subject: str, *, entry_id: UUID | None) -> list[Moment]:
    """Every entry about a subject, and that of the file which wrote it last; the oldest first."""
    rows = ledger.history(subject, also=[entry_id])
    who = names_of({row.by for row in rows})
    return [
        Moment(
            at=row.at,
            what=ENTRIES.get(row.kind, row.kind),
            by=who[row.by],
            detail=_reason(row.body),
            href=reverse("entry", args=[row.id]),
            tone=TONES.get(row.kind, "done"),
        )
        for row in rows
    ]


def _reason(body: str) -> str:
    return str(json.loads(body).get("reason", ""))
