"""Pages: venues of the area, an event's places by risk of exposure, one venue with its visits, registering one."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Table
from yinghuo.core.areas.queries import name_of
from yinghuo.core.people.access import covers, may, needs, scope, signed_in
from yinghuo.desks.response.actions.visits import NewVenue, register_venue
from yinghuo.desks.response.models import Event, Ventilation, Venue, VenueKind
from yinghuo.desks.response.queries import contacts_venues as queries
from yinghuo.desks.response.views import venues_files, venues_interview
from yinghuo.desks.response.views import venues_tables as tables
from yinghuo.desks.response.views.frame import response_tabs

ROWS = 50


class VenueForm(forms.Form):
    """A place to be registered; `key` makes sending it twice the same as once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name_zh = forms.CharField(label=lazy("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=lazy("Name in English"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=lazy("Kind of place"), choices=[(one.value, capfirst(one.label)) for one in VenueKind]
    )
    ventilation = forms.ChoiceField(
        label=lazy("Air"), choices=[(one.value, capfirst(one.label)) for one in Ventilation], initial="unknown"
    )
    area_code = forms.RegexField(label=lazy("Area code"), regex="^([0-9]{6}|[0-9]{9}|[0-9]{12})$")
    building = forms.CharField(label=lazy("Building or line"), max_length=100, required=False)


@require_safe
@needs("event.see")
def venues(request: HttpRequest) -> HttpResponse:
    """Venues of the reader's area."""
    user, here = signed_in(request), request.GET.get("after", "")
    kind, text = request.GET.get("kind", ""), request.GET.get("text", "").strip()[:60]
    kind = kind if kind in VenueKind.values else ""
    found = queries.after(queries.venues(user, kind=kind, text=text), place(here, str, UUID))
    rows = list(found[: ROWS + 1])
    shown = rows[:ROWS]
    follows = (shown[-1].name_zh, shown[-1].id) if len(rows) > ROWS else None
    table = tables.listed(shown, pager(len(shown), after=follows, here=here), filtered=bool(kind or text))
    context = {
        "title": _("Venues, and the visits that are known"),
        "tabs": response_tabs(user, "contacts"),
        "text": text,
        "choices": tables.choices(kind),
        "table": table,
        "may_trace": may(user, "contact.trace"),
    }
    return exports.asked(request, table) or render(request, "response/venues.html", context)


@require_safe
@needs("event.see")
def event_venues(request: HttpRequest, number: str) -> HttpResponse:
    """The places of an event by risk of exposure."""
    user = signed_in(request)
    event = scope(user, Event.objects.filter(number=number)).first()
    if event is None:
        raise Http404
    table = tables.by_risk(queries.ranked(event))
    context = {
        "title": _("%(number)s · places by risk of exposure") % {"number": number},
        "tabs": response_tabs(user, "contacts"),
        "event": event,
        "table": table,
    }
    return exports.asked(request, table) or render(request, "response/venues_event.html", context)


@require_safe
@needs("event.see")
def venue(request: HttpRequest, venue_id: UUID) -> HttpResponse:
    """One venue: what it is, its visits by day; the visits themselves for who traces."""
    user, one = signed_in(request), venue_of(request, venue_id)
    context = {
        "title": one.name,
        "tabs": response_tabs(user, "contacts"),
        "venue": one,
        "facts": tables.facts(one, name_of(one.area_code)),
        "table": tables.by_day(queries.days(one), one),
        "visits": _visits(request, one) if may(user, "contact.trace") else None,
    }
    return render(request, "response/venue.html", context)


@require_http_methods(["GET", "POST"])
@needs("contact.trace")
def new_venue(request: HttpRequest) -> HttpResponse:
    """Registers a venue."""
    user = signed_in(request)
    form = VenueForm(request.POST or None, initial={"key": uuid4(), "area_code": user.area_code})
    if form.is_bound and form.is_valid() and not covers(user, form.cleaned_data["area_code"]):
        form.add_error("area_code", _("This area is not in yours."))
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        made = register_venue(NewVenue(id=given.pop("key"), **given), by=user.label, at=clock.now())
        notices.success(request, _("Registered: %(name)s") % {"name": made.name})
        return redirect("venue", made.id)
    context = {"title": _("Register a venue"), "tabs": response_tabs(user, "contacts"), "form": form}
    context |= {"verb": _("Register"), "back": reverse("venues")}
    return render(request, "response/contacts_form.html", context, status=422 if form.errors else 200)


def venue_of(request: HttpRequest, venue_id: UUID) -> Venue:
    """A venue of the reader's area; Http404 for another."""
    found = queries.venue(signed_in(request), venue_id)
    if found is None:
        raise Http404
    return found


def _visits(request: HttpRequest, one: Venue) -> Table:
    here = request.GET.get("after", "")
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = None
    rows = queries.visits(one, day=day, after=place(here, datetime.fromisoformat, UUID), limit=ROWS + 1)
    shown = rows[:ROWS]
    follows = (shown[-1].begins_at.isoformat(), shown[-1].id) if len(rows) > ROWS else None
    return tables.of_place(shown, pager(len(shown), after=follows, here=here))


addresses: list[URLPattern] = [
    path("response/venues", venues, name="venues"),
    path("response/venues/new", new_venue, name="new_venue"),
    path("response/venues/<uuid:venue_id>", venue, name="venue"),
    path("response/events/<str:number>/venues", event_venues, name="event_venues"),
    *venues_files.addresses,
    *venues_interview.addresses,
]
