"""Pages: handing in a file of visits, saying which column is what, its dry run and faults, taking it in."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from yinghuo.console import clock, exports
from yinghuo.console.pieces import Empty, Stat
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import needs, scope, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import visits_files as actions
from yinghuo.desks.response.models import Source, VisitFile
from yinghuo.desks.response.views.frame import response_tabs

SOURCES = [(one.value, capfirst(one.label)) for one in Source if one is not Source.INTERVIEW]
FIELDS = {
    "person": lazy("Identity number or pseudonym"),
    "name": pgettext_lazy("visits", "Name"),
    "place": lazy("Place"),
    "begins": pgettext_lazy("visits", "Arrival"),
    "ends": pgettext_lazy("visits", "Departure"),
    "protected": lazy("Protection"),
    "id": lazy("Number of the record"),
}
CAUSES = {
    "missing": pgettext_lazy("visits", "is missing"),
    "unknown": pgettext_lazy("visits", "is not known here"),
    "time": pgettext_lazy("visits", "is no time that can be read"),
}


class FileForm(forms.Form):
    """A file to be handed in; `key` makes sending it twice the same as once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=lazy("File"),
        help_text=lazy("CSV or XLSX with a head row: person, place, arrival, and departure where it is known."),
    )
    source = forms.ChoiceField(label=lazy("Known from"), choices=SOURCES)


class MappingForm(forms.Form):
    """Which column is which field."""

    def __init__(self, file: VisitFile, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        heads = [("", "–"), *((str(number), head) for number, head in enumerate(file.heads))]
        for field, label in FIELDS.items():
            chosen = str(file.mapping.get(field, ""))
            self.fields[field] = forms.ChoiceField(label=label, choices=heads, required=False, initial=chosen)

    def mapping(self) -> dict[str, int]:
        """What was chosen."""
        return {field: int(value) for field, value in self.cleaned_data.items() if value}


@require_http_methods(["GET", "POST"])
@needs("contact.trace")
def new_visit_file(request: HttpRequest) -> HttpResponse:
    """Takes a file, tries it out."""
    user = signed_in(request)
    form = FileForm(request.POST or None, request.FILES or None, initial={"key": uuid4()})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        new = actions.NewFile(given["key"], given["file"].name, given["file"].read(), given["source"], user.area_code)
        try:
            return redirect("visit_file", actions.begin_file(new, by=user.label, at=clock.now()).id)
        except Refused as refused:
            form.add_error("file", _refusal(refused))
    context = {"title": _("Take in a file of visits"), "tabs": response_tabs(user, "contacts"), "form": form}
    context |= {"verb": _("Read and try out"), "back": reverse("venues")}
    return render(request, "response/contacts_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("contact.trace")
def visit_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The dry run of a file, with its faults as a file; columns can be said anew."""
    user, file = signed_in(request), _file(request, file_id)
    form = MappingForm(file, request.POST or None)
    if request.method == "POST" and form.is_valid() and _mapped(form, file):
        return redirect("visit_file", file_id)
    table = _faults(file)
    context = {
        "title": _title(file),
        "tabs": response_tabs(user, "contacts"),
        "file": file,
        "form": form,
        "verb": _("Try out anew"),
        "stats": _stats(file),
        "table": table,
    }
    asked = exports.asked(request, table)
    return asked or render(request, "response/visit_file.html", context, status=422 if form.errors else 200)


@require_POST
@needs("contact.trace")
def take_in_visits(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Keeps the visits of a file."""
    file = actions.take_in(_file(request, file_id).id, by=signed_in(request).label, at=clock.now())
    kept = file.counts["kept"]
    notices.success(request, ngettext("%(count)s visit is kept.", "%(count)s visits are kept.", kept) % {"count": kept})
    return redirect("visit_file", file_id)


def _file(request: HttpRequest, file_id: UUID) -> VisitFile:
    found = scope(signed_in(request), VisitFile.objects.defer("sealed").filter(id=file_id)).first()
    if found is None:
        raise Http404
    return found


def _mapped(form: MappingForm, file: VisitFile) -> bool:
    try:
        actions.map_file(file.id, form.mapping())
    except Refused as refused:
        form.add_error(None, _refusal(refused))
        return False
    return True


def _refusal(refused: Refused) -> str:
    said = {
        "visit.columns": _("Say at least which columns hold person, place and arrival."),
        "visit.file": _("This is no CSV or XLSX with a head row and at least one row below it."),
        "visit.file_large": _("The file is too large; split it."),
        "visit.file_gone": _("This file was taken in or forgotten; hand it in anew."),
    }
    if refused.code not in said:
        raise refused
    return said[refused.code]


def _title(file: VisitFile) -> str:
    if file.kept_at:
        return _("%(name)s: %(kept)s visits kept") % {"name": file.name, "kept": file.counts.get("kept", 0)}
    words = {"name": file.name, "good": file.counts["good"], "rows": file.counts["rows"]}
    return _("%(name)s: %(good)s of %(rows)s rows can be kept") % words


def _stats(file: VisitFile) -> list[Stat]:
    stats = [
        Stat(lazy("Rows"), file.counts["rows"]),
        Stat(lazy("Good"), file.counts["good"]),
        Stat(lazy("With faults"), file.counts["bad"]),
    ]
    if file.kept_at:
        stats.append(Stat(lazy("Known before"), file.counts.get("known", 0)))
    return stats


def _faults(file: VisitFile) -> Table:
    columns = [
        Column("row", lazy("Row"), kind="number"),
        Column("field", pgettext_lazy("visits", "Column")),
        Column("cause", lazy("What is wrong")),
    ]
    rows = [
        {"id": number, "row": row, "field": FIELDS[field], "cause": CAUSES[cause]}
        for number, (row, field, cause) in enumerate(file.faults)
    ]
    empty = Empty(lazy("No row has a fault."))
    caption = lazy("Rows with faults; they are left out")
    return Table(name="visit-faults", caption=caption, columns=columns, rows=rows, empty=empty, files=True)


addresses: list[URLPattern] = [
    path("response/visits/new", new_visit_file, name="new_visit_file"),
    path("response/visits/<uuid:file_id>", visit_file, name="visit_file"),
    path("response/visits/<uuid:file_id>/take-in", take_in_visits, name="take_in_visits"),
]
