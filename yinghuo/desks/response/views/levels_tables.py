"""Tables of levels, measures and places, and the map: what the pages of levels show."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty, State, Tone
from yinghuo.console.tables import Column, Table
from yinghuo.desks.response.models import AreaLevel, Extent, LevelState, Measure, Rank, Ventilation
from yinghuo.desks.response.queries.levels import LevelRow
from yinghuo.desks.response.queries.risk import PlaceRisk
from yinghuo.desks.response.rules.levels import NO_LEVEL, Outlook, rank
from yinghuo.desks.response.rules.levels_basis import BY_KEY
from yinghuo.desks.response.rules.risk import PlaceFacts
from yinghuo.desks.response.words.levels import FACTORS, FAULTS, REASONS, WAITS, in_words

RANK_TONES: dict[str, Tone] = {Rank.HIGH: "late", Rank.MEDIUM: "running", Rank.LOW: "done", NO_LEVEL: "off"}
STATE_TONES: dict[str, Tone] = {
    LevelState.PROPOSED: "waiting",
    LevelState.CONFIRMED: "waiting",
    LevelState.PUBLISHED: "running",
    LevelState.REFUSED: "off",
    LevelState.ENDED: "done",
}
ROWS = 50
AT_THE_END = re.compile(r"\s*[(（][^(（]*[)）]$")  # years and days in brackets; the page of the level has them


def rank_state(level: str) -> State:
    """A level as its word and mark."""
    word = _("no level") if level == NO_LEVEL else Rank(level).label
    return State(RANK_TONES[level], capfirst(str(word)))


def state_of(row: AreaLevel | Measure) -> State:
    """Where a level or a measure stands, as its word and mark."""
    return State(STATE_TONES[row.state], capfirst(str(LevelState(row.state).label)))


def basis_in_words(keys: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Name, article and whether it was checked of each basis, in the reader's language."""
    english = get_language() == "en"
    rows = [BY_KEY[key] for key in keys if key in BY_KEY]
    return [
        (one.name_en if english else one.name_zh, one.article_en if english else one.article_zh, one.checked)
        for one in rows
    ]


def waits_in_words(ahead: Outlook) -> str:
    """What the next step waits for: "3 of 7 days without a new infection; a round that is all negative from 05-15"."""
    if ahead.to is None:
        return _("stands until every place of the event is low")
    if not ahead.waits_for:
        return in_words(["confirming"], WAITS)
    counted = _("%(clean)s of %(needed)s days without a new infection") % {
        "clean": min(ahead.clean_days, ahead.needed_days),
        "needed": ahead.needed_days,
    }
    said = [counted if code == "days" else str(WAITS[code]) for code in ahead.waits_for]
    if ahead.round_from and {"round", "positive"} & set(ahead.waits_for):
        said[-1] += " " + _("(on %(day)s or later)") % {"day": date_format(ahead.round_from, "Y-m-d")}
    return "; ".join(said)


def next_step(ahead: Outlook) -> str:
    """The next level and the earliest day."""
    if ahead.to is None:
        return ""
    word = _("no level") if ahead.to == NO_LEVEL else str(Rank(ahead.to).label)
    if ahead.due_on is None:
        return word
    return _("%(level)s, %(day)s at the earliest") % {"level": word, "day": date_format(ahead.due_on, "Y-m-d")}


def present(rows: Sequence[LevelRow], names: Mapping[str, str], after: str = "") -> Table:
    """The levels in force with basis, start, end, next step; `names` of areas by code, `after` as in the address."""
    begins = place(after, int, str, str)
    ranked = sorted(rows, key=_in_order)
    waiting = [row for row in ranked if begins is None or _in_order(row) > begins]
    shown = waiting[:ROWS]
    return Table(
        name="levels",
        caption=lazy("Levels in force"),
        columns=[
            Column("name", lazy("Place"), link="href", note="area"),
            Column("rank", lazy("Level"), kind="state", note="above"),
            Column("starts_on", lazy("Since"), kind="day"),
            Column("planned_end", lazy("Planned end"), kind="day", note="late_note"),
            Column("next", lazy("Next step"), note="waits"),
            Column("basis", lazy("Basis")),
        ],
        rows=[_present(row, names) for row in shown],
        empty=Empty(lazy("No place has a level now.")),
        files=True,
        pager=pager(len(shown), after=_in_order(shown[-1]) if len(waiting) > ROWS else None, here=after),
    )


def asked(rows: Sequence[AreaLevel | Measure], names: Mapping[str, str]) -> Table:
    """What waits for a decision, levels and measures alike."""
    return Table(
        name="asked",
        caption=lazy("Waiting for a decision"),
        columns=[
            Column("name", lazy("Place"), link="href", note="area"),
            Column("what", lazy("What")),
            Column("state", lazy("State"), kind="state", note="above"),
            Column("starts_on", lazy("From"), kind="day"),
            Column("proposed_at", lazy("Proposed at"), kind="moment"),
        ],
        rows=_with_area([_asked(row) for row in rows], names),
    )


def past(rows: Sequence[AreaLevel], names: Mapping[str, str]) -> Table:
    """Levels that were lifted or turned down, the latest first."""
    return Table(
        name="past",
        caption=lazy("Levels of the past"),
        columns=[
            Column("name", lazy("Place"), link="href", note="area"),
            Column("what", lazy("Level")),
            Column("state", lazy("State"), kind="state"),
            Column("starts_on", lazy("From"), kind="day"),
            Column("ended_on", lazy("Until"), kind="day"),
            Column("rule", lazy("Rule in force")),
        ],
        rows=_with_area([_asked(row) | {"ended_on": row.ended_on, "rule": rule_name(row.rule)} for row in rows], names),
        empty=Empty(lazy("No level was lifted or turned down yet.")),
        files=True,
    )


def measures(rows: Sequence[Measure], names: Mapping[str, str]) -> Table:
    """Measures in force with their last day and ceiling."""
    return Table(
        name="measures",
        caption=lazy("Measures in force"),
        columns=[
            Column("what", lazy("Measure"), link="href", note="above"),
            Column("name", lazy("Place"), note="area"),
            Column("starts_on", lazy("From"), kind="day"),
            Column("planned_end", lazy("Ends on"), kind="day"),
            Column("most_days", lazy("Ceiling"), kind="number", unit=lazy("days")),
            Column("basis", lazy("Basis")),
        ],
        rows=_with_area([_measure(row) for row in rows], names),
        empty=Empty(lazy("No measure is in force.")),
    )


def places(rows: Sequence[PlaceRisk], propose: str = "") -> Table:
    """The places of an event, the riskiest first, each factor in a column; `propose` is the form's address."""
    factors = [Column(name, label, kind="number", note=f"{name}_seen") for name, label in FACTORS.items()]
    shown = [
        {
            "id": row.venue.id,
            "name": row.venue.name_en or row.venue.name_zh if get_language() == "en" else row.venue.name_zh,
            "kind": str(row.venue.get_kind_display()),
            "points": row.suggestion.total,
            "suggested": rank_state(row.suggestion.level),
            "because": in_words(row.suggestion.because, REASONS),
            "last_at": row.last_at,
            "href": f"{propose}&venue={row.venue.id}" if propose else "",
            "act": _("Propose a level") if propose else "",
        }
        | row.suggestion.factors
        | _seen(row.facts)
        for row in rows
    ]
    columns = [
        Column("name", lazy("Place"), note="kind"),
        Column("suggested", lazy("By the rule"), kind="state", note="because"),
        *([Column("act", lazy("Action"), link="href")] if propose else []),
        Column("points", lazy("Risk points"), kind="bar", unit=lazy("of 100")),
        *factors,
        Column("last_at", lazy("Last there"), kind="moment"),
    ]
    empty = Empty(lazy("No visit of a case is known yet."), lazy("Places appear as soon as visits of cases are kept."))
    return Table(
        name="places", caption=lazy("Places by risk"), columns=columns, rows=shown, empty=empty, files=True, wide=True
    )


def sentence(levels: Sequence[AreaLevel]) -> str:
    """The title: how many places are at high and at medium risk."""
    high, medium = (sum(level.rank == one for level in levels) for one in (Rank.HIGH, Rank.MEDIUM))
    if not high and not medium:
        return _("Area levels · no place is above low risk")
    places_high = ngettext("%(count)s place at high risk", "%(count)s places at high risk", high) % {"count": high}
    return _("Area levels · %(high)s, %(medium)s at medium risk") % {"high": places_high, "medium": medium}


def rule_name(name: str) -> str:
    """The name of a version of the rules in the reader's language."""
    names = {"8th edition": _("8th edition"), "9th edition": _("9th edition"), "20 measures": _("Twenty measures")}
    return names.get(name, name)


def _in_order(row: LevelRow) -> tuple[int, str, str]:
    """The highest first, then the oldest."""
    return -rank(row.level.rank), row.level.starts_on.isoformat(), str(row.level.id)


def _present(row: LevelRow, names: Mapping[str, str]) -> dict[str, Any]:
    level, ahead = row.level, row.outlook
    overdue = _("%(days)s days over") % {"days": ahead.overdue_days} if row.overdue else ""
    return {
        "id": level.id,
        "name": level.name,
        "area": f"{names.get(level.area_code, level.area_code)} · {Extent(level.extent).label}",
        "href": reverse("level", args=[level.id]),
        "rank": rank_state(level.rank),
        "above": in_words(level.excess, FAULTS),
        "starts_on": level.starts_on,
        "planned_end": ahead.due_on if level.rank != Rank.LOW else None,
        "late_note": overdue,
        "late": row.overdue,
        "next": next_step(ahead) or _("none"),
        "waits": _("Waits for: %(what)s") % {"what": waits_in_words(ahead)},
        "basis": _basis(level.basis),
    }


def _asked(row: AreaLevel | Measure) -> dict[str, Any]:
    is_level = isinstance(row, AreaLevel)
    what = Rank(row.rank).label if isinstance(row, AreaLevel) else row.get_kind_display()
    return {
        "id": row.id,
        "name": row.name,
        "area_code": row.area_code,
        "what": capfirst(str(what)),
        "href": reverse("level" if is_level else "measure", args=[row.id]),
        "state": state_of(row),
        "above": in_words(row.excess, FAULTS),
        "starts_on": row.starts_on,
        "proposed_at": row.proposed_at,
    }


def _seen(facts: PlaceFacts) -> dict[str, str]:
    """What was seen of each factor, below its points."""
    return {
        "cases_seen": str(facts.cases),
        "hours_seen": _("%(hours)s h") % {"hours": f"{facts.infectious_min / 60:.1f}"},
        "people_seen": str(facts.people),
        "air_seen": str(Ventilation(facts.ventilation).label),
        "onward_seen": str(facts.onward),
        "positives_seen": str(facts.positives),
    }


def _measure(row: Measure) -> dict[str, Any]:
    most_days = row.because.get("most_days")
    return _asked(row) | {"planned_end": row.planned_end, "most_days": most_days, "basis": _basis(row.basis)}


def _with_area(rows: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [row | {"area": names.get(row["area_code"], row["area_code"])} for row in rows]


def _basis(keys: Sequence[str]) -> str:
    names = (AT_THE_END.sub("", name) for name, _article, _checked in basis_in_words(keys))
    return "; ".join(dict.fromkeys(names))
