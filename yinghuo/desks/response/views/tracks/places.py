"""Places to disinfect: dose and mix by the handbook, done after who was there has left, checked by another."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import exports
from yinghuo.console.clock import now
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import covers, may, needs, require, signed_in
from yinghuo.desks.response.actions import disinfection
from yinghuo.desks.response.models import CheckMethod, Disinfection, Event, Transfer, Venue
from yinghuo.desks.response.rules.disinfection import Agent, Target, dose_of
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.tracks.reading import carried_out, event_or_404, managed
from yinghuo.desks.response.views.words import who

PER_CENT_MG_L = 10_000


class Place(forms.Form):
    """A place and what is treated there; the mix follows from it."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    place = forms.CharField(label=lazy("Which place"), max_length=80)
    target = forms.ChoiceField(label=lazy("What is disinfected"), choices=Target.choices)
    area_m2 = forms.DecimalField(label=lazy("Area, m²"), min_value=0, max_digits=9, decimal_places=2, required=False)
    litres = forms.DecimalField(
        label=lazy("Solution, litres"),
        help_text=lazy("For excreta, waste water, tableware and cloth, which are not counted by area."),
        min_value=0,
        max_digits=9,
        decimal_places=3,
        required=False,
    )
    stock_percent = forms.DecimalField(
        label=lazy("Stock, % available chlorine or peroxide"), initial=5, min_value=0, max_value=100, decimal_places=2
    )
    after = forms.ChoiceField(label=lazy("After the ride of"), required=False)

    def __init__(self, event: Event, data: Any = None) -> None:
        super().__init__(data, initial={"id": uuid4()})
        rides = Transfer.objects.filter(event=event, freed_at__isnull=True).select_related("case")
        named = [(str(ride.id), ride.case.number if ride.case else who(ride.person)) for ride in rides]
        self.fields["after"].choices = [("", _("nobody was there")), *named]  # type: ignore[attr-defined]


class Check(forms.Form):
    """What a check found."""

    method = forms.ChoiceField(label=lazy("Method"), choices=CheckMethod.choices)
    value = forms.DecimalField(label=lazy("Value"), min_value=0, max_digits=10, decimal_places=2)


@require_safe
@needs("event.see")
def places(request: HttpRequest, number: str) -> HttpResponse:
    """The places of an event with dose, mix and check; and the handbook."""
    event, user = event_or_404(request, number), signed_in(request)
    rows = list(Disinfection.objects.filter(event=event).select_related("after", "room").order_by("listed_at", "id"))
    manages = may(user, "event.manage") and covers(user, event.area_code)
    table = _table(rows)
    title = ngettext(
        "%(number)s · %(count)s place to disinfect", "%(number)s · %(count)s places to disinfect", len(rows)
    )
    context = {
        "title": title % {"number": event.number, "count": len(rows)},
        "tabs": response_tabs(user, "events"),
        "event": event,
        "table": table,
        "waiting": [{"place": row, "name": _name(row, {})} for row in rows if not row.passed] if manages else [],
        "handbook": _handbook(),
        "may_manage": manages,
    }
    return exports.asked(request, table) or render(request, "response/track_places.html", context)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def new_place(request: HttpRequest, number: str) -> HttpResponse:
    """Lists a place; dose and mix are worked out and shown on the list."""
    event, user = event_or_404(request, number), signed_in(request)
    require(user, "event.manage", area_code=event.area_code)
    form = Place(event, request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _listed(request, event, form)):
        return redirect("places", event.number)
    context = {"title": _("%(number)s · a place to disinfect") % {"number": event.number}, "form": form}
    context |= {"verb": _("Work out the mix and list it"), "back": reverse("places", args=[number])}
    context["tabs"] = response_tabs(user, "events")
    return render(request, "response/track_form.html", context, status=422 if form.errors else 200)


@require_POST
@needs("event.manage")
def done(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """The place was treated."""
    place = managed(request, Disinfection, place_id)
    disinfection.apply(place.id, by=signed_in(request).label, at=now())
    return redirect("places", place.event.number)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def check(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """The effect was measured."""
    place, user = managed(request, Disinfection, place_id), signed_in(request)
    form = Check(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "by": user.label, "at": now()}
        if carried_out(form, lambda: disinfection.check(place.id, **said)):
            return redirect("places", place.event.number)
    context = {"title": _("Check of %(place)s") % {"place": place.place}, "form": form, "verb": _("Keep the check")}
    context |= {"tabs": response_tabs(user, "events"), "back": reverse("places", args=[place.event.number])}
    return render(request, "response/track_form.html", context, status=422 if form.errors else 200)


def _listed(request: HttpRequest, event: Event, form: Place) -> Disinfection:
    given = dict(form.cleaned_data)
    stock = int(given.pop("stock_percent") * PER_CENT_MG_L)
    after = given.pop("after")
    new = disinfection.NewPlace(
        event_id=event.id,
        area_code=event.area_code,
        stock_mg_l=stock,
        after_id=UUID(after) if after else None,
        **given,
    )
    return disinfection.list_place(new, by=signed_in(request).label, at=now())


def _table(rows: list[Disinfection]) -> Table:
    columns = [
        Column("place", lazy("Place"), note="target"),
        Column("state", lazy("State"), kind="state"),
        Column("dose", lazy("Dose"), kind="number", unit="mg/L", note="agent"),
        Column("contact_min", lazy("Acts for"), kind="number", unit="min"),
        Column("litres", lazy("Solution"), kind="number", unit="L"),
        Column("stock_l", lazy("Stock"), kind="number", unit="L", note="stock"),
        Column("water_l", lazy("Water"), kind="number", unit="L"),
        Column("checked", lazy("Effect found")),
    ]
    venues = {venue.id: venue.name_zh for venue in Venue.objects.filter(id__in=[row.venue_id for row in rows])}
    shown = [
        {
            "id": row.id,
            "place": _name(row, venues),
            "target": Target(row.target).label,
            "state": _state(row),
            "dose": row.dose_mg_l,
            "agent": Agent(row.agent).label,
            "stock": _("of %(percent)s %%") % {"percent": _percent(row.stock_mg_l)},
            "checked": f"{row.get_check_method_display()} {row.check_value}" if row.check_method else "",
        }
        | {name: getattr(row, name) for name in ("contact_min", "litres", "stock_l", "water_l")}
        for row in rows
    ]
    empty = Empty(lazy("No place is listed yet."), lazy("List the places where cases were, with area and target."))
    return Table(
        name="places", caption=lazy("Places to disinfect"), columns=columns, rows=shown, empty=empty, files=True
    )


def _name(row: Disinfection, venues: dict[UUID, str]) -> str:
    return row.place or venues.get(row.venue_id, "") or (row.room.code if row.room else "")  # type: ignore[arg-type]


def _percent(mg_l: int) -> str:
    return f"{(Decimal(mg_l) / PER_CENT_MG_L).normalize():f}"


def _state(row: Disinfection) -> State:
    if row.passed:
        return State("done", _("checked, in order"))
    if row.done_at:
        return State("running", _("done, to be checked"))
    if row.check_method:
        return State("wrong", _("check failed, do it again"))
    if row.after and row.after.left_at is None and row.after.freed_at is None:
        return State("waiting", _("waits for the ride"))
    return State("waiting", _("to be done"))


def _handbook() -> Table:
    day = timezone.localdate(now())
    doses = [dose_of(target, day) for target in Target]
    columns = [
        Column("target", lazy("What is disinfected")),
        Column("agent", lazy("With what")),
        Column("mg_l", lazy("Dose"), kind="number", unit="mg/L"),
        Column("contact_min", lazy("Acts for"), kind="number", unit="min"),
        Column("ml_per_m2", lazy("Amount"), kind="number", unit="mL/m²"),
        Column("source", lazy("Source, from memory")),
    ]
    rows = [
        dose._asdict() | {"id": dose.target, "target": dose.target.label, "agent": dose.agent.label} for dose in doses
    ]
    return Table(name="handbook", caption=lazy("Doses of the handbook"), columns=columns, rows=rows)
