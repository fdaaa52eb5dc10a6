"""Pages of instruments: adding one by a sample of its files, naming its columns."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from yinghuo.console import pieces
from yinghuo.console.tables import Column, Table
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import may, needs
from yinghuo.desks.sampling.actions.laboratory import Technician
from yinghuo.desks.sampling.actions.laboratory.instruments import map_columns, save_instrument
from yinghuo.desks.sampling.models import AssayKit, Instrument
from yinghuo.desks.sampling.views.laboratory.reading import attempt, laboratory_tabs, technician
from yinghuo.engines.instrument_files import Columns

TARGET = "target:"
GUESSES = {"key": r"^well|孔|^sample|样", "target": r"^target|靶|^gene|基因", "ct": r"^(ct|cq)\b|^ct值"}


class InstrumentForm(forms.Form):
    """An instrument and a sample of its files."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=lazy("Instrument"), max_length=80)
    file = forms.FileField(
        label=lazy("A sample of its files"), help_text=lazy("CSV or XLSX; only its first lines are looked at.")
    )


class ColumnsForm(forms.Form):
    """Which column holds what. One row for each target, or one row with a column for each target."""

    by = forms.ChoiceField(
        label=lazy("A row names"), choices=[("well", lazy("the well")), ("tube", lazy("the tube code"))]
    )
    key = forms.ChoiceField(label=lazy("Column of the well or tube"))
    target = forms.ChoiceField(label=lazy("Column of the target’s name"), required=False)
    ct = forms.ChoiceField(
        label=lazy("Column of the Ct"),
        help_text=lazy("For files with a row for each target. Leave both empty if each target has its own column."),
        required=False,
    )
    names = forms.CharField(
        label=lazy("What the file calls the targets"),
        help_text=lazy("A line each, where it differs from the kit: FAM = ORF1ab"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=600,
    )

    def __init__(self, instrument: Instrument, data: Any = None) -> None:
        self.known = _targets()
        head = instrument.sample.get("head", [])
        super().__init__(data, initial=_initial(instrument.mapping) or _guessed(head, self.known))
        columns = [("", "–"), *((name, name) for name in head if name)]
        for name in self.known:
            field = forms.ChoiceField(label=_("Column of %(target)s") % {"target": name}, required=False)
            self.fields[TARGET + name] = field
        for name in ("key", "target", "ct", *(TARGET + name for name in self.known)):
            self.fields[name].choices = columns  # type: ignore[attr-defined]

    def clean_names(self) -> dict[str, str]:
        """Each line as the file's word and the kit's."""
        pairs = [line.partition("=") for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if not all(said.strip() and ours.strip() for said, _sign, ours in pairs):
            raise forms.ValidationError(_("Write each line as: word in the file = target of the kit"))
        return {said.strip(): ours.strip() for said, _sign, ours in pairs}

    def columns(self) -> Columns:
        """The mapping as chosen."""
        typed = self.cleaned_data
        own = {name: typed[TARGET + name] for name in self.known if typed[TARGET + name]}
        if own:
            return Columns(typed["by"], typed["key"], targets=own)
        return Columns(typed["by"], typed["key"], target=typed["target"], ct=typed["ct"], names=typed["names"])


@require_http_methods(["GET", "POST"])
@needs("laboratory.see")
def instruments(request: HttpRequest) -> HttpResponse:
    """Instruments of the laboratory; adds one by a sample of its files."""
    who = technician(request)
    form = InstrumentForm(request.POST or None, request.FILES or None, initial={"id": new_id()})
    if request.method == "POST" and may(request.user, "laboratory.work") and (saved := _saved(form, who)):
        return redirect("instrument", saved.id)
    table = _table(list(who.seen(Instrument.objects.order_by("name"))))
    context = {"title": _("Instruments and their files"), "form": form, "table": table}
    context |= {"tabs": laboratory_tabs(request, "instruments"), "may_work": may(request.user, "laboratory.work")}
    return render(request, "sampling/laboratory_instruments.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("laboratory.work")
def instrument(request: HttpRequest, instrument_id: UUID) -> HttpResponse:
    """Names the columns of an instrument's files, beside the first rows of the sample."""
    who = technician(request)
    one = get_object_or_404(who.seen(Instrument.objects.all()), id=instrument_id)
    form = ColumnsForm(one, request.POST or None)
    mapped = attempt(form, lambda: map_columns(one.id, form.columns(), who=who)) if request.method == "POST" else None
    if mapped:
        messages.success(request, _("The columns of %(name)s are named.") % {"name": one.name})
        return redirect("instruments")
    context = {"title": _("Columns of %(name)s") % {"name": one.name}, "form": form, "instrument": one}
    context |= {"table": _sample(one), "tabs": laboratory_tabs(request, "instruments")}
    return render(request, "sampling/laboratory_instrument.html", context, status=422 if form.errors else 200)


def _saved(form: InstrumentForm, who: Technician) -> Instrument | None:
    def act() -> Instrument:
        typed = form.cleaned_data
        return save_instrument(typed["id"], typed["name"], typed["file"].file, who=who)

    return attempt(form, act)


def _targets() -> list[str]:
    """All that the kits measure, internal controls last."""
    rows = list(AssayKit.objects.order_by("name", "valid_from"))
    names = [one["name"] for row in rows for one in row.targets] + [row.internal_control for row in rows]
    return [name for name in dict.fromkeys(names) if name]


def _initial(mapping: Mapping[str, Any]) -> dict[str, Any]:
    if not mapping:
        return {}
    own = {TARGET + name: column for name, column in mapping["targets"].items()}
    names = "\n".join(f"{said} = {ours}" for said, ours in mapping["names"].items())
    return {name: mapping[name] for name in ("by", "key", "target", "ct")} | {"names": names} | own


def _guessed(head: Sequence[str], known: Sequence[str]) -> dict[str, Any]:
    """What the columns' own names suggest; a person confirms it."""
    found: dict[str, Any] = {}
    for name, pattern in GUESSES.items():
        found[name] = next((column for column in head if re.search(pattern, column, re.IGNORECASE)), "")
    if found["target"] and found["ct"]:
        return found
    own = {TARGET + name: rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])" for name in known}
    return found | {place: next((c for c in head if re.search(pattern, c)), "") for place, pattern in own.items()}


def _table(rows: Sequence[Instrument]) -> Table:
    columns = [
        Column("name", lazy("Instrument"), link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("columns", lazy("Columns")),
    ]
    shown = []
    for row in rows:
        named = Columns(**row.mapping).needed if row.mapping else []
        done = pieces.State("done", lazy("columns named"))
        state = done if named else pieces.State("waiting", lazy("columns not named yet"))
        href = reverse("instrument", args=[row.id])
        shown.append({"id": row.id, "name": row.name, "state": state, "columns": " · ".join(named), "href": href})
    empty = pieces.Empty(lazy("No instrument is known yet. Take a sample of its files below."))
    return Table(name="instruments", caption=lazy("Instruments"), columns=columns, rows=shown, empty=empty)


def _sample(one: Instrument) -> Table:
    head = one.sample.get("head", [])
    columns = [Column(str(place), name or "–") for place, name in enumerate(head)]
    rows = [
        {"id": number} | {str(place): (row[place] if place < len(row) else "") for place in range(len(head))}
        for number, row in enumerate(one.sample.get("rows", []))
    ]
    empty = pieces.Empty(lazy("The sample has no row below its head line."))
    return Table(
        name="sample", caption=lazy("First rows of the sample"), columns=columns, rows=rows, empty=empty, wide=True
    )
