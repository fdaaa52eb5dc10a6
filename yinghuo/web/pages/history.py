"""What the ledger tells about one thing, as lines of a timeline that lead to their entries."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from yinghuo.console.pieces import Moment, Tone
from yinghuo.console.who import names_of
from yinghuo.core.ledger import queries
from yinghuo.core.ledger.queries import EntryRow
from yinghuo.web.pages.words import kind_in_words

TONES: dict[str, Tone] = {
    "order.returned": "wrong",
    "order.reopened": "waiting",
    "order.cancelled": "off",
    "orders.cancelled": "off",
    "device.revoked": "off",
    "user.deactivated": "off",
}


def moments(subject: str, *, also: Sequence[UUID | None] = ()) -> list[Moment]:
    """The history of a subject, the oldest first; `also`: batch entries that speak of it among others."""
    return moments_and_names(subject, also=also)[0]


def moments_and_names(
    subject: str, *, also: Sequence[UUID | None] = (), labels: Sequence[str] = ()
) -> tuple[list[Moment], dict[str, str]]:
    """The history of a subject; and, from the same query for people, the names behind further labels."""
    rows = queries.history(subject, also=also)
    who = names_of([*(row.by for row in rows), *labels])
    return [_moment(row, who[row.by]) for row in rows], who


def _moment(row: EntryRow, by: str) -> Moment:
    body: dict[str, Any] = json.loads(row.body)
    return Moment(
        at=row.at,
        what=kind_in_words(row.kind),
        by=by,
        detail=str(body.get("reason", "")),
        href=reverse("entry", args=[row.id]),
        tone=TONES.get(row.kind, "done"),
    )
