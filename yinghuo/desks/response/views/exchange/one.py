"""One import: what would happen, its faults, its columns, and the steps that are open."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas.queries import name_of
from yinghuo.core.people.access import needs, require, signed_in
from yinghuo.desks.response.actions import exchange as actions
from yinghuo.desks.response.actions.exchange.intake import data_of
from yinghuo.desks.response.jobs import exchange as jobs
from yinghuo.desks.response.models import Form, Import, ImportPolicy, ImportStage
from yinghuo.desks.response.queries import exchange as queries
from yinghuo.desks.response.rules.exchange import COMPARED, RESULTS
from yinghuo.desks.response.views.exchange.forms import ColumnsForm
from yinghuo.desks.response.views.exchange.lists import totals
from yinghuo.desks.response.views.exchange.words import CAUSES, KINDS, STAGES, field_in_words
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.engines.exchange import archives, line_list
from yinghuo.engines.exchange.sheets import UnreadableError

FAULTS_SHOWN = 100


@require_safe
@needs("exchange.use")
def import_page(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One file: its dry run, or what was done."""
    one = _import(request, import_id)
    table = _faults(one)
    return exports.asked(request, table) or render(request, "response/exchange_import.html", _context(request, one))


@require_safe
@needs("exchange.use")
def import_faults(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """All records that are not taken; its files go back to who sent the file."""
    one, here = _import(request, import_id), request.GET.get("after", "")
    table = _faults(one, after=place(here, int, int), here=here)
    context = {"title": _("Not taken of %(name)s") % {"name": one.name}, "one": one, "table": table}
    return exports.asked(request, table) or render(request, "response/exchange_faults.html", context)


@require_POST
@needs("exchange.use")
def import_step(request: HttpRequest, import_id: UUID, step: str) -> HttpResponse:
    """One step: apply, withdraw, columns."""
    one, user = _import(request, import_id), signed_in(request)
    require(user, "exchange.use", area_code=one.area_code)
    match step:
        case "apply":
            actions.start_applying(one.id, by=user.label)
            done = jobs.now_or_later(one, at=clock.now())
            messages.success(request, _("Taken in.") if done else _("It is being taken in."))
        case "withdraw":
            actions.withdraw(one.id, by=user.label, at=clock.now())
            messages.success(request, _("Withdrawn. The file is erased; nothing of it was written."))
        case "columns":
            return _columns_named(request, one)
        case _:
            raise Http404
    return redirect("import", one.id)


def _columns_named(request: HttpRequest, one: Import) -> HttpResponse:
    form = _columns(one, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        actions.read_again(one.id, columns=form.columns(), by=signed_in(request).label, at=clock.now())
        messages.success(request, _("Tried out anew with these columns."))
        return redirect("import", one.id)
    context = _context(request, one) | {"form": form}
    return render(request, "response/exchange_import.html", context, status=422)


def _columns(one: Import, data: Any = None) -> ColumnsForm | None:
    """The columns of a line list of one table; None for everything else."""
    if one.form != Form.LINE_LIST or one.stage != ImportStage.READY:
        return None
    content = data_of(one)
    try:
        if len(archives.parts(content, most_bytes=len(content))) != 1:
            return None
        kind, heads, guessed = line_list.look(content)
    except UnreadableError:
        return None
    return ColumnsForm(kind, heads, one.mapping.get("columns") or guessed, data)


def _import(request: HttpRequest, import_id: UUID) -> Import:
    one = queries.import_of(signed_in(request), import_id)
    if one is None:
        raise Http404
    return one


def _context(request: HttpRequest, one: Import) -> dict[str, Any]:
    ready = one.stage == ImportStage.READY
    return {
        "title": _title(one),
        "tabs": response_tabs(signed_in(request), "exchange"),
        "one": one,
        "state": STAGES[one.stage],
        "kind": capfirst(Form(one.form).label),
        "policy": capfirst(ImportPolicy(one.policy).label),
        "area": name_of(one.area_code),
        "counts": _counts(one),
        "effects": _effects(one) if ready else None,
        "before": queries.taken_before(one) if ready else None,
        "example": one.form == Form.DHIS2 and not one.mapping,
        "form": _columns(one),
        "table": _faults(one),
    }


def _title(one: Import) -> str:
    counts = {"name": one.name} | {name: thousands(count) for name, count in totals(one).items()}
    if one.stage == ImportStage.READY:
        return _("%(name)s · %(new)s records would be new") % counts
    if one.stage == ImportStage.DONE:
        return _("%(name)s · %(new)s records were new") % counts
    return one.name


def _effects(one: Import) -> list[str]:
    counts = {name: thousands(count) for name, count in totals(one).items()}
    return [
        _("%(new)s records are written; people become known under pseudonyms, with their identities sealed.") % counts,
        _("New events are drafts: whether one is opened, a person decides on its page."),
        _("%(merged)s known records are brought up to date; what somebody judged here stays.") % counts,
        _("%(skipped)s records are skipped and %(rejected)s not taken; they change nothing.") % counts,
        _("Likely duplicates of new cases are looked for where they are at most %(most)s.") % {"most": COMPARED},
        _("All of it in one go, or nothing of it. Then the file is erased; the list below stays for 30 days."),
    ]


def _counts(one: Import) -> Table:
    rows = [
        {"id": kind, "kind": KINDS.get(kind, kind), **{name: had.get(name, 0) for name in RESULTS}}
        for kind, had in one.counts.items()
    ]
    columns = [
        Column("kind", _("Kind of record")),
        Column("new", _("New"), kind="number"),
        Column("merged", _("Brought up to date"), kind="number"),
        Column("skipped", _("Skipped"), kind="number"),
        Column("rejected", _("Rejected"), kind="number"),
    ]
    return Table(name="counts", caption=_("Records by kind"), columns=columns, rows=rows)


def _faults(one: Import, *, after: tuple[Any, ...] | None = None, here: str = "") -> Table:
    found = queries.faults(one, after=after, limit=FAULTS_SHOWN + 1)
    shown = found[:FAULTS_SHOWN]
    rows = [
        {
            "id": fault.id,
            "row": fault.row,
            "kind": KINDS.get(fault.kind, fault.kind),
            "field": field_in_words(fault.field),
            "cause": CAUSES.get(fault.cause, fault.cause),
            "value": fault.value,
        }
        for fault in shown
    ]
    columns = [
        Column("row", _("Row or entry"), kind="number"),
        Column("kind", _("Record")),
        Column("field", _("Field")),
        Column("cause", _("Why not taken")),
        Column("value", _("Value, its middle hidden")),
    ]
    last = (shown[-1].row, shown[-1].id) if len(found) > FAULTS_SHOWN else None
    empty = Empty(_("Everything in the file can be taken."))
    caption = _("Records that are not taken")
    return Table(
        name="not-taken",
        caption=caption,
        columns=columns,
        rows=rows,
        empty=empty,
        pager=pager(len(shown), after=last, here=here),
        files=True,
    )
