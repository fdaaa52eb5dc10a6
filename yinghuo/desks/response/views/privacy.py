"""Pages: what is kept and until when, looking at an identity for a case, the tables published for everybody."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import clock, exports
from yinghuo.core.people.access import needs, scope, signed_in
from yinghuo.desks.response.actions.revealing import reveal_for_case
from yinghuo.desks.response.models import Case, RevealReason
from yinghuo.desks.response.queries import privacy as queries
from yinghuo.desks.response.queries import published
from yinghuo.desks.response.rules.followups import REVEALS_A_HOUR
from yinghuo.desks.response.views import privacy_tables as tables
from yinghuo.desks.response.views.frame import response_tabs


class Why(forms.Form):
    """What an identity is needed for."""

    reason = forms.ChoiceField(label=lazy("Needed"), choices=RevealReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=lazy("In your words"), widget=forms.Textarea(attrs={"rows": 2}), max_length=300)


@require_safe
@needs("event.see")
def response_privacy(request: HttpRequest) -> HttpResponse:
    """What the desk keeps of people and until when; the last erasures with their proof; who looked, for what."""
    user, now = signed_in(request), clock.now()
    context = {
        "title": _("What the response desk keeps of people, and until when"),
        "tabs": response_tabs(user, "review"),
        "kept": tables.kept(queries.held()),
        "erased": tables.erased(queries.erasures()),
        "looks": tables.looks(queries.reveals_by_reason(user, now=now)),
    }
    return render(request, "response/privacy.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("event.see")
@needs("identity.reveal")
def reveal_identity(request: HttpRequest, case_id: UUID, person_id: UUID) -> HttpResponse:
    """Says what looking does, asks for the reason, then shows the identity on this one answer."""
    user = signed_in(request)
    case = scope(user, Case.objects.filter(id=case_id)).first()
    if case is None:
        raise Http404
    form = Why(request.POST or None)
    context: dict[str, Any] = {"title": _("Look at an identity for case %(case)s") % {"case": case.number}}
    context |= {"form": form, "verb": _("Look at it"), "effects": _effects(), "tabs": response_tabs(user, "cases")}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        looked = reveal_for_case(person_id, case.id, given["reason"], words=given["words"], by=user, at=clock.now())
        context["identity"] = looked
    return render(request, "response/privacy_reveal.html", context, status=422 if form.errors else 200)


@require_safe
def published_tables(request: HttpRequest) -> HttpResponse:
    """The desk's tables for everybody, week by week; no login, the same for every reader."""
    stored = published.stored(_week(request))
    shown = {one.key: tables.published(one) for one in stored}
    wanted = shown.get(request.GET.get("table", "")) or next(iter(shown.values()), None)
    context = {
        "title": tables.published_sentence(stored),
        "table": wanted,
        "captions": [(one.name, one.caption) for one in shown.values()],
        "weeks": published.weeks(),
        "week": stored[0].first_day if stored else None,
    }
    asked = exports.asked(request, wanted) if wanted else None
    return asked or render(request, "response/privacy_published.html", context)


def _effects() -> list[str]:
    return [
        _("Name, identity number and telephone of this one person are shown to you, on this page alone."),
        _("The ledger says for good that you looked; auditors read the case and your reason."),
        _("Only the person of this case and its contacts can be shown, and %(most)s an hour at the most.")
        % {"most": REVEALS_A_HOUR},
    ]


def _week(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET["week"]) if "week" in request.GET else None
    except ValueError:
        return None


addresses: list[URLPattern] = [
    path("response/privacy", response_privacy, name="response_privacy"),
    path("response/cases/<uuid:case_id>/identity/<uuid:person_id>", reveal_identity, name="reveal_for_case"),
    path("response/published", published_tables, name="published_tables"),
]
