"""Rides of an event: where people are taken, what is free and near, the hand-over by both sides."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import exports
from yinghuo.console.clock import now
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import covers, may, needs, require, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import transfers
from yinghuo.desks.response.actions.stays import NewStay, reserve_stay
from yinghuo.desks.response.actions.transfers import NewRide
from yinghuo.desks.response.models import Case, Contact, Event, Transfer
from yinghuo.desks.response.queries import stays as queries
from yinghuo.desks.response.rules.facilities import RideNeed
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.tracks.destinations import destinations
from yinghuo.desks.response.views.tracks.reading import carried_out, event_or_404, managed
from yinghuo.desks.response.views.words import who

REASON = lazy("called off")


class Ride(forms.Form):
    """Who is taken where."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.ChoiceField(label=lazy("Who"))
    to = forms.ChoiceField(label=lazy("Where to"), help_text=lazy("What is free and fits first, then what is near."))
    needs = forms.MultipleChoiceField(
        label=lazy("Needs on the ride"), choices=RideNeed.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, event: Event, data: Any = None) -> None:
        super().__init__(data, initial={"id": uuid4()})
        self.fields["person"].choices = _people(event)  # type: ignore[attr-defined]
        asked = data.getlist("needs") if data else []
        self.fields["to"].choices = destinations(event, asked, at=now())  # type: ignore[attr-defined]


@require_safe
@needs("event.see")
def rides(request: HttpRequest, number: str) -> HttpResponse:
    """All rides of an event with both sides of the hand-over."""
    event, user = event_or_404(request, number), signed_in(request)
    rows = list(queries.rides(event))
    table = _table(rows)
    title = ngettext("%(number)s · %(count)s ride", "%(number)s · %(count)s rides", len(rows))
    context = {
        "title": title % {"number": event.number, "count": len(rows)},
        "tabs": response_tabs(user, "events"),
        "event": event,
        "table": table,
        "waiting": [_acts(ride) for ride in rows if ride.freed_at is None and ride.arrived_at is None],
        "may_manage": may(user, "event.manage") and covers(user, event.area_code),
    }
    return exports.asked(request, table) or render(request, "response/track_rides.html", context)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def new_ride(request: HttpRequest, number: str) -> HttpResponse:
    """Reserves a place and opens the order of the ride."""
    event, user = event_or_404(request, number), signed_in(request)
    require(user, "event.manage", area_code=event.area_code)
    form = Ride(event, request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _reserve(request, event, form)):
        return redirect("rides", event.number)
    context = {"title": _("%(number)s · take somebody somewhere") % {"number": event.number}, "form": form}
    context |= {"verb": _("Reserve the place"), "back": reverse("rides", args=[number])}
    context["tabs"] = response_tabs(user, "events")
    return render(request, "response/track_form.html", context, status=422 if form.errors else 200)


@require_POST
@needs("event.manage")
def act(request: HttpRequest, ride_id: UUID, act: str) -> HttpResponse:
    """Left, arrived, or called off; each side records its own."""
    ride = managed(request, Transfer, ride_id)
    said: Any = {"by": signed_in(request).label, "at": now()}
    if act == "left":
        transfers.leave(ride.id, **said)
    elif act == "arrived":
        transfers.take_in(ride.id, facility_id=ride.facility_id, **said)
    elif act == "freed":
        transfers.free_bed(ride.id, reason=str(REASON), **said)
    else:
        raise Http404(act)
    return redirect("rides", ride.event.number)


def _people(event: Event) -> list[tuple[str, str]]:
    cases = Case.objects.filter(event=event, person__isnull=False, merged_into__isnull=True).order_by("number")
    contacts = Contact.objects.filter(event=event, grade__in=["close", "second"], state="found").order_by("id")[:200]
    named = [(f"case:{case.id}", _("case %(number)s") % {"number": case.number}) for case in cases]
    return named + [(f"contact:{one.id}", f"{one.get_grade_display()} {who(one.person)}") for one in contacts]


@transaction.atomic
def _reserve(request: HttpRequest, event: Event, form: Ride) -> Transfer:
    """A contact who goes to a room gets a stay with it, a case a bed."""
    said: Any = {"by": signed_in(request).label, "at": now()}
    what, _colon, person_id = form.cleaned_data["person"].partition(":")
    one = (Case if what == "case" else Contact).objects.get(id=person_id, event=event)
    to, _colon, place = form.cleaned_data["to"].partition(":")
    new = {"id": form.cleaned_data["id"], "event_id": event.id, "person": one.person, "area_code": one.area_code}
    if to in ("room", "with"):
        room, _colon, whose = place.partition(":")
        stay = NewStay(**new, **_restricted(one), room_id=UUID(room), together=UUID(whose) if whose else None)
        new["stay_id"] = reserve_stay(stay, **said).id
    else:
        new |= {"facility_id": UUID(place.partition(":")[0]), "bed_kind": place.partition(":")[2]}
    new["case_id"] = one.id if isinstance(one, Case) else None
    return transfers.reserve_ride(NewRide(**new, needs=form.cleaned_data["needs"]), **said)


def _restricted(one: Case | Contact) -> dict[str, Any]:
    if isinstance(one, Case):
        raise Refused("ride.case_bed")
    return {"grade": one.grade, "counted_from": one.last_on, "contact_id": one.id}


def _table(rows: list[Transfer]) -> Table:
    columns = [
        Column("person", lazy("Who")),
        Column("state", lazy("State"), kind="state"),
        Column("to", lazy("Where to"), note="place"),
        Column("needs", lazy("Needs on the ride")),
        Column("reserved_at", lazy("Reserved"), kind="moment"),
        Column("left_at", lazy("Handed over at"), kind="moment"),
        Column("arrived_at", lazy("Taken in at"), kind="moment"),
    ]
    shown = [
        {
            "id": ride.id,
            "person": _named(ride),
            "state": _state(ride),
            "to": ride.facility.name,
            "place": _place(ride),
            "needs": " · ".join(str(RideNeed(need).label) for need in ride.needs),
            "reserved_at": ride.reserved_at,
            "left_at": ride.left_at,
            "arrived_at": ride.arrived_at,
        }
        for ride in rows
    ]
    empty = Empty(lazy("Nobody has been taken anywhere yet."))
    return Table(name="rides", caption=lazy("Rides"), columns=columns, rows=shown, empty=empty, files=True)


def _named(ride: Transfer) -> str:
    return ride.case.number if ride.case else who(ride.person)


def _place(ride: Transfer) -> str:
    if ride.stay and ride.stay.occupancy:
        return _("room %(room)s, bed %(bed)s") % {"room": ride.stay.occupancy.room.code, "bed": ride.stay.bed}
    return f"{ride.get_bed_kind_display()} {ride.bed_no}"


def _state(ride: Transfer) -> State:
    if ride.arrived_at:
        wrong = ride.arrived_at_facility_id != ride.facility_id
        return State("wrong", _("taken in elsewhere")) if wrong else State("done", _("recorded on both sides"))
    if ride.freed_at:
        return State("off", _("called off"))
    return State("running", _("on the road")) if ride.left_at else State("waiting", _("reserved"))


def _acts(ride: Transfer) -> dict[str, Any]:
    return {"ride": ride, "who": _named(ride), "place": _place(ride), "left": ride.left_at is not None}
