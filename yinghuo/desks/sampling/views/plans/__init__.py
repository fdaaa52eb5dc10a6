"""Pages of the plan: planner, opening a campaign, plan against actual."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.pieces import Empty
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import may, needs, require, scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.actions.plans import open_planned, save_plan
from yinghuo.desks.sampling.models import Campaign
from yinghuo.desks.sampling.queries import plans as queries
from yinghuo.desks.sampling.views.plans import against, showing, tables
from yinghuo.desks.sampling.views.plans.asking import PER, PlanForm
from yinghuo.desks.sampling.views.plans.opening import OpenForm, effects, plan_row
from yinghuo.desks.sampling.views.tabs import campaign_tabs


@require_safe
@needs("campaign.see")
def plan(request: HttpRequest) -> HttpResponse:
    """The planner: what is asked for in the address, what comes out below it."""
    form = _asked(request)
    if not form.is_valid():
        context = {"title": _("Plan a round of sampling"), "form": form}
        return render(request, "sampling/plan.html", context, status=422 if request.GET else 200)
    reckoned = queries.reckon(form.asked())
    alternatives = tables.alternatives(reckoned)
    context = {"title": showing.sentence(reckoned), "form": form, "alternatives": alternatives, "found": reckoned}
    context |= _shown(reckoned) | _next_steps(request, reckoned)
    return exports.asked(request, alternatives) or render(request, "sampling/plan.html", context)


@require_http_methods(["GET", "POST"])
@needs("campaign.manage")
def plan_open(request: HttpRequest) -> HttpResponse:
    """Opens a campaign from the plan in the address: says what will happen, and does it when it is sent."""
    asked = _asked(request)
    if not asked.is_valid():
        return redirect(f"{reverse('plan')}?{request.GET.urlencode()}")
    reckoned = queries.reckon(asked.asked())
    require(_user(request), "campaign.manage", area_code=reckoned.asked.area_code)
    form = OpenForm(reckoned, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _opened(request, form)
    context = {"title": _("Open a campaign as planned"), "form": form, "effects": effects(reckoned)}
    context |= {"sentence": showing.sentence(reckoned), "back": f"{reverse('plan')}?{request.GET.urlencode()}"}
    return render(request, "sampling/plan_open.html", context, status=422 if form.errors else 200)


@require_safe
@needs("campaign.see")
def campaign_plan(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """A campaign's current round against its plan."""
    campaign, saved = _campaign(request, campaign_id), queries.latest_plan(campaign_id)
    context = {"tabs": campaign_tabs(_user(request), "campaign_plan", campaign.id), "campaign": campaign}
    if saved is None:
        context |= {
            "title": _("%(name)s has no plan yet") % {"name": campaign.name},
            "empty": _no_plan(request, campaign),
        }
        return render(request, "sampling/plan_actual.html", context)
    now = clock.now()
    found = queries.actual(campaign, saved, now=now, area_code=_user(request).area_code)
    behind = against.behind(found)
    context |= {"title": against.sentence(campaign, found, saved), "plan": saved, "promised": against.promised(saved)}
    context |= {"stats": against.figures(found, saved, now=now), "pace": against.pace_chart(found), "table": behind}
    context |= {"found": found, "again": _planner_for(campaign, saved.asked) if _manages(request) else ""}
    return exports.asked(request, behind) or render(request, "sampling/plan_actual.html", context)


@require_POST
@needs("campaign.manage")
def plan_save(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Saves the plan in the address as the one that counts for a campaign from now on."""
    campaign, form = _campaign(request, campaign_id), _asked(request)
    if not form.is_valid():
        return redirect(f"{reverse('plan')}?{request.GET.urlencode()}")
    row = plan_row(queries.reckon(form.asked()), campaign, new_id())
    save_plan(row, by=_user(request).label, at=clock.now())
    messages.success(request, _("The plan is saved with the campaign and counts from now on."))
    return redirect("campaign_plan", campaign.id)


def _asked(request: HttpRequest) -> PlanForm:
    typed = {name: value for name, value in request.GET.items() if name in PlanForm.base_fields}
    return PlanForm(_user(request), typed, clock.now().date())


def _shown(reckoned: queries.Reckoned) -> dict[str, object]:
    return {
        "needs": showing.needs(reckoned),
        "outcome": showing.outcome(reckoned),
        "advice": showing.advice(reckoned),
        "queue": showing.queue_chart(reckoned),
        "cost": showing.cost_chart(reckoned),
        "rules": tables.rules(reckoned),
        "assumptions": tables.assumptions(reckoned),
        "history": tables.history(reckoned.asked.day),
    }


def _next_steps(request: HttpRequest, reckoned: queries.Reckoned) -> dict[str, object]:
    """Where this plan can go: into a new campaign, or to the campaign that it was made for."""
    if not _manages(request):
        return {}
    query = _query(reckoned.asked.written())
    wanted = _wanted(request)
    if wanted:
        return {"campaign": wanted, "save_href": f"{reverse('plan_save', args=[wanted.id])}?{query}"}
    return {"open_href": f"{reverse('plan_open')}?{query}"}


def _query(asked: dict[str, object]) -> str:
    """A plan as the address of the planner writes it."""
    given = {name: value for name, value in asked.items() if value is not None and name != "share"}
    return urlencode(given | {"positive": f"{float(str(asked['share'])) * PER:.4f}".rstrip("0").rstrip(".")})


def _planner_for(campaign: Campaign, asked: dict[str, object]) -> str:
    return f"{reverse('plan')}?{_query(asked)}&campaign={campaign.id}"


def _no_plan(request: HttpRequest, campaign: Campaign) -> Empty:
    why = _("Nothing was planned for this campaign, so there is nothing to hold it against.")
    if not _manages(request):
        return Empty(why)
    asked = {"area_code": campaign.area_code, "mode": campaign.mode, "hours": campaign.round_h}
    query = urlencode(asked | {"population": campaign.planned_people or "", "campaign": campaign.id})
    return Empty(why, _("Make a plan for it"), f"{reverse('plan')}?{query}")


def _opened(request: HttpRequest, form: OpenForm) -> HttpResponse:
    campaign = open_planned(form.opening(), by=_user(request).label, at=clock.now())
    messages.success(request, _("%(name)s is open.") % {"name": campaign.name})
    return redirect("campaign_plan", campaign.id)


def _campaign(request: HttpRequest, campaign_id: UUID) -> Campaign:
    return get_object_or_404(scope(_user(request), Campaign.objects.all()), id=campaign_id)


def _manages(request: HttpRequest) -> bool:
    return may(_user(request), "campaign.manage")


def _wanted(request: HttpRequest) -> Campaign | None:
    """The campaign that the address says the plan is for."""
    try:
        wanted = UUID(request.GET.get("campaign", ""))
    except ValueError:
        return None
    return scope(_user(request), Campaign.objects.all()).filter(id=wanted).first()


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


addresses = [
    path("sampling/plan", plan, name="plan"),
    path("sampling/plan/open", plan_open, name="plan_open"),
    path("sampling/<uuid:campaign_id>/plan", campaign_plan, name="campaign_plan"),
    path("sampling/<uuid:campaign_id>/plan/save", plan_save, name="plan_save"),
]
