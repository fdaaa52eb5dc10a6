"""The board of one event: four tracks side by side; and the board over all open events of the user's area."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yinghuo.console import exports
from yinghuo.console.clock import now
from yinghuo.console.pieces import Due, Empty, State, Words
from yinghuo.console.states import ORDER
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import covers, may, needs, signed_in
from yinghuo.core.work.rules import kind_of
from yinghuo.desks.response.models import Event
from yinghuo.desks.response.queries import board as queries
from yinghuo.desks.response.queries.board import StepRow, TrackColumn
from yinghuo.desks.response.rules.tracks import Outcome, Track
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.tracks.reading import event_or_404

DONE, NOT_NEEDED = State("done", Outcome.DONE.label), State("off", Outcome.NOT_NEEDED.label)
NEXT, WAITS, LATE = State("running", lazy("to be done")), State("waiting", lazy("waits")), State("late", lazy("late"))


@require_safe
@needs("event.see")
def board(request: HttpRequest, number: str) -> HttpResponse:
    """Four tracks on one screen: clocks, steps, what waits for what, who has it."""
    event, user, moment = event_or_404(request, number), signed_in(request), now()
    columns = queries.columns(event, now=moment)
    context = {
        "title": _title(event, columns),
        "tabs": response_tabs(user, "events"),
        "event": event,
        "columns": [_column(event, column, moment) for column in columns],
        "may_manage": may(user, "event.manage") and covers(user, event.area_code),
    }
    return render(request, "response/track_board.html", context)


@require_safe
@needs("event.see")
def boards(request: HttpRequest) -> HttpResponse:
    """All open events of the area, a line each with its four tracks."""
    user, moment = signed_in(request), now()
    events = list(queries.events_under_way(user))
    columns = queries.boards(events, now=moment)
    table = _table(events, columns)
    late = sum(bool(any(column.late for column in columns.get(event.id, []))) for event in events)
    words = ngettext(
        "%(count)s event under way, %(late)s with a late step",
        "%(count)s events under way, %(late)s with late steps",
        len(events),
    )
    context = {"title": words % {"count": len(events), "late": late}, "table": table}
    context["tabs"] = response_tabs(user, "boards")
    return exports.asked(request, table) or render(request, "response/track_boards.html", context)


def _title(event: Event, columns: list[TrackColumn]) -> str:
    late = sum(column.late for column in columns)
    done, of = sum(column.done for column in columns), sum(len(column.steps) for column in columns)
    words = _("%(number)s · %(done)s of %(of)s steps settled") % {"number": event.number, "done": done, "of": of}
    if late:
        words += " · " + ngettext("%(count)s late", "%(count)s late", late) % {"count": late}
    return words


def _column(event: Event, column: TrackColumn, moment: datetime) -> dict[str, Any]:
    order = column.order
    return {
        "track": column.track,
        "order": order,
        "state": ORDER[order.state],
        "due": Due(order.finish_by, order.opened_at, order.done_at) if order.finish_by else None,
        "who": column.who,
        "done": column.done,
        "of": len(column.steps),
        "steps": [_step(row) for row in column.steps],
        "beside": [{"name": kind_of(one.kind).name, **one._asdict()} for one in column.beside],
        "links": _links(event, column.track),
        "late": order.state not in ("done", "closed", "cancelled")
        and bool(order.finish_by and order.finish_by < moment),
    }


def _step(row: StepRow) -> dict[str, Any]:
    step = row.step
    due = Due(step.due_at, step.event.notified_at, step.done_at) if step.due_at else None
    return {
        "row": step,
        "name": row.name,
        "waits_for": row.waits_for,
        "late": row.late,
        "due": due,
        "state": _state(row),
    }


def _state(row: StepRow) -> State:
    if row.step.outcome:
        return DONE if row.step.outcome == Outcome.DONE else NOT_NEEDED
    if row.late:
        return LATE
    return WAITS if row.waits_for else NEXT


def _links(event: Event, track: Track) -> list[tuple[str, Words]]:
    """Where the work of a track is done."""
    places: dict[Track, list[tuple[str, Words]]] = {
        Track.TRACING: [(reverse("event_contacts", args=[event.number]), lazy("Contacts"))],
        Track.TRANSFER: [(reverse("rides", args=[event.number]), lazy("Rides"))],
        Track.ISOLATION: [(f"{reverse('stays')}?event={event.number}", lazy("Isolation"))],
        Track.DISINFECTION: [(reverse("places", args=[event.number]), lazy("Places to disinfect"))],
    }
    return places[track]


def _table(events: list[Event], columns: dict[Any, list[TrackColumn]]) -> Table:
    shown = [
        {
            "id": event.number,
            "number": event.number,
            "href": reverse("board", args=[event.number]),
            "name": event.name,
            "detected_at": event.detected_at,
            "due": _nearest(columns.get(event.id, [])),
            "late": any(column.late for column in columns.get(event.id, [])),
        }
        | {track.value: _short(columns.get(event.id, []), track) for track in Track}
        for event in events
    ]
    heads = [
        Column("number", lazy("Event"), kind="code", link="href", note="name"),
        *(Column(track.value, track.label, kind="state") for track in Track),
        Column("due", lazy("Nearest clock"), kind="clock"),
        Column("detected_at", lazy("Detected at"), kind="moment"),
    ]
    empty = Empty(lazy("No event is under way in your area. One appears here as soon as it is opened."))
    return Table(name="boards", caption=lazy("Open events"), columns=heads, rows=shown, empty=empty, files=True)


def _nearest(columns: list[TrackColumn]) -> Due | None:
    waiting = [row.step.due_at for column in columns for row in column.steps if not row.step.outcome]
    first = min((due_at for due_at in waiting if due_at), default=None)
    return Due(first) if first else None


def _short(columns: list[TrackColumn], track: Track) -> State:
    column = next((one for one in columns if one.track == track), None)
    if column is None:
        return State("off", lazy("not opened"))
    words = f"{column.done}/{len(column.steps)}"
    if column.late:
        return State("late", _("%(words)s, %(count)s late") % {"words": words, "count": column.late})
    return State("done" if column.done == len(column.steps) else "running", words)
