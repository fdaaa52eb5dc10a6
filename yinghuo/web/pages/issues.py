"""Issues: facts in doubt, and the form in which a person settles them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports, states
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import names
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions, queries
from yinghuo.core.work.models import Issue
from yinghuo.core.work.rules import Settlement
from yinghuo.desks.sampling.models import Campaign
from yinghuo.web import clock
from yinghuo.web.navigation import open_issues
from yinghuo.web.pages.doubted import CODES, code_in_words, described
from yinghuo.web.pages.history import moments_and_names
from yinghuo.web.pages.links import about
from yinghuo.web.pages.reading import at_most, chosen, or_404, seen
from yinghuo.web.refusals import sentence


class Settle(forms.Form):
    """How a doubt ends, and why."""

    settlement = forms.ChoiceField(label=lazy("What is true"), choices=Settlement.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=lazy("Reason"),
        help_text=lazy("What did you look at, whom did you ask? Write no names of people who were sampled."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


@require_safe
@needs("issue.see")
def issues(request: HttpRequest) -> HttpResponse:
    """Open issues, the oldest first; by code and campaign."""
    user = signed_in(request)
    campaigns = {str(one.id): one.name for one in scope(user, Campaign.objects.order_by("-starts_at"))[:100]}
    asked = _asked(request, campaigns)
    table = _table(request, user, asked)
    context = {"title": _title(user), "choices": _choices(asked, campaigns), "table": table}
    return exports.asked(request, table) or render(request, "pages/issues.html", context)


@require_http_methods(["GET", "POST"])
@needs("issue.see")
def issue(request: HttpRequest, issue_id: UUID) -> HttpResponse:
    """One issue with the records of the fact in doubt; settles it."""
    one = or_404(seen(signed_in(request), Issue.objects.filter(id=issue_id)).first())
    form = Settle(request.POST or None)
    if request.method == "POST" and _settled(request, one, form):
        messages.success(request, _("Settled. The fact itself stays as it was recorded."))
        return redirect("issue", one.id)
    details, table = described(one)
    context = _context(one) | {"form": form, "details": details, "table": table}
    context["may_settle"] = may(signed_in(request), "issue.settle") and (one.settled_at is None or form.is_bound)
    return exports.asked(request, table) or render(
        request, "pages/issue.html", context, status=422 if form.errors else 200
    )


def _settled(request: HttpRequest, one: Issue, form: Settle) -> bool:
    """Settles it; a refusal is written into the form, so that what was typed stays."""
    user = signed_in(request)
    require(user, "issue.settle", area_code=one.area_code or user.area_code)
    if not form.is_valid():
        return False
    try:
        actions.settle_issue(one.id, **form.cleaned_data, by=user.label, at=clock.now())
    except Refused as refused:
        form.add_error(None, sentence(refused))
        return False
    return True


def _context(one: Issue) -> dict[str, Any]:
    where = names([one.area_code])
    labels = [label for label in (one.raised_by, one.settled_by) if label]
    history, who = moments_and_names(f"issue:{one.id}", also=[one.raised_entry], labels=labels)
    return {
        "title": _("%(doubt)s · %(area)s")
        % {"doubt": code_in_words(one.code), "area": where.get(one.area_code, one.area_code) or _("area not known")},
        "issue": one,
        "about": about(one.subject),
        "state": states.SETTLEMENT[one.settlement],
        "raised_by": who[one.raised_by],
        "settled_by": who.get(one.settled_by, ""),
        "moments": history,
    }


def _asked(request: HttpRequest, campaigns: dict[str, str]) -> dict[str, str]:
    options: dict[str, Iterable[str]] = {"code": CODES, "campaign": campaigns, "settled": ["1"]}
    return {key: chosen(request, key, values) for key, values in options.items()}


def _choices(asked: dict[str, str], campaigns: dict[str, str]) -> list[Choice]:
    return [
        Choice("code", _("Doubt"), list(CODES.items()), asked["code"]),
        Choice("campaign", _("Campaign"), list(campaigns.items()), asked["campaign"]),
        Choice("settled", _("State"), [("1", _("settled ones too"))], asked["settled"]),
    ]


def _title(user: User) -> str:
    count = open_issues(user)
    if not count:
        return _("No fact is in doubt")
    return ngettext("%(count)s fact is in doubt", "%(count)s facts are in doubt", count) % {"count": at_most(count)}


def _table(request: HttpRequest, user: User, asked: dict[str, str]) -> Table:
    here = request.GET.get("after", "")
    found = queries.issues(
        user,
        open_only=not asked["settled"],
        code=asked["code"] or None,
        campaign_id=UUID(asked["campaign"]) if asked["campaign"] else None,
        after=place(here, datetime.fromisoformat, UUID),
    )
    after = found.after and (found.after[0].isoformat(), found.after[1])
    return Table(
        name="issues",
        caption=_("Issues, the oldest first"),
        columns=_columns(),
        rows=_rows(found.rows),
        empty=_empty(asked),
        pager=pager(len(found.rows), after=after, here=here),
        files=True,
    )


def _columns() -> list[Column]:
    return [
        Column("doubt", _("Doubt"), link="href", note="code"),
        Column("subject", _("About"), kind="code"),
        Column("state", _("State"), kind="state"),
        Column("area", _("Area")),
        Column("raised_at", _("Raised"), kind="moment"),
    ]


def _rows(found: Sequence[Issue]) -> list[dict[str, Any]]:
    where = names(one.area_code for one in found)
    return [
        {
            "id": one.id,
            "doubt": code_in_words(one.code),
            "code": one.code,
            "href": reverse("issue", args=[one.id]),
            "subject": one.subject,
            "state": states.SETTLEMENT[one.settlement],
            "area": where.get(one.area_code, one.area_code) or _("not known"),
            "raised_at": one.raised_at,
        }
        for one in found
    ]


def _empty(asked: dict[str, str]) -> Empty:
    if any(asked.values()):
        return Empty(_("No issue is like this."), _("Show all open issues"), reverse("issues"))
    return Empty(
        _("No fact is in doubt in your area."),
        _("Every fact is looked at when it arrives; what is odd appears here by itself."),
    )
