"""Tables of events and cases: their columns, their rows, what an empty list says."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column
from yinghuo.desks.response.models import Case, Event
from yinghuo.desks.response.words.cases import CLASS, EVENT, RESULT


def case_columns() -> list[Column]:
    """Columns of a list of cases."""
    return [
        Column("number", _("Case"), kind="code", link="href", note="first"),
        Column("held_as", _("Held to be"), kind="state"),
        Column("event_number", _("Event"), kind="code", link="event_href", note="event"),
        Column("area", _("Area")),
        Column("onset_on", _("Onset"), kind="day"),
        Column("sampled_at", _("First positive sample"), kind="moment"),
        Column("reported_at", _("Reported"), kind="moment"),
        Column("isolated", _("In isolation when found")),
        Column("found_by", _("Found by")),
    ]


def case_row(one: Case, where: dict[str, str]) -> dict[str, Any]:
    """A case as the list shows it; nobody's name."""
    return {
        "id": one.id,
        "number": one.number,
        "href": reverse("case", args=[one.number]),
        "first": _("first of its event") if one.index_of_event else "",
        "held_as": CLASS[one.held_as],
        "event": one.event.name,
        "event_number": one.event.number,
        "event_href": reverse("event", args=[one.event.number]),
        "area": where.get(one.area_code, one.area_code),
        "onset_on": one.onset_on,
        "sampled_at": one.sampled_at,
        "reported_at": one.reported_at,
        "isolated": isolated_in_words(one.in_isolation),
        "found_by": found_by_in_words(one.found_by),
    }


def isolated_in_words(isolated: object) -> str:
    """Yes, no, not known."""
    return _("not known") if isolated is None else _("yes") if isolated else _("no")


def found_by_in_words(found_by: str) -> str:
    """How the case came to be known."""
    words = {
        "report": _("report"),
        "sampling": _("mass sampling"),
        "tracing": _("contact tracing"),
        "import": _("other system"),
    }
    return words.get(found_by, found_by)


def event_columns() -> list[Column]:
    """Columns of the list of events."""
    return [
        Column("number", _("Event"), kind="code", link="href", note="name"),
        Column("state", _("State"), kind="state"),
        Column("due", _("Due"), kind="clock", note="due_what"),
        Column("area", _("Area")),
        Column("cases", _("Cases"), kind="number"),
        Column("undecided", _("To be judged"), kind="number"),
        Column("contacts", _("Contacts"), kind="number"),
        Column("detected_at", _("Detected"), kind="moment"),
    ]


def event_row(one: Event, area: str, counted: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """An event as the list shows it; `counted` holds its cases, contacts and the clock that runs out first."""
    due = counted.get("due")
    return {
        "id": one.id,
        "number": one.number,
        "name": one.name,
        "href": reverse("event", args=[one.number]),
        "state": EVENT[one.state],
        "area": area,
        "detected_at": one.detected_at,
        "late": due is not None and due.tone(now) == "late",
        **counted,
    }


def result_columns() -> list[Column]:
    """Columns of a case's results."""
    return [
        Column("sampled_at", _("Sampled"), kind="moment"),
        Column("reported_at", _("Reported"), kind="moment"),
        Column("result", _("Result"), kind="state"),
        Column("kind", _("Assay")),
        Column("laboratory", _("Laboratory")),
        Column("message", _("Tube or message"), kind="code", link="href"),
        Column("ct", _("Ct")),
    ]


def result_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A case's results, as the timeline reads them."""
    return [
        {
            "id": one["id"],
            "sampled_at": one["at"],
            "reported_at": one["until"],
            "result": RESULT[one["word"]],
            "kind": one["kind"].upper(),
            "laboratory": one["laboratory"] or "–",
            "message": one["message"] or "–",
            "href": reverse("entry", args=[one["entry_id"]]),
            "ct": " · ".join(f"{target} {value}" for target, value in json.loads(one["ct"]).items()) or "–",
        }
        for one in rows
    ]


def no_events(narrowed: object) -> Empty:
    """Why the list of events is empty."""
    if narrowed:
        return Empty(_("No event is like this."), _("Show all events"), reverse("events"))
    return Empty(_("Nothing was reported in your area yet."), _("Take a call"), reverse("report"))


def no_cases(narrowed: object) -> Empty:
    """Why the list of cases is empty."""
    if narrowed:
        return Empty(_("No case is like this."), _("Show all cases"), reverse("cases"))
    return Empty(_("Your area has no case yet."), _("Events"), reverse("events"))
