"""What a review is made of: sections with a sentence and a table each, the same for the page and for the PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yinghuo.console.pieces import Empty, Stat, State, span_in_words
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import moment, share, thousands
from yinghuo.core.work.rules import kind_name
from yinghuo.desks.response.queries.review import Counts, EventReview, Span
from yinghuo.desks.response.queries.review_ceilings import Restriction
from yinghuo.desks.response.queries.review_orders import Clocked, met_and_missed
from yinghuo.desks.response.rules.clocks import clock_on
from yinghuo.desks.response.rules.review import CAUSES

MOST_MISSED = 50
CLOCKS = {
    "accept": lambda: _("taken in time"),
    "arrive": lambda: _("on site in time"),
    "finish": lambda: _("finished in time"),
    "verify": lambda: _("checked in time"),
}
SPAN_STATES = {
    "met": lambda: State("done", _("target met")),
    "missed": lambda: State("late", _("target missed")),
    "running": lambda: State("running", _("still running")),
    "unknown": lambda: State("off", _("not known since when")),
}
RESTRICTIONS = {
    "level": lambda: _("level of an area"),
    "measure": lambda: _("measure that restricts"),
    "stay": lambda: _("stay in isolation"),
}


@dataclass(frozen=True)
class Section:
    """A part of a review: its heading, what it says in a sentence, its table."""

    heading: str
    words: str
    table: Table | None = None


def in_language(one: Any) -> str:
    """The name of something that has two."""
    return str(one["name_en"] if get_language() == "en" else one["name_zh"])


def figures(counts: Counts, clocks: Sequence[Clocked]) -> list[Stat]:
    """The four figures of a review."""
    judged = [one for one in clocks if not one.kept.running]
    met = sum(not one.kept.missed for one in judged)
    per_case, isolated = counts.per_case, counts.share_isolated
    unknown = _("of %(unknown)s nobody said") % {"unknown": counts.unknown} if counts.unknown else ""
    of = _("%(met)s of %(all)s clocks") % {"met": thousands(met), "all": thousands(len(judged))}
    contacts = _("%(contacts)s close contacts, %(cases)s cases") % {"contacts": counts.contacts, "cases": counts.cases}
    return [
        Stat(_("Clocks met"), share(met / len(judged) if judged else None), note=of),
        Stat(_("Close contacts per case"), thousands(per_case, 1), note=contacts),
        Stat(_("Cases found in isolation"), share(isolated), note=unknown),
    ]


def seven_one_seven(review: EventReview, now: datetime) -> Section:
    """The targets of 7-1-7, each with its clock and the entry that shows its end."""
    columns = [
        Column("name", _("Target")),
        Column("since", _("From"), kind="moment"),
        Column("until", _("To"), kind="moment"),
        Column("took", _("Took"), note="allowed"),
        Column("state", _("State"), kind="state"),
        Column("entry", _("Ledger entry"), link="href"),
    ]
    rows = [_span_row(span, review, now) for span in review.spans]
    table = Table(name="targets", caption=_("7-1-7"), columns=columns, rows=rows)
    words = _(
        "7 days from emergence to detection, 1 day to notification, 7 days from there until the latest of the "
        "applicable early actions; a first action within 1 day of notification."
    )
    return Section(_("7-1-7"), words, table)


def _span_row(span: Span, review: EventReview, now: datetime) -> dict[str, Any]:
    clock = clock_on(span.key, review.event.detected_at.date())
    took = span_in_words((span.until or now) - span.since) if span.since else ""
    return {
        "id": span.key,
        "name": clock.name_en if get_language() == "en" else clock.name_zh,
        "since": span.since,
        "until": span.until,
        "took": took,
        "allowed": _("%(span)s allowed") % {"span": span_in_words(span.allowed)},
        "state": SPAN_STATES[span.state(now)](),
        **_entry(span.entry_id),
    }


def seven_actions(review: EventReview) -> Section:
    """The seven actions, with the record that shows each."""
    columns = [
        Column("name", _("Early action")),
        Column("at", _("First shown"), kind="moment"),
        Column("state", _("State"), kind="state"),
        Column("entry", _("Ledger entry"), link="href"),
    ]
    rows = [
        {
            "id": one.action.key,
            "name": str(one.action.name),
            "at": one.shown.at if one.shown else None,
            "state": _action_state(applicable=one.applicable, done=one.shown is not None),
            **_entry(one.shown.entry_id if one.shown else None),
        }
        for one in review.actions
    ]
    left_out = sum(not one.applicable for one in review.actions)
    words = ngettext(
        "%(count)s action did not apply and is left out.", "%(count)s actions did not apply and are left out.", left_out
    ) % {"count": left_out}
    table = Table(name="actions", caption=_("Early actions"), columns=columns, rows=rows)
    return Section(_("Early actions"), words if left_out else "", table)


def _action_state(*, applicable: bool, done: bool) -> State:
    if not applicable:
        return State("off", _("not applicable"))
    return State("done", _("shown by a record")) if done else State("waiting", _("not shown yet"))


def clocks(found: Sequence[Clocked]) -> Section:
    """Which clocks of orders were met, by kind of clock."""
    columns = [
        Column("name", _("Clock of the order")),
        Column("met", _("Met"), kind="number"),
        Column("missed", _("Missed"), kind="number"),
        Column("running", _("Still running"), kind="number"),
        Column("share", _("Share met"), kind="share"),
    ]
    rows = [
        {"id": key, "name": CLOCKS[key](), "met": met, "missed": missed, "running": running}
        | {"share": met / (met + missed) if met + missed else None}
        for key, (met, missed, running) in met_and_missed(found).items()
    ]
    empty = Empty(_("There was no order with a clock."))
    table = Table(name="clocks", caption=_("Clocks of orders"), columns=columns, rows=rows, empty=empty)
    return Section(_("Clocks of orders"), "", table)


def missed(found: Iterable[Clocked], *, linked: bool) -> Section:
    """The clocks that ran out, the latest first, with the cause that the records show; linked: to their orders."""
    late = sorted((one for one in found if one.kept.missed), key=lambda one: one.kept.late, reverse=True)
    columns = [
        Column("order", _("Work order"), link="order_href"),
        Column("clock", _("Clock"), note="due"),
        Column("late", _("Late by")),
        Column("cause", _("Cause, as the records show it"), note="reason"),
        Column("entry", _("Ledger entry"), link="href"),
    ]
    rows = [
        {
            "id": f"{one.order_id}-{one.kept.clock}",
            "order": kind_name(one.kind),
            "order_href": reverse("order", args=[one.order_id]) if linked else "",
            "clock": CLOCKS[one.kept.clock](),
            "due": moment(one.kept.due_at),
            "late": span_in_words(one.kept.late),
            "cause": str(CAUSES[one.kept.cause]),
            "reason": one.reason,
            **_entry(one.entry_id),
        }
        for one in late[:MOST_MISSED]
    ]
    words = _("%(shown)s of %(all)s are shown, the latest first.") % {"shown": len(rows), "all": len(late)}
    empty = Empty(_("No clock ran out."))
    table = Table(name="missed", caption=_("Missed clocks"), columns=columns, rows=rows, empty=empty)
    return Section(_("Missed clocks, with causes"), words if len(late) > len(rows) else "", table)


def teams(loads: Sequence[dict[str, Any]]) -> Section:
    """What each team worked."""
    columns = [
        Column("name", _("Team"), note="code"),
        Column("sent", _("Times sent"), kind="bar"),
        Column("hours", _("Under way and on site"), kind="number", unit="h"),
        Column("way", _("Mean way"), kind="number", unit="min"),
        Column("delay", _("Delays"), kind="number", unit="min"),
        Column("entry", _("Ledger entry"), link="href"),
    ]
    rows = [
        {"code": row["code"], "name": in_language(row), "sent": row["sent"], "hours": thousands(row["hours"], 1)}
        | {"way": thousands(row["way_min"], 0), "delay": row["delay_min"], **_entry(row["entry_id"])}
        for row in loads[:MOST_MISSED]
    ]
    empty = Empty(_("No team was sent."))
    table = Table(name="teams", caption=_("Teams’ load"), columns=columns, rows=rows, row_key="code", empty=empty)
    return Section(_("Teams’ load"), "", table)


def ceilings(found: Sequence[Restriction]) -> Section:
    """What restricted people longer or higher than the rule allows; how much stayed within."""
    over = [one for one in found if not one.within]
    columns = [
        Column("what", _("Restriction"), note="name"),
        Column("since", _("From"), kind="day"),
        Column("ceiling", _("Allowed to"), kind="day"),
        Column("until", _("To"), kind="day", note="standing"),
        Column("over", _("Days over"), kind="number"),
        Column("reason", _("Because")),
        Column("entry", _("Ledger entry"), link="href"),
    ]
    rows = [
        {
            "id": str(one.id),
            "what": RESTRICTIONS[one.what](),
            "name": one.name_en if get_language() == "en" else one.name_zh,
            "since": one.starts_on,
            "ceiling": one.ceiling_on,
            "until": one.until,
            "standing": _("and standing") if one.standing else "",
            "over": one.days_over,
            "reason": one.reason or (_("higher than the rule") if one.above else _("no reason entered")),
            "late": True,
            **_entry(one.entry_id),
        }
        for one in over
    ]
    words = _("%(within)s of %(all)s levels, measures and stays kept within what the rule allows.") % {
        "within": len(found) - len(over),
        "all": len(found),
    }
    empty = Empty(_("Nothing was higher or longer than the rule allows."))
    table = Table(name="ceilings", caption=_("Above the ceiling"), columns=columns, rows=rows, empty=empty)
    return Section(_("Measures against their ceilings"), words, table)


def events(reviews: Sequence[EventReview], now: datetime) -> Section:
    """The events of a period, a line each."""
    columns = [
        Column("number", _("Event"), kind="code", link="event_href", note="name"),
        Column("noticed", _("Noticed"), kind="moment"),
        Column("detection", _("Detection in time"), kind="state"),
        Column("notification", _("Notification in time"), kind="state"),
        Column("first_action", _("First action"), kind="state"),
        Column("early_response", _("Early response"), kind="state"),
        Column("cases", _("Cases"), kind="number"),
        Column("per_case", _("Close contacts per case"), kind="number"),
        Column("isolated", _("Found in isolation"), kind="share"),
    ]
    rows = [
        {"id": str(one.event.id), "number": one.event.number, "name": one.event.name, "noticed": one.event.detected_at}
        | {"event_href": reverse("event_review", args=[one.event.number]), "cases": one.counts.cases}
        | {"per_case": thousands(one.counts.per_case, 1), "isolated": one.counts.share_isolated}
        | {span.key: SPAN_STATES[span.state(now)]() for span in one.spans}
        for one in reviews
    ]
    empty = Empty(_("No event was noticed in this period."))
    table = Table(name="events", caption=_("Events"), columns=columns, rows=rows, empty=empty, files=True, wide=True)
    return Section(_("Events of the period"), "", table)


def _entry(entry_id: Any) -> dict[str, str]:
    """The entry's last digits (the first are its time), and where it stands."""
    return (
        {"entry": str(entry_id)[-12:], "href": reverse("entry", args=[entry_id])}
        if entry_id
        else {"entry": "", "href": ""}
    )
