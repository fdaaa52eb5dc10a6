"""Imports and exports of the area, and the form that sends a file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import names
from yinghuo.core.people.access import needs, require, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import exchange as actions
from yinghuo.desks.response.models import GivenOut, Import
from yinghuo.desks.response.queries import exchange as queries
from yinghuo.desks.response.views.exchange.forms import NewImport
from yinghuo.desks.response.views.exchange.refusing import into
from yinghuo.desks.response.views.exchange.words import FORMS, STAGES, unsaid_in_words
from yinghuo.desks.response.views.frame import response_tabs

ROWS, OUT_ROWS = 50, 20


@require_safe
@needs("exchange.use")
def exchange(request: HttpRequest) -> HttpResponse:
    """Files taken in and given out, the newest first."""
    user = signed_in(request)
    table = _imports(request, user)
    context = {
        "title": _("Exchange with other systems"),
        "tabs": response_tabs(user, "exchange"),
        "table": table,
        "out": _given_out(queries.given_out(user, limit=OUT_ROWS)),
    }
    return exports.asked(request, table) or render(request, "response/exchange.html", context)


@require_http_methods(["GET", "POST"])
@needs("exchange.use")
def new_import(request: HttpRequest) -> HttpResponse:
    """Takes a file and tries it out; nothing of it is written before somebody confirms."""
    user = signed_in(request)
    form = NewImport(user, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and (one := _begun(user, form)):
        return redirect("import", one.id)
    context = {"title": _("Take in a file of another system"), "tabs": response_tabs(user, "exchange"), "form": form}
    return render(request, "response/exchange_new.html", context, status=422 if form.errors else 200)


def _begun(user: User, form: NewImport) -> Import | None:
    given = form.cleaned_data
    require(user, "exchange.use", area_code=given["area_code"])
    upload = actions.Upload(
        name=given["file"].name,
        file=given["file"],
        form=given["form"],
        source=given["source"],
        policy=given["policy"],
        event=UUID(given["event"]) if given["event"] else None,
        mapping=given["mapping"].read() if given["mapping"] else None,
    )
    try:
        return actions.begin(upload, area_code=given["area_code"], by=user.label, at=clock.now())
    except Refused as refused:
        into(form, refused)
        return None


def _imports(request: HttpRequest, user: User) -> Table:
    here = request.GET.get("after", "")
    found = queries.imports(user, after=place(here, datetime.fromisoformat, UUID), limit=ROWS + 1)
    shown = found[:ROWS]
    last = (shown[-1].begun_at.isoformat(), shown[-1].id) if len(found) > ROWS else None
    columns = [
        Column("name", _("File"), link="href", note="source"),
        Column("form", _("Form of the file")),
        Column("state", _("State"), kind="state"),
        Column("area", _("Area")),
        Column("new", _("New"), kind="number", unit=_("records")),
        Column("merged", _("Brought up to date"), kind="number"),
        Column("skipped", _("Skipped"), kind="number"),
        Column("rejected", _("Rejected"), kind="number"),
        Column("begun_at", _("Sent"), kind="moment"),
    ]
    return Table(
        name="imports",
        caption=_("Files taken in, the newest first"),
        columns=columns,
        rows=_rows(shown),
        empty=Empty(_("No file of another system was sent yet."), _("Take in a file"), reverse("new_import")),
        pager=pager(len(shown), after=last, here=here),
        files=True,
    )


def _rows(found: Sequence[Import]) -> list[dict[str, Any]]:
    where = names(one.area_code for one in found)
    return [
        {
            "id": one.id,
            "name": one.name,
            "source": one.source,
            "href": reverse("import", args=[one.id]),
            "form": FORMS[one.form],
            "state": STAGES[one.stage],
            "area": where.get(one.area_code, one.area_code),
            "begun_at": one.begun_at,
            **totals(one),
        }
        for one in found
    ]


def totals(one: Import) -> dict[str, int]:
    """Records of all kinds together, by what becomes of them."""
    return {
        name: sum(had.get(name, 0) for had in one.counts.values()) for name in ("new", "merged", "skipped", "rejected")
    }


def _given_out(found: Sequence[GivenOut]) -> Table:
    rows = [
        {
            "id": one.id,
            "at": one.at,
            "form": FORMS[one.form],
            "cases": one.counts.get("cases", 0),
            "contacts": one.counts.get("contacts", 0),
            "names": State("wrong", _("With names")) if one.names else State("done", _("Pseudonyms")),
            "unsaid": "; ".join(unsaid_in_words(one.unsaid)) or _("nothing"),
        }
        for one in found
    ]
    columns = [
        Column("at", _("Given out"), kind="moment"),
        Column("form", _("Form of the file")),
        Column("cases", _("Cases"), kind="number"),
        Column("contacts", _("Contacts"), kind="number"),
        Column("names", _("Identities"), kind="state"),
        Column("unsaid", _("What the form could not hold")),
    ]
    empty = Empty(_("Nothing was given out yet."), _("Give out a file"), reverse("give_out"))
    return Table(name="given-out", caption=_("Files given out"), columns=columns, rows=rows, empty=empty)
