"""What the pages of follow-up show: progress, the list, rounds, a calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from yinghuo.console.paging import Pager
from yinghuo.console.pieces import Choice, Empty, Stat, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import day as day_in_words
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas.queries import names
from yinghuo.desks.response.models import Contact, FollowUp, FollowUpStatus, Grade
from yinghuo.desks.response.queries.followups import Day, DueRow, Progress, RoundRow, Wanted
from yinghuo.desks.response.rules.followups import alarming
from yinghuo.desks.response.rules.symptoms import named
from yinghuo.desks.response.views.words import rule_name, who

TONES = {"seen_well": "done", "seen_ill": "wrong", "not_reached": "late", "refused": "late", "moved": "late"}
WHICH = [
    ("due", lazy("not visited yet")),
    ("overdue", lazy("overdue from the day before")),
    ("not_seen", lazy("not reached, refused or moved")),
    ("ill", lazy("with symptoms or fever")),
    ("seen", pgettext_lazy("follow-up", "seen")),
]


def sentence(day: date, done: Progress) -> str:
    """How far a day's list is, in one line."""
    if not done.due:
        return _("%(day)s · nobody is due for follow-up") % {"day": day_in_words(day)}
    words = {"day": day_in_words(day), "seen": thousands(done.seen), "due": thousands(done.due)}
    return _("Follow-up on %(day)s · %(seen)s of %(due)s contacts seen") % words


def stats(done: Progress, day: date) -> list[Stat]:
    """The key figures of a day, each leading to its part of the list."""

    def part(which: str) -> str:
        return f"{reverse('followups')}?{urlencode({'day': day.isoformat(), 'which': which})}"

    waiting = done.due - done.seen - done.not_seen
    return [
        Stat(lazy("Not visited yet"), waiting, href=part("due")),
        Stat(lazy("Overdue from yesterday"), done.overdue, href=part("overdue")),
        Stat(lazy("Visited, not seen"), done.not_seen, href=part("not_seen")),
        Stat(lazy("Symptoms or fever"), done.ill, href=part("ill")),
    ]


def choices(wanted: Wanted) -> list[Choice]:
    """The filters of the list."""
    return [Choice("which", pgettext_lazy("follow-up", "Which"), WHICH, wanted.which)]


def listed(rows: Sequence[DueRow], wanted: Wanted, pages: Pager) -> Table:
    """The list of a day."""
    columns = [
        Column("contact", pgettext_lazy("follow-up", "Contact"), kind="code", link="href", note="grade"),
        Column("where", lazy("Where")),
        Column("day_number", pgettext_lazy("follow-up", "Day"), kind="number", note="until"),
        Column("missed", pgettext_lazy("follow-up", "Missed"), kind="number", unit=pgettext_lazy("follow-up", "days")),
        Column("status", lazy("What was found"), kind="state"),
        Column("found", lazy("Symptoms, temperature")),
        Column("at", lazy("Time"), kind="time"),
        Column("event", pgettext_lazy("follow-up", "Event")),
    ]
    areas = names([row.area_code for row in rows])
    why = _("Nobody on this day's list fits.") if wanted.which else _("There is no list for this day.")
    do = "" if wanted.which else _("It is made early each morning, for contacts under management.")
    return Table(
        name="followups",
        caption=lazy("Contacts to be visited"),
        columns=columns,
        rows=[_row(row, areas) for row in rows],
        empty=Empty(why, do),
        pager=pages,
        files=True,
    )


def rounds(rows: Sequence[RoundRow], day: date, *, may_free: bool) -> Table:
    """The rounds of a day."""
    areas = names([row.area_code for row in rows])
    columns = [
        Column("where", lazy("Where"), link="href", note="part"),
        Column("visits", lazy("Visits due"), kind="number"),
        Column("seen", pgettext_lazy("follow-up", "Seen"), kind="bar"),
        Column("overdue", pgettext_lazy("follow-up", "Overdue"), kind="number"),
        Column("device", lazy("Phone")),
        Column("taken_at", lazy("Taken"), kind="time"),
    ]
    shown = [
        {
            "id": row.id,
            "where": " · ".join(filter(None, [areas.get(row.area_code, row.area_code), row.building])),
            "part": _("part %(number)s") % {"number": row.part} if row.part > 1 else "",
            "visits": row.visits,
            "seen": row.seen,
            "overdue": row.overdue,
            "device": row.device_name or _("nobody yet"),
            "taken_at": row.taken_at,
            "href": f"{reverse('followups')}?{urlencode({'day': day.isoformat(), 'round': row.id})}",
            "may_free": may_free and row.device is not None,
        }
        for row in rows
    ]
    empty = Empty(lazy("There are no rounds on this day."))
    return Table(
        name="rounds", caption=lazy("Rounds of follow-up teams"), columns=columns, rows=shown, empty=empty, files=True
    )


def rounds_sentence(day: date, count: int) -> str:
    """How many rounds there are, in one line."""
    words = ngettext("%(day)s · %(count)s round", "%(day)s · %(count)s rounds", count)
    return words % {"day": day_in_words(day), "count": thousands(count)}


def calendar(contact: Contact, days: Sequence[Day], *, today: date) -> dict[str, Any]:
    """One contact's days as a table, with the facts above it."""
    columns = [
        Column("day", lazy("Date"), kind="day"),
        Column("number", pgettext_lazy("follow-up", "Day"), kind="number"),
        Column("status", lazy("What was found"), kind="state"),
        Column("found", lazy("Symptoms, temperature")),
        Column("at", lazy("Time"), kind="time"),
    ]
    rows = [row for day in days for row in _day_rows(day, today)]
    title = _("Contact %(id)s · follow-up to %(until)s") % {
        "id": who(contact.person),
        "until": day_in_words(contact.until) if contact.until else "–",
    }
    table = Table(name="calendar", caption=lazy("Follow-up, day by day"), columns=columns, rows=rows)
    facts = [
        (pgettext("follow-up", "Grade"), Grade(contact.grade).label),
        (_("Last contact (day 0)"), day_in_words(contact.last_on)),
        (_("Rule"), rule_name(contact.rule)),
    ]
    return {"title": title, "contact": contact, "table": table, "facts": facts}


def _row(row: DueRow, areas: dict[str, str]) -> dict[str, Any]:
    tone = "wrong" if row.alarming else TONES.get(row.status or "", "waiting")
    word = FollowUpStatus(row.status).label if row.status else _("not visited yet")
    late = row.missed_days > 0 and row.status not in ("seen_well", "seen_ill")
    return {
        "id": row.contact,
        "contact": who(row.person),
        "href": reverse("followup_contact", args=[row.contact]),
        "grade": Grade(row.grade).label,
        "where": " · ".join(filter(None, [areas.get(row.area_code, row.area_code), row.building])),
        "day_number": row.day_number,
        "until": _("until %(day)s") % {"day": day_in_words(row.until)} if row.until else "",
        "missed": row.missed_days,
        "status": State(tone, word),  # type: ignore[arg-type]
        "found": found_in_words(row.symptoms or [], row.temperature_c) or None,
        "at": row.at,
        "event": row.event_number,
        "late": late,
    }


def _day_rows(day: Day, today: date) -> list[dict[str, Any]]:
    """A line for each visit of a day; one for a day without any."""
    common = {"number": day.day_number, "day": day.day}
    if not day.visits:
        return [common | {"id": day.day, "status": _nothing(day, today), "found": None, "at": None}]
    return [common | _visit(one) for one in day.visits]


def _visit(one: FollowUp) -> dict[str, Any]:
    ill = alarming(one.status, one.symptoms, one.temperature_c)
    tone = "wrong" if ill else TONES[one.status]
    found = found_in_words(one.symptoms, one.temperature_c) or None
    word = FollowUpStatus(one.status).label
    return {"id": one.id, "status": State(tone, word), "found": found, "at": one.at}  # type: ignore[arg-type]


def _nothing(day: Day, today: date) -> State:
    if day.day_number == 0:
        return State("off", _("last contact"))
    if not day.due:
        return State("off", _("not due"))
    if day.day < today:
        return State("late", _("no visit known"))
    return State("waiting", _("due today") if day.day == today else _("to come"))


def found_in_words(symptoms: list[str], temperature_c: Any) -> str:
    """Symptoms and temperature in a line; "" for none."""
    parts = [str(words) for words in named(symptoms)]
    parts += [f"{temperature_c:.1f} °C"] if temperature_c is not None else []
    return " · ".join(parts)
