"""Pages of events: the list, one with what is due and its timeline, its steps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Table
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import Event, EventState
from yinghuo.desks.response.queries import cases as case_queries
from yinghuo.desks.response.queries import event_lists, timeline
from yinghuo.desks.response.queries import events as queries
from yinghuo.desks.response.queries.reports import drafts
from yinghuo.desks.response.views import case_tables as tables
from yinghuo.desks.response.views import event_steps
from yinghuo.desks.response.views.beside import links_of
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.words.cases import EVENT

ROWS = CASES_SHOWN = 50


@require_safe
@needs("event.see")
def events(request: HttpRequest) -> HttpResponse:
    """Events of the area, the newest first; what is late stands out; laboratory positives that wait stand on top."""
    user = signed_in(request)
    counts = case_queries.event_counts(user)
    wanted, choices = _wanted(request, user, counts)
    table = _table(request, user, wanted)
    context = {
        "title": _headline(counts),
        "tabs": response_tabs(user, "events"),
        "choices": choices,
        "table": table,
        "drafts": drafts(user) if may(user, "event.manage") else [],
        "may_report": may(user, "case.report"),
    }
    return exports.asked(request, table) or render(request, "response/events.html", context)


@require_safe
@needs("event.see")
def event(request: HttpRequest, number: str) -> HttpResponse:
    """One event: due and late on top, cases, what is left, the timeline."""
    user, one = signed_in(request), found(request, number)
    return render(request, "response/event.html", _context(user, one))


@require_safe
@needs("event.see")
def event_by_id(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """The event that an order or a ledger entry names by its id."""
    one = scope(signed_in(request), Event.objects.filter(id=event_id)).first()
    if one is None:
        raise Http404
    return redirect("event", one.number)


def found(request: HttpRequest, number: str) -> Event:
    """An event of the reader's area; Http404 for another."""
    one = queries.event_of(signed_in(request), number)
    if one is None:
        raise Http404
    return one


def _context(user: User, one: Any) -> dict[str, Any]:
    merges = queries.merges_of(one.id)
    ids = queries.family_by(one.id, merges)
    cases = queries.cases_in(ids)
    story = timeline.Story(queries.about(ids, cases))
    return {
        "title": _title(one),
        "tabs": response_tabs(user, "events"),
        "event": one,
        "state": EVENT[one.state],
        "area": area_of(one),
        "story": story,
        "left": queries.left_of(cases, story),
        "cases": _cases([case for case in cases if case.merged_into_id is None][:CASES_SHOWN]),
        "steps": event_steps.open_to(user, one),
        "merges": merges,
        "links": links_of(one),
        "may_manage": may(user, "event.manage"),
    }


def area_of(row: Any) -> str:
    """The name of a row's area in the reader's language, read with the row; its code where nobody knows it."""
    return str((row.area_en if get_language() == "en" else row.area_zh) or row.area_code)


def _title(one: Event) -> str:
    since = date_format(localtime(one.opened_at or one.detected_at), "DATETIME_FORMAT")
    words = {"number": one.number, "name": one.name, "state": EVENT[one.state], "since": since}
    if one.state == EventState.DRAFT:
        return _("%(number)s · %(name)s: reported %(since)s, not opened yet") % words
    return _("%(number)s · %(name)s: %(state)s, opened %(since)s") % words


def _cases(rows: list[Any]) -> Table:
    columns = [column for column in tables.case_columns() if column.key not in ("event_number", "area")]
    return Table(
        name="cases",
        caption=_("Cases of this event"),
        columns=columns,
        rows=[tables.case_row(row, {}) for row in rows],
        empty=Empty(
            _("This event has no case yet."), _("A case is kept as soon as a report or a result speaks of one person.")
        ),
    )


def _headline(counts: dict[str, int]) -> str:
    words = {"open": counts.get("open", 0), "drafts": counts.get("draft", 0)}
    return _("Events: %(open)s under way, %(drafts)s to be looked at") % words


def _wanted(request: HttpRequest, user: User, counts: dict[str, int]) -> tuple[dict[str, str], list[Choice]]:
    states = [(state.value, f"{state.label} ({counts.get(state.value, 0)})") for state in EventState]
    options: dict[str, list[tuple[str, Any]]] = {
        "state": states,
        "area": [(area.code, area.name) for area in areas.children(user.area_code)],
        "late": [("yes", lazy("past a clock"))],
    }
    labels = {"state": lazy("State"), "area": lazy("Area"), "late": lazy("Clocks")}
    asked = {key: request.GET.get(key, "") for key in options}
    asked = {key: value if value in dict(options[key]) else "" for key, value in asked.items()}
    return asked, [Choice(key, labels[key], options[key], asked[key]) for key in options]


def _table(request: HttpRequest, user: User, wanted: dict[str, str]) -> Table:
    here, now = request.GET.get("after", ""), clock.now()
    rows = event_lists.after(event_lists.events(user, wanted, now=now), place(here, datetime.fromisoformat, UUID))
    page = list(rows[: ROWS + 1])
    shown = page[:ROWS]
    counted = event_lists.counted(shown)
    follows = (shown[-1].detected_at.isoformat(), shown[-1].id) if len(page) > ROWS else None
    return Table(
        name="events",
        caption=_("Events, the newest first"),
        columns=tables.event_columns(),
        rows=[tables.event_row(row, area_of(row), counted[row.id], now=now) for row in shown],
        empty=tables.no_events(any(wanted.values())),
        pager=pager(len(shown), after=follows, here=here),
        files=True,
    )


addresses: list[URLPattern] = [
    path("response", events, name="events"),
    path("response/events/<uuid:event_id>", event_by_id, name="event_by_id"),
    path("response/events/<str:number>", event, name="event"),
    *event_steps.addresses,
]
