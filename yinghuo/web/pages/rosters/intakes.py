"""Roster files: those that were taken in, and the form that sends a new one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import names
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters import actions, queries
from yinghuo.core.rosters.models import Intake
from yinghuo.core.rosters.rules import Policy
from yinghuo.web import clock
from yinghuo.web.pages.areas import areas_of
from yinghuo.web.pages.rosters.words import STAGES, roster_tabs
from yinghuo.web.refusals import sentence

ROWS = 50


class NewRoster(forms.Form):
    """A roster file, and what shall become of those who are known already."""

    file = forms.FileField(
        label=lazy("File"),
        help_text=lazy(
            "CSV (UTF-8 or GB18030) or XLSX with a head row. It is kept sealed and erased after the intake."
        ),
    )
    area_code = forms.ChoiceField(
        label=lazy("Area"),
        help_text=lazy("Areas and units of the rows are looked up in it; rows without an area are placed there."),
    )
    policy = forms.ChoiceField(
        label=lazy("Who is known already"),
        choices=[
            (Policy.SKIP, lazy("leave them as they are; their rows are skipped")),
            (Policy.MERGE, lazy("bring them up to date from their rows; empty cells change nothing")),
            (Policy.NEW, lazy("nobody should be; rows of people who are known come back as problems")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.fields["area_code"].choices = areas_of(user)  # type: ignore[attr-defined]


@require_safe
@needs("roster.see")
def rosters(request: HttpRequest) -> HttpResponse:
    """Roster files of the area, the newest first."""
    user = signed_in(request)
    table = _table(request, user)
    context = {
        "title": _("Rosters"),
        "table": table,
        "tabs": roster_tabs(user, "rosters"),
        "may_add": may(user, "roster.manage"),
    }
    return exports.asked(request, table) or render(request, "pages/rosters.html", context)


@require_http_methods(["GET", "POST"])
@needs("roster.manage")
def new_roster(request: HttpRequest) -> HttpResponse:
    """Takes a file; its columns are confirmed on the next page, and nothing is read before."""
    form = NewRoster(signed_in(request), *((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and (intake := _begun(request, form)):
        return redirect("roster", intake.id)
    context = {"title": _("Take in a roster"), "form": form}
    return render(request, "pages/roster_new.html", context, status=422 if form.errors else 200)


def _begun(request: HttpRequest, form: NewRoster) -> Intake | None:
    """Stores the file; a refusal is written into the form."""
    user, given = signed_in(request), form.cleaned_data
    require(user, "roster.manage", area_code=given["area_code"])
    upload = actions.Upload(given["file"].name, given["file"])
    try:
        return actions.begin(
            upload, policy=given["policy"], area_code=given["area_code"], by=user.label, at=clock.now()
        )
    except Refused as refused:
        form.add_error("file", sentence(refused))
        return None


def _table(request: HttpRequest, user: User) -> Table:
    here = request.GET.get("after", "")
    found = queries.intakes(user, after=place(here, datetime.fromisoformat, UUID), limit=ROWS + 1)
    shown = found[:ROWS]
    last = (shown[-1].begun_at.isoformat(), shown[-1].id) if len(found) > ROWS else None
    return Table(
        name="rosters",
        caption=_("Roster files, the newest first"),
        columns=_columns(),
        rows=_rows(shown),
        empty=Empty(_("No roster was taken in yet."), _("Take in a roster"), reverse("new_roster")),
        pager=pager(len(shown), after=last, here=here),
        files=True,
    )


def _columns() -> list[Column]:
    return [
        Column("name", _("File"), link="href"),
        Column("state", _("State"), kind="state"),
        Column("area", _("Area")),
        Column("read", _("Read"), kind="number", unit=_("rows")),
        Column("new", _("New"), kind="number"),
        Column("merged", _("Brought up to date"), kind="number"),
        Column("skipped", _("Skipped"), kind="number"),
        Column("rejected", _("Rejected"), kind="number"),
        Column("begun_at", _("Sent"), kind="moment"),
    ]


def _rows(found: Sequence[Intake]) -> list[dict[str, Any]]:
    where = names(one.area_code for one in found)
    return [
        {
            "id": one.id,
            "name": one.name,
            "href": reverse("roster", args=[one.id]),
            "state": STAGES[one.stage],
            "area": where.get(one.area_code, one.area_code),
            "begun_at": one.begun_at,
            **{name: one.counts.get(name) for name in ("read", "new", "merged", "skipped", "rejected")},
        }
        for one in found
    ]
