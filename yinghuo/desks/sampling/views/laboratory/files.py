"""Pages of files: an instrument's file of a plate; files of many tubes, how far they are, what was rejected."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import exports, pieces
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Column, Table
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import may, needs
from yinghuo.desks.sampling.actions.laboratory import Technician
from yinghuo.desks.sampling.actions.laboratory import result_files as actions
from yinghuo.desks.sampling.actions.laboratory.plate_files import read_plate_file
from yinghuo.desks.sampling.laboratory_words import REFUSALS, cause
from yinghuo.desks.sampling.models import FileState, Instrument, Plate, RejectedRow, ResultFile
from yinghuo.desks.sampling.views.laboratory.reading import attempt, kit_choices, laboratory_tabs, technician
from yinghuo.engines.instrument_files import Bad

ROWS, SHOWN_REJECTS = 50, 100
TONES: dict[str, pieces.Tone] = {
    "waiting": "waiting",
    "reading": "running",
    "stopped": "off",
    "refused": "wrong",
    "read": "waiting",
    "releasing": "running",
    "released": "done",
}


class PlateFile(forms.Form):
    """An instrument's file of one plate."""

    instrument_id = forms.ChoiceField(label=lazy("Instrument"))
    file = forms.FileField(label=lazy("File"), help_text=lazy("CSV or XLSX, as the instrument exports it."))

    def __init__(self, who: Technician, data: Any = None, files: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        mapped = who.seen(Instrument.objects.exclude(mapping={}).order_by("name"))
        self.fields["instrument_id"].choices = [(str(one.id), one.name) for one in mapped]  # type: ignore[attr-defined]


class TubeFile(PlateFile):
    """A file of results of many tubes."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kit = forms.ChoiceField(label=lazy("Kit"))
    assayed_at = forms.DateTimeField(
        label=lazy("Assayed at"),
        help_text=lazy("The kit’s limits of this day decide. Left empty: now."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, who: Technician, data: Any = None, files: Any = None) -> None:
        super().__init__(who, data, files, initial={"id": new_id()})
        self.fields["kit"].choices = kit_choices()  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs("laboratory.work")
def read_plate(request: HttpRequest, plate_id: UUID) -> HttpResponse:
    """Reads an instrument's file into a plate, whole or not at all."""
    who = technician(request)
    plate = get_object_or_404(who.seen(Plate.objects.all()), id=plate_id)
    form = PlateFile(who, request.POST or None, request.FILES or None, initial={"instrument_id": plate.instrument_id})
    bad: list[Bad] = []
    if request.method == "POST":
        done = attempt(form, lambda: _into_plate(plate, form.cleaned_data, who))
        if done and done[0]:
            return redirect("plate", plate.id)
        bad = done[1] if done else []
    context = {"title": _("Read plate %(plate)s") % {"plate": plate.barcode}, "form": form, "plate": plate}
    context |= {"table": _bad(bad), "bad": len(bad), "tabs": laboratory_tabs(request, "plates")}
    return render(request, "sampling/laboratory_read.html", context, status=422 if form.errors or bad else 200)


@require_http_methods(["GET", "POST"])
@needs("laboratory.see")
def result_files(request: HttpRequest) -> HttpResponse:
    """Files of the laboratory, the latest first; takes a new one."""
    who, here = technician(request), request.GET.get("after", "")
    form = TubeFile(who, request.POST or None, request.FILES or None)
    if request.method == "POST" and (taken := _taken(request, form, who)):
        return redirect("result_file", taken.id)
    after = place(here, datetime.fromisoformat)
    found = who.seen(ResultFile.objects.select_related("instrument").order_by("-sent_at"))
    rows = list((found.filter(sent_at__lt=after[0]) if after else found)[: ROWS + 1])
    table = _files(rows[:ROWS])
    more = (rows[ROWS - 1].sent_at.isoformat(),) if len(rows) > ROWS else None
    table.pager = pager(len(rows[:ROWS]), after=more, here=here)
    context = {"title": _("Files of results"), "table": table, "form": form}
    context |= {"tabs": laboratory_tabs(request, "result_files"), "may_work": may(request.user, "laboratory.work")}
    template = "sampling/laboratory_files.html"
    return exports.asked(request, table) or render(request, template, context, status=422 if form.errors else 200)


@require_safe
@needs("laboratory.see")
def result_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """One file: how far it is, what was kept and what not, what to do next."""
    who = technician(request)
    file = get_object_or_404(who.seen(ResultFile.objects.select_related("instrument")), id=file_id)
    context = {
        "title": _("File %(name)s") % {"name": file.name},
        "file": file,
        "state": _state(file),
        "why": str(REFUSALS[file.why["code"]]) % file.why["facts"] if file.why else "",
        "under_way": file.state in (FileState.WAITING, FileState.READING, FileState.RELEASING),
        "full_sheet": file.why.get("code") == "file.full_sheet",
        "stats": _stats(file),
        "table": _bad([Bad(r.row, r.code, r.facts, r.text) for r in file.rejects.order_by("row")[:SHOWN_REJECTS]]),
        "may_work": may(request.user, "laboratory.work"),
        "may_release": may(request.user, "laboratory.release") and file.sent_by != who.label,
        "tabs": laboratory_tabs(request, "result_files"),
    }
    return render(request, "sampling/laboratory_file.html", context)


@require_safe
@needs("laboratory.see")
def rejected_rows(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The error file: every rejected row with its number and its cause, in the reader's language."""
    file = get_object_or_404(technician(request).seen(ResultFile.objects.all()), id=file_id)
    response = StreamingHttpResponse(_error_lines(file, get_language() or "en"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{file.sha256[:8]}.csv"'
    return response


@require_POST
@needs("laboratory.work")
def act_on_file(request: HttpRequest, file_id: UUID, act: str) -> HttpResponse:
    """Stops, resumes, confirms or releases a file."""
    who = technician(request)
    if act == "confirm":
        actions.confirm_full(file_id, reason=request.POST.get("reason", ""), who=who)
    elif act in ACTS:
        ACTS[act](file_id, who=who)
    else:
        raise Http404
    return redirect("result_file", file_id)


ACTS = {"stop": actions.stop_file, "resume": actions.resume_file, "release": actions.release_file}


def _into_plate(plate: Plate, typed: Mapping[str, Any], who: Technician) -> tuple[Plate | None, list[Bad]]:
    return read_plate_file(plate.id, UUID(typed["instrument_id"]), typed["file"].file, who=who)


def _taken(request: HttpRequest, form: TubeFile, who: Technician) -> ResultFile | None:
    """The file kept, or one kept before that has the same bytes; says which."""
    if not may(request.user, "laboratory.work"):
        return None
    taken = attempt(
        form, lambda: actions.take_file(_new(form.cleaned_data, who), form.cleaned_data["file"].file, who=who)
    )
    if taken and taken.id != form.cleaned_data["id"]:
        messages.info(request, _("This file was handed in before. Nothing was added; here it is."))
    return taken


def _new(typed: Mapping[str, Any], who: Technician) -> actions.NewFile:
    assayed_at = typed["assayed_at"] or who.now
    return actions.NewFile(typed["id"], typed["file"].name, UUID(typed["instrument_id"]), typed["kit"], assayed_at)


def _state(file: ResultFile) -> pieces.State:
    return pieces.State(TONES[file.state], FileState(file.state).label)


def _stats(file: ResultFile) -> list[pieces.Stat]:
    return [
        pieces.Stat(_("Rows in the file"), file.rows_total),
        pieces.Stat(_("Tubes with a result"), file.kept),
        pieces.Stat(_("Rows rejected"), file.rejected),
        pieces.Stat(_("Results released"), file.released),
    ]


def _files(rows: Sequence[ResultFile]) -> Table:
    columns = [
        Column("name", lazy("File"), link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("instrument", lazy("Instrument")),
        Column("kept", lazy("Results"), kind="number"),
        Column("rejected", lazy("Rejected"), kind="number", unit=lazy("rows")),
        Column("sent_at", lazy("Handed in"), kind="moment"),
    ]
    shown = [
        {name: getattr(row, name) for name in ("id", "name", "kept", "rejected", "sent_at")}
        | {"state": _state(row), "instrument": row.instrument.name, "href": reverse("result_file", args=[row.id])}
        for row in rows
    ]
    empty = pieces.Empty(lazy("No file was handed in yet."))
    return Table(name="files", caption=lazy("Files of results"), columns=columns, rows=shown, empty=empty, files=True)


def _bad(rows: Sequence[Bad]) -> Table:
    columns = [
        Column("row", lazy("Row"), kind="number"),
        Column("cause", lazy("Why it was not used")),
        Column("text", lazy("What stands there"), kind="code"),
    ]
    shown = [
        {"id": f"{r.row}-{n}", "row": r.row, "cause": cause(r.code, r.facts), "text": r.text}
        for n, r in enumerate(rows)
    ]
    empty = pieces.Empty(lazy("No row was rejected."))
    return Table(name="rejected", caption=lazy("Rejected rows"), columns=columns, rows=shown, empty=empty)


class _Line:
    """A file that hands back each line written to it."""

    def write(self, line: str) -> str:
        return line


def _error_lines(file: ResultFile, language: str) -> Iterator[str]:
    """Streamed; the language of the request has ended by then, so it is set anew."""
    writer = csv.writer(_Line())
    with override(language):
        yield "\ufeff" + writer.writerow([_("Row"), _("Why it was not used"), _("What stands there")])
        for one in RejectedRow.objects.filter(file=file).order_by("row").iterator(chunk_size=2000):
            yield writer.writerow([one.row, cause(one.code, one.facts), _harmless(one.text)])


def _harmless(text: str) -> str:
    """Text that a spreadsheet would run as a formula is disarmed."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
