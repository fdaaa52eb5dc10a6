"""Pages: the head-end live."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.pieces import Empty, Stat, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import share, thousands
from yinghuo.core.people.access import needs, signed_in
from yinghuo.desks.metering.models.head_end import Cause, TerminalSession
from yinghuo.desks.metering.queries import live as queries
from yinghuo.desks.metering.queries import register
from yinghuo.desks.metering.queries.live import Live
from yinghuo.desks.metering.queries.register import TerminalCounts
from yinghuo.desks.metering.views.frame import metering_tabs
from yinghuo.desks.metering.views.register.terminal_tables import ago, online_state

MEGABYTE = 1_000_000


@require_safe
@needs("meter.see")
def head_end(request: HttpRequest) -> HttpResponse:
    """How the head-end is doing; the page reads itself again."""
    user, now = signed_in(request), clock.now()
    found, counts = queries.live(user, now=now), register.terminal_counts(user, now=now)
    table = _failing(queries.failing(user), now)
    context = {
        "title": _title(found, counts, now),
        "tabs": metering_tabs(user, "head_end"),
        "runs": found.runs(now),
        "written_at": found.written_at,
        "stats": _stats(found, counts, now),
        "causes": _causes(found),
        "table": table,
    }
    return exports.asked(request, table) or render(request, "metering/head_end.html", context)


def _title(found: Live, counts: TerminalCounts, now: datetime) -> str:
    if not found.runs(now):
        return _("The head-end is not running")
    words = {"online": thousands(found.online), "count": thousands(counts.admitted)}
    if found.success_share is None:
        return _("Head-end · %(online)s of %(count)s terminals on-line") % words
    words["share"] = share(found.success_share)
    return _("Head-end · %(online)s of %(count)s terminals on-line, %(share)s answered") % words


def _stats(found: Live, counts: TerminalCounts, now: datetime) -> list[Stat]:
    decide = {"state": State("waiting", _("decide")), "href": f"{reverse('terminals')}?admission=held"}
    held = Stat(_("Held terminals"), counts.held, **(decide if counts.held else {}))  # type: ignore[arg-type]
    waiting = None if found.spool_bytes is None else round(found.spool_bytes / MEGABYTE, 1)
    answered = _("%(answered)s of %(sent)s requests") % {
        "answered": thousands(found.answered),
        "sent": thousands(found.sent),
    }
    return [
        Stat(
            _("Terminals on-line"),
            found.online,
            note=_("of %(count)s admitted") % {"count": thousands(counts.admitted)},
        ),
        Stat(_("Answered, last hour"), share(found.success_share), note=answered),
        Stat(_("Answers within"), found.median_ms, _("ms"), _("of the median terminal")),
        Stat(_("Last seen"), ago(found.seen_at, now)),
        Stat(
            _("Readings into the lake"), round(found.readings_a_minute), _("a minute"), _("all areas, mean of 10 min")
        ),
        Stat(_("Waiting in the spool"), waiting, "MB", _("on disk, not in the lake yet")),
        held,
    ]


def _causes(found: Live) -> Table:
    columns = [Column("cause", lazy("Cause")), Column("count", lazy("Failed, last hour"), kind="bar")]
    rows = [
        {"id": cause, "cause": Cause(cause).label if cause in Cause.values else cause, "count": count}
        for cause, count in found.failed.items()
    ]
    return Table(
        name="causes",
        caption=_("Causes of failure"),
        columns=columns,
        rows=rows,
        empty=Empty(_("Nothing failed within the last hour.")),
    )


def _failing(rows: Sequence[TerminalSession], now: datetime) -> Table:
    columns = [
        Column("terminal", lazy("Terminal"), kind="code", link="href", note="name"),
        Column("online", lazy("On-line"), kind="state"),
        Column("failed", lazy("Failed, last hour"), kind="number"),
        Column("answered", lazy("Answered, last hour"), kind="share"),
        Column("cause", lazy("Last cause"), note="detail"),
        Column("failed_at", lazy("Last failure"), kind="moment"),
        Column("seen_at", lazy("Last seen"), kind="moment"),
    ]
    empty = Empty(_("No terminal failed within the last hour."))
    return Table(
        name="failing",
        caption=_("Terminals that failed, the latest first"),
        columns=columns,
        rows=[_row(one, now) for one in rows],
        empty=empty,
        files=True,
    )


def _row(one: TerminalSession, now: datetime) -> dict[str, Any]:
    return {
        "id": one.terminal_id,
        "terminal": one.terminal_id,
        "name": one.terminal.name,
        "href": reverse("terminal", args=[one.terminal_id]),
        "online": online_state(one, now),
        "failed": sum(one.failed_hour.values()),
        "answered": one.answered_hour / one.sent_hour if one.sent_hour else None,
        "cause": Cause(one.last_cause).label if one.last_cause else None,
        "detail": one.last_detail,
        "failed_at": one.last_failed_at,
        "seen_at": one.last_seen_at,
    }


addresses: list[URLPattern] = [path("metering/head-end", head_end, name="head_end")]
