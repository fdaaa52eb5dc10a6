"""The list of stays, and one stay: where, until when, by which rule, what was decided about its end."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yinghuo.console import exports
from yinghuo.console.clock import now
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty, Moment, State, Tone
from yinghuo.console.states import ORDER
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.people.access import covers, may, needs, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.work.rules import kind_of
from yinghuo.desks.response.models import Stay, StayTerm
from yinghuo.desks.response.queries import stays as queries
from yinghuo.desks.response.rules.stays import Basis
from yinghuo.desks.response.rules.track_kinds import ASSAY, NEED
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.stays.need_tables import needs_table
from yinghuo.desks.response.views.words import rule_name, who


@require_safe
@needs("event.see")
def stays(request: HttpRequest) -> HttpResponse:
    """Who is isolated in the area, the nearest end first."""
    user, asked = signed_in(request), request.GET
    here, event, ended = asked.get("after", ""), asked.get("event", ""), asked.get("ended", "")
    after = place(here, date.fromisoformat, UUID)
    found = queries.stays(user, event=event, ended=ended, after=after)
    table = _table(found.rows, timezone.localdate(now()))
    table.pager = pager(len(found.rows), after=found.after, here=here)
    table.files = True
    context = {"title": _headline(user, event, timezone.localdate(now())), "table": table}
    context |= {"tabs": response_tabs(user, "stays"), "choices": _choices(event, ended)}
    return exports.asked(request, table) or render(request, "response/stays.html", context)


@require_safe
@needs("event.see")
def stay(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """One stay."""
    user, moment = signed_in(request), now()
    found = queries.stay(user, stay_id)
    if found is None:
        raise Http404("no such stay")
    context = {
        "title": _("%(who)s · isolated until %(day)s") % {"who": who(found.person), "day": found.until},
        "tabs": response_tabs(user, "stays"),
        "stay": found,
        "state": state_of(found, timezone.localdate(moment)),
        "basis": Basis(found.basis).label,
        "place": place_of(found),
        "rule": rule_name(found.rule),
        "terms": [_term(term) for term in found.terms.order_by("at")],
        "proposed": [term for term in found.terms.all() if term.confirmed_at is None],
        "needs": needs_table(queries.needs_of([found.id])),
        "orders": _orders(found),
        "may_manage": may(user, "event.manage") and covers(user, found.area_code) and found.ended_at is None,
    }
    return render(request, "response/stay.html", context)


def _headline(user: User, event: str, day: date) -> str:
    """How many are isolated now, here or in one event, whatever the list below is narrowed to."""
    found = scope(user, Stay.objects.filter(ended_at=None, **({"event__number": event} if event else {})))
    counted = found.aggregate(count=Count("id"), late=Count("id", filter=Q(until__lt=day)))
    words = {name: thousands(count) for name, count in counted.items()}
    said = ngettext("%(count)s person isolated", "%(count)s people isolated", counted["count"]) % words
    return said + (_(", %(late)s past the last day") % words if counted["late"] else "")


def place_of(stay: Stay) -> str:
    """Where somebody is: site, room and bed, or at home."""
    if stay.occupancy is None:
        return str(stay.get_stage_display())
    room = stay.occupancy.room
    words = _("%(site)s, room %(room)s, bed %(bed)s")
    return words % {"site": room.facility.name, "room": room.code, "bed": stay.bed}


def state_of(stay: Stay, day: date) -> State:
    """How a stay stands on a day; beyond the ceiling and past the end are said out loud."""
    if stay.ended_at:
        return State("off", str(stay.get_end_display()))
    if stay.started_at is None:
        return State("waiting", _("room reserved"))
    if stay.until < day:
        return State("wrong", _("past the last day"))
    if stay.beyond:
        return State("wrong", _("beyond the ceiling"))
    return State("running", _("last day today") if stay.until == day else _("isolated"))


def _table(rows: Any, day: date) -> Table:
    counts = queries.open_orders([stay.id for stay in rows])
    columns = [
        Column("who", lazy("Who"), kind="code", link="href", note="event"),
        Column("state", lazy("State"), kind="state"),
        Column("place", lazy("Isolated where")),
        Column("started_at", lazy("Since"), kind="moment"),
        Column("until", lazy("Isolated until"), kind="day", note="left"),
        Column("ceiling_on", lazy("Latest by the rule"), kind="day", note="rule"),
        Column("needs", lazy("Needs open"), kind="number"),
        Column("assays", lazy("Assays due"), kind="number"),
    ]
    shown = [
        {
            "id": stay.id,
            "who": who(stay.person),
            "href": reverse("stay", args=[stay.id]),
            "event": stay.event.number,
            "state": state_of(stay, day),
            "place": place_of(stay),
            "left": _left(stay, day),
            "rule": rule_name(stay.rule),
            "needs": counts.get(stay.id, {}).get(NEED, 0),
            "assays": counts.get(stay.id, {}).get(ASSAY, 0),
            "late": stay.ended_at is None and stay.until < day,
        }
        | {name: getattr(stay, name) for name in ("started_at", "until", "ceiling_on")}
        for stay in rows
    ]
    empty = Empty(lazy("Nobody is isolated here."), lazy("A stay begins with a ride to a room, or at home."))
    return Table(name="stays", caption=lazy("People in isolation"), columns=columns, rows=shown, empty=empty)


def _left(stay: Stay, day: date) -> str:
    days = (stay.until - day).days
    if stay.ended_at or days < 0:
        return ""
    return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}


def _choices(event: str, ended: str) -> list[Choice]:
    running = [Choice("ended", lazy("Show"), [("yes", lazy("those that ended"))], ended)]
    return running + ([Choice("event", lazy("Event"), [(event, event)], event)] if event else [])


def _term(term: StayTerm) -> Moment:
    detail = _("until %(until)s, at the latest %(ceiling)s by %(rule)s")
    said = detail % {"until": term.until, "ceiling": term.ceiling_on, "rule": rule_name(term.rule)}
    tone: Tone = "done" if term.confirmed_at else "waiting"
    return Moment(
        term.at, str(term.get_sort_display()), detail=" · ".join(filter(None, [said, term.reason])), tone=tone
    )


def _orders(stay: Stay) -> Table:
    columns = [
        Column("kind", lazy("What is due"), link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("due_at", lazy("Due"), kind="moment"),
    ]
    rows = [
        {"id": one.id, "kind": kind_of(one.kind).name, "href": reverse("order", args=[one.id])}
        | {"state": ORDER[one.state], "due_at": one.due_at}
        for one in queries.orders_of(stay.id)
    ]
    empty = Empty(lazy("Nothing is due."))
    return Table(name="due", caption=lazy("What is due"), columns=columns, rows=rows, empty=empty)
