"""Pages of terminals and transformers: the lists, one terminal with its meters and its session."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.metering.models import Protocol, Terminal
from yinghuo.desks.metering.models.register import Admission
from yinghuo.desks.metering.queries import register as queries
from yinghuo.desks.metering.queries.register import Wanted
from yinghuo.desks.metering.views.frame import Typed, chosen, metering_tabs, typed
from yinghuo.desks.metering.views.register import terminal_tables

ROWS = 50
OPTIONS: dict[str, Any] = {
    "admission": Admission.choices,
    "online": [("yes", lazy("on-line")), ("no", lazy("off-line"))],
    "protocol": Protocol.choices,
}
LABELS = {"admission": lazy("Admission"), "online": lazy("On-line"), "protocol": lazy("Protocol")}


@require_safe
@needs("meter.see")
def terminals(request: HttpRequest) -> HttpResponse:
    """Terminals of the area: those that wait for a decision first."""
    user, asked = signed_in(request), chosen(request, OPTIONS)
    digits = typed(request, "digits")
    table = _table(request, user, asked | {"digits": digits})
    context = {
        "title": terminal_tables.headline(queries.terminal_counts(user, now=clock.now())),
        "tabs": metering_tabs(user, "terminals"),
        "typed": [Typed("digits", lazy("Address begins with"), digits)],
        "choices": [Choice(key, LABELS[key], OPTIONS[key], asked[key]) for key in OPTIONS],
        "table": table,
    }
    return exports.asked(request, table) or render(request, "metering/terminals.html", context)


@require_safe
@needs("meter.see")
def terminal(request: HttpRequest, address: str) -> HttpResponse:
    """One terminal: its data, how it is doing, its meters, its history."""
    user, one, now = signed_in(request), found(request, address), clock.now()
    meters = queries.meters(user, Wanted(terminal=address), now=now, limit=ROWS + 1)
    table = terminal_tables.meters(meters[:ROWS], now)
    context = terminal_tables.standing(one, now) | {
        "tabs": metering_tabs(user, "terminals"),
        "table": table,
        "more": len(meters) > ROWS,
        "may_manage": may(user, "meter.manage"),
        "moments": queries.moments(f"terminal:{address}", entry_id=one.entry_id),
    }
    return exports.asked(request, table) or render(request, "metering/terminal.html", context)


@require_safe
@needs("meter.see")
def transformers(request: HttpRequest) -> HttpResponse:
    """Transformers of the area by code, with the number of their meters."""
    user, digits = signed_in(request), typed(request, "digits")
    here = request.GET.get("after", "")
    (after,) = place(here, str) or ("",)
    rows = queries.transformers(user, digits=digits, after=after, limit=ROWS + 1)
    table = terminal_tables.transformers(rows[:ROWS])
    table.pager = pager(min(len(rows), ROWS), after=(rows[ROWS - 1].code,) if len(rows) > ROWS else None, here=here)
    count = queries.transformer_count(user)
    context = {
        "title": ngettext("%(count)s transformer", "%(count)s transformers", count) % {"count": thousands(count)},
        "tabs": metering_tabs(user, "transformers"),
        "typed": [Typed("digits", lazy("Code begins with"), digits)],
        "table": table,
    }
    return exports.asked(request, table) or render(request, "metering/transformers.html", context)


def found(request: HttpRequest, address: str) -> Terminal:
    """A terminal of the reader's area; Http404 for another."""
    one = queries.terminal(signed_in(request), address)
    if one is None:
        raise Http404
    return one


def _table(request: HttpRequest, user: User, wanted: dict[str, str]) -> Table:
    here, now = request.GET.get("after", ""), clock.now()
    after = place(here, int, str)
    rows = queries.terminals(
        user, wanted=wanted, now=now, after=(after[0], after[1]) if after else None, limit=ROWS + 1
    )
    shown = rows[:ROWS]
    where = areas.names({row.area_code for row in shown})
    last = (shown[-1].rank, shown[-1].address) if len(rows) > ROWS else None  # type: ignore[attr-defined]
    why = _("No terminal in your area is like this.") if any(wanted.values()) else _("Your area has no terminal yet.")
    return Table(
        name="terminals",
        caption=_("Terminals, those that wait for a decision first"),
        columns=terminal_tables.COLUMNS,
        rows=[terminal_tables.row(row, now) | {"area": where.get(row.area_code, row.area_code)} for row in shown],
        empty=Empty(why, _("It is loaded from files: yinghuo meters load FOLDER.")),
        pager=pager(len(shown), after=last, here=here),
        files=True,
    )
