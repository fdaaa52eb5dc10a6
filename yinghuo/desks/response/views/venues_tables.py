"""What the pages of venues show: the list, an event's places by risk, the days and visits of one."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext, pgettext_lazy

from yinghuo.console.paging import Pager
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import names
from yinghuo.desks.response.models import Venue, VenueKind, Visit
from yinghuo.desks.response.queries.contacts_venues import OfDay, Ranked
from yinghuo.desks.response.views.words import who
from yinghuo.desks.response.words.contacts import kind_in_words

KINDS = [(kind.value, kind_in_words(kind.value)) for kind in VenueKind]
WORN = {True: lazy("throughout"), False: lazy("not throughout"), None: ""}


def choices(kind: str) -> list[Choice]:
    """The filter of the list."""
    return [Choice("kind", lazy("Kind of place"), [(one.value, kind_in_words(one.value)) for one in VenueKind], kind)]


def listed(rows: Sequence[Venue], pages: Pager, *, filtered: bool) -> Table:
    """The venues of an area."""
    columns = [
        Column("name", lazy("Place"), link="href", note="building"),
        Column("kind", lazy("Kind of place")),
        Column("air", lazy("Air")),
        Column("area", lazy("Area")),
    ]
    areas = names([row.area_code for row in rows])
    shown = [
        {"id": row.id, "name": row.name, "building": row.building, "href": reverse("venue", args=[row.id])}
        | {"kind": kind_in_words(row.kind), "air": row.get_ventilation_display()}
        | {"area": areas.get(row.area_code, row.area_code)}
        for row in rows
    ]
    empty = Empty(lazy("No venue is like this."), lazy("Show all venues"), reverse("venues"))
    if not filtered:
        empty = Empty(lazy("No venue of your area is registered."), lazy("Register one, or take in a file of visits."))
    caption = lazy("Venues by name")
    return Table(name="venues", caption=caption, columns=columns, rows=shown, empty=empty, pager=pages, files=True)


def by_risk(rows: Sequence[Ranked]) -> Table:
    """The places of an event, the greatest risk first."""
    columns = [
        Column("name", lazy("Place"), link="href", note="kind"),
        Column("air", lazy("Air")),
        Column("cases", lazy("Cases there"), kind="number"),
        Column("people", lazy("Met a case there"), kind="number", unit=pgettext_lazy("tracing", "people")),
        Column("hours", lazy("Together"), kind="number", unit=pgettext_lazy("tracing", "person-hours")),
        Column("risk", lazy("Risk, against the first"), kind="bar"),
    ]
    top = max((row.risk for row in rows), default=0) or 1
    shown = [_ranked(row, top) for row in rows]
    empty = Empty(lazy("No place of this event is known."), lazy("Trace the event first."))
    caption = lazy("Places of the event, the greatest risk of exposure first")
    return Table(name="places", caption=caption, columns=columns, rows=shown, empty=empty, files=True)


def _ranked(row: Ranked, top: float) -> dict[str, Any]:
    figures = {"id": row.id, "cases": row.cases, "people": row.people}
    figures |= {"hours": round(row.person_minutes / 60, 1), "risk": round(100 * row.risk / top)}
    if row.venue is None:
        return figures | {"name": _("a place that is not registered"), "kind": "", "air": "", "href": ""}
    return figures | {
        "name": row.venue.name,
        "kind": kind_in_words(row.venue.kind),
        "air": row.venue.get_ventilation_display(),
        "href": reverse("venue", args=[row.venue.id]),
    }


def by_day(rows: Sequence[OfDay], venue: Venue) -> Table:
    """The visits of a place by day."""
    columns = [
        Column("day", lazy("Day"), kind="day", link="href"),
        Column("visits", pgettext_lazy("tracing", "Visits"), kind="bar"),
        Column("people", pgettext_lazy("tracing", "People"), kind="number"),
        Column("no_end", lazy("without a check-out"), kind="number"),
    ]
    here = reverse("venue", args=[venue.id])
    shown = [row._asdict() | {"id": row.day, "href": f"{here}?day={row.day.isoformat()}"} for row in rows]
    empty = Empty(lazy("No visit to this place is on file; visits are kept for 21 days."))
    return Table(name="days", caption=lazy("Visits by day"), columns=columns, rows=shown, empty=empty)


def of_place(rows: Sequence[Visit], pages: Pager) -> Table:
    """The visits themselves, people by the beginning of their pseudonym."""
    columns = [
        Column("person", pgettext_lazy("tracing", "Person"), kind="code"),
        Column("begins_at", lazy("From"), kind="moment"),
        Column("ends_at", lazy("To"), kind="moment"),
        Column("source", lazy("Known from")),
        Column("worn", lazy("Protection")),
    ]
    shown = [
        {"id": row.id, "person": who(row.person), "begins_at": row.begins_at, "ends_at": row.ends_at}
        | {"source": row.get_source_display(), "worn": WORN[row.protected]}
        for row in rows
    ]
    empty = Empty(lazy("No visit is on file."))
    return Table(
        name="visits", caption=lazy("Visits, the latest first"), columns=columns, rows=shown, empty=empty, pager=pages
    )


def facts(venue: Venue, area: str) -> list[tuple[str, object]]:
    """What is known of a place."""
    rows: list[tuple[str, object]] = [
        (_("Kind of place"), kind_in_words(venue.kind)),
        (_("Air"), venue.get_ventilation_display()),
        (_("Area"), area),
    ]
    return rows + ([(pgettext("tracing", "Building"), venue.building)] if venue.building else [])
