"""Opening one person's identity for a reason, and taking down what they object to."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yinghuo.core.people import actions, queries
from yinghuo.core.people.access import needs
from yinghuo.core.people.models import User
from yinghuo.web.clock import now


class Reason(forms.Form):
    """Why an identity is opened."""

    reason = forms.CharField(label=lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


class Objecting(forms.Form):
    """What a person objects to, in their words."""

    text = forms.CharField(label=lazy("Objection"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("identity.open")
def reveal(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Shows exactly what opening will do, asks for the reason, then shows the identity on this one answer."""
    user = _reader(request, person_id)
    form = Reason(request.POST or None)
    context: dict[str, Any] = {"title": _("Open an identity"), "person": person_id, "form": form, "verb": _("Open it")}
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        context["identity"] = actions.reveal_identity(person_id, user=user, reason=reason, at=now())
    context["effects"] = [
        _("Name, identity number and telephone of this person are shown to you, on this page alone."),
        _("That you opened them, and when, is entered in the ledger for good; auditors read your reason."),
    ]
    return render(request, "pages/reveal.html", context)


@require_http_methods(["GET", "POST"])
@needs("campaign.manage")
def object_to_use(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Takes down an objection; it waits among the objections until somebody answers."""
    user = _reader(request, person_id)
    form = Objecting(request.POST or None)
    if form.is_valid():
        actions.raise_objection(person_id, text=form.cleaned_data["text"], by=user.label, at=now())
        messages.success(request, _("The objection is kept and waits for an answer."))
        return redirect("person", person_id)
    context = {"title": _("Take down an objection"), "form": form, "verb": _("Keep it"), "person": person_id}
    return render(request, "pages/object.html", context)


def _reader(request: HttpRequest, person_id: UUID) -> User:
    """The signed-in user; Http404 where the person is not in their area."""
    user = request.user
    assert isinstance(user, User)
    if queries.person(user, person_id) is None:
        raise Http404
    return user
