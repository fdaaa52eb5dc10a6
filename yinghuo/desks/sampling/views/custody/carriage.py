"""Carriage of a campaign: what waits, laboratories and vehicles, plans, a plan on the map and against what happened."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.custody import carriage as actions
from yinghuo.desks.sampling.models import Campaign, CarriageLaboratory, CarriagePlan
from yinghuo.desks.sampling.queries.custody import carriage as queries
from yinghuo.desks.sampling.views.custody import carriage_tables as tables
from yinghuo.desks.sampling.views.custody.carriage_map import drawn
from yinghuo.desks.sampling.views.custody.reading import campaign_of
from yinghuo.desks.sampling.views.tabs import campaign_tabs


class NewPlan(forms.Form):
    """What a plan is asked for."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    hours = forms.IntegerField(label=lazy("All vehicles back within, hours"), min_value=1, max_value=24, initial=8)
    speed_kmh = forms.IntegerField(label=lazy("Mean speed, km/h"), min_value=5, max_value=120, initial=40)


class NewLaboratory(forms.Form):
    """A laboratory as carriage sees it."""

    name_zh = forms.CharField(label=lazy("Laboratory’s name in Chinese"), max_length=80)
    name_en = forms.CharField(label=lazy("Laboratory’s name in English"), max_length=80)
    lat = forms.FloatField(label=lazy("Latitude, degrees"), min_value=-90, max_value=90)
    lon = forms.FloatField(label=lazy("Longitude, degrees"), min_value=-180, max_value=180)
    assays_per_h = forms.IntegerField(label=lazy("Assays an hour"), min_value=1, max_value=100_000)


class NewVehicle(forms.Form):
    """A vehicle of a laboratory."""

    laboratory = forms.TypedChoiceField(label=lazy("Laboratory"), coerce=int)
    plate = forms.CharField(label=lazy("Number plate"), max_length=20)
    boxes = forms.IntegerField(label=lazy("Boxes it carries"), min_value=1, max_value=1000)

    def __init__(self, labs: list[CarriageLaboratory], data: Any = None) -> None:
        super().__init__(data)
        self.fields["laboratory"].choices = [(lab.pk, lab.name) for lab in labs]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs("campaign.see")
def carriage(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What waits to be carried, with whom, and the plans; asks for a new plan."""
    found, user = campaign_of(request, campaign_id), signed_in(request)
    form = NewPlan(request.POST or None, initial={"id": uuid4()})
    if request.method == "POST" and (plan := _planned(request, found, form)):
        return redirect("carriage_plan", plan.id)
    waiting = queries.waiting(found.id)
    count = sum(one.boxes for one in waiting.pickups) + len(waiting.unplaced)
    words = ngettext("%(name)s · %(count)s box waits", "%(name)s · %(count)s boxes wait", count)
    context = {
        "title": words % {"name": found.name, "count": count},
        "tabs": campaign_tabs(user, "carriage", found.id),
        "campaign": found,
        "unplaced": waiting.unplaced,
        "plans": tables.plans(queries.plans(found.id)),
        "fleet": tables.fleet(queries.laboratories(user)),
        "form": form,
        "may_manage": may(user, "campaign.manage"),
    }
    return render(request, "sampling/custody_carriage.html", context, status=422 if form.errors else 200)


@require_safe
@needs("campaign.see")
def carriage_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan: the map, each vehicle's stops with what happened, the laboratories' load."""
    plan = _plan(request, plan_id)
    sites, labs = queries.places(plan)
    rows = queries.actual(code for run in plan.plan["runs"] for stop in run["stops"] for code in stop["boxes"])
    table = tables.stops(plan, sites, labs, rows)
    context = {
        "title": tables.headline(plan),
        "tabs": campaign_tabs(signed_in(request), "carriage", plan.campaign_id),
        "plan": plan,
        "map": drawn(plan, sites, labs, queries.outline(plan.area_code)),
        "table": table,
        "loads": tables.loads(plan, labs),
        "left": tables.left(plan, sites),
        "may_accept": may(signed_in(request), "campaign.manage") and plan.accepted_at is None,
        "effects": tables.effects(plan),
    }
    return exports.asked(request, table) or render(request, "sampling/custody_plan.html", context)


@require_POST
@needs("campaign.manage")
def accept_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Accepts a plan: orders for its vehicles."""
    plan, user = _plan(request, plan_id), signed_in(request)
    require(user, "campaign.manage", area_code=plan.area_code)
    actions.accept_plan(plan.id, by=user.label, at=clock.now())
    messages.success(request, _("The plan is accepted; its orders are in the inbox."))
    return redirect("carriage_plan", plan.id)


@require_http_methods(["GET", "POST"])
@needs("campaign.manage")
def add_laboratory(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Adds a laboratory in the user's area."""
    found, user, form = campaign_of(request, campaign_id), signed_in(request), NewLaboratory(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_laboratory(**form.cleaned_data, area_code=user.area_code, by=user.label, at=clock.now())
        return redirect("carriage", found.id)
    return _form(request, found, form, _("Add a laboratory"))


@require_http_methods(["GET", "POST"])
@needs("campaign.manage")
def add_vehicle(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Adds a vehicle of a laboratory."""
    found, labs = campaign_of(request, campaign_id), queries.laboratories(signed_in(request))
    form = NewVehicle(labs, request.POST or None)
    if request.method == "POST" and _added(request, form):
        return redirect("carriage", found.id)
    return _form(request, found, form, _("Add a vehicle"))


def _form(request: HttpRequest, found: Campaign, form: forms.Form, title: str) -> HttpResponse:
    tabs = campaign_tabs(signed_in(request), "carriage", found.id)
    context = {"title": title, "form": form, "campaign": found, "tabs": tabs, "verb": _("Add")}
    return render(request, "sampling/custody_form.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, form: NewVehicle) -> bool:
    if not form.is_valid():
        return False
    asked = dict(form.cleaned_data)
    labs = scope(signed_in(request), CarriageLaboratory.objects.all())
    laboratory = get_object_or_404(labs, pk=asked.pop("laboratory"))
    try:
        actions.add_vehicle(laboratory, **asked, by=signed_in(request).label, at=clock.now())
    except Refused:
        form.add_error("plate", _("This plate belongs to another vehicle already."))
        return False
    return True


def _planned(request: HttpRequest, found: Campaign, form: NewPlan) -> CarriagePlan | None:
    user = signed_in(request)
    require(user, "campaign.manage", area_code=found.area_code)
    if not form.is_valid():
        return None
    asked = dict(form.cleaned_data)
    plan_id = asked.pop("id")
    try:
        return actions.plan_carriage(found, actions.Asked(**asked), plan_id=plan_id, by=user.label, at=clock.now())
    except Refused as refused:
        form.add_error(None, str(tables.REFUSED[refused.code]))
        return None


def _plan(request: HttpRequest, plan_id: UUID) -> CarriagePlan:
    plan = get_object_or_404(CarriagePlan.objects.select_related("campaign"), id=plan_id)
    campaign_of(request, plan.campaign_id)
    return plan
