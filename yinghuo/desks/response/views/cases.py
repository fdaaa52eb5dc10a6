"""Pages of cases: the list, one with its timeline, judging, likely duplicates, merging."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Table
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import cases as actions
from yinghuo.desks.response.actions.duplicates import decide_alike
from yinghuo.desks.response.models import Alike, Case, Class
from yinghuo.desks.response.queries import cases as queries
from yinghuo.desks.response.queries import events as event_queries
from yinghuo.desks.response.queries import timeline
from yinghuo.desks.response.views import case_tables as tables
from yinghuo.desks.response.views import questionnaire
from yinghuo.desks.response.views.case_forms import Into, Judging
from yinghuo.desks.response.views.event_steps import typed, weighed
from yinghuo.desks.response.views.events import area_of
from yinghuo.desks.response.views.frame import response_tabs, typed_words
from yinghuo.desks.response.words.cases import CLASS

ROWS = 50
FOUND_BY = ("report", "sampling", "tracing", "import")


@require_safe
@needs("event.see")
def cases(request: HttpRequest) -> HttpResponse:
    """Cases of the area, the newest first."""
    user = signed_in(request)
    counts = queries.counts(user)
    wanted, choices = _wanted(request, user, counts)
    table = _table(request, user, wanted)
    words = {"confirmed": counts.get("confirmed", 0), "none": counts.get("asymptomatic", 0)}
    words |= {"waiting": counts.get("draft", 0) + counts.get("suspected", 0)}
    title = _("Cases: %(confirmed)s confirmed, %(none)s asymptomatic, %(waiting)s to be judged") % words
    context = {"title": title, "tabs": response_tabs(user, "cases"), "choices": choices, "table": table}
    return exports.asked(request, table) or render(request, "response/cases.html", context)


@require_safe
@needs("event.see")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: what is due, what is held of it, results, likely duplicates, the timeline."""
    user = signed_in(request)
    one: Any = found(request, number)
    merges = event_queries.merges_of(one.id)
    story = timeline.Story(event_queries.about_case(one, merges))
    context = {
        "title": _title(one),
        "tabs": response_tabs(user, "cases"),
        "case": one,
        "facts": tables.case_row(one, {one.area_code: area_of(one)}),
        "story": story,
        "alike": queries.alike_rows(user, one),
        "results": _results(story),
        "answered": {"answered": story.count("answers"), "all": questionnaire.asked_in_all(one)},
        "merges": merges,
        "may_manage": may(user, "event.manage"),
        "may_reveal": may(user, "identity.reveal") and one.person,
    }
    return render(request, "response/case.html", context)


@require_safe
@needs("event.see")
def case_by_id(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case that an order or a ledger entry names by its id."""
    one = scope(signed_in(request), Case.objects.filter(id=case_id)).first()
    if one is None:
        raise Http404
    return redirect("case", one.number)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def judge(request: HttpRequest, number: str) -> HttpResponse:
    """Says what the case is held to be, and why."""
    user, one = signed_in(request), found(request, number)
    require(user, "event.manage", area_code=one.area_code)
    form = Judging(one, request.POST or None)
    if request.method == "POST" and form.is_valid() and _judged(one, form, user):
        notices.success(request, _("Judged. The clock of this case has stopped."))
        return redirect("case", number)
    context = {
        "title": _("Judge case %(number)s") % {"number": number},
        "form": form,
        "verb": _("Keep the judgement"),
        "back": reverse("case", args=[number]),
        "history": one.judgements.order_by("at"),
    }
    return render(request, "response/case_judge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def merge_case(request: HttpRequest, number: str) -> HttpResponse:
    """A case is found to be another one: says what happens, asks which and why."""
    user, one = signed_in(request), found(request, number)
    require(user, "event.manage", area_code=one.area_code)
    form = Into(request.POST or None)
    into = typed(form, lambda wanted: queries.case_of(user, wanted), _("Your area has no case of this number."))
    if into:
        actions.merge_cases(one.id, into=into.id, reason=form.cleaned_data["reason"], by=user.label, at=clock.now())
        notices.success(request, _("Merged. It can be taken back."))
        return redirect("case", into.number)
    effects = [
        _("The other case stands for both; what was reported and answered of this one is shown there as well."),
        _("It no longer counts as a case. It can be taken back."),
    ]
    words = {"title": _("Merge case %(number)s into another") % {"number": number}, "verb": _("Merge")}
    return weighed(request, form, words | {"effects": effects, "back": reverse("case", args=[number])})


@require_POST
@needs("event.manage")
def decide(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """One case or two: decided by a person who sees both, for a reason."""
    user = signed_in(request)
    pair = Alike.objects.select_related("case", "other").filter(id=pair_id).first()
    if pair is None or not scope(user, Case.objects.filter(id=pair.case_id)).exists():
        raise Http404
    require(user, "event.manage", area_code=pair.case.area_code)
    require(user, "event.manage", area_code=pair.other.area_code)
    given = {"verdict": request.POST.get("verdict", ""), "reason": typed_words(request, "reason")}
    decide_alike(pair.id, **given, by=user.label, at=clock.now())
    notices.success(request, _("Decided. A merge can be taken back."))
    return redirect("case", pair.other.number if given["verdict"] == "one" else pair.case.number)


def found(request: HttpRequest, number: str) -> Case:
    """A case of the reader's area; Http404 for another."""
    one = queries.case_of(signed_in(request), number)
    if one is None:
        raise Http404
    return one


def _judged(one: Case, form: Judging, user: User) -> bool:
    """Whether it was judged; a refusal is written to its field."""
    try:
        actions.judge_case(one.id, **form.judged(), by=user.label, at=clock.now())
    except Refused as refused:
        if refused.code != "case.onset_later":
            raise
        form.add_error("onset_on", _("This day is still to come."))
    return not form.errors


def _title(one: Case) -> str:
    words = {"number": one.number, "state": CLASS[one.held_as], "event": one.event.name}
    return _("%(number)s · %(state)s · %(event)s") % words


def _results(story: timeline.Story) -> Table:
    rows = tables.result_rows(story.results)
    caption, empty = _("Results of this person"), Empty(_("No result of a laboratory is known of this person yet."))
    return Table(name="results", caption=caption, columns=tables.result_columns(), rows=rows, empty=empty)


def _wanted(request: HttpRequest, user: User, counts: dict[str, int]) -> tuple[dict[str, str], list[Choice]]:
    options: dict[str, list[tuple[str, Any]]] = {
        "held_as": [(held.value, f"{held.label} ({counts.get(held.value, 0)})") for held in Class],
        "area": [(area.code, area.name) for area in areas.children(user.area_code)],
        "isolated": [("yes", lazy("yes")), ("no", lazy("no")), ("unknown", lazy("not known"))],
        "found_by": [(key, tables.found_by_in_words(key)) for key in FOUND_BY],
    }
    labels = {"held_as": lazy("Held to be"), "area": lazy("Area"), "found_by": lazy("Found by")}
    labels["isolated"] = lazy("In isolation when found")
    asked = {key: request.GET.get(key, "") for key in options}
    asked = {key: value if value in dict(options[key]) else "" for key, value in asked.items()}
    choices = [Choice(key, labels[key], options[key], asked[key]) for key in options]
    if number := request.GET.get("event", "")[:20]:
        choices.append(Choice("event", lazy("Event"), [(number, number)], number))
    return asked | {"event": number}, choices


def _table(request: HttpRequest, user: User, wanted: dict[str, str]) -> Table:
    here = request.GET.get("after", "")
    rows = list(queries.after(queries.cases(user, wanted), place(here, datetime.fromisoformat, UUID))[: ROWS + 1])
    shown = rows[:ROWS]
    where = areas.names({row.area_code for row in shown})
    follows = (shown[-1].reported_at.isoformat(), shown[-1].id) if len(rows) > ROWS else None
    return Table(
        name="cases",
        caption=_("Cases, the newest first"),
        columns=tables.case_columns(),
        rows=[tables.case_row(row, where) for row in shown],
        empty=tables.no_cases(any(wanted.values())),
        pager=pager(len(shown), after=follows, here=here),
        files=True,
    )


addresses: list[URLPattern] = [
    path("response/cases", cases, name="cases"),
    path("response/cases/<uuid:case_id>", case_by_id, name="case_by_id"),
    path("response/cases/<str:number>", case, name="case"),
    path("response/cases/<str:number>/judge", judge, name="judge_case"),
    path("response/cases/<str:number>/merge", merge_case, name="merge_case"),
    path("response/alike/<uuid:pair_id>", decide, name="decide_alike"),
    *questionnaire.addresses,
]
