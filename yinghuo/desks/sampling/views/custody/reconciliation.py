"""The reconciliation of a campaign: seven points, two counts each, the tubes behind each number, the clocks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.desks.sampling.actions.custody.clocks import LONGEST_MIN, set_clock
from yinghuo.desks.sampling.custody_rules import CLOCKED, Point
from yinghuo.desks.sampling.models import Campaign, Keeping
from yinghuo.desks.sampling.queries.custody import reconciliation as queries
from yinghuo.desks.sampling.queries.custody.clocks import clocks_of
from yinghuo.desks.sampling.views.custody import tables
from yinghuo.desks.sampling.views.custody.reading import campaign_of
from yinghuo.desks.sampling.views.tabs import campaign_tabs

AT = "at_"  # before a stage, in the address of the tubes that stand there


class NewClock(forms.Form):
    """How long a tube may stay at a stage of this campaign."""

    stage = forms.ChoiceField(label=lazy("Stage"), choices=[(one, Keeping(one).label) for one in CLOCKED])
    within_min = forms.IntegerField(
        label=lazy("Minutes allowed"),
        help_text=lazy("Holds for tubes that reach the stage from now on."),
        min_value=1,
        max_value=LONGEST_MIN,
    )


@require_safe
@needs("campaign.see")
def custody(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One line for each point where results go missing: expected, found, missing, surplus, since when, who holds it."""
    found, user = campaign_of(request, campaign_id), signed_in(request)
    total = queries.totals(found.id, area_code=user.area_code or "-")
    gaps = queries.gaps(found.id, area_code=user.area_code or "-")
    lines = queries.lines(total, gaps)
    names = queries.holders(line.oldest.holder for line in lines)
    table = tables.reconciliation(found.id, lines, names)
    context = {
        "title": tables.headline(found, lines),
        "tabs": campaign_tabs(user, "custody", found.id),
        "campaign": found,
        "stages": tables.stages(found.id, total),
        "table": table,
        "may_manage": may(user, "campaign.manage"),
    }
    return exports.asked(request, table) or render(request, "sampling/custody_points.html", context)


@require_safe
@needs("campaign.see")
def tubes(request: HttpRequest, campaign_id: UUID, which: str) -> HttpResponse:
    """The tubes behind one number, the oldest first."""
    found, here = campaign_of(request, campaign_id), request.GET.get("after", "")
    rows, after, word = _tubes(request, found, which, place(here, datetime.fromisoformat, str))
    names = queries.holders(row.holder for row in rows)
    table = tables.tubes(rows, names, now=clock.now())
    table.pager = pager(len(rows), after=(after[0].isoformat(), after[1]) if after else None, here=here)
    title = _("%(name)s · %(what)s") % {"name": found.name, "what": word}
    tabs = campaign_tabs(signed_in(request), "custody", found.id)
    context = {"title": title, "table": table, "tabs": tabs, "campaign": found}
    return exports.asked(request, table) or render(request, "sampling/custody_tubes.html", context)


@require_http_methods(["GET", "POST"])
@needs("campaign.manage")
def clocks(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The clocks in force for this campaign, and the form that sets one."""
    found, user = campaign_of(request, campaign_id), signed_in(request)
    form = NewClock(request.POST or None)
    if request.method == "POST" and form.is_valid():
        require(user, "campaign.manage", area_code=found.area_code)
        set_clock(found, **form.cleaned_data, by=user.label, at=clock.now())
        messages.success(request, _("The clock is set."))
        return redirect("custody_clocks", found.id)
    table = tables.clocks(clocks_of(found.id, now=clock.now()))
    title = _("Clocks of %(name)s") % {"name": found.name}
    context = {"title": title, "table": table, "form": form, "tabs": campaign_tabs(user, "custody", found.id)}
    return render(request, "sampling/custody_clocks.html", context, status=422 if form.errors else 200)


def _tubes(request: HttpRequest, found: Campaign, which: str, after: Any) -> tuple[list[Any], Any, str]:
    user = signed_in(request)
    if which in Point.values:
        return (*queries.gap_tubes(user, found.id, which, after=after), str(Point(which).label))
    stage = which.removeprefix(AT)
    if stage == which or stage not in Keeping.values:
        raise Http404
    return (*queries.stage_tubes(user, found.id, stage, after=after), str(Keeping(stage).label))
