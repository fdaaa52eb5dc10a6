"""Pages of the sampling desk: campaigns, one campaign, one tube, one person."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import Pager, pager, place
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import covers, may, needs, scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling import queries
from yinghuo.desks.sampling.models import Campaign, Tube
from yinghuo.desks.sampling.views import tables
from yinghuo.desks.sampling.views.laboratory.tube_results import results as tube_results
from yinghuo.desks.sampling.views.tabs import campaign_tabs

SITES_SHOWN = 100
LATEST_TUBES = 5_000  # turnaround is measured over so many of a campaign's latest tubes


@require_safe
@needs("campaign.see")
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns in the user's area."""
    rows = queries.campaigns(_user(request).area_code or "-")
    table = tables.campaigns(rows)
    title = _("Sampling campaigns · %(count)s") % {"count": len(rows)}
    return exports.asked(request, table) or render(request, "sampling/campaigns.html", {"title": title, "table": table})


@require_safe
@needs("campaign.see")
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign: the funnel by stage, where it is stuck, the rate of each site, how long stages take."""
    found = get_object_or_404(scope(_user(request), Campaign.objects.all()), id=campaign_id)
    funnel = queries.funnel(found.id)
    sort = request.GET.get("sort", "")
    sites = tables.sites(*_sites(request, found.id, sort), sort=sort)
    period = {"first": found.starts_at, "last": found.ends_at}
    times = queries.turnaround(area_code="", **period, campaign_id=found.id, latest=LATEST_TUBES)
    context = {
        "title": tables.sentence(found, funnel),
        "tabs": campaign_tabs(_user(request), "campaign", found.id),
        "campaign": found,
        "stages": tables.stages(funnel),
        "stats": tables.results(funnel, queries.recollections(found.id)),
        "times": tables.times(times),
        "daily": tables.daily_curve(queries.daily(found.id, now=clock.now())),
        "table": sites,
    }
    return exports.asked(request, sites) or render(request, "sampling/campaign.html", context)


@require_safe
@needs("campaign.see")
def tube(request: HttpRequest, code: str) -> HttpResponse:
    """One tube on one timeline, each moment with its ledger entry."""
    found = get_object_or_404(scope(_user(request), Tube.objects.all()), tube=code)
    moments = queries.timeline(code)
    members = tables.members(moments)
    context = {
        "title": tables.tube_sentence(found),
        "tube": found,
        "state": tables.tube_state(found),
        "moments": [tables.moment(one) for one in moments],
        "table": members,
        "results": tube_results(code),
        "campaign": Campaign.objects.filter(id=found.campaign_id).first() if found.campaign_id else None,
    }
    return exports.asked(request, members) or render(request, "sampling/tube.html", context)


@require_safe
@needs("campaign.see")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person under their pseudonym: where they stand, and the swabs that say so."""
    rows = queries.person_history(person_id, area_code=_user(request).area_code or "-")
    if not rows:
        raise Http404
    context = {
        "title": tables.person_sentence(rows),
        "state": tables.person_state(rows[0].status),
        "person": person_id,
        "may_reveal": may(_user(request), "identity.reveal"),
        "may_object": may(_user(request), "campaign.manage"),
        "table": tables.history(rows),
    }
    return render(request, "sampling/person.html", context)


@require_safe
@needs("campaign.see")
def search(request: HttpRequest) -> HttpResponse:
    """Finds tubes by the beginning of their code, boxes by theirs, persons by pseudonym."""
    asked = request.GET.get("q", "").strip()
    user = _user(request)
    found = queries.search(asked, area_code=user.area_code or "-") if asked else []
    names = areas.names({row.area_code for row in found})
    rows = [row for row in found if covers(user, row.area_code)]
    title = _("%(count)s found for “%(asked)s”") % {"count": len(rows), "asked": asked} if asked else _("Search")
    return render(request, "sampling/search.html", {"title": title, "table": tables.found(rows, names)})


def _sites(request: HttpRequest, campaign_id: UUID, sort: str) -> tuple[list[queries.SiteRow], Pager | None]:
    """A page of sites, or, for a file, all of them."""
    if request.GET.get("as"):
        return queries.per_site(campaign_id, sort=sort), None
    here = request.GET.get("after", "")
    begins = place(here, str, int)
    found = queries.per_site(
        campaign_id, sort=sort, after=queries.Place(*begins) if begins else None, limit=SITES_SHOWN + 1
    )
    rows = found[:SITES_SHOWN]
    after = queries.place_of(rows[-1], sort) if len(found) > SITES_SHOWN else None
    return rows, pager(len(rows), after=after, here=here)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
