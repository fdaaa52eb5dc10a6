"""Pages of reports: the enterprise's, the phone operator's with likely duplicates beside it, laboratory positives."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import clock
from yinghuo.core.parties.models import Party
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.people.models import Role, User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.cases import keep_report, take_up
from yinghuo.desks.response.actions.words import open_words
from yinghuo.desks.response.models import Report
from yinghuo.desks.response.queries import cases as queries
from yinghuo.desks.response.queries.reports import draft_of, own_reports, report_of
from yinghuo.desks.response.views.report_forms import CallReport, EnterpriseReport


@never_cache
@require_http_methods(["GET", "POST"])
@needs("case.report")
def report(request: HttpRequest) -> HttpResponse:
    """The form of this user's role: the enterprise's own officer reports for it, all others what they were told."""
    user = signed_in(request)
    return _enterprise(request, user) if user.role == Role.SAFETY else _call(request, user)


@never_cache
@require_POST
@needs("event.see")
def likely(request: HttpRequest) -> HttpResponse:
    """While it is typed: cases that may be the one that is being told of."""
    user = signed_in(request)
    form = CallReport(user, request.POST, now=clock.now())
    form.is_valid()
    found = queries.likely_rows(user, queries.told_of(form.cleaned_data, now=form.now))
    return render(request, "response/report_likely.html", {"likely": found})


@require_safe
@needs("case.report")
def reported(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """What came of a report, for who made it."""
    user = signed_in(request)
    one = report_of(user, report_id)
    if one is None:
        raise Http404
    title = _("Reported: %(number)s") % {"number": one.case.number if one.case else one.event.number}
    return render(request, "response/report_kept.html", {"title": title, "report": one, "number": one.event.number})


@require_POST
@needs("event.manage")
def take_up_draft(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Takes up a laboratory's positive: event, case and result are there at once."""
    user = signed_in(request)
    order = draft_of(user, order_id)
    if order is None:
        raise Http404
    require(user, "event.manage", area_code=order.area_code)
    kept = take_up(order.id, by=user.label, at=clock.now())
    notices.success(request, _("Taken up as event %(number)s.") % {"number": kept.event.number})
    return redirect("case", kept.case.number) if kept.case else redirect("event", kept.event.number)


@never_cache
@require_POST
@needs("event.manage")
def words(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """What was said with a report, on this one answer; the ledger notes who opened it."""
    user = signed_in(request)
    one = report_of(user, report_id)
    if one is None:
        raise Http404
    said = open_words(report_id, user=user, at=clock.now())
    back = reverse("case", args=[one.case.number]) if one.case else reverse("event", args=[one.event.number])
    title = _("Words of a report of %(number)s") % {"number": one.event.number}
    return render(request, "response/report_words.html", {"title": title, "words": said, "back": back})


def _enterprise(request: HttpRequest, user: User) -> HttpResponse:
    """The enterprise's page, for a phone first."""
    party = Party.objects.filter(id=user.party_id).first() if user.party_id else None
    if party is None:
        raise Refused("report.no_party")
    form = EnterpriseReport(user, request.POST or None, now=clock.now())
    if request.method == "POST" and form.is_valid():
        kept = keep_report(form.as_report(party), by=user.label, at=clock.now())
        return redirect("reported", kept.id)
    context = {
        "title": _("%(party)s: report a suspected case") % {"party": party.name},
        "form": form,
        "verb": _("Report now"),
        "before": own_reports(user),
    }
    return render(request, "response/report_enterprise.html", context, status=422 if form.errors else 200)


def _call(request: HttpRequest, user: User) -> HttpResponse:
    """The operator's page."""
    form = CallReport(user, request.POST or None, now=clock.now())
    if request.method == "POST" and form.is_valid():
        kept = keep_report(form.as_call(), by=user.label, at=clock.now())
        notices.success(request, _("Kept. The clock runs."))
        return _onward(user, kept)
    context = {"title": _("Take a call"), "form": form, "seen": may(user, "event.see"), "likely": None}
    return render(request, "response/report_call.html", context, status=422 if form.errors else 200)


def _onward(user: User, kept: Report) -> HttpResponse:
    """To the case, for who may see it."""
    if kept.case and may(user, "event.see"):
        return redirect("case", kept.case.number)
    return redirect("reported", kept.id)


addresses: list[URLPattern] = [
    path("response/report", report, name="report"),
    path("response/report/likely", likely, name="report_likely"),
    path("response/report/<uuid:report_id>", reported, name="reported"),
    path("response/report/<uuid:report_id>/words", words, name="report_words"),
    path("response/drafts/<uuid:order_id>/take-up", take_up_draft, name="take_up"),
]
