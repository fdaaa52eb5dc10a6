"""One roster file: its columns, how far it is, what it would do or did, its problems, and the steps that are open."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty, Stat
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas.queries import name_of
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters import actions, queries
from yinghuo.core.rosters.actions.running import heard
from yinghuo.core.rosters.models import Intake
from yinghuo.core.rosters.reading import staging
from yinghuo.core.rosters.rules import RUNNING, Policy, Stage
from yinghuo.engines.rosters.heads import FIELDS
from yinghuo.web import clock
from yinghuo.web.jobs import roster as go_on
from yinghuo.web.pages.history import moments
from yinghuo.web.pages.reading import or_404
from yinghuo.web.pages.rosters.words import FIELD_WORDS, STAGES, cause_in_words, column_of
from yinghuo.web.refusals import sentence

PROBLEMS_SHOWN = 100
STEPS: dict[Stage, tuple[str, ...]] = {
    Stage.WAITING: ("withdraw",),
    Stage.STOPPED: ("withdraw",),
    Stage.READING: ("stop",),
    Stage.READY: ("withdraw",),
    Stage.APPLYING: ("stop",),
}


class Columns(forms.Form):
    """Which column of the file holds what; guessed from the heads, to be corrected."""

    def __init__(self, intake: Intake, data: Any = None) -> None:
        super().__init__(data)
        heads = [(str(at), head or "–") for at, head in enumerate(intake.shape["heads"])]
        for field in FIELDS:
            known = intake.mapping.get(field)
            self.fields[field] = forms.ChoiceField(
                label=str(FIELD_WORDS[field]),
                choices=[("", _("not in this file")), *heads],
                required=False,
                initial="" if known is None else str(known),
            )

    def mapping(self) -> dict[str, int]:
        """Field to column."""
        return {field: int(column) for field, column in self.cleaned_data.items() if column}


@require_safe
@needs("roster.see")
def roster(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """One roster file."""
    intake = _intake(request, intake_id)
    table = _problems(intake)
    return exports.asked(request, table) or render(request, "pages/roster.html", _context(request, intake, table))


@require_safe
@needs("roster.see")
def roster_problems(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """All problems of a roster, page by page; its files are the error file that goes back to who sent the roster."""
    intake, here = _intake(request, intake_id), request.GET.get("after", "")
    table = _problems(intake, after=place(here, int, int), here=here)
    context = {"title": _("Problems of %(name)s") % {"name": intake.name}, "intake": intake, "table": table}
    return exports.asked(request, table) or render(request, "pages/roster_problems.html", context)


@require_POST
@needs("roster.manage")
def roster_step(request: HttpRequest, intake_id: UUID, step: str) -> HttpResponse:
    """One step: columns, apply, stop, again, withdraw."""
    intake, user = _intake(request, intake_id), signed_in(request)
    require(user, "roster.manage", area_code=intake.area_code)
    if step == "columns":
        return _columns_confirmed(request, intake)
    if step not in DO:
        raise Http404
    with transaction.atomic():
        if DO[step](intake.id, user).stage in RUNNING and step != "stop":
            go_on.defer(intake_id=str(intake.id))
    messages.success(request, _said()[step])
    return redirect("roster", intake.id)


def _columns_confirmed(request: HttpRequest, intake: Intake) -> HttpResponse:
    form = Columns(intake, request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                actions.start_reading(intake.id, mapping=form.mapping())
                go_on.defer(intake_id=str(intake.id))
            return redirect("roster", intake.id)
        except Refused as refused:
            form.add_error(None, sentence(refused))
    context = _context(request, intake, _problems(intake)) | {"form": form}
    return render(request, "pages/roster.html", context, status=422)


DO: dict[str, Callable[[UUID, User], Intake]] = {
    "apply": lambda intake_id, user: actions.start_applying(intake_id, by=user.label),
    "stop": lambda intake_id, user: actions.stop(intake_id),  # noqa: ARG005 - one form for all steps
    "again": lambda intake_id, user: actions.read_again(intake_id),  # noqa: ARG005
    "withdraw": lambda intake_id, user: actions.withdraw(intake_id, by=user.label, at=clock.now()),
}


def _said() -> dict[str, str]:
    return {
        "apply": _("The roster is being taken in."),
        "stop": _("It stops at the next safe place."),
        "again": _("The file is read again."),
        "withdraw": _("Withdrawn. The file and what was read of it are erased; nobody was taken in."),
    }


def _intake(request: HttpRequest, intake_id: UUID) -> Intake:
    return or_404(queries.intake(signed_in(request), intake_id))


def _context(request: HttpRequest, intake: Intake, table: Table) -> dict[str, Any]:
    manage = may(signed_in(request), "roster.manage")
    stage = Stage(intake.stage)
    lost = stage == Stage.READY and staging.is_lost(intake.id, staged=intake.staged)
    waits = stage in (Stage.WAITING, Stage.STOPPED)
    words = {"stop": _("Stop"), "again": _("Read the file again"), "withdraw": _("Withdraw and erase")}
    return {
        "title": _title(intake),
        "intake": intake,
        "state": STAGES[stage],
        "policy": Policy(intake.policy).label,
        "area": name_of(intake.area_code),
        "form": Columns(intake) if manage and waits else None,
        "running": stage in RUNNING,
        "progress": _progress(intake),
        "stats": _stats(intake),
        "effects": _effects(intake) if manage and stage == Stage.READY and not lost else None,
        "steps": [(step, words[step]) for step in (("again",) if lost else ()) + STEPS.get(stage, ())]
        if manage
        else [],
        "table": table,
        "moments": moments(f"roster:{intake.id}"),
        "back": reverse("rosters"),
    }


def _title(intake: Intake) -> str:
    counts = {"name": intake.name, "new": thousands(intake.counts.get("new")), "read": thousands(intake.rows)}
    match intake.stage:
        case Stage.READY:
            return _("%(name)s · %(new)s of %(read)s rows would be new people") % counts
        case Stage.DONE:
            return _("%(name)s · %(new)s of %(read)s rows were new people") % counts
        case Stage.READING:
            return _("%(name)s · %(read)s rows read") % counts
    return intake.name


def _progress(intake: Intake) -> dict[str, Any]:
    """How far a running intake is: bytes read of a file, rows taken in of those staged."""
    if intake.stage == Stage.APPLYING:
        return {"label": _("Taken in"), "done": heard(intake.id), "of": intake.staged, "unit": _("rows")}
    whole = intake.bytes // 1024 if intake.shape["kind"] == "csv" else 0
    return (
        {"label": _("Read"), "done": intake.offset // 1024, "of": max(whole, 1), "unit": "kB"}
        if whole
        else {"label": _("Read"), "done": intake.rows, "of": max(intake.rows, 1), "unit": _("rows")}
    )


def _stats(intake: Intake) -> list[Stat]:
    counts = intake.counts
    if not counts:
        return []
    return [
        Stat(_("Read"), counts["read"], _("rows"), note=_("the four others add up to it")),
        Stat(_("New"), counts["new"], _("people")),
        Stat(_("Brought up to date"), counts["merged"], _("people")),
        Stat(_("Skipped"), counts["skipped"], _("rows"), note=_("known already, or twice in the file")),
        Stat(_("Rejected"), counts["rejected"], _("rows"), note=_("with a cause, in the list below")),
        Stat(_("Pairs that look alike"), counts.get("alike", 0), note=_("at most; compared after the intake")),
    ]


def _effects(intake: Intake) -> list[str]:
    counts = {name: thousands(count) for name, count in intake.counts.items()}
    return [
        _("%(new)s people become known here, each under a pseudonym, with the identity sealed.") % counts,
        _("%(merged)s people who are known are brought up to date.") % counts,
        _("%(skipped)s rows are skipped and %(rejected)s rejected; they change nothing.") % counts,
        _("Then the file and what was read of it are erased; the list of problems stays for 30 days."),
    ]


def _problems(intake: Intake, *, after: tuple[int, int] | None = None, here: str = "") -> Table:
    found = queries.problems(intake.id, after=after, limit=PROBLEMS_SHOWN + 1)
    shown = found[:PROBLEMS_SHOWN]
    last = (shown[-1].row, shown[-1].pk) if len(found) > PROBLEMS_SHOWN else None
    rows = [
        {
            "id": one.pk,
            "row": one.row,
            "column": column_of(one, intake),
            "cause": cause_in_words(one),
            "value": one.value,
        }
        for one in shown
    ]
    return Table(
        name="problems",
        caption=_("Rows that did not count, by row"),
        columns=[
            Column("row", _("Row"), kind="number"),
            Column("column", _("Column")),
            Column("cause", _("What is wrong")),
            Column("value", _("Value, masked"), kind="code"),
        ],
        rows=rows,
        empty=Empty(_("No row has a problem.")),
        pager=pager(len(shown), after=last, here=here),
        files=True,
    )
