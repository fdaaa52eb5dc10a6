"""Personal data: objections of persons and their answers; who looked at an identity, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import day
from yinghuo.console.who import names_of
from yinghuo.core.areas.queries import names
from yinghuo.core.people import actions
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import Objection, Reveal, User
from yinghuo.core.refusal import Refused
from yinghuo.web import clock
from yinghuo.web.pages.history import moments
from yinghuo.web.pages.links import about
from yinghuo.web.pages.reading import or_404
from yinghuo.web.pages.tabs import privacy_tabs
from yinghuo.web.refusals import sentence

ROWS = 50


class Answer(forms.Form):
    """What the person is told."""

    answer = forms.CharField(label=lazy("Answer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)


@require_safe
@needs("objection.see")
def objections(request: HttpRequest) -> HttpResponse:
    """Objections of the area, the newest first, with their answers."""
    user = signed_in(request)
    table = _objections(request, user)
    count = scope(user, Objection.objects.filter(settled_at__isnull=True)).count()
    context = {"title": _waiting(count), "table": table, "tabs": privacy_tabs(user, "privacy")}
    return exports.asked(request, table) or render(request, "pages/privacy.html", context)


@require_http_methods(["GET", "POST"])
@needs("objection.see")
def objection(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """One objection; answers it."""
    user = signed_in(request)
    one = or_404(scope(user, Objection.objects.filter(id=objection_id)).first())
    form = Answer(request.POST or None)
    if request.method == "POST" and _answered(one, user, form):
        messages.success(request, _("The answer is written down."))
        return redirect("objection", one.id)
    context = _context(one) | {
        "form": form,
        "may_answer": may(user, "objection.answer") and (not one.settled_at or form.is_bound),
    }
    return render(request, "pages/objection.html", context, status=422 if form.errors else 200)


@require_safe
@needs("reveal.see")
def reveals(request: HttpRequest) -> HttpResponse:
    """Who looked at identities, and why; the newest first."""
    user = signed_in(request)
    table = _reveals(request, user)
    context = {
        "title": _looked_at(scope(user, Reveal.objects.all()).count()),
        "table": table,
        "tabs": privacy_tabs(user, "reveals"),
    }
    return exports.asked(request, table) or render(request, "pages/privacy.html", context)


def _waiting(count: int) -> str:
    if not count:
        return _("Every objection is answered")
    words = ngettext("%(count)s objection waits for an answer", "%(count)s objections wait for an answer", count)
    return words % {"count": count}


def _looked_at(count: int) -> str:
    words = ngettext("%(count)s time an identity was looked at", "%(count)s times an identity was looked at", count)
    return words % {"count": count}


def _answered(one: Objection, user: User, form: Answer) -> bool:
    """Answers it; a refusal is written into the form, so that what was typed stays."""
    require(user, "objection.answer", area_code=one.area_code)
    if not form.is_valid():
        return False
    try:
        actions.settle_objection(one.id, **form.cleaned_data, by=user.label, at=clock.now())
    except Refused as refused:
        form.add_error(None, sentence(refused))
        return False
    return True


def _context(one: Objection) -> dict[str, Any]:
    who = names_of(label for label in (one.raised_by, one.settled_by) if label)
    return {
        "title": _("Objection of %(day)s") % {"day": day(one.raised_at)},
        "objection": one,
        "state": _state(one),
        "person": about(f"person:{one.person_id}"),
        "raised_by": who[one.raised_by],
        "settled_by": who.get(one.settled_by, ""),
        "moments": moments(f"objection:{one.id}"),
    }


def _objections(request: HttpRequest, user: User) -> Table:
    here = request.GET.get("after", "")
    found = scope(user, Objection.objects.all())
    if after := place(here, datetime.fromisoformat, UUID):
        found = found.filter(Q(raised_at__lt=after[0]) | Q(raised_at=after[0], id__lt=after[1]))
    rows = list(found.order_by("-raised_at", "-id")[: ROWS + 1])
    following = (rows[ROWS - 1].raised_at.isoformat(), rows[ROWS - 1].id) if len(rows) > ROWS else None
    columns = [
        Column("raised_at", _("Raised"), kind="moment", link="href"),
        Column("text", _("Objection")),
        Column("state", _("State"), kind="state"),
        Column("answer", _("Answer")),
        Column("area", _("Area")),
    ]
    return Table(
        name="objections",
        caption=_("Objections, the newest first"),
        columns=columns,
        rows=_objection_rows(rows[:ROWS]),
        empty=Empty(
            _("Nobody in your area has objected to the use of their data."),
            _("An objection is written down on the page of the person."),
        ),
        pager=pager(min(len(rows), ROWS), after=following, here=here),
        files=True,
    )


def _objection_rows(found: Sequence[Objection]) -> list[dict[str, Any]]:
    where = names(one.area_code for one in found)
    return [
        {
            "id": one.id,
            "raised_at": one.raised_at,
            "href": reverse("objection", args=[one.id]),
            "text": one.text or _("erased in time"),
            "state": _state(one),
            "answer": one.answer or None,
            "area": where.get(one.area_code, one.area_code),
        }
        for one in found
    ]


def _reveals(request: HttpRequest, user: User) -> Table:
    here = request.GET.get("after", "")
    found = scope(user, Reveal.objects.all())
    if after := place(here, datetime.fromisoformat, UUID):
        found = found.filter(Q(at__lt=after[0]) | Q(at=after[0], id__lt=after[1]))
    rows = list(found.order_by("-at", "-id")[: ROWS + 1])
    following = (rows[ROWS - 1].at.isoformat(), rows[ROWS - 1].id) if len(rows) > ROWS else None
    columns = [
        Column("at", _("Time"), kind="moment", link="href"),
        Column("by", _("By")),
        Column("person", _("Person"), kind="code", link="page"),
        Column("reason", _("Reason")),
    ]
    return Table(
        name="reveals",
        caption=_("Identities looked at, the newest first"),
        columns=columns,
        rows=_reveal_rows(rows[:ROWS]),
        empty=Empty(
            _("No identity has been looked at in your area."),
            _("Whoever looks at one gives a reason, which is shown here."),
        ),
        pager=pager(min(len(rows), ROWS), after=following, here=here),
        files=True,
    )


def _reveal_rows(found: Sequence[Reveal]) -> list[dict[str, Any]]:
    who = names_of(one.by for one in found)
    return [
        {
            "id": one.id,
            "at": one.at,
            "href": reverse("entry", args=[one.id]),
            "by": who[one.by],
            "person": one.person_id,
            "page": about(f"person:{one.person_id}"),
            "reason": one.reason or _("erased in time"),
        }
        for one in found
    ]


def _state(one: Objection) -> State:
    return State("done", _("answered")) if one.settled_at else State("waiting", _("waits for an answer"))
