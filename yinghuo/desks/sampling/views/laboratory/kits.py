"""Pages of assay kits: every dated row with its limits and source, and adding one."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports, pieces
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import may, needs
from yinghuo.desks.sampling.actions.laboratory.kits import add_kit
from yinghuo.desks.sampling.models import AssayKit
from yinghuo.desks.sampling.views.laboratory.reading import attempt, laboratory_tabs, technician
from yinghuo.engines.assays import Kit, Target

TARGET = re.compile(r"(\S+)\s+([\d.]+)(?:\s+([\d.]+))?\Z")
CONTROL = re.compile(r"(\S+)\s+(positive|negative|blank|阳性|阴性|空白)\Z")
KINDS = {"阳性": "positive", "阴性": "negative", "空白": "blank"}
KIND_WORDS = {"positive": lazy("positive"), "negative": lazy("negative"), "blank": lazy("blank")}


class KitForm(forms.Form):
    """A row of a kit."""

    name = forms.CharField(label=lazy("Kit"), max_length=80)
    valid_from = forms.DateField(label=lazy("In force from"), widget=forms.DateInput(attrs={"type": "date"}))
    targets = forms.CharField(
        label=lazy("Targets"),
        help_text=lazy("A line each: name, positive below this Ct, grey below this Ct. ORF1ab 38 40"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=400,
    )
    positive_needs = forms.IntegerField(
        label=lazy("Targets a positive needs"),
        help_text=lazy("Fewer than these are grey: the tube is assayed again."),
        min_value=1,
        max_value=20,
        initial=2,
    )
    internal_control = forms.CharField(label=lazy("Internal control"), required=False, max_length=20)
    control_valid_below_ct = forms.FloatField(
        label=lazy("Control valid below Ct"), min_value=0.01, max_value=99, initial=40
    )
    controls = forms.CharField(
        label=lazy("Controls of a plate"),
        help_text=lazy("A line each: well and positive, negative or blank. H12 positive"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        initial="G12 negative\nH12 positive",
    )
    source = forms.CharField(
        label=lazy("Source"), help_text=lazy("Where the limits are written: leaflet, edition, page."), max_length=400
    )

    def clean_targets(self) -> tuple[Target, ...]:
        """Each line as a target; one limit alone means no grey zone."""
        found = [TARGET.match(line.strip()) for line in self.cleaned_data["targets"].splitlines() if line.strip()]
        try:
            return tuple(Target(one[1], float(one[2]), float(one[3] or one[2])) for one in found if one)
        finally:
            if not all(found):
                raise forms.ValidationError(_("Write each line as a name and one or two numbers: ORF1ab 38 40"))

    def clean_controls(self) -> dict[str, str]:
        """Each line as a well and what stands in it."""
        found = [CONTROL.match(line.strip()) for line in self.cleaned_data["controls"].splitlines() if line.strip()]
        if not all(found):
            raise forms.ValidationError(_("Write each line as a well and positive, negative or blank: H12 positive"))
        return {one[1].upper(): KINDS.get(one[2], one[2]) for one in found if one}

    def kit(self) -> Kit:
        """The row as typed."""
        typed = self.cleaned_data
        return Kit(
            typed["name"].strip(),
            typed["targets"],
            typed["internal_control"].strip() or None,
            typed["control_valid_below_ct"],
            typed["positive_needs"],
            typed["valid_from"],
            typed["source"].strip(),
        )


@require_safe
@needs("laboratory.see")
def kits(request: HttpRequest) -> HttpResponse:
    """All rows of all kits, the one in force marked."""
    rows = list(AssayKit.objects.order_by("name", "-valid_from", "-id"))
    table = _table(rows, technician(request).now.date())
    context = {"title": _("Assay kits and their limits"), "table": table, "tabs": laboratory_tabs(request, "kits")}
    context["may_add"] = may(request.user, "laboratory.release")
    return exports.asked(request, table) or render(request, "sampling/laboratory_kits.html", context)


@require_http_methods(["GET", "POST"])
@needs("laboratory.release")
def new_kit(request: HttpRequest) -> HttpResponse:
    """Adds a row; what was decided by earlier rows stays."""
    who = technician(request)
    form = KitForm(request.POST or None)
    if request.method == "POST":
        added = attempt(form, lambda: add_kit(form.kit(), controls=form.cleaned_data["controls"], who=who))
        if added:
            messages.success(request, _("Added. These limits hold from %(day)s on.") % {"day": added.valid_from})
            return redirect("kits")
    context = {"title": _("Add limits of a kit"), "form": form, "tabs": laboratory_tabs(request, "kits")}
    return render(request, "sampling/laboratory_new_kit.html", context, status=422 if form.errors else 200)


def _table(rows: Sequence[AssayKit], today: Any) -> Table:
    columns = [
        Column("name", lazy("Kit"), note="source"),
        Column("state", lazy("State"), kind="state"),
        Column("valid_from", lazy("In force from"), kind="day"),
        Column("targets", lazy("Positive below, grey below"), unit=lazy("Ct")),
        Column("positive_needs", lazy("Targets needed"), kind="number"),
        Column("control", lazy("Internal control below"), unit=lazy("Ct")),
        Column("controls", lazy("Controls of a plate")),
    ]
    seen: set[str] = set()
    shown = []
    for row in rows:
        begun, first = row.valid_from <= today, row.name not in seen
        seen |= {row.name} if begun else set()
        shown.append(_row(row) | {"state": _state(begun=begun, first=first)})
    empty = pieces.Empty(lazy("No kit is known yet."), lazy("Add limits of a kit"), reverse("new_kit"))
    return Table(name="kits", caption=lazy("Kits"), columns=columns, rows=shown, empty=empty, files=True)


def _state(*, begun: bool, first: bool) -> pieces.State:
    if not begun:
        return pieces.State("waiting", lazy("later"))
    return pieces.State("done", lazy("in force")) if first else pieces.State("off", lazy("earlier"))


def _row(row: AssayKit) -> dict[str, Any]:
    limits = [f"{one['name']} {one['positive_below_ct']}/{one['grey_below_ct']}" for one in row.targets]
    wells = [f"{well} {KIND_WORDS[kind]}" for well, kind in sorted(row.controls.items())]
    control = f"{row.internal_control} {float(row.control_valid_below_ct):g}" if row.internal_control else "–"
    return {
        "id": row.pk,
        "name": row.name,
        "source": row.source,
        "valid_from": row.valid_from,
        "targets": " · ".join(limits),
        "positive_needs": row.positive_needs,
        "control": control,
        "controls": " · ".join(wells),
    }
