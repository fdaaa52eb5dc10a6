"""Isolation at home: begun for a contact of an event, or after the days at a site."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from yinghuo.console.clock import now
from yinghuo.core.people.access import needs, require, signed_in
from yinghuo.desks.response.actions import stays as actions
from yinghuo.desks.response.models import Contact, Event, Stay
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.tracks.reading import carried_out, event_or_404, managed
from yinghuo.desks.response.views.words import who

MOST_SHOWN = 200


class AtHome(forms.Form):
    """Who is isolated at home."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    contact = forms.ChoiceField(label=lazy("Who"))

    def __init__(self, event: Event, data: Any = None) -> None:
        super().__init__(data, initial={"id": uuid4()})
        found = Contact.objects.filter(event=event, grade__in=["close", "second"], state="found").order_by("id")
        named = [(str(one.id), f"{one.get_grade_display()} {who(one.person)}") for one in found[:MOST_SHOWN]]
        self.fields["contact"].choices = named  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def at_home(request: HttpRequest, number: str) -> HttpResponse:
    """Begins a stay at home by the rule in force."""
    event, user = event_or_404(request, number), signed_in(request)
    require(user, "event.manage", area_code=event.area_code)
    form = AtHome(event, request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _begun(request, event, form)):
        return redirect("stay", form.cleaned_data["id"])
    context = {"title": _("%(number)s · isolation at home") % {"number": number}, "form": form}
    context |= {"verb": _("Begin the isolation at home"), "back": reverse("rides", args=[number])}
    context |= {"tabs": response_tabs(user, "stays"), "lead": _("From today until the last day of the rule in force.")}
    return render(request, "response/track_form.html", context, status=422 if form.errors else 200)


@require_POST
@needs("event.manage")
def go_home(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """The days at the site are over: the rest is at home."""
    stay = managed(request, Stay, stay_id)
    home = actions.go_home(stay.id, by=signed_in(request).label, at=now())
    return redirect("stay", home.id)


def _begun(request: HttpRequest, event: Event, form: AtHome) -> Stay:
    one = Contact.objects.get(id=form.cleaned_data["contact"], event=event)
    new = actions.NewStay(
        form.cleaned_data["id"],
        event.id,
        one.person,
        one.area_code,
        one.grade,
        one.last_on,
        contact_id=one.id,
    )
    return actions.begin_stay(new, by=signed_in(request).label, at=now())
