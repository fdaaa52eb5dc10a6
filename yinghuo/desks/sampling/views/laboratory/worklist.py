"""The laboratory's first page: what waits, the oldest clock first, and what to do next."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yinghuo.console import exports, pieces
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import may, needs
from yinghuo.desks.sampling.models import Bench
from yinghuo.desks.sampling.queries.laboratory import Load, load, waiting
from yinghuo.desks.sampling.queries.laboratory.worklist import MOST_COUNTED
from yinghuo.desks.sampling.views.laboratory.reading import laboratory_tabs, technician

ROWS = 50
AGAIN = {"": "", "rerun": lazy("assayed again"), "decode": lazy("from a pool that was not negative")}


@require_safe
@needs("laboratory.see")
def worklist(request: HttpRequest) -> HttpResponse:
    """What waits, and how much of everything is under way."""
    who, here = technician(request), request.GET.get("after", "")
    found = waiting(who, after=place(here, datetime.fromisoformat, str), limit=ROWS + 1)
    table, now = _table(found[:ROWS]), load(who)
    last = found[ROWS - 1] if len(found) > ROWS else None
    after = (last.due_at.isoformat(), last.tube) if last else None
    table.pager = pager(len(table.rows), after=after, here=here)
    context = {"title": _sentence(now), "table": table, "stats": _stats(now)}
    context |= {"tabs": laboratory_tabs(request, "laboratory"), "may_work": may(request.user, "laboratory.work")}
    return exports.asked(request, table) or render(request, "sampling/laboratory_worklist.html", context)


def _sentence(now: Load) -> str:
    if now.waiting >= MOST_COUNTED:
        return _("More than %(count)s tubes wait for an assay") % {"count": f"{MOST_COUNTED:,}"}
    words = ngettext("%(count)s tube waits for an assay", "%(count)s tubes wait for an assay", now.waiting)
    return words % {"count": f"{now.waiting:,}"}


def _stats(now: Load) -> list[pieces.Stat]:
    late = pieces.State("late", _("beyond the campaign’s hours")) if now.late else None
    return [
        pieces.Stat(_("Late"), now.late, _("tubes"), state=late),
        pieces.Stat(_("Plates running"), now.plates_running, href=f"{reverse('plates')}?state=running"),
        pieces.Stat(_("Plates to release"), now.plates_to_release, href=f"{reverse('plates')}?state=read"),
        pieces.Stat(_("Files to release"), now.files_to_release, href=reverse("result_files")),
        pieces.Stat(_("Pools ready for a plate"), now.pools_ready, href=reverse("pools")),
    ]


def _table(rows: list[Bench]) -> Table:
    columns = [
        Column("tube", lazy("Tube"), kind="code", link="href", note="again"),
        Column("people", lazy("People"), kind="number"),
        Column("received_at", lazy("Received"), kind="moment"),
        Column("due", lazy("Result due"), kind="clock"),
    ]
    shown = [
        {
            "id": row.tube,
            "tube": row.tube,
            "href": reverse("tube", args=[row.tube]),
            "again": AGAIN[row.again],
            "people": row.people,
            "received_at": row.received_at,
            "due": pieces.Due(row.due_at, row.received_at),
        }
        for row in rows
    ]
    empty = pieces.Empty(lazy("No tube waits. Tubes stand here once their box was received by the laboratory."))
    caption = lazy("Tubes that wait, the oldest clock first")
    return Table(name="worklist", caption=caption, columns=columns, rows=shown, empty=empty, files=True)
