"""The simulated daily flow on the page of the review: what is real, what is invented, waits and load."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yinghuo.console import charts
from yinghuo.console.pieces import Stat
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import share, thousands
from yinghuo.desks.response.models import FlowRun

MOST_TEAMS = 15


def shown(run: FlowRun | None) -> dict[str, Any] | None:
    """What the page shows of a simulated flow; None without one."""
    if run is None:
        return None
    days, assumed = run.days, run.assumed
    given: dict[str, Any] = {
        "each": thousands(assumed["infections_an_order"], 0),
        "work": thousands(assumed["work_min"], 0),
    }
    given |= {"first": f"{assumed['first_hour']:02}", "last": f"{assumed['last_hour']:02}", "teams": run.teams}
    return {
        "run": run,
        "stats": _stats(days),
        "chart": _chart(days),
        "waits": _waits(days),
        "teams": _teams(run),
        "real": _("Real: the new infections of each day and prefecture, as counted from the published bulletins."),
        "invented": _(
            "Invented: one order for every %(each)s infections, between %(first)s:00 and %(last)s:00, %(work)s minutes "
            "of work on average, places around each prefecture’s centre; the %(teams)s teams’ homes and skills are the "
            "demonstration’s. No team worked like this, and nobody waited like this."
        )
        % given,
    }


def _stats(days: list[list[Any]]) -> list[Stat]:
    orders, served = sum(day[2] or 0 for day in days), sum(day[3] or 0 for day in days)
    worst = max((day for day in days if day[6] is not None), key=lambda day: day[6], default=None)
    found = [
        Stat(_("Simulated orders"), orders, note=_("made from the real curve")),
        Stat(_("Served within a day"), share(served / orders if orders else None)),
    ]
    if worst:
        note = _("on %(day)s, 90 %% waited less") % {"day": worst[0]}
        found.append(Stat(_("Longest wait"), worst[6], _("min"), note=note))
    return found


def _chart(days: list[list[Any]]) -> dict[str, Any]:
    lines = [
        charts.Line(_("simulated orders"), [day[2] for day in days]),
        charts.Line(_("not served within a day"), [day[4] for day in days], "wrong"),
    ]
    title = _("Simulated orders a day")
    return charts.curve(name="flow", title=title, unit=_("simulated orders"), days=_days(days), lines=lines)


def _waits(days: list[list[Any]]) -> dict[str, Any]:
    lines = [
        charts.Line(_("mean wait"), [day[5] for day in days]),
        charts.Line(_("90 % waited less"), [day[6] for day in days], "late"),
    ]
    title = _("Simulated wait until a team is on site")
    return charts.curve(name="waits", title=title, unit=_("min"), days=_days(days), lines=lines)


def _teams(run: FlowRun) -> Table:
    columns = [
        Column("code", _("Team"), kind="code"),
        Column("orders", _("Simulated orders"), kind="bar"),
        Column("hours", _("Simulated hours"), kind="number", unit="h"),
    ]
    rows = [{"code": code, "orders": orders, "hours": hours} for code, orders, hours in run.loads[:MOST_TEAMS]]
    return Table(name="flow", caption=_("The teams with most to do"), columns=columns, rows=rows, row_key="code")


def _days(days: list[list[Any]]) -> list[date]:
    return [date.fromisoformat(day[0]) for day in days]
