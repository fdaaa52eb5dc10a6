"""Labels of a campaign: codes of its sites, printing, printing again, and each print as a PDF."""

from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.custody import labels as actions
from yinghuo.desks.sampling.models import Campaign, LabelKind, LabelRun, Site
from yinghuo.desks.sampling.queries.custody import labels as queries
from yinghuo.desks.sampling.views.custody import label_tables as tables
from yinghuo.desks.sampling.views.custody.reading import campaign_of
from yinghuo.desks.sampling.views.tabs import campaign_tabs

AT_ONCE = 500  # so many labels are drawn while the page is asked for; more are drawn by the worker
MOST_LISTED = 300
TASK = "draw_labels"


class SiteField(forms.IntegerField):
    """A site: chosen from a list while it can be overlooked, by its number beyond that."""

    sites: QuerySet[Site]

    def offer(self, sites: QuerySet[Site]) -> None:
        """Takes the sites that may be chosen."""
        self.sites = sites
        found = list(sites[: MOST_LISTED + 1])
        if len(found) <= MOST_LISTED:
            none = [] if self.required else [("", "–")]
            self.widget = forms.Select(choices=[*none, *((site.pk, site.name) for site in found)])
        else:
            self.help_text = lazy("Number of the sampling site")

    def clean(self, value: Any) -> int | None:
        """The number of a site that was offered; None where none is needed."""
        number: int | None = super().clean(value)
        if number is not None and not self.sites.filter(pk=number).exists():
            raise forms.ValidationError(_("There is no site of this number in your area."))
        return number


class NewPrint(forms.Form):
    """Labels to be printed."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=lazy("Labels for"), choices=LabelKind.choices)
    first = forms.CharField(label=lazy("First code"), max_length=40)
    last = forms.CharField(label=lazy("Last code"), max_length=40)
    size = forms.ChoiceField(label=lazy("Label size"), choices=tables.SIZE_WORDS)
    site_id = SiteField(label=lazy("Site on the label"), required=False)
    reason = forms.CharField(
        label=lazy("Reason for printing again"),
        help_text=lazy("Needed when one of these codes was printed before. It is entered in the ledger."),
        required=False,
        max_length=200,
    )

    def __init__(self, sites: QuerySet[Site], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        cast(SiteField, self.fields["site_id"]).offer(sites)


class NewRange(forms.Form):
    """Codes to be given to a site."""

    site_id = SiteField(label=lazy("Site"))
    first = forms.CharField(label=lazy("First code"), max_length=40)
    last = forms.CharField(label=lazy("Last code"), max_length=40)

    def __init__(self, sites: QuerySet[Site], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        cast(SiteField, self.fields["site_id"]).offer(sites)


@require_safe
@needs("campaign.see")
def labels(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The codes of each site, what is left to give, what was printed and how often."""
    found, user, here = campaign_of(request, campaign_id), signed_in(request), request.GET.get("after", "")
    (after_id,) = place(here, int) or (0,)
    sites, after = queries.site_codes(found.id, area_code=user.area_code or "-", after=after_id)
    table, codes = tables.sites(sites), queries.codes(found.id)
    table.pager = pager(len(sites), after=(after,) if after else None, here=here)
    context = {
        "title": tables.headline(found, sites),
        "tabs": campaign_tabs(user, "labels", found.id),
        "campaign": found,
        "table": table,
        "to_give": codes.to_give[:10],
        "often": tables.often(codes.printed(LabelKind.TUBE), codes.printed(LabelKind.BOX)),
        "prints": tables.prints(codes.runs[: queries.ROWS]),
        "may_manage": may(user, "campaign.manage"),
    }
    return exports.asked(request, table) or render(request, "sampling/custody_labels.html", context)


@require_http_methods(["GET", "POST"])
@needs("campaign.manage")
def print_labels(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The form for a print; few labels are drawn at once, many by the worker."""
    found = campaign_of(request, campaign_id)
    initial = request.GET.dict() | {"id": uuid4()}
    form = NewPrint(_sites(request, found), request.POST or None, initial)
    if request.method == "POST" and (run := _printed(request, found, form)):
        return redirect("label_run", run.id)
    tabs = campaign_tabs(signed_in(request), "labels", found.id)
    context = {"title": _("Print labels"), "form": form, "campaign": found, "tabs": tabs, "verb": _("Print")}
    return render(request, "sampling/custody_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("campaign.manage")
def give_codes(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The form that gives codes to a site."""
    found = campaign_of(request, campaign_id)
    sites, free = _sites(request, found), queries.codes(found.id).to_give
    form = NewRange(sites, request.POST or None, {"first": free[0].first} | request.GET.dict() if free else None)
    if request.method == "POST" and _given(request, found, form):
        return redirect("labels", found.id)
    tabs = campaign_tabs(signed_in(request), "labels", found.id)
    context = {"title": _("Give codes to a site"), "form": form, "campaign": found, "tabs": tabs, "verb": _("Give")}
    return render(request, "sampling/custody_form.html", context, status=422 if form.errors else 200)


@require_safe
@needs("campaign.see")
def label_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One print: how far it is, and its PDF."""
    run = _run(request, run_id)
    if run.made >= run.count and not actions.file_of(run).exists():
        _draw(run)  # its file was lost
    context = {
        "title": _("%(count)s labels, %(first)s to %(last)s")
        % {"count": run.count, "first": run.first, "last": run.last},
        "run": run,
        "size": dict(tables.SIZE_WORDS)[run.size],
        "ready": actions.file_of(run).exists(),
        "tabs": campaign_tabs(signed_in(request), "labels", run.campaign_id),
    }
    return render(request, "sampling/custody_print.html", context)


@require_safe
@needs("campaign.see")
def label_file(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """The PDF of a print, as a stream."""
    run = _run(request, run_id)
    path = actions.file_of(run)
    if not path.exists():
        raise Http404("not drawn yet")
    return FileResponse(path.open("rb"), content_type="application/pdf", filename=f"{run.first}-{run.last}.pdf")


def _run(request: HttpRequest, run_id: UUID) -> LabelRun:
    run = get_object_or_404(LabelRun.objects.select_related("campaign", "site"), id=run_id)
    campaign_of(request, run.campaign_id)
    return run


def _sites(request: HttpRequest, found: Campaign) -> QuerySet[Site]:
    return scope(signed_in(request), Site.objects.filter(campaign=found)).order_by("id")


def _printed(request: HttpRequest, found: Campaign, form: NewPrint) -> LabelRun | None:
    """Prints; a refusal is written into the form, so that what was typed stays."""
    user = signed_in(request)
    require(user, "campaign.manage", area_code=found.area_code)
    if not form.is_valid():
        return None
    try:
        run = actions.print_labels(found, actions.LabelOrder(**form.cleaned_data), by=user.label, at=clock.now())
        _draw(run)
    except Refused as refused:
        form.add_error(tables.FIELDS.get(refused.code), tables.why(refused))
        return None
    return run


def _draw(run: LabelRun) -> None:
    if run.count <= AT_ONCE:
        actions.draw_run(run.id)
        return
    try:
        app.configure_task(TASK, queueing_lock=f"{TASK}:{run.id}").defer(run_id=str(run.id))
    except AlreadyEnqueued:
        return


def _given(request: HttpRequest, found: Campaign, form: NewRange) -> bool:
    user = signed_in(request)
    require(user, "campaign.manage", area_code=found.area_code)
    if not form.is_valid():
        return False
    site = get_object_or_404(scope(user, Site.objects.filter(campaign=found)), pk=form.cleaned_data.pop("site_id"))
    try:
        actions.give_codes(site, **form.cleaned_data, by=user.label, at=clock.now())
    except Refused as refused:
        form.add_error(tables.FIELDS.get(refused.code), tables.why(refused))
        return False
    return True
