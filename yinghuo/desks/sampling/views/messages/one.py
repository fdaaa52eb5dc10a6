"""One message: its segments, its faults in plain words, and the button that takes it again."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import name_of
from yinghuo.core.people.access import may, needs, require, signed_in
from yinghuo.desks.sampling.actions.messages import replay
from yinghuo.desks.sampling.models import Channel, Message, Taken
from yinghuo.desks.sampling.models.messages import SETTLED
from yinghuo.desks.sampling.queries import messages as queries
from yinghuo.desks.sampling.views.messages.words import SEGMENTS, fault_row, sender_of, state_of
from yinghuo.engines.messages import er7

MOST_SEGMENTS, MOST_TUBES = 200, 100


@require_http_methods(["GET", "POST"])
@needs("message.see")
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Shows a message; takes it again when somebody says so."""
    user = signed_in(request)
    one = queries.messages_of(user).filter(id=message_id).first()
    if one is None:
        raise Http404
    if request.method == "POST":
        require(user, "message.send", area_code=one.area_code or user.area_code)
        receipt = replay(one.id, by=user.label, at=clock.now())
        _tell(request, receipt.taken)
        return redirect("message", one.id)
    replayable = one.taken in (Taken.HELD, Taken.FAULTY) and bool(one.raw) and one.channel != Channel.FHIR
    context = _context(one) | {"may_replay": replayable and may(user, "message.send")}
    return render(request, "sampling/message.html", context)


def _tell(request: HttpRequest, taken: Taken | None) -> None:
    if taken in SETTLED:
        notices.success(request, _("Taken. Its results are stored."))
    else:
        notices.warning(request, _("It still cannot be taken; the reason stands below. Nothing was stored."))


def _context(one: Message) -> dict[str, Any]:
    faults = [fault_row(number, stored) for number, stored in enumerate(one.faults)]
    return {
        "title": _("Message %(number)s · %(sender)s") % {"number": one.control_id or "–", "sender": sender_of(one)},
        "message": one,
        "way": Channel(one.channel).label,
        "state": state_of(one),
        "area": name_of(one.area_code) if one.area_code else _("not known"),
        "tubes": [(tube, reverse("tube", args=[tube])) for tube in one.tubes[:MOST_TUBES]],
        "more_tubes": max(len(one.tubes) - MOST_TUBES, 0),
        "faults": _faults(faults),
        "segments": _segments(one, {row["place"].partition("-")[0] for row in faults}),
        "raw": _pretty(one) if one.channel == Channel.FHIR else "",
        "effects": [
            _("It is read again with the senders and codes as they are now."),
            _("If it can be taken, its results are stored once, and what follows from them begins."),
            _("That you did this is entered in the ledger."),
        ],
    }


def _faults(rows: list[dict[str, Any]]) -> Table:
    columns = [
        Column("place", _("Where"), kind="code"),
        Column("words", _("What is wrong"), note="code"),
        Column("detail", _("What stood there")),
    ]
    return Table(name="faults", caption=_("Faults"), columns=columns, rows=rows)


def _segments(one: Message, faulty: set[str]) -> Table:
    columns = [
        Column("place", _("Segment"), kind="code", note="what"),
        Column("fields", _("Fields, each with its number")),
    ]
    why = _("The text of a message is kept only while nothing was stored of it, and for 30 days at most.")
    rows = [] if one.channel == Channel.FHIR or not one.raw else _segment_rows(one.raw, faulty)
    return Table(name="segments", caption=_("Segments"), columns=columns, rows=rows, empty=Empty(why))


def _segment_rows(raw: str, faulty: set[str]) -> list[dict[str, Any]]:
    try:
        segments = er7.parsed(raw).segments
    except er7.Unreadable:
        return []
    return [
        {
            "id": f"{segment.name}-{segment.sequence}",
            "place": (place := f"{segment.name}[{segment.sequence}]"),
            "what": SEGMENTS.get(segment.name, ""),
            "fields": " · ".join(_fields(segment)),
            "late": place in faulty,
        }
        for segment in segments[:MOST_SEGMENTS]
    ]


def _fields(segment: er7.Segment) -> list[str]:
    first = 3 if segment.name == "MSH" else 1
    cells = ((number, segment[number]) for number in range(first, len(segment.fields)))
    return [f"{number}: {er7.unescape(cell, segment.marks)}" for number, cell in cells if cell]


def _pretty(one: Message) -> str:
    try:
        return json.dumps(json.loads(one.raw), ensure_ascii=False, indent=2) if one.raw else ""
    except ValueError:  # kept cut, for it was very long
        return one.raw
