"""What the page of the curve is made of: sentences, charts with gaps and bands, tables."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yinghuo.console import charts
from yinghuo.console.pieces import Empty, Stat, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import share, thousands
from yinghuo.desks.response.queries.curves import Curve
from yinghuo.desks.response.rules.curves import HORIZON_DAYS, SERIAL_INTERVALS, serial_interval_on

SURE, LIKELY = 0.95, 0.8


def sentence(curve: Curve, name: str) -> str:
    """What the curve says, in a line."""
    at = curve.latest
    if at is None or curve.reported is None or at < curve.reported - 7:
        return _("%(area)s: too little is reported to say where infections go") % {"area": name}
    return str(_DIRECTIONS[direction(curve.said["falling"][at])]()) % {"area": name}


def direction(falling: float) -> str:
    """How sure it falls or rises, from the probability that the reproduction number is below 1."""
    for word, least in (("falls", SURE), ("likely_falls", LIKELY)):
        if falling >= least:
            return word
        if falling <= 1 - least:
            return word.replace("falls", "rises")
    return "unclear"


_DIRECTIONS = {
    "falls": lambda: _("%(area)s: new infections fall"),
    "likely_falls": lambda: _("%(area)s: new infections probably fall"),
    "rises": lambda: _("%(area)s: new infections rise"),
    "likely_rises": lambda: _("%(area)s: new infections probably rise"),
    "unclear": lambda: _("%(area)s: new infections may rise or fall"),
}
_STATES = {
    "falls": lambda: State("done", _("falls")),
    "likely_falls": lambda: State("done", _("probably falls")),
    "rises": lambda: State("wrong", _("rises")),
    "likely_rises": lambda: State("late", _("probably rises")),
    "unclear": lambda: State("waiting", _("may rise or fall")),
    "": lambda: State("off", _("no information")),
}


def because(curve: Curve) -> str:
    """The figures behind the sentence, and how sure they are."""
    at, r = curve.latest, curve.said["r"]
    if at is None:
        return _("No week has enough reported days and infections.")
    told = _(
        "In the week to %(day)s one infected person infected %(r)s others (95 %% between %(low)s and %(high)s); "
        "the probability that this is below 1, so that infections fall, is %(falling)s. "
        "%(seen)s of the 7 days were reported."
    ) % {
        "day": curve.days[at].isoformat(),
        "r": thousands(r["q50"][at], 2),
        "low": thousands(r["q025"][at], 2),
        "high": thousands(r["q975"][at], 2),
        "falling": share(never_sure(curve.said["falling"][at]), 0),
        "seen": curve.said["seen"][at],
    }
    return f"{told} {known_days(curve)}"


def never_sure(probability: float) -> float:
    """The probability as it is shown: from 1 % to 99 %, for the model itself may be wrong."""
    return min(max(probability, 0.01), 0.99)


def known_days(curve: Curve) -> str:
    """How much of the period is known."""
    days, exact, gaps = len(curve.days), curve.exact(), curve.gaps()
    return _(
        "Of %(days)s days %(exact)s are known exactly and %(bounded)s within bounds; for %(gaps)s no figure was found "
        "that bounds them: they are missing, not zero."
    ) % {"days": days, "exact": exact, "bounded": days - exact - gaps, "gaps": gaps}


def stats(curve: Curve) -> list[Stat]:
    """The last day known, the reproduction number, what is expected in a week."""
    at, seen, ahead = curve.latest, curve.reported, curve.said["ahead"]
    found = []
    if seen is not None:
        note = _between(curve.said["low"][seen], curve.said["high"][seen], 0)
        day = curve.days[seen].isoformat()
        found.append(
            Stat(_("New infections on %(day)s") % {"day": day}, round(curve.said["likely"][seen]), _("people"), note)
        )
    if at is not None:
        r = curve.said["r"]
        note = _between(r["q025"][at], r["q975"][at], 2)
        state = _STATES[direction(curve.said["falling"][at])]()
        found.append(Stat(_("Reproduction number"), thousands(r["q50"][at], 2), note=note, state=state))
    if ahead["q50"][-1] is not None:
        note = _between(ahead["q025"][-1], ahead["q975"][-1], 0)
        found.append(
            Stat(
                _("Expected in %(days)s days") % {"days": HORIZON_DAYS},
                round(ahead["q50"][-1]),
                _("people a day"),
                note,
            )
        )
    return found


def _between(low: float, high: float, places: int) -> str:
    if low == high:
        return _("known exactly")
    return _("between %(low)s and %(high)s") % {"low": thousands(low, places), "high": thousands(high, places)}


def infections(curve: Curve) -> dict[str, Any]:
    """New infections a day with their bounds, and the forecast behind the last day."""
    said, ahead, n = curve.said, curve.said["ahead"], len(curve.days)
    exact = [low if low == high else None for low, high in zip(said["low"], said["high"], strict=True)]
    days = [curve.days[0] + timedelta(days=place) for place in range(n + HORIZON_DAYS)]
    blank = [None] * HORIZON_DAYS
    lines = [
        charts.Line(
            _("likely"), [*said["likely"], *blank], "grey", low=[*said["low"], *blank], high=[*said["high"], *blank]
        ),
        charts.Line(_("as published"), [*exact, *blank]),
    ]
    if ahead["q50"][0] is not None:
        gone = [None] * n
        band = {"low": [*gone, *ahead["q025"]], "high": [*gone, *ahead["q975"]]}
        lines.append(charts.Line(_("forecast"), [*gone, *ahead["q50"]], "running", **band))
    return charts.curve(name="curve", title=_("New infections a day"), unit=_("people"), days=days, lines=lines)


def reproduction(curve: Curve) -> dict[str, Any]:
    """The reproduction number with its bands of 50 % and 95 %, the last days apart."""
    r, start = curve.said["r"], curve.provisional_from
    final = [value if place <= start else None for place, value in enumerate(r["q50"])]
    last = [value if place >= start else None for place, value in enumerate(r["q50"])]
    lines = [
        charts.Line("97.5 %", r["q975"], "grey", low=r["q025"], high=r["q975"]),
        charts.Line("2.5 %", r["q025"], "grey"),
        charts.Line("R", final, low=r["q25"], high=r["q75"]),
        charts.Line(_("provisional"), last, "running"),
        charts.Line("1", [1.0] * len(curve.days), "grey"),
    ]
    return charts.curve(
        name="reproduction", title=_("Reproduction number"), unit=_("infected by one"), days=curve.days, lines=lines
    )


def by_area(curves: Mapping[str, Curve], names: Mapping[str, str]) -> Table:
    """Each area's last known days, one line each."""
    columns = [
        Column("name", _("Area"), link="href", note="gaps"),
        Column("day", _("Last figure"), kind="day"),
        Column("infections", _("New infections"), kind="number", note="bounds"),
        Column("r", _("Reproduction number"), kind="number", note="band"),
        Column("falling", _("Probability that it falls"), kind="share"),
        Column("state", _("Direction"), kind="state"),
    ]
    rows = [_area_row(curve, names.get(code, code)) for code, curve in curves.items()]
    return Table(name="areas", caption=_("Areas"), columns=columns, rows=rows, row_key="code")


def _area_row(curve: Curve, name: str) -> dict[str, Any]:
    said, seen, at = curve.said, curve.reported, curve.latest
    fresh = at is not None and seen is not None and at >= seen - 7
    row: dict[str, Any] = {
        "code": curve.area_code,
        "name": name,
        "href": f"?area={curve.area_code}",
        "gaps": ngettext("%(gaps)s day missing", "%(gaps)s days missing", curve.gaps()) % {"gaps": curve.gaps()},
        "day": None if seen is None else curve.days[seen],
        "infections": None if seen is None else round(said["likely"][seen]),
        "bounds": "" if seen is None else _between(said["low"][seen], said["high"][seen], 0),
        "state": _STATES[direction(said["falling"][at]) if fresh and at is not None else ""](),
        "r": None,
        "band": "",
        "falling": None,
    }
    if fresh and at is not None:
        band = _between(said["r"]["q025"][at], said["r"]["q975"][at], 2)
        row |= {"r": thousands(said["r"]["q50"][at], 2), "band": band, "falling": never_sure(said["falling"][at])}
    return row


def by_day(curve: Curve) -> Table:
    """The numbers of one area, a line a day: what a file of the page holds."""
    said, r = curve.said, curve.said["r"]
    columns = [
        Column("day", _("Day"), kind="day"),
        Column("low", _("At least"), kind="number"),
        Column("high", _("At most"), kind="number"),
        Column("likely", _("likely"), kind="number"),
        Column("r", "R", kind="number"),
        Column("q025", "2.5 %", kind="number"),
        Column("q25", "25 %", kind="number"),
        Column("q75", "75 %", kind="number"),
        Column("q975", "97.5 %", kind="number"),
        Column("seen", _("Days reported in the week"), kind="number"),
        Column("provisional", _("Provisional")),
    ]
    rows = [
        {
            "id": day.isoformat(),
            "day": day,
            "low": said["low"][at],
            "high": said["high"][at],
            "likely": said["likely"][at],
        }
        | {"r": r["q50"][at]}
        | {key: r[key][at] for key in ("q025", "q25", "q75", "q975")}
        | {"seen": said["seen"][at], "provisional": _("yes") if at >= curve.provisional_from else ""}
        for at, day in enumerate(curve.days)
    ]
    return Table(name="curve", caption=_("The curve by day"), columns=columns, rows=rows[::-1], files=True, wide=True)


def assumptions(day: date) -> Table:
    """The serial intervals as dated rows; the one in force is marked."""
    english, now = get_language() == "en", serial_interval_on(day)
    columns = [
        Column("name", _("Serial interval"), note="because"),
        Column("valid_from", _("Valid from"), kind="day"),
        Column("mean", _("Mean"), kind="number", unit=_("days")),
        Column("sd", _("Standard deviation"), kind="number", unit=_("days")),
        Column("state", _("State"), kind="state"),
    ]
    rows = [
        {
            "id": row.key,
            "name": row.name_en if english else row.name_zh,
            "because": row.because_en if english else row.because_zh,
            "valid_from": row.valid_from,
            "mean": thousands(row.mean_days, 2),
            "sd": thousands(row.sd_days, 2),
            "state": State("running", _("assumed here")) if row.key == now.key else State("off", _("not in force")),
        }
        for row in SERIAL_INTERVALS
    ]
    return Table(name="intervals", caption=_("Assumed serial intervals"), columns=columns, rows=rows, empty=Empty(""))
