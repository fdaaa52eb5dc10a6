"""Hospitals and isolation sites: what is free; rooms added, capacity told."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports
from yinghuo.console.clock import now
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core import ledger
from yinghuo.core.parties.queries import parties
from yinghuo.core.people.access import covers, may, needs, require, scope, signed_in
from yinghuo.desks.response.actions import facilities as actions
from yinghuo.desks.response.models import BedKind, Facility, FacilityKind, Room, RoomSort
from yinghuo.desks.response.queries import facilities as free
from yinghuo.desks.response.queries import stays as queries
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.tracks.reading import carried_out


class NewSite(forms.Form):
    """A place where people are taken."""

    kind = forms.ChoiceField(label=lazy("Sort of place"), choices=FacilityKind.choices)
    party_id = forms.ChoiceField(label=lazy("Hospital"), help_text=lazy("For a hospital alone."), required=False)
    name_zh = forms.CharField(label=lazy("Chinese name of the site"), max_length=80)
    name_en = forms.CharField(label=lazy("English name of the site"), max_length=80, required=False)
    area_code = forms.RegexField(label=lazy("Area code"), regex=r"^[0-9]{2,12}$")
    address = forms.CharField(label=lazy("Address"), max_length=200, required=False)
    lat = forms.FloatField(label=lazy("Latitude, degrees"), min_value=-90, max_value=90)
    lon = forms.FloatField(label=lazy("Longitude, degrees"), min_value=-180, max_value=180)


class NewRooms(forms.Form):
    """Rooms that are alike, by their codes."""

    codes = forms.RegexField(
        label=lazy("Room numbers"),
        help_text=lazy("With spaces between them."),
        max_length=2000,
        regex=r"^\S{1,20}(\s+\S{1,20})*$",
        error_messages={"invalid": lazy("A room number has at most 20 characters; put spaces between them.")},
    )
    beds = forms.IntegerField(label=lazy("Beds in each"), min_value=1, max_value=12, initial=1)
    sort = forms.ChoiceField(label=lazy("For whom"), choices=RoomSort.choices)
    accessible = forms.BooleanField(label=lazy("Without stairs"), required=False)


class Told(forms.Form):
    """What a hospital told."""

    bed_kind = forms.ChoiceField(label=lazy("Kind of bed"), choices=BedKind.choices)
    beds = forms.IntegerField(
        label=lazy("Beds for the response, from now on"), min_value=0, max_value=actions.MOST_BEDS
    )


@require_safe
@needs("event.see")
def sites(request: HttpRequest) -> HttpResponse:
    """All places of the area with what is free."""
    user = signed_in(request)
    rows = queries.facilities(user)
    table = _table(rows)
    title = ngettext("%(count)s place to take people to", "%(count)s places to take people to", len(rows))
    context = {"title": title % {"count": len(rows)}, "table": table, "tabs": response_tabs(user, "stays")}
    context["may_manage"] = may(user, "event.manage")
    return exports.asked(request, table) or render(request, "response/stay_sites.html", context)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def new_site(request: HttpRequest) -> HttpResponse:
    """Registers a place."""
    user, form = signed_in(request), NewSite(request.POST or None)
    hospitals = [(str(one.id), one.name) for one in parties(user, kind="hospital")]
    form.fields["party_id"].choices = [("", "–"), *hospitals]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _added(request, form)):
        return redirect("facilities")
    context = {"title": _("A place to take people to"), "form": form, "verb": _("Register the place")}
    context |= {"back": reverse("facilities"), "tabs": response_tabs(user, "stays")}
    return render(request, "response/track_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("event.see")
def site(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """One place: its rooms with who holds them, or its beds; adds rooms, takes down what was told."""
    user = signed_in(request)
    found = get_object_or_404(scope(user, Facility.objects.all()), id=facility_id)
    form = (Told if found.kind == FacilityKind.HOSPITAL else NewRooms)(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _grown(request, found, form)):
        return redirect("facility", found.id)
    table = _beds(found) if found.kind == FacilityKind.HOSPITAL else _rooms(found)
    context = {"title": found.name, "facility": found, "table": table, "form": form, "verb": _("Add")}
    context |= {"tabs": response_tabs(user, "stays"), "may_manage": _manages(request, found)}
    return exports.asked(request, table) or render(
        request, "response/stay_site.html", context, status=422 if form.errors else 200
    )


def _manages(request: HttpRequest, found: Facility) -> bool:
    user = signed_in(request)
    return may(user, "event.manage") and covers(user, found.area_code)


def _added(request: HttpRequest, form: NewSite) -> Facility:
    user, given = signed_in(request), dict(form.cleaned_data)
    require(user, "event.manage", area_code=given["area_code"])
    given["party_id"] = UUID(given["party_id"]) if given["party_id"] else None
    return actions.add_facility(actions.NewFacility(id=ledger.new_id(), **given), by=user.label, at=now())


def _grown(request: HttpRequest, found: Facility, form: forms.Form) -> object:
    user, given = signed_in(request), dict(form.cleaned_data)
    require(user, "event.manage", area_code=found.area_code)
    said: dict[str, Any] = {"by": user.label, "at": now()}
    if isinstance(form, Told):
        return actions.tell_capacity(found.id, given["bed_kind"], beds=given["beds"], **said)
    codes = dict.fromkeys(given.pop("codes").split())
    return actions.add_rooms(found.id, [actions.NewRoom(code, **given) for code in codes], **said)


def _table(rows: list[Facility]) -> Table:
    ids = [one.id for one in rows]
    beds, rooms, people = free.hospital_beds(ids, at=now()), free.free_rooms(ids), queries.occupied(ids)
    columns = [
        Column("name", lazy("Place"), link="href", note="address"),
        Column("kind", lazy("Sort of place")),
        Column("free", lazy("Beds free"), kind="number"),
        Column("held", lazy("Beds held"), kind="number"),
        Column("rooms", lazy("Rooms free"), kind="number"),
    ]
    shown = []
    for one in rows:
        told = beds.get(one.id, {})
        mine = [room for room in rooms if room.facility_id == one.id]
        hospital = one.kind == FacilityKind.HOSPITAL
        shown.append(
            {
                "id": one.id,
                "name": one.name,
                "href": reverse("facility", args=[one.id]),
                "address": one.address,
                "kind": one.get_kind_display(),
                "free": sum(max(have - held, 0) for have, held in told.values())
                if hospital
                else sum(room.beds for room in mine),
                "held": sum(held for _have, held in told.values()) if hospital else people.get(one.id, (0, 0))[0],
                "rooms": None if hospital else len(mine),
            }
        )
    empty = Empty(lazy("No place is registered in your area."), lazy("Register hospitals and isolation sites first."))
    return Table(name="facilities", caption=lazy("Places"), columns=columns, rows=shown, empty=empty, files=True)


def _rooms(found: Facility) -> Table:
    columns = [
        Column("code", lazy("Room"), kind="code"),
        Column("state", lazy("State"), kind="state"),
        Column("sort", lazy("For whom")),
        Column("beds", lazy("Beds"), kind="number"),
        Column("people", lazy("People in it"), kind="number"),
        Column("accessible", lazy("Without stairs")),
    ]
    held = queries.people_by_room(found.id)
    rows = [_room(room, held.get(room.id, 0)) for room in found.rooms.order_by("code")]
    empty = Empty(lazy("No room is known yet."), lazy("Add the rooms below."))
    return Table(name="rooms", caption=lazy("Rooms"), columns=columns, rows=rows, empty=empty, files=True)


def _room(room: Room, people: int) -> dict[str, Any]:
    state = State("running", _("somebody is in it")) if people else State("done", _("free"))
    shown = {name: getattr(room, name) for name in ("id", "code", "beds")}
    words = {"sort": room.get_sort_display(), "accessible": _("yes") if room.accessible else ""}
    return shown | words | {"state": State("off", _("out of use")) if room.withdrawn_at else state, "people": people}


def _beds(found: Facility) -> Table:
    columns = [
        Column("kind", lazy("Kind of bed")),
        Column("told", lazy("Told of"), kind="number"),
        Column("held", lazy("Beds held"), kind="number"),
        Column("free", lazy("Beds free"), kind="number"),
    ]
    told = free.hospital_beds([found.id], at=now()).get(found.id, {})
    rows = [
        {"id": kind, "kind": BedKind(kind).label, "told": have, "held": held, "free": max(have - held, 0)}
        | {"late": held > have}
        for kind, (have, held) in told.items()
    ]
    empty = Empty(lazy("The hospital has not told of any bed."))
    return Table(name="beds", caption=lazy("Beds"), columns=columns, rows=rows, empty=empty, files=True)
