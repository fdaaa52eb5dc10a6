"""Steps of an event: opened with one key; contained, ended, opened again, merged, a merge undone, each weighed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from yinghuo.console import clock
from yinghuo.console.pieces import Words
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions import cases as actions
from yinghuo.desks.response.models import Case, Event, EventState, Merge
from yinghuo.desks.response.queries import events as queries
from yinghuo.desks.response.rules.cases import NEXT_STATE
from yinghuo.desks.response.views.case_forms import Into, Reason
from yinghuo.desks.response.views.frame import typed_words


@dataclass(frozen=True)
class Step:
    """A step: its name in the address, its verb, what is said when it is done, whether it needs a reason."""

    name: str
    to: EventState
    verb: Words
    said: Words
    act: Callable[..., Event]
    reason: bool = False


STEPS = {
    step.name: step
    for step in (
        Step("open", EventState.OPEN, lazy("Open the event"), lazy("Opened. The four tracks run."), actions.open_event),
        Step(
            "contain",
            EventState.CONTAINED,
            lazy("Note as contained"),
            lazy("Noted as contained."),
            actions.contain_event,
        ),
        Step("end", EventState.CLOSED, lazy("End the event"), lazy("The event has ended."), actions.close_event),
        Step("reopen", EventState.OPEN, lazy("Open again"), lazy("Opened again."), actions.reopen_event, reason=True),
    )
}


def open_to(user: User, event: Event) -> list[Step]:
    """The steps that this user may take with the event now."""
    if not may(user, "event.manage") or event.merged_into_id:
        return []
    began = event.state != EventState.DRAFT
    fitting = [step for step in STEPS.values() if step.to in NEXT_STATE[EventState(event.state)]]
    return [step for step in fitting if step.to != EventState.OPEN or (step.name == "reopen") == began]


@require_POST
@needs("event.manage")
def event_step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Takes a step; what stands in the way is said by the refusal."""
    user, one = signed_in(request), _found(request, number)
    step = STEPS.get(name)
    if step is None:
        raise Http404
    require(user, "event.manage", area_code=one.area_code)
    reason = {"reason": typed_words(request, "reason")} if step.reason else {}
    step.act(one.id, **reason, by=user.label, at=clock.now())
    notices.success(request, str(step.said))
    return redirect("event", number)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def merge_event(request: HttpRequest, number: str) -> HttpResponse:
    """An event is found to be part of another: says what happens, asks into which and why."""
    user, one = signed_in(request), _found(request, number)
    require(user, "event.manage", area_code=one.area_code)
    form = Into(request.POST or None)
    into = typed(form, lambda wanted: queries.event_of(user, wanted), _("Your area has no event of this number."))
    if into:
        actions.merge_events(one.id, into=into.id, reason=form.cleaned_data["reason"], by=user.label, at=clock.now())
        notices.success(request, _("Merged. It can be taken back."))
        return redirect("event", into.number)
    effects = [
        _("Its cases go to the other event; its reports, orders and entries stay and are shown there as well."),
        _("It can be taken back: then its cases return."),
    ]
    words = {"title": _("Merge event %(number)s into another") % {"number": number}, "verb": _("Merge")}
    return weighed(request, form, words | {"effects": effects, "back": reverse("event", args=[number])})


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Takes a merge of events or cases back, for a reason."""
    user, merge = signed_in(request), Merge.objects.filter(id=merge_id).first()
    gone = _row(user, merge) if merge else None
    if merge is None or gone is None:
        raise Http404
    require(user, "event.manage", area_code=gone.area_code)
    form = Reason(request.POST or None)
    back = reverse(merge.what, args=[gone.number])
    if request.method == "POST" and form.is_valid():
        actions.undo_merge(merge.id, reason=form.cleaned_data["reason"], by=user.label, at=clock.now())
        notices.success(request, _("Taken back: %(number)s stands for itself again.") % {"number": gone.number})
        return redirect(back)
    effects = [_("%(number)s stands for itself again, with the cases that came from it.") % {"number": gone.number}]
    words = {"title": _("Take the merge of %(number)s back") % {"number": gone.number}, "verb": _("Take back")}
    return weighed(request, form, words | {"effects": effects, "back": back})


def typed(form: Into, find: Callable[[str], Any], missing: str) -> Any:
    """What the typed number names; None while the form is not valid, with the error at the field."""
    if not form.is_bound or not form.is_valid():
        return None
    row = find(form.cleaned_data["into"].strip())
    if row is None:
        form.add_error("into", missing)
    return row


def _row(user: User, merge: Merge) -> Event | Case | None:
    rows: Any = Event.objects if merge.what == "event" else Case.objects
    found: Event | Case | None = scope(user, rows.filter(id=merge.gone)).first()
    return found


def _found(request: HttpRequest, number: str) -> Event:
    one = queries.event_of(signed_in(request), number)
    if one is None:
        raise Http404
    return one


def weighed(request: HttpRequest, form: Any, words: dict[str, Any]) -> HttpResponse:
    return render(request, "response/case_weigh.html", words | {"form": form}, status=422 if form.errors else 200)


addresses: list[URLPattern] = [
    path("response/events/<str:number>/step/<str:name>", event_step, name="event_step"),
    path("response/events/<str:number>/merge", merge_event, name="merge_event"),
    path("response/merges/<uuid:merge_id>/undo", undo, name="undo_case_merge"),
]
