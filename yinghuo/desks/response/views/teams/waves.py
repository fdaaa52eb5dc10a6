"""Waves: rounds of several stops are planned, looked at, accepted."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import kind_name
from yinghuo.desks.response.actions import dispatch_waves as actions
from yinghuo.desks.response.models import Wave
from yinghuo.desks.response.queries import dispatch_waves as queries
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.teams import words
from yinghuo.engines.dispatch import Unserved


class NewWave(forms.Form):
    """What a wave is asked for."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=lazy("Orders to plan"))
    teams = forms.IntegerField(label=lazy("Teams at most"), min_value=1, max_value=20, initial=4)
    hours = forms.IntegerField(label=lazy("All back within, hours"), min_value=1, max_value=24, initial=6)

    def __init__(self, counts: dict[str, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind, f"{kind_name(kind)} ({count})") for kind, count in counts.items()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs("team.see")
def waves(request: HttpRequest) -> HttpResponse:
    """Earlier waves, and the form for a new one."""
    user = signed_in(request)
    counts = queries.counts(user)
    first = max(counts, key=lambda kind: counts[kind])
    form = NewWave(counts, request.POST or None, initial={"id": uuid4(), "kind": first})
    if request.method == "POST" and (made := _planned(user, form)):
        return redirect("wave", made.id)
    context = {
        "title": _("Waves · orders open: %(count)s") % {"count": sum(counts.values())},
        "tabs": response_tabs(user, "teams"),
        "form": form,
        "table": _waves(queries.waves_of(user)),
        "may_manage": may(user, "team.manage"),
    }
    return render(request, "response/dispatch_waves.html", context, status=422 if form.errors else 200)


@require_safe
@needs("team.see")
def wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """One wave: each team's stops in order with times, and what is left out with why."""
    one, user = _found(request, wave_id), signed_in(request)
    orders = queries.orders_in(one.plan)
    where = areas.names({order.area_code for order in orders.values()})
    table = _stops(one, orders, where)
    context = {
        "title": _title(one),
        "tabs": response_tabs(user, "teams"),
        "wave": one,
        "table": table,
        "left": [_left(left, orders, where) for left in one.plan["left"]],
        "may_accept": may(user, "team.manage") and one.accepted_at is None and one.plan["runs"],
        "effects": _effects(one),
    }
    return exports.asked(request, table) or render(request, "response/dispatch_wave.html", context)


@require_POST
@needs("team.manage")
def accept(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Sends the teams of the plan."""
    one, user = _found(request, wave_id), signed_in(request)
    require(user, "team.manage", area_code=one.area_code)
    actions.accept_wave(one.id, by=user.label, at=clock.now())
    notices.success(request, _("The teams are on their way; each has the orders of its round."))
    return redirect("wave", one.id)


def _planned(user: User, form: NewWave) -> Wave | None:
    require(user, "team.manage", area_code=user.area_code)
    if not form.is_valid():
        return None
    given = dict(form.cleaned_data)
    wave_id = given.pop("id")
    try:
        return actions.plan_wave(queries.Asked(**given), wave_id=wave_id, user=user, at=clock.now())
    except Refused:
        form.add_error("kind", _("No such order is open in your area. There is nothing to plan."))
        return None


def _found(request: HttpRequest, wave_id: UUID) -> Wave:
    return get_object_or_404(scope(signed_in(request), Wave.objects.all()), id=wave_id)


def _title(one: Wave) -> str:
    runs = one.plan["runs"]
    values = {
        "kind": kind_name(one.kind),
        "stops": sum(len(run["stops"]) for run in runs),
        "teams": len(runs),
        "left": len(one.plan["left"]),
    }
    return _("%(kind)s · stops: %(stops)s, teams: %(teams)s, left out: %(left)s") % values


def _effects(one: Wave) -> list[str]:
    stops = sum(len(run["stops"]) for run in one.plan["runs"])
    return [
        _("Teams sent: %(teams)s. Each takes the orders of its round.") % {"teams": len(one.plan["runs"])},
        _("Orders taken: %(orders)s. What is left out stays open.") % {"orders": stops},
    ]


def _waves(rows: list[Wave]) -> Table:
    columns = [
        Column("kind", lazy("Orders"), link="href"),
        Column("made_at", lazy("Planned at"), kind="moment"),
        Column("teams", lazy("Teams"), kind="number"),
        Column("stops", lazy("Stops"), kind="number"),
        Column("left", lazy("Left out"), kind="number"),
        Column("state", lazy("State"), kind="state"),
    ]
    shown = [
        {
            "id": one.id,
            "kind": kind_name(one.kind),
            "href": reverse("wave", args=[one.id]),
            "made_at": one.made_at,
            "teams": len(one.plan["runs"]),
            "stops": sum(len(run["stops"]) for run in one.plan["runs"]),
            "left": len(one.plan["left"]),
            "state": State("done", _("accepted")) if one.accepted_at else State("waiting", _("proposed")),
        }
        for one in rows
    ]
    empty = Empty(_("No wave was planned in your area yet."))
    return Table(name="waves", caption=lazy("Waves, the latest first"), columns=columns, rows=shown, empty=empty)


def _stops(one: Wave, orders: dict[str, Order], where: dict[str, str]) -> Table:
    columns = [
        Column("team", lazy("Team"), kind="code", link="href", note="back"),
        Column("number", lazy("Stop of the team"), kind="number"),
        Column("place", lazy("Area"), link="order_href"),
        Column("arrive_at", lazy("Arrives"), kind="time"),
        Column("leave_at", lazy("Leaves"), kind="time"),
        Column("km", lazy("Way driven"), kind="number", unit="km"),
        Column("load", lazy("On board"), kind="number"),
        Column("spare", lazy("Clock of the order"), kind="clock"),
    ]
    rows = [
        _visit(run, number, orders, where) for run in one.plan["runs"] for number in range(1, len(run["stops"]) + 1)
    ]
    empty = Empty(_("No team can make any of the stops."))
    return Table(
        name="stops", caption=lazy("Stops in order"), columns=columns, rows=rows, empty=empty, files=True, wide=True
    )


def _visit(run: dict[str, Any], number: int, orders: dict[str, Order], where: dict[str, str]) -> dict[str, Any]:
    stop = run["stops"][number - 1]
    order = orders[stop["order"]]
    back = datetime.fromisoformat(run["end_at"])
    return {
        "id": order.id,
        "team": run["team"],
        "href": reverse("team", args=[run["team"]]),
        "back": _("back at %(at)s, %(km)s km") % {"at": words.hour(back), "km": run["km"]} if number == 1 else "",
        "number": number,
        "place": where.get(order.area_code, order.area_code),
        "order_href": reverse("order", args=[order.id]),
        "arrive_at": datetime.fromisoformat(stop["arrive_at"]),
        "leave_at": datetime.fromisoformat(stop["leave_at"]),
        "km": stop["km"],
        "load": stop["load"],
        "spare": words.clock_of(order),
    }


def _left(left: dict[str, Any], orders: dict[str, Order], where: dict[str, str]) -> dict[str, str]:
    order = orders[left["order"]]
    return {
        "href": reverse("order", args=[order.id]),
        "place": where.get(order.area_code, order.area_code),
        "why": words.why_not(Unserved(left["order"], left["why"], left["facts"])),
    }
