"""Settling steps: at once on the board, or with a note, not needed, or taken back on a page of its own."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from yinghuo.console.clock import now
from yinghuo.core.people.access import needs, require, signed_in
from yinghuo.desks.response.actions import tracks
from yinghuo.desks.response.actions.tracks import NOTE_CHARACTERS
from yinghuo.desks.response.models import Step
from yinghuo.desks.response.rules.tracks import BY_KEY, Outcome, StepKey
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.tracks.reading import carried_out, event_or_404, managed


class Settling(forms.Form):
    """How a step is settled."""

    outcome = forms.ChoiceField(label=lazy("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=lazy("Note, or why it is not needed"),
        help_text=lazy("No names and no numbers of people."),
        required=False,
        max_length=NOTE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TakingBack(forms.Form):
    """Why a step is taken back."""

    reason = forms.CharField(label=lazy("Reason"), max_length=NOTE_CHARACTERS, widget=forms.Textarea(attrs={"rows": 3}))


@require_POST
@needs("event.manage")
def done(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """One touch on the board: the step is done."""
    step = _step(request, step_id)
    tracks.tick(step.id, by=signed_in(request).label, at=now())
    return redirect("board", step.event.number)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def step(request: HttpRequest, step_id: UUID) -> HttpResponse:
    """One step: settled with a note, or, once it is, taken back with the reason."""
    found = _step(request, step_id)
    form = (TakingBack if found.outcome else Settling)(request.POST or None)
    if request.method == "POST" and form.is_valid() and _written(request, found, form):
        return redirect("board", found.event.number)
    context = {
        "title": f"{found.event.number} · {BY_KEY[StepKey(found.key)].name}",
        "tabs": response_tabs(signed_in(request), "events"),
        "form": form,
        "step": found,
        "verb": _("Take the step back") if found.outcome else _("Settle the step"),
    }
    return render(request, "response/track_step.html", context, status=422 if form.errors else 200)


@require_POST
@needs("event.manage")
def verify(request: HttpRequest, number: str, track: str) -> HttpResponse:
    """Somebody else has checked a finished track."""
    event, user = event_or_404(request, number), signed_in(request)
    require(user, "event.manage", area_code=event.area_code)
    tracks.verify_track(event.id, track, by=user.label, at=now())
    messages.success(request, _("The track is checked and closed."))
    return redirect("board", number)


def _step(request: HttpRequest, step_id: UUID) -> Step:
    return managed(request, Step, step_id, area="event__area_code")


def _written(request: HttpRequest, found: Step, form: forms.Form) -> bool:
    said = {**form.cleaned_data, "by": signed_in(request).label, "at": now()}
    return carried_out(form, lambda: (tracks.untick if found.outcome else tracks.tick)(found.id, **said))
