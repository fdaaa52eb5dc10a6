"""Pages of the investigation: the questions of a case, and the door for one answer as it is typed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.questionnaire import Typed, keep_answer
from yinghuo.desks.response.models import Case
from yinghuo.desks.response.queries.cases import case_of
from yinghuo.desks.response.queries.questionnaire import asked_of, parts
from yinghuo.desks.response.rules.questionnaire import questions_on
from yinghuo.desks.response.views.frame import response_tabs

PARTS = {"core_facts": lazy("Core facts"), "investigation": lazy("The whole investigation")}


@require_safe
@needs("event.see")
def investigation(request: HttpRequest, number: str) -> HttpResponse:
    """The questions of a case; what is typed is kept as it is typed."""
    user, one = signed_in(request), _found(request, number)
    shown = [(PARTS[part.clock], part) for part in parts(one, now=clock.now())]
    context = {
        "title": _("Investigation of %(number)s") % {"number": number},
        "tabs": response_tabs(user, "cases"),
        "case": one,
        "parts": shown,
        "may_write": may(user, "event.manage"),
    }
    return render(request, "response/case_questions.html", context)


@require_POST
@needs("event.manage")
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """One answer: form fields id, question, value (several), over, said_at; gives the state of this question back."""
    user, one = signed_in(request), _found(request, number)
    require(user, "event.manage", area_code=one.area_code)
    typed = _typed(request)
    keep_answer(one.id, typed, by=user.label, at=clock.now())
    context = {"asked": asked_of(one, typed.question), "case": one, "may_write": True}
    return render(request, "response/case_answer.html", context)


def asked_in_all(case: Case) -> int:
    """How many questions are asked about a case."""
    return len(questions_on(timezone.localdate(case.reported_at)))


def _typed(request: HttpRequest) -> Typed:
    given: Any = request.POST
    try:
        said_at = datetime.fromisoformat(given.get("said_at", ""))
        over = UUID(given["over"]) if given.get("over") else None
        typed = Typed(UUID(given.get("id", "")), given.get("question", ""), given.getlist("value"), said_at, over)
    except ValueError as error:
        raise Refused("answer.unreadable") from error
    if said_at.tzinfo is None:
        raise Refused("answer.unreadable")
    return typed


def _found(request: HttpRequest, number: str) -> Case:
    one = case_of(signed_in(request), number)
    if one is None:
        raise Http404
    return one


addresses: list[URLPattern] = [
    path("response/cases/<str:number>/investigation", investigation, name="investigation"),
    path("response/cases/<str:number>/answers", answer, name="case_answer"),
]
