"""What the pages of privacy show: what is kept, what was erased, who looked, the published tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext, pgettext_lazy

from yinghuo.console.pieces import Empty
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import day as day_in_words
from yinghuo.core.areas.queries import names
from yinghuo.desks.response.models import Grade, PublishedTable, RevealReason
from yinghuo.desks.response.queries.privacy import Erasure, Held
from yinghuo.desks.response.queries.published import CASES
from yinghuo.desks.response.rules.followups import VISITS_KEPT_DAYS

HIDDEN = "···"  # a cell that is not shown; never a nought, never a dash, which stand for themselves
WHAT = {
    "visits.erased": lazy("Visits erased"),
    "exposures.blurred": lazy("Place and hours taken from exposures"),
    "visit_sources.erased": lazy("Files and interviews of visits erased"),
}
CAPTIONS = {
    CASES: lazy("Cases and asymptomatic infections by county and day of report"),
    "contacts_by_county_grade": lazy("Contacts found, by county and grade"),
}


def kept(held: Held) -> Table:
    """What is kept of people, until when, and how it stands."""
    columns = [
        Column("what", lazy("What")),
        Column("until", pgettext_lazy("privacy", "Kept")),
        Column("then", pgettext_lazy("privacy", "Then")),
        Column("now", pgettext_lazy("privacy", "Now")),
    ]
    days = pgettext("privacy", "%(days)s days") % {"days": VISITS_KEPT_DAYS}
    oldest = (
        _("oldest of %(day)s") % {"day": day_in_words(held.oldest_visit)}
        if held.oldest_visit
        else pgettext("privacy", "none")
    )
    places = _("%(count)s with a place") % {"count": held.places}
    rows = [
        (_("Who was where and when (visits)"), days, _("deleted for good, with a record"), oldest),
        (_("Files and interviews that visits came from"), days, _("emptied with the visits"), ""),
        (_("What made somebody a contact"), days, _("day, minutes and kind of place stay; place and hours go"), places),
        (
            _("Follow-up visits, cases, contacts"),
            _("with the event"),
            _("pseudonyms only; the identity goes first"),
            "",
        ),
        (_("Names, numbers, telephones"), _("60 days"), _("erased by the core; nobody can be named any more"), ""),
        (_("Lists on teams' phones"), _("the day"), _("wiped at midnight; unsent answers stay sealed"), ""),
        (_("Who looked at an identity, and why"), _("3 years"), _("the reason is emptied; the entry stays"), ""),
    ]
    shown = [dict(zip(("what", "until", "then", "now"), row, strict=True)) for row in rows]
    return Table(name="kept", caption=lazy("What is kept"), columns=columns, rows=shown)


def erased(rows: Sequence[Erasure]) -> Table:
    """The last erasures with their records."""
    columns = [
        Column("at", lazy("When"), kind="moment", link="href"),
        Column("what", lazy("What")),
        Column("count", pgettext_lazy("privacy", "Rows"), kind="number"),
        Column("days", pgettext_lazy("privacy", "Days")),
        Column("digest", lazy("Digest over the ids"), kind="code"),
    ]
    shown = [
        {"id": row.entry, "at": row.at, "what": WHAT[row.kind], "count": row.rows, "days": row.days}
        | {"digest": row.digest[:16], "href": reverse("entry", args=[row.entry])}
        for row in rows
    ]
    empty = Empty(lazy("Nothing was old enough yet."), lazy("Every night what is past its day is erased."))
    return Table(name="erased", caption=lazy("Last erasures"), columns=columns, rows=shown, empty=empty)


def looks(rows: Sequence[tuple[str, int, int]]) -> Table:
    """Identities looked at in the last days, by reason."""
    columns = [
        Column("reason", lazy("Needed")),
        Column("looks", pgettext_lazy("privacy", "Times"), kind="number"),
        Column("users", lazy("Users"), kind="number"),
    ]
    shown = [{"reason": RevealReason(reason).label, "looks": count, "users": users} for reason, count, users in rows]
    empty = Empty(lazy("Nobody looked at an identity for a case in the last seven days."))
    return Table(name="looks", caption=lazy("Identities looked at"), columns=columns, rows=shown, empty=empty)


def published(stored: PublishedTable) -> Table:
    """A published table as it is stored."""
    areas = names(stored.rows)
    columns = [Column("row", pgettext_lazy("privacy", "County"))]
    columns += [Column(f"c{number}", _head(stored.key, name)) for number, name in enumerate(stored.columns)]
    rows = [
        {"id": number, "row": areas.get(code, code) or pgettext("privacy", "Total")}
        | {f"c{place}": HIDDEN if cell is None else cell for place, cell in enumerate(stored.cells[number])}
        for number, code in enumerate(stored.rows)
    ]
    return Table(name=stored.key, caption=CAPTIONS[stored.key], columns=columns, rows=rows, wide=True, files=True)


def published_sentence(stored: Sequence[PublishedTable]) -> str:
    """Which week is shown, in one line."""
    if not stored:
        return _("No week has been published yet")
    words = {"first": day_in_words(stored[0].first_day), "last": day_in_words(stored[0].last_day)}
    return _("Cases and contacts, %(first)s to %(last)s") % words


def _head(key: str, name: str) -> Any:
    if not name:
        return pgettext_lazy("privacy", "Total")
    return f"{date.fromisoformat(name):%m-%d}" if key == CASES else Grade(name).label
