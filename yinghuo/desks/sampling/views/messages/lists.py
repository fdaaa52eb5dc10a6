"""The list of messages, the newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import names
from yinghuo.core.people.access import may, needs, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.models import Channel, Message, Taken
from yinghuo.desks.sampling.queries import messages as queries
from yinghuo.desks.sampling.views.messages.words import message_tabs, sender_of, state_of

OPTIONS = {"taken": Taken.choices, "channel": Channel.choices}


@require_safe
@needs("message.see")
def messages(request: HttpRequest) -> HttpResponse:
    """Messages of the area, by what became of them and how they came."""
    user = signed_in(request)
    asked = {key: _chosen(request.GET.get(key, ""), options) for key, options in OPTIONS.items()}
    table = _table(request, user, asked)
    context = {
        "title": _title(user),
        "tabs": message_tabs(user, "messages"),
        "choices": _choices(asked),
        "table": table,
        "may_send": may(user, "message.send"),
    }
    return exports.asked(request, table) or render(request, "sampling/messages.html", context)


def _title(user: User) -> str:
    count = queries.waiting(user)
    if not count:
        return _("Every message was dealt with")
    return ngettext("%(count)s message waits for somebody", "%(count)s messages wait for somebody", count) % {
        "count": count
    }


def _chosen(value: str, options: Sequence[tuple[str, Any]]) -> str:
    return value if value in dict(options) else ""


def _choices(asked: dict[str, str]) -> list[Choice]:
    return [
        Choice("taken", _("What became of it"), OPTIONS["taken"], asked["taken"]),
        Choice("channel", _("Way"), OPTIONS["channel"], asked["channel"]),
    ]


def _table(request: HttpRequest, user: User, asked: dict[str, str]) -> Table:
    here = request.GET.get("after", "")
    after = place(here, datetime.fromisoformat, UUID)
    rows, following = queries.latest(user, wanted=asked, after=after)
    return Table(
        name="messages",
        caption=_("Messages, the newest first"),
        columns=_columns(),
        rows=_rows(rows),
        empty=_empty(asked),
        pager=pager(len(rows), after=following, here=here),
        files=True,
    )


def _columns() -> list[Column]:
    return [
        Column("received_at", _("Received"), kind="moment"),
        Column("number", _("Number"), kind="code", link="href"),
        Column("sender", _("Sender"), note="way"),
        Column("state", _("What became of it"), kind="state"),
        Column("tubes", _("Tubes"), kind="number"),
        Column("results", _("Results"), kind="number"),
        Column("times", _("Came"), kind="number", unit=_("times")),
        Column("area", _("Area")),
    ]


def _rows(found: Sequence[Message]) -> list[dict[str, Any]]:
    where = names(one.area_code for one in found)
    return [
        {
            "id": one.id,
            "received_at": one.received_at,
            "number": one.control_id or _("no number"),
            "href": reverse("message", args=[one.id]),
            "sender": sender_of(one),
            "way": Channel(one.channel).label,
            "state": state_of(one),
            "tubes": len(one.tubes),
            "results": one.results,
            "times": one.times,
            "area": where.get(one.area_code, one.area_code) or _("not known"),
        }
        for one in found
    ]


def _empty(asked: dict[str, str]) -> Empty:
    if any(asked.values()):
        return Empty(_("No message is like this."), _("Show all messages"), reverse("messages"))
    return Empty(_("No other system has sent a message yet."), _("Admit a sender"), reverse("message_senders"))
