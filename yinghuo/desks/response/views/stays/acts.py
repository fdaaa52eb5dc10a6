"""What is done to a stay: its end moved or set, a proposal confirmed, an objection taken down, a slip printed."""

import io
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yinghuo.console.clock import now
from yinghuo.core.people.access import needs, signed_in
from yinghuo.desks.response.actions import stays as actions
from yinghuo.desks.response.models import End, Stay, StayTerm
from yinghuo.desks.response.rules.stays import Basis
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.stays.lists import place_of
from yinghuo.desks.response.views.tracks.reading import carried_out, managed
from yinghuo.desks.response.views.words import rule_name, who

LINES = forms.Textarea(attrs={"rows": 3})


class Ending(forms.Form):
    """Why a stay ends."""

    end = forms.ChoiceField(label=lazy("Why it ends"), choices=End.choices)
    reason = forms.CharField(
        label=lazy("Reason"), help_text=lazy("Needed for an early end. No names."), required=False, widget=LINES
    )


class Until(forms.Form):
    """A new last day."""

    until = forms.DateField(label=lazy("Isolated until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=lazy("Reason"), max_length=400, widget=LINES)


class Objecting(forms.Form):
    """What the person holds against it."""

    text = forms.CharField(label=lazy("What the person says"), max_length=1000, widget=LINES)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def end(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """Ends a stay; the bed is free."""
    stay, form = managed(request, Stay, stay_id), Ending(request.POST or None)
    if _done(request, form, lambda said: actions.end_stay(stay.id, **form.cleaned_data, **said)):
        return redirect("stay", stay.id)
    return _form(request, stay, form, _("End the stay"))


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def until(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """Moves the last day; the ceiling is shown, and what lies beyond becomes a doubt for oversight."""
    stay, form = managed(request, Stay, stay_id), Until(request.POST or None)
    if _done(request, form, lambda said: actions.set_until(stay.id, **form.cleaned_data, **said)):
        return redirect("stay", stay.id)
    lead = _("By the rule in force (%(rule)s) the latest day is %(ceiling)s. A later one is told to oversight at once.")
    return _form(
        request, stay, form, _("Move the last day"), lead % {"rule": rule_name(stay.rule), "ceiling": stay.ceiling_on}
    )


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def object_to(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """Takes down an objection; it is settled where all objections are."""
    stay, form = managed(request, Stay, stay_id), Objecting(request.POST or None)
    if _done(request, form, lambda said: actions.object_to_stay(stay.id, **form.cleaned_data, **said)):
        messages.success(request, _("The objection is taken down; somebody else settles it."))
        return redirect("stay", stay.id)
    return _form(request, stay, form, _("Take down an objection"))


@require_POST
@needs("event.manage")
def confirm(request: HttpRequest, term_id: UUID) -> HttpResponse:
    """Confirms what a change of the rules proposed."""
    term = managed(request, StayTerm, term_id, area="stay__area_code")
    actions.confirm_term(term.id, by=signed_in(request).label, at=now())
    return redirect("stay", term.stay_id)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("event.manage")
def slip(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """Says what will happen; then shows the slip once, to be printed and given to the person."""
    stay = managed(request, Stay, stay_id)
    code = actions.give_slip(stay.id, by=signed_in(request).label, at=now()) if request.method == "POST" else ""
    link = request.build_absolute_uri(reverse("my_stay", args=[code])) if code else ""
    context = {
        "title": _("Slip of %(who)s") % {"who": who(stay.person)},
        "tabs": response_tabs(signed_in(request), "stays"),
        "stay": stay,
        "place": place_of(stay),
        "basis": Basis(stay.basis).label,
        "code": code,
        "picture": _drawn(link) if code else "",
        "home": request.build_absolute_uri(reverse("isolation")),
    }
    return render(request, "response/stay_slip.html", context)


def _done(request: HttpRequest, form: forms.Form, act: Any) -> bool:
    said = {"by": signed_in(request).label, "at": now()}
    return request.method == "POST" and form.is_valid() and carried_out(form, lambda: act(said))


def _form(request: HttpRequest, stay: Stay, form: forms.Form, verb: str, lead: str = "") -> HttpResponse:
    context = {"title": f"{who(stay.person)} · {verb}", "form": form, "verb": verb, "lead": lead}
    context |= {"back": reverse("stay", args=[stay.id]), "tabs": response_tabs(signed_in(request), "stays")}
    return render(request, "response/track_form.html", context, status=422 if form.errors else 200)


def _drawn(link: str) -> str:
    """The QR code as SVG; it holds an address of this site alone."""
    out = io.BytesIO()
    options: dict[str, Any] = {"xmldecl": False, "svgclass": None, "lineclass": None, "omitsize": True}
    segno.make_qr(link, error="m").save(out, kind="svg", border=4, light="#fff", **options)
    return mark_safe(out.getvalue().decode())  # noqa: S308 - drawn here from our own address
