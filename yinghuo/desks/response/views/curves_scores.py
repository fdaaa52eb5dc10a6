"""How the forecasts did, day by day, beside a flat one: who was better, where, and when."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yinghuo.console import charts
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import share, thousands
from yinghuo.desks.response.queries.curves import Curve, Marks, marks, marks_by, week_of

VERDICTS = {
    "ours": lambda: State("done", _("ours better")),
    "flat": lambda: State("wrong", _("flat better")),
    "level": lambda: State("waiting", _("about equal")),
    "few": lambda: State("off", _("too few")),
}


def sentence(curve: Curve) -> str:
    """The verdict in words, the bad included."""
    found = marks(curve.said["scored"])
    if found is None:
        return _("No forecast of this area can be scored: no later day is known exactly.")
    words = {
        "forecasts": thousands(found.forecasts),
        "wis": thousands(found.wis, 1),
        "flat": thousands(found.flat_wis, 1),
        "log": thousands(found.log_wis, 2),
        "flat_log": thousands(found.flat_log_wis, 2),
        "in_50": share(found.in_50, 0),
        "in_95": share(found.in_95, 0),
    }
    told = _(
        "%(forecasts)s forecasts of 1 to 7 days met a day that is known exactly. Mean score (WIS, less is better): "
        "ours %(wis)s, flat %(flat)s; on the log scale ours %(log)s, flat %(flat_log)s. "
        "Into our 50 %% interval fell %(in_50)s, into the 95 %% one %(in_95)s."
    )
    return told % words


def by_area(curves: Mapping[str, Curve], names: Mapping[str, str]) -> Table:
    """All areas, ours beside the flat one."""
    rows = [
        {"id": code, "name": names.get(code, code), "href": f"?area={code}"} | _row(found)
        for code, curve in curves.items()
        if (found := marks(curve.said["scored"]))
    ]
    return _table("scores", _("Forecasts by area"), Column("name", _("Area"), link="href"), rows)


def by_week(curve: Curve) -> Table:
    """One area, by the week in which the forecasts were made."""
    found = marks_by(curve.said["scored"], week_of(curve))
    rows = [{"id": monday.isoformat(), "week": monday} | _row(one) for monday, one in found.items()]
    return _table("weeks", _("Forecasts by week"), Column("week", _("Made in the week from"), kind="day"), rows)


def by_horizon(curve: Curve) -> dict[str, Any] | None:
    """Mean log score by days ahead; None where nothing was scored."""
    found = marks_by(curve.said["scored"], lambda row: int(row[1]))
    if not found:
        return None
    lines = [
        charts.Line(_("our forecast"), [round(one.log_wis, 3) for one in found.values()]),
        charts.Line(_("flat forecast"), [round(one.flat_log_wis, 3) for one in found.values()], "grey"),
    ]
    return charts.course(
        name="horizon",
        title=_("Score by days ahead, log scale"),
        unit=_("less is better"),
        axis=_("Days ahead"),
        places=[str(days) for days in found],
        lines=lines,
    )


def _row(found: Marks) -> dict[str, Any]:
    return {
        "forecasts": found.forecasts,
        "wis": thousands(found.wis, 1),
        "flat_wis": thousands(found.flat_wis, 1),
        "log_wis": thousands(found.log_wis, 2),
        "flat_log_wis": thousands(found.flat_log_wis, 2),
        "in_50": found.in_50,
        "in_95": found.in_95,
        "flat": _("flat %(in_50)s / %(in_95)s")
        % {"in_50": share(found.flat_in_50, 0), "in_95": share(found.flat_in_95, 0)},
        "state": VERDICTS[found.better](),
    }


def _table(name: str, caption: str, first: Column, rows: list[dict[str, Any]]) -> Table:
    columns = [
        first,
        Column("forecasts", _("Scored"), kind="number"),
        Column("wis", _("WIS, ours"), kind="number"),
        Column("flat_wis", _("WIS, flat"), kind="number"),
        Column("log_wis", _("Log WIS, ours"), kind="number"),
        Column("flat_log_wis", _("Log WIS, flat"), kind="number"),
        Column("in_50", _("In 50 %"), kind="share"),
        Column("in_95", _("In 95 %"), kind="share", note="flat"),
        Column("state", _("By the log score"), kind="state"),
    ]
    empty = Empty(_("Nothing could be scored: no day after a forecast is known exactly."))
    return Table(name=name, caption=caption, columns=columns, rows=rows, empty=empty, wide=True)
