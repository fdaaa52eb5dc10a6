"""Page: the epidemic curve by area, with reproduction number, forecast and how earlier forecasts did."""

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.pieces import Choice, Empty
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, signed_in
from yinghuo.desks.response.actions.curves import count_curve, recount
from yinghuo.desks.response.models import CurveRun
from yinghuo.desks.response.queries import curves as queries
from yinghuo.desks.response.views import curves_parts as parts
from yinghuo.desks.response.views import curves_scores as scores
from yinghuo.desks.response.views.frame import response_tabs

PROVINCE = "22"  # whose bulletins are published; they are no secret, so everybody sees all of its areas


@require_safe
@needs("curve.see")
def curves(request: HttpRequest) -> HttpResponse:
    """What the curve says, and how sure; of the region or one of its areas."""
    user, run = signed_in(request), queries.newest(PROVINCE)
    frame = {"tabs": response_tabs(user, "curves"), "may_count": may(user, "event.manage")}
    if run is None:
        context = {"title": _("Epidemic curve"), "empty": _uncounted(), **frame}
        return render(request, "response/curves.html", context)
    shown = _shown(run, request.GET.get("area") or PROVINCE)
    return exports.asked(request, shown["days"]) or render(request, "response/curves.html", shown | frame)


@require_POST
@needs("event.manage")
def curves_count(request: HttpRequest) -> HttpResponse:
    """Counts the curve from what is published now."""
    run = count_curve(PROVINCE, by=signed_in(request).label, at=clock.now())
    notices.success(request, _("Counted from %(records)s published figures.") % {"records": run.records})
    return redirect("curves")


@require_POST
@needs("curve.see")
def curves_recount(request: HttpRequest) -> HttpResponse:
    """Counts the newest run again, and says whether it comes to the same."""
    run = queries.newest(PROVINCE)
    if run is None:
        raise Http404
    found = recount(run)
    if found.kept and found.published and found.numbers:
        notices.success(request, _("Counted again from the same figures: every number is the same."))
    else:
        notices.error(request, _("Counted again, it is not the same: the figures, their entry or the method changed."))
    return redirect("curves")


def _shown(run: CurveRun, area_code: str) -> dict[str, Any]:
    found = queries.curves_of(run)
    curve = found.get(area_code) or found[run.area_code]
    names = areas.names(found)
    return {
        "title": parts.sentence(curve, names.get(curve.area_code, curve.area_code)),
        "because": parts.because(curve),
        "stats": parts.stats(curve),
        "choices": [Choice("area", _("Area"), list(names.items()), curve.area_code)],
        "charts": [parts.infections(curve), parts.reproduction(curve)],
        "areas": parts.by_area(found, names),
        "scored": scores.sentence(curve),
        "scores": scores.by_area(found, names),
        "weeks": scores.by_week(curve),
        "horizon": scores.by_horizon(curve),
        "days": parts.by_day(curve),
        "intervals": parts.assumptions(run.last),
        "run": run,
        "newer": queries.newer_figures(run),
    }


def _uncounted() -> Empty:
    return Empty(_("No curve was counted yet."), _("It is counted every night from the published figures, or here."))


addresses: list[URLPattern] = [
    path("response/curves", curves, name="curves"),
    path("response/curves/count", curves_count, name="curves_count"),
    path("response/curves/recount", curves_recount, name="curves_recount"),
]
