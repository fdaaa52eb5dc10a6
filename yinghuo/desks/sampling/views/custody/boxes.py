"""Boxes: the list of a campaign, and one box counted by packer, system, courier and laboratory."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from yinghuo.console import exports, pieces
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import needs, scope, signed_in
from yinghuo.desks.sampling.models import BoxRow, Campaign, Keeping
from yinghuo.desks.sampling.queries.custody import boxes as queries
from yinghuo.desks.sampling.queries.custody.boxes import TubeInBox
from yinghuo.desks.sampling.queries.custody.reconciliation import holders
from yinghuo.desks.sampling.views.custody.reading import campaign_of
from yinghuo.desks.sampling.views.tabs import campaign_tabs


@require_safe
@needs("campaign.see")
def boxes(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """All boxes of a campaign, the latest first, with what each hand counted."""
    found, user, here = campaign_of(request, campaign_id), signed_in(request), request.GET.get("after", "")
    rows, after = queries.boxes(user, found.id, after=place(here, datetime.fromisoformat, str))
    table = _boxes(rows, holders(f"site:{row.site_id}" for row in rows))
    table.pager = pager(len(rows), after=(after[0].isoformat(), after[1]) if after else None, here=here)
    title = _("%(name)s · boxes, counted on both sides") % {"name": found.name}
    context = {"title": title, "table": table, "tabs": campaign_tabs(user, "custody", found.id), "campaign": found}
    return exports.asked(request, table) or render(request, "sampling/custody_tubes.html", context)


@require_safe
@needs("campaign.see")
def box(request: HttpRequest, code: str) -> HttpResponse:
    """One box: what packer, system, courier and laboratory counted, and which tubes differ."""
    row = get_object_or_404(scope(signed_in(request), BoxRow.objects.all()), box=code)
    tubes = queries.content(row)
    table = _content(row, tubes)
    names = holders([f"site:{row.site_id}", f"laboratory:{row.received_by or ''}"])
    context = {
        "title": _("Box %(box)s · %(count)s tubes") % {"box": row.box, "count": row.scanned},
        "campaign": Campaign.objects.filter(id=row.campaign_id).first() if row.campaign_id else None,
        "stats": _counts(row, tubes),
        "moments": _moments(row, names),
        "table": table,
    }
    return exports.asked(request, table) or render(request, "sampling/custody_box.html", context)


def _boxes(rows: list[BoxRow], names: dict[str, str]) -> Table:
    columns = [
        Column("box", lazy("Box"), kind="code", link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("site", lazy("Site")),
        Column("packed_at", lazy("Packed"), kind="moment"),
        Column("counted", lazy("Packer counted"), kind="number"),
        Column("scanned", lazy("Scanned"), kind="number"),
        Column("collected_count", lazy("Courier counted"), kind="number"),
        Column("received_count", lazy("Laboratory counted"), kind="number", note="unpacked_note"),
    ]
    shown = [
        {column.key: getattr(row, column.key, None) for column in columns}
        | {
            "id": row.box,
            "href": reverse("box", args=[row.box]),
            "site": names.get(f"site:{row.site_id}", ""),
            "state": _state(row),
            "unpacked_note": _("%(count)s scanned one by one") % {"count": row.unpacked} if row.unpacked else "",
        }
        for row in rows
    ]
    empty = pieces.Empty(lazy("No box of this campaign has been packed yet. It appears here once a phone sends it."))
    return Table(name="boxes", caption=lazy("Boxes"), columns=columns, rows=shown, empty=empty, files=True)


def _state(row: BoxRow) -> pieces.State:
    counts = {row.counted, row.scanned, row.collected_count or row.scanned, row.received_count or row.scanned}
    if len(counts) > 1 or (row.unpacked and row.received_count is None and row.unpacked != row.scanned):
        return pieces.State("wrong", lazy("counts differ"))
    if row.received_at:
        return pieces.State("done", lazy("received"))
    if row.collected_at:
        return pieces.State("running", Keeping.COLLECTED.label)
    return pieces.State("waiting", lazy("not collected"))


def _counts(row: BoxRow, tubes: list[TubeInBox]) -> list[pieces.Stat]:
    expected = sum(one.expected for one in tubes)
    differs = pieces.State("wrong", _("differs"))
    return [
        pieces.Stat(_("Packer counted"), row.counted, _("tubes")),
        _held_against(_("Scanned"), row.scanned, row.counted, differs),
        _held_against(_("System expected"), expected, row.counted, differs),
        _held_against(_("Courier counted"), row.collected_count, row.scanned, differs),
        _held_against(_("Laboratory counted"), row.received_count, row.scanned, differs),
        pieces.Stat(_("Scanned one by one in the laboratory"), row.unpacked, _("tubes")),
    ]


def _held_against(label: str, count: int | None, other: int, differs: pieces.State) -> pieces.Stat:
    return pieces.Stat(label, count, _("tubes"), state=differs if count is not None and count != other else None)


def _moments(row: BoxRow, names: dict[str, str]) -> list[pieces.Moment]:
    warm = _("%(celsius)s °C") % {"celsius": row.temperature_c} if row.temperature_c is not None else ""
    steps = [
        (row.packed_at, _("Packed"), names.get(f"site:{row.site_id}", ""), [row.seal]),
        (row.collected_at, _("Collected by courier"), row.vehicle, [row.collected_seal, warm]),
        (
            row.received_at,
            _("Received by laboratory"),
            names.get(f"laboratory:{row.received_by}", ""),
            [row.received_seal],
        ),
    ]
    return [
        pieces.Moment(at=at, what=what, by=by, detail=" · ".join(filter(None, detail)))
        for at, what, by, detail in steps
        if at
    ]


def _content(row: BoxRow, tubes: list[TubeInBox]) -> Table:
    columns = [
        Column("tube", lazy("Tube"), kind="code", link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("stage", lazy("Where it is now")),
        Column("received_at", lazy("Scanned in the laboratory"), kind="moment"),
    ]
    words = dict(Keeping.choices)
    shown: list[dict[str, Any]] = [
        {
            "id": one.tube,
            "tube": one.tube,
            "href": reverse("tube", args=[one.tube]),
            "state": _where(row, one),
            "stage": words.get(one.stage, ""),
            "received_at": one.received_at,
        }
        for one in tubes
    ]
    return Table(name="content", caption=lazy("Tubes of this box"), columns=columns, rows=shown, files=True)


def _where(row: BoxRow, one: TubeInBox) -> pieces.State:
    if not one.scanned:
        return pieces.State("wrong", _("expected, not scanned"))
    if one.now_in != row.box:
        return pieces.State("wrong", _("now in box %(box)s") % {"box": one.now_in})
    if one.opened and one.opened != row.box:
        return pieces.State("wrong", _("found in box %(box)s") % {"box": one.opened})
    if not one.expected:
        return pieces.State("waiting", _("scanned, not expected"))
    return pieces.State("done", _("in this box"))
