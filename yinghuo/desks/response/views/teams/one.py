"""One team: what it can do, where it was sent, and what it says of its way."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import kind_name
from yinghuo.desks.response.actions import dispatch
from yinghuo.desks.response.actions import teams as actions
from yinghuo.desks.response.models import Outcome, Sending, Team, TeamState
from yinghuo.desks.response.queries import teams as queries
from yinghuo.desks.response.queries.teams import Load
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.teams import lists, words


class Late(forms.Form):
    """By how much, and why."""

    minutes = forms.IntegerField(label=lazy("Minutes later"), min_value=1, max_value=dispatch.MOST_DELAY_MIN)
    reason = forms.CharField(label=lazy("Reason"), max_length=300)


class Back(forms.Form):
    """Why it is called back."""

    reason = forms.CharField(label=lazy("Reason"), max_length=300)


FORMS: dict[str, type[forms.Form]] = {"delay": Late, "call-back": Back}
OF_ORDER: dict[str, Callable[..., Any]] = {
    "arrive": dispatch.arrive,
    "finish": dispatch.finish,
    "call-back": dispatch.call_back,
}
OF_TEAM: dict[str, Callable[..., Any]] = {
    "delay": dispatch.delay,
    "rest": actions.rest,
    "stand-by": actions.stand_by,
}
COLUMNS = [
    Column("kind", lazy("Work order"), link="href", note="because"),
    Column("sent_at", lazy("Sent at"), kind="moment"),
    Column("eta_at", lazy("Expected there"), kind="moment", note="delay"),
    Column("arrived_at", lazy("Arrived at"), kind="moment"),
    Column("ended_at", lazy("Free at"), kind="moment"),
    Column("state", lazy("State"), kind="state"),
]


@require_safe
@needs("team.see")
def team(request: HttpRequest, code: str) -> HttpResponse:
    """A team with its orders and what it worked."""
    return shown(request, found(request, code), {})


@require_POST
@needs("team.manage")
def act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Arrived, done, delayed, called back, resting, standing by."""
    user, one = signed_in(request), found(request, code)
    require(user, "team.manage", area_code=one.area_code)
    form = FORMS[act](request.POST, prefix=act) if act in FORMS else None
    if form is not None and not form.is_valid():
        return shown(request, one, {act: form})
    _done(one, act, _order_id(request, act), **(form.cleaned_data if form else {}), by=user.label, at=clock.now())
    notices.success(request, _("It is noted, for the team and for its order."))
    return redirect("dispatch" if act == "delay" else "team", *([] if act == "delay" else [code]))


def found(request: HttpRequest, code: str) -> Team:
    """A team of the reader's area; Http404 for another."""
    one = queries.team(signed_in(request), code)
    if one is None:
        raise Http404
    return one


def shown(request: HttpRequest, one: Team, failed: dict[str, forms.Form]) -> HttpResponse:
    """The page of a team; with what was typed when it was not right."""
    user, now = signed_in(request), clock.now()
    rows = queries.sendings(one)
    under_way = [(sending, order) for sending, order in rows if sending.ended_at is None]
    context = {
        "title": _("%(name)s · %(state)s") % {"name": one.name, "state": words.team_state(one).word},
        "tabs": response_tabs(user, "teams"),
        "team": one,
        "state": words.team_state(one),
        "area": areas.name_of(one.area_code),
        "skills": words.skills_in_words(one.skills),
        "shift": lists.shift(one),
        "load": queries.loads([one.id], now=now).get(one.id, Load()),
        "under_way": [_under_way(sending, order) for sending, order in under_way],
        "table": _table(rows),
        "may_manage": may(user, "team.manage"),
        "may_delay": any(sending.arrived_at is None for sending, _order in under_way),
        "resting": one.state == TeamState.RESTING,
        "late_form": failed.get("delay") or Late(prefix="delay"),
        "back_form": failed.get("call-back") or Back(prefix="call-back"),
    }
    return render(request, "response/team.html", context, status=422 if failed else 200)


def _done(one: Team, act: str, order_id: UUID | None, **given: Any) -> None:
    if order_id is not None:
        OF_ORDER[act](one.id, order_id, **given)
    elif act in OF_TEAM:
        OF_TEAM[act](one.id, **given)
    else:
        raise Http404


def _order_id(request: HttpRequest, act: str) -> UUID | None:
    if act not in OF_ORDER:
        return None
    try:
        return UUID(request.POST.get("order", ""))
    except ValueError as error:
        raise Http404 from error


def _under_way(sending: Sending, order: Order | None) -> dict[str, Any]:
    return {
        "order_id": sending.order_id,
        "kind": kind_name(sending.kind),
        "href": reverse("order", args=[sending.order_id]),
        "eta_at": sending.eta_at,
        "arrived_at": sending.arrived_at,
        "area": areas.name_of(order.area_code) if order else "",
        "known_by": words.KNOWN_BY.get(sending.because.get("known_by", ""), ""),
    }


def _table(rows: list[tuple[Sending, Order | None]]) -> Table:
    empty = Empty(_("This team was not sent anywhere yet."))
    return Table(
        name="sendings",
        caption=lazy("Where the team was sent, the latest first"),
        columns=COLUMNS,
        rows=[_row(sending) for sending, _order in rows],
        empty=empty,
    )


def _row(sending: Sending) -> dict[str, Any]:
    told = sending.because
    delay = _("%(minutes)s min later than first said") % {"minutes": sending.delay_min} if sending.delay_min else ""
    return {
        "id": sending.id,
        "kind": kind_name(sending.kind),
        "href": reverse("order", args=[sending.order_id]),
        "because": _("%(km)s km, %(minutes)s min") % {"km": told.get("km", "–"), "minutes": told.get("way_min", "–")},
        "sent_at": sending.sent_at,
        "eta_at": sending.eta_at,
        "delay": delay,
        "arrived_at": sending.arrived_at,
        "ended_at": sending.ended_at,
        "state": _state(sending),
    }


def _state(sending: Sending) -> State:
    if sending.outcome:
        return State(words.OUTCOME_TONES[sending.outcome], Outcome(sending.outcome).label)
    return State("running", _("on site") if sending.arrived_at else _("on its way"))
