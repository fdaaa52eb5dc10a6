"""What the pages of contacts show: the list, filters, key figures of a run of tracing, one contact's because."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, pgettext_lazy

from yinghuo.console.paging import Pager
from yinghuo.console.pieces import Choice, Empty, Moment, Stat, Tone
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas.queries import names
from yinghuo.desks.response.models import Contact, Contest, Event, Trace, Venue
from yinghuo.desks.response.queries.contacts import Spent, Wanted
from yinghuo.desks.response.views.words import who
from yinghuo.desks.response.words.contacts import (
    GRADES,
    STATES,
    because_in_words,
    kind_in_words,
    rule_in_words,
)


def choices(wanted: Wanted) -> list[Choice]:
    """The filters of the list."""
    return [
        Choice("grade", lazy("Grade"), list(GRADES.items()), wanted.grade),
        Choice("state", lazy("State"), [(key, state.word) for key, state in STATES.items()], wanted.state),
        Choice("contested", lazy("Contest"), [("1", lazy("waits for a decision"))], wanted.contested),
    ]


def listed(rows: Sequence[Contact], wanted: Wanted, pages: Pager) -> Table:
    """The list of contacts."""
    columns = [
        Column("contact", pgettext_lazy("tracing", "Contact"), kind="code", link="href"),
        Column("grade", lazy("Grade")),
        Column("state", lazy("State"), kind="state"),
        Column("because", lazy("Because")),
        Column("last_on", lazy("Last contact"), kind="day"),
        Column("until", lazy("Managed until"), kind="day"),
    ]
    if not wanted.event:
        columns.append(Column("area", lazy("Area")))
        columns.insert(1, Column("event", pgettext_lazy("tracing", "Event"), kind="code", link="event_href"))
    areas = names([row.area_code for row in rows])
    empty = Empty(lazy("No contact is like this."), lazy("Show all contacts"), reverse("contacts"))
    if wanted in (Wanted(), Wanted(event=wanted.event)):
        why = lazy("No contacts are known here.")
        empty = Empty(why, lazy("They are found by tracing an event's visits, from the event's page."))
    return Table(
        name="contacts",
        caption=lazy("Contacts, the latest contact first"),
        columns=columns,
        rows=[_row(row, areas) for row in rows],
        empty=empty,
        pager=pages,
        files=True,
    )


def _row(row: Contact, areas: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "contact": who(row.person),
        "href": reverse("contact", args=[row.id]),
        "event": row.event.number,
        "event_href": reverse("event_contacts", args=[row.event.number]),
        "grade": GRADES[row.grade],
        "state": STATES[row.state],
        "because": because_in_words(row.because),
        "last_on": row.last_on,
        "until": row.until,
        "area": areas.get(row.area_code, row.area_code),
    }


def stats(event: Event, by_grade: Mapping[str, int], contested: int, run: Trace | None) -> list[Stat]:
    """The key figures of an event's contacts."""
    here = reverse("event_contacts", args=[event.number])
    counts = run.counts if run else {}
    found = [
        Stat(GRADES[grade], by_grade.get(grade, 0), href=f"{here}?grade={grade}") for grade in ("close", "general")
    ]
    second = _("%(count)s listed") % {"count": thousands(by_grade.get("second", 0))}
    found.append(Stat(lazy("Contacts of contacts, counted"), counts.get("second", 0), note=second))
    found.append(Stat(lazy("Contests to be decided"), contested, href=f"{here}?contested=1"))
    return found


def last_run(run: Trace) -> str:
    """What the latest run read and found, in one line."""
    said = {name: thousands(run.counts.get(name, 0)) for name in ("visits", "new", "raised", "kept", "no_end")}
    words = said | {"rule": rule_in_words(run.rule)}
    return (
        _(
            "By the rule in force (%(rule)s), %(visits)s visits were read: %(new)s new contacts, %(raised)s raised, "
            "%(kept)s left as a person decided; %(no_end)s visits had no check-out."
        )
        % words
    )


def ranked(run: Trace, contacts: Mapping[str, UUID]) -> Table:
    """Close contacts by how many others they reach: whom to see first."""
    columns = [
        Column("contact", lazy("Close contact"), kind="code", link="href"),
        Column("reaches", lazy("Met since"), kind="bar", unit=pgettext_lazy("tracing", "people")),
        Column("alone", lazy("of these, met by nobody else"), kind="number"),
    ]
    rows = [
        {"id": person, "contact": who(UUID(person)), "reaches": reaches, "alone": alone}
        | ({"href": reverse("contact", args=[contacts[person]])} if person in contacts else {})
        for person, reaches, alone in run.ranked
    ]
    caption = lazy("Close contacts, those who met the most others first")
    empty = Empty(lazy("No close contact met anybody else within reach of the visits kept."))
    return Table(name="ranked", caption=caption, columns=columns, rows=rows, empty=empty)


def met(rows: Sequence[Spent], venues: Mapping[UUID, Venue]) -> Table:
    """Where and when one contact was with cases; not with whom."""
    columns = [
        Column("day", lazy("Day"), kind="day"),
        Column("place", lazy("Place"), link="href", note="kind"),
        Column("minutes", lazy("Together"), kind="number", unit=pgettext_lazy("tracing", "min")),
        Column("first_at", lazy("From"), kind="moment"),
        Column("last_at", lazy("To"), kind="moment"),
    ]
    shown = [row._asdict() | {"id": f"{row.venue}-{row.day}"} | _place(venues.get(row.venue)) for row in rows]  # type: ignore[arg-type]
    empty = Empty(lazy("No meeting is on file: visits are kept for 21 days, or this contact came with an import."))
    return Table(name="met", caption=lazy("Where this contact was exposed"), columns=columns, rows=shown, empty=empty)


def _place(venue: Venue | None) -> dict[str, str]:
    if venue is None:
        return {"place": _("a place that is not registered"), "kind": "", "href": ""}
    return {"place": venue.name, "kind": kind_in_words(venue.kind), "href": reverse("venue", args=[venue.id])}


def contests(rows: Sequence[Contest]) -> list[Moment]:
    """The contests of a contact as moments, the newest first."""
    found = []
    for row in rows:
        if row.decided_at:
            said = _("%(outcome)s, because: %(reason)s") % {
                "outcome": row.get_outcome_display(),
                "reason": row.get_reason_display(),
            }
            found.append(Moment(row.decided_at, _("Contest decided"), detail=said, tone="done"))
        ground = _("Ground: %(ground)s") % {"ground": row.get_ground_display()}
        tone: Tone = "done" if row.decided_at else "waiting"
        found.append(
            Moment(row.raised_at, _("Contested"), detail=ground, href=reverse("order", args=[row.order]), tone=tone)
        )
    return found


def headline(event: Event, by_grade: Mapping[str, int]) -> str:
    """How many contacts an event has, in one line."""
    close = by_grade.get("close", 0)
    words = {"number": event.number, "count": thousands(close), "all": thousands(sum(by_grade.values()))}
    said = ngettext(
        "%(number)s · %(count)s close contact of %(all)s contacts",
        "%(number)s · %(count)s close contacts of %(all)s contacts",
        close,
    )
    return said % words
