"""What the ledger tells about a meter or terminal, as lines of a timeline."""

import json
from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from yinghuo.console.pieces import Moment, Tone
from yinghuo.core.ledger import queries as ledger
from yinghuo.core.people.models import User
from yinghuo.desks.metering.register_words import ENTRIES

TONES: dict[str, Tone] = {"terminal.held": "waiting", "terminal.blocked": "off", "meter.retired": "off"}


def moments(subject: str, *, entry_id: UUID | None) -> list[Moment]:
    """Every entry about a subject, and that of the file which wrote it last; the oldest first."""
    rows = ledger.history(subject, also=[entry_id])
    who = _names({row.by for row in rows})
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


def _names(labels: Iterable[str]) -> dict[str, str]:
    ids = {label[5:]: label for label in labels if label.startswith("user:") and label[5:].isdigit()}
    users = {ids[str(user.pk)]: user.name for user in User.objects.filter(pk__in=ids)} if ids else {}
    return {label: users.get(label) or _named(label) for label in labels}


def _named(label: str) -> str:
    what, _colon, name = label.partition(":")
    return _("system (%(name)s)") % {"name": name} if what == "system" else label
