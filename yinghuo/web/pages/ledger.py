"""Ledger pages: the newest signature, verification, entries, one entry with its proof."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty, Stat, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import moment, thousands
from yinghuo.console.who import names_of
from yinghuo.core.ledger import proofs, queries, sequencer
from yinghuo.core.ledger.queries import EntryRow, Standing
from yinghuo.core.people.access import needs, signed_in
from yinghuo.web import verification
from yinghuo.web.pages.entry_words import KINDS
from yinghuo.web.pages.links import about, entries_about
from yinghuo.web.pages.reading import file, or_404
from yinghuo.web.pages.words import kind_in_words

ROWS = 50


@require_safe
@needs("ledger.see")
def ledger(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, how many entries wait, the last verification, and the entries."""
    standing, table = queries.standing(), _table(request)
    context = {
        "title": _title(standing),
        "standing": standing,
        "stats": _stats(standing),
        "public_key": sequencer.public_key(),
        "choices": [_kinds(request.GET.get("kind", ""))],
        "subject": request.GET.get("subject", ""),
        "table": table,
    }
    return exports.asked(request, table) or render(request, "pages/ledger.html", context | _verification())


@require_POST
@needs("ledger.see")
def verify(request: HttpRequest) -> HttpResponse:
    """Asks for a verification; the worker does it."""
    if verification.ask(signed_in(request).label):
        messages.success(request, _("The verification has been asked for. It begins within seconds."))
    else:
        messages.info(request, _("A verification waits already. Its result will be shown here."))
    return redirect("ledger")


@require_safe
@needs("ledger.see")
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry: what it says, its bytes, its place, its proof."""
    row = or_404(queries.entry(entry_id))
    standing, who = queries.standing(), names_of([row.by])
    context = {
        "title": _("%(what)s, %(at)s") % {"what": kind_in_words(row.kind), "at": moment(row.at)},
        "entry": row,
        "state": _state(row, standing),
        "provable": row.index is not None and row.index < standing.signed_size,
        "leaf": row.leaf.decode(),
        "body": json.dumps(json.loads(row.body), ensure_ascii=False, indent=2),
        "who": who[row.by],
        "about": about(row.subject),
    }
    return render(request, "pages/entry.html", context)


@require_safe
@needs("ledger.see")
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:  # noqa: ARG001 - a view's argument
    """The proof of an entry as a file, for anybody who wants to check it without us."""
    or_404(queries.entry(entry_id))
    text = json.dumps(proofs.prove(entry_id).as_json(), ensure_ascii=False, indent=2)
    return file(text.encode(), "application/json", f"proof-{entry_id}.json")


@require_safe
@needs("ledger.see")
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's argument
    """The newest signed note as a file (C2SP tlog-checkpoint)."""
    note = or_404(queries.standing().note)
    return file(note.encode(), "text/plain; charset=utf-8", "checkpoint")


def _title(standing: Standing) -> str:
    entries = thousands(standing.size + standing.waiting)
    behind = standing.size + standing.waiting - standing.signed_size
    if not behind:
        return _("%(entries)s ledger entries, all signed") % {"entries": entries}
    return _("%(entries)s ledger entries, %(behind)s not signed yet") % {
        "entries": entries,
        "behind": thousands(behind),
    }


def _stats(standing: Standing) -> list[Stat]:
    signed = Stat(_("Signed entries"), standing.signed_size, note=moment(standing.signed_at))
    unsigned = Stat(_("In the tree, not signed yet"), standing.size - standing.signed_size)
    return [signed, unsigned, Stat(_("Waiting for their place"), standing.waiting)]


def _verification() -> dict[str, Any]:
    under_way, last = verification.under_way(), verification.last()
    by = names_of([last.by])[last.by] if last else ""
    return {"under_way": under_way, "last": last, "verified_by": by}


def _kinds(chosen: str) -> Choice:
    known = [(kind, KINDS.get(kind, kind)) for kind in queries.kinds()]
    return Choice("kind", _("Kind"), known, chosen)


def _table(request: HttpRequest) -> Table:
    here = request.GET.get("after", "")
    (before,) = place(here, int) or (None,)
    asked = {"kind": request.GET.get("kind", ""), "subject": request.GET.get("subject", "").strip()}
    rows = queries.entries(**asked, before=before, limit=ROWS + 1)
    shown = rows[:ROWS]
    after = (shown[-1].index,) if len(rows) > ROWS else None
    return Table(
        name="entries",
        caption=_("Ledger entries, the newest first"),
        columns=_columns(),
        rows=_rows(shown),
        empty=_empty(asked),
        pager=pager(len(shown), after=after, here=here),
        files=True,
    )


def _columns() -> list[Column]:
    return [
        Column("index", _("Index"), kind="number"),
        Column("at", _("Time"), kind="moment"),
        Column("what", _("What"), link="href"),
        Column("subject", _("About"), kind="code", link="same"),
        Column("by", _("By")),
    ]


def _rows(entries: Sequence[EntryRow]) -> list[dict[str, Any]]:
    who = names_of(row.by for row in entries)
    return [
        asdict(row)
        | {
            "what": kind_in_words(row.kind),
            "by": who[row.by],
            "href": reverse("entry", args=[row.id]),
            "same": entries_about(row.subject),
        }
        for row in entries
    ]


def _empty(asked: dict[str, str]) -> Empty:
    if any(asked.values()):
        return Empty(_("No entry is like this."), _("Show all entries"), reverse("ledger"))
    return Empty(_("Nothing has been entered yet."), _("The first action of anybody will stand here."))


def _state(row: EntryRow, standing: Standing) -> State:
    if row.index is None:
        return State("waiting", _("Waits for its place in the tree"))
    if row.index >= standing.signed_size:
        return State("running", _("In the tree, to be signed"))
    return State("done", _("In the tree and signed"))
