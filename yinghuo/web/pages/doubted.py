"""The records of a fact in doubt: what the desks hold about the tubes, the box or the batch that is named."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from yinghuo.console.pieces import Empty, Words
from yinghuo.console.tables import Column, Table
from yinghuo.console.who import names_of
from yinghuo.core.ledger.queries import entry
from yinghuo.core.work.models import Issue
from yinghuo.desks.response.words.levels import FLAGS as LEVEL_FLAGS
from yinghuo.desks.response.words.tracks import DOUBTS as TRACK_DOUBTS
from yinghuo.desks.sampling.models import Boxed
from yinghuo.desks.sampling.queries import timeline
from yinghuo.desks.sampling.rules import Doubt
from yinghuo.desks.sampling.views.tables import STAGE_WORDS
from yinghuo.web.pages.details import all_in_words
from yinghuo.web.pages.words import kind_in_words

CODES: dict[str, Words] = {
    **{str(code): label for code, label in Doubt.choices},
    **LEVEL_FLAGS,
    **TRACK_DOUBTS,
}
MOST_SHOWN = 100


def code_in_words(code: str) -> Words:
    """What an issue's code says; the code itself where no desk has words for it."""
    return CODES.get(code, code)


def described(issue: Issue) -> tuple[list[tuple[Words, str]], Table]:
    """An issue's details in words; and every record about its tubes, box or batch, each with its ledger entry."""
    what, _colon, name = issue.subject.partition(":")
    rows = list(_records(what, name, issue.detail))
    who = names_of(f"device:{row['device']}" for row in rows)
    own, *said = all_in_words([issue.detail, *(row["detail"] for row in rows)])
    for row, details in zip(rows, said, strict=True):
        row["device"] = who[f"device:{row['device']}"]
        row["detail"] = " · ".join(f"{label} {value}" for label, value in details)
    return own, _table(rows)


def _table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        name="records",
        caption=_("Records about the fact in doubt"),
        columns=_columns(),
        rows=rows,
        empty=Empty(_("No single record is named."), _("The details above say what was noticed.")),
        files=True,
    )


def _records(what: str, name: str, detail: dict[str, Any]) -> Iterator[dict[str, Any]]:
    tubes = dict.fromkeys([name] if what == "tube" else [])
    tubes |= dict.fromkeys(str(detail[key]) for key in ("tube", "other_tube") if detail.get(key))
    for tube in tubes:
        yield from _of_tube(tube)
    if what == "box":
        yield from _of_box(name)
    if what == "batch":
        yield from _of_batch(name)


def _of_tube(tube: str) -> Iterator[dict[str, Any]]:
    for one in timeline(tube)[:MOST_SHOWN]:
        yield _row(tube, STAGE_WORDS.get(one.what, one.what), one.at, one.device, one.entry_id) | {"detail": one.detail}


def _of_box(box: str) -> Iterator[dict[str, Any]]:
    for one in Boxed.objects.filter(box=box).order_by("tube")[:MOST_SHOWN]:
        said = {"count": one.count, "seal": one.seal}
        yield _row(one.tube, STAGE_WORDS["boxed"], one.at, one.device, one.entry_id) | {"detail": said}


def _of_batch(entry_id: str) -> Iterator[dict[str, Any]]:
    found = entry(UUID(entry_id))
    if found:
        device = found.by.partition(":")[2]
        yield _row("", _("Batch of facts"), found.at, device, found.id) | {
            "detail": {"kind": kind_in_words(found.kind)}
        }


def _row(tube: str, what: Words, at: Any, device: Any, entry_id: UUID) -> dict[str, Any]:
    return {
        "id": f"{tube}-{entry_id}-{what}",
        "at": at,
        "what": what,
        "tube": tube or None,
        "tube_page": reverse("tube", args=[tube]) if tube else "",
        "device": device,
        "entry": _("Entry"),
        "href": reverse("entry", args=[entry_id]),
    }


def _columns() -> list[Column]:
    return [
        Column("at", _("Time"), kind="moment"),
        Column("what", _("What")),
        Column("tube", _("Tube"), kind="code", link="tube_page"),
        Column("detail", _("Details")),
        Column("device", _("Device")),
        Column("entry", _("Ledger"), link="href"),
    ]
