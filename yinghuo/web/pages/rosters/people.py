"""People of rosters under their pseudonyms, their groups; and the list with names, for a reason."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.areas.queries import names
from yinghuo.core.parties import queries as parties
from yinghuo.core.people.access import may, needs, signed_in
from yinghuo.core.people.models import Person, User
from yinghuo.core.rosters import actions, queries
from yinghuo.core.rosters.queries import Asked, Group
from yinghuo.web.clock import now
from yinghuo.web.pages.rosters.words import roster_tabs

ROWS = 50
FORMS = ("csv", "xlsx", "parquet")


class Names(forms.Form):
    """Why a list with names is needed, and in which form."""

    form = forms.ChoiceField(label=lazy("Form"), choices=[(form, form.upper()) for form in FORMS])
    reason = forms.CharField(label=lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


@require_safe
@needs("roster.see")
def roster_people(request: HttpRequest) -> HttpResponse:
    """People of the area by pseudonym, without identities; of one unit, of one group."""
    user, asked = signed_in(request), _asked(request)
    table = _table(request, user, asked)
    context = {
        "title": _("%(count)s people on rosters") % {"count": thousands(table.total)},
        "table": table,
        "tabs": roster_tabs(user, "roster_people"),
        "choices": _choices(user, asked),
        "asked": asked,
        "may_name": may(user, "identity.open"),
    }
    return exports.asked(request, table) or render(request, "pages/roster_people.html", context)


@require_safe
@needs("roster.see")
def roster_groups(request: HttpRequest) -> HttpResponse:
    """Groups of the area: households, workshops, lines, with how many people they hold."""
    user = signed_in(request)
    table = _groups(request, user)
    context = {"title": _("Groups of the rosters"), "table": table, "tabs": roster_tabs(user, "roster_groups")}
    return exports.asked(request, table) or render(request, "pages/roster_groups.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("identity.open")
def roster_names(request: HttpRequest) -> HttpResponse:
    """Says what a list with names does, asks for the reason, then gives the file."""
    user, asked = signed_in(request), _asked(request)
    form = Names(request.POST or None)
    if form.is_valid():
        opened = actions.open_names(asked, user=user, reason=form.cleaned_data["reason"], at=now())
        table = _named(opened)
        return exports.FORMS[form.cleaned_data["form"]](table, exports.parts(request, table))  # type: ignore[return-value]
    count = queries.people_of(user, asked).filter(identity__isnull=False).count()
    effects = [
        _("Name, identity number and telephone of %(count)s people leave this system in a file.")
        % {"count": thousands(count)},
        _("That you took it, for how many people and when, is entered in the ledger for good."),
        _("You answer for the file: keep it only as long as the reason demands."),
    ]
    context = {"title": _("A list with names"), "form": form, "effects": effects, "verb": _("Give me the file")}
    return render(request, "pages/roster_names.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> Asked:
    party = request.GET.get("party", "")
    return Asked(request.GET.get("area", ""), _uuid(party), request.GET.get("group", ""))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _choices(user: User, asked: Asked) -> list[Choice]:
    known = [(str(party.id), party.name) for party in parties.parties(user, limit=500)]
    return [Choice("party", _("Unit"), known, str(asked.party_id or ""))]


def _table(request: HttpRequest, user: User, asked: Asked) -> Table:
    here = request.GET.get("after", "")
    people = queries.people_of(user, asked)
    (after,) = place(here, UUID) or (None,)
    found = list((people.filter(id__gt=after) if after else people)[: ROWS + 1])
    shown = found[:ROWS]
    return Table(
        name="roster",
        caption=_("People by pseudonym"),
        columns=[
            Column("id", _("Pseudonym"), kind="code", link="href"),
            Column("area", _("Area")),
            Column("party", _("Unit")),
            Column("group", _("Group")),
            Column("keep_until", _("Kept until"), kind="day"),
        ],
        rows=_rows(user, shown),
        empty=Empty(_("Nobody is on a roster here."), _("Take in a roster"), reverse("new_roster")),
        pager=pager(len(shown), after=(shown[-1].id,) if len(found) > ROWS else None, here=here),
        files=True,
        every=lambda: _every(user, people),
        total=people.count(),
    )


def _every(user: User, people: Any) -> Iterator[dict[str, Any]]:
    held: list[Person] = []
    for person in people.iterator(chunk_size=2_000):
        held.append(person)
        if len(held) == 2_000:
            yield from _rows(user, held)
            held = []
    yield from _rows(user, held)


def _rows(user: User, found: list[Person]) -> list[dict[str, Any]]:
    where = names({one.area_code for one in found})
    units = parties.names(user, {one.party_id for one in found if one.party_id})
    return [
        {
            "id": one.id,
            "href": reverse("person", args=[one.id]),
            "area": where.get(one.area_code, one.area_code),
            "party": units.get(one.party_id) if one.party_id else None,
            "group": one.group,
            "keep_until": one.keep_until,
        }
        for one in found
    ]


def _groups(request: HttpRequest, user: User) -> Table:
    here = request.GET.get("after", "")
    mine = {"area_code": user.area_code or "-", "party_id": user.party_id}
    found = queries.groups(**mine, after=place(here, str, str, str), limit=ROWS + 1)  # type: ignore[arg-type]
    shown = found[:ROWS]
    last = (shown[-1].area_code, shown[-1].group, shown[-1].party_id or "") if len(found) > ROWS else None
    return Table(
        name="groups",
        caption=_("Groups"),
        columns=[
            Column("group", _("Group")),
            Column("party", _("Unit")),
            Column("area", _("Area")),
            Column("people", _("People"), kind="bar"),
        ],
        rows=_group_rows(user, shown),
        empty=Empty(_("No roster names a group yet."), _("A column “group”, “workshop” or “household” makes groups.")),
        pager=pager(len(shown), after=last, here=here),
        files=True,
        every=lambda: iter(_group_rows(user, queries.groups(**mine))),  # type: ignore[arg-type]
        row_key="-",
    )


def _group_rows(user: User, found: list[Group]) -> list[dict[str, Any]]:
    where = names({group.area_code for group in found})
    units = parties.names(user, {group.party_id for group in found if group.party_id})
    return [
        {
            "group": one.group,
            "party": units.get(one.party_id) if one.party_id else None,
            "area": where.get(one.area_code, one.area_code),
            "people": one.people,
        }
        for one in found
    ]


def _named(opened: Iterator[tuple[UUID, dict[str, str]]]) -> Table:
    columns = [
        Column("id", _("Pseudonym"), kind="code"),
        Column("name", _("Name")),
        Column("number", _("Identity number")),
        Column("phone", _("Telephone")),
    ]
    rows = ({"id": person, "name": "", "number": "", "phone": "", **identity} for person, identity in opened)
    return Table(name="names", caption=_("People with names"), columns=columns, rows=[], every=lambda: rows)
