"""What the pages of visits show: places with clocks and stop order, people under their pseudonyms."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console import pieces
from yinghuo.console.paging import Pager
from yinghuo.console.states import ORDER
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import time
from yinghuo.desks.sampling.models import Campaign
from yinghuo.desks.sampling.queries.visits import CELL_DIGITS, Member, Turn, Visit


def visits(
    campaign: Campaign, found: Sequence[Visit], *, turns: Mapping[UUID, Turn], areas: Mapping[str, str], now: datetime
) -> Table:
    """The places; in the order of the rounds where there are any, else what is due first."""
    columns = [
        Column("where", lazy("Place of the visit"), link="href", note="area"),
        Column("people", lazy("People"), kind="number"),
        Column("open", lazy("Not taken"), kind="number"),
        Column("due", lazy("Due first"), kind="clock"),
        *([Column("turn", lazy("Team and stop"), note="reached")] if turns else []),
        Column("point", lazy("Point on the map"), kind="code"),
    ]
    last = Turn(len(found) + 1, 0, 0, late=False)
    ordered = sorted(found, key=lambda one: (turns.get(one.place, last)[:2], one.due_at))
    rows = [
        {
            "id": one.place,
            "href": reverse("visit", args=[campaign.id, one.place]),
            "where": where(one, areas),
            "area": areas.get(one.home_code, one.home_code),
            "people": one.people,
            "open": one.open,
            "due": pieces.Due(one.due_at, one.opened_at),
            "late": one.due_at < now,
            "point": f"{one.lat:.5f}, {one.lon:.5f}" if one.lat is not None and one.lon is not None else "–",
        }
        | _turn(turns.get(one.place), now)
        for one in ordered
    ]
    empty = pieces.Empty(lazy("Nobody waits to be swabbed singly in your area."))
    return Table(name="visits", caption=lazy("Visits"), columns=columns, rows=rows, empty=empty, files=True)


def members(found: Sequence[Member], pager: Pager) -> Table:
    """Who waits at a place."""
    columns = [
        Column("person", lazy("Person"), kind="code", link="href"),
        Column("group", lazy("Household or line")),
        Column("tube", lazy("Tube"), kind="code"),
        Column("state", lazy("State"), kind="state"),
        Column("due", lazy("Due"), kind="clock"),
    ]
    rows = [
        one._asdict()
        | {
            "href": reverse("order", args=[one.id]),
            "state": ORDER[one.state],
            "due": pieces.Due(one.due_at, one.opened_at),
        }
        for one in found
    ]
    caption = lazy("People to be swabbed singly")
    return Table(name="members", caption=caption, columns=columns, rows=rows, pager=pager)


def where(one: Visit, areas: Mapping[str, str]) -> str:
    """The name of a place: workshop or building, else the grid cell, else the site of the tube."""
    english = get_language() == "en"
    party, site = (one.party_en, one.site_en) if english else (one.party_zh, one.site_zh)
    named = " ".join(part for part in (party or one.party_zh, one.building) if part)
    cell = areas.get(one.home_code) if len(one.home_code) == CELL_DIGITS else ""
    return named or cell or site or one.home_code


def _turn(turn: Turn | None, now: datetime) -> dict[str, str]:
    if turn is None:
        return {"turn": "–", "reached": ""}
    reached = time(now + timedelta(seconds=turn.reached_s))
    said = _("there at %(time)s, too late") if turn.late else _("there at %(time)s")
    return {
        "turn": _("team %(team)s, stop %(stop)s") % {"team": turn.team, "stop": turn.stop},
        "reached": said % {"time": reached},
    }
