"""Visits of a campaign: where teams go for re-collection, in which order, who waits there, and the list to print."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports, paging
from yinghuo.console.clock import now
from yinghuo.core.areas.queries import names as area_names
from yinghuo.core.people.access import may, needs, scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.actions.visits import reveal_list, take_visit
from yinghuo.desks.sampling.models import Campaign
from yinghuo.desks.sampling.queries import visits as queries
from yinghuo.desks.sampling.views.lookups import tables
from yinghuo.desks.sampling.views.tabs import campaign_tabs

MOST_TEAMS = 20
PAGE = 100


class Teams(forms.Form):
    """How many teams go out."""

    teams = forms.IntegerField(label=lazy("Teams going out"), min_value=1, max_value=MOST_TEAMS, initial=1)


class Reason(forms.Form):
    """Why names are opened."""

    reason = forms.CharField(label=lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


@require_safe
@needs("campaign.see")
def visits(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The places where people wait to be swabbed singly; with `?teams=2`, the rounds of two teams."""
    campaign, user, moment = _campaign(request, campaign_id), _user(request), now()
    found = queries.visits(campaign.id, area_code=user.area_code or "-")
    form = Teams(request.GET if "teams" in request.GET else None)
    turns = queries.plan(found, teams=form.cleaned_data["teams"], now=moment) if form.is_valid() else {}
    table = tables.visits(campaign, found, turns=turns, areas=area_names(one.home_code for one in found), now=moment)
    people = sum(one.people for one in found)
    places = ngettext("%(count)s place", "%(count)s places", len(found)) % {"count": len(found)}
    title = _("%(places)s · %(people)s people to be swabbed singly") % {"places": places, "people": people}
    context = {"title": title, "campaign": campaign, "form": form, "turns": turns, "table": table}
    context["tabs"] = campaign_tabs(user, "visits", campaign.id)
    return exports.asked(request, table) or render(request, "sampling/lookup_visits.html", context)


@require_http_methods(["GET", "POST"])
@needs("campaign.see")
def visit(request: HttpRequest, campaign_id: UUID, place: UUID) -> HttpResponse:
    """One visit: who waits there; a team takes all of it with one act."""
    campaign, user = _campaign(request, campaign_id), _user(request)
    if request.method == "POST":
        taken = take_visit(campaign, place, user=user, at=now())
        messages.success(request, _("The visit is yours: %(count)s orders.") % {"count": taken})
        return redirect("visit", campaign.id, place)
    context = _visit(campaign, user, place)
    members, after = context["members"], request.GET.get("after", "")
    (start,) = paging.place(after, int) or (0,)
    end = max(start, 0) + PAGE
    shown = members[end - PAGE : end]
    more = paging.pager(len(shown), after=(end,) if members[end:] else None, here=after)
    context["table"] = tables.members(shown, more)
    count = sum(one.state == "open" for one in members)
    context["effects"] = [
        ngettext("%(count)s open order becomes yours.", "%(count)s open orders become yours.", count)
        % {"count": count},
        _("Other teams no longer see these people as open. It is entered in the ledger once, for all of them."),
    ]
    return render(request, "sampling/lookup_visit.html", context | {"may_take": may(user, "visit.take") and count > 0})


@never_cache
@require_http_methods(["GET", "POST"])
@needs("campaign.see")
def names(request: HttpRequest, campaign_id: UUID, place: UUID) -> HttpResponse:
    """The list of a visit to print: pseudonyms; for those who may, names, for a reason, on this one answer."""
    campaign, user = _campaign(request, campaign_id), _user(request)
    context = _visit(campaign, user, place)
    form = Reason(request.POST or None)
    opened = {}
    if form.is_valid():
        opened = reveal_list(context["members"], user=user, reason=form.cleaned_data["reason"], at=now())
    context["rows"] = [(one, opened.get(one.person, {})) for one in context["members"]]
    context["effects"] = [
        _("Names and telephones of the people of this list are shown to you, on this page alone."),
        _("That you opened them, and when, is entered in the ledger for good; auditors read your reason."),
    ]
    context |= {"form": form, "opened": bool(opened), "may_reveal": may(user, "identity.reveal") and not opened}
    return render(request, "sampling/lookup_visit_list.html", context, status=422 if form.errors else 200)


def _visit(campaign: Campaign, user: User, place: UUID) -> dict[str, Any]:
    """What both pages of a visit show; Http404 where nobody of the user's area waits."""
    found = queries.visit(campaign.id, place, area_code=user.area_code or "-")
    if found is None:
        raise Http404
    one, members = found
    where = tables.where(one, area_names([one.home_code]))
    return {
        "title": _("%(where)s · %(people)s people") % {"where": where, "people": one.people},
        "campaign": campaign,
        "place": place,
        "visit": one,
        "members": members,
    }


def _campaign(request: HttpRequest, campaign_id: UUID) -> Campaign:
    return get_object_or_404(scope(_user(request), Campaign.objects.all()), id=campaign_id)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
