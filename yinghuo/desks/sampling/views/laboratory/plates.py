"""Pages of plates: the list, making one, one plate with all that can be done with it, its file for the instrument."""

import csv
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import may, needs
from yinghuo.desks.sampling.actions.laboratory import Technician
from yinghuo.desks.sampling.actions.laboratory import plates as actions
from yinghuo.desks.sampling.actions.laboratory.reading import mark_rerun, release_plate, send_back
from yinghuo.desks.sampling.models import Instrument, Plate, PlateState, Well
from yinghuo.desks.sampling.views.laboratory import plate_showing as showing
from yinghuo.desks.sampling.views.laboratory.reading import attempt, kit_choices, laboratory_tabs, technician

ROWS = 50


class PlateForm(forms.Form):
    """A plate to be made."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kit = forms.ChoiceField(label=lazy("Kit"))
    instrument_id = forms.ChoiceField(label=lazy("Instrument"), required=False)
    barcode = forms.CharField(
        label=lazy("Barcode"),
        help_text=lazy("Scan the code on the plate; left empty, one is made."),
        required=False,
        max_length=40,
        validators=[RegexValidator(r"^[0-9A-Za-z][0-9A-Za-z-]{3,39}\Z")],
    )
    pools = forms.IntegerField(label=lazy("Pools, at most"), min_value=0, max_value=94, initial=0)
    most = forms.IntegerField(label=lazy("Tubes, at most"), min_value=0, max_value=94, initial=94)

    def __init__(self, who: Technician, data: Any = None) -> None:
        super().__init__(data, initial={"id": new_id()})
        instruments = who.seen(Instrument.objects.order_by("name"))
        self.fields["kit"].choices = kit_choices()  # type: ignore[attr-defined]
        self.fields["instrument_id"].choices = [("", "–"), *((str(one.id), one.name) for one in instruments)]  # type: ignore[attr-defined]


@require_safe
@needs("laboratory.see")
def plates(request: HttpRequest) -> HttpResponse:
    """Plates of the laboratory, the latest first, of one state if asked."""
    who, here, state = technician(request), request.GET.get("after", ""), request.GET.get("state", "")
    found = who.seen(Plate.objects.order_by("-made_at"))
    found = found.filter(state=state) if state in PlateState.values else found
    after = place(here, datetime.fromisoformat)
    rows = list((found.filter(made_at__lt=after[0]) if after else found)[: ROWS + 1])
    table = showing.plates(rows[:ROWS])
    more = (rows[ROWS - 1].made_at.isoformat(),) if len(rows) > ROWS else None
    table.pager = pager(len(rows[:ROWS]), after=more, here=here)
    context = {"title": _("Plates"), "table": table, "tabs": laboratory_tabs(request, "plates")}
    context["choices"] = [Choice("state", _("State"), PlateState.choices, state)]
    context["may_work"] = may(request.user, "laboratory.work")
    return exports.asked(request, table) or render(request, "sampling/laboratory_plates.html", context)


@require_http_methods(["GET", "POST"])
@needs("laboratory.work")
def new_plate(request: HttpRequest) -> HttpResponse:
    """Makes a plate and fills it with what waits longest."""
    who = technician(request)
    form = PlateForm(who, request.POST or None)
    made = attempt(form, lambda: _made(form.cleaned_data, who)) if request.method == "POST" else None
    if made:
        return redirect("plate", made.id)
    context = {"title": _("Make a plate"), "form": form, "tabs": laboratory_tabs(request, "plates")}
    return render(request, "sampling/laboratory_new_plate.html", context, status=422 if form.errors else 200)


@require_safe
@needs("laboratory.see")
def plate(request: HttpRequest, plate_id: UUID) -> HttpResponse:
    """One plate: the grid, what was read, what to do next."""
    found, wells = _plate_of(request, plate_id)
    who, table = technician(request), showing.readings(wells)
    context = {
        "title": showing.sentence(found, wells),
        "plate": found,
        "state": showing.plate_state(found),
        "grid": showing.cells(found, wells),
        "columns": range(1, 13),
        "barcode": showing.barcode(found.barcode),
        "table": table,
        "pools": sum(well.kind == "pool" for well in wells),
        "may_work": may(request.user, "laboratory.work"),
        "may_release": may(request.user, "laboratory.release") and found.read_by != who.label,
        "tabs": laboratory_tabs(request, "plates"),
    }
    return exports.asked(request, table) or render(request, "sampling/laboratory_plate.html", context)


@require_safe
@needs("laboratory.see")
def plate_for_instrument(request: HttpRequest, plate_id: UUID) -> HttpResponse:
    """The layout as a CSV file for the instrument."""
    found, wells = _plate_of(request, plate_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.barcode}.csv"'
    csv.writer(response).writerows(showing.instrument_lines(wells))
    return response


@require_POST
@needs("laboratory.work")
def act_on_plate(request: HttpRequest, plate_id: UUID, act: str) -> HttpResponse:
    """One of ACTS, said afterwards in a line above the plate."""
    if act not in ACTS:
        raise Http404
    messages.success(request, ACTS[act](request, plate_id, technician(request)))
    return redirect("plate", plate_id)


def _plate_of(request: HttpRequest, plate_id: UUID) -> tuple[Plate, list[Well]]:
    found = get_object_or_404(technician(request).seen(Plate.objects.select_related("instrument")), id=plate_id)
    return found, list(found.wells.select_related("pool").order_by("number"))


def _made(typed: Mapping[str, Any], who: Technician) -> Plate:
    instrument = UUID(typed["instrument_id"]) if typed["instrument_id"] else None
    made = actions.make_plate(actions.NewPlate(typed["id"], typed["kit"], instrument, typed["barcode"]), who=who)
    if made.state == PlateState.FILLING and not made.wells.filter(kind__in=showing.SPECIMENS).exists():
        actions.fill_plate(made.id, who=who, most=typed["most"], pools=typed["pools"])
    return made


def _scan(request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    well = actions.put_tube(plate_id, request.POST.get("tube", "").strip(), who=who)
    return _("Tube %(tube)s is in well %(well)s.") % {"tube": well.tube, "well": showing.well_name(well.number)}


def _fill(_request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    taken = actions.fill_plate(plate_id, who=who)
    return ngettext("%(count)s well was filled.", "%(count)s wells were filled.", taken) % {"count": taken}


def _empty(request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    for number in _marked(request):
        actions.empty_well(plate_id, number, who=who)
    return _("Taken out; these tubes wait again.")


def _start(_request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    actions.start_plate(plate_id, who=who)
    return _("The plate runs.")


def _rerun(request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    mark_rerun(plate_id, _marked(request), who=who)
    return _("Noted. Marked wells are assayed again, the others are released.")


def _release(_request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    release_plate(plate_id, who=who)
    return _("Released. These are results now.")


def _back(request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    send_back(plate_id, reason=request.POST.get("reason", ""), who=who)
    return _("Sent back. The plate is to be read again.")


def _discard(request: HttpRequest, plate_id: UUID, who: Technician) -> str:
    actions.discard_plate(plate_id, reason=request.POST.get("reason", ""), who=who)
    return _("The plate is given up; its tubes wait again.")


def _marked(request: HttpRequest) -> list[int]:
    return [int(one) for one in request.POST.getlist("well") if one.isdecimal()]


ACTS: dict[str, Callable[[HttpRequest, UUID, Technician], str]] = {
    "scan": _scan,
    "fill": _fill,
    "empty": _empty,
    "start": _start,
    "rerun": _rerun,
    "release": _release,
    "back": _back,
    "discard": _discard,
}
