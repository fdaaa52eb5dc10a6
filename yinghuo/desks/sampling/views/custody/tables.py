"""What the pages of the reconciliation show: words for each point, lines as tables, tubes behind a number."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from yinghuo.console import pieces
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.desks.sampling.models import Campaign, Keeping
from yinghuo.desks.sampling.queries.custody.clocks import ClockRow
from yinghuo.desks.sampling.queries.custody.reconciliation import Line, Totals

POINTS: dict[int, pieces.Words] = {
    1: lazy("1 Swab not good"),
    2: lazy("2 Sampled, not bound to the tube"),
    3: lazy("3 Identity number or name wrong"),
    4: lazy("4 Somebody else’s code shown"),
    5: lazy("5 No identity entered"),
    6: lazy("6 Carriage late"),
    7: lazy("7 Keyed twice or wrongly"),
}
COMPARED: dict[str, pieces.Words] = {
    "bad_swab": lazy("Tubes with a result ↔ results that are valid"),
    "bound": lazy("People the phone counted at sealing ↔ swabs bound to the tube"),
    "identity": lazy("Swabs ↔ swabs whose identity number stands"),
    "twice": lazy("Swabs ↔ different people in the round"),
    "nobody": lazy("Swabs ↔ swabs of people whose identity is known"),
    "sealed": lazy("Tubes sealed ↔ boxed"),
    "boxed": lazy("Tubes boxed ↔ collected by courier"),
    "collected": lazy("Tubes collected ↔ received by laboratory"),
    "received": lazy("Tubes received ↔ with a result"),
    "two_boxes": lazy("Tubes in a box ↔ boxes they were scanned into"),
    "keyed_twice": lazy("Tubes with a result ↔ result messages"),
    "differ": lazy("Tubes with a result ↔ tubes whose results agree"),
    "no_tube": lazy("Codes with a result ↔ tubes that somebody filled"),
}


def headline(campaign: Campaign, lines: Sequence[Line]) -> str:
    """Whether the counts agree, in one line."""
    open_lines = sum(1 for line in lines if line.missing or line.surplus)
    if not open_lines:
        return _("%(name)s · all counts agree") % {"name": campaign.name}
    words = ngettext("%(name)s · %(count)s count differs", "%(name)s · %(count)s counts differ", open_lines)
    return words % {"name": campaign.name, "count": open_lines}


def stages(campaign_id: UUID, total: Totals) -> list[pieces.Stat]:
    """Where tubes stand now; each leads to its tubes."""
    counts = zip(("sealed", "boxed", "collected", "received"), total[10:14], strict=True)
    return [
        pieces.Stat(
            Keeping(stage).label, count, _("tubes"), href=reverse("custody_tubes", args=[campaign_id, f"at_{stage}"])
        )
        for stage, count in counts
    ]


def reconciliation(campaign_id: UUID, lines: Sequence[Line], names: Mapping[str, str]) -> Table:
    """A line for each pair of counts."""
    columns = [
        Column("point", lazy("Where results go missing"), note="compared"),
        Column("state", lazy("State"), kind="state"),
        Column("expected", lazy("Expected"), kind="number"),
        Column("found", lazy("Present"), kind="number"),
        Column("missing", lazy("Missing"), kind="number", link="missing_href", note="waiting_note"),
        Column("surplus", lazy("Surplus"), kind="number", link="surplus_href"),
        Column("since", lazy("Oldest since"), kind="moment"),
        Column("holder", lazy("Who holds it")),
    ]
    rows = [_line(campaign_id, line, names) for line in lines]
    return Table(name="points", caption=lazy("Reconciliation"), columns=columns, rows=rows, files=True)


def _line(campaign_id: UUID, line: Line, names: Mapping[str, str]) -> dict[str, Any]:
    def tubes(count: int, point: str) -> str:
        return reverse("custody_tubes", args=[campaign_id, point]) if count and point else ""

    waiting = _("%(count)s on the way, in time or not") % {"count": thousands(line.waiting)} if line.waiting else ""
    return {
        "id": line.key,
        "point": POINTS[line.number],
        "compared": COMPARED[line.key],
        "state": _state(line),
        "expected": line.expected,
        "found": line.found,
        "missing": line.missing,
        "missing_href": tubes(line.missing, line.missing_at),
        "waiting_note": waiting,
        "surplus": line.surplus,
        "surplus_href": tubes(line.surplus, line.surplus_at),
        "since": line.oldest.since,
        "holder": names.get(line.oldest.holder, ""),
    }


def _state(line: Line) -> pieces.State:
    if line.missing or line.surplus:
        return pieces.State("late", lazy("overdue")) if line.waiting and line.missing else _DIFFERS
    return pieces.State("running", lazy("on the way")) if line.waiting else _AGREES


_DIFFERS = pieces.State("wrong", lazy("differs"))
_AGREES = pieces.State("done", lazy("agrees"))


def tubes(rows: Sequence[Any], names: Mapping[str, str], *, now: datetime) -> Table:
    """The tubes behind a number: by how much, since when, who holds them."""
    columns = [
        Column("tube", lazy("Tube"), kind="code", link="href"),
        Column("amount", lazy("Differs by"), kind="number"),
        Column("since", lazy("Since"), kind="moment"),
        Column("age", lazy("For")),
        Column("where", lazy("Box"), kind="code", link="box_href"),
        Column("holder", lazy("Who holds it")),
    ]
    shown = [_tube(row, names, now) for row in rows]
    empty = pieces.Empty(lazy("No tube of your area stands behind this number. The counts agree."))
    return Table(name="tubes", caption=lazy("Tubes"), columns=columns, rows=shown, empty=empty, files=True)


def _tube(row: Any, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    box = row.bundle.removeprefix("box:") if row.bundle.startswith("box:") else None
    return {
        "id": row.tube,
        "tube": row.tube,
        "href": reverse("tube", args=[row.tube]),
        "amount": getattr(row, "amount", 1),
        "since": row.since,
        "age": pieces.span_in_words(now - row.since),
        "where": box,
        "box_href": reverse("box", args=[box]) if box else "",
        "holder": names.get(row.holder, ""),
    }


def clocks(rows: Sequence[ClockRow]) -> Table:
    """The clocks in force."""
    columns = [
        Column("stage", lazy("Stage"), note="because"),
        Column("within_min", lazy("Allowed"), kind="number", unit=lazy("min")),
        Column("valid_from", lazy("From"), kind="moment"),
        Column("whose", lazy("Set by")),
    ]
    shown = [
        row._asdict()
        | {"stage": Keeping(row.id).label, "whose": lazy("this campaign") if row.own else lazy("rule of the house")}
        for row in rows
    ]
    return Table(name="clocks", caption=lazy("Clocks"), columns=columns, rows=shown)
