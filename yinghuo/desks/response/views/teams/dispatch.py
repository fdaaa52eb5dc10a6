"""Dispatch (派单): for each waiting order the team that is proposed, and why; one key confirms."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock
from yinghuo.console.pieces import Empty
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import kind_name
from yinghuo.desks.response.actions import dispatch as actions
from yinghuo.desks.response.models import Team, TeamState
from yinghuo.desks.response.queries import dispatch as queries
from yinghuo.desks.response.queries.dispatch import Proposal, Proposals
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.teams import words

Pair = tuple[UUID, UUID]
MOST_SHOWN = 100  # all are weighed; those due first are shown


@require_safe
@needs("team.see")
def dispatch(request: HttpRequest) -> HttpResponse:
    """Every order that waits for a team, what is due first at the top."""
    user, now = signed_in(request), clock.now()
    made = queries.proposals(user, now=now)
    where = _where(made)
    rows = [_row(row, where) for row in made.rows[:MOST_SHOWN]]
    context = {
        "title": _title(made),
        "tabs": response_tabs(user, "teams"),
        "rows": rows,
        "served": sum(row["can_send"] for row in rows),
        "more": len(made.rows) - len(rows),
        "may_manage": may(user, "team.manage"),
        "empty": _empty(made),
    }
    return render(request, "response/dispatch.html", context)


@require_POST
@needs("team.manage")
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirms one proposal or all that were shown; each pair is an order and a team."""
    user = signed_in(request)
    pairs = [_pair(user, text) for text in request.POST.getlist("pair")]
    done = actions.confirm_all(pairs, by=user.label, at=clock.now())
    if len(pairs) == 1 and done.refused:
        raise done.refused[0][1]
    _say(request, len(done.sent), [error for _order, error in done.refused])
    return redirect("dispatch")


def _pair(user: User, text: str) -> Pair:
    """Order and team, both of the user's area; Http404 for others."""
    order_id, _colon, team_id = text.partition(":")
    order = get_object_or_404(scope(user, Order.objects.all()), id=_uuid(order_id))
    one = get_object_or_404(scope(user, Team.objects.all()), id=_uuid(team_id))
    require(user, "team.manage", area_code=order.area_code)
    return order.id, one.id


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused("order.unknown") from error


def _say(request: HttpRequest, sent: int, refused: list[Refused]) -> None:
    if sent:
        said = ngettext("%(count)s team is on its way.", "%(count)s teams are on their way.", sent)
        notices.success(request, said % {"count": sent})
    if refused:
        said = ngettext(
            "%(count)s proposal no longer held and was left; a new one stands below.",
            "%(count)s proposals no longer held and were left; new ones stand below.",
            len(refused),
        )
        notices.warning(request, said % {"count": len(refused)})


def _title(made: Proposals) -> str:
    served = sum(row.team is not None for row in made.rows)
    if not made.rows:
        return _("Dispatch · nothing waits")
    values = {"orders": len(made.rows), "proposed": served}
    return _("Dispatch · orders waiting: %(orders)s, with a proposed team: %(proposed)s") % values


def _where(made: Proposals) -> dict[str, str]:
    teams = [row.team.area_code for row in made.rows if row.team]
    return areas.names({*(row.order.area_code for row in made.rows), *teams})


def _row(row: Proposal, where: dict[str, str]) -> dict[str, Any]:
    order = row.order
    return {
        "id": order.id,
        "kind": kind_name(order.kind),
        "href": reverse("order", args=[order.id]),
        "area": where.get(order.area_code, order.area_code),
        "known_by": words.KNOWN_BY[row.place.known_by] if row.place else "",
        "due": words.clock_of(order),
        "delayed": row.delayed,
        "unserved": words.why_not(row.unserved) if row.unserved else "",
    } | _proposed(row, where)


def _proposed(row: Proposal, where: dict[str, str]) -> dict[str, Any]:
    one, choice = row.team, row.choice
    if one is None or choice is None:
        return {"team": None, "can_send": False, "options": []}
    sendable = [(team, other) for team, other in row.others if _can_send(team, other.wait_min)]
    can_send = _can_send(one, choice.wait_min)
    return {
        "team": one,
        "from": where.get(one.area_code, one.area_code),
        "team_href": reverse("team", args=[one.code]),
        "because": words.because(choice),
        "late": words.is_late(choice),
        "can_send": can_send,
        "pair": f"{row.order.id}:{one.id}",
        "options": [(f"{row.order.id}:{team.id}", team.name, words.way(other)) for team, other in sendable],
    }


def _can_send(one: Team, wait_min: float) -> bool:
    return one.state == TeamState.READY and wait_min < 1


def _empty(made: Proposals) -> Empty:
    if not made.teams:
        return Empty(_("No team of your area is registered yet."), _("Load teams from a file"), reverse("load_teams"))
    return Empty(_("No order of your area waits for a team. New ones appear here by themselves."))
