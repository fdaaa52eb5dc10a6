"""What the pages of terminals and transformers show: columns, rows, sentences, how a terminal is doing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from yinghuo.console.pieces import Empty, Stat, State, span_in_words
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import share, thousands
from yinghuo.core.areas import queries as areas
from yinghuo.desks.metering.models import Meter, Terminal, Transformer
from yinghuo.desks.metering.models.head_end import Cause, TerminalSession
from yinghuo.desks.metering.queries import register as queries
from yinghuo.desks.metering.queries.register import TerminalCounts
from yinghuo.desks.metering.register_words import admission_state
from yinghuo.desks.metering.views.register import meter_tables

COLUMNS = [
    Column("address", lazy("Terminal"), kind="code", link="href", note="name"),
    Column("admission", lazy("Admission"), kind="state"),
    Column("online", lazy("On-line"), kind="state"),
    Column("seen_at", lazy("Last seen"), kind="moment"),
    Column("success", lazy("Answered, last hour"), kind="share"),
    Column("median_ms", lazy("Answers within"), kind="number", unit="ms"),
    Column("meters", lazy("Meters"), kind="number"),
    Column("protocol", lazy("Protocol")),
    Column("area", lazy("Area")),
]


def headline(counts: TerminalCounts) -> str:
    """How many terminals are on-line, and how many wait for a decision, in one line."""
    words = {"online": thousands(counts.online), "count": thousands(counts.admitted), "held": thousands(counts.held)}
    if not counts.held:
        return _("%(online)s of %(count)s terminals on-line") % words
    return (
        ngettext(
            "%(online)s of %(count)s terminals on-line, %(held)s is held",
            "%(online)s of %(count)s terminals on-line, %(held)s are held",
            counts.held,
        )
        % words
    )


def row(one: Terminal, now: datetime) -> dict[str, Any]:
    """A terminal in the list, without its area."""
    session = queries.session_of(one)
    return {
        "id": one.address,
        "address": one.address,
        "name": one.name,
        "href": reverse("terminal", args=[one.address]),
        "admission": admission_state(one.admission),
        "online": online_state(session, now),
        "seen_at": session.last_seen_at if session else None,
        "success": success_share(session),
        "median_ms": session.median_ms if session else None,
        "meters": one.count,  # type: ignore[attr-defined]  # counted by the query
        "protocol": one.get_protocol_display(),
    }


def online_state(session: TerminalSession | None, now: datetime) -> State:
    """Whether a terminal is on-line, as a chip."""
    if session is None:
        return State("waiting", _("never seen"))
    if queries.is_online(session, now):
        return State("running", _("on-line"))
    return State("off", _("off-line"))


def success_share(session: TerminalSession | None) -> float | None:
    """Share of the last hour's requests that were answered, 0..1; None where nothing was asked."""
    return session.answered_hour / session.sent_hour if session and session.sent_hour else None


def standing(one: Terminal, now: datetime) -> dict[str, Any]:
    """What the page of one terminal shows of it."""
    session = queries.session_of(one)
    words = {"address": one.address, "state": online_state(session, now).word}
    return {
        "title": _("Terminal %(address)s · %(state)s") % words,
        "terminal": one,
        "admission": admission_state(one.admission),
        "online": online_state(session, now),
        "session": session,
        "stats": _stats(session, now) if session else [],
        "last_cause": _cause(session),
        "area": areas.name_of(one.area_code),
    }


def ago(at: datetime | None, now: datetime) -> str | None:
    """How long ago something was; None for what never was."""
    return _("%(span)s ago") % {"span": span_in_words(max(now - at, timedelta(0)))} if at else None


def meters(rows: Sequence[Meter], now: datetime) -> Table:
    """The first meters behind a terminal."""
    wanted = {"address", "point", "energy_value", "energy_at", "state"}
    return Table(
        name="meters",
        caption=_("Meters of this terminal"),
        columns=[column for column in meter_tables.COLUMNS if column.key in wanted],
        rows=[meter_tables.row(one, now) for one in rows],
        empty=Empty(_("No meter of your area is behind this terminal.")),
        files=True,
    )


def transformers(rows: Sequence[Transformer]) -> Table:
    """Transformers; each leads to its meters."""
    columns = [
        Column("code", lazy("Transformer"), kind="code", link="href", note="name"),
        Column("area", lazy("Area")),
        Column("rated_kva", lazy("Rated"), kind="number", unit="kVA"),
        Column("meters", lazy("Meters"), kind="number"),
    ]
    where = areas.names({one.area_code for one in rows})
    shown = [
        {
            "id": one.code,
            "code": one.code,
            "name": one.name,
            "href": f"{reverse('meters')}?{urlencode({'transformer': one.code})}",
            "area": where.get(one.area_code, one.area_code),
            "rated_kva": one.rated_kva,
            "meters": one.count,  # type: ignore[attr-defined]  # counted by the query
        }
        for one in rows
    ]
    empty = Empty(_("No transformer of your area is like this."))
    return Table(
        name="transformers", caption=_("Transformers by code"), columns=columns, rows=shown, empty=empty, files=True
    )


def _stats(session: TerminalSession, now: datetime) -> list[Stat]:
    day = session.answered_day / session.sent_day if session.sent_day else None
    return [
        Stat(
            _("Answered, last hour"), share(success_share(session)), note=_of(session.answered_hour, session.sent_hour)
        ),
        Stat(_("Answered, 24 hours"), share(day), note=_of(session.answered_day, session.sent_day)),
        Stat(_("Answers within"), session.median_ms, _("ms"), _("half of them")),
        Stat(_("Last seen"), ago(session.last_seen_at, now)),
    ]


def _of(answered: int, sent: int) -> str:
    return _("%(answered)s of %(sent)s requests") % {"answered": thousands(answered), "sent": thousands(sent)}


def _cause(session: TerminalSession | None) -> str:
    if session is None or not session.last_cause:
        return ""
    return " · ".join(filter(None, [str(Cause(session.last_cause).label), session.last_detail]))
