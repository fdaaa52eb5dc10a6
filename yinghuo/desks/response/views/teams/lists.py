"""The list of teams: where they are from, what they can do, what they do now, what they worked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import Skill, Team, TeamState
from yinghuo.desks.response.queries import teams as queries
from yinghuo.desks.response.queries.teams import Load, Wanted
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.teams import words

ROWS = 50
KINDS = [("squad", lazy("squads of counties")), ("mobile", lazy("mobile teams of the province"))]
COLUMNS = [
    Column("code", lazy("Team"), kind="code", link="href", note="name"),
    Column("area", lazy("Area")),
    Column("skills", lazy("Skills (people)")),
    Column("members", lazy("People"), kind="number"),
    Column("vehicles", lazy("Vehicles of the team"), kind="number"),
    Column("shift", lazy("Shift")),
    Column("state", lazy("State"), kind="state"),
    Column("free_at", lazy("Free again"), kind="moment"),
    Column("load_h", lazy("Worked in 7 days"), kind="bar", unit="h"),
]


@require_safe
@needs("team.see")
def teams(request: HttpRequest) -> HttpResponse:
    """Teams of the area by code."""
    user = signed_in(request)
    wanted, choices = _wanted(request, user)
    table = _table(request, user, wanted)
    context = {
        "title": _title(queries.counts(user)),
        "tabs": response_tabs(user, "teams"),
        "choices": choices,
        "table": table,
        "may_manage": may(user, "team.manage"),
    }
    return exports.asked(request, table) or render(request, "response/teams.html", context)


def _title(counts: dict[str, int]) -> str:
    numbers = {"all": thousands(sum(counts.values())), "ready": thousands(counts.get(TeamState.READY, 0))}
    return _("Teams: %(all)s, standing by: %(ready)s") % numbers


def _wanted(request: HttpRequest, user: User) -> tuple[Wanted, list[Choice]]:
    below = [(one.code, one.name) for one in areas.children(user.area_code)]
    options: dict[str, Any] = {"state": TeamState.choices, "skill": Skill.choices, "kind": KINDS, "area": below}
    labels = {"state": lazy("State"), "skill": lazy("Skill"), "kind": lazy("Kind"), "area": lazy("Area")}
    asked = {key: request.GET.get(key, "") for key in options}
    asked = {key: value if value in dict(options[key]) else "" for key, value in asked.items()}
    return Wanted(**asked), [Choice(key, labels[key], options[key], asked[key]) for key in options]


def _table(request: HttpRequest, user: User, wanted: Wanted) -> Table:
    here = request.GET.get("after", "")
    (after,) = place(here, str) or ("",)
    rows = list(queries.team_page(user, wanted, after=after, limit=ROWS + 1))
    shown = rows[:ROWS]
    where = areas.names({row.area_code for row in shown})
    worked = queries.loads([row.id for row in shown], now=clock.now())
    return Table(
        name="teams",
        caption=lazy("Teams by code"),
        columns=COLUMNS,
        rows=[row_of(row, where.get(row.area_code, row.area_code), worked.get(row.id, Load())) for row in shown],
        empty=_empty(wanted),
        pager=pager(len(shown), after=(shown[-1].code,) if len(rows) > ROWS else None, here=here),
        files=True,
    )


def row_of(one: Team, area: str, load: Load) -> dict[str, Any]:
    """A team in the list."""
    return {
        "id": one.code,
        "code": one.code,
        "href": reverse("team", args=[one.code]),
        "name": one.name,
        "area": area,
        "skills": words.skills_in_words(one.skills),
        "members": one.members,
        "vehicles": one.vehicles,
        "shift": shift(one),
        "state": words.team_state(one),
        "free_at": one.free_at,
        "load_h": round(load.hours, 1),
    }


def shift(one: Team) -> str:
    """Its hours of the day."""
    if one.shift_from == one.shift_to:
        return _("round the clock")
    return f"{one.shift_from:%H:%M}–{one.shift_to:%H:%M}"


def _empty(wanted: Wanted) -> Empty:
    if wanted != Wanted():
        return Empty(_("No team of your area is like this."), _("Show all teams"), reverse("teams"))
    return Empty(_("No team of your area is registered yet."), _("Load teams from a file"), reverse("load_teams"))
